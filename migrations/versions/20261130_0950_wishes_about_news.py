"""What people wish to be written about: ways of groups of news, quiet hours, muted requests; lines that are gathered."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_0950"
down_revision = "20261130_0945"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notification_choice",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("group_key", sa.String(length=16), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.CheckConstraint("mode IN ('mail', 'gathered', 'bell')", name=op.f("ck_notification_choice_known_mode")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_notification_choice_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "group_key", name=op.f("pk_notification_choice")),
    )
    op.create_table(
        "notification_hours",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("rhythm", sa.String(length=8), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_until", sa.Integer(), nullable=True),
        sa.CheckConstraint("rhythm IN ('morning', 'hourly')", name=op.f("ck_notification_hours_known_rhythm")),
        sa.CheckConstraint(
            "(quiet_from IS NULL) = (quiet_until IS NULL)", name=op.f("ck_notification_hours_from_and_until")
        ),
        sa.CheckConstraint(
            "quiet_from BETWEEN 0 AND 1439 AND quiet_until BETWEEN 0 AND 1439",
            name=op.f("ck_notification_hours_of_a_day"),
        ),
        sa.CheckConstraint("quiet_from <> quiet_until", name=op.f("ck_notification_hours_some_time")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_notification_hours_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notification_hours")),
    )
    op.create_table(
        "muted_ticket",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("muted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_muted_ticket_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_muted_ticket_ticket_id")),
        sa.PrimaryKeyConstraint("person_id", "ticket_id", name=op.f("pk_muted_ticket")),
    )
    with op.batch_alter_table("muted_ticket") as table:
        table.create_index("ix_muted_ticket_ticket_id", ["ticket_id"], unique=False)
    with op.batch_alter_table("notice") as table:
        table.add_column(sa.Column("gather_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("once", sa.String(length=120), nullable=True))
    for name, columns in (("gather_at", ["gather_at", "person_id"]), ("once", ["once"])):
        op.create_index(
            f"ix_notice_{name}", "notice", columns, unique=False, sqlite_where=sa.text(f"{name} IS NOT NULL"),
            postgresql_where=sa.text(f"{name} IS NOT NULL"),
        )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_notice_once", table_name="notice")
    op.drop_index("ix_notice_gather_at", table_name="notice")
    with op.batch_alter_table("notice") as table:
        table.drop_column("once")
        table.drop_column("gather_at")
    op.drop_table("muted_ticket")
    op.drop_table("notification_hours")
    op.drop_table("notification_choice")
