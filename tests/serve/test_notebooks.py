"""A notebook asked by hostile or mistaken hands runs nothing but its own cells."""

from __future__ import annotations

import random
import string

import nbformat
import pytest
from papermill.translators import PythonTranslator

from exchange import words
from exchange.errors import InputError
from exchange.notebooks import check, declared, paragraphs, prepare, read, title
from exchange.paths import NOTEBOOKS

PARAMETERS = """
city: str = "rotterdam"  # short name of the city
network: str = ""  # empty: the one that the city is in
top: int = 5  # how many peers
share: float = 0.5  # a part of one
live: bool = True  # whether it moves
host: str | None = None  # nobody yet
"""
PROSE = "# Find peers\n\nCities like ours.\n\n```python\nprint('kept')\n\nprint('as it is')\n```"


@pytest.fixture
def notebook() -> nbformat.NotebookNode:
    cell = nbformat.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(PROSE), cell,
                                           nbformat.v4.new_code_cell("city")])


def injected(node: nbformat.NotebookNode) -> str:
    return next(c.source for c in node.cells if "injected-parameters" in c.metadata.tags)


def run(code: str) -> dict[str, object]:
    space: dict[str, object] = {"__builtins__": {"float": float}}
    exec(code, space)
    space.pop("__builtins__")
    return space


def test_a_value_reaches_the_notebook_as_it_was_given(notebook):
    given = {"city": "mérida", "top": 3, "share": 1, "live": False, "host": None}
    assert run(injected(prepare(notebook, given, "en"))) == given


def test_the_notebook_that_was_given_is_not_changed(notebook):
    before = nbformat.writes(notebook)
    prepare(notebook, {"city": "quito"}, "ar")
    assert nbformat.writes(notebook) == before


def test_the_declared_parameters_are_those_that_papermill_sees():
    for file in sorted(NOTEBOOKS.glob("*.ipynb")):
        node = nbformat.read(file, as_version=4)
        cell = next(c for c in node.cells if "parameters" in c.metadata.get("tags", []))
        seen = {p.name: p.inferred_type_name for p in PythonTranslator.inspect(cell)}
        assert {p.name: p.kind for p in declared(node).values()} == seen, file.name


@pytest.mark.parametrize(("name", "value"), [
    ("top", "5"), ("top", True), ("top", 5.0), ("top", None), ("top", 2**70), ("share", "0.5"),
    ("share", float("nan")), ("share", float("inf")), ("live", 1), ("city", 5), ("city", None), ("host", 1),
    ("city", ["rotterdam"]), ("city", {"a": 1}), ("city", b"rotterdam"), ("city", "a\x00b"),
    ("city", "\ud800"), ("city", "x" * 2001),
])
def test_a_value_of_another_type_is_refused(notebook, name, value):
    with pytest.raises(InputError, match=name):
        prepare(notebook, {name: value}, "en")


def test_every_mistake_is_named_at_once(notebook):
    with pytest.raises(InputError) as error:
        prepare(notebook, {"top": "many", "cityy": "quito", "live": "no"}, "en")
    places = [finding.place for finding in error.value.findings]
    assert places == ["parameter 'top'", "parameter 'cityy'", "parameter 'live'"]


class Sneaky(str):
    __slots__ = ()

    def __str__(self) -> str:
        return "''\nran.append(1)"


HOSTILE = ["x=1;ran.append(1)#", "city=ran.append(1)#", "__import__('os')", "top\nran", "city ", " city",
           "C\u0131ty", "\uff43ity", "city.x", "city[0]", "(city)", "*city", "import", "None", "", "'", '"',
           "\u2028city", "city\\", "{0}", "{{city}}", "$(ran)", "%run ran", "!ran", "?city", "lambda:ran",
           "city,top"]


def test_a_thousand_hostile_names_are_refused(notebook):
    rng = random.Random(20261123)
    names = [*HOSTILE, Sneaky("city")]
    while len(names) < 1000:
        pieces = [*HOSTILE, rng.choice(string.printable), "ran.append(1)", ";", "="]
        names.append("".join(rng.choices(pieces, k=3)))
    known = declared(notebook)
    for name in names:
        if name in known and type(name) is str:
            continue
        with pytest.raises(InputError, match="does not declare it"):
            prepare(notebook, {name: 1}, "en")


def test_a_thousand_hostile_values_are_only_values(notebook):
    rng = random.Random(20261123)
    pieces = ['"', "'", '"""', "'''", "\\", "\\\\", "\n", "\t", "\u2028", "\u2029", "\x85", ";", "#",
              "{city}",
              "ran.append(1)", "{{", "%s", "$x", "\\N{DIGIT ONE}", "\\x22", "\\u0022", "f'", "عمان", "𝟙",
              "\u202e", "\\'", " "]
    for _ in range(1000):
        value = "".join(rng.choices(pieces, k=rng.randint(1, 12)))
        code = injected(prepare(notebook, {"city": value}, "en"))
        assert run(code) == {"city": value}


class Count(int):
    __slots__ = ()

    def __repr__(self) -> str:
        return "ran.append(1)"


@pytest.mark.parametrize("value", [Sneaky("quito"), object(), Count(3)])
def test_a_value_that_writes_itself_differently_is_refused(notebook, value):
    for name in ("city", "top"):
        with pytest.raises(InputError):
            prepare(notebook, {name: value}, "en")


def test_a_notebook_without_a_parameters_cell_is_refused():
    with pytest.raises(InputError, match="no cell has the tag 'parameters'"):
        prepare(nbformat.v4.new_notebook(), {}, "en")


@pytest.mark.parametrize("line", ["city = 'x'", "import os", "city: list = []", "city: str", "a.b: str = ''",
                                  "x y", "city: str = '' if ran else ''; ran()"])
def test_a_line_that_declares_nothing_is_refused(line):
    cell = nbformat.v4.new_code_cell(line, metadata={"tags": ["parameters"]})
    with pytest.raises(InputError, match="parameters cell"):
        declared(nbformat.v4.new_notebook(cells=[cell]))


def test_texts_from_an_address_become_values_of_the_declared_type(notebook):
    texts = {"city": "5", "top": "5", "share": "0.25", "live": "no"}
    assert read(declared(notebook), texts) == {"city": "5", "top": 5, "share": 0.25, "live": False}


def test_a_text_that_is_no_number_is_refused(notebook):
    with pytest.raises(InputError, match="'five' is not a whole number"):
        read(declared(notebook), {"top": "five"})


def test_nothing_given_means_the_notebooks_own_defaults(notebook):
    assert check(declared(notebook), {}) == {}
    assert run(injected(prepare(notebook, {}, "en"))) == {}


def test_prose_is_translated_paragraph_by_paragraph_and_the_rest_stays(notebook, monkeypatch):
    class Spanish:
        @staticmethod
        def gettext(said: str) -> str:
            return {"# Find peers": "# Buscar pares", "": "the header of the catalogue"}.get(said, said)

    monkeypatch.setattr("exchange.notebooks.catalogue", lambda language: Spanish)
    ready = prepare(notebook, {}, "es")
    assert ready.cells[0].source == PROSE.replace("# Find peers", "# Buscar pares")
    assert dict(ready.metadata.exchange) == {"lang": "es", "dir": "ltr", "title": "Buscar pares", "step": ""}


def test_a_language_that_we_do_not_speak_is_english(notebook):
    assert prepare(notebook, {}, "xx").metadata.exchange.lang == "en"


def test_arabic_runs_from_right_to_left(notebook):
    assert prepare(notebook, {}, "ar-EG").metadata.exchange["dir"] == "rtl"
    assert words.direction("ar") == "rtl"


def test_the_catalogue_gets_each_paragraph_once(notebook):
    notebook.cells.append(nbformat.v4.new_markdown_cell("Cities like ours.\n\n---\n\n2026\n\nMore."))
    found = paragraphs(notebook)
    assert found[:2] == ["# Find peers", "Cities like ours."]
    assert found.count("Cities like ours.") == 1
    assert found[-1] == "More."
    assert "---" not in found
    assert "2026" not in found


def test_the_title_is_the_first_heading(notebook):
    assert title(notebook) == "Find peers"
    assert not title(nbformat.v4.new_notebook())
