"""Many voices: the room and its phase, single answers of turns that have ended, counted blocks, what was agreed."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "room", _string("assessment_id"), _string("phase"), _json("rule"), _json("invited"), _json("asked"),
        _whole("revision"), _string("at"), _text("by"),
        sa.PrimaryKeyConstraint("assessment_id", name="pk_room"),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.assessment_id"], name="fk_room_assessment_id"),
    )
    op.create_table(
        "voice", _string("assessment_id"), _whole("turn"), _string("respondent_id"), _string("item"),
        _string("state"), _whole("level", null=True), _text("note"), _string("at"),
        sa.PrimaryKeyConstraint("assessment_id", "turn", "respondent_id", "item", name="pk_voice"),
        sa.ForeignKeyConstraint(
            ["assessment_id", "respondent_id"], ["respondent.assessment_id", "respondent.respondent_id"],
            name="fk_voice_assessment_id_respondent_id"),
    )
    op.create_table(
        "voice_block", _string("assessment_id"), _whole("turn"), _string("item"), _whole("block"),
        _string("stakeholder_group", null=True), _json("counts"), _json("members"), _string("at"),
        sa.PrimaryKeyConstraint("assessment_id", "turn", "item", "block", name="pk_voice_block"),
        sa.ForeignKeyConstraint(["assessment_id"], ["room.assessment_id"], name="fk_voice_block_assessment_id"),
    )
    op.create_table(
        "consensus", _string("assessment_id"), _string("item"), _string("state"), _whole("level", null=True),
        sa.Column("by_rule", sa.Boolean, nullable=False), _text("why"), _text("dissent"), _whole("turn"),
        _json("counts"), _whole("revision"), _string("at"), _text("by"),
        sa.PrimaryKeyConstraint("assessment_id", "item", name="pk_consensus"),
        sa.ForeignKeyConstraint(["assessment_id"], ["room.assessment_id"], name="fk_consensus_assessment_id"),
    )


def _string(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String, nullable=null)


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False)


def _whole(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, nullable=null, autoincrement=False)


def _json(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON(none_as_null=True), nullable=False)
