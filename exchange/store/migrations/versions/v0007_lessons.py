"""The library grows up: judgements of transfer, near-duplicates, meaning, and a count of changes for other indexes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the library lacked, and let facets know the countries of the lessons that are there."""
    op.add_column("lesson", sa.Column("revision", sa.Integer, nullable=False, server_default="1"))
    op.add_column("lesson", sa.Column("fold", sa.Text, nullable=False, server_default=""))
    op.add_column("lesson", sa.Column("changed", sa.Integer, nullable=False, server_default="0"))
    op.execute("UPDATE lesson SET fold = lesson_id, changed = number")
    op.create_index("ix_lesson_fold", "lesson", ["fold"])
    op.create_index("ix_lesson_changed", "lesson", ["changed"])
    op.create_table(
        "lesson_transfer",
        *(sa.Column(name, sa.String, nullable=False) for name in ("lesson_id", "city_id", "part", "judgement")),
        sa.Column("condition", sa.Text, nullable=False), sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("at", sa.String, nullable=False), sa.Column("by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("lesson_id", "city_id", "part", name="pk_lesson_transfer"),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.lesson_id"], name="fk_lesson_transfer_lesson_id"),
        sa.ForeignKeyConstraint(["city_id"], ["city.city_id"], name="fk_lesson_transfer_city_id"),
    )
    op.create_index("ix_lesson_transfer_city_id", "lesson_transfer", ["city_id"])
    op.create_table(
        "lesson_vector", sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("model", sa.Text, nullable=False), sa.Column("vector", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_lesson_vector"),
    )
    _tag_countries()


def _tag_countries() -> None:
    lesson = sa.table("lesson", sa.column("lesson_id", sa.String), sa.column("body", sa.JSON),
                      sa.column("deleted_at", sa.String))
    tag = sa.table("lesson_tag", sa.column("lesson_id"), sa.column("kind"), sa.column("value"))
    rows = op.get_bind().execute(sa.select(lesson.c.lesson_id, lesson.c.body).where(lesson.c.deleted_at.is_(None)))
    known = [{"lesson_id": row.lesson_id, "kind": "country", "value": row.body["country"]}
             for row in rows if isinstance(row.body, dict) and row.body.get("country")]
    if known:
        op.bulk_insert(tag, known)
