"""Search: the words of requests, found in both databases; the column of before goes. The worker reads in what is there."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "20261130_1530"
down_revision = "20261130_1511"
branch_labels = None
depends_on = None

# When it was filed, to the minute, and its number.
PLACE = {
    "sqlite": "(CAST(strftime('%s', created_at) AS INTEGER) / 60) * 2147483648 + id",
    "postgresql": "floor(extract(epoch FROM created_at) / 60)::bigint * 2147483648 + id",
}


def upgrade() -> None:
    name = op.get_bind().dialect.name
    op.create_table(
        "search_entry",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text().with_variant(TSVECTOR(), "postgresql"), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_search_entry_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_search_entry")),
    )
    op.create_table(
        "search_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_word")),
        sa.UniqueConstraint("word", name=op.f("uq_search_word_word")),
    )
    for_all = sa.select(sa.column("id"), sa.literal_column(PLACE[name]), sa.true()).select_from(sa.table("ticket"))
    entry = sa.table("search_entry", sa.column("ticket_id"), sa.column("place"), sa.column("stale"))
    op.execute(entry.insert().from_select(["ticket_id", "place", "stale"], for_all))
    op.create_index("uq_search_entry_place", "search_entry", ["place"], unique=True)
    op.create_index(
        "ix_search_entry_stale", "search_entry", ["ticket_id"], sqlite_where=sa.text("stale"),
        postgresql_where=sa.text("stale"),
    )  # fmt: skip
    if name == "postgresql":
        op.create_index(
            "ix_search_entry_words", "search_entry", ["words"], postgresql_using="gin",
            postgresql_with={"gin_pending_list_limit": 256},
        )  # fmt: skip
    else:
        op.execute(
            "CREATE VIRTUAL TABLE ticket_words USING fts5(head, body, notes, content='', contentless_delete=1, "
            "prefix='2 3', tokenize=\"ascii tokenchars '_'\")"
        )
    op.drop_column("ticket", "search_text")


def downgrade() -> None:
    op.add_column("ticket", sa.Column("search_text", sa.Text(), nullable=False, server_default=""))
    op.execute("UPDATE ticket SET search_text = lower(subject || ' ' || description)")
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("ticket", "search_text", server_default=None)
    else:
        op.execute("DROP TABLE ticket_words")
    op.drop_table("search_word")
    op.drop_table("search_entry")
