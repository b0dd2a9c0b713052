"""Indexes by which a month is closed without looking through the years before it."""

from alembic import op

revision = "20261130_0230"
down_revision = "20261130_0220"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.create_index("ix_ticket_status_closed_at", ["status", "closed_at"], unique=False)
        batch_op.create_index("ix_ticket_resolved_at", ["resolved_at", "id"], unique=False)
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_what", ["what", "at", "subject_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_what")
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_index("ix_ticket_resolved_at")
        batch_op.drop_index("ix_ticket_status_closed_at")
