"""What is due: exchanges whose follow-up has come, cities and networks whose data changed since their last report."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from exchange.errors import InputError, NotFoundError
from exchange.exchanges.path import FOLLOW_UPS
from exchange.runs.drafts import Draft, jobs
from exchange.runs.job import Job, Template

if TYPE_CHECKING:
    from exchange.store import Store, Viewer

KINDS: Final = ("exchange", "city", "network")
_TOOK_PLACE: Final = frozenset({"active", "paused", "closed"})


@dataclass(frozen=True)
class Due:
    """A run that is due, and why.

    Parameters
    ----------
    kind
        One of `KINDS`.
    about
        Which exchange, city or network.
    why
        For people, in one sentence without its full stop.
    since
        The day on which it became due, where it is known.
    job
        The run.
    """

    kind: str
    about: str
    why: str
    since: date | None
    job: Job

    def as_dict(self) -> dict[str, Any]:
        """Return it for a table."""
        return {"kind": self.kind, "about": self.about, "why": self.why,
                "since": self.since.isoformat() if self.since else None,
                "notebook": self.job.row()["notebook"], "run": self.job.folder}


@dataclass(frozen=True)
class _Wanted:
    kind: str
    about: str
    why: str
    since: date | None
    draft: Draft


def due(store: Store, viewer: Viewer, as_of: date, *, network: str = "", kinds: Collection[str] = KINDS,
        language: str = "en") -> list[Due]:
    """Return what is due on a day, exchanges first.

    Parameters
    ----------
    store, viewer
        The record, and on whose behalf.
    as_of
        The day.
    network
        Only of this network; empty: of all.
    kinds
        Only of these kinds.
    language
        Of the reports.

    Raises
    ------
    InputError
        For a kind that there is not.
    NotFoundError
        For a network that there is not.
    """
    for kind in kinds:
        if kind not in KINDS:
            raise InputError.at(f"kind {kind!r}", "nothing of this kind is ever due", f"Use {', '.join(KINDS)}.")
    networks = [str(one) for one in store.networks(viewer)["network_id"]]
    if network and network not in networks:
        raise NotFoundError.at(f"network {network}", "there is none that you may see", "Check its short name.")
    ways = {"exchange": _exchanges, "city": _cities, "network": _networks}
    wanted = [one for kind in KINDS if kind in kinds for name in ([network] if network else networks)
              for one in ways[kind](store, viewer, name, as_of, language)]
    return _not_done(wanted, store, viewer)


def _exchanges(store: Store, viewer: Viewer, network: str, as_of: date, language: str) -> Iterator[_Wanted]:
    template = Template.load("05_evaluation")
    slugs = _slugs(store, viewer)
    for row in _rows(store.exchanges(viewer, network)):
        end = row["end"]
        if row["status"] not in _TOOK_PLACE or end is None or end > as_of:
            continue
        passed = [days for days in FOLLOW_UPS if (as_of - end).days >= days]
        days = passed[-1] if passed else 0
        since = date.fromordinal(end.toordinal() + days)
        why = f"the follow-up {days} days after its end came on {since}" if days else f"the exchange ended on {end}"
        about = f"{slugs[row['learner_id']]} and {slugs[row['host_id']]}"
        values = {"city": slugs[row["learner_id"]], "network": network, "exchange": str(row["exchange_id"]),
                  "language": language}
        name = _name("evaluation", slugs[row["learner_id"]], slugs[row["host_id"]])
        yield _Wanted("exchange", about, why, since, Draft(template, values, name, f"{days} days after"))


def _cities(store: Store, viewer: Viewer, network: str, as_of: date, language: str) -> Iterator[_Wanted]:
    template = Template.load("01_self_assessment")
    slugs = _slugs(store, viewer)
    members = {str(one) for one in store.members(viewer, network)["city_id"]}
    given = _rows(store.assessments(viewer, instrument="resilience", purpose="self"))
    confirmed = {row["city_id"]: row for row in given
                 if row["city_id"] in members and row["confirmed_at"] is not None
                 and row["confirmed_at"].date() <= as_of}
    for city_id, row in sorted(confirmed.items()):
        since = row["confirmed_at"].date()
        values = {"city": slugs[city_id], "network": network, "language": language}
        why = f"its answers of round {row['round']} were confirmed on {since}"
        draft = Draft(template, values, _name("assessment", slugs[city_id]))
        yield _Wanted("city", slugs[city_id], why, since, draft)


def _networks(store: Store, viewer: Viewer, network: str, as_of: date, language: str) -> Iterator[_Wanted]:
    ended = [row["end"] for row in _rows(store.exchanges(viewer, network))
             if row["status"] in _TOOK_PLACE and row["end"] is not None and row["end"] <= as_of]
    if ended:
        values = {"network": network, "city": "", "language": language}
        draft = Draft(Template.load("06_network_learning"), values, _name("learning", network))
        yield _Wanted("network", network, f"{len(ended)} exchanges have ended", max(ended), draft)


def _not_done(wanted: Iterable[_Wanted], store: Store, viewer: Viewer) -> list[Due]:
    wanted = list(wanted)
    made = jobs((one.draft for one in wanted), store, viewer)
    done = {row["run_key"]: row for row in store.runs(viewer) if row["state"] == "published"}
    before = {row["subject"]: row for row in reversed(done.values())}
    return [Due(one.kind, one.about, _why(one, before.get(job.subject), job), one.since, job)
            for one, job in zip(wanted, made, strict=True) if job.key not in done]


def _why(one: _Wanted, before: dict[str, Any] | None, job: Job) -> str:
    if before is None:
        return one.why
    changed = [part for part in ("data", "template", "versions") if before["hashes"].get(part) != job.hashes[part]]
    words = {"data": "the data", "template": "the notebook", "versions": "the program"}
    named = " and ".join(words[part] for part in changed) or "something"
    return f"{named} changed since the report of {before['ended_at'].date()}"


def _name(*parts: str) -> str:
    return "-".join(part.removeprefix("demo-") for part in parts)[:61].rstrip("-_")


def _slugs(store: Store, viewer: Viewer) -> dict[str, str]:
    rows = store.cities(viewer)[["city_id", "slug"]].itertuples(index=False, name=None)
    return {str(city_id): str(slug) for city_id, slug in rows}


def _rows(frame: Any) -> list[dict[str, Any]]:
    """Return rows as dicts, with None where a cell is empty."""
    cells = frame.astype(object).where(frame.notna(), None)
    return [dict(zip(cells.columns, row, strict=True)) for row in cells.itertuples(index=False, name=None)]
