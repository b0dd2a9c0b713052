"""flask desk doctor: what it finds, and that only faults make it fail."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from config import Mailbox, for_tests
from servicedesk.app import create_app
from servicedesk.cli import doctor
from servicedesk.kernel import once
from servicedesk.kernel.now import now
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.letters import actions as letters
from servicedesk.letters.rules import failure_of
from servicedesk.people import actions as people
from servicedesk.reports import actions as reports
from servicedesk.reports.models import ReportIssue
from servicedesk.sla import actions as sla
from tests.cli.conftest import runner_of

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def told(findings):
    return [(finding.level, finding.sentence) for finding in findings]


def ran(job: str, at: datetime, failure: str | None = None) -> None:
    with transaction():
        once.claim(job, at.isoformat()[:32], at)
        once.finish(job, at.isoformat()[:32], at, failure)


def test_a_healthy_desk_has_no_fault(run):
    ran("clocks", now())
    result = run("desk", "doctor")
    levels = {line.partition(":")[0] for line in result.stdout.splitlines()}
    assert (result.exit_code, levels) == (0, {"ok", "note"})


def test_a_fault_makes_it_fail(run):
    result = run("desk", "doctor")
    assert (result.exit_code, "FAULT: No worker has run" in result.stdout) == (1, True)


def test_it_says_that_the_tables_are_missing_and_asks_no_further(tmp_path):
    bare = runner_of(create_app(for_tests(f"sqlite:///{tmp_path / 'empty.sqlite'}")))
    result = bare("desk", "doctor")
    assert (result.exit_code, "FAULT: The database does not have the tables" in result.stdout) == (1, True)
    assert "worker" not in result.stdout


def test_it_says_that_there_is_no_database(tmp_path):
    away = runner_of(create_app(for_tests(f"sqlite:///{tmp_path}")))
    result = away("desk", "doctor")
    assert (result.exit_code, "FAULT: The database does not answer" in result.stdout) == (1, True)


def test_it_misses_the_secret_and_a_public_address():
    config = for_tests("sqlite:///:memory:", secret_key=None, public_url="http://127.0.0.1:8000")
    assert [level for level, _ in told(doctor.check_settings(config))] == ["FAULT", "note"]
    assert [level for level, _ in told(doctor.check_settings(for_tests("sqlite:///:memory:")))] == ["ok"]


@pytest.mark.parametrize(
    ("product", "faulty"),
    [
        ("SQLite 3.40.1", True), ("SQLite 3.7.0", True), ("SQLite 3.51.2", True), ("SQLite 3.44.5", True), ("SQLite 3.50.6", True),
        ("SQLite 3.45.0", True), ("SQLite 3.44.6", False), ("SQLite 3.50.7", False), ("SQLite 3.51.3", False),
        ("SQLite 3.52.0", False), ("SQLite 4.0.0", False),
        ("PostgreSQL 14.9", True), ("PostgreSQL 15.0", False), ("PostgreSQL 17beta1", True), ("PostgreSQL 16.4", False),
    ],
)  # fmt: skip
def test_it_knows_which_databases_lose_data_or_are_too_old(product, faulty):
    assert (doctor.version_fault(product) is not None) is faulty


def test_it_tries_the_mail_server():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert told(doctor.check_mail_server(f"smtp://127.0.0.1:{port}")) == [
            ("ok", f"The mail server 127.0.0.1:{port} takes connections.")
        ]
    [(level, sentence)] = told(doctor.check_mail_server(f"smtp://127.0.0.1:{port}"))
    assert (level, f"127.0.0.1:{port} cannot be reached" in sentence) == ("FAULT", True)


@pytest.mark.parametrize(("url", "level"), [(None, "note"), ("smtp://", "FAULT"), ("smtp://h:abc", "FAULT")])
def test_it_reads_the_mail_setting(url, level):
    assert [found for found, _ in told(doctor.check_mail_server(url))] == [level]


@pytest.mark.parametrize(("ago", "level"), [(timedelta(minutes=4), "ok"), (timedelta(minutes=6), "FAULT")])
def test_it_feels_for_the_heartbeat_of_the_worker(app, ago, level):
    ran("mail", AT - ago)
    ran("month", AT - timedelta(hours=1))
    assert [found for found, _ in told(doctor.check_worker(AT))] == [level]


def test_it_names_a_job_that_failed(app):
    ran("clocks", AT)
    ran("mail", AT, failure="OSError('full')")
    assert told(doctor.check_worker(AT))[1:] == [
        ("FAULT", "The job mail failed at 2026-11-22 12:00 UTC: OSError('full')")
    ]


def test_it_misses_the_company_and_its_calendar(bare_desk):
    with bare_desk.app_context():
        assert [level for level, _ in told(doctor.check_company(AT))] == ["FAULT"]
        assert told(doctor.check_calendars(AT)) == []
        with transaction():
            people.describe_company(Stamp(None, AT, "cli"), name="North", language="en", timezone="UTC")
            people.add_department(Stamp(None, AT, "cli"), key="it", name={"en": "IT"})
        assert [level for level, _ in told(doctor.check_company(AT))] == ["ok", "FAULT", "note"]
        assert told(doctor.check_calendars(AT)) == [
            ("FAULT", "The company has no calendar: name one in the organisation file under company."),
            ("FAULT", "Without a calendar nothing can be promised by: it."),
        ]


def test_it_sees_that_a_calendar_has_run_out(app):
    with transaction():
        sla.set_calendar(
            Stamp(None, AT, "cli"), key="once", timezone="UTC", week={}, exceptions={"2026-12-01": [["09:00", "18:00"]]}
        )
        sla.set_calendar(
            Stamp(None, AT, "cli"), key="ru", timezone="UTC", week={"mon": [["09:00", "18:00"]]}, holidays="RU"
        )
    later = told(doctor.check_calendars(AT.replace(year=2028)))
    assert [(level, sentence.split()[2]) for level, sentence in later] == [("FAULT", "once"), ("note", "ru")]
    unsure, fine = told(doctor.check_calendars(AT))
    assert (unsure[0], fine[0]) == ("note", "ok") and "the holidays of 2027 are provisional" in unsure[1]
    before_november = AT.replace(month=10)
    assert [level for level, _ in told(doctor.check_calendars(before_november))] == ["ok"]


def test_it_notices_a_report_that_somebody_has_changed(app, db):
    with transaction():
        reports.close_month(Stamp(None, AT, "worker"), "2026-03")
    assert [level for level, _ in told(doctor.check_reports(AT))] == ["ok"]
    with transaction():
        (row,) = db.session.query(ReportIssue)
        row.document = row.document.replace('"tickets":0', '"tickets":1', 1)
    [(level, sentence)] = told(doctor.check_reports(AT))
    assert (level, "2026-03 (issue 1)" in sentence) == ("FAULT", True)


def test_it_says_which_mailboxes_are_read_and_which_are_not(app):
    def box(name):
        return Mailbox(name, "imap", "mail.example.com", 143, name, "secret")

    boxes = [box(name) for name in ("new", "read", "silent", "broken")]
    for name, ago in (
        ("read", timedelta(minutes=4)),
        ("silent", timedelta(minutes=16)),
        ("broken", timedelta(minutes=4)),
    ):
        stamp = Stamp(None, AT - ago, "mail")
        with transaction():
            letters.claim(stamp, name, "worker")
            letters.finish_look(stamp, name, "worker", letters.Progress(), waiting=0)
            if name == "broken":
                letters.fail(stamp, name, "worker", failure_of("The mail server cannot be reached.", "refused"))
    assert told(doctor.check_mailboxes(boxes, AT)) == [
        ("note", "No worker has looked into the mailbox new yet."),
        ("ok", "The mailbox read was read at 11:56:00 UTC."),
        ("FAULT", "No worker has looked into the mailbox silent since 2026-11-22 11:44 UTC."),
        ("FAULT", "The mailbox broken fails since 2026-11-22 11:56 UTC: The mail server cannot be reached. refused"),
    ]


def test_it_says_what_is_missing_before_letters_can_be_taken(app):
    box = Mailbox("it", "imaps", "mail.example.com", 993, "it", "secret", department="nowhere")
    settings = replace(app.config["SETTINGS"], mailboxes=(box,), mail_domains=frozenset(), mail_authserv_id=None)
    assert told(doctor.check_incoming(settings)) == [
        ("FAULT", "The mailbox it is for a department nowhere that does not exist."),
        ("note", "MAIL_DOMAINS is not set: only people who are on the desk already can write letters to it."),
        ("note", "MAIL_AUTHSERV_ID is not set: no sender counts as verified, and departments cannot answer by mail."),
    ]
    assert told(doctor.check_incoming(replace(settings, mailboxes=()))) == []
