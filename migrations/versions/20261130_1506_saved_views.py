"""Saved views of queues, and with which of them the queue opens for somebody."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1506"
down_revision = "20261130_1505"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("shared_with_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_saved_view_owner_id")),
        sa.ForeignKeyConstraint(["shared_with_id"], ["department.id"], name=op.f("fk_saved_view_shared_with_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_saved_view_department_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
    )
    for column in ("owner_id", "shared_with_id", "removed_at"):
        op.create_index(f"ix_saved_view_{column}", "saved_view", [column])
    op.create_table(
        "opening_view",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("view_id", sa.Integer(), nullable=True),
        sa.Column("built_in", sa.String(length=20), nullable=True),
        sa.CheckConstraint("(view_id IS NULL) != (built_in IS NULL)", name=op.f("ck_opening_view_one_of_both")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_opening_view_person_id")),
        sa.ForeignKeyConstraint(["view_id"], ["saved_view.id"], name=op.f("fk_opening_view_view_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_opening_view")),
    )
    op.create_index("ix_opening_view_view_id", "opening_view", ["view_id"])


def downgrade() -> None:
    op.drop_table("opening_view")
    op.drop_table("saved_view")
