"""Questionnaires that people bring themselves: kept, listed, answered; and what the commands say on the way."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from exchange.errors import InputError, NotFoundError
from exchange.instruments import load
from exchange.reports.forms import xlsform
from tests.workbook.worlds import opened
from widgets import questionnaire

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/instruments.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"```csv\n(.*?)```", PAGE, re.DOTALL)[1]


@pytest.fixture
def heat(tmp_path):
    """The example of the documentation as a file."""
    file = tmp_path / "heat.v1.csv"
    file.write_text(EXAMPLE, encoding="utf-8")
    return file


def answers(path, *rows):
    file = path / "answers.csv"
    file.write_text("\n".join(["item,state,level", *rows]), encoding="utf-8")
    return file


def test_the_example_of_the_documentation_is_a_questionnaire_of_six_lines(command, heat):
    assert len(EXAMPLE.strip().splitlines()) == 6
    ended = command("instruments", "validate", heat)
    assert (ended.status, ended.out) == (0, "heat v1: 5 items in 2 sections, in en.\n")
    assert command("instruments", "lint", heat).status == 0


def test_every_command_of_the_documentation_is_known(command):
    named = set(re.findall(r"exchange ((?:instruments |import |export |score)[a-z]*)", PAGE))
    assert len(named) >= 9
    for words in named:
        assert command(*words.split(), "--help").status == 0, words


def test_what_was_brought_in_is_listed_beside_what_is_shipped(command, heat):
    assert [row["name"] for row in command("instruments", "list", "--json").json] == [
        "exchange_feedback", "impact", "learning_capacity", "resilience"]
    assert command("instruments", "import", heat, "--title", "Heat").out == "heat v1 has 5 items in 2 sections.\n"
    rows = {row["name"]: row for row in command("instruments", "list", "--json").json}
    assert rows["heat"] == {"name": "heat", "version": "1", "title": "Heat", "sections": 2, "items": 5,
                            "languages": ["en"], "whose": "own"}
    assert (rows["resilience"]["items"], rows["resilience"]["whose"]) == (47, "shipped")
    assert "heat" in command("instruments", "list").out


def test_what_was_brought_in_can_be_answered_scored_and_taken_out(command, heat, tmp_path, fresh):
    command("instruments", "import", heat)
    file = answers(tmp_path, "H1,answered,3", "H2,unknown,", "H4,answered,1")
    said = command("import", "answers", file, "--city", "Quito", "--instrument", "heat")
    assert said.out == "3 answers of Quito were read, for round 1.\n"
    score = command("score", file, "--instrument", "heat", "--json").json
    assert [score["total"][name] for name in ("sum", "max", "low", "high")] == [4, 15, 4, 13]
    out = tmp_path / "out.csv"
    command("export", "answers", out, "--city", "Quito", "--instrument", "heat")
    assert out.read_text(encoding="utf-8-sig").splitlines()[1] == "H1,answered,3,,,,,,"
    with opened(fresh, "quito") as workbook:
        sitting = workbook.assess.form("heat")
        assert [item["id"] for section in sitting.form()["sections"] for item in section["items"]] == [
            "H1", "H2", "H3", "H4", "H5"]
        assert {item: row["level"] for item, row in sitting.stored().items()} == {"H1": 3, "H2": None, "H4": 1}
        sitting.save("H5", "answered", 2)
        shown = questionnaire(workbook.assess.form("heat"))
        assert "Is there a plan for heat waves?" in str(shown._repr_mimebundle_())
        assert workbook.assess.rows()[0]["state"] == "blank"  # the scorecard is another questionnaire


def test_a_version_that_was_brought_in_never_changes(fresh, heat):
    with opened(fresh) as workbook:
        workbook.import_instrument(heat)
        workbook.import_instrument(heat)
        heat.write_text(EXAMPLE.replace("Nobody knows.", "Somebody."), encoding="utf-8")
        with pytest.raises(InputError, match="heat v1 is there already, and asks something else"):
            workbook.import_instrument(heat)
        workbook.import_instrument(heat, version="2")
        assert workbook.instrument("heat").items[1].levels[0].text == "Somebody."
        assert workbook.instrument("heat", "1").items[1].levels[0].text == "Nobody knows."
        assert len(workbook.store.instruments(workbook.viewer)) == 2


def test_answers_stay_with_the_version_that_was_answered(fresh, heat, tmp_path):
    with opened(fresh) as workbook:
        workbook.import_instrument(heat)
        workbook.import_answers(answers(tmp_path, "H5,answered,3"), "Quito", instrument="heat")
        heat.write_text("\n".join(EXAMPLE.splitlines()[:3]), encoding="utf-8")
        workbook.import_instrument(heat, version="2")
        workbook.import_answers(answers(tmp_path, "H5,answered,2"), "Quito", instrument="heat")
        with pytest.raises(InputError, match="no such item"):
            workbook.import_answers(answers(tmp_path, "H5,answered,2"), "Quito", "next", instrument="heat")


def test_a_shipped_questionnaire_is_not_replaced_and_an_unknown_one_not_found(fresh, tmp_path):
    with opened(fresh) as workbook:
        (tmp_path / "mine.xlsx").write_bytes(xlsform(load("resilience")))
        with pytest.raises(InputError, match="resilience is shipped"):
            workbook.import_instrument(tmp_path / "mine.xlsx")
        with pytest.raises(NotFoundError, match="Choose one of exchange_feedback, impact"):
            workbook.instrument("heat")
        assert workbook.store.instruments(workbook.viewer).empty


def test_a_wrong_file_changes_nothing(command, tmp_path):
    file = tmp_path / "bad.csv"
    file.write_text("item,question,0,1\nQ1,Why?,no,\nQ1,Who?,no,yes\n", encoding="utf-8")
    ended = command("instruments", "import", file)
    assert ended.status == 2
    assert "row 2: Q1 stands twice" in ended.err
    assert len(command("instruments", "list", "--json").json) == 4


def test_an_xlsform_goes_out_and_comes_in_by_the_command(command, heat, tmp_path):
    command("instruments", "import", heat)
    assert command("instruments", "export", "heat", tmp_path / "heat.xlsx", "--to", "xlsform").status == 0
    assert command("import", "xlsform", tmp_path / "heat.xlsx").out == "heat v1 has 5 items in 2 sections.\n"
    assert command("instruments", "export", "--to", "csv", "heat", tmp_path / "again.v1.csv").status == 0
    assert (tmp_path / "again.v1.csv").read_text(encoding="utf-8-sig").splitlines()[1].startswith("H1,part_1,Heat plan")


def test_a_file_that_cannot_be_written_leaves_what_stood_there(command, tmp_path):
    (tmp_path / "folder.xlsx").mkdir()
    ended = command("instruments", "export", "impact", tmp_path / "folder.xlsx", "--to", "xlsform")
    assert (ended.status, "cannot be written" in ended.err) == (2, True)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_shipped_questionnaire_is_checked_by_its_name(command):
    assert command("instruments", "lint", "resilience").out == "resilience: every number belongs to one level.\n"
    assert "47 items in 10 sections, in en, ar, es" in command("instruments", "validate", "resilience").out
    assert command("instruments", "lint", "resilienc").status == 2


def test_lint_prints_findings_and_ends_with_one_while_a_wrong_file_ends_with_two(command, tmp_path):
    quantity = '"[{""id"": ""share"", ""unit"": ""percent"", ""high"": 100}]"'
    when = '"[[{""share"": {""below"": 40}}], [{""share"": {""at_least"": 60}}]]"'
    file = tmp_path / "share.csv"
    file.write_text(f"item,question,0,1,quantities,when\nQ1,How many?,few,many,{quantity},{when}\n", encoding="utf-8")
    ended = command("instruments", "lint", file, "--json")
    assert ended.status == 1
    assert ended.json == [{"item": "Q1", "kind": "gap", "levels": [],
                           "finding": "no level fits share from 40, below 60"}]
    assert "no level fits" in command("instruments", "lint", file).out
    file.write_text("item\n", encoding="utf-8")
    assert command("instruments", "lint", file).status == 2


def test_the_score_of_the_command_is_that_of_the_scoring_module(command, tmp_path):
    items = load("resilience").items
    rows = [f"{item.id},{['answered,2', 'unknown,', 'not_applicable,', 'blank,', 'answered,0'][n % 5]}"
            for n, item in enumerate(items)]
    file = answers(tmp_path, *rows)
    found = command("score", file, "--instrument", "resilience", "--json").json
    from exchange.assessments import score
    from exchange.imports.answers import read_frame

    expected = score(load("resilience"), read_frame(file))
    assert [part["id"] for part in found["essentials"]] == [f"E{n}" for n in range(1, 11)]
    for part, known in zip([*found["essentials"], found["total"]], [*expected.essentials, expected.total], strict=True):
        assert {name: part[name] for name in ("sum", "max", "mean", "coverage", "low", "high")} == {
            name: getattr(known, name) for name in ("sum", "max", "mean", "coverage", "low", "high")}


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_the_command_adds_all_items_at_level_k_up_to_47_k_of_the_official_maxima(command, tmp_path, level):
    file = answers(tmp_path, *(f"{item.id},answered,{level}" for item in load("resilience").items))
    found = command("score", file, "--json").json
    assert (found["total"]["sum"], found["total"]["mean"], found["total"]["coverage"]) == (47 * level, level, 1)
    assert [part["max"] for part in found["essentials"]] == [9, 15, 12, 12, 9, 18, 12, 27, 21, 6]
    assert "Recovery" in command("score", file).out


def test_a_score_of_wrong_answers_ends_with_two_and_names_each(command, tmp_path):
    ended = command("score", answers(tmp_path, "P1.1,answered,7", "P99,answered,1"), "--json")
    assert ended.status == 2
    assert ended.out == ""
    assert len(ended.err.strip().splitlines()) == 2
