"""Collect every sentence that a person can see into the catalogues, and say what still waits for a translation.

Run by ``make messages``. Sentences come from `words.text` and `words.count` in the code, and from the prose of
the notebooks. A translation whose English changed is kept but marked fuzzy, so that somebody reads it again.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from exchange.notebooks import paragraphs
from exchange.paths import NOTEBOOKS
from exchange.words import LANGUAGES

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
KEYWORDS = {"text": (1,), "count": (1, 2)}
METHODS = [("store/**.py", "ignore"), ("**.py", "python")]
"""Where sentences are looked for; in the store the same names mean SQL."""

Message = tuple[str | tuple[str, str], str]


def messages() -> Iterator[Message]:
    """Yield each sentence and where it stands; one and many forms come as a pair."""
    for package in ("exchange", "widgets"):
        found = extract_from_dir(ROOT / package, method_map=METHODS, keywords=KEYWORDS)
        for file, line, said, _comments, _context in found:
            yield (said if isinstance(said, str) else (said[0], said[1])), f"{package}/{file}:{line}"
    for notebook in sorted(NOTEBOOKS.glob("*.ipynb")):
        for paragraph in paragraphs(nbformat.reads(notebook.read_text(encoding="utf-8"), as_version=4)):  # type: ignore[no-untyped-call]
            yield paragraph, f"notebooks/{notebook.name}:1"


def template() -> Catalog:
    """Return the catalogue of all sentences, untranslated."""
    catalog = Catalog(project="City Learning Exchange", charset="utf-8")
    for said, place in messages():
        file, line = place.rsplit(":", 1)
        catalog.add(said, locations=[(file, int(line))])
    return catalog


def path(language: str) -> Path:
    """Return the file of a language's catalogue."""
    return HERE / language / "LC_MESSAGES" / "exchange.po"


def missing(catalog: Catalog) -> list[str]:
    """Return the sentences that have no translation, or one that must be read again."""
    return [str(m.id) for m in catalog if m.id and (m.fuzzy or not _translated(m.string))]


def _translated(said: object) -> bool:
    return all(said) if isinstance(said, (tuple, list)) else bool(said)


def update(language: str) -> Catalog:
    """Bring one catalogue up to date on disk and return it."""
    file = path(language)
    catalog = Catalog(locale=language, project="City Learning Exchange", charset="utf-8")
    if file.exists():
        with file.open("rb") as stream:
            catalog = read_po(stream, locale=language)
    catalog.update(template(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as stream:
        write_po(stream, catalog, width=110, sort_output=True, omit_header=False, include_lineno=False)
    return catalog


def main() -> int:
    """Update every catalogue; print what is missing."""
    for language in LANGUAGES:
        if language == "en":
            continue
        catalog = update(language)
        waiting = missing(catalog)
        sys.stdout.write(f"{language}: {len(catalog)} sentences, {len(waiting)} without a translation\n")
        sys.stdout.writelines(f"  {said}\n" for said in waiting)
    return 0


if __name__ == "__main__":
    sys.exit(main())
