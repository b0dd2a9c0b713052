"""What letters to a department ask for, messages that are thanks alone, and when the desk answered by itself."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_0945"
down_revision = "20261130_0940"
branch_labels = None
depends_on = None

MAIL, ANSWERED = sa.text("mail"), sa.text("answered")


def upgrade() -> None:
    with op.batch_alter_table("request_type") as table:
        table.add_column(sa.Column("mail", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("request_type") as table:
        table.alter_column("mail", server_default=None, existing_type=sa.Boolean(), existing_nullable=False)
        table.create_index(
            "uq_request_type_mail", ["department_id"], unique=True, sqlite_where=MAIL, postgresql_where=MAIL
        )
    with op.batch_alter_table("message") as table:
        table.add_column(sa.Column("thanks", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("message") as table:
        table.alter_column("thanks", server_default=None, existing_type=sa.Boolean(), existing_nullable=False)
    op.create_index(
        "ix_received_mail_answered", "received_mail", ["fetched_at"], sqlite_where=ANSWERED, postgresql_where=ANSWERED
    )


def downgrade() -> None:
    op.drop_index("ix_received_mail_answered", table_name="received_mail")
    with op.batch_alter_table("message") as table:
        table.drop_column("thanks")
    with op.batch_alter_table("request_type") as table:
        table.drop_index("uq_request_type_mail")
        table.drop_column("mail")
