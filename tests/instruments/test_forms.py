"""Questionnaires as files of other programs: out, back the same, and what other programs make of them."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyxform.xls2xform import convert

from exchange.errors import InputError
from exchange.imports.forms import read_form
from exchange.instruments import AWAITING_REVIEW, Instrument, load
from exchange.instruments.columns import language_of, named
from exchange.reports.forms import plain_table, xlsform

NAMES = ["exchange_feedback", "impact", "learning_capacity", "resilience"]
LABELS = ["label::English (en)", "label::Español (es)", "label::العربية (ar)"]


def written(folder, name, content):
    path = folder / name
    path.write_bytes(content)
    return path


def book(folder, **sheets):
    """Return an XLSForm workbook with these rows in its sheets."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    path = folder / "form.xlsx"
    made.save(path)
    return path


@pytest.mark.parametrize("name", NAMES)
def test_pyxform_takes_our_forms_without_a_warning(tmp_path, name):
    warnings = []
    form = convert(str(written(tmp_path, f"{name}.xlsx", xlsform(load(name)))), warnings=warnings, validate=False)
    assert warnings == []
    for item in load(name).items:
        assert re.search(rf'<select1 ref="/data/\w+/{re.escape(item.id)}">', form.xform)
    languages = re.findall(r'<translation lang="([^"]+)"', form.xform)
    assert sorted(languages) == [label.removeprefix("label::") for label in LABELS]
    for language in ("en", "es", "ar"):
        assert load(name, language=language).items[0].question in form.xform


@pytest.mark.parametrize("name", NAMES)
def test_a_questionnaire_comes_back_from_an_xlsform_as_it_went_out(tmp_path, name):
    found, left_out = read_form(written(tmp_path, "form.xlsx", xlsform(load(name))))
    assert found == load(name)
    assert left_out == ()


@pytest.mark.parametrize("name", NAMES)
def test_a_questionnaire_comes_back_from_a_table_with_all_its_questions(tmp_path, name):
    found, left_out = read_form(written(tmp_path, f"{name}.v1.csv", plain_table(load(name)).encode()))
    assert (found.name, found.version, left_out) == (name, "1", ())
    assert found.items == load(name).items
    for language in ("es", "ar"):
        assert found.said(language).items == load(name, language=language).items


def test_a_form_has_a_question_in_each_language_and_a_choice_for_each_level_and_state(tmp_path):
    sheets = openpyxl.load_workbook(io.BytesIO(xlsform(load("resilience"))))
    assert sheets.sheetnames == ["survey", "choices", "settings"]
    survey = [[cell.value for cell in row] for row in sheets["survey"].rows]
    assert set(LABELS) <= set(survey[0])
    questions = [row for row in survey if str(row[0]).endswith("_levels")]
    assert len(questions) == 47
    assert survey[1][:2] == ["select_one stakeholder_groups", "stakeholder_group"]
    choices = [[cell.value for cell in row] for row in sheets["choices"].rows]
    assert [row[1] for row in choices if row[0] == "P1.1_levels"] == ["0", "1", "2", "3", "unknown", "not_applicable"]


def test_what_rests_on_a_scenario_is_asked_when_the_scenario_is_described(tmp_path):
    form = convert(str(written(tmp_path, "form.xlsx", xlsform(load("resilience")))), validate=False).xform
    assert re.search(r'nodeset="/data/E8/P8\.7"[^>]*relevant="\s*/data/scenario_most_severe\s*!= \'\'"', form)
    assert form.index("/data/scenario_most_severe") < form.index("/data/E1/P1.1")
    assert "scenario" not in xlsform_text("impact")


def xlsform_text(name):
    sheets = openpyxl.load_workbook(io.BytesIO(xlsform(load(name))))
    return " ".join(str(cell.value) for row in sheets["survey"].rows for cell in row[:2])


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=30).map(
    lambda words: " ".join(words.split())).filter(bool)


@st.composite
def questionnaires(draw):
    """Draw a questionnaire with some texts in two more languages, some of which are missing."""
    low = draw(st.integers(-2, 2))
    numbers = range(low, low + 1 + draw(st.integers(1, 4)))
    scale = [draw(WORDS) for _ in numbers]
    sections, number = [], 0
    for s in range(draw(st.integers(1, 3))):
        items = []
        for _ in range(draw(st.integers(1, 3))):
            number += 1
            levels = [{"value": n, "text": draw(WORDS)} for n in numbers] if draw(st.booleans()) else []
            items.append({"id": f"Q{number}", "label": draw(WORDS), "question": draw(WORDS), "levels": levels,
                          "help": draw(st.none() | WORDS), "evidence_hint": draw(st.none() | WORDS)})
        sections.append({"id": f"S{s}", "number": s + 1, "name": draw(WORDS), "short": draw(WORDS), "items": items})
    translations = {language: {
        "instrument": "drawn", "version": "1", "language": language, "status": AWAITING_REVIEW,
        "title": draw(WORDS), "items": {f"Q{n}": {"question": draw(WORDS)} for n in range(1, number + 1, 2)},
    } for language in draw(st.sampled_from([[], ["es"], ["fr", "ar"]]))}
    return Instrument.model_validate({
        "name": "drawn", "version": "1", "title": draw(WORDS), "sections": sections, "translations": translations,
        "scale": {"min": numbers[0], "max": numbers[-1], "words": scale}})


@settings(max_examples=60, deadline=None)
@given(questionnaires())
def test_any_questionnaire_comes_back_from_an_xlsform_as_it_went_out(tmp_path_factory, instrument):
    path = written(tmp_path_factory.mktemp("form"), "form.xlsx", xlsform(instrument))
    assert read_form(path)[0] == instrument


def test_a_question_that_looks_like_a_formula_stays_a_text(tmp_path):
    csv = b"item,question,0,1\nQ1,=1+1,no,yes\n"
    instrument, _ = read_form(written(tmp_path, "mine.csv", csv))
    assert instrument.items[0].question == "=1+1"
    path = written(tmp_path, "form.xlsx", xlsform(instrument))
    cells = [cell for row in openpyxl.load_workbook(path)["survey"].rows for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert read_form(path)[0] == instrument
    assert "'=1+1" in plain_table(instrument)


def test_a_form_that_was_made_by_hand_is_read_with_what_it_leaves_open(tmp_path):
    path = book(tmp_path, survey=[
        ["type", "name", "label", "hint"],
        ["start", "start", None, None],
        ["begin group", "heat", "Heat", None],
        ["select_one levels", "H1", "Is there a plan?", "A written one."],
        ["geopoint", "where", "Where?", None],
        ["end group", None, None, None],
        ["select_one levels", "H2", "Who calls?", None],
    ], choices=[["list_name", "name", "label"], ["levels", 0, "no"], ["levels", 1, "yes"]],
        settings=[["form_title", "form_id", "version"], ["Heat waves", "heat_waves", 3]])
    instrument, left_out = read_form(path)
    assert (instrument.name, instrument.version, instrument.title) == ("heat_waves", "3", "Heat waves")
    assert [(s.id, s.name, [item.id for item in s.items]) for s in instrument.sections] == [
        ("heat", "Heat", ["H1"]), ("part_2", "Heat waves", ["H2"])]
    assert (list(instrument.scale.numbers), instrument.scale.words) == ([0, 1], ("no", "yes"))
    assert instrument.items[0].help == "A written one."
    assert left_out == ("Questions without levels were left out (1): an instrument asks for levels.",)


@pytest.mark.parametrize(("survey", "choices", "finding"), [
    ([["select_one yn", "H1", "Plan?"]], [["yn", "yes", "Yes"], ["yn", "no", "No"]], "'yes' is not a number"),
    ([["select_one gone", "H1", "Plan?"]], [["yn", 0, "No"]], "there is no list of choices 'gone'"),
    ([["text", "H1", "Plan?"]], [["yn", 0, "No"]], "it has no question with levels"),
    ([["begin repeat", "r", "R"], ["select_one yn", "H1", "Plan?"]], [["yn", 0, "No"], ["yn", 1, "Yes"]],
     "a repeated part cannot be scored"),
    ([["select_one yn", "H1", "Plan?"]], [["yn", 0, "No"], ["yn", 0, "Yes"]], "two choices of 'yn' have one number"),
    ([["select_one yn", "H1", "A?"], ["select_one yn", "H1", "B?"]], [["yn", 0, "No"], ["yn", 1, "Yes"]],
     "the id stands twice"),
    ([["select_one yn", "1", "Plan?"]], [["yn", 0, "No"], ["yn", 1, "Yes"]], "pattern"),
])
def test_what_is_wrong_in_a_form_is_named(tmp_path, survey, choices, finding):
    path = book(tmp_path, survey=[["type", "name", "label"], *survey],
                choices=[["list_name", "name", "label"], *choices])
    with pytest.raises(InputError, match=finding):
        read_form(path)


def test_a_workbook_that_is_no_form_and_a_file_of_another_kind_are_refused(tmp_path):
    with pytest.raises(InputError, match="no sheet survey and no sheet choices"):
        read_form(book(tmp_path, Sheet1=[["item", "question"]]))
    with pytest.raises(InputError, match=r"not kept as \.docx"):
        read_form(written(tmp_path, "form.docx", b"x"))


def test_a_column_of_texts_whose_language_is_not_clear_is_named(tmp_path):
    csv = b"item,question,question::Klingonisch,0,1\nQ1,Why?,Warum?,no,yes\n"
    with pytest.raises(InputError, match="the language is not clear"):
        read_form(written(tmp_path, "mine.csv", csv))


def test_questions_with_one_scale_say_it_once(tmp_path):
    csv = b"item;question;1;2;3\nscale;;never;sometimes;always\nQ1;Do you meet?;;;\nQ2;Do you write?;;;\n"
    instrument, _ = read_form(written(tmp_path, "often.v2.csv", csv))
    assert (instrument.name, instrument.version) == ("often", "2")
    assert instrument.scale.words == ("never", "sometimes", "always")
    assert all(item.levels == () for item in instrument.items)


def test_all_that_is_wrong_in_a_table_of_questions_is_said_with_its_row(tmp_path):
    csv = b"item,question,0,1,colour\nQ1,Why?,no,yes,\n,Who?,no,yes,red\nQ3,How?,no,yes,\n"
    with pytest.raises(InputError) as caught:
        read_form(written(tmp_path, "mine.csv", csv))
    assert [str(f).split(": ")[0] for f in caught.value.findings] == ["mine.csv, row 2"]
    with pytest.raises(InputError, match="no column for a level") as caught:
        read_form(written(tmp_path, "mine.csv", b"name,why\nQ1,Why?\n"))
    assert len(caught.value.findings) == 4


def test_the_same_instrument_may_be_written_as_yaml(tmp_path):
    yaml = """
name: heat
version: "1"
title: Heat
scale: {min: 0, max: 1, words: ["no", "yes"]}
sections:
  - {id: S1, number: 1, name: Heat, short: Heat, items: [{id: H1, label: Plan, question: Is there a plan?}]}
"""
    instrument, _ = read_form(written(tmp_path, "heat.yaml", yaml.encode()))
    assert (instrument.name, [item.id for item in instrument.items]) == ("heat", ["H1"])


@pytest.mark.parametrize(("content", "finding"), [
    (b"a: &x [1]\nb: *x\n", "repeats a part by a name"), (b"a: !!python/object:os.system x\n", "names a type"),
    (b"a: 1\na: 2\n", "stands twice"), (b"[" * 50, "nested more than 20 deep"), (b"a: [1, 2\nb: }", "this is not YAML"),
    (b"\xff\xfe", "not UTF-8"), (b"--- 1\n--- 2\n", "2 documents"), (b"? [1]\n: 2\n", "a key is no text"),
    (b"x" * 500_001, "bytes"), (b"- a\n" * 60_000, "far more entries"), (b"a: \x00", "not YAML"),
])
def test_yaml_that_is_more_than_plain_values_is_refused(tmp_path, content, finding):
    with pytest.raises(InputError, match=finding):
        read_form(written(tmp_path, "bad.yaml", content))


@pytest.mark.parametrize("language", ["en", "es", "ar", "fr", "pt-BR", "qu", "xx"])
def test_a_language_is_named_so_that_it_is_found_again(language):
    assert language_of(named(language)) == language
