"""What somebody sees first after signing in."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1535"
down_revision = "20261130_1518"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("start_page", sa.String(8), nullable=False, server_default="home"))
    with op.batch_alter_table("person") as table:
        table.alter_column("start_page", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("person") as table:
        table.drop_column("start_page")
