"""Who may see and change what: the one place where the record decides it.

===========  ====================================  =========================================================
role         sees                                  changes
===========  ====================================  =========================================================
secretariat  its networks: cities, members,        its networks: the register of cities and members, hazards,
             hazards, exchanges, decisions; the    exchanges, decisions, network lessons, weights
             answers that cities share
facilitator  the cities in `city_ids`, whole       answers, lessons, exchanges of those cities; never shares
city_editor  its city, whole; what other cities    everything of its city; shares are its own explicit act
             of its networks share; exchanges of
             its city
city_reader  as city_editor, but only the city's   nothing
             agreed answers
participant  its city's questionnaire and its own  its own answers, as respondent `name`
             answers, as respondent `name`
public       what is shared with the public        nothing
===========  ====================================  =========================================================

`Viewer.local()` is the person at the keyboard of one laptop: the file is theirs, so they see and change all of it.
A secretariat acts for a city (answers, shares) only where the city is in its `city_ids`.
Nobody finds a deleted lesson.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from exchange.errors import InputError, NotAllowedError
from exchange.store import schema as t
from exchange.store.cells import shown

ROLES: Final = ("secretariat", "facilitator", "city_editor", "city_reader", "participant", "public")
EVERYTHING: Final = "*"
"""In `networks` and `city_ids` of the local viewer: all of them."""

OWN: Final = "own"
_EDITORS = frozenset({"secretariat", "facilitator", "city_editor"})
_OUTSIDERS = frozenset({"participant", "public"})
_ROW_LEVELS = ("full", "scores")

Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks.

    Parameters
    ----------
    role
        One of `ROLES`.
    name
        Who it is, for the audit; for a participant the respondent id.
    city_ids
        The cities for which this viewer acts.
    networks
        The networks that a secretariat keeps. For the other roles the register of members decides.
    """

    role: str
    name: str = ""
    city_ids: frozenset[str] = frozenset()
    networks: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise InputError.at("viewer", f"{shown(self.role)} is not a role", f"Use {', '.join(ROLES)}.")
        if EVERYTHING in self.city_ids | self.networks and self.role != "secretariat":
            raise InputError.at("viewer", f"a {self.role} cannot have everything", "Name the cities and networks.")
        if self.role == "public" and self.city_ids | self.networks:
            raise InputError.at("viewer", "the public acts for no city or network", "Give it none.")

    @classmethod
    def local(cls) -> Viewer:
        """Return the operating-system user of this machine, who keeps everything in the file."""
        try:
            name = getpass.getuser()
        except (OSError, KeyError, ImportError):
            name = "local"
        return cls("secretariat", name, frozenset({EVERYTHING}), frozenset({EVERYTHING}))

    @classmethod
    def from_environment(cls) -> Viewer:
        """Return whom the server named for this kernel; without a server, the person at this machine.

        The server sets ``EXCHANGE_ROLE``, ``EXCHANGE_USER``, ``EXCHANGE_CITIES`` and ``EXCHANGE_NETWORKS`` when it
        starts a kernel; nothing that a client sends reaches them.
        """
        role = os.environ.get("EXCHANGE_ROLE")
        if role is None:
            return cls.local()
        named = (frozenset(filter(None, os.environ.get(name, "").split(",")))
                 for name in ("EXCHANGE_CITIES", "EXCHANGE_NETWORKS"))
        return cls(role, os.environ.get("EXCHANGE_USER", ""), *named)

    @property
    def everything(self) -> bool:
        """Whether no row is hidden from this viewer."""
        return EVERYTHING in self.networks

    def acts_for(self, city_id: str | None) -> bool:
        """Return whether this viewer speaks for a city: answers, accepts, uses lessons."""
        return self.role in _EDITORS and (city_id in self.city_ids or EVERYTHING in self.city_ids)

    def keeps(self, network_id: str | None) -> bool:
        """Return whether this viewer is the secretariat of a network."""
        return self.role == "secretariat" and (network_id in self.networks or self.everything)


# What may be seen ------------------------------------------------------------------------------------------------


def readable(viewer: Viewer, table: sa.Table) -> Condition:
    """Return the condition under which rows of a table may be seen: the row filter.

    Raises
    ------
    KeyError
        For a table that nobody reads directly.
    """
    if viewer.everything:
        return t.lesson.c.deleted_at.is_(None) if table is t.lesson else sa.true()
    return _READ[table.name](viewer)


def _mine(viewer: Viewer, column: sa.ColumnElement[Any]) -> Condition:
    """Return: the city is one for which the viewer signed in."""
    return column.in_(sorted(viewer.city_ids))


def _insider(viewer: Viewer, column: sa.ColumnElement[Any]) -> Condition:
    """Return: the same, for what a participant of a workshop does not see."""
    return sa.false() if viewer.role in _OUTSIDERS else _mine(viewer, column)


def _kept(viewer: Viewer, column: sa.ColumnElement[Any]) -> Condition:
    return column.in_(sorted(viewer.networks)) if viewer.role == "secretariat" else sa.false()


def _in_networks(viewer: Viewer, column: sa.ColumnElement[Any]) -> Condition:
    """Return: a network that the viewer keeps, or of which one of their cities is a member."""
    if viewer.role in _OUTSIDERS:
        return sa.false()
    own = t.member.alias()
    joined = sa.select(own.c.network_id).where(own.c.city_id.in_(sorted(viewer.city_ids)))
    return _kept(viewer, column) | column.in_(joined)


def _fellow(viewer: Viewer, column: sa.ColumnElement[Any]) -> Condition:
    """Return: the city is a member of one of the viewer's networks."""
    if viewer.role in _OUTSIDERS:
        return sa.false()
    fellows = t.member.alias()
    return column.in_(sa.select(fellows.c.city_id).where(_in_networks(viewer, fellows.c.network_id)))


def _live_share(viewer: Viewer, levels: Iterable[str]) -> Condition:
    """Return: this row of `share` stands and reaches the viewer."""
    reaches = (t.share.c.audience == t.PUBLIC) | _in_networks(viewer, t.share.c.network_id)
    return t.share.c.revoked_at.is_(None) & t.share.c.level.in_(list(levels)) & reaches


def _shared(viewer: Viewer, column: sa.ColumnElement[Any]) -> Condition:
    return column.in_(sa.select(t.share.c.city_id).where(_live_share(viewer, _ROW_LEVELS)))


def _city(viewer: Viewer) -> Condition:
    city_id = t.city.c.city_id
    open_to_all = sa.select(t.share.c.city_id).where(
        t.share.c.revoked_at.is_(None), t.share.c.audience == t.PUBLIC)
    wrote = sa.select(t.lesson.c.city_id).where(
        t.lesson.c.deleted_at.is_(None), t.lesson.c.sensitivity == "public", t.lesson.c.city_id.is_not(None))
    return _mine(viewer, city_id) | _fellow(viewer, city_id) | city_id.in_(open_to_all) | city_id.in_(wrote)


def _assessment(viewer: Viewer) -> Condition:
    a, x = t.assessment.c, t.exchange
    mine = _mine(viewer, a.city_id)
    confirmed = a.status == t.CONFIRMED
    to_self = a.purpose == t.SELF
    if viewer.role == "participant":
        return (mine & to_self) | (to_self & confirmed & _shared(viewer, a.city_id))
    kept = a.subject.in_(sa.select(x.c.exchange_id).where(_kept(viewer, x.c.network_id)))
    partner = a.subject.in_(sa.select(x.c.exchange_id).where(
        _mine(viewer, x.c.learner_id) | _mine(viewer, x.c.host_id)))
    # Others see what a city confirmed, never a draft.
    return mine | (confirmed & ((to_self & _shared(viewer, a.city_id)) | kept | partner))


def _of_respondent(viewer: Viewer, table: sa.Table) -> Condition:
    """Return: agreed answers to whoever sees the assessment, single voices only to those who run the assessment."""
    a = t.assessment.c
    seen = table.c.assessment_id.in_(sa.select(a.assessment_id).where(_assessment(viewer)))
    mine = table.c.assessment_id.in_(sa.select(a.assessment_id).where(_mine(viewer, a.city_id)))
    agreed = table.c.respondent_id == t.CITY
    if viewer.role == "participant":
        shared = table.c.assessment_id.in_(sa.select(a.assessment_id).where(
            a.purpose == t.SELF, a.status == t.CONFIRMED, _shared(viewer, a.city_id)))
        return (mine & (table.c.respondent_id == viewer.name)) | (agreed & shared)
    return seen & (agreed | (mine if viewer.role in _EDITORS else sa.false()))


def _lesson(viewer: Viewer) -> Condition:
    c = t.lesson.c
    own = _insider(viewer, c.city_id)
    partner = (c.sensitivity == "partner_only") & (_in_networks(viewer, c.network_id) | _fellow(viewer, c.city_id))
    restricted = (c.sensitivity == "restricted") & c.city_id.is_(None) & _kept(viewer, c.network_id)
    return c.deleted_at.is_(None) & ((c.sensitivity == "public") | own | partner | restricted)


def _lesson_use(viewer: Viewer) -> Condition:
    visible = t.lesson_use.c.lesson_id.in_(sa.select(t.lesson.c.lesson_id).where(_lesson(viewer)))
    return visible & (_insider(viewer, t.lesson_use.c.city_id) | _fellow(viewer, t.lesson_use.c.city_id))


def _exchange(viewer: Viewer) -> Condition:
    c = t.exchange.c
    return _kept(viewer, c.network_id) | _insider(viewer, c.learner_id) | _insider(viewer, c.host_id)


def _entry(viewer: Viewer) -> Condition:
    return t.entry.c.exchange_id.in_(sa.select(t.exchange.c.exchange_id).where(_exchange(viewer)))


def _decision(viewer: Viewer) -> Condition:
    c = t.match_decision.c
    return _kept(viewer, c.network_id) | _insider(viewer, c.learner_id) | _insider(viewer, c.host_id)


def _run(viewer: Viewer) -> Condition:
    return _kept(viewer, t.match_run.c.network_id) | _insider(viewer, t.match_run.c.city_id)


def _weights(viewer: Viewer) -> Condition:
    if viewer.role in _OUTSIDERS:
        return sa.false()
    return t.weights.c.network_id.is_(None) | _in_networks(viewer, t.weights.c.network_id)


def _audit(viewer: Viewer) -> Condition:
    # What stands in the audit is what stood in the answers: for those who run the city alone.
    return _mine(viewer, t.audit.c.city_id) if viewer.role in _EDITORS else sa.false()


_READ: dict[str, Callable[[Viewer], Condition]] = {
    "network": lambda v: _in_networks(v, t.network.c.network_id),
    "city": _city,
    "member": lambda v: _insider(v, t.member.c.city_id) | _in_networks(v, t.member.c.network_id),
    "city_hazard": lambda v: _insider(v, t.city_hazard.c.city_id) | _fellow(v, t.city_hazard.c.city_id),
    "priority": lambda v: _insider(v, t.priority.c.city_id) | _shared(v, t.priority.c.city_id),
    "share": lambda v: _insider(v, t.share.c.city_id) | _kept(v, t.share.c.network_id),
    "assessment": _assessment,
    "instrument": lambda v: sa.false() if v.role == "public" else sa.true(),
    "respondent": lambda v: _of_respondent(v, t.respondent),
    "answer": lambda v: _of_respondent(v, t.answer),
    "lesson": _lesson,
    "lesson_use": _lesson_use,
    "exchange": _exchange,
    "entry": _entry,
    "match_run": _run,
    "match_decision": _decision,
    "weights": _weights,
    "setting": lambda _: sa.false(),
    "audit": _audit,
}


def shared_levels(connection: sa.Connection, viewer: Viewer, network_id: str) -> dict[str, str]:
    """Return how much of its answers each member city opens to this viewer.

    Returns
    -------
    dict
        City id to ``"own"`` (all of it is the viewer's), ``"full"``, ``"scores"``, ``"bands"`` or ``"anonymous"``.
        Cities that share nothing are left out.
    """
    members = sa.select(t.member.c.city_id).where(
        t.member.c.network_id == network_id, readable(viewer, t.member))
    cities = list(connection.scalars(members))
    if viewer.everything:
        return dict.fromkeys(cities, OWN)
    live = sa.select(t.share.c.city_id, t.share.c.level).where(
        _live_share(viewer, t.LEVELS), t.share.c.city_id.in_(members))
    levels: dict[str, str] = {}
    for city_id, level in connection.execute(live):
        levels[city_id] = min(level, levels.get(city_id, level), key=t.LEVELS.index)
    own = viewer.city_ids if viewer.role not in _OUTSIDERS else frozenset()
    return {city: OWN if city in own else levels[city] for city in cities if city in own or city in levels}


def opened_in_full(viewer: Viewer) -> Condition:
    """Return: of this assessment the viewer may see notes and evidence, not the levels alone.

    What an exchange's evaluation says is written for the partner and the secretariat; they see it whole.
    """
    if viewer.everything:
        return sa.true()
    a = t.assessment.c
    full = a.city_id.in_(sa.select(t.share.c.city_id).where(_live_share(viewer, ("full",))))
    return _mine(viewer, a.city_id) | full | (a.purpose == t.EXCHANGE)


_ONLY_WITH_FULL: Final[dict[str, Any]] = {
    "note": "", "evidence": [], "actions": [], "raw_value": None, "unit": None, "confidence": None, "by": ""}
_ONLY_FOR_OWN: Final[dict[str, Any]] = {"client": "", "seq": None}


def trimmed(viewer: Viewer, row: dict[str, Any], *, city_id: str, full: bool) -> dict[str, Any]:
    """Return an answer with only those cells that the city's share opens to the viewer."""
    if viewer.everything or city_id in viewer.city_ids:
        return row
    trimmed_row = {**row, **_ONLY_FOR_OWN} if full else {**row, **_ONLY_WITH_FULL, **_ONLY_FOR_OWN}
    trimmed_row["evidence"] = [piece for piece in trimmed_row["evidence"] if _may_leave(piece)]
    return trimmed_row


def _may_leave(evidence: object) -> bool:
    return not isinstance(evidence, Mapping) or evidence.get("sensitivity") != "restricted"


# What may be changed ---------------------------------------------------------------------------------------------


def may_write(viewer: Viewer, table: str, about: Mapping[str, Any]) -> bool:
    """Return whether the viewer may write a row of a table.

    Parameters
    ----------
    viewer
        Who asks.
    table
        Its name.
    about
        What the decision rests on, as it stands in the store and never as it was sent: `city_id`, `network_id`,
        `networks` (those in which the city is a member), `respondent_id`, `learner_id`, `host_id`, `side`, `status`.
    """
    return viewer.everything or _WRITE[table](viewer, about)


def demand(viewer: Viewer, table: str, about: Mapping[str, Any], place: str) -> None:
    """Raise unless the viewer may write the row.

    Raises
    ------
    NotAllowedError
        Naming the place and the role.
    """
    if not may_write(viewer, table, about):
        raise NotAllowedError.at(place, f"as {viewer.role.replace('_', ' ')} you may not change this",
                                 "Ask the city or the secretariat whose it is.")


About = Mapping[str, Any]


def _network(viewer: Viewer, about: About) -> bool:
    """Return: a network is changed by its secretariat; the local user alone founds one."""
    return bool(about["exists"]) and viewer.keeps(about["network_id"])


def _describes(viewer: Viewer, about: About) -> bool:
    """Return: the city itself, or a secretariat of one of its networks; a city in none is any secretariat's."""
    if viewer.acts_for(about["city_id"]):
        return True
    networks = about["networks"]
    return viewer.role == "secretariat" and (not networks or any(map(viewer.keeps, networks)))


def _answers(viewer: Viewer, about: About) -> bool:
    if viewer.role == "participant":
        return about["city_id"] in viewer.city_ids and about["respondent_id"] == viewer.name != t.CITY
    return viewer.acts_for(about["city_id"])


def _of_city(viewer: Viewer, about: About) -> bool:
    return viewer.acts_for(about["city_id"])


def _of_pair(viewer: Viewer, about: About) -> bool:
    """Return: one of the two cities, for both or for its own side; the secretariat for what has no side."""
    side = about.get("side")
    if side is not None:
        return viewer.acts_for(about[f"{side}_id"])
    pair = viewer.acts_for(about["learner_id"]) or viewer.acts_for(about["host_id"])
    return pair or viewer.keeps(about["network_id"])


def _decides(viewer: Viewer, about: About) -> bool:
    if about["side"] == "secretariat":
        return viewer.keeps(about["network_id"]) and about["status"] in ("suggested", "locked")
    return viewer.acts_for(about[f"{about['side']}_id"]) and about["status"] != "locked"


def _shares(viewer: Viewer, about: About) -> bool:
    return viewer.role != "facilitator" and viewer.acts_for(about["city_id"])


def _of_city_or_network(viewer: Viewer, about: About) -> bool:
    city_id, network_id = about["city_id"], about["network_id"]
    if city_id is None:
        return viewer.keeps(network_id)
    return viewer.acts_for(city_id) and (network_id is None or network_id in about["networks"])


def _joins(viewer: Viewer, about: About) -> bool:
    """Return: the secretariat, but it cannot enrol a city of other networks unasked; a member changes its own row."""
    if about["network_id"] in about["networks"] and viewer.acts_for(about["city_id"]):
        return True
    return viewer.keeps(about["network_id"]) and _describes(viewer, about)


_WRITE: dict[str, Callable[[Viewer, About], bool]] = {
    "network": _network,
    "city": _describes,
    "member": _joins,
    "city_hazard": _describes,
    "priority": _of_city,
    "share": _shares,
    "assessment": _of_city,
    "respondent": _of_city,
    "answer": _answers,
    "lesson": _of_city_or_network,
    "lesson_use": _of_city,
    "exchange": _of_pair,
    "entry": _of_pair,
    "match_run": _of_city_or_network,
    "match_decision": _decides,
    "weights": lambda v, a: v.keeps(a["network_id"]),
    "setting": lambda _v, _a: False,
    "everything": lambda _v, _a: False,
}
