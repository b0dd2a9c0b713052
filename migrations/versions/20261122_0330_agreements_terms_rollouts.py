"""Agreements as documents, agreed terms, steps after a breach, rollouts of versions, alerts that wait for working hours."""

import datetime
import json

import sqlalchemy as sa
from alembic import op

revision = "20261122_0330"
down_revision = "20261122_0200"
branch_labels = None
depends_on = None


STEPS = [{"after": "0h", "to": "assignee"}, {"after": "2h", "to": "leads"}, {"after": "8h", "to": "above"}]


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("supplier_id != customer_id", name=op.f("ck_agreement_between_two")),
        sa.ForeignKeyConstraint(["customer_id"], ["department.id"], name=op.f("fk_agreement_customer_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["department.id"], name=op.f("fk_agreement_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.create_index("ix_agreement_customer_id", ["customer_id"], unique=False)
        batch_op.create_index("ix_agreement_supplier_id", ["supplier_id", "customer_id"], unique=False)

    op.create_table(
        "agreement_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("services", sa.Text(), nullable=False),
        sa.Column("mission", sa.Text(), nullable=False),
        sa.Column("customer_provides", sa.Text(), nullable=False),
        sa.Column("promises", sa.JSON(), nullable=False),
        sa.Column("calendar_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("proposed_for_id", sa.Integer(), nullable=True),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_note", sa.Text(), nullable=False),
        sa.Column("end_reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('proposed', 'accepted', 'declined', 'withdrawn', 'countered')",
            name=op.f("ck_agreement_version_known_state"),
        ),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_agreement_version_ends_after_begin")
        ),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_agreement_version_agreement_id")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_agreement_version_answered_by_id")),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendar.id"], name=op.f("fk_agreement_version_calendar_id")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["person.id"], name=op.f("fk_agreement_version_proposed_by_id")),
        sa.ForeignKeyConstraint(
            ["proposed_for_id"], ["department.id"], name=op.f("fk_agreement_version_proposed_for_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_version")),
        sa.UniqueConstraint("agreement_id", "number", name=op.f("uq_agreement_version_agreement_id_number")),
    )
    op.create_table(
        "term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("side", sa.String(length=9), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("side IN ('supplier', 'requester')", name=op.f("ck_term_known_side")),
        sa.CheckConstraint(
            "state IN ('proposed', 'accepted', 'declined', 'withdrawn', 'countered', 'lapsed')",
            name=op.f("ck_term_known_state"),
        ),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_term_answered_by_id")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["person.id"], name=op.f("fk_term_proposed_by_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_term_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term")),
        sa.UniqueConstraint("ticket_id", "number", name=op.f("uq_term_ticket_id_number")),
    )
    op.create_table(
        "rollout",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("policy_version_id", sa.Integer(), nullable=True),
        sa.Column("calendar_version_id", sa.Integer(), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("broken", sa.Integer(), nullable=False),
        sa.Column("after_clock_id", sa.Integer(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name=op.f("ck_rollout_known_state")),
        sa.CheckConstraint(
            "(policy_version_id IS NULL) != (calendar_version_id IS NULL)",
            name=op.f("ck_rollout_of_a_policy_or_a_calendar"),
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_rollout_asked_by_id")),
        sa.ForeignKeyConstraint(
            ["calendar_version_id"], ["calendar_version.id"], name=op.f("fk_rollout_calendar_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["policy_version_id"], ["policy_version.id"], name=op.f("fk_rollout_policy_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollout")),
    )
    with op.batch_alter_table("rollout", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rollout_calendar_version_id"), ["calendar_version_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rollout_policy_version_id"), ["policy_version_id"], unique=False)
        batch_op.create_index(
            "ix_rollout_unfinished",
            ["id"],
            unique=False,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )

    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("clock_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=100), nullable=False),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deliver_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clock_id"], ["clock.id"], name=op.f("fk_alert_clock_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_alert_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("person_id", "about", name=op.f("uq_alert_person_id_about")),
    )
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alert_clock_id"), ["clock_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_alert_deliver_at"), ["deliver_at"], unique=False)

    _add("calendar_version", sa.Column("own_names", sa.JSON(), nullable=False, server_default="{}"))
    _add("clock", sa.Column("escalated", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("clock", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ball_at_breach", sa.String(length=16), nullable=True))
        batch_op.alter_column("policy_version_id", existing_type=sa.Integer(), nullable=True)
    for column in ("policy_version_id", "calendar_version_id"):
        op.create_index(
            f"ix_clock_running_{column}",
            "clock",
            [column, "id"],
            sqlite_where=sa.text("open = 1 AND breached_at IS NULL"),
            postgresql_where=sa.text("open AND breached_at IS NULL"),
        )
    # What broke before there were steps goes up nobody's line now.
    op.execute("UPDATE clock SET escalated = 3, ball_at_breach = 'supplier' WHERE breached_at IS NOT NULL")

    with op.batch_alter_table("department", schema=None) as batch_op:
        batch_op.add_column(sa.Column("parent_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_department_parent_id"), "department", ["parent_id"], ["id"])

    _add("policy_version", sa.Column("escalate", sa.JSON(), nullable=False, server_default=json.dumps(STEPS)))
    with op.batch_alter_table("policy_version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("calendar_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("agreement_version_id", sa.Integer(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_policy_version_agreement_version_id"), ["agreement_version_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_policy_version_agreement_version_id"), "agreement_version", ["agreement_version_id"], ["id"]
        )
        batch_op.create_foreign_key(batch_op.f("fk_policy_version_calendar_id"), "calendar", ["calendar_id"], ["id"])

    _write_agreements()


def downgrade() -> None:
    with op.batch_alter_table("policy_version", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_policy_version_calendar_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_policy_version_agreement_version_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_policy_version_agreement_version_id"))
        batch_op.drop_column("agreement_version_id")
        batch_op.drop_column("calendar_id")
        batch_op.drop_column("escalate")

    with op.batch_alter_table("department", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_department_parent_id"), type_="foreignkey")
        batch_op.drop_column("parent_id")

    for column in ("policy_version_id", "calendar_version_id"):
        op.drop_index(f"ix_clock_running_{column}", "clock")
    op.execute("DELETE FROM clock_mark WHERE clock_id IN (SELECT id FROM clock WHERE policy_version_id IS NULL)")
    op.execute("DELETE FROM breach_reason WHERE clock_id IN (SELECT id FROM clock WHERE policy_version_id IS NULL)")
    op.execute("DELETE FROM clock WHERE policy_version_id IS NULL")
    with op.batch_alter_table("clock", schema=None) as batch_op:
        batch_op.alter_column("policy_version_id", existing_type=sa.Integer(), nullable=False)
        batch_op.drop_column("ball_at_breach")
        batch_op.drop_column("escalated")

    with op.batch_alter_table("calendar_version", schema=None) as batch_op:
        batch_op.drop_column("own_names")

    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alert_deliver_at"))
        batch_op.drop_index(batch_op.f("ix_alert_clock_id"))

    op.drop_table("alert")
    with op.batch_alter_table("rollout", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_rollout_unfinished",
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_rollout_policy_version_id"))
        batch_op.drop_index(batch_op.f("ix_rollout_calendar_version_id"))

    op.drop_table("rollout")
    op.drop_table("term")
    op.drop_table("agreement_version")
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_index("ix_agreement_supplier_id")
        batch_op.drop_index("ix_agreement_customer_id")

    op.drop_table("agreement")


def _add(table: str, column: sa.Column) -> None:
    """A column that must have a value, with one for the rows that are there; the default does not stay."""
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.add_column(column)
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.alter_column(column.name, existing_type=column.type, existing_nullable=False, server_default=None)


def _write_agreements() -> None:
    """Promises to one customer were lines of the organisation file; each becomes a document that is in force."""
    bind = op.get_bind()
    policies = sa.text(
        """SELECT policy.id, coalesce(policy.department_id, request_type.department_id) AS supplier_id,
        policy.customer_department_id AS customer_id, policy.request_type_id, policy.priority, policy.valid_from,
        policy.valid_until, policy_version.targets, policy_version.warn_at, policy_version.made_at
        FROM policy JOIN policy_version ON policy_version.policy_id = policy.id
        LEFT JOIN request_type ON request_type.id = policy.request_type_id
        WHERE policy.active AND policy.customer_department_id IS NOT NULL AND policy_version.number =
        (SELECT max(number) FROM policy_version AS newer WHERE newer.policy_id = policy.id) ORDER BY policy.id"""
    ).columns(
        valid_from=sa.Date(),
        valid_until=sa.Date(),
        targets=sa.JSON(),
        warn_at=sa.JSON(),
        made_at=sa.DateTime(timezone=True),
    )
    for row in bind.execute(policies).mappings().all():
        if row["supplier_id"] is None or row["supplier_id"] == row["customer_id"]:
            continue
        agreement = sa.table("agreement", *map(sa.column, ("supplier_id", "customer_id", "made_at")), sa.column("id"))
        made = sa.insert(agreement).values(
            supplier_id=row["supplier_id"],
            customer_id=row["customer_id"],
            made_at=sa.literal(row["made_at"], sa.DateTime(timezone=True)),
        )
        agreement_id = bind.execute(made.returning(agreement.c.id)).scalar_one()
        version = sa.table(
            "agreement_version",
            sa.column("id"),
            sa.column("agreement_id"),
            sa.column("number"),
            sa.column("state"),
            sa.column("services"),
            sa.column("mission"),
            sa.column("customer_provides"),
            sa.column("answer_note"),
            sa.column("promises", sa.JSON()),
            sa.column("valid_from", sa.Date()),
            sa.column("valid_until", sa.Date()),
            sa.column("proposed_at", sa.DateTime(timezone=True)),
            sa.column("answered_at", sa.DateTime(timezone=True)),
        )
        line = {
            "request_type_id": row["request_type_id"], "priority": row["priority"], "targets": row["targets"],
            "warn_at": row["warn_at"], "escalate": STEPS,
        }  # fmt: skip
        written = sa.insert(version).values(
            agreement_id=agreement_id,
            number=1,
            state="accepted",
            services="",
            mission="",
            customer_provides="",
            answer_note="",
            promises=[line],
            valid_from=row["valid_from"] or datetime.date(1990, 1, 1),
            valid_until=row["valid_until"],
            proposed_at=row["made_at"],
            answered_at=row["made_at"],
        )
        version_id = bind.execute(written.returning(version.c.id)).scalar_one()
        bind.execute(
            sa.text("UPDATE policy_version SET agreement_version_id = :version WHERE policy_id = :policy"),
            {"version": version_id, "policy": row["id"]},
        )
