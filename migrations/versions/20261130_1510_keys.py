"""Single keys on pages, for everybody who does not switch them off."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1510"
down_revision = "20261130_1500"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("keys_on", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("person") as table:
        table.alter_column("keys_on", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("person") as table:
        table.drop_column("keys_on")
