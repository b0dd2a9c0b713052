"""Leads and report readers may wish for the monthly report as a file in its mail."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_0247"
down_revision = "20261130_0238"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("report_as_pdf", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("person") as table:
        table.alter_column("report_as_pdf", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("person") as table:
        table.drop_column("report_as_pdf")
