"""What somebody has sent is counted before more is taken."""

from alembic import op

revision = "20261130_1526"
down_revision = "20261130_1535"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_stored_file_owner_id", "stored_file", ["owner_id"])


def downgrade() -> None:
    op.drop_index("ix_stored_file_owner_id", table_name="stored_file")
