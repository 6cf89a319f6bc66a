"""The commands that evaluate: one exchange, anybody's table, a whole network."""

from __future__ import annotations

import json
import sys

import pytest

from exchange import cli
from exchange.workbook.context import rows_of
from tests.workbook import worlds


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the command inside this process on the demo network; return status, output and errors."""
    def command(*arguments, database=None):
        monkeypatch.setenv("EXCHANGE_DATABASE", database or worlds.url(worlds.demo_file()))
        monkeypatch.setattr(sys, "argv", ["exchange", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return (ended.value.code or 0, *capsys.readouterr())

    return command


def table(folder, *rows, head="city,item,before,after"):
    file = folder / "table.csv"
    file.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return file


def refused(ended, *words):
    status, out, err = ended
    assert (status, out) == (2, "")
    assert "Traceback" not in err
    for word in words:
        assert word in err


def test_exchanges_are_listed_with_ids_that_evaluate_takes(run):
    rows = json.loads(run("exchanges", "list", "--city", "quito", "--json")[1])
    assert {"Quito"} <= {row["learner"] for row in rows} | {row["host"] for row in rows}
    closed = next(row for row in rows if row["status"] == "closed")
    found = json.loads(run("evaluate", "--exchange", closed["exchange"], "--json")[1])
    assert (found["learner"], found["host"], found["fictional"]) == (closed["learner"], closed["host"], True)
    assert closed["exchange"] in run("exchanges", "list", "--city", "quito")[1]


def test_evaluate_gives_nineteen_indicators_both_sides_and_what_may_be_concluded(run):
    found = json.loads(run("evaluate", "--exchange", "demo-exchange-1-01", "--json")[1])
    assert [one["code"] for one in found["indicators"]] == [
        "R1", "R2", "L1", "L2", "L3", "B1", "B2", "B3", "O1", "O2", "O3", "I1", "I2", "I3", "M1", "M2", "E1", "E2",
        "X1"]
    assert {one["kirkpatrick"] for one in found["indicators"]} == {1, 2, 3, 4, None}
    assert all(one["sentence"] and "n" in one for one in found["indicators"])
    assert set(found["sides"]) == {"learner", "host"}
    assert all(side["conclusions"] for side in found["sides"].values())
    assert [one["days"] for one in found["follow_ups"]] == [90, 180, 365]
    assert found["voices"]
    assert "R1" in run("evaluate", "--exchange", "demo-exchange-1-01")[1]


def test_an_exchange_that_never_took_place_or_is_not_there_is_refused(run):
    rows = json.loads(run("exchanges", "list", "--json")[1])
    for status in ("proposed", "cancelled"):
        name = next(row["exchange"] for row in rows if row["status"] == status)
        refused(run("evaluate", "--exchange", name, "--json"), name, "has not taken place")
    refused(run("evaluate", "--exchange", "nonsense"), "nonsense")


def test_change_reads_anybodys_table_and_says_cannot_tell(run, tmp_path):
    rows = [f"c{n},P1.1,1,{1 + (n % 3) - 1}" for n in range(12)]
    found = json.loads(run("change", table(tmp_path, *rows), "--json", database="sqlite:////nowhere/x.db")[1])
    (item,) = found["items"]
    assert (item["n"], item["verdict"]) == (12, "cannot_tell")
    assert item["sentence"].startswith("Cannot tell")
    assert "Cannot tell" in run("change", table(tmp_path, *rows))[1]


@pytest.mark.parametrize(("rows", "head", "words"), [
    (("a,x,,2",), "city,item,before,after", "without a baseline"),
    ((",x,1,2",), "city,item,before,after", "row 1, city"),
    (("a,x,one,2",), "city,item,before,after", "row 1, before"),
    (("a,x,1,2", "a,x,1,2"), "city,item,before,after", "stands twice"),
    (("a,x,1",), "city,item,before", "'after' is missing"),
    (("a,x,1,2,3",), "city,item,before,after", "more cells"),
    (("a,x,1,inf",), "city,item,before,after", "row 1, after"),
    (("a,x,1,2,3",), "city,item,before,after,after", "stands twice"),
    ((), "city,item,before,after", "no city has a level"),
])
def test_a_table_that_cannot_be_used_is_refused_in_our_own_words(run, tmp_path, rows, head, words):
    refused(run("change", table(tmp_path, *rows, head=head), "--json"), words)


def test_a_file_that_is_no_table_is_refused(run, tmp_path):
    file = tmp_path / "x.csv"
    file.write_bytes(b"\xff\xfe\x00")
    refused(run("change", file), "UTF-8")
    refused(run("change", tmp_path / "none.csv"), "none.csv")


def test_learn_says_what_the_network_learns_and_holds_the_weights_back(run):
    found = json.loads(run("learn", "--network", "demo", "--json")[1])
    assert {"links", "funnel", "time_to_use", "where_aimed", "what_works", "forecasts", "costs", "load", "left_out",
            "design_changes", "promises", "weights"} <= set(found)
    assert len(found["promises"]) == 6
    assert found["where_aimed"]["targeted"]["verdict"] == "up"
    assert found["weights"]["standing"] == "shown"
    assert not found["weights"]["may_be_proposed"]
    assert "information only" in run("learn")[1]


def test_weights_are_not_accepted_while_a_gate_refuses(run):
    refused(run("weights", "accept", "--why", "they look better"), "information only")


# papers and files


@pytest.mark.parametrize("to", ["docx", "html"])
def test_a_report_is_written_whole_or_not_at_all(run, tmp_path, to):
    file = tmp_path / f"report.{to}"
    status, out, err = run("report", "exchange", "demo-exchange-1-01", file, "--to", to)
    assert (status, err) == (0, "")
    assert "Report of the exchange" in out
    assert file.read_bytes()[:2] == (b"PK" if to == "docx" else b"<!")
    assert list(tmp_path.iterdir()) == [file]
    refused(run("report", "exchange", "demo-exchange-1-01", file / "x.docx"), "cannot be written")
    refused(run("report", "exchange", "demo-exchange-1-01", file, "--paper", "poem"), "Use one of report")
    refused(run("report", "exchange", "nonsense", file), "nonsense")


def test_an_exchange_goes_out_and_comes_into_another_place_the_same(run, tmp_path):
    there = worlds.copied(worlds.demo_file(), tmp_path)
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    assert run("export", "exchange", "demo-exchange-1-01", first)[0] == 0
    with worlds.opened(there) as workbook:
        for one in workbook.store.entries(workbook.viewer, "demo-exchange-1-01"):
            workbook.store.delete_entry(workbook.viewer, one["entry_id"])
    refused(run("import", "exchange", first, database=there), "it is here already and says something else")
    new = worlds.copied(worlds.empty_file(), tmp_path, "new.db")
    refused(run("import", "exchange", first, database=new), "is not here", "there is no network demo")
    _bare(new)
    said = run("import", "exchange", first, database=new)
    assert said[0] == 0
    assert "entries" in said[1]
    assert run("export", "exchange", "demo-exchange-1-01", second, database=new)[0] == 0
    assert second.read_bytes() == first.read_bytes()
    assert run("import", "exchange", first, database=new)[0] == 0


def test_an_entry_of_another_exchange_is_never_written_over(run, tmp_path):
    there = worlds.copied(worlds.demo_file(), tmp_path)
    file = tmp_path / "x.json"
    assert run("export", "exchange", "demo-exchange-1-01", file)[0] == 0
    whole = json.loads(file.read_text(encoding="utf-8"))
    whole["exchange"]["exchange_id"] = "mine"
    file.write_text(json.dumps(whole), encoding="utf-8")
    before = worlds.content(tmp_path / "copy.db")
    refused(run("import", "exchange", file, database=there), "it is in exchange demo-exchange-1-01 already")
    assert worlds.content(tmp_path / "copy.db") == before


def _bare(database):
    """Put the cities of the demo network into a store, and nothing that they entered."""
    with worlds.opened(worlds.url(worlds.demo_file())) as demo, worlds.opened(database) as new:
        frames = {"network": demo.store.networks(demo.viewer), "city": demo.store.cities(demo.viewer)}
        new.store.load(new.viewer, {name: rows_of(frame) for name, frame in frames.items()})


def test_a_file_of_something_else_changes_nothing(run, tmp_path):
    there = worlds.copied(worlds.demo_file(), tmp_path)
    before = worlds.content(tmp_path / "copy.db")
    for content, words in ((b"{}", "holds no exchange"), (b"\xff", "UTF-8"), (b"[" * 100_000, "not JSON")):
        file = tmp_path / "x.json"
        file.write_bytes(content)
        refused(run("import", "exchange", file, database=there), words)
    refused(run("import", "exchange", tmp_path / "none.json", database=there), "none.json")
    assert worlds.content(tmp_path / "copy.db") == before
