"""Files that come with the words of a hold, and those that wait with a draft."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1516"
down_revision = "20261130_1515"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("attachment") as table:
        table.add_column(sa.Column("hold_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_attachment_hold_id"), "hold", ["hold_id"], ["id"])
        table.create_index(op.f("ix_attachment_hold_id"), ["hold_id"])
    op.create_table(
        "draft_file",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "place"],
            ["draft.person_id", "draft.place"],
            name=op.f("fk_draft_file_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_draft_file_file_id")),
        sa.PrimaryKeyConstraint("person_id", "place", "file_id", name=op.f("pk_draft_file")),
    )
    op.create_index(op.f("ix_draft_file_file_id"), "draft_file", ["file_id"])


def downgrade() -> None:
    op.drop_table("draft_file")
    with op.batch_alter_table("attachment") as table:
        table.drop_index(op.f("ix_attachment_hold_id"))
        table.drop_constraint(op.f("fk_attachment_hold_id"), type_="foreignkey")
        table.drop_column("hold_id")
