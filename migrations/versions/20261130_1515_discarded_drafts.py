"""Drafts: one that was discarded can be had back for a while."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1515"
down_revision = "20261130_1510"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("draft") as table:
        table.add_column(sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM draft WHERE discarded_at IS NOT NULL")
    with op.batch_alter_table("draft") as table:
        table.drop_column("discarded_at")
