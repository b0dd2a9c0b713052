"""Chains: approvals, child requests and templates, absences, forms in versions, files, opened seals, improvements."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "20261122_0700"
down_revision = "20261122_0330"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stored_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=43), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=127), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("key", name=op.f("uq_stored_file_key")),
    )
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.create_index("ix_stored_file_digest", ["digest"], unique=False)
        batch_op.create_index("ix_stored_file_made_at", ["made_at"], unique=False)

    op.create_table(
        "finding_revision",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_finding_revision_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_revision")),
    )
    revision = sa.table("finding_revision", sa.column("id", sa.Integer()), sa.column("token", sa.String()))
    op.bulk_insert(revision, [{"id": 1, "token": secrets.token_hex(16)}])

    op.create_table(
        "template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=130), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("description", sa.JSON(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_template_department_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template")),
        sa.UniqueConstraint("key", name=op.f("uq_template_key")),
    )
    with op.batch_alter_table("template", schema=None) as batch_op:
        batch_op.create_index("ix_template_department_id", ["department_id"], unique=False)

    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("substitute_id", sa.Integer(), nullable=True),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("begins_at < ends_at", name=op.f("ck_absence_in_order")),
        sa.CheckConstraint("substitute_id IS NULL OR substitute_id != person_id", name=op.f("ck_absence_by_another")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_absence_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_absence_person_id")),
        sa.ForeignKeyConstraint(["substitute_id"], ["person.id"], name=op.f("fk_absence_substitute_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.create_index("ix_absence_person_id", ["person_id", "begins_at"], unique=False)
        batch_op.create_index("ix_absence_substitute_id", ["substitute_id", "begins_at"], unique=False)
        batch_op.create_index(
            "ix_absence_to_begin",
            ["begins_at"],
            unique=False,
            sqlite_where=sa.text("began_at IS NULL AND cancelled_at IS NULL"),
            postgresql_where=sa.text("began_at IS NULL AND cancelled_at IS NULL"),
        )
        batch_op.create_index(
            "ix_absence_to_end",
            ["ends_at"],
            unique=False,
            sqlite_where=sa.text("began_at IS NOT NULL AND ended_at IS NULL"),
            postgresql_where=sa.text("began_at IS NOT NULL AND ended_at IS NULL"),
        )

    op.create_table(
        "form_version",
        sa.Column("request_type_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_form_version_made_by_id")),
        sa.ForeignKeyConstraint(["request_type_id"], ["request_type.id"], name=op.f("fk_form_version_request_type_id")),
        sa.PrimaryKeyConstraint("request_type_id", "number", name=op.f("pk_form_version")),
    )
    op.create_table(
        "improvement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_improvement_by_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_improvement_department_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_improvement")),
    )
    with op.batch_alter_table("improvement", schema=None) as batch_op:
        batch_op.create_index("ix_improvement_department_id", ["department_id", "done_on", "id"], unique=False)

    op.create_table(
        "approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("need", sa.String(length=3), nullable=False),
        sa.Column("approver_id", sa.Integer(), nullable=False),
        sa.Column("cover_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=8), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("decision IN ('approved', 'refused', 'void')", name=op.f("ck_approval_known_decision")),
        sa.CheckConstraint("need IN ('any', 'all')", name=op.f("ck_approval_known_need")),
        sa.CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_approval_decided_once")),
        sa.ForeignKeyConstraint(["approver_id"], ["person.id"], name=op.f("fk_approval_approver_id")),
        sa.ForeignKeyConstraint(["cover_id"], ["person.id"], name=op.f("fk_approval_cover_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_approval_decided_by_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_approval_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    with op.batch_alter_table("approval", schema=None) as batch_op:
        batch_op.create_index("ix_approval_approver_id", ["approver_id", "decided_at"], unique=False)
        batch_op.create_index("ix_approval_cover_id", ["cover_id"], unique=False)
        batch_op.create_index("ix_approval_decided_by_id", ["decided_by_id"], unique=False)
        batch_op.create_index(
            "ix_approval_remind_at",
            ["remind_at"],
            unique=False,
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        )
        batch_op.create_index("ix_approval_ticket_id", ["ticket_id", "id"], unique=False)

    op.create_table(
        "broken_seal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_broken_seal_person_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_broken_seal_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broken_seal")),
    )
    with op.batch_alter_table("broken_seal", schema=None) as batch_op:
        batch_op.create_index(
            "ix_broken_seal_person_id",
            ["person_id", "ticket_id"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index("ix_broken_seal_ticket_id", ["ticket_id"], unique=False)
        batch_op.create_index(
            "ix_broken_seal_until",
            ["until"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "child_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("asking_department_id", sa.Integer(), nullable=False),
        sa.Column("request_type_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("priority", sa.String(length=8), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ticket_id IS NULL OR dropped_at IS NULL", name=op.f("ck_child_request_opened_or_dropped")),
        sa.CheckConstraint("ticket_id IS NULL OR ticket_id != parent_id", name=op.f("ck_child_request_of_another")),
        sa.ForeignKeyConstraint(
            ["asking_department_id"], ["department.id"], name=op.f("fk_child_request_asking_department_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_child_request_by_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["ticket.id"], name=op.f("fk_child_request_parent_id")),
        sa.ForeignKeyConstraint(
            ["request_type_id"], ["request_type.id"], name=op.f("fk_child_request_request_type_id")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_child_request_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child_request")),
    )
    with op.batch_alter_table("child_request", schema=None) as batch_op:
        batch_op.create_index(
            "ix_child_request_asking_department_id", ["asking_department_id", "ticket_id"], unique=False
        )
        batch_op.create_index("ix_child_request_parent_id", ["parent_id", "step", "id"], unique=False)
        batch_op.create_index("ix_child_request_ticket_id", ["ticket_id"], unique=True)

    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("field", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_attachment_file_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_attachment_message_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_attachment_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index("ix_attachment_file_id", ["file_id"], unique=False)
        batch_op.create_index("ix_attachment_message_id", ["message_id"], unique=False)
        batch_op.create_index("ix_attachment_ticket_id", ["ticket_id", "id"], unique=False)

    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.add_column(sa.Column("triage_department_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_company_triage_department_id"), "department", ["triage_department_id"], ["id"]
        )
    _add("department", sa.Column("customers", sa.JSON(), nullable=False, server_default="{}"))
    _add("hold", sa.Column("missing", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("child_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_message_child_id"), "ticket", ["child_id"], ["id"])
    _add("message", sa.Column("filled", sa.JSON(), nullable=False, server_default="[]"))
    _add("person", sa.Column("topics", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("request_type", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_request_type_known_approval"), type_="check")
        batch_op.drop_column("approval")
    _add("request_type", sa.Column("approvals", sa.JSON(), nullable=False, server_default="[]"))
    _add("request_type", sa.Column("keywords", sa.JSON(), nullable=False, server_default="[]"))
    _add("request_type", sa.Column("provides", sa.JSON(), nullable=False, server_default="{}"))
    _add("request_type", sa.Column("form_number", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("stay", schema=None) as batch_op:
        batch_op.add_column(sa.Column("left_because", sa.String(length=16), nullable=True))
        batch_op.create_check_constraint("known_cause", "left_because IN ('misdirected', 'next_step', 'triage')")
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.add_column(sa.Column("form_number", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("cover_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_ticket_cover_id_status", ["cover_id", "status"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_ticket_cover_id"), "person", ["cover_id"], ["id"])
    op.execute(
        "INSERT INTO form_version (request_type_id, number, fields, made_at)"
        " SELECT id, 1, fields, changed_at FROM request_type"
    )


def _add(table: str, column: sa.Column) -> None:
    """A needed column: the rows that are there get its default, later ones get it from the program."""
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.add_column(column)
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.alter_column(column.name, existing_type=column.type, existing_nullable=False, server_default=None)


def downgrade() -> None:
    op.execute("UPDATE ticket SET status = 'cancelled', ball = 'none' WHERE status = 'awaiting_approval'")
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_ticket_cover_id"), type_="foreignkey")
        batch_op.drop_index("ix_ticket_cover_id_status")
        batch_op.drop_column("approved_at")
        batch_op.drop_column("cover_id")
        batch_op.drop_column("form_number")

    with op.batch_alter_table("stay", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_stay_known_cause"), type_="check")
        batch_op.drop_column("left_because")

    with op.batch_alter_table("request_type", schema=None) as batch_op:
        batch_op.add_column(sa.Column("approval", sa.String(length=16), nullable=False, server_default="none"))
        batch_op.drop_column("form_number")
        batch_op.drop_column("provides")
        batch_op.drop_column("keywords")
        batch_op.drop_column("approvals")
    with op.batch_alter_table("request_type", schema=None) as batch_op:
        batch_op.alter_column(
            "approval", existing_type=sa.String(length=16), existing_nullable=False, server_default=None
        )
        batch_op.create_check_constraint("known_approval", "approval IN ('none')")

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("topics")

    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_column("filled")
        batch_op.drop_constraint(batch_op.f("fk_message_child_id"), type_="foreignkey")
        batch_op.drop_column("child_id")

    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.drop_column("missing")

    with op.batch_alter_table("department", schema=None) as batch_op:
        batch_op.drop_column("customers")

    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_company_triage_department_id"), type_="foreignkey")
        batch_op.drop_column("triage_department_id")

    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index("ix_attachment_ticket_id")
        batch_op.drop_index("ix_attachment_message_id")
        batch_op.drop_index("ix_attachment_file_id")

    op.drop_table("attachment")
    with op.batch_alter_table("child_request", schema=None) as batch_op:
        batch_op.drop_index("ix_child_request_ticket_id")
        batch_op.drop_index("ix_child_request_parent_id")
        batch_op.drop_index("ix_child_request_asking_department_id")

    op.drop_table("child_request")
    with op.batch_alter_table("broken_seal", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_broken_seal_until",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index("ix_broken_seal_ticket_id")
        batch_op.drop_index(
            "ix_broken_seal_person_id",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.drop_table("broken_seal")
    with op.batch_alter_table("approval", schema=None) as batch_op:
        batch_op.drop_index("ix_approval_ticket_id")
        batch_op.drop_index(
            "ix_approval_remind_at",
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        )
        batch_op.drop_index("ix_approval_decided_by_id")
        batch_op.drop_index("ix_approval_cover_id")
        batch_op.drop_index("ix_approval_approver_id")

    op.drop_table("approval")
    with op.batch_alter_table("improvement", schema=None) as batch_op:
        batch_op.drop_index("ix_improvement_department_id")

    op.drop_table("improvement")
    op.drop_table("form_version")
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_absence_to_end",
            sqlite_where=sa.text("began_at IS NOT NULL AND ended_at IS NULL"),
            postgresql_where=sa.text("began_at IS NOT NULL AND ended_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_absence_to_begin",
            sqlite_where=sa.text("began_at IS NULL AND cancelled_at IS NULL"),
            postgresql_where=sa.text("began_at IS NULL AND cancelled_at IS NULL"),
        )
        batch_op.drop_index("ix_absence_substitute_id")
        batch_op.drop_index("ix_absence_person_id")

    op.drop_table("absence")
    with op.batch_alter_table("template", schema=None) as batch_op:
        batch_op.drop_index("ix_template_department_id")

    op.drop_table("template")
    op.drop_table("finding_revision")
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.drop_index("ix_stored_file_made_at")
        batch_op.drop_index("ix_stored_file_digest")

    op.drop_table("stored_file")
