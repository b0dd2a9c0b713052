"""Who decided that nothing shall follow from a letter."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_0934"
down_revision = "20261130_0925"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("received_mail") as table:
        table.add_column(sa.Column("left_by_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
        table.create_foreign_key(op.f("fk_received_mail_left_by_id"), "person", ["left_by_id"], ["id"])
        table.create_index("ix_received_mail_left_by_id", ["left_by_id"])


def downgrade() -> None:
    with op.batch_alter_table("received_mail") as table:
        table.drop_index("ix_received_mail_left_by_id")
        table.drop_constraint(op.f("fk_received_mail_left_by_id"), type_="foreignkey")
        table.drop_column("left_at")
        table.drop_column("left_by_id")
