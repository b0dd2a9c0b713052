"""Drafts: what was typed into a form and not sent yet."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1500"
down_revision = "20261130_1010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_draft_person_id")),
        sa.PrimaryKeyConstraint("person_id", "place", name=op.f("pk_draft")),
    )
    op.create_index(op.f("ix_draft_changed_at"), "draft", ["changed_at"])


def downgrade() -> None:
    op.drop_table("draft")
