"""Actions of departments: what was told as done becomes an action with a title; open and dropped ones can be kept."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_0220"
down_revision = "20261130_0215"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("improvement", schema=None) as batch_op:
        batch_op.drop_index("ix_improvement_department_id")
        batch_op.add_column(sa.Column("title", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("owner_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("due_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("metric", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("dropped_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("why_dropped", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("ended_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("baseline", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("outcome", sa.JSON(), nullable=True))
        batch_op.alter_column("done_on", existing_type=sa.Date(), nullable=True)
        batch_op.create_foreign_key(op.f("fk_improvement_owner_id"), "person", ["owner_id"], ["id"])
        batch_op.create_foreign_key(op.f("fk_improvement_ended_by_id"), "person", ["ended_by_id"], ["id"])
    op.execute(
        "UPDATE improvement SET title = substr(did, 1, 200), why_dropped = '', ended_by_id = by_id, ended_at = made_at"
    )
    with op.batch_alter_table("improvement", schema=None) as batch_op:
        batch_op.alter_column("title", existing_type=sa.String(length=200), nullable=False)
        batch_op.alter_column("why_dropped", existing_type=sa.Text(), nullable=False)
        batch_op.create_check_constraint(op.f("ck_improvement_one_end"), "done_on IS NULL OR dropped_on IS NULL")
        batch_op.create_index("ix_improvement_department_id", ["department_id", "id"], unique=False)
        batch_op.create_index("ix_improvement_owner_id", ["owner_id"], unique=False)


def downgrade() -> None:
    op.execute("DELETE FROM improvement WHERE done_on IS NULL")
    with op.batch_alter_table("improvement", schema=None) as batch_op:
        batch_op.drop_index("ix_improvement_owner_id")
        batch_op.drop_index("ix_improvement_department_id")
        batch_op.drop_constraint(op.f("ck_improvement_one_end"), type_="check")
        batch_op.drop_constraint(op.f("fk_improvement_ended_by_id"), type_="foreignkey")
        batch_op.drop_constraint(op.f("fk_improvement_owner_id"), type_="foreignkey")
        for name in (
            "outcome", "baseline", "ended_at", "ended_by_id", "why_dropped", "dropped_on", "metric", "due_on",
            "owner_id", "title",
        ):  # fmt: skip
            batch_op.drop_column(name)
        batch_op.alter_column("done_on", existing_type=sa.Date(), nullable=False)
        batch_op.create_index("ix_improvement_department_id", ["department_id", "done_on", "id"], unique=False)
