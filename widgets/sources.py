"""The text of a widget's page side: a few files of our own, joined once, with nothing fetched from anywhere."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.reports.look import DARK, FONT, LEVEL_EDGE, LEVELS, LIGHT, variable

if TYPE_CHECKING:
    from collections.abc import Iterable

_STATIC = Path(__file__).parent / "static"
_STYLE_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def source(*names: str) -> str:
    """Join script files into the one module that anywidget loads.

    Files share one scope and have no imports; the last one has the ``export default``. Comments that stand on a
    line of their own and indentation are left out: they would be sent to every page.

    Parameters
    ----------
    *names
        File names in ``widgets/static``, shared ones first.

    Returns
    -------
    str
        The code of one module.
    """
    return _joined(_read(name) for name in names)


def style(*names: str) -> str:
    """Join style sheets; the colours of the one look stand first, on the widget itself.

    They stand there and not on the page's root, because JupyterLab has a root of its own. Where a page is dark
    (its ``color-scheme``) so is the widget; a browser that is too old for ``light-dark()`` shows it light.
    """
    return _joined([_colours(), *(_STYLE_COMMENT.sub("", _read(name)) for name in ("tokens.css", *names))])


def _colours() -> str:
    light, dark = asdict(LIGHT), asdict(DARK)
    plain = {**light, "level_edge": LEVEL_EDGE, "font": FONT} | {f"level_{n}": hue for n, hue in enumerate(LEVELS)}
    both = {name: f"light-dark({light[name]}, {dark[name]})" for name in light}
    able = "@supports (color: light-dark(#000, #fff))"
    return f".lx {{{_properties(plain)}}}\n{able} {{ .lx {{{_properties(both)}}} }}\n"


def _properties(values: dict[str, str]) -> str:
    return " ".join(f"{variable(name)}: {value};" for name, value in values.items())


def _read(name: str) -> str:
    return (_STATIC / name).read_text(encoding="utf-8")


def _joined(texts: Iterable[str]) -> str:
    lines = (line.strip() for text in texts for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))
