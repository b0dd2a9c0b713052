"""Search: entries say whose requests are, so that one's own are found without reading everybody's; and
confidential ones are found without reading the others."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "20261130_1540"
down_revision = "20261130_1526"
branch_labels = None
depends_on = None

COLUMNS = ("requester_id", "registrar_id")
DEPARTMENTS = """UPDATE search_entry SET departments = (
    SELECT array_agg(DISTINCT id) FROM (
        SELECT unnest(ARRAY[ticket.department_id, ticket.customer_department_id]) AS id
        UNION ALL SELECT department_id FROM stay WHERE stay.ticket_id = ticket.id
    ) AS every WHERE id IS NOT NULL
), requester_id = ticket.requester_id, registrar_id = ticket.registrar_id
FROM ticket WHERE ticket.id = search_entry.ticket_id"""
PEOPLE = """UPDATE search_entry SET requester_id = ticket.requester_id, registrar_id = ticket.registrar_id
FROM ticket WHERE ticket.id = search_entry.ticket_id"""


def upgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for column in COLUMNS:
        op.add_column("search_entry", sa.Column(column, sa.Integer(), nullable=True))
    op.add_column(
        "search_entry",
        sa.Column("departments", sa.Text().with_variant(ARRAY(sa.Integer()), "postgresql"), nullable=True),
    )
    if on_postgresql:
        # Made anew it is done in seconds; kept, every row that is written over would be put into it again.
        op.drop_index("ix_search_entry_words", "search_entry")
    op.execute(DEPARTMENTS if on_postgresql else PEOPLE)
    for column in COLUMNS:
        op.create_index(f"ix_search_entry_{column}", "search_entry", [column])
    if on_postgresql:
        op.create_index(
            "ix_search_entry_departments", "search_entry", ["departments"], postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        )  # fmt: skip
        op.create_index(
            "ix_search_entry_words", "search_entry", ["words"], postgresql_using="gin",
            postgresql_with={"gin_pending_list_limit": 256},
        )  # fmt: skip
    op.create_index(
        "ix_ticket_confidential", "ticket", ["created_at", "id"], sqlite_where=sa.text("confidential = 1"),
        postgresql_where=sa.text("confidential"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_ticket_confidential", "ticket")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_search_entry_departments", "search_entry")
    op.drop_column("search_entry", "departments")
    for column in COLUMNS:
        op.drop_index(f"ix_search_entry_{column}", "search_entry")
        op.drop_column("search_entry", column)
