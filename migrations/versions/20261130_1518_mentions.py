"""Who is named in a message."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1518"
down_revision = "20261130_1517"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mention",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_mention_message_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mention_person_id")),
        sa.PrimaryKeyConstraint("message_id", "person_id", name=op.f("pk_mention")),
    )


def downgrade() -> None:
    op.drop_table("mention")
