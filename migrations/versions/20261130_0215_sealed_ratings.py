"""Opinions are sealed while their month is open and erased when it closes; an invitation is silent about its answer.

What is there already is sealed under the database's half of the key alone, because a migration does not know the other
one; it opens like everything else when its month closes. Ratings of closed months go: their figures are in the reports.
"""

import hashlib
import hmac
import json
import secrets
import zlib

import sqlalchemy as sa
from alembic import op
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

revision = "20261130_0215"
down_revision = "20261130_0200"
branch_labels = None
depends_on = None

METRICS = ("quality", "speed", "helpfulness")


def upgrade() -> None:
    here = op.get_bind()
    months = {row.month: bytes(row.secret) for row in here.execute(sa.text("SELECT month, secret FROM rating_month WHERE secret IS NOT NULL"))}  # fmt: skip
    sealed = _sealed(here, months)
    answered = _answered(here)
    op.drop_table("rating")
    with op.batch_alter_table("rating_month") as table:
        table.add_column(sa.Column("check", sa.LargeBinary(length=16), nullable=True))
    rows = sa.table("rating_month", sa.column("month"), sa.column("check", sa.LargeBinary))
    for month, secret in months.items():
        here.execute(rows.update().where(rows.c.month == month).values(check=_Seal(secret).mac("check")[:16]))
    rating = _table_of_sealed()
    if sealed:
        here.execute(rating.insert(), sealed)
    names = op.create_table(
        "rating_answered", sa.Column("name", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_rating_answered")), sqlite_with_rowid=False,
    )  # fmt: skip
    if answered:
        here.execute(names.insert(), answered)
    with op.batch_alter_table("rating_invitation") as table:
        table.add_column(sa.Column("withdrawn", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("rating_invitation") as table:
        table.alter_column("withdrawn", server_default=None)
        table.drop_column("open")
    if here.dialect.name == "postgresql":
        # Its planner keeps samples of columns; of what is to vanish it shall keep none.
        op.execute("ALTER TABLE rating_answered ALTER COLUMN name SET STATISTICS 0")
        op.execute('ALTER TABLE rating_month ALTER COLUMN "check" SET STATISTICS 0')


def downgrade() -> None:
    """Sealed opinions cannot be carried back: they are lost, and every invitation counts as answered."""
    op.drop_table("rating_answered")
    op.drop_table("rating")
    with op.batch_alter_table("rating_invitation") as table:
        table.add_column(sa.Column("open", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("rating_invitation") as table:
        table.alter_column("open", server_default=None)
        table.drop_column("withdrawn")
    with op.batch_alter_table("rating_month") as table:
        table.drop_column("check")
    op.create_table(
        "rating",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("request_type_id", sa.Integer(), nullable=True),
        sa.Column("customer_department_id", sa.Integer(), nullable=True),
        sa.Column("served_by_id", sa.Integer(), nullable=True),
        *(sa.Column(metric, sa.Integer(), nullable=True) for metric in METRICS),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("blind_token", sa.LargeBinary(length=32), nullable=True),
        *(sa.CheckConstraint(f"{metric} BETWEEN 1 AND 10", name=op.f(f"ck_rating_{metric}_scale")) for metric in METRICS),
        sa.ForeignKeyConstraint(["customer_department_id"], ["department.id"], name=op.f("fk_rating_customer_department_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_rating_department_id")),
        sa.ForeignKeyConstraint(["request_type_id"], ["request_type.id"], name=op.f("fk_rating_request_type_id")),
        sa.ForeignKeyConstraint(["served_by_id"], ["person.id"], name=op.f("fk_rating_served_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_index("ix_rating_month", "rating", ["month"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE rating ALTER COLUMN blind_token SET STATISTICS 0")


def _table_of_sealed() -> sa.Table:
    made = op.create_table(
        "rating",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_rating_month", "rating", ["month"])
    return made


def _sealed(here: sa.Connection, months: dict[str, bytes]) -> list[dict[str, object]]:
    """The ratings of open months. Who wrote them is told by trying everybody, as it will be once more at no other time:
    the same person's next opinion must be seen as theirs."""
    people = [row.id for row in here.execute(sa.text("SELECT id FROM person"))]
    found = []
    for month, secret in months.items():
        seal = _Seal(secret)
        tokens = {hmac.new(secret, str(number).encode(), hashlib.sha256).digest(): number for number in people}
        for row in here.execute(sa.text("SELECT * FROM rating WHERE month = :month"), {"month": month}):
            token = bytes(row.blind_token or b"")
            rater = seal.mac(f"person {tokens[token]}") if token in tokens else hashlib.sha256(row.id.encode()).digest()
            facts = {
                "department": row.department_id, "type": row.request_type_id, "customer": row.customer_department_id,
                "served_by": row.served_by_id, "scores": [getattr(row, metric) for metric in METRICS],
                "comment": row.comment, "rater": rater.hex(),
            }  # fmt: skip
            found.append({"id": row.id, "month": month, "sealed": seal.close(facts)})
    return found


def _answered(here: sa.Connection) -> list[dict[str, str]]:
    invitation = sa.table("rating_invitation", sa.column("id", sa.String), sa.column("open", sa.Boolean))
    rows = here.execute(sa.select(invitation.c.id).where(~invitation.c.open))
    return [{"name": _name(row.id)} for row in rows]


def _name(invitation_id: str) -> str:
    return hmac.new(b"", f"answered invitation {invitation_id}".encode(), hashlib.sha256).hexdigest()


class _Seal:
    """As ratings/sealing.py seals under an empty SECRET_KEY today; written again, because a migration stands alone."""

    def __init__(self, secret: bytes) -> None:
        derived = HKDF(algorithm=SHA256(), length=64, salt=secret, info=b"servicedesk opinions").derive(b"")
        self.cipher, self.blind = ChaCha20Poly1305(derived[:32]), derived[32:]

    def mac(self, text: str) -> bytes:
        return hmac.new(self.blind, text.encode(), hashlib.sha256).digest()

    def close(self, facts: dict[str, object]) -> bytes:
        packed = zlib.compress(json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode(), 9)
        size = next(size for size in (4096, 32_768) if len(packed) + 4 <= size)
        nonce = secrets.token_bytes(12)
        return nonce + self.cipher.encrypt(nonce, (len(packed).to_bytes(4, "big") + packed).ljust(size, b"\0"), None)
