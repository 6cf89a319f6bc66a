"""Questionnaires that people brought themselves, each version kept as it was answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of own instruments."""
    op.create_table(
        "instrument",
        sa.Column("name", sa.String, nullable=False), sa.Column("version", sa.String, nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("at", sa.String, nullable=False), sa.Column("by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", "version", name="pk_instrument"),
    )
