"""What a closed month brings: low ratings as cases for leads, notes of thanks, who is told whom a note is for."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_0235"
down_revision = "20261130_0230"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("thanks_name", sa.String(length=8), nullable=False, server_default="me"))
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.alter_column("thanks_name", existing_type=sa.String(length=8), server_default=None)
    op.create_table(
        "low_rating_case",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("metric", sa.String(length=16), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("improvement_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("score BETWEEN 1 AND 10", name=op.f("ck_low_rating_case_scale")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_low_rating_case_answered_by_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_low_rating_case_department_id")),
        sa.ForeignKeyConstraint(["improvement_id"], ["improvement.id"], name=op.f("fk_low_rating_case_improvement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_low_rating_case")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("low_rating_case", schema=None) as batch_op:
        batch_op.create_index("ix_low_rating_case_department_id", ["department_id", "month", "id"], unique=False)
    op.create_table(
        "thank_you",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_thank_you_department_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_thank_you_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thank_you")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("thank_you", schema=None) as batch_op:
        batch_op.create_index("ix_thank_you_department_id", ["department_id", "month", "id"], unique=False)
        batch_op.create_index("ix_thank_you_person_id", ["person_id", "month", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("thank_you")
    op.drop_table("low_rating_case")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("thanks_name")
