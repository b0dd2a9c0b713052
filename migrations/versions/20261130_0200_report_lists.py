"""Lists of a report beside its document, and a summary of every issue for the months after it."""

import json

import sqlalchemy as sa
from alembic import op

revision = "20261130_0200"
down_revision = "20261122_0700"
branch_labels = None
depends_on = None

FIGURES = ("ratings", "promises", "tickets", "first_time_fix", "bounces")


def upgrade() -> None:
    op.create_table(
        "report_list_page",
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("department_key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("page", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["report_issue.id"], name=op.f("fk_report_list_page_issue_id")),
        sa.PrimaryKeyConstraint("issue_id", "department_key", "name", "page", name=op.f("pk_report_list_page")),
    )
    with op.batch_alter_table("report_issue", schema=None) as batch_op:
        batch_op.add_column(sa.Column("summary", sa.JSON(), nullable=True))
    _sum_up()
    with op.batch_alter_table("report_issue", schema=None) as batch_op:
        batch_op.alter_column("summary", existing_type=sa.JSON(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("report_issue", schema=None) as batch_op:
        batch_op.drop_column("summary")
    op.drop_table("report_list_page")


def _sum_up() -> None:
    """From the stored documents, one at a time. What stands in them is not touched."""
    issue = sa.table(
        "report_issue", sa.column("id", sa.Integer()), sa.column("document", sa.Text()), sa.column("summary", sa.JSON())
    )
    connection = op.get_bind()
    for number in connection.scalars(sa.select(issue.c.id)).all():
        document = json.loads(connection.scalar(sa.select(issue.c.document).where(issue.c.id == number)))
        connection.execute(issue.update().where(issue.c.id == number).values(summary=_summary(document)))


def _summary(document: dict) -> dict:
    return {
        "month": document["month"],
        "company": _figures(document),
        "departments": {part["key"]: _figures(part) for part in document["departments"]},
    }


def _figures(part: dict) -> dict:
    return {name: part[name] for name in FIGURES if name in part}
