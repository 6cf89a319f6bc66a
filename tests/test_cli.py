"""The command `exchange` as people and programs use it: what it prints, what it refuses, and how it ends."""

from __future__ import annotations

import csv
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from math import fsum
from pathlib import Path

import openpyxl
import pytest

from exchange import cli
from exchange.instruments import load
from exchange.store import Store, schema
from tests.serving import environment, exchange
from tests.workbook import worlds

COMMANDS = (("demo",), ("serve",), ("import", "cdp"), ("import", "workbook"), ("import", "answers"), ("answers",),
            ("cities", "find"), ("match",), ("audit", "verify"), ("import", "voices"), ("agreement",), ("voices",))
WITH_TABLE = (("answers",), ("cities", "find"), ("match",), ("audit", "verify"), ("agreement",), ("voices",))
ITEMS = [item.id for item in load("resilience").items]


class Ended:
    """What a command printed, and its exit status."""

    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    @property
    def json(self):
        assert self.status == 0, self.err
        return json.loads(self.out)


@pytest.fixture
def command(monkeypatch, capsys):
    """Run the command inside this process: quick, and all but its start."""
    def run(*arguments, database):
        monkeypatch.setenv("EXCHANGE_DATABASE", database)
        monkeypatch.setattr(sys, "argv", ["exchange", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return Ended(ended.value.code or 0, *capsys.readouterr())

    return run


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The file of a demo network that the command made, and what the command said."""
    file = tmp_path_factory.mktemp("cli") / "demo.db"
    done = exchange("demo", database=file)
    assert done.returncode == 0, done.stderr
    return file, done.stdout


@pytest.fixture(scope="module")
def demo(made):
    """The address of the demo network, to be read."""
    return worlds.url(made[0])


@pytest.fixture
def own(made, tmp_path):
    """A copy of the file of the demo network, to be written to."""
    return Path(worlds.copied(made[0], tmp_path).removeprefix("sqlite:///"))


@pytest.fixture
def new(tmp_path):
    """The address of a store that nobody has made yet."""
    return worlds.url(tmp_path / "new.db")


def answers_file(folder, *rows, name="answers.csv"):
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("item", "state", "level"), *rows])
    return folder / name


def is_an_error(ended, *words):
    """One finding a line, in our own words, and nothing else."""
    assert ended.status == 2
    assert ended.out == ""
    assert "Traceback" not in ended.err
    lines = ended.err.strip().splitlines()
    assert all(": " in line and line.endswith(".") for line in lines), lines
    for word in words:
        assert word in ended.err
    return len(lines)


# every command


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_and_needs_no_database_for_that(command, path):
    ended = command(*path, "--help", database="nonsense")
    assert ended.status == 0
    assert f"exchange {' '.join(path)}" in ended.out
    assert ("--json" in ended.out) == (path in WITH_TABLE)


@pytest.mark.parametrize("arguments", [
    ("match",), ("dance",), ("match", "--city", "quito", "--top", "0"), ("answers", "-x"), ("serve", "--port", "99999"),
    ("import", "workbook", "x.xlsx")], ids=" ".join)
def test_what_the_command_does_not_understand_ends_with_status_2(command, arguments, demo):
    ended = command(*arguments, database=demo)
    assert ended.status == 2
    assert "Usage: exchange" in ended.err


def test_demo_says_what_it_made_and_that_it_is_fictional(made):
    assert made[1].startswith("Demo network, fictional: 60 cities, ")
    assert made[1].endswith("Next: exchange serve\n")


def test_demo_is_made_once_and_not_mixed_with_another(command, own):
    before = worlds.content(own)
    assert command("demo", database=worlds.url(own)).status == 0
    assert command("demo", "--if-empty", "--seed", "7", database=worlds.url(own)).out == ""
    is_an_error(command("demo", "--seed", "7", database=worlds.url(own)), "network demo", "20260101")
    assert worlds.content(own) == before


def test_answers_are_one_object_a_question(command, demo):
    rows = command("answers", "--city", "Quito", "--json", database=demo).json
    assert [row["item"] for row in rows] == ITEMS
    assert all(list(row) == ["item", "state", "level"] for row in rows)
    for row in rows:
        assert row["state"] in {"answered", "unknown", "not_applicable", "blank"}
        assert (row["level"] in {0, 1, 2, 3}) if row["state"] == "answered" else row["level"] is None


def test_answers_are_a_table_for_people(command, demo):
    ended = command("answers", "--city", "quito", database=demo)
    assert ended.status == 0
    assert all(item in ended.out for item in ITEMS)


def test_match_gives_peers_whose_contributions_add_up_to_the_score(command, demo):
    found = command("match", "--city", "quito", "--json", database=demo).json
    assert (found["city"], found["fictional"], len(found["peers"])) == ("Quito", True, 10)
    for peer in found["peers"]:
        assert {"city", "score", "contributions", "reasons", "unknown"} <= set(peer)
        assert abs(fsum(peer["contributions"].values()) - peer["score"]) < 1e-9
        assert 1 <= len(peer["reasons"]) <= 3


def test_match_shows_as_many_peers_as_are_asked_for(command, demo):
    for top in (1, 3):
        assert len(command("match", "--city", "quito", "--top", top, "--json", database=demo).json["peers"]) == top


def test_match_speaks_the_language_that_is_asked_for_and_ranks_the_same(command, demo):
    english, arabic = (command("match", "--city", "quito", "--json", "--language", language, database=demo).json
                       for language in ("en", "ar"))
    assert [p["score"] for p in english["peers"]] == [p["score"] for p in arabic["peers"]]


def test_match_is_a_table_for_people(command, demo):
    ended = command("match", "--city", "quito", "--top", "2", database=demo)
    assert ended.status == 0
    assert "Peers of Quito" in ended.out
    assert "reasons" in ended.out


@pytest.mark.parametrize(("name", "more", "status"), [
    ("Bogota", (), "found"), ("Springfield", (), "candidates"), ("Springfield", ("--country", "Canada"), None),
    ("Xyzzyville", (), "not_sure"), ("東京", (), "found"), ("القاهرة", (), "found"), ("", (), "not_sure")])
def test_a_city_is_found_or_candidates_are_or_we_are_not_sure(command, new, name, more, status):
    found = command("cities", "find", name, *more, "--json", database=new).json
    assert list(found) == ["status", "why", "city", "candidates"]
    assert status is None or found["status"] == status
    assert (found["city"] is not None) == (found["status"] == "found")
    assert bool(found["candidates"]) == (found["status"] == "candidates")
    assert found["why"]


def test_finding_a_city_is_said_in_a_sentence_and_a_table(command, new):
    ended = command("cities", "find", "Bogota", database=new)
    assert ended.out.startswith("found: ")
    assert "3688689" in ended.out


def test_the_history_of_the_demo_network_is_whole(command, demo):
    found = command("audit", "verify", "--json", database=demo).json
    assert found["ok"] is True
    assert found["findings"] == []
    assert f"{found['rows']} lines, the chain is whole." in command("audit", "verify", database=demo).out


def test_a_history_that_somebody_changed_is_found_out(command, own):
    with sqlite3.connect(own) as connection:
        connection.execute("UPDATE audit SET who = 'nobody' WHERE seq = 3")
    ended = command("audit", "verify", database=worlds.url(own))
    assert ended.status == 2
    assert "line 3" in ended.out or "3" in ended.out
    assert json.loads(command("audit", "verify", "--json", database=worlds.url(own)).out)["ok"] is False


def test_answers_come_in_and_go_out_the_same(command, new, tmp_path):
    file = answers_file(tmp_path, ("P1.1", "answered", 2), ("P1.2", "unknown", ""))
    ended = command("import", "answers", file, "--city", "Bogota", database=new)
    assert ended.out == "2 answers of Bogotá were read, for round 1.\n"
    rows = command("answers", "--city", "Bogotá", "--json", database=new).json
    given = {row["item"]: (row["state"], row["level"]) for row in rows if row["state"] != "blank"}
    assert given == {"P1.1": ("answered", 2), "P1.2": ("unknown", None)}


# real input


@pytest.fixture(scope="module")
def cdp(shared, tmp_path_factory):
    """A store with the real cities of the CDP table, as the command brought them in, beside the demo network."""
    file = tmp_path_factory.mktemp("cdp") / "cdp.db"
    assert exchange("demo", database=file).returncode == 0
    done = exchange("import", "cdp", str(shared / "data/cdp_cities_2021_hazards.csv"), database=file)
    assert done.returncode == 0, done.stderr
    assert "1,070 cities" in done.stdout
    return file


@pytest.mark.shared
def test_a_real_city_gets_ten_real_peers_with_reasons_and_complementarity_is_left_out_by_name(cdp):
    done = exchange("match", "--city", "Rotterdam", "--json", database=cdp)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["city_id"], found["network"], found["fictional"]) == ("2747891", "cdp", False)
    assert len(found["peers"]) == 10
    for peer in found["peers"]:
        assert not peer["city_id"].startswith("demo-")
        assert peer["reasons"]
        assert abs(fsum(peer["contributions"].values()) - peer["score"]) < 1e-9
        assert "complementarity" not in peer["contributions"]
    assert any("strengths where you are weak" in line for line in found["left_out"])


@pytest.mark.shared
def test_many_real_peers_of_every_script_are_valid_json(cdp, command):
    found = command("match", "--city", "Rotterdam", "--top", "2000", "--json", database=worlds.url(cdp)).json
    assert len(found["peers"]) == found["considered"] > 500
    assert any(not peer["city"].isascii() for peer in found["peers"])


def test_a_reader_who_has_seen_enough_ends_the_command_without_a_word(demo):
    for more in ((), ("--json",)):
        running = subprocess.Popen([sys.executable, "-m", "exchange", "answers", "--city", "quito", *more],
                                   env=environment(demo), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        running.stdout.close()
        assert running.stderr.read() == ""
        assert running.wait(30) != 2


@pytest.fixture(scope="module")
def filled(shared, tmp_path_factory):
    """A copy of the official layout with some answers, and which: item -> level."""
    book = openpyxl.load_workbook(shared / "data/undrr_preliminary_layout.xlsx")
    given = {}
    for section in load("resilience").sections:
        for block, item in enumerate(section.items):
            if (section.number + block) % 4:  # every fourth one stays untouched
                index = 1 + (section.number * 3 + block) % 4
                book[f"E{section.number:02}"][f"E{7 + 11 * block}"] = index
                given[item.id] = 4 - index
    file = tmp_path_factory.mktemp("official") / "filled.xlsx"
    book.save(file)
    return file, given


@pytest.mark.shared
def test_an_official_workbook_comes_in_as_it_was_filled_and_its_untouched_questions_stay_blank(filled, command, own):
    file, given = filled
    database = worlds.url(own)
    double = command("answers", "--city", "demo-rotterdam", "--json", database=database).json
    ended = command("import", "workbook", file, "--city", "Rotterdam", database=database)
    assert ended.status == 0
    assert ended.out.startswith(f"{len(given)} answers of Rotterdam were read")
    rows = command("answers", "--city", "Rotterdam", "--json", database=database).json
    assert {row["item"]: row["level"] for row in rows if row["state"] == "answered"} == given
    assert {row["state"] for row in rows if row["item"] not in given} == {"blank"}
    assert set(given.values()) == {0, 1, 2, 3}
    assert command("answers", "--city", "demo-rotterdam", "--json", database=database).json == double
    command("import", "workbook", file, "--city", "Rotterdam", database=database)
    assert command("answers", "--city", "Rotterdam", "--json", database=database).json == rows


@pytest.mark.shared
def test_a_workbook_with_an_option_that_is_none_or_of_another_layout_is_refused(filled, command, new, tmp_path):
    book = openpyxl.load_workbook(filled[0])
    book["E03"]["E7"] = 7
    book.save(tmp_path / "wrong.xlsx")
    ended = command("import", "workbook", tmp_path / "wrong.xlsx", "--city", "Rotterdam", database=new)
    is_an_error(ended, "wrong.xlsx, sheet E03, E7", "7 is not an option of P3.1")
    book["E03"]["E7"] = 1
    book["E03"]["B3"] = "P99.1 something else"
    book.save(tmp_path / "moved.xlsx")
    ended = command("import", "workbook", tmp_path / "moved.xlsx", "--city", "Rotterdam", database=new)
    is_an_error(ended, "sheet E03, B3", "not P3.1")
    empty = openpyxl.Workbook()
    empty.save(tmp_path / "other.xlsx")
    ended = command("import", "workbook", tmp_path / "other.xlsx", "--city", "Rotterdam", database=new)
    is_an_error(ended, "other.xlsx")
    assert command("audit", "verify", "--json", database=new).json["rows"] == 0


@pytest.mark.shared
def test_a_city_that_could_be_several_takes_no_workbook(filled, command, new):
    ended = command("import", "workbook", filled[0], "--city", "Springfield", database=new)
    is_an_error(ended, "it can mean several cities", "springfield-us")
    assert command("audit", "verify", "--json", database=new).json["rows"] == 0


# bad input


def test_everything_that_is_wrong_with_answers_is_said_at_once_and_nothing_is_written(command, own, tmp_path):
    before = worlds.content(own)
    file = answers_file(tmp_path, ("P1.1", "answered", 7), ("P99.1", "answered", 1), ("P1.2", "answered", 1),
                        ("P1.2", "answered", 2))
    ended = command("import", "answers", file, "--city", "rotterdam", database=worlds.url(own))
    assert is_an_error(ended, "row 1, P1.1: '7' is not on the scale 0-3", "row 2, P99.1: there is no such item",
                       "row 4, P1.2: P1.2 stands twice, first in row 3") == 3
    assert worlds.content(own) == before


@pytest.mark.parametrize("arguments", [
    ("answers", "--city", "Nowhereville"), ("match", "--city", "Nowhereville"), ("answers", "--city", "São Paulo"),
    ("match", "--city", "quito", "--network", "moon"), ("answers", "--city", "Springfield"),
    ("import", "workbook", "nothing.xlsx", "--city", "quito"), ("import", "cdp", "nothing.csv"),
    ("import", "cdp", "/"), ("import", "answers", "nothing.csv", "--city", "quito"),
    ("import", "cdp", "nothing.csv", "--network", "demo")], ids=" ".join)
def test_what_is_not_there_is_said_in_one_line(command, demo, arguments):
    assert is_an_error(command(*arguments, database=demo)) == 1


def test_a_store_without_anything_says_what_to_do(command, new):
    assert is_an_error(command("match", "--city", "rotterdam", database=new), "exchange demo") == 1


@pytest.mark.parametrize("address", ["hello", "mysql://x/y", "sqlite://", "sqlite:///:memory:", "http://["])
def test_an_address_that_is_none_of_a_database_is_refused(command, address):
    assert is_an_error(command("answers", "--city", "quito", database=address), "address of the database") == 1


def test_a_password_in_the_address_is_never_printed(command):
    ended = command("answers", "--city", "quito", database="postgresql://u:hush@127.0.0.1:1/none?connect_timeout=1")
    is_an_error(ended, "the server cannot be reached")
    assert "hush" not in ended.err + ended.out


def test_a_newer_database_is_left_as_it_is(command, own):
    with sqlite3.connect(own) as connection:
        connection.execute(f"UPDATE {schema.VERSION_TABLE} SET version_num = '9999'")
    before = worlds.content(own)
    for arguments in (("demo",), ("answers", "--city", "quito"), ("audit", "verify")):
        is_an_error(command(*arguments, database=worlds.url(own)), "version 9999 is newer", "Update the program")
    assert worlds.content(own) == before


def test_a_file_that_is_no_database_and_one_of_another_program_are_left_alone(command, tmp_path):
    (tmp_path / "notes.txt").write_text("dear diary " * 500)
    with sqlite3.connect(tmp_path / "other.db") as connection:
        connection.execute("CREATE TABLE recipe (name TEXT)")
    for name in ("notes.txt", "other.db"):
        is_an_error(command("demo", database=worlds.url(tmp_path / name)), "it is not a database of this workbook")
    assert (tmp_path / "notes.txt").read_text() == "dear diary " * 500
    assert worlds.content(tmp_path / "other.db") == {"recipe": []}


def test_a_database_to_which_somebody_else_writes_can_be_read_but_not_written(command, own, tmp_path, monkeypatch):
    file, before, wait_long = answers_file(tmp_path, ("P1.1", "answered", 2)), worlds.content(own), Store.open
    monkeypatch.setattr(Store, "open", lambda url=None: wait_long(url, patience=0.2))
    hold = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute('BEGIN IMMEDIATE'); "
    with subprocess.Popen([sys.executable, "-c", hold + "print('held', flush=True); input()", str(own)],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        read = command("answers", "--city", "quito", "--json", database=worlds.url(own))
        ended = command("import", "answers", file, "--city", "quito", database=worlds.url(own))
        other.communicate("\n")
    assert len(read.json) == len(ITEMS)
    assert is_an_error(ended, "others are writing to it", "Nothing was changed") == 1
    assert worlds.content(own) == before


def test_a_full_disk_leaves_nothing_half_written(command, own, tmp_path):
    """No file may grow beyond a little, which is what a full disk means for the database."""
    with sqlite3.connect(own) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    rows = [(item, "answered", 2, "a long note " * 5000) for item in ITEMS]
    with (tmp_path / "long.csv").open("w", encoding="utf-8", newline="") as table:
        csv.writer(table).writerows([("item", "state", "level", "note"), *rows])
    arguments = ("import", "answers", str(tmp_path / "long.csv"), "--city", "rotterdam")
    before, most = worlds.content(own), 500_000
    done = subprocess.run([sys.executable, "-m", "exchange", *arguments], env=environment(own), capture_output=True,
                          text=True, check=False, timeout=60,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)))
    is_an_error(Ended(done.returncode, done.stdout, done.stderr), "disk", "Nothing was changed")
    assert worlds.content(own) == before
    assert command(*arguments, database=worlds.url(own)).out.startswith("47 answers")


def test_a_folder_in_which_nothing_can_be_made_is_said(command, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    is_an_error(command("demo", database=worlds.url(tmp_path / "file" / "x.db")), "it cannot be opened")
    if Path("/proc/self").is_dir():
        is_an_error(command("demo", database="sqlite:////proc/exchange.db"), "Check that the folder exists")


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may write anywhere")
def test_a_database_that_may_only_be_read_is_read_and_not_written(command, own, tmp_path):
    own.chmod(0o400)
    tmp_path.chmod(0o500)
    try:
        assert len(command("answers", "--city", "quito", "--json", database=worlds.url(own)).json) == len(ITEMS)
        is_an_error(command("demo", "--seed", "7", database=worlds.url(own)))
    finally:
        tmp_path.chmod(0o700)


def test_a_moment_that_is_none_is_refused(command, own, monkeypatch, tmp_path):
    monkeypatch.setenv("EXCHANGE_NOW", "yesterday")
    before = worlds.content(own)
    file = answers_file(tmp_path, ("P1.1", "answered", 2))
    is_an_error(command("import", "answers", file, "--city", "rotterdam", database=worlds.url(own)), "EXCHANGE_NOW")
    assert worlds.content(own) == before


def test_who_may_not_write_past_the_rules_imports_nothing(command, own, monkeypatch, tmp_path):
    monkeypatch.setenv("EXCHANGE_ROLE", "city_editor")
    monkeypatch.setenv("EXCHANGE_USER", "Ana")
    monkeypatch.setenv("EXCHANGE_CITIES", "demo-3652462")
    before = worlds.content(own)
    file = answers_file(tmp_path, ("P1.1", "answered", 2))
    is_an_error(command("import", "answers", file, "--city", "rotterdam", database=worlds.url(own)))
    assert worlds.content(own) == before


# how it ends, and what it prints where


def test_ctrl_c_ends_the_command_without_a_trace_and_without_half_a_network(tmp_path):
    file = tmp_path / "x.db"
    running = subprocess.Popen([sys.executable, "-m", "exchange", "demo"], env=environment(file), text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while not file.exists() and running.poll() is None:
        time.sleep(0.01)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert "Traceback" not in err
    assert running.returncode == 130
    assert out == ""
    with sqlite3.connect(file) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        written = connection.execute("SELECT count(*) FROM city").fetchone() if "city" in tables else (0,)
    assert written == (0,)


def test_an_output_that_cannot_be_written_is_said_in_our_words(demo):
    with Path("/dev/full").open("w") as full:
        for more in ((), ("--json",)):
            done = subprocess.run([sys.executable, "-m", "exchange", "answers", "--city", "quito", *more], stdout=full,
                                  env=environment(demo), stderr=subprocess.PIPE, text=True, check=False, timeout=60)
            assert done.returncode == 2
            assert done.stderr.startswith("output: it cannot be written (")
            assert len(done.stderr.splitlines()) == 1


def test_a_closed_output_is_no_reason_to_fail(demo):
    done = subprocess.run(["/bin/sh", "-c", f"{sys.executable} -m exchange answers --city quito --json >&-"],
                          env=environment(demo), capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_piped_table_has_no_colours(demo):
    done = exchange("match", "--city", "quito", "--top", "2", database=demo, TERM="xterm-256color")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout + done.stderr


def test_a_terminal_without_our_letters_gets_valid_json_and_a_readable_table(demo):
    done = exchange("cities", "find", "東京", "--json", database=demo, PYTHONIOENCODING="ascii")
    assert json.loads(done.stdout)["city"]["slug"] == "tokyo"
    done = exchange("match", "--city", "bogota", "--top", "3", database=demo, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Peers of Bogot?" in done.stdout


def test_markup_in_a_name_is_printed_as_it_is(command, own):
    with worlds.opened(worlds.url(own), "quito") as workbook:
        worlds.rename(workbook, "[red]Quito[/red] [link=x]")
    ended = command("match", "--city", "demo-quito", "--top", "1", database=worlds.url(own))
    assert "Peers of [red]Quito[/red] [link=x]" in ended.out


@pytest.mark.parametrize("name", ["Кито", "기토", "كيتو", "ᐃᖃᓗᐃᑦ", '"quoted"\\', "🏙️ city"])
def test_json_is_valid_for_a_name_in_any_script(command, own, name):
    with worlds.opened(worlds.url(own), "quito") as workbook:
        worlds.rename(workbook, name)
    assert command("match", "--city", "demo-quito", "--json", database=worlds.url(own)).json["city"] == name
