"""Opinions that their authors sign, and how often one person is asked for one."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_0238"
down_revision = "20261130_0235"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # There are no such lines under the bell any more: who had one had not answered by then.
    op.execute("DELETE FROM notice WHERE kind = 'rating_reminder'")
    op.create_table(
        "signed_rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("quality", sa.Integer(), nullable=True),
        sa.Column("speed", sa.Integer(), nullable=True),
        sa.Column("helpfulness", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_signed_rating_ticket_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_signed_rating_person_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_signed_rating_department_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_rating")),
    )
    op.create_index("ix_signed_rating_department_id_id", "signed_rating", ["department_id", "id"])
    op.create_index(op.f("ix_signed_rating_ticket_id"), "signed_rating", ["ticket_id"])
    with op.batch_alter_table("company") as table:
        table.add_column(sa.Column("questions_a_week", sa.Integer(), nullable=False, server_default="3"))
    with op.batch_alter_table("company") as table:
        table.alter_column("questions_a_week", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("company") as table:
        table.drop_column("questions_a_week")
    op.drop_table("signed_rating")
