"""The library in the record: lessons, who used them, what it would take to use them, and finding them again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import sqlalchemy as sa

from exchange.errors import ConflictError, StoreError
from exchange.store import lesson_search as finding
from exchange.store import schema as t
from exchange.store.access import Viewer, demand, readable
from exchange.store.base import Base, Writing, checked, must_exist, one, only, seen, upsert
from exchange.store.cells import Clean, Row
from exchange.store.frames import record
from exchange.store.lesson_engines import Engine, SqlEngine
from exchange.store.lesson_index import index, next_number, unindex
from exchange.store.lesson_search import Hits, plain
from exchange.store.places import networks_of

if TYPE_CHECKING:
    from exchange.store.lesson_meaning import Meaning

_LESSON: Final = ("lesson_id", "network_id", "city_id", "language", "title", "body", "sensitivity", "source",
                  "licence", "demo")
_READ_AT_ONCE: Final = 300
"""Lessons whose meaning is worked out on the way of a search; more are left to `learn_meaning`."""


class Lessons(Base):
    """Lessons and their use."""

    meaning: Meaning | None = None
    """What lessons mean, for the optional search across languages; None: words alone."""

    @cached_property
    def _words(self) -> Engine:
        return SqlEngine()

    def search_by_meaning(self) -> None:
        """Search by meaning as well from now on, where the extra `semantic` is installed."""
        from exchange.store.lesson_meaning import Meaning, installed  # noqa: PLC0415 - only for those who have it

        embedder = installed()
        self.meaning = Meaning(embedder) if embedder is not None else None

    def lessons(self, viewer: Viewer, *, city_id: str | None = None, network: str | None = None,
                language: str | None = None, lesson_ids: Iterable[str] | None = None) -> list[Clean]:
        """Return the lessons that the viewer may see and that match, newest first: one dict a lesson."""
        ids = None if lesson_ids is None else list(lesson_ids)
        newest = sa.select(t.lesson).where(readable(viewer, t.lesson)).order_by(
            t.lesson.c.created_at.desc(), t.lesson.c.number.desc())
        query = only(newest, t.lesson, city_id=city_id, network_id=network, language=language, lesson_id=ids)
        with self.read(viewer) as connection:
            return [plain(record(row)) for row in connection.execute(query)]

    def lesson(self, viewer: Viewer, lesson_id: str) -> Clean:
        """Return one lesson as a dict."""
        return plain(self._record(viewer, t.lesson, lesson_id, "lesson"))

    def search_lessons(self, viewer: Viewer, query: str = "", filters: Mapping[str, object] | None = None, *,
                       language: str | None = None, limit: int = 50) -> list[Clean]:
        """Return the lessons that the viewer may see and that speak of a query, the best first.

        Lessons with all words come first; when there are fewer than `lesson_search.ENOUGH`, those with some follow.

        Parameters
        ----------
        viewer
            Who asks.
        query
            Words, in any of the languages. Quotes, operators and emoji are text like any other. Empty: the newest.
        filters
            Column (`network_id`, `city_id`, `language`, `source`, `sensitivity`, `demo`) or tag (`hazard`, `item`,
            `essential`, `country`, `year`, ...; see `lesson_index.TAGS`), each with a value or a list of values of
            which one must fit.
        language
            The language of the query; None: any.
        limit
            How many at the most.
        """
        visible = finding.visible_to(viewer, filters or {})
        with self._reading(viewer, query) as connection:
            if not query.strip():
                newest = visible.order_by(t.lesson.c.created_at.desc(), t.lesson.c.number.desc()).limit(limit)
                return [*finding.rows_of(connection, list(connection.scalars(newest)))]
            found = finding.ranked(connection, self._engine(connection), visible, query, language=language,
                                   meaning=self.meaning, limit=limit)
            return [*finding.rows_of(connection, found)]

    def find_lessons(self, viewer: Viewer, query: str = "", filters: Mapping[str, object] | None = None, *,
                     language: str | None = None, reader: str | None = None, start: int = 0,
                     limit: int = 20) -> Hits:
        """Return one page of what `search_lessons` finds, told once where lessons say the same, with facets.

        Parameters
        ----------
        viewer, query, filters, language
            As in `search_lessons`. An empty query lists all.
        reader
            Language of the reader: what is in it comes first where nothing is asked, and queries whose own words
            do not tell are taken to be in it.
        start, limit
            Which of the lessons to return.
        """
        visible = finding.visible_to(viewer, filters or {})
        with self._reading(viewer, query) as connection:
            if not query.strip():
                return finding.listed(connection, viewer, visible, reader=reader, start=start, limit=limit)
            numbers = finding.ranked(connection, self._engine(connection), visible, query, language=language,
                                     meaning=self.meaning, reader=reader)
            return finding.page_of(connection, viewer, numbers, start, limit)

    def _reading(self, viewer: Viewer, query: str) -> Any:
        if self.meaning is not None and query.strip():
            self._read_what_is_new(self.meaning)
        return self.read(viewer)

    def _read_what_is_new(self, meaning: Meaning) -> None:
        with self.read() as connection:
            waiting = meaning.waiting(connection, _READ_AT_ONCE + 1)
        if 0 < len(waiting) <= _READ_AT_ONCE:
            try:
                self.learn_meaning()
            except StoreError:  # it may only be read, or others write: the words are searched all the same
                return

    def learn_meaning(self) -> int:
        """Work out what lessons mean that were not read yet; return how many. Needs `search_by_meaning` first."""
        if self.meaning is None:
            return 0
        learnt = 0
        while True:
            with self.read() as connection:
                waiting = self.meaning.waiting(connection, _READ_AT_ONCE)
            if not waiting:
                return learnt
            with self.write(Viewer.local()) as writing:
                self.meaning.write(writing.connection, waiting)
            learnt += len(waiting)

    def _engine(self, connection: sa.Connection) -> Engine:
        """Return the quick index where it is installed and the library is large, else the database's own."""
        from exchange.store import lesson_tantivy as quick  # noqa: PLC0415

        if isinstance(self._words, SqlEngine) and next_number(connection) > quick.FROM and quick.installed():
            self._words = quick.TantivyEngine(self._beside())
        return self._words

    def _beside(self) -> Path:
        """Return the folder of indexes beside the record."""
        from exchange.paths import runs  # noqa: PLC0415

        file = self.engine.url.database or ""
        if self.engine.dialect.name == "sqlite":
            return Path(f"{file}.lessons")
        return Path(runs()) / f"{Path(file).name}.lessons"

    def put_lesson(self, viewer: Viewer, row: Row, *, base_revision: int | None = None) -> str:
        """Add a lesson to the library, or change the given columns of one; return its identifier.

        Parameters
        ----------
        viewer
            The city whose lesson it is; the secretariat for a lesson of the network alone.
        row
            `title`, `body`, `language`, `city_id`, `network_id`, `sensitivity`, `source`, `licence`, `demo`;
            `lesson_id` to change one or to choose the identifier.
        base_revision
            The revision that was seen; None: whatever stands there is written over.

        Raises
        ------
        ConflictError
            Where somebody else changed it since.
        """
        place = f"lesson {row.get('lesson_id', '')}".strip()
        clean = checked(t.lesson, row, place, allowed=_LESSON)
        with self.write(viewer) as writing:
            before = one(writing.connection, t.lesson, {"lesson_id": clean.get("lesson_id", "")})
            after = {"city_id": None, "network_id": None, **(before or {}), **clean}
            for version in (before, after):
                if version is not None:
                    demand(viewer, "lesson", _about(writing.connection, version), place)
            if before is None:
                checked(t.lesson, clean, place, allowed=_LESSON, needed=("title", "body", "language"))
                after |= {"lesson_id": clean.get("lesson_id") or writing.new_id("l"), "created_at": writing.now,
                          "number": next_number(writing.connection), "revision": 1}
            elif all(before[name] == value for name, value in clean.items()) and before["deleted_at"] is None:
                return str(before["lesson_id"])
            else:
                _demand_latest(before, base_revision, place)
                after["revision"] = before["revision"] + 1
            after["deleted_at"] = None
            self._write_lesson(writing, before, after)
        return str(after["lesson_id"])

    def _write_lesson(self, writing: Writing, before: Clean | None, after: Clean) -> None:
        if after["network_id"] is not None:
            must_exist(writing.connection, t.network, after["network_id"], "network")
        if before is None:
            writing.connection.execute(sa.insert(t.lesson), [after])
        else:
            same = t.lesson.c.lesson_id == after["lesson_id"]
            writing.connection.execute(sa.update(t.lesson).where(same).values(after))
        stored = one(writing.connection, t.lesson, {"lesson_id": after["lesson_id"]})
        index(writing.connection, [stored or after])
        writing.note("put lesson", f"lesson {after['lesson_id']}", city_id=after["city_id"], before=before, after=after)

    def delete_lesson(self, viewer: Viewer, lesson_id: str) -> None:
        """Take a lesson out of the library; nobody finds it any more, its past use stays."""
        with self.write(viewer) as writing:
            before = seen(writing.connection, viewer, t.lesson, lesson_id, "lesson")
            demand(viewer, "lesson", _about(writing.connection, before), f"lesson {lesson_id}")
            same = t.lesson.c.lesson_id == lesson_id
            writing.connection.execute(sa.update(t.lesson).where(same).values(deleted_at=writing.now))
            unindex(writing.connection, [before])
            writing.note("delete lesson", f"lesson {lesson_id}", city_id=before["city_id"], before=before)

    def lesson_uses(self, viewer: Viewer, *, lesson_id: str | None = None, city_id: str | None = None,
                    exchange_id: str | None = None) -> pd.DataFrame:
        """Return who took up which lesson, oldest first: all columns of `lesson_use`."""
        return self._frame(viewer, t.lesson_use, t.lesson_use.c["at"], t.lesson_use.c.use_id,
                           lesson_id=lesson_id, city_id=city_id, exchange_id=exchange_id)

    def use_lesson(self, viewer: Viewer, lesson_id: str, city_id: str, phase: str, *, exchange_id: str | None = None,
                   note: str = "") -> str:
        """Write that a city took a lesson up, and how far: a phase of `vocabulary.LEARNING_PHASES`.

        Every call is one step of the trail; nothing is overwritten.
        """
        row = {"lesson_id": lesson_id, "city_id": city_id, "phase": phase, "exchange_id": exchange_id, "note": note}
        clean = checked(t.lesson_use, row, f"use of lesson {lesson_id}", allowed=tuple(row))
        with self.write(viewer) as writing:
            demand(viewer, "lesson_use", {"city_id": city_id}, f"use of lesson {lesson_id}")
            must_exist(writing.connection, t.city, city_id, "city")
            seen(writing.connection, viewer, t.lesson, lesson_id, "lesson")
            if exchange_id is not None:
                seen(writing.connection, viewer, t.exchange, exchange_id, "exchange")
            clean |= {"use_id": writing.new_id("u"), "at": writing.now, "by": viewer.name}
            writing.connection.execute(sa.insert(t.lesson_use), [clean])
            writing.note("use lesson", f"lesson {lesson_id}", city_id=city_id, after=clean)
        return str(clean["use_id"])

    def lesson_transfers(self, viewer: Viewer, *, city_id: str | None = None,
                         lesson_id: str | None = None) -> pd.DataFrame:
        """Return what cities think of using a lesson, a row a part: all columns of `lesson_transfer`."""
        return self._frame(viewer, t.lesson_transfer, t.lesson_transfer.c.lesson_id, t.lesson_transfer.c.part,
                           city_id=city_id, lesson_id=lesson_id)

    def put_lesson_transfer(self, viewer: Viewer, row: Row, *, base_revision: int | None = None,
                            ) -> tuple[int, datetime]:
        """Keep what a city thinks of one part of a lesson; return the revision, and when it was written.

        Parameters
        ----------
        viewer
            Whoever speaks for the city.
        row
            `lesson_id`, `city_id`, `part` (`vocabulary.TRANSFER_PARTS`, or a precondition), `judgement`
            (`vocabulary.JUDGEMENTS`), `condition` (what would have to be true).
        base_revision
            The revision that was seen, 0 for none; None: whatever stands there is written over.
        """
        names = ("lesson_id", "city_id", "part", "judgement", "condition")
        place = f"judgement on lesson {row.get('lesson_id')}"
        clean = checked(t.lesson_transfer, row, place, allowed=names, needed=names)
        key = {name: clean[name] for name in names[:3]}
        with self.write(viewer) as writing:
            demand(viewer, "lesson_transfer", {"city_id": clean["city_id"]}, place)
            seen(writing.connection, viewer, t.lesson, clean["lesson_id"], "lesson")
            must_exist(writing.connection, t.city, clean["city_id"], "city")
            before = one(writing.connection, t.lesson_transfer, key)
            if before is not None and all(before[name] == value for name, value in clean.items()):
                return before["revision"], before["at"]
            _demand_latest(before, base_revision, place)
            clean |= {"revision": (before["revision"] if before else 0) + 1, "at": writing.now, "by": viewer.name}
            upsert(writing.connection, t.lesson_transfer, [clean])
            writing.note("judge lesson", f"lesson {clean['lesson_id']}/{clean['part']}", city_id=clean["city_id"],
                         before=before, after=clean)
        return clean["revision"], writing.now


def _demand_latest(before: Clean | None, base_revision: int | None, place: str) -> None:
    if base_revision is not None and before is not None and before["revision"] != base_revision:
        raise ConflictError.at(place, "somebody else changed it meanwhile", "Look at both versions and choose.")


def _about(connection: sa.Connection, lesson: Clean) -> Clean:
    city_id = lesson["city_id"]
    if city_id is not None:
        must_exist(connection, t.city, city_id, "city")
    return {"city_id": city_id, "network_id": lesson["network_id"],
            "networks": networks_of(connection, city_id or "")}
