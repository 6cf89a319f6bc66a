"""One look: the colours and type of every page, picture and document."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Final

FONT: Final = "system-ui,'Segoe UI',Roboto,'Noto Sans','Noto Sans Arabic','DejaVu Sans',sans-serif"
"""The machine's own typeface; nothing is downloaded."""

FONT_OF_IMAGES: Final = "'Segoe UI','Noto Sans','Helvetica Neue','DejaVu Sans',sans-serif"
FONT_OF_IMAGES_RTL: Final = "'Segoe UI','DejaVu Sans','Noto Sans Arabic',sans-serif"
"""For PNG: the library that makes it sets a whole line in any face that has a missing letter, bold or not, so
the first family should have all letters of the language."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by what they are for. Text stands at 4.5 : 1 on `paper`, controls and marks at 3 : 1."""

    ink: str
    muted: str
    paper: str
    surface: str
    line: str
    control: str
    accent: str
    accent_soft: str
    on_accent: str


LIGHT: Final = Palette(
    ink="#1b2733",
    muted="#51606e",
    paper="#ffffff",
    surface="#f5f7f9",
    line="#d5dce3",
    control="#76838f",
    accent="#0b6e75",
    accent_soft="#e0f1f2",
    on_accent="#ffffff",
)
DARK: Final = Palette(
    ink="#e8eef2",
    muted="#a9b7c2",
    paper="#12191f",
    surface="#1b252d",
    line="#35434f",
    control="#7f8f9c",
    accent="#5cc3c9",
    accent_soft="#17383b",
    on_accent="#0a1a1b",
)

LEVELS: Final = ("#e8e2d4", "#a9cfcf", "#4d9fa3", "#0b5a60")
"""Levels 0 to 3: one hue, ordered, the same by day and by night; a digit always stands on them."""

ON_LEVELS: Final = ("#1b2733", "#1b2733", "#0a1a1b", "#ffffff")
"""The colour of the digit on each level."""

LEVEL_EDGE: Final = "#76838f"


def variable(name: str) -> str:
    """Return the CSS custom property of a colour: ``accent_soft`` is ``--accent-soft``."""
    return "--" + name.replace("_", "-")


THEMED: Final = Palette(
    **{field.name: f"var({variable(field.name)},{getattr(LIGHT, field.name)})" for field in fields(Palette)}
)
"""The colours of whatever page a picture stands in; the light ones where the page says nothing."""


def css_variables() -> str:
    """Return a style sheet with the colours as custom properties, light, and dark where the reader wants it.

    A page can force either with ``data-theme="light"`` or ``data-theme="dark"`` on its root. Print is light.
    """
    levels = "".join(f"--level-{level}:{colour};" for level, colour in enumerate(LEVELS))
    light = _properties(LIGHT) + levels + f"--level-edge:{LEVEL_EDGE};--font:{FONT};"
    dark = _properties(DARK)
    return (
        f":root{{color-scheme:light;{light}}}\n"
        f"@media screen and (prefers-color-scheme:dark)"
        f"{{:root:not([data-theme=light]){{color-scheme:dark;{dark}}}}}\n"
        f"@media screen{{:root[data-theme=dark]{{color-scheme:dark;{dark}}}}}\n"
    )


def _properties(palette: Palette) -> str:
    return "".join(f"{variable(name)}:{colour};" for name, colour in asdict(palette).items())


def picture_css() -> str:
    """Return the style sheet of pictures and their tables, for pages that hold `Picture.html`.

    A picture is drawn twice, wide and narrow; the room that it has decides which of the two is seen.
    """
    return _PICTURE_CSS


_PICTURE_CSS: Final = """\
.lx-picture{container:lx-picture/inline-size;display:block;margin:0 0 24px;padding:0}
.lx-picture figcaption>*{font-size:20px;line-height:1.3;font-weight:650;margin:0 0 8px;text-wrap:balance}
.lx-picture>svg{display:block;width:100%;height:auto;max-width:720px}
.lx-picture>svg.lx-narrow{max-width:480px}
.lx-picture .lx-picture-note{margin:4px 0 0;font-size:14px;color:var(--muted,#51606e);max-width:72ch}
@container lx-picture (max-width:619px){
.lx-picture>svg.lx-wide{display:none}
.lx-picture>svg.lx-narrow{display:block!important}
}
.lx-picture details{margin-top:8px;border-top:1px solid var(--line,#d5dce3)}
.lx-picture summary{width:fit-content;min-height:24px;padding:10px 0;cursor:pointer;\
color:var(--accent,#0b6e75)}
.lx-table{overflow-x:auto}
.lx-table table{border-collapse:collapse;font-size:14px;line-height:1.5}
.lx-table caption{text-align:start;padding:4px 0 8px;color:var(--muted,#51606e)}
.lx-picture caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.lx-table :is(th,td){padding:6px 0;padding-inline-end:16px;text-align:start;vertical-align:top;\
border-bottom:1px solid var(--line,#d5dce3);font-weight:400}
.lx-table thead th{font-weight:600;vertical-align:bottom}
.lx-table .lx-number{text-align:right;font-variant-numeric:tabular-nums}
.lx-table td.lx-number{white-space:nowrap}
@media print{.lx-picture{break-inside:avoid}}
"""
