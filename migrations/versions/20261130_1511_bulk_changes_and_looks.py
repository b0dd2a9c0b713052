"""Changes of many requests at once with what came of them, and when somebody looked last at a list."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1511"
down_revision = "20261130_1525"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bulk_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("back", sa.String(length=2000), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_bulk_change_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_change")),
    )
    op.create_index("ix_bulk_change_person_id", "bulk_change", ["person_id", "id"])
    op.create_index("ix_bulk_change_made_at", "bulk_change", ["made_at"])
    op.create_table(
        "bulk_line",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=True),
        sa.Column("undone", sa.String(length=6), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('waiting', 'done', 'same', 'conflict', 'refused')", name=op.f("ck_bulk_line_known_outcome")
        ),
        sa.CheckConstraint("undone IN ('undone', 'kept')", name=op.f("ck_bulk_line_known_undoing")),
        sa.ForeignKeyConstraint(
            ["change_id"], ["bulk_change.id"], name=op.f("fk_bulk_line_change_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("change_id", "ticket_id", name=op.f("pk_bulk_line")),
    )
    op.create_table(
        "look",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_look_person_id")),
        sa.PrimaryKeyConstraint("person_id", "place", name=op.f("pk_look")),
    )
    op.create_index(op.f("ix_look_looked_at"), "look", ["looked_at"])


def downgrade() -> None:
    op.drop_table("look")
    op.drop_table("bulk_line")
    op.drop_table("bulk_change")
