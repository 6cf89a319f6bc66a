"""Answers as files, in and out of the record: whole, once, and to the city that they are about."""

from __future__ import annotations

import json
import zipfile

import pytest

from exchange.errors import InputError, NotFoundError
from exchange.vocabulary import BLANK
from exchange.workbook.context import rows_of
from tests.instruments.sheets import RESILIENCE, as_csv, as_xlsx, kobo_rows
from tests.workbook import worlds
from tests.workbook.worlds import opened

CONTENT = ("item", "state", "level", "raw_value", "unit", "confidence", "note", "evidence", "actions")
FULL = {
    "P1.1": {"state": "answered", "level": 3, "note": '=agreed, "in" council\nin May ', "confidence": "high",
             "evidence": [{"reference": "https://example.org/p", "sensitivity": "restricted"},
                          {"reference": "a map", "sensitivity": "public"}],
             "actions": [{"action": "=write it", "institution": "council", "timescale": ""}]},
    "P1.2": {"state": "unknown", "level": None, "note": "'we ask the utility"},
    "P7.3": {"state": "answered", "level": 1, "raw_value": 20.5, "unit": "percent"},
    "P8.5": {"state": "not_applicable", "level": None},
    "P9.1": {"state": BLANK, "level": None, "note": "to be found out"},
}


@pytest.fixture
def answered(fresh):
    """A store in which Quito has said all that can be said of an answer."""
    with opened(fresh) as workbook:
        workbook.store.load(workbook.viewer, {
            "network": [{"network_id": "home", "name": "My city"}],
            "city": [worlds.REAL["city"][1]], "member": [{"network_id": "home", "city_id": "3652462"}]})
    with opened(fresh, "quito", round_="2026") as workbook:
        sitting = workbook.assess.form()
        for item, said in FULL.items():
            sitting.save(item, **said)
    return fresh


def content(database, instrument="resilience"):
    with opened(database, "quito") as workbook:
        (row,) = rows_of(workbook.store.assessments(workbook.viewer, "3652462", instrument=instrument))
        rows = rows_of(workbook.store.answers(workbook.viewer, row["assessment_id"]))
    return (row["round"], [{name: row[name] for name in CONTENT} for row in rows])


def everything(database):
    return {name: rows for name, rows in worlds.content(database.removeprefix("sqlite:///")).items()
            if name not in {"audit", "setting"}}


def test_exported_answers_come_back_into_another_store_without_a_difference(answered, tmp_path):
    with opened(answered, "quito") as workbook:
        table, said = workbook.export_answers()
    assert said == ("4 answers of Quito, round 2026.",)
    (tmp_path / "quito.csv").write_bytes(table)
    (tmp_path / "there").mkdir()
    other = worlds.empty(tmp_path / "there")
    with opened(other) as workbook:
        workbook.import_answers(tmp_path / "quito.csv", "Quito", "2026")
    assert content(other) == content(answered)


def test_exported_answers_change_nothing_where_they_came_from(answered, tmp_path):
    before = everything(answered)
    with opened(answered, "quito") as workbook:
        table, _ = workbook.export_answers()
        (tmp_path / "quito.csv").write_bytes(table)
        workbook.import_answers(tmp_path / "quito.csv", "Quito")
    assert everything(answered) == before


def test_no_cell_of_an_exported_table_is_a_formula(answered):
    with opened(answered, "quito") as workbook:
        table, _ = workbook.export_answers()
    assert "'=agreed" in table.decode()
    assert "''we ask" not in table.decode()


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_a_package_comes_back_to_the_city_and_round_that_it_names(command, answered, tmp_path, kind):
    to = tmp_path / ("quito.zip" if kind == "zip" else "quito")
    assert command("export", "package", to, "--city", "Quito").out.startswith("4 answers of Quito, round 2026.")
    (tmp_path / "there").mkdir()
    other = worlds.empty(tmp_path / "there")
    with opened(other) as workbook:
        assert [str(line) for line in workbook.import_package(to)] == ["4 answers of Quito were read, for round 2026."]
    assert content(other) == content(answered)


def test_a_package_brings_its_own_questionnaire_along(command, tmp_path):
    form, sheet = tmp_path / "heat.v1.csv", tmp_path / "a.csv"
    form.write_text("item,question,question::Français (fr),0,1\nH1,Plan?,Un plan ?,no,yes\n", encoding="utf-8")
    sheet.write_text("item,state,level\nH1,answered,1\n", encoding="utf-8")
    command("instruments", "import", form)
    command("import", "answers", sheet, "--city", "Quito", "--instrument", "heat")
    command("export", "package", tmp_path / "heat.zip", "--city", "Quito", "--instrument", "heat")
    (tmp_path / "there").mkdir()
    other = worlds.empty(tmp_path / "there")
    with opened(other) as workbook:
        workbook.import_package(tmp_path / "heat.zip")
        assert workbook.instrument("heat", language="fr").items[0].question == "Un plan ?"
        workbook.import_package(tmp_path / "heat.zip")
    assert [row["level"] for row in content(other, "heat")[1]] == [1]
    with opened(worlds.empty(tmp_path / "there")) as workbook:
        form.write_text("item,question,0,1\nH1,Another plan?,no,yes\n", encoding="utf-8")
        workbook.import_instrument(form)
        with pytest.raises(InputError, match="asks something else"):
            workbook.import_package(tmp_path / "heat.zip")


def test_a_package_of_fictional_answers_says_so_and_needs_a_real_city(tmp_path):
    demo = worlds.url(worlds.demo_file())
    with opened(demo, "demo-quito") as workbook:
        files, said = workbook.export_package()
    assert "fictional" in said[0]
    assert json.loads(files["datapackage.json"])["exchange"]["demo"] is True
    for name, part in files.items():
        (tmp_path / name).write_bytes(part)
    with opened(worlds.empty(tmp_path)) as workbook, pytest.raises(InputError, match="it names no real city"):
        workbook.import_package(tmp_path)


@pytest.mark.parametrize(("files", "finding"), [
    ({}, "holds no datapackage.json"), ({"datapackage.json": "{}"}, "holds no answers.csv"),
    ({"datapackage.json": "{}", "answers.csv": "item,state,level\n"}, "does not describe a table of answers"),
    ({"datapackage.json": "[", "answers.csv": "x"}, "this is not JSON"),
    ({"datapackage.json": '{"resources": [{"name": "answers", "path": "../../etc/passwd"}]}', "answers.csv": "x"},
     "does not describe a table of answers"),
])
def test_a_package_that_is_none_is_refused(tmp_path, files, finding):
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        for name, part in files.items():
            archive.writestr(name, part)
    with opened(worlds.empty(tmp_path)) as workbook, pytest.raises(InputError, match=finding):
        workbook.import_package(tmp_path / "p.zip", "Quito")


def test_a_city_without_answers_has_none_to_take_out(answered):
    with opened(answered, "quito", round_="2027") as workbook:
        with pytest.raises(NotFoundError, match="no answers to resilience in round 2027"):
            workbook.export_answers()
        with pytest.raises(NotFoundError, match="no such instrument"):
            workbook.export_answers("heat")


# submissions


PHONE = {"P1.1": {"state": "answered", "level": 2, "note": "by the council"},
         "P1.2": {"state": "unknown", "level": None},
         "P7.3": {"state": "answered", "level": 3, "raw_value": 60.0}}


def several(*sheets, group=True):
    """Return a table of several submissions, each with its own identifier and stakeholder group."""
    rows = []
    for n, given in enumerate(sheets):
        heads, (row,) = kobo_rows(given)
        row[heads.index("_uuid")] = f"uuid-{n}"
        rows.append([*row, "utility_operator"] if group else row)
    return [*heads, "about/stakeholder_group"] if group else heads, rows


@pytest.mark.parametrize(("name", "write"), [("kobo.csv", as_csv), ("kobo.xlsx", as_xlsx)])
def test_one_submission_is_what_the_city_answers(command, fresh, tmp_path, name, write):
    (tmp_path / name).write_bytes(write(*kobo_rows(PHONE)))
    ended = command("import", "kobo", tmp_path / name, "--city", "Quito")
    assert (ended.status, ended.out) == (0, "3 answers of Quito were read, for round 1.\n")
    with opened(fresh, "quito") as workbook:
        stored = workbook.assess.form().stored()
    assert {item: (row["state"], row["level"], row["raw_value"], row["note"]) for item, row in stored.items()} == {
        "P1.1": ("answered", 2, None, "by the council"), "P1.2": ("unknown", None, None, ""),
        "P7.3": ("answered", 3, 60.0, "")}


def test_the_scenarios_that_a_phone_asks_for_are_kept_with_the_answers(fresh, tmp_path):
    heads, (row,) = kobo_rows(PHONE)
    heads, row = [*heads, "scenario_most_probable", "scenario_most_severe"], [*row, "a flood of the river", ""]
    (tmp_path / "kobo.csv").write_bytes(as_csv(heads, [row]))
    with opened(fresh) as workbook:
        workbook.import_kobo(tmp_path / "kobo.csv", "Quito")
    row[-2:] = ["another flood", "an earthquake"]
    (tmp_path / "kobo.csv").write_bytes(as_csv(heads, [row]))
    with opened(fresh, "quito") as workbook:
        workbook.import_kobo(tmp_path / "kobo.csv", "Quito")
        assert workbook.assess.form().row["scenarios"] == {
            "most_probable": "a flood of the river", "most_severe": "an earthquake"}


def test_several_submissions_are_never_merged_unasked(command, fresh, tmp_path):
    file = tmp_path / "kobo.csv"
    file.write_bytes(as_csv(*several(PHONE, {"P1.1": {"state": "answered", "level": 0}})))
    ended = command("import", "kobo", file, "--city", "Quito")
    assert ended.status == 2
    for words in ("2 submissions", "--respondents", "--submission", "uuid-0", "2026-11-23T10:45:00"):
        assert words in ended.err
    assert not any(everything(fresh)[name] for name in ("assessment", "answer", "city"))
    assert command("import", "kobo", file, "--city", "Quito", "--submission", "uuid-1").status == 0
    with opened(fresh, "quito") as workbook:
        assert {item: row["level"] for item, row in workbook.assess.form().stored().items()} == {"P1.1": 0}
    assert command("import", "kobo", file, "--city", "Quito", "--submission", "uuid-9").status == 2


def test_each_submission_can_be_one_voice_and_to_import_twice_is_to_import_once(fresh, tmp_path):
    file = tmp_path / "kobo.csv"
    file.write_bytes(as_csv(*several(PHONE, {"P1.1": {"state": "answered", "level": 0}})))
    with opened(fresh) as workbook:
        said = workbook.import_kobo(file, "Quito", respondents=True)
        assert str(said[0]) == "4 answers of 2 people were read for Quito, round 1."
    before = everything(fresh)
    with opened(fresh) as workbook:
        workbook.import_kobo(file, "Quito", respondents=True)
    assert {name: rows for name, rows in everything(fresh).items() if name not in {"audit", "setting"}} == {
        name: rows for name, rows in before.items() if name not in {"audit", "setting"}}
    with opened(fresh, "quito") as workbook:
        key = workbook.assess.form().assessment_id
        assert workbook.assess.form().stored() == {}
        voices = workbook.store.respondents(workbook.viewer, key).set_index("respondent_id")["stakeholder_group"]
        rows = rows_of(workbook.store.answers(workbook.viewer, key, respondent=None))
    assert sorted(voices.dropna()) == ["utility_operator"] * 2
    assert sorted(row["level"] for row in rows if row["item"] == "P1.1") == [0, 2]
    assert not any("uuid" in row["respondent_id"] for row in rows)


def test_a_column_is_the_longest_name_that_fits(fresh, tmp_path):
    form, file = tmp_path / "mine.csv", tmp_path / "odk.csv"
    form.write_text("item,question,0,1\nb,B?,no,yes\na-b,A?,no,yes\n", encoding="utf-8")
    file.write_text("part-a-b,part-b,KEY\n1,0,k\n", encoding="utf-8")
    with opened(fresh) as workbook:
        workbook.import_instrument(form)
        workbook.import_kobo(file, "Quito", instrument="mine")
    assert {row["item"]: row["level"] for row in content(fresh, "mine")[1]} == {"a-b": 1, "b": 0}


@pytest.mark.parametrize(("heads", "rows", "finding"), [
    (["Question one", "_uuid"], [["3", "a"]], "no column is a question of resilience, such as P1.1"),
    (["E1/P1.1", "P1.1"], [["3", "2"]], "P1.1 stands in the columns"),
    (["P1.1", "_uuid"], [["1", "a"], ["2", "a"]], "stands in row 1 already"),
    (["P1.1"], [["1"], ["2"]], "has no _uuid"), (["P1.1", "_uuid"], [], "it holds no submission"),
    (["P1.1", "_uuid"], [["They hardly take part.", "a"]], "is not on the scale 0-3"),
    (["P1.1", "stakeholder_group"], [["1", "wizards"]], "'wizards' is not a stakeholder group"),
])
def test_what_is_wrong_in_submissions_is_named_and_changes_nothing(fresh, tmp_path, heads, rows, finding):
    (tmp_path / "kobo.csv").write_bytes(as_csv(heads, rows))
    before = everything(fresh)
    with opened(fresh) as workbook, pytest.raises(InputError, match=finding):
        workbook.import_kobo(tmp_path / "kobo.csv", "Quito", respondents=True)
    assert everything(fresh) == before


def test_an_answer_in_a_submission_is_named_with_its_row_and_question(tmp_path, fresh):
    (tmp_path / "kobo.csv").write_bytes(as_csv(["P1.1", "g/P2.1", "_uuid"], [["1", "1", "a"], ["9", "8", "b"]]))
    with opened(fresh) as workbook, pytest.raises(InputError) as caught:
        workbook.import_kobo(tmp_path / "kobo.csv", "Quito", respondents=True)
    assert [finding.place for finding in caught.value.findings] == ["kobo.csv, row 2, P1.1", "kobo.csv, row 2, P2.1"]


def test_the_form_that_goes_out_asks_for_the_columns_that_come_in():
    from exchange.instruments.xlsform import to_xlsform

    names = {row["name"] for row in to_xlsform(RESILIENCE)["survey"]}
    heads, _ = kobo_rows({})
    assert {head.partition("/")[2] for head in heads if "/" in head} <= names


def test_semicolons_are_as_good_as_commas(fresh, tmp_path):
    (tmp_path / "a.csv").write_text("item;state;level;note\nP1.1;answered;2;a, b\n", encoding="utf-8")
    with opened(fresh) as workbook:
        workbook.import_answers(tmp_path / "a.csv", "Quito")
    assert content(fresh)[1][0]["note"] == "a, b"


def test_evidence_in_plain_words_is_kept_for_the_city_alone_until_it_says_otherwise(fresh, tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("item,state,level,evidence,actions\nP1.1,answered,2,the plan of 2025,print it\n", encoding="utf-8")
    with opened(fresh) as workbook:
        workbook.import_answers(file, "Quito")
    (row,) = content(fresh)[1]
    assert row["evidence"] == [{"reference": "the plan of 2025", "sensitivity": "restricted"}]
    assert row["actions"] == [{"action": "print it", "institution": "", "timescale": ""}]


@pytest.mark.parametrize("cell", ['[{"reference": "x"}]', '[{"reference": "x", "sensitivity": "secret"}]',
                                  '[{"reference": 7, "sensitivity": "public"}]', "[{"])
def test_evidence_that_is_none_is_named(fresh, tmp_path, cell):
    quoted = cell.replace('"', '""')
    (tmp_path / "a.csv").write_text(f'item,state,level,evidence\nP1.1,answered,2,"{quoted}"\n', encoding="utf-8")
    with opened(fresh) as workbook, pytest.raises(InputError, match="row 1, evidence"):
        workbook.import_answers(tmp_path / "a.csv", "Quito")


def test_a_table_of_answers_may_be_a_workbook(fresh, tmp_path):
    (tmp_path / "a.xlsx").write_bytes(as_xlsx(["item", "state", "level", "note"], [["P1.1", "answered", "2", "=so"]]))
    with opened(fresh) as workbook:
        workbook.import_answers(tmp_path / "a.xlsx", "Quito")
    (row,) = content(fresh)[1]
    assert (row["level"], row["note"]) == (2, "=so")
