"""The first schema: register, answers, lessons, exchanges, decisions, and the history of all of them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create everything."""
    _tables()
    _search()
    head = sa.table("setting", sa.column("key", sa.String), sa.column("value", sa.JSON))
    op.bulk_insert(head, [{"key": "audit.head", "value": {"seq": 0, "hash": "0" * 64}}])


def _search() -> None:
    """Create the index of the library, in the way of the database."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE lesson_search USING fts5(words, stems, tokenize = 'unicode61')")
        return
    op.execute("CREATE TABLE lesson_search (rowid integer CONSTRAINT pk_lesson_search PRIMARY KEY, "
               "words text NOT NULL, stems text NOT NULL, "
               "vector tsvector GENERATED ALWAYS AS (to_tsvector('simple', words || ' ' || stems)) STORED)")
    op.execute("CREATE INDEX ix_lesson_search_vector ON lesson_search USING gin (vector)")


def _tables() -> None:
    op.create_table(
        "audit", _big("seq"), _text("at"), _text("who"), _text("role"), _text("action"), _text("subject"),
        _string("city_id", null=True), _text("before", null=True), _text("after", null=True),
        _text("salt", null=True), _text("digest"), _text("previous"), _text("hash"),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
    )
    op.create_index("ix_audit_city_id", "audit", ["city_id"])
    op.create_table(
        "city", _string("city_id"), _string("slug"), _text("name"), _string("country"),
        _whole("population", null=True), _number("lat", null=True), _number("lon", null=True),
        _text("region", null=True), _string("income_group", null=True), _text("timezone", null=True),
        _json("facts"), _text("source"),
        sa.PrimaryKeyConstraint("city_id", name="pk_city"),
    )
    op.create_index("ix_city_slug", "city", ["slug"], unique=True)
    op.create_table(
        "network", _string("network_id"), _text("name"), _flag("demo"), _json("about"),
        sa.PrimaryKeyConstraint("network_id", name="pk_network"),
    )
    op.create_table(
        "setting", _string("key"), sa.Column("value", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_setting"),
    )
    op.create_table(
        "city_hazard", _string("city_id"), _string("hazard_id"), _text("edition"), _number("weight"),
        _number("likelihood", null=True), _number("impact", null=True), _string("scenario", null=True),
        _text("source"),
        sa.PrimaryKeyConstraint("city_id", "hazard_id", name="pk_city_hazard"),
        sa.ForeignKeyConstraint(["city_id"], ["city.city_id"], name="fk_city_hazard_city_id"),
    )
    op.create_table(
        "exchange", _string("exchange_id"), _string("network_id"), _text("round"), _string("learner_id"),
        _string("host_id"), _string("pair_type", null=True), _string("learning_level", null=True),
        _text("status"), _string("start", null=True), _string("end", null=True), _text("title"),
        _json("about"), _whole("revision"), _string("created_at"),
        sa.PrimaryKeyConstraint("exchange_id", name="pk_exchange"),
        sa.ForeignKeyConstraint(["host_id"], ["city.city_id"], name="fk_exchange_host_id"),
        sa.ForeignKeyConstraint(["learner_id"], ["city.city_id"], name="fk_exchange_learner_id"),
        sa.ForeignKeyConstraint(["network_id"], ["network.network_id"], name="fk_exchange_network_id"),
    )
    op.create_index("ix_exchange_host_id", "exchange", ["host_id"])
    op.create_index("ix_exchange_learner_id", "exchange", ["learner_id"])
    op.create_index("ix_exchange_network_id", "exchange", ["network_id"])
    op.create_table(
        "lesson", _string("lesson_id"), _whole("number"), _string("network_id", null=True),
        _string("city_id", null=True), _text("language"), _text("title"), _json("body"),
        _string("sensitivity"), _text("source"), _text("licence"), _flag("demo"), _string("created_at"),
        _string("deleted_at", null=True),
        sa.PrimaryKeyConstraint("lesson_id", name="pk_lesson"),
        sa.ForeignKeyConstraint(["city_id"], ["city.city_id"], name="fk_lesson_city_id"),
        sa.ForeignKeyConstraint(["network_id"], ["network.network_id"], name="fk_lesson_network_id"),
    )
    op.create_index("ix_lesson_city_id", "lesson", ["city_id"])
    op.create_index("ix_lesson_created_at", "lesson", ["created_at"])
    op.create_index("ix_lesson_number", "lesson", ["number"], unique=True)
    op.create_table(
        "match_decision", _string("network_id"), _text("round"), _string("learner_id"), _string("host_id"),
        _string("side"), _string("status"), _text("why"), _text("by"), _string("at"),
        sa.PrimaryKeyConstraint("network_id", "round", "learner_id", "host_id", "side", name="pk_match_decision"),
        sa.ForeignKeyConstraint(["host_id"], ["city.city_id"], name="fk_match_decision_host_id"),
        sa.ForeignKeyConstraint(["learner_id"], ["city.city_id"], name="fk_match_decision_learner_id"),
        sa.ForeignKeyConstraint(["network_id"], ["network.network_id"], name="fk_match_decision_network_id"),
    )
    op.create_table(
        "match_run", _string("run_id"), _string("network_id"), _string("city_id", null=True),
        _string("at"), _json("weights"), _text("data_hash"), _text("method"), _whole("seed", null=True),
        _json("result"),
        sa.PrimaryKeyConstraint("run_id", name="pk_match_run"),
        sa.ForeignKeyConstraint(["city_id"], ["city.city_id"], name="fk_match_run_city_id"),
        sa.ForeignKeyConstraint(["network_id"], ["network.network_id"], name="fk_match_run_network_id"),
    )
    op.create_index("ix_match_run_network_id", "match_run", ["network_id"])
    op.create_table(
        "member", _string("network_id"), _string("city_id"), _string("joined", null=True),
        _whole("capacity", null=True), _json("readiness"), _flag("consent", null=True),
        sa.PrimaryKeyConstraint("network_id", "city_id", name="pk_member"),
        sa.ForeignKeyConstraint(["city_id"], ["city.city_id"], name="fk_member_city_id"),
        sa.ForeignKeyConstraint(["network_id"], ["network.network_id"], name="fk_member_network_id"),
    )
    op.create_index("ix_member_city_id", "member", ["city_id"])
    op.create_table(
        "priority", _string("city_id"), _string("item"), _number("weight"), _text("by"),
        sa.PrimaryKeyConstraint("city_id", "item", name="pk_priority"),
        sa.ForeignKeyConstraint(["city_id"], ["city.city_id"], name="fk_priority_city_id"),
    )
    op.create_table(
        "share", _string("share_id"), _string("city_id"), _string("audience"),
        _string("network_id", null=True), _string("level"), _whole("version"), _string("granted_at"),
        _string("revoked_at", null=True), _text("by"),
        sa.PrimaryKeyConstraint("share_id", name="pk_share"),
        sa.ForeignKeyConstraint(["city_id"], ["city.city_id"], name="fk_share_city_id"),
        sa.ForeignKeyConstraint(["network_id"], ["network.network_id"], name="fk_share_network_id"),
    )
    op.create_index("ix_share_city_id", "share", ["city_id"])
    op.create_table(
        "weights", _whole("version"), _string("network_id", null=True), _json("values"), _string("at"),
        _text("by"), _text("why"),
        sa.PrimaryKeyConstraint("version", name="pk_weights"),
        sa.ForeignKeyConstraint(["network_id"], ["network.network_id"], name="fk_weights_network_id"),
    )
    op.create_table(
        "assessment", _string("assessment_id"), _string("city_id"), _string("instrument"),
        _text("version"), _text("round"), _string("status"), _string("purpose"),
        _string("subject", null=True), _string("side", null=True), _string("stage", null=True),
        _string("created_at"), _string("confirmed_at", null=True), _json("scenarios"), _json("scope"),
        sa.PrimaryKeyConstraint("assessment_id", name="pk_assessment"),
        sa.ForeignKeyConstraint(["city_id"], ["city.city_id"], name="fk_assessment_city_id"),
        sa.ForeignKeyConstraint(["subject"], ["exchange.exchange_id"], name="fk_assessment_subject"),
    )
    op.create_index("ix_assessment_subject", "assessment", ["subject"])
    op.create_index("uq_assessment_occasion", "assessment", [
        "city_id", "instrument", "round", "purpose",
        sa.text("coalesce(subject, '')"), sa.text("coalesce(side, '')"), sa.text("coalesce(stage, '')")], unique=True)
    op.create_table(
        "entry", _string("entry_id"), _string("exchange_id"), _string("kind"), _string("side", null=True),
        _whole("position"), _json("body"), _whole("revision"), _string("at"), _text("by"),
        sa.PrimaryKeyConstraint("entry_id", name="pk_entry"),
        sa.ForeignKeyConstraint(["exchange_id"], ["exchange.exchange_id"], name="fk_entry_exchange_id"),
    )
    op.create_index("ix_entry_exchange_id", "entry", ["exchange_id"])
    op.create_table(
        "lesson_tag", _string("lesson_id"), _text("kind"), _text("value"),
        sa.PrimaryKeyConstraint("lesson_id", "kind", "value", name="pk_lesson_tag"),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.lesson_id"], name="fk_lesson_tag_lesson_id"),
    )
    op.create_index("ix_lesson_tag_kind_value", "lesson_tag", ["kind", "value"])
    op.create_table(
        "lesson_use", _string("use_id"), _string("lesson_id"), _string("city_id"), _string("phase"),
        _string("at"), _string("exchange_id", null=True), _text("note"), _text("by"),
        sa.PrimaryKeyConstraint("use_id", name="pk_lesson_use"),
        sa.ForeignKeyConstraint(["city_id"], ["city.city_id"], name="fk_lesson_use_city_id"),
        sa.ForeignKeyConstraint(["exchange_id"], ["exchange.exchange_id"], name="fk_lesson_use_exchange_id"),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.lesson_id"], name="fk_lesson_use_lesson_id"),
    )
    op.create_index("ix_lesson_use_city_id", "lesson_use", ["city_id"])
    op.create_index("ix_lesson_use_lesson_id", "lesson_use", ["lesson_id"])
    op.create_table(
        "respondent", _string("assessment_id"), _string("respondent_id"),
        _string("stakeholder_group", null=True), _text("label"),
        sa.PrimaryKeyConstraint("assessment_id", "respondent_id", name="pk_respondent"),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.assessment_id"],
            name="fk_respondent_assessment_id"),
    )
    op.create_table(
        "answer", _string("assessment_id"), _string("respondent_id"), _string("item"), _string("state"),
        _whole("level", null=True), _number("raw_value", null=True), _text("unit", null=True),
        _string("confidence", null=True), _text("note"), _json("evidence"), _whole("revision"),
        _text("client"), _big("seq", null=True), _string("at"), _text("by"),
        sa.PrimaryKeyConstraint("assessment_id", "respondent_id", "item", name="pk_answer"),
        sa.ForeignKeyConstraint(
            ["assessment_id", "respondent_id"], ["respondent.assessment_id", "respondent.respondent_id"],
            name="fk_answer_assessment_id_respondent_id"),
    )
    op.create_table(
        "answer_op", _string("assessment_id"), _string("respondent_id"), _string("client"), _big("seq"),
        _string("item"), _text("digest"), _whole("revision"), _text("outcome"), _string("at"),
        sa.PrimaryKeyConstraint("assessment_id", "respondent_id", "client", "seq", name="pk_answer_op"),
        sa.ForeignKeyConstraint(
            ["assessment_id", "respondent_id"], ["respondent.assessment_id", "respondent.respondent_id"],
            name="fk_answer_op_assessment_id_respondent_id"),
    )


def _string(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String, nullable=null)


def _text(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=null)


def _whole(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, nullable=null, autoincrement=False)


def _big(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger, nullable=null, autoincrement=False)


def _number(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Float, nullable=null)


def _flag(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean, nullable=null)


def _json(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON(none_as_null=True), nullable=False)
