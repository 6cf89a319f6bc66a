"""What the record holds: every table with its columns, the same on SQLite and PostgreSQL.

Only the common subset of both databases is used: text, whole numbers, numbers, flags and JSON; moments are
ISO 8601 text in UTC of a fixed width, so that their order as text is their order in time.
A change here needs a step in `migrations/versions`, and a test holds the two against one another.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, Final

import sqlalchemy as sa

from exchange import vocabulary
from exchange.assessments import voices

KNOWN: Final = ("0001", "0002", "0003")
"""Versions of the schema that this program can read, oldest first; the last is the one it writes."""

VERSION_TABLE: Final = "exchange_version"
HEAD: Final = "audit.head"
"""The setting that holds number and hash of the last audit row."""

CITY: Final = "city"
"""The respondent under which a city's own, agreed answers stand."""

NETWORK, PUBLIC = "network", "public"
LEVELS: Final = ("full", "scores", "bands", "anonymous")
"""How much of its answers a city shares, from all to least."""

SELF, EXCHANGE = "self", "exchange"
OPEN, CONFIRMED = "open", "confirmed"
DECISIONS: Final = ("suggested", "accepted", "declined", "locked")
DECIDERS: Final = ("learner", "host", "secretariat")


class Moment(sa.TypeDecorator[datetime]):
    """An instant: timezone-aware in Python, ISO text in UTC in the database."""

    impl = sa.String
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002
        """Return the text that is stored."""
        return None if value is None else moment_text(value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """Return the instant that the text means."""
        return None if value is None else datetime.fromisoformat(value)


class Day(sa.TypeDecorator[date]):
    """A day of the calendar, stored as ISO text."""

    impl = sa.String
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002
        """Return the text that is stored."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> date | None:  # noqa: ARG002
        """Return the day that the text means."""
        return None if value is None else date.fromisoformat(value)


def moment_text(value: datetime) -> str:
    """Return an instant as it is stored: ``2026-11-23T10:42:00.000000+00:00``."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")


METADATA = sa.MetaData(naming_convention={
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
})

_Column = sa.Column[Any]


def _id(name: str, *, null: bool = False, made: bool = False, same_as: str = "") -> _Column:
    """Return a column of an identifier; where a row brings none it may be made, or be the same as another."""
    return sa.Column(name, sa.String, nullable=null, info={"kind": "id", "made": made, "same_as": same_as})


def _text(name: str, *, null: bool = False, choices: tuple[str, ...] = ()) -> _Column:
    info = {"kind": "text", "choices": choices}
    return sa.Column(name, sa.Text, nullable=null, info=info, default=None if null or choices else "")


def _one_of(name: str, choices: Iterable[str], *, null: bool = False, default: str | None = None) -> _Column:
    info = {"kind": "text", "choices": tuple(choices)}
    return sa.Column(name, sa.String, nullable=null, info=info, default=default)


def _whole(name: str, *, null: bool = True, low: int = -2**31, high: int = 2**31 - 1,
           default: int | None = None) -> _Column:
    return sa.Column(name, sa.Integer, nullable=null, default=default, info={"kind": "whole", "low": low, "high": high})


def _number(name: str, *, null: bool = True, low: float = -1e300, high: float = 1e300) -> _Column:
    return sa.Column(name, sa.Float, nullable=null, info={"kind": "number", "low": low, "high": high})


def _flag(name: str, *, null: bool = False) -> _Column:
    return sa.Column(name, sa.Boolean, nullable=null, default=None if null else False,
                     info={"kind": "flag"})


def _json(name: str, *, many: bool = False) -> _Column:
    return sa.Column(name, sa.JSON(none_as_null=True), nullable=False, default=list if many else dict,
                     info={"kind": "list" if many else "object"})


def _moment(name: str, *, null: bool = False) -> _Column:
    return sa.Column(name, Moment, nullable=null, info={"kind": "moment", "now": not null})


def _day(name: str) -> _Column:
    return sa.Column(name, Day, info={"kind": "day"})


def _big(name: str, *, null: bool = False) -> _Column:
    return sa.Column(name, sa.BigInteger, nullable=null, autoincrement=False,
                     info={"kind": "whole", "low": 0, "high": 2**63 - 1})


def _refers(column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to])


network = sa.Table(
    "network", METADATA,
    _id("network_id"), _text("name"), _flag("demo"), _json("about"),
    sa.PrimaryKeyConstraint("network_id"),
)

city = sa.Table(
    "city", METADATA,
    _id("city_id"), _id("slug", same_as="city_id"), _text("name"),
    sa.Column("country", sa.String, nullable=False, info={"kind": "country"}),
    _whole("population", low=0), _number("lat", low=-90, high=90), _number("lon", low=-180, high=180),
    _text("region", null=True), _one_of("income_group", vocabulary.INCOME_GROUPS, null=True),
    _text("timezone", null=True), _json("facts"), _text("source"),
    sa.PrimaryKeyConstraint("city_id"),
    sa.Index(None, "slug", unique=True),
)

member = sa.Table(
    "member", METADATA,
    _id("network_id"), _id("city_id"), _day("joined"), _whole("capacity", low=0, high=1000),
    _json("readiness"), _flag("consent", null=True),
    sa.PrimaryKeyConstraint("network_id", "city_id"),
    _refers("network_id", "network.network_id"), _refers("city_id", "city.city_id"),
    sa.Index(None, "city_id"),
)

city_hazard = sa.Table(
    "city_hazard", METADATA,
    _id("city_id"), _id("hazard_id"), _text("edition"), _number("weight", null=False, low=0),
    _number("likelihood", low=0), _number("impact", low=0),
    _one_of("scenario", vocabulary.SCENARIOS, null=True), _text("source"),
    sa.PrimaryKeyConstraint("city_id", "hazard_id"),
    _refers("city_id", "city.city_id"),
)

priority = sa.Table(
    "priority", METADATA,
    _id("city_id"), _id("item"), _number("weight", null=False, low=0), _text("by"),
    sa.PrimaryKeyConstraint("city_id", "item"),
    _refers("city_id", "city.city_id"),
)

share = sa.Table(
    "share", METADATA,
    _id("share_id", made=True), _id("city_id"), _one_of("audience", (NETWORK, PUBLIC)),
    _id("network_id", null=True), _one_of("level", LEVELS), _whole("version", null=False, low=1),
    _moment("granted_at"), _moment("revoked_at", null=True), _text("by"),
    sa.PrimaryKeyConstraint("share_id"),
    _refers("city_id", "city.city_id"), _refers("network_id", "network.network_id"),
    sa.Index(None, "city_id"),
)

assessment = sa.Table(
    "assessment", METADATA,
    _id("assessment_id", made=True), _id("city_id"), _id("instrument"), _text("version"), _text("round"),
    _one_of("status", (OPEN, CONFIRMED), default=OPEN), _one_of("purpose", (SELF, EXCHANGE), default=SELF),
    _id("subject", null=True), _one_of("side", vocabulary.SIDES, null=True),
    _one_of("stage", vocabulary.EVALUATION_STAGES, null=True),
    _moment("created_at"), _moment("confirmed_at", null=True), _json("scenarios"), _json("scope"),
    sa.PrimaryKeyConstraint("assessment_id"),
    _refers("city_id", "city.city_id"), _refers("subject", "exchange.exchange_id"),
    sa.Index(None, "subject"),
)
sa.Index(
    "uq_assessment_occasion", assessment.c.city_id, assessment.c.instrument, assessment.c["round"],
    assessment.c.purpose, sa.func.coalesce(assessment.c.subject, ""), sa.func.coalesce(assessment.c.side, ""),
    sa.func.coalesce(assessment.c.stage, ""), unique=True,
)

respondent = sa.Table(
    "respondent", METADATA,
    _id("assessment_id"), _id("respondent_id", made=True),
    _one_of("stakeholder_group", vocabulary.STAKEHOLDER_GROUPS, null=True), _text("label"),
    sa.PrimaryKeyConstraint("assessment_id", "respondent_id"),
    _refers("assessment_id", "assessment.assessment_id"),
)

answer = sa.Table(
    "answer", METADATA,
    _id("assessment_id"), _id("respondent_id"), _id("item"),
    _one_of("state", vocabulary.STATES), _whole("level", low=0, high=10),
    _number("raw_value"), _text("unit", null=True), _one_of("confidence", vocabulary.CONFIDENCE, null=True),
    _text("note"), _json("evidence", many=True), _whole("revision", null=False, low=1, default=1),
    _text("client"), _big("seq", null=True), _moment("at"), _text("by"),
    sa.PrimaryKeyConstraint("assessment_id", "respondent_id", "item"),
    sa.ForeignKeyConstraint(["assessment_id", "respondent_id"],
                            ["respondent.assessment_id", "respondent.respondent_id"]),
)

answer_op = sa.Table(
    "answer_op", METADATA,
    _id("assessment_id"), _id("respondent_id"), _id("client"), _big("seq"), _id("item"),
    _text("digest"), _whole("revision", null=False), _text("outcome"), _moment("at"),
    sa.PrimaryKeyConstraint("assessment_id", "respondent_id", "client", "seq"),
    sa.ForeignKeyConstraint(["assessment_id", "respondent_id"],
                            ["respondent.assessment_id", "respondent.respondent_id"]),
)

# Many voices: how a room agrees, what people said in turns that have ended, what is counted, what was agreed.

room = sa.Table(
    "room", METADATA,
    _id("assessment_id"), _one_of("phase", voices.PHASES), _json("rule"), _json("invited", many=True),
    _json("asked", many=True), _whole("revision", null=False, low=1, default=1), _moment("at"), _text("by"),
    sa.PrimaryKeyConstraint("assessment_id"),
    _refers("assessment_id", "assessment.assessment_id"),
)

voice = sa.Table(
    "voice", METADATA,
    _id("assessment_id"), _whole("turn", null=False, low=1), _id("respondent_id"), _id("item"),
    _one_of("state", vocabulary.STATES), _whole("level", low=0, high=10), _text("note"), _moment("at"),
    sa.PrimaryKeyConstraint("assessment_id", "turn", "respondent_id", "item"),
    sa.ForeignKeyConstraint(["assessment_id", "respondent_id"],
                            ["respondent.assessment_id", "respondent.respondent_id"]),
)

voice_block = sa.Table(
    "voice_block", METADATA,
    _id("assessment_id"), _whole("turn", null=False, low=1), _id("item"), _whole("block", null=False, low=1),
    _one_of("stakeholder_group", vocabulary.STAKEHOLDER_GROUPS, null=True), _json("counts"),
    # Who is in it, to count nobody twice; no method gives it out.
    _json("members", many=True), _moment("at"),
    sa.PrimaryKeyConstraint("assessment_id", "turn", "item", "block"),
    _refers("assessment_id", "room.assessment_id"),
)

consensus = sa.Table(
    "consensus", METADATA,
    _id("assessment_id"), _id("item"), _one_of("state", vocabulary.STATES), _whole("level", low=0, high=10),
    _flag("by_rule"), _text("why"), _text("dissent"), _whole("turn", null=False, low=0), _json("counts"),
    _whole("revision", null=False, low=1, default=1), _moment("at"), _text("by"),
    sa.PrimaryKeyConstraint("assessment_id", "item"),
    _refers("assessment_id", "room.assessment_id"),
)

lesson = sa.Table(
    "lesson", METADATA,
    _id("lesson_id", made=True), _whole("number", null=False, low=1),
    _id("network_id", null=True), _id("city_id", null=True), _text("language"), _text("title"), _json("body"),
    _one_of("sensitivity", vocabulary.SENSITIVITY, default="public"), _text("source"), _text("licence"),
    _flag("demo"), _moment("created_at"), _moment("deleted_at", null=True),
    sa.PrimaryKeyConstraint("lesson_id"),
    _refers("network_id", "network.network_id"), _refers("city_id", "city.city_id"),
    sa.Index(None, "number", unique=True), sa.Index(None, "city_id"), sa.Index(None, "created_at"),
)

lesson_tag = sa.Table(
    "lesson_tag", METADATA,
    _id("lesson_id"), _text("kind"), _text("value"),
    sa.PrimaryKeyConstraint("lesson_id", "kind", "value"),
    _refers("lesson_id", "lesson.lesson_id"),
    sa.Index(None, "kind", "value"),
)

lesson_use = sa.Table(
    "lesson_use", METADATA,
    _id("use_id", made=True), _id("lesson_id"), _id("city_id"), _one_of("phase", vocabulary.LEARNING_PHASES),
    _moment("at"), _id("exchange_id", null=True), _text("note"), _text("by"),
    sa.PrimaryKeyConstraint("use_id"),
    _refers("lesson_id", "lesson.lesson_id"), _refers("city_id", "city.city_id"),
    _refers("exchange_id", "exchange.exchange_id"),
    sa.Index(None, "lesson_id"), sa.Index(None, "city_id"),
)

exchange = sa.Table(
    "exchange", METADATA,
    _id("exchange_id", made=True), _id("network_id"), _text("round"), _id("learner_id"), _id("host_id"),
    _one_of("pair_type", vocabulary.PAIR_TYPES, null=True),
    _one_of("learning_level", vocabulary.LEARNING_LEVELS, null=True),
    _text("status"), _day("start"), _day("end"), _text("title"), _json("about"),
    _whole("revision", null=False, low=1, default=1), _moment("created_at"),
    sa.PrimaryKeyConstraint("exchange_id"),
    _refers("network_id", "network.network_id"), _refers("learner_id", "city.city_id"),
    _refers("host_id", "city.city_id"),
    sa.Index(None, "network_id"), sa.Index(None, "learner_id"), sa.Index(None, "host_id"),
)

entry = sa.Table(
    "entry", METADATA,
    _id("entry_id", made=True), _id("exchange_id"), _id("kind"), _one_of("side", vocabulary.SIDES, null=True),
    _whole("position", null=False, default=0), _json("body"), _whole("revision", null=False, low=1, default=1),
    _moment("at"), _text("by"),
    sa.PrimaryKeyConstraint("entry_id"),
    _refers("exchange_id", "exchange.exchange_id"),
    sa.Index(None, "exchange_id"),
)

match_run = sa.Table(
    "match_run", METADATA,
    _id("run_id", made=True), _id("network_id"), _id("city_id", null=True), _moment("at"), _json("weights"),
    _text("data_hash"), _text("method"), _whole("seed"), _json("result"),
    sa.PrimaryKeyConstraint("run_id"),
    _refers("network_id", "network.network_id"), _refers("city_id", "city.city_id"),
    sa.Index(None, "network_id"),
)

match_decision = sa.Table(
    "match_decision", METADATA,
    _id("network_id"), _text("round"), _id("learner_id"), _id("host_id"), _one_of("side", DECIDERS),
    _one_of("status", DECISIONS), _text("why"), _text("by"), _moment("at"),
    sa.PrimaryKeyConstraint("network_id", "round", "learner_id", "host_id", "side"),
    _refers("network_id", "network.network_id"), _refers("learner_id", "city.city_id"),
    _refers("host_id", "city.city_id"),
)

weights = sa.Table(
    "weights", METADATA,
    sa.Column("version", sa.Integer, autoincrement=False, info={"kind": "whole", "low": 1, "high": 2**31 - 1}),
    _id("network_id", null=True), _json("values"), _moment("at"), _text("by"), _text("why"),
    sa.PrimaryKeyConstraint("version"),
    _refers("network_id", "network.network_id"),
)

setting = sa.Table(
    "setting", METADATA,
    _id("key"), sa.Column("value", sa.JSON, nullable=False, info={"kind": "json"}),
    sa.PrimaryKeyConstraint("key"),
)

audit = sa.Table(
    "audit", METADATA,
    _big("seq"), _text("at"), _text("who"), _text("role"), _text("action"), _text("subject"),
    _id("city_id", null=True),
    # `before` and `after` are canonical JSON; the chain holds only their salted digest, so that what a city
    # withdraws can be wiped one day without breaking the proof of everything else.
    _text("before", null=True), _text("after", null=True), _text("salt", null=True), _text("digest"),
    _text("previous"), _text("hash"),
    sa.PrimaryKeyConstraint("seq"),
    sa.Index(None, "city_id"),
)

# The workshop room, who was invited, and who agreed to what ---------------------------------------------------------

workshop = sa.Table(
    "workshop", METADATA,
    _id("workshop_id", made=True), _id("code"), _id("city_id"), _id("assessment_id"), _json("items", many=True),
    _json("state"), _json("history", many=True), _whole("revision", null=False, low=1, default=1), _whole("port"),
    _moment("created_at"), _moment("closed_at", null=True), _text("by"),
    sa.PrimaryKeyConstraint("workshop_id"),
    _refers("city_id", "city.city_id"), _refers("assessment_id", "assessment.assessment_id"),
    sa.Index(None, "code", unique=True),
)

seat = sa.Table(
    "seat", METADATA,
    _id("workshop_id"), _text("digest"), _id("respondent_id"), _moment("at"),
    sa.PrimaryKeyConstraint("workshop_id", "digest"),
    _refers("workshop_id", "workshop.workshop_id"),
)

invitation = sa.Table(
    "invitation", METADATA,
    _id("invitation_id", made=True), _text("digest"), _text("role"), _text("name"), _json("city_ids", many=True),
    _json("networks", many=True), _flag("once"), _moment("created_at"), _moment("expires_at", null=True),
    _moment("used_at", null=True), _moment("revoked_at", null=True), _text("by"),
    sa.PrimaryKeyConstraint("invitation_id"),
    sa.Index(None, "digest", unique=True),
)

session = sa.Table(
    "session", METADATA,
    _text("digest"), _id("invitation_id"), _moment("at"), _moment("expires_at"),
    sa.PrimaryKeyConstraint("digest"),
    _refers("invitation_id", "invitation.invitation_id"),
)

consent = sa.Table(
    "consent", METADATA,
    _id("consent_id", made=True), _id("city_id"), _id("subject"), _id("purpose"), _text("version"),
    _moment("given_at"), _moment("withdrawn_at", null=True), _text("by"),
    sa.PrimaryKeyConstraint("consent_id"),
    _refers("city_id", "city.city_id"), sa.Index(None, "city_id"),
)

lesson_search = sa.table("lesson_search", sa.column("rowid"), sa.column("words"), sa.column("stems"))
"""The index of the library, by `lesson.number`: an FTS5 table on SQLite, a table with a text index on PostgreSQL."""
