"""Requests merged into others, links between requests, and clocks that are restored."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1520"
down_revision = "20261130_1530"
branch_labels = None
depends_on = None

KINDS = "kind IN ('started', 'paused', 'resumed', 'stopped', 'reopened', 'cancelled', 'restored', 'retargeted')"
BEFORE = "kind IN ('started', 'paused', 'resumed', 'stopped', 'reopened', 'cancelled', 'retargeted')"
IN_FORCE = sa.text("undone_at IS NULL")
MERGED = sa.text("merged_into_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "ticket_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status_before", sa.String(length=20), nullable=False),
        sa.Column("ball_before", sa.String(length=16), nullable=False),
        sa.Column("hold_id", sa.Integer(), nullable=True),
        sa.Column("followers", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_ticket_merge_by_id")),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_ticket_merge_hold_id")),
        sa.ForeignKeyConstraint(["target_id"], ["ticket.id"], name=op.f("fk_ticket_merge_target_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_merge_ticket_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["person.id"], name=op.f("fk_ticket_merge_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_merge")),
    )
    op.create_index(
        "uq_ticket_merge_in_force",
        "ticket_merge",
        ["ticket_id"],
        unique=True,
        sqlite_where=IN_FORCE,
        postgresql_where=IN_FORCE,
    )
    op.create_index("ix_ticket_merge_ticket_id", "ticket_merge", ["ticket_id", "id"])
    op.create_index("ix_ticket_merge_target_id", "ticket_merge", ["target_id", "id"])
    op.create_table(
        "ticket_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('related', 'duplicate_of', 'caused_by', 'split_from')", name=op.f("ck_ticket_link_known_kind")
        ),
        sa.CheckConstraint("ticket_id != other_id", name=op.f("ck_ticket_link_of_another")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_ticket_link_by_id")),
        sa.ForeignKeyConstraint(["other_id"], ["ticket.id"], name=op.f("fk_ticket_link_other_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_link_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_link")),
    )
    op.create_index("ix_ticket_link_ticket_id", "ticket_link", ["ticket_id", "other_id"], unique=True)
    op.create_index("ix_ticket_link_other_id", "ticket_link", ["other_id", "id"])
    with op.batch_alter_table("ticket", schema=None) as table:
        table.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_ticket_merged_into_id"), "ticket", ["merged_into_id"], ["id"])
        table.create_check_constraint("merged_is_over", "merged_into_id IS NULL OR status = 'cancelled'")
        table.create_check_constraint("merged_into_another", "merged_into_id IS NULL OR merged_into_id != id")
        table.create_index(
            "ix_ticket_merged_into_id", ["merged_into_id", "id"], sqlite_where=MERGED, postgresql_where=MERGED
        )
    with op.batch_alter_table("clock_mark", schema=None) as table:
        table.drop_constraint(op.f("ck_clock_mark_known_kind"), type_="check")
        table.create_check_constraint("known_kind", KINDS)


def downgrade() -> None:
    # What was restored was cancelled before: without the two the clock is the same.
    op.execute(
        "DELETE FROM clock_mark WHERE kind = 'cancelled' AND EXISTS (SELECT 1 FROM clock_mark AS later"
        " WHERE later.clock_id = clock_mark.clock_id AND later.kind = 'restored' AND later.id > clock_mark.id)"
    )
    op.execute("DELETE FROM clock_mark WHERE kind = 'restored'")
    with op.batch_alter_table("clock_mark", schema=None) as table:
        table.drop_constraint(op.f("ck_clock_mark_known_kind"), type_="check")
        table.create_check_constraint("known_kind", BEFORE)
    with op.batch_alter_table("ticket", schema=None) as table:
        table.drop_index("ix_ticket_merged_into_id")
        table.drop_constraint(op.f("ck_ticket_merged_into_another"), type_="check")
        table.drop_constraint(op.f("ck_ticket_merged_is_over"), type_="check")
        table.drop_constraint(op.f("fk_ticket_merged_into_id"), type_="foreignkey")
        table.drop_column("merged_into_id")
    op.drop_table("ticket_link")
    op.drop_table("ticket_merge")
