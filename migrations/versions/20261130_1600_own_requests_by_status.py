"""One's own requests that are open are found without reading those that are over."""

from alembic import op

revision = "20261130_1600"
down_revision = "20261130_1540"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_ticket_requester_id_status", "ticket", ["requester_id", "status"])
    op.create_index("ix_ticket_registrar_id_status", "ticket", ["registrar_id", "status"])
    op.drop_index("ix_ticket_registrar_id", "ticket")


def downgrade() -> None:
    op.create_index("ix_ticket_registrar_id", "ticket", ["registrar_id"])
    op.drop_index("ix_ticket_registrar_id_status", "ticket")
    op.drop_index("ix_ticket_requester_id_status", "ticket")
