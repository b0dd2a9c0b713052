"""Where a request stands in the queue of its department, kept so that the order of a queue is that of an index."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "20261130_1505"
down_revision = "20261130_1520"
branch_labels = None
depends_on = None

NEVER = sa.literal(datetime(9999, 1, 1, tzinfo=UTC), sa.DateTime(timezone=True))
QUEUE = [
    "department_id", "status", "assignee_id", "cover_id", "priority", "request_type_id", "customer_department_id", "created_at",
    "updated_at", "id",
]  # fmt: skip
ACTIVE = ("new", "awaiting_approval", "open", "waiting", "on_hold")


def upgrade() -> None:
    op.create_table(
        "queue_place",
        sa.Column("ticket_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("clock_id", sa.Integer(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at_risk_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("broken_from", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_queue_place_ticket_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_queue_place_department_id")),
        sa.ForeignKeyConstraint(["clock_id"], ["clock.id"], name=op.f("fk_queue_place_clock_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_queue_place")),
    )
    op.create_index("ix_queue_place_department_id", "queue_place", ["department_id", "due_at", "ticket_id"])
    op.create_index("ix_queue_place_clock_id", "queue_place", ["clock_id"])
    unknown = sa.text("at_risk_from IS NULL")
    op.create_index(
        "ix_queue_place_unknown", "queue_place", ["ticket_id"], sqlite_where=unknown, postgresql_where=unknown
    )
    op.drop_index("ix_ticket_department_id_status", "ticket")
    op.create_index("ix_ticket_queue", "ticket", QUEUE)
    _place_what_is_there()


def _place_what_is_there() -> None:
    """The order at once; since when a promise is at risk is reckoned by the engine, which the worker asks soon."""
    ticket = sa.table("ticket", sa.column("id"), sa.column("department_id"), sa.column("status"))
    moment = sa.DateTime(timezone=True)
    clock = sa.table(
        "clock", sa.column("id"), sa.column("ticket_id"), sa.column("open", sa.Boolean), sa.column("paused", sa.Boolean),
        sa.column("state"), sa.column("due_at", moment), sa.column("breached_at", moment),
    )  # fmt: skip
    place = sa.table("queue_place", *(sa.column(name) for name in (
        "ticket_id", "department_id", "clock_id", "due_at", "broken_from",
    )))  # fmt: skip
    mine = sa.and_(clock.c.ticket_id == ticket.c.id, clock.c.open)
    breaks = sa.and_(mine, clock.c.due_at.is_not(None), sa.or_(~clock.c.paused, clock.c.state == "paused"))
    pending = sa.select(clock.c.id).where(breaks).order_by(clock.c.due_at, clock.c.id).limit(1).scalar_subquery()
    still = sa.select(clock.c.id).where(mine, clock.c.paused).order_by(clock.c.id).limit(1).scalar_subquery()
    shown = (
        sa.select(ticket.c.id, ticket.c.department_id, pending.label("pending"), still.label("still"))
        .where(ticket.c.status.in_(ACTIVE))
        .subquery()
    )
    first, second = clock.alias("first"), clock.alias("second")
    rows = (
        sa.select(
            shown.c.id,
            shown.c.department_id,
            sa.func.coalesce(shown.c.pending, shown.c.still),
            sa.func.coalesce(first.c.due_at, NEVER),
            sa.func.coalesce(first.c.breached_at, first.c.due_at, second.c.breached_at, NEVER),
        )
        .select_from(shown)
        .outerjoin(first, first.c.id == shown.c.pending)
        .outerjoin(second, sa.and_(second.c.id == shown.c.still, shown.c.pending.is_(None)))
    )
    op.execute(sa.insert(place).from_select([column.name for column in place.columns], rows))


def downgrade() -> None:
    op.drop_index("ix_ticket_queue", "ticket")
    op.create_index("ix_ticket_department_id_status", "ticket", ["department_id", "status", "id"])
    op.drop_table("queue_place")
