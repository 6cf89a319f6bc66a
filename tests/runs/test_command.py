"""`exchange run` and `exchange due` as people and schedulers use them: what they make, refuse, and how they end."""

from __future__ import annotations

import csv
import json
import sqlite3
import subprocess
import sys
from html.parser import HTMLParser

import pytest

from exchange.runs.shelf import is_whole
from exchange.store import Store, Viewer, schema
from tests.runs import books

NOW = {"EXCHANGE_NOW": "2026-11-23T10:00:00Z"}


def due(folder, *arguments, **more):
    return books.called(["exchange", "due", *arguments], books.surroundings(folder, **NOW, **more))


def test_a_notebook_is_run_and_its_folder_holds_page_tables_notebook_and_manifest(tmp_path):
    books.book(tmp_path / "small.ipynb")
    done = books.run(tmp_path, tmp_path / "small.ipynb", "-p", "number=21", "--name", "half")
    assert done.returncode == 0, done.stderr
    folder = books.path_of(tmp_path, "half")
    said = books.manifest(folder)
    assert is_whole(folder)
    assert said["parameters"] == {"number": 21}
    assert said["state"] == "published"
    assert {"python", "pandas", "code"} <= set(said["versions"])
    assert {"template", "data", "versions"} == set(said["hashes"])
    assert said["seconds"] > 0
    assert isinstance(said["seed"], int)
    assert books.outputs(folder)[2][0]["text"] == "number 21\n"
    with (folder / "tables" / "01.csv").open(encoding="utf-8-sig") as file:
        assert list(csv.reader(file))[1] == ["0", "42", "'=1+1"]
    page = (folder / "index.html").read_text()
    assert "A small book" in page
    assert "print(" not in page


def test_random_numbers_are_those_of_the_seed_so_that_a_run_can_be_repeated(tmp_path):
    books.book(tmp_path / "dice.ipynb", "import random, numpy\n(random.random(), float(numpy.random.rand()))")
    texts = []
    for fork in ((), ("--no-fork",)):
        (tmp_path / "exchange.db").unlink(missing_ok=True)
        assert books.run(tmp_path, tmp_path / "dice.ipynb", *fork).returncode == 0
        (folder,) = books.published(tmp_path)
        texts.append(books.outputs(folder)[-1])
        folder.rename(tmp_path / f"moved-{len(texts)}")
    assert texts[0] == texts[1]


def test_an_unchanged_plan_executes_nothing_and_a_removed_folder_is_made_again(tmp_path):
    plan = books.small_plan(tmp_path, 3)
    assert books.counts(books.run(tmp_path, "--plan", plan))["published"] == 3
    assert books.counts(books.run(tmp_path, "--plan", plan)) == {"unchanged": 3}
    gone = books.published(tmp_path)[0]
    gone.rename(tmp_path / "elsewhere")
    assert books.counts(books.run(tmp_path, "--plan", plan)) == {"unchanged": 2, "published": 1}
    assert gone.is_dir()


def test_a_changed_notebook_is_run_again_and_supersedes_the_older_run(tmp_path):
    plan = books.small_plan(tmp_path, 1)
    books.run(tmp_path, "--plan", plan)
    books.book(tmp_path / "small.ipynb", "'changed'")
    assert books.counts(books.run(tmp_path, "--plan", plan)) == {"published": 1}
    with Store.open(f"sqlite:///{tmp_path / 'exchange.db'}") as store:
        assert sorted(row["state"] for row in store.runs(Viewer.local())) == ["published", "superseded"]


def test_what_was_finished_before_a_call_died_is_noted_and_not_done_again(tmp_path):
    plan = books.small_plan(tmp_path, 2)
    books.run(tmp_path, "--plan", plan)
    with sqlite3.connect(tmp_path / "exchange.db") as connection:
        connection.execute("UPDATE run SET state = 'running', owner = 'elsewhere:1:1', lease_until = "
                           "'2020-01-01T00:00:00.000000+00:00'")
    assert books.counts(books.run(tmp_path, "--plan", plan)) == {"recovered": 2}


BAD = [
    {"notebook": "small.ipynb", "parameters": {"number": 1}},
    {"notebook": "boom.ipynb", "parameters": {"number": 2}},
    {"notebook": "dies.ipynb"},
    {"notebook": "slow.ipynb"},
    {"notebook": "missing.ipynb"},
    {"notebook": "bare.ipynb"},
    {"notebook": "small.ipynb", "parameters": {"nobody": 1}},
    {"notebook": "small.ipynb", "parameters": {"number": "many"}},
    {"notebook": "small.ipynb", "parameters": {"number": 3}},
]


def test_everything_that_can_be_wrong_is_one_clear_error_each_and_the_rest_goes_on(tmp_path):
    books.book(tmp_path / "small.ipynb", "number")
    books.book(tmp_path / "boom.ipynb", "print('before')", "1 / 0", "print('after')")
    books.book(tmp_path / "dies.ipynb", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    books.book(tmp_path / "slow.ipynb", "import time; time.sleep(600)")
    books.book(tmp_path / "bare.ipynb", declares=None)
    plan = books.plan(tmp_path / "plan.json", BAD)
    done = books.run(tmp_path, "--plan", plan, "--timeout", 8, "--retries", 1)
    assert done.returncode == 3
    said = json.loads(done.stdout)
    assert {name: number for name, number in said["counts"].items() if number} == {
        "published": 2, "failed": 3, "retried": 2}
    assert len(said["refused"]) == 4
    errors = {one["name"]: one["error"] for one in said["runs"] if one["state"] == "failed"}
    assert errors == {
        "boom": {"kind": "cell", "message": "ZeroDivisionError: division by zero", "cell": 5},
        "dies": {"kind": "kernel", "message": "its kernel died", "cell": 4},
        "slow": {"kind": "timeout", "message": "the cell ran longer than 8 seconds", "cell": 4}}
    (kept,) = (tmp_path / "runs" / "failed").glob("boom-*")
    node = (kept / "notebook.ipynb").read_text()
    assert "before" in node
    assert "ZeroDivisionError" in node
    assert "This run failed: ZeroDivisionError" in (kept / "index.html").read_text()
    again = books.run(tmp_path, "--plan", books.plan(plan, [BAD[0], BAD[4]]))
    assert again.returncode == 2
    assert books.counts(again) == {"unchanged": 1}


class _Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name in {"href", "src"}]


def test_the_index_lists_runs_newest_first_with_links_that_open_from_the_disk(tmp_path):
    books.book(tmp_path / "small.ipynb")
    books.book(tmp_path / "boom.ipynb", "raise ValueError('<script>alert(1)</script>')")
    books.run(tmp_path, tmp_path / "small.ipynb", "--name", "older")
    books.run(tmp_path, tmp_path / "boom.ipynb", "--name", "newer")
    index = tmp_path / "runs" / "index.html"
    page = index.read_text()
    links = _Links()
    links.feed(page)
    assert [link.split("/")[1].split("-")[0] for link in links.found] == ["newer", "older"]
    assert all((index.parent / link).is_file() for link in links.found)
    assert "<script>" not in page
    assert "cell 4: ValueError" in page


@pytest.mark.parametrize(("arguments", "said"), [
    ((), "it is not clear what to run"),
    (("05_evaluation", "--due"), "it is not clear what to run"),
    (("nowhere",), "notebook 'nowhere': there is none"),
    (("05_evaluation", "-p", "city"), "it has no value"),
    (("05_evaluation", "-p", "town=Quito"), "the notebook does not declare it"),
    (("05_evaluation", "--name", "../up"), "a run cannot be called so"),
    (("05_evaluation", "--executor", "carrier-pigeon"), "there is none of this kind"),
    (("05_evaluation", "--as-of", "yesterday"), "it is not a day"),
    (("05_evaluation", "--progress", "loud"), "there is no such way"),
    (("--due", "--kind", "planet"), "nothing of this kind is ever due"),
    (("--due", "--network", "none"), "there is none that you may see"),
    (("--plan", "none.csv"), "it cannot be read"),
])
def test_a_call_that_makes_no_sense_ends_with_2_and_makes_nothing(tmp_path, arguments, said):
    done = books.run(tmp_path, *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / "runs" / "published").exists()


def test_a_database_that_is_newer_is_one_clear_error(tmp_path):
    with Store.open(f"sqlite:///{tmp_path / 'exchange.db'}") as store, store.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {schema.VERSION_TABLE} SET version_num = '9999'")
    done = books.run(tmp_path, "05_evaluation")
    assert (done.returncode, "is newer than this program" in done.stderr) == (2, True)


def test_a_city_may_not_run_notebooks_unattended(tmp_path):
    done = books.run(tmp_path, "05_evaluation", EXCHANGE_ROLE="city_editor", EXCHANGE_CITIES="1")
    assert done.returncode == 2
    assert "may not run notebooks unattended" in done.stderr


def test_what_is_due_is_listed_with_its_reason_and_notified_and_the_status_tells(demo):
    listed = due(demo, "--kind", "exchange", "--json")
    assert listed.returncode == 0
    found = json.loads(listed.stdout)["due"]
    assert any("the follow-up 90 days after its end came on" in one["why"] for one in found)
    earlier = json.loads(due(demo, "--kind", "exchange", "--as-of", "2025-07-01", "--json").stdout)["due"]
    assert 0 < len(earlier) < len(found)
    done = due(demo, "--kind", "exchange", "--notify", str(demo / "note" / "due.md"))
    assert done.returncode == 0
    assert json.loads((demo / "note" / "due.json").read_text())["count"] == len(found)
    assert (demo / "note" / "due.md").read_text().count("| exchange |") == len(found)
    nothing = due(demo, "--as-of", "1999-01-01")
    assert (nothing.returncode, nothing.stdout) == (1, "Nothing is due on 1999-01-01.\n")


def test_a_run_reads_the_record_and_changes_nothing_and_only_new_data_make_it_due_again(demo):
    with Store.open(f"sqlite:///{demo / 'exchange.db'}") as store:
        row = store.exchanges(Viewer.local(), status="closed").iloc[0]
        before = store.verify_audit().rows
        slug = store.city(Viewer.local(), row["learner_id"])["slug"]
    asked = ("05_evaluation", "-p", f"city={slug}", "-p", f"exchange={row['exchange_id']}", "-p", "network=demo")
    done = books.run(demo, *asked)
    assert done.returncode == 0, done.stdout
    with Store.open(f"sqlite:///{demo / 'exchange.db'}") as store:
        assert store.verify_audit().rows == before
        assert books.counts(books.run(demo, *asked)) == {"unchanged": 1}
        other = store.exchanges(Viewer.local(), status="closed").iloc[1]["exchange_id"]
        store.put_exchange(Viewer.local(), {"exchange_id": other, "title": "Not the first one"})
        assert books.counts(books.run(demo, *asked)) == {"unchanged": 1}
        store.put_exchange(Viewer.local(), {"exchange_id": row["exchange_id"], "title": "A new title"})
    assert books.counts(books.run(demo, *asked)) == {"published": 1}


@pytest.mark.slow
def test_everything_that_is_due_on_the_demo_network_is_evaluated(demo):
    found = json.loads(due(demo, "--json").stdout)["due"]
    done = books.run(demo, "--due", **NOW)
    assert done.returncode == 0, done.stdout[-2000:]
    assert {path.name for path in books.published(demo)} == {one["run"] for one in found}
    assert due(demo).returncode == 1


def test_every_due_exchange_of_a_day_on_the_demo_network_is_evaluated_once(demo):
    day = ("--kind", "exchange", "--as-of", "2025-06-24")
    found = json.loads(due(demo, *day, "--json").stdout)["due"]
    assert found
    done = books.run(demo, "--due", *day)
    assert done.returncode == 0, done.stdout[-2000:]
    assert {path.name for path in books.published(demo)} == {one["run"] for one in found}
    assert due(demo, *day).returncode == 1


@pytest.mark.parametrize("way", ["lines", "jsonl", "none"])
def test_progress_is_told_in_the_way_that_is_asked_for(tmp_path, way):
    plan = books.small_plan(tmp_path, 2, "number")
    done = books.run(tmp_path, "--plan", plan, "--progress", way, "--workers", 1)
    assert books.counts(done) == {"published": 2}
    if way == "jsonl":
        events = [json.loads(line)["event"] for line in done.stderr.splitlines()]
        assert (events[0], events[-1]) == ("planned", "finished")
        assert events.count("started") == events.count("published") == 2
    elif way == "lines":
        assert "2 runs planned: 2 to run, 0 unchanged." in done.stderr
        assert "2 of 2 runs" in done.stderr
    elif way == "none":
        assert done.stderr == ""


def test_a_call_that_is_told_to_stop_frees_what_it_held_and_the_next_goes_on(tmp_path):
    plan = books.small_plan(tmp_path, 5, "import time; time.sleep(0.5)", "print('number', number)")
    call = subprocess.Popen([*books.command(tmp_path, "--plan", plan, "--progress", "jsonl", "--workers", "1")],
                            env=books.surroundings(tmp_path), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    for line in call.stderr:
        if json.loads(line)["event"] == "published":
            break
    call.terminate()
    out, _ = call.communicate(timeout=30)
    assert call.returncode == 130
    assert "Ask again to go on" in out
    with Store.open(f"sqlite:///{tmp_path / 'exchange.db'}") as store:
        assert {row["state"] for row in store.runs(Viewer.local())} == {"planned", "published"}
    done = books.run(tmp_path, "--plan", plan)
    assert done.returncode == 0
    assert len(books.published(tmp_path)) == 5


def test_no_secret_of_the_environment_reaches_a_kernel_or_a_run(tmp_path):
    books.book(tmp_path / "env.ipynb", "import os\nsorted(os.environ.items())")
    done = books.run(tmp_path, tmp_path / "env.ipynb", AWS_SECRET_ACCESS_KEY="canary-4711", TOKEN="canary-4711")
    assert done.returncode == 0
    texts = [path.read_text(errors="replace") for path in (tmp_path / "runs").rglob("*") if path.is_file()]
    assert not [text for text in texts if "canary-4711" in text]


def test_the_package_registers_its_engine_and_its_provisioner():
    code = ("from importlib.metadata import entry_points as e\n"
            "print([p.load().__name__ for g in ('papermill.engine', 'jupyter_client.kernel_provisioners') "
            "for p in e(group=g) if p.value.startswith('exchange.')])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    if done.stdout == "[]\n":
        pytest.skip("installed before these entry points were there; run make setup")
    assert done.stdout == "['ExchangeEngine', 'ForkingProvisioner']\n"
