"""What a city means to do about an answer, kept beside it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give each answer a list of planned actions, empty so far."""
    actions = sa.Column("actions", sa.JSON(none_as_null=True), nullable=False, server_default=sa.text("'[]'"))
    op.add_column("answer", actions)
