"""The ledger of unattended runs: what was planned, what runs, what was published, what failed and where."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of runs."""
    texts = ("name", "notebook", "occasion", "language")
    op.create_table(
        "run", sa.Column("run_key", sa.String, nullable=False), sa.Column("subject", sa.String, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in texts),
        sa.Column("parameters", sa.JSON, nullable=False), sa.Column("hashes", sa.JSON, nullable=False),
        sa.Column("seed", sa.Integer), sa.Column("state", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("owner", "worker", "folder")),
        sa.Column("error", sa.JSON, nullable=False), sa.Column("planned_at", sa.String, nullable=False),
        sa.Column("started_at", sa.String), sa.Column("lease_until", sa.String), sa.Column("ended_at", sa.String),
        sa.Column("seconds", sa.Float),
        sa.PrimaryKeyConstraint("run_key", name="pk_run"),
    )
    op.create_index("ix_run_subject", "run", ["subject"])
