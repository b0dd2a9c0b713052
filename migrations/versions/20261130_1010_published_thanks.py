"""Notes of thanks that are told to the person alone."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1010"
down_revision = "20261130_0950"
branch_labels = None
depends_on = None

# SQLite copies the table, which must not get numbers in the order of arrival.
ROWS = {"sqlite_with_rowid": False}


def upgrade() -> None:
    # Those that are there stand in reports and on pages already.
    with op.batch_alter_table("thank_you", table_kwargs=ROWS) as table:
        table.add_column(sa.Column("published", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("thank_you", table_kwargs=ROWS) as table:
        table.alter_column("published", server_default=None)


def downgrade() -> None:
    # They would stand on the department's page.
    op.execute("DELETE FROM thank_you WHERE NOT published")
    with op.batch_alter_table("thank_you", table_kwargs=ROWS) as table:
        table.drop_column("published")
