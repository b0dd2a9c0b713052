"""Surveys: their rhythm, waves, invitations, sealed sheets, the stored report of a wave; the quota they share with ratings."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_0250"
down_revision = "20261130_0247"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "survey_rhythm",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rhythm", sa.String(length=16), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_survey_rhythm_only_one")),
        sa.CheckConstraint("rhythm IN ('quarterly', 'half_yearly', 'off')", name=op.f("ck_survey_rhythm_known_rhythm")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_rhythm")),
    )
    op.create_table(
        "survey_wave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("about_from", sa.Date(), nullable=False),
        sa.Column("about_until", sa.Date(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("secret", sa.LargeBinary(length=32), nullable=True),
        sa.Column("check", sa.LargeBinary(length=16), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_wave")),
        sa.UniqueConstraint("key", name=op.f("uq_survey_wave_key")),
    )
    op.create_table(
        "survey_invitation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("department_ids", sa.JSON(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("reminded", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_survey_invitation_person_id")),
        sa.ForeignKeyConstraint(["wave_id"], ["survey_wave.id"], name=op.f("fk_survey_invitation_wave_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_invitation")),
        sa.UniqueConstraint("wave_id", "person_id", name=op.f("uq_survey_invitation_wave_id_person_id")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_survey_invitation_person_id", "survey_invitation", ["person_id"])
    op.create_table(
        "survey_sheet",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["survey_wave.id"], name=op.f("fk_survey_sheet_wave_id")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_survey_sheet")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_survey_sheet_wave_id", "survey_sheet", ["wave_id"])
    op.create_table(
        "survey_report",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("method", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("checksum", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["survey_wave.id"], name=op.f("fk_survey_report_wave_id")),
        sa.PrimaryKeyConstraint("wave_id", name=op.f("pk_survey_report")),
    )
    op.create_table(
        "survey_suggestion_page",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("department_key", sa.String(length=64), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["survey_wave.id"], name=op.f("fk_survey_suggestion_page_wave_id")),
        sa.PrimaryKeyConstraint("wave_id", "department_key", "page", name=op.f("pk_survey_suggestion_page")),
    )
    op.create_table(
        "rating_other_question",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_rating_other_question_person_id")),
        sa.PrimaryKeyConstraint("person_id", "asked_on", name=op.f("pk_rating_other_question")),
    )


def downgrade() -> None:
    op.drop_table("rating_other_question")
    op.drop_table("survey_suggestion_page")
    op.drop_table("survey_report")
    op.drop_index("ix_survey_sheet_wave_id", "survey_sheet")
    op.drop_table("survey_sheet")
    op.drop_index("ix_survey_invitation_person_id", "survey_invitation")
    op.drop_table("survey_invitation")
    op.drop_table("survey_wave")
    op.drop_table("survey_rhythm")
