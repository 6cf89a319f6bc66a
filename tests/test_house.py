"""The house stands as it is described: imports go one way, words are true, nothing unsafe or foreign slips in."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from exchange.cli import app
from tests.commands import command_paths

ROOT = Path(__file__).resolve().parents[1]
TRACKED = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split("\n")
SOURCES = [p for folder in ("exchange", "widgets") for p in sorted((ROOT / folder).rglob("*.py"))]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LAYERS = [
    {"paths", "errors"}, {"words"}, {"vocabulary", "tables"}, {"cities", "hazards"}, {"instruments"},
    {"assessments", "lessons", "matching", "exchanges"}, {"evaluation"}, {"learning"}, {"demo", "imports", "notebooks"},
    {"reports", "store"}, {"workbook"}, {"locale", "serve", "room", "runs"}, {"cli"}, {"__init__", "__main__"},
]
"""Parts of `exchange`, the lowest first: each imports only from its own row or from below."""

PURE = {"instruments", "assessments", "lessons", "matching", "exchanges", "evaluation", "learning", "demo"}


def part_of(path: Path) -> str:
    inside = path.relative_to(ROOT / "exchange").parts
    return inside[0].removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    """Yield the dotted names that a module imports when it runs; what only type checkers read does not count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    guarded = [node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)]
    for_types = {id(inner) for node in guarded for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "exchange":
                yield from (f"exchange.{alias.name}" for alias in node.names)
            else:
                yield node.module


def level(part: str) -> int:
    return next(n for n, row in enumerate(LAYERS) if part in row)


def test_every_part_of_the_house_has_its_place():
    known = set().union(*LAYERS)
    assert {part_of(p) for p in SOURCES if "exchange" in p.parts[len(ROOT.parts):][:1]} <= known


@pytest.mark.parametrize("path", [p for p in SOURCES if p.is_relative_to(ROOT / "exchange")],
                         ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_one_way(path):
    mine = part_of(path)
    for name in imported(path):
        assert name.split(".")[0] != "widgets", f"{path.name} imports widgets"
        if name.startswith("exchange.") and mine not in {"__init__", "__main__"}:
            theirs = name.split(".")[1]
            if theirs in set().union(*LAYERS):
                assert level(theirs) <= level(mine), f"{mine} imports {theirs}"


@pytest.mark.parametrize("path", [p for p in SOURCES if p.is_relative_to(ROOT / "exchange") and part_of(p) in PURE],
                         ids=lambda p: str(p.relative_to(ROOT)))
def test_the_domain_is_pure(path):
    names = set(imported(path))
    assert not names & {"sqlite3", "sqlalchemy", "random", "ipywidgets", "anywidget", "requests", "urllib.request"}
    text = path.read_text(encoding="utf-8")
    clock_or_chance = r"\b(datetime\.now|date\.today|time\.time|np\.random\.(seed|rand|normal)\b|default_rng\(\))"
    assert not re.search(clock_or_chance, text)


def test_only_one_module_escapes_and_nobody_trusts_free_text():
    sinks = re.compile(r"ipw\.HTML\(|widgets\.HTML\(|display\(HTML|display\(Markdown|escape=False|\.style\.|"
                       r"html\.escape|from html import")
    for path in SOURCES:
        if path != ROOT / "exchange/reports/escape.py":
            assert not sinks.search(path.read_text(encoding="utf-8")), path


def test_javascript_writes_html_in_one_place_only():
    for path in sorted((ROOT / "widgets").rglob("*.js")):
        if path.name != "picture_view.js":
            sinks = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\("
            assert not re.search(sinks, path.read_text()), path


def test_nothing_is_loaded_from_another_host():
    for folder in ("exchange", "widgets"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".js", ".css", ".html", ".j2"}:
                link = r"(?:src|href|url|from|import)\s*[=(]?\s*[\"']?(?:https?:)?//[^\s\"')]+"
                found = re.findall(link, path.read_text())
                assert not [f for f in found if "www.w3.org" not in f], path


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebooks_are_thin_and_stored_without_outputs(path):
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    assert [cell for cell in code if "parameters" in cell.metadata.get("tags", [])] == code[:1]
    assert all(re.match(r"\w+: (str|int|float|bool) = .+  # .+", line) for line in code[0].source.splitlines())
    assert all(len(cell.source.splitlines()) <= 6 for cell in code)
    assert not [cell for cell in code if re.search(r"^\s*(def|class|for|while) ", cell.source, re.MULTILINE)]


def test_the_readme_names_what_is_there():
    readme = (ROOT / "README.md").read_text()
    for notebook in NOTEBOOKS:
        assert f"`{notebook.stem}`" in readme
    for folder in re.findall(r"^\| `(\w+)/` \|", readme, re.MULTILINE):
        assert (ROOT / folder).is_dir(), folder
    for link in re.findall(r"\]\(([^)#:]+)\)", readme):
        assert (ROOT / link).exists(), link


def test_the_readme_names_every_command_and_no_other():
    said = re.findall(r"`exchange ((?:[a-z]+(?=[ `]) ?)+)", (ROOT / "README.md").read_text())
    assert {tuple(words.split()) for words in said} == set(command_paths(app))


def test_make_targets_named_in_the_documents_exist():
    makefile = (ROOT / "Makefile").read_text()
    for page in ("README.md", "CONTRIBUTING.md"):
        for target in re.findall(r"`?make ([a-z-]+)", (ROOT / page).read_text()):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_lock_file_pins_every_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[<>=\[;]", need)[0].strip().lower().replace("_", "-") for need in wanted}
    pinned = {line.split("==")[0].split("[")[0].lower().replace("_", "-")
              for line in (ROOT / "requirements.lock").read_text().splitlines() if "==" in line}
    assert names - {"city-learning-exchange"} <= pinned


def test_no_tracked_file_is_larger_than_it_should_be():
    sizes = {name: (ROOT / name).stat().st_size for name in TRACKED if name and (ROOT / name).is_file()}
    assert not {name: size for name, size in sizes.items() if size > 5_000_000}
