"""The workshop room, invitations with their sessions, and consent."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "workshop", _string("workshop_id"), _string("code"), _string("city_id"), _string("assessment_id"),
        _json("items"), _json("state"), _json("history"), _whole("revision"), _whole("port", null=True),
        _string("created_at"), _string("closed_at", null=True), _text("by"),
        sa.PrimaryKeyConstraint("workshop_id", name="pk_workshop"),
        sa.ForeignKeyConstraint(["city_id"], ["city.city_id"], name="fk_workshop_city_id"),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.assessment_id"], name="fk_workshop_assessment_id"))
    op.create_index("ix_workshop_code", "workshop", ["code"], unique=True)
    op.create_table(
        "seat", _string("workshop_id"), _text("digest"), _string("respondent_id"), _string("at"),
        sa.PrimaryKeyConstraint("workshop_id", "digest", name="pk_seat"),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.workshop_id"], name="fk_seat_workshop_id"))
    op.create_table(
        "invitation", _string("invitation_id"), _text("digest"), _text("role"), _text("name"), _json("city_ids"),
        _json("networks"), sa.Column("once", sa.Boolean, nullable=False), _string("created_at"),
        _string("expires_at", null=True), _string("used_at", null=True), _string("revoked_at", null=True), _text("by"),
        sa.PrimaryKeyConstraint("invitation_id", name="pk_invitation"))
    op.create_index("ix_invitation_digest", "invitation", ["digest"], unique=True)
    op.create_table(
        "session", _text("digest"), _string("invitation_id"), _string("at"), _string("expires_at"),
        sa.PrimaryKeyConstraint("digest", name="pk_session"),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.invitation_id"], name="fk_session_invitation_id"))
    op.create_table(
        "consent", _string("consent_id"), _string("city_id"), _string("subject"), _string("purpose"),
        _text("version"), _string("given_at"), _string("withdrawn_at", null=True), _text("by"),
        sa.PrimaryKeyConstraint("consent_id", name="pk_consent"),
        sa.ForeignKeyConstraint(["city_id"], ["city.city_id"], name="fk_consent_city_id"))
    op.create_index("ix_consent_city_id", "consent", ["city_id"])


def _string(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String, nullable=null)


def _text(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=null)


def _whole(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, nullable=null)


def _json(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON(none_as_null=True), nullable=False)
