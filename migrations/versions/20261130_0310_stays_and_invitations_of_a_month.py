"""Indexes by which the stays and invitations of a month are found without looking through the years before it."""

from alembic import op

revision = "20261130_0310"
down_revision = "20261130_0250"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("stay", schema=None) as batch_op:
        batch_op.create_index("ix_stay_began_at", ["began_at"], unique=False)
    with op.batch_alter_table("rating_invitation", schema=None) as batch_op:
        batch_op.create_index("ix_rating_invitation_month", ["month", "department_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("rating_invitation", schema=None) as batch_op:
        batch_op.drop_index("ix_rating_invitation_month")
    with op.batch_alter_table("stay", schema=None) as batch_op:
        batch_op.drop_index("ix_stay_began_at")
