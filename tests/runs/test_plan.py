"""Plans: the kinds of file, what is refused by row, and what can never become a parameter."""

from __future__ import annotations

import json

import pytest
import yaml

from exchange.errors import InputError
from exchange.runs.job import Job, Template
from exchange.runs.plan import draft, read_plan
from tests.runs.books import book

DECLARES = "city: str = ''\nyear: int = 2026\nshare: float = 0.5\nfinal: bool = False\nnote: str | None = None"


@pytest.fixture
def folder(tmp_path):
    book(tmp_path / "report.ipynb", declares=DECLARES)
    return tmp_path


ROWS = [{"notebook": "report.ipynb", "name": "quito", "parameters": {"city": "Quito", "year": 2027}},
        {"notebook": "report.ipynb", "parameters": {"share": 0.25, "final": True}}]


def write(folder, kind):
    path = folder / f"plan.{kind}"
    if kind == "csv":
        path.write_text("\ufeffnotebook,name,city,year,share,final\n"
                        "report.ipynb,quito,Quito,2027,,\nreport.ipynb,,,,0.25,yes\n", encoding="utf-8")
    else:
        path.write_text(json.dumps(ROWS) if kind == "json" else yaml.safe_dump({"runs": ROWS}))
    return path


@pytest.mark.parametrize("kind", ["csv", "json", "yaml"])
def test_every_kind_of_plan_says_the_same(folder, kind):
    plan = read_plan(write(folder, kind))
    assert not plan.refused
    assert [(one.name, dict(one.parameters)) for one in plan.drafts] == [
        ("quito", {"city": "Quito", "year": 2027}), ("", {"share": 0.25, "final": True})]


@pytest.mark.parametrize(("row", "said"), [
    ({"notebook": "report.ipynb", "parameters": {"town": "Quito"}}, "parameter 'town': the notebook does not declare"),
    ({"notebook": "report.ipynb", "parameters": {"year": "soon"}}, "parameter 'year': 'soon' is not a whole number"),
    ({"notebook": "report.ipynb", "parameters": {"year": 2026.5}}, "2026.5 is not a whole number"),
    ({"notebook": "report.ipynb", "parameters": {"city": ["Quito"]}}, "parameter 'city'"),
    ({"notebook": "report.ipynb", "parameters": "city=Quito"}, "they are no table"),
    ({"notebook": "missing.ipynb"}, "notebook 'missing.ipynb': there is none"),
    ({"notebook": "bare.ipynb"}, "no cell has the tag 'parameters'"),
    ({"notebook": "text.ipynb"}, "it is not a notebook"),
    ({"notebook": "report.ipynb", "name": "../../etc"}, "a run cannot be called so"),
    ({"notebook": "report.ipynb", "city": "Quito"}, "'city'"),
    ({"name": "nothing"}, "the run names none"),
    ("report.ipynb", "the run names none"),
    ({"notebook": "report.ipynb", "parameters": {"city": "postgresql://ann:hunter2@db/x"}}, "looks like a secret"),
])
def test_a_row_that_is_wrong_is_refused_with_its_place_and_the_others_go_on(folder, row, said):
    book(folder / "bare.ipynb", declares=None)
    (folder / "text.ipynb").write_text("These are the minutes.")
    path = folder / "plan.json"
    path.write_text(json.dumps([ROWS[0], row, ROWS[1]]))
    plan = read_plan(path)
    assert len(plan.drafts) == 2
    assert len(plan.refused) == 1
    assert said in str(plan.refused[0])
    assert plan.refused[0].place.startswith("plan.json, run 2")
    assert "hunter2" not in str(plan.refused[0])


def test_a_parameter_that_is_called_like_a_secret_is_refused(folder):
    book(folder / "secret.ipynb", declares="api_key: str = ''")
    with pytest.raises(InputError, match="looks like a secret"):
        draft("secret.ipynb", {"api_key": "x"}, beside=folder)


@pytest.mark.parametrize(("name", "text", "said"), [
    ("plan.json", "{", "it cannot be read"), ("plan.json", "7", "it is no list of runs"),
    ("plan.yaml", "- {a: [", "it cannot be read"),
    ("plan.yaml", "!!python/object/apply:os.getcwd []", "it cannot be read"),
    ("plan.txt", "x", ".txt is not a kind of plan"), ("plan.csv", 'a,"b', "it cannot be read"),
    ("plan.json", "[" * 100_000, "it cannot be read"),
])
def test_a_file_that_is_no_plan_is_one_clear_error(tmp_path, name, text, said):
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=said):
        read_plan(tmp_path / name)


def test_a_file_that_is_missing_or_no_text_is_one_clear_error(tmp_path):
    with pytest.raises(InputError, match="it cannot be read"):
        read_plan(tmp_path / "none.csv")
    (tmp_path / "plan.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="it is not UTF-8 text"):
        read_plan(tmp_path / "plan.csv")


def test_a_csv_row_with_more_cells_than_columns_is_refused(folder):
    (folder / "plan.csv").write_text("notebook,city\nreport.ipynb,Quito,Lima\nreport.ipynb,Quito\n")
    plan = read_plan(folder / "plan.csv")
    assert (len(plan.drafts), len(plan.refused)) == (1, 1)


def test_the_key_of_a_run_changes_with_everything_that_goes_into_it_and_with_nothing_else(folder):
    template = Template.load("report.ipynb", folder)
    same = {"data": "d", "versions": "v"}
    base = Job.make(template, {"city": "Quito", "year": 2026}, **same)
    assert Job.make(template, {"year": 2026, "city": "Quito"}, **same).key == base.key
    others = [Job.make(template, {"city": "Lima", "year": 2026}, **same),
              Job.make(template, base.parameters, data="e", versions="v"),
              Job.make(template, base.parameters, data="d", versions="w"),
              Job.make(template, base.parameters, **same, occasion="90 days after")]
    book(folder / "report.ipynb", "1 + 1", declares=DECLARES)
    others.append(Job.make(Template.load("report.ipynb", folder), base.parameters, **same))
    assert len({base.key, *(one.key for one in others)}) == 6
    about_the_same = [one.subject == base.subject for one in others]
    assert about_the_same == [False, True, True, False, True]
    assert Job.of(json.loads(json.dumps(base.as_dict()))) == base
