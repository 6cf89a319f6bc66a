"""`exchange import voices`, `exchange agreement`, `exchange voices` as programs use them; and notebook 01 beside."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange import cli, instruments
from exchange.errors import InputError
from exchange.imports.voices import read_voices
from exchange.paths import NOTEBOOKS
from tests.serving import environment
from tests.workbook import worlds

RESILIENCE = instruments.load("resilience")
HEADS = ("respondent", "group", "item", "state", "level", "note", "round")


@pytest.fixture
def command(monkeypatch, capsys, real):
    """Run the command on the store of five real cities; return its status and what it printed."""
    monkeypatch.setenv("EXCHANGE_DATABASE", real)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["exchange", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out, err

    return run


def table(file, rows, heads=HEADS):
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(heads)
        writer.writerows(rows)
    return file


def ten(level=2, turn=1, item="P1.1"):
    return [(f"person {n}", "Policy maker" if n < 5 else "media", item, "answered", level if n else 0, "", turn)
            for n in range(10)]


def test_a_table_of_voices_becomes_agreement_by_group(command, tmp_path):
    status, said, _ = command("import", "voices", table(tmp_path / "v.csv", ten()), "--city", "Rotterdam")
    assert (status, said.splitlines()[0]) == (0, "10 answers of 10 people were read for Rotterdam, round 1.")
    status, out, _ = command("agreement", "--city", "rotterdam", "--json")
    found = {one["item"]: one for one in json.loads(out)}
    assert (status, len(found)) == (0, 47)
    assert (found["P1.1"]["n"], found["P1.1"]["median"], found["P1.1"]["within_one_level"]) == (10, 2, 0.9)
    assert set(found["P1.1"]["groups"]) == {"policy_maker", "media"}
    assert (found["P1.2"]["n"], found["P1.2"]["median"], found["P1.2"]["withheld"]) == (0, None, True)
    assert "P1.1" in command("agreement", "--city", "rotterdam")[1]


def test_both_turns_may_come_in_one_table_and_the_room_is_led_to_its_end(command, tmp_path):
    rows = ten(0) + ten(1, item="P1.2") + ten(3, turn=2)
    assert command("import", "voices", table(tmp_path / "v.csv", rows), "--city", "rotterdam")[0] == 0
    assert json.loads(command("voices", "--city", "rotterdam", "--json")[1])["phase"] == "second"
    status, out, _ = command("voices", "--city", "rotterdam", "--to", "agreeing", "--accept", "--json")
    assert (status, json.loads(out)["accepted"]) == (0, ["P1.1", "P1.2"])
    found = json.loads(command("agreement", "--city", "rotterdam", "--json")[1])[0]
    assert (found["turn"], found["agreed"]["level"], found["agreed"]["counts"]) == (2, 3, {"0": 1, "3": 9})
    answers = json.loads(command("answers", "--city", "rotterdam", "--json")[1])
    assert [row["level"] for row in answers[:2]] == [3, 1]


def test_a_table_that_comes_again_counts_nobody_twice(command, tmp_path):
    file = table(tmp_path / "v.csv", ten())
    for _ in range(2):
        assert command("import", "voices", file, "--city", "rotterdam")[0] == 0
    found = json.loads(command("agreement", "--city", "rotterdam", "--json")[1])[0]
    assert (found["n"], found["counts"]) == (10, {"0": 1, "2": 9})


def test_voices_for_a_turn_that_has_ended_change_nothing(command, tmp_path, real):
    file = table(tmp_path / "v.csv", ten())
    command("import", "voices", file, "--city", "rotterdam")
    command("voices", "--city", "rotterdam", "--to", "revealed")
    before = worlds.content(_path(real))
    status, _, err = command("import", "voices", file, "--city", "rotterdam")
    assert status == 2
    assert "it has ended" in err
    assert worlds.content(_path(real)) == before


def _path(database):
    return Path(database.removeprefix("sqlite:///"))


def test_all_that_is_wrong_in_a_table_is_said_at_once_and_nothing_is_changed(command, tmp_path, real):
    before = worlds.content(_path(real))
    rows = [("", "media", "P1.1", "answered", 1, "", 1), ("a", "choir", "P1.1", "answered", 1, "", 1),
            ("b", "media", "P99", "answered", 1, "", 1), ("c", "media", "P1.1", "perhaps", "", "", 1),
            ("d", "media", "P1.1", "answered", 7, "", 1), ("e", "media", "P1.1", "answered", "", "", 1),
            ("f", "media", "P1.1", "unknown", 2, "", 3), ("g", "media", "P1.1", "answered", 1, "", 1),
            ("g", "insurer", "P1.1", "answered", 1, "", 1)]
    status, _, err = command("import", "voices", table(tmp_path / "v.csv", rows), "--city", "rotterdam")
    assert status == 2
    for place in ("row 1, respondent", "row 2, group", "row 3, item", "row 4, state", "row 5, level", "row 6, level",
                  "row 7, round", "row 7, level", "row 9: the same person answered P1.1 in row 8", "row 9, group"):
        assert place in err
    assert worlds.content(_path(real)) == before


@pytest.mark.parametrize("heads", [HEADS[1:], (*HEADS[:5], "level"), ()])
def test_a_table_without_the_columns_is_refused(tmp_path, heads):
    with pytest.raises(InputError, match="column"):
        read_voices(table(tmp_path / "v.csv", [], heads), RESILIENCE)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(
    lambda text: (",".join(HEADS) + "\n" + text).encode("utf-8", "ignore"))))
def test_any_bytes_are_rows_or_our_own_error(tmp_path, content):
    file = tmp_path / "any.csv"
    file.write_bytes(content)
    with suppress(InputError):
        assert read_voices(file, RESILIENCE)


def test_a_room_that_is_not_there_is_an_error_with_a_remedy(command):
    assert json.loads(command("voices", "--city", "quito", "--json")[1])["phase"] is None
    status, _, err = command("voices", "--city", "quito", "--to", "revealed")
    assert (status, "Open the room first" in err) == (2, True)
    assert json.loads(command("voices", "--city", "quito", "--rule", "unanimous", "--json")[1])["phase"] == "first"
    assert command("voices", "--city", "quito", "--rule", "loudest")[0] == 2


@pytest.mark.parametrize(("language", "apart"), [("en", "The groups do not agree on"), ("es", "Los grupos no")])
def test_notebook_01_shows_by_papermill_the_numbers_that_the_facade_gives(tmp_path, language, apart):
    database = worlds.copied(worlds.demo_file(), tmp_path)
    output = tmp_path / "01.ipynb"
    given_ = [part for name, value in {"city": "rotterdam", "network": "demo", "language": language}.items()
              for part in ("-p", name, value)]
    command = [sys.executable, "-m", "papermill", str(NOTEBOOKS / "01_self_assessment.ipynb"), str(output), *given_]
    done = subprocess.run(command, env=environment(database, EXCHANGE_STATIC="1"), capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    cells = nbformat.read(output, as_version=4).cells
    shown = {cell.source: "".join(cell.outputs[0].data["text/plain"]) for cell in cells
             if cell.cell_type == "code" and cell.outputs and "data" in cell.outputs[0]}
    with worlds.opened(database, "rotterdam", "demo", language=language) as workbook:
        room = workbook.assess.room()
        expected = {"room.presence": room.presence().plain(), "room.map": room.map().sentence(),
                    "room.to_discuss": room.to_discuss().plain(), "room.agreed": room.agreed().plain()}
        assert apart in expected["room.map"]
    for name, said in expected.items():
        assert next(text for source, text in shown.items() if f"{name}," in source) == said
    assert not re.search(r"demo-voice", output.read_text())
