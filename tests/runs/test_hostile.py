"""Parameters and names from enemies: nothing is executed, nothing is written outside the folder of runs."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.errors import InputError
from exchange.notebooks import prepare
from exchange.runs.job import NAME, Job, Template, asked
from exchange.runs.shelf import MANIFEST, NOTEBOOK, Shelf
from tests.runs.books import book

DECLARES = {"city": "str", "year": "int", "share": "float", "final": "bool"}
CODE = ["x=1;__import__('os').system('touch pwned')#", "__import__('os')", "';import os;os.system('touch pwned')#",
        '"""\nimport os\n"""', "\\", "\u2028import os", "\ud800", "{}", "%s", "$(touch pwned)", "`id`", "..",
        "../../etc", "CON", "nul.txt", "a/b", "a\\b", "\x00", "\u202egpj.exe", "-rf", "~", "." * 300, "é", "A", " ", "",
        "con", "%2e%2e"]
texts = st.one_of(st.sampled_from(CODE), st.text(max_size=40), st.text(alphabet="ab.-_/\\ \n'\"#;=()", max_size=30))
values = st.one_of(texts, st.integers(), st.floats(), st.booleans(), st.none(), st.lists(st.integers(), max_size=2),
                   st.dictionaries(texts, texts, max_size=2), st.binary(max_size=5))
names = st.one_of(st.sampled_from(list(DECLARES)), texts)
quick = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
slow = settings(quick, max_examples=10_000)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    lines = "\n".join(f"{name}: {kind} = {kind}()" for name, kind in DECLARES.items())
    return Template.load(book(tmp_path_factory.mktemp("books") / "report.ipynb", declares=lines))


def check_parameters(template, given_values):
    """The only code that can come of parameters is declared names set to literals of the declared types."""
    try:
        checked = asked(template, given_values)
    except InputError:
        return
    node = nbformat.reads(template.text, as_version=4)
    ready = prepare(node, checked, "en")
    (cell,) = (one for one in ready.cells if "injected-parameters" in one.metadata.get("tags", []))
    for line in ast.parse(cell.source).body:
        assert isinstance(line, ast.Assign)
        (target,) = line.targets
        assert isinstance(target, ast.Name)
        assert type(ast.literal_eval(line.value)).__name__ == DECLARES[target.id]
        assert ast.literal_eval(line.value) == checked[target.id]


def check_name(template, shelf, name):
    """A name is refused, or its folder stands in the folder of published runs and nowhere else."""
    try:
        job = Job.make(template, {}, data="d", versions="v", name=name)
    except InputError:
        return
    folder = shelf.publish(job, {NOTEBOOK: b"{}", MANIFEST: b"{}"})
    assert NAME.fullmatch(job.name)
    assert folder.resolve().parent == shelf.published.resolve()


@given(st.dictionaries(names, values, max_size=4))
@quick
def test_hostile_parameters_become_literals_or_are_refused(template, given_values):
    check_parameters(template, given_values)


@pytest.mark.slow
@given(st.dictionaries(names, values, max_size=4))
@slow
def test_ten_thousand_hostile_parameters_become_literals_or_are_refused(template, given_values):
    check_parameters(template, given_values)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    made = Shelf(tmp_path_factory.mktemp("shelf") / "runs")
    made.prepare()
    return made


def outside(shelf):
    """Return what stands beside the folder of runs."""
    return sorted(path.name for path in shelf.root.parent.iterdir())


@given(texts)
@quick
def test_hostile_names_stay_in_the_folder_of_runs_or_are_refused(template, shelf, name):
    check_name(template, shelf, name)
    assert outside(shelf) == ["runs"]


@pytest.mark.slow
@given(texts)
@slow
def test_ten_thousand_hostile_names_stay_in_the_folder_of_runs_or_are_refused(template, shelf, name):
    check_name(template, shelf, name)
    assert outside(shelf) == ["runs"]


@pytest.mark.parametrize("name", CODE)
def test_each_known_attack_is_refused_as_a_name_of_a_parameter(template, name):
    with pytest.raises(InputError, match="the notebook does not declare it"):
        asked(template, {name: "x"})
    assert not Path("pwned").exists()


@given(texts)
@quick
def test_a_name_that_is_not_given_comes_from_the_file_and_is_always_harmless(template, stem):
    from exchange.runs.job import safe

    assert NAME.fullmatch(safe(stem))
