"""Letters that came in, what became of them, and how far every mailbox was read."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_0925"
down_revision = "20261130_0310"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mailbox_state",
        sa.Column("mailbox", sa.String(length=64), nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=True),
        sa.Column("last_uid", sa.BigInteger(), nullable=True),
        sa.Column("reader", sa.String(length=64), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("newest_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting", sa.Integer(), nullable=True),
        sa.Column("failure", sa.String(length=500), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("mailbox", name=op.f("pk_mailbox_state")),
    )
    op.create_table(
        "received_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailbox", sa.String(length=64), nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=True),
        sa.Column("uid", sa.BigInteger(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("message_key", sa.String(length=255), nullable=False),
        sa.Column("canonical", sa.String(length=64), nullable=False),
        sa.Column("from_address", sa.String(length=254), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("verified", sa.String(length=4), nullable=False),
        sa.Column("same_id_differs", sa.Boolean(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("related_ticket_id", sa.Integer(), nullable=True),
        sa.Column("released_by_id", sa.Integer(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('opened', 'replied', 'thanked', 'noted', 'bounced', 'logged', 'refused', 'quarantined', 'duplicate', 'loop', 'too_large', 'unparsable')",
            name=op.f("ck_received_mail_known_outcome"),
        ),
        sa.CheckConstraint("verified IN ('pass', 'fail', 'none')", name=op.f("ck_received_mail_known_verification")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_received_mail_message_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_received_mail_person_id")),
        sa.ForeignKeyConstraint(["related_ticket_id"], ["ticket.id"], name=op.f("fk_received_mail_related_ticket_id")),
        sa.ForeignKeyConstraint(["released_by_id"], ["person.id"], name=op.f("fk_received_mail_released_by_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_received_mail_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_mail")),
        sa.UniqueConstraint("mailbox", "uid_validity", "uid", name=op.f("uq_received_mail_mailbox_uid_validity_uid")),
    )
    op.create_index("ix_received_mail_digest", "received_mail", ["digest"])
    op.create_index("ix_received_mail_from_address", "received_mail", ["from_address", "fetched_at"])
    op.create_index("ix_received_mail_mailbox", "received_mail", ["mailbox", "id"])
    op.create_index("ix_received_mail_message_id", "received_mail", ["message_id"])
    op.create_index("ix_received_mail_outcome", "received_mail", ["outcome", "id"])
    op.create_index("ix_received_mail_person_id", "received_mail", ["person_id"])
    op.create_index("ix_received_mail_related_ticket_id", "received_mail", ["related_ticket_id"])
    op.create_index("ix_received_mail_released_by_id", "received_mail", ["released_by_id"])
    op.create_index("ix_received_mail_ticket_id", "received_mail", ["ticket_id"])
    op.create_index(
        "uq_received_mail_first",
        "received_mail",
        ["message_key", "canonical"],
        unique=True,
        sqlite_where=sa.text("outcome != 'duplicate'"),
        postgresql_where=sa.text("outcome != 'duplicate'"),
    )


def downgrade() -> None:
    op.drop_table("received_mail")
    op.drop_table("mailbox_state")
