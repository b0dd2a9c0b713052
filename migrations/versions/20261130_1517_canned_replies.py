"""Prepared replies of departments and of single people."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1517"
down_revision = "20261130_1506"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "canned_reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("shortcut", sa.String(length=40), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(department_id IS NULL) <> (person_id IS NULL)", name=op.f("ck_canned_reply_one_owner")),
        sa.CheckConstraint("kind IN ('reply', 'note', 'hold', 'resolve')", name=op.f("ck_canned_reply_known_kind")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_canned_reply_department_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_canned_reply_person_id")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["person.id"], name=op.f("fk_canned_reply_changed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_reply")),
        sa.UniqueConstraint("department_id", "shortcut", name=op.f("uq_canned_reply_department_id_shortcut")),
        sa.UniqueConstraint("person_id", "shortcut", name=op.f("uq_canned_reply_person_id_shortcut")),
    )


def downgrade() -> None:
    op.drop_table("canned_reply")
