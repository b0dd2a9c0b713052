"""Mails about one request go out in their order; addresses and domains that do not take mail."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_0940"
down_revision = "20261130_0934"
branch_labels = None
depends_on = None

STATES = "state IN ('queued', 'sent', 'failed', 'bounced')"
BEFORE = "state IN ('queued', 'sent', 'failed')"


def upgrade() -> None:
    with op.batch_alter_table("outgoing_mail") as table:
        table.add_column(sa.Column("ticket_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True))
        table.drop_constraint(op.f("ck_outgoing_mail_known_state"), type_="check")
        table.create_check_constraint("known_state", STATES)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("UPDATE outgoing_mail SET ticket_id = CAST(facts ->> 'ticket_id' AS INTEGER)")
    else:
        op.execute("UPDATE outgoing_mail SET ticket_id = json_extract(facts, '$.ticket_id')")
    queued = sa.text("state = 'queued'")
    op.create_index(
        "ix_outgoing_mail_order", "outgoing_mail", ["ticket_id", "to_address", "id"],
        sqlite_where=queued, postgresql_where=queued,
    )  # fmt: skip
    op.create_table(
        "bounced_address",
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.CheckConstraint("score > 0", name=op.f("ck_bounced_address_score")),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_bounced_address")),
    )
    op.create_table(
        "troubled_domain",
        sa.Column("domain", sa.String(length=254), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.CheckConstraint("failures > 0", name=op.f("ck_troubled_domain_failures")),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_troubled_domain")),
    )


def downgrade() -> None:
    op.drop_table("troubled_domain")
    op.drop_table("bounced_address")
    op.drop_index("ix_outgoing_mail_order", "outgoing_mail")
    op.execute("UPDATE outgoing_mail SET state = 'failed' WHERE state = 'bounced'")
    with op.batch_alter_table("outgoing_mail") as table:
        table.drop_constraint(op.f("ck_outgoing_mail_known_state"), type_="check")
        table.create_check_constraint("known_state", BEFORE)
        table.drop_column("bounced_at")
        table.drop_column("ticket_id")
