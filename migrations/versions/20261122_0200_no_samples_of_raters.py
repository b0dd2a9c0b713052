"""PostgreSQL keeps samples of columns for its planner; of what is erased when a month closes it shall keep none."""

from alembic import op

revision = "20261122_0200"
down_revision = "20261121_2300"
branch_labels = None
depends_on = None

COLUMNS = (("rating", "blind_token"), ("rating_month", "secret"))


def upgrade() -> None:
    _keep_samples(0)


def downgrade() -> None:
    _keep_samples(-1)


def _keep_samples(target: int) -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table, column in COLUMNS:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS {target}")
