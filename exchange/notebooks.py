"""A notebook made ready for one city: its parameters set, its prose in the reader's language.

The server and the unattended runner both pass here before a kernel sees anything. The notebook alone decides
what becomes code: only names that its parameters cell declares, only values of the type declared there.
"""

from __future__ import annotations

import ast
import math
import re
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from papermill.parameterize import parameterize_notebook

from exchange.errors import Findings, InputError
from exchange.words import catalogue, direction, supported

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nbformat import NotebookNode

TAG: Final = "parameters"
"""The tag of the cell that declares what a notebook can be asked."""

LONGEST: Final = 2_000
"""Characters of the longest text that may be a parameter; notebooks ask for ids and short names."""

Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing that a notebook can be asked.

    Parameters
    ----------
    name
        The variable that the cell assigns.
    kind
        ``"str"``, ``"int"``, ``"float"`` or ``"bool"``.
    optional
        Whether it may be ``None``.
    """

    name: str
    kind: str
    optional: bool = False


def prepare(node: NotebookNode, parameters: Mapping[str, Value], language: str) -> NotebookNode:
    """Return a copy of a notebook with its parameters set and its prose translated.

    Parameters
    ----------
    node
        The notebook as it is shipped.
    parameters
        Values by name. A name that is not given keeps the notebook's own default.
    language
        BCP 47 tag of the reader; English where we do not speak it yet.

    Returns
    -------
    NotebookNode
        With ``metadata.exchange`` set to ``lang``, ``dir``, ``title`` and ``step``.

    Raises
    ------
    InputError
        For a notebook without a parameters cell, an undeclared name, or a value of another type.
    """
    language = supported(language)
    copy = deepcopy(node)
    _complete(copy)
    values = check(declared(copy), parameters)
    ready: NotebookNode = parameterize_notebook(copy, values, kernel_name="python3", language="python")
    for cell in _prose(ready):
        cell.source = translated(cell.source, language)
    ready.metadata["exchange"] = {
        "lang": language, "dir": direction(language), "title": title(ready),
        "step": str(node.metadata.get("exchange", {}).get("step", "")),
    }
    return ready


def declared(node: NotebookNode) -> dict[str, Parameter]:
    """Return what a notebook can be asked, in the order of its parameters cell.

    Raises
    ------
    InputError
        Where no cell has the tag, or a line of it does not declare a parameter.
    """
    tagged = (c for c in node.cells if c.cell_type == "code" and TAG in c.metadata.get("tags", []))
    cell = next(tagged, None)
    if cell is None:
        raise InputError.at("notebook", f"no cell has the tag {TAG!r}", "Tag the cell that declares them.")
    try:
        lines = ast.parse(cell.source).body
    except (SyntaxError, ValueError):
        raise InputError.at("parameters cell", "it is not Python",
                            "Write lines like: name: str = ''") from None
    findings = Findings()
    found = {p.name: p for p in (_parameter(line, findings) for line in lines) if p}
    findings.raise_if_any()
    return found


def check(known: Mapping[str, Parameter], values: Mapping[str, Value]) -> dict[str, Value]:
    """Return the values that may be injected, each of exactly the type that was declared.

    Raises
    ------
    InputError
        Naming every undeclared name and every value of another type.
    """
    findings = Findings()
    for name, value in values.items():
        parameter = known.get(name) if type(name) is str else None
        if parameter is None:
            findings.add(f"parameter {name!r:.60}", "the notebook does not declare it",
                         f"Use {', '.join(known) or 'none'}.")
        elif not _fits(parameter, value):
            findings.add(f"parameter {name!r}", f"{value!r:.60} is not {_NAMES[parameter.kind]}",
                         f"Give {_NAMES[parameter.kind]}{' or nothing' if parameter.optional else ''}.")
    findings.raise_if_any()
    return {name: float(value) if known[name].kind == "float" and type(value) is int else value
            for name, value in values.items()}


def read(known: Mapping[str, Parameter], texts: Mapping[str, str]) -> dict[str, Value]:
    """Return texts, as they come from an address or a command line, as values of the declared types.

    Raises
    ------
    InputError
        Naming every undeclared name and every text that cannot be read as its type.
    """
    return check(known, {name: _read(known[name].kind, said) if name in known else said
                         for name, said in texts.items()})


def paragraphs(node: NotebookNode) -> list[str]:
    """Return every paragraph of a notebook's prose, in order, once each: the keys of the catalogues."""
    found = (piece.strip() for cell in _prose(node) for piece in _split(cell.source))
    return list(dict.fromkeys(piece for piece in found if _says_something(piece)))


def translated(source: str, language: str) -> str:
    """Return Markdown with each paragraph in `language`; a paragraph without a translation stays English."""
    said = catalogue(language).gettext

    def one(piece: str) -> str:
        words = piece.strip()
        return piece.replace(words, said(words)) if _says_something(words) else piece

    return "".join(map(one, _split(source)))


def title(node: NotebookNode) -> str:
    """Return the words of a notebook's first heading, or nothing where it has none."""
    headings = (re.match(r"\s{0,3}#{1,6}\s+(.+?)[\s#]*$", line)
                for cell in _prose(node) for line in cell.source.splitlines())
    return next((found[1] for found in headings if found), "")


def _complete(node: NotebookNode) -> None:
    # Papermill's own loader adds these; we come from a node that is already loaded.
    if "papermill" not in node.metadata:
        node.metadata["papermill"] = {}
    for cell in node.cells:
        cell.metadata.setdefault("tags", [])


def _prose(node: NotebookNode) -> Iterator[NotebookNode]:
    return (cell for cell in node.cells if cell.cell_type == "markdown")


def _split(source: str) -> list[str]:
    """Cut prose at its blank lines; the blank lines stay as pieces, so that joining gives the prose back."""
    return re.split(r"(\n[ \t]*\n\s*)", source)


def _says_something(piece: str) -> bool:
    # The empty key of a catalogue is its header, and a rule or a number needs no translation.
    return any(letter.isalpha() for letter in piece)


_NAMES: Final = {"str": "a text", "int": "a whole number", "float": "a number", "bool": "yes or no"}


def _parameter(line: ast.stmt, findings: Findings) -> Parameter | None:
    if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.value is not None:
        kinds = [name.strip() for name in _annotation(line.annotation).split("|")]
        kind = next((k for k in kinds if k in _NAMES), "")
        if kind and set(kinds) <= {kind, "None"}:
            return Parameter(line.target.id, kind, optional="None" in kinds)
    findings.add(f"parameters cell, line {line.lineno}", f"{ast.unparse(line)!r:.60} declares no parameter",
                 "Write name: type = default, with str, int, float or bool.")
    return None


def _annotation(node: ast.expr) -> str:
    said = str(node.value) if isinstance(node, ast.Constant) and node.value else ast.unparse(node)
    maybe = re.fullmatch(r"(?:typing\.)?Optional\[(.+)\]", said)
    return f"{maybe[1]} | None" if maybe else said


def _fits(parameter: Parameter, value: object) -> bool:
    match value:
        case None:
            return parameter.optional
        case str():
            return parameter.kind == "str" and type(value) is str and _plain(value)
        case bool():
            return parameter.kind == "bool"
        case int():
            return parameter.kind in {"int", "float"} and type(value) is int and abs(value) < 2**63
        case float():
            return parameter.kind == "float" and type(value) is float and math.isfinite(value)
    return False


def _plain(value: str) -> bool:
    """Whether a person could have typed it: no control characters, no halves of characters."""
    return len(value) <= LONGEST and not re.search(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", value)


_SAID: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def _read(kind: str, said: str) -> Value:
    try:
        match kind:
            case "int":
                return int(said)
            case "float":
                return float(said)
            case "bool":
                return _SAID[said.lower()]
    except (ValueError, KeyError):
        return said
    return said
