"""flask desk doctor: is everything there that the desk needs? One line a check; changes nothing."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import click
from flask import current_app
from flask.cli import with_appcontext

from servicedesk.cli.words import migrations
from servicedesk.kernel import once, schema
from servicedesk.kernel.now import now
from servicedesk.letters import queries as letters
from servicedesk.letters.rules import told_failure
from servicedesk.mailout import queries as mailout
from servicedesk.mailout.smtp import SmtpDelivery
from servicedesk.people import queries as people
from servicedesk.ratings import queries as ratings
from servicedesk.reports import queries as reports
from servicedesk.sla import queries as sla
from servicedesk.sla.holidays import YEARS_AHEAD
from servicedesk.sla_engine import CalendarError

HEARTBEAT = timedelta(minutes=5)
MAIL_WAITS = timedelta(minutes=30)
MAILBOX_SILENT = timedelta(minutes=15)
PATIENCE = 3  # seconds to wait for the mail server


_UNSURE = {
    "missing": "moved and shortened days of {year} are not known; update the desk or add them as exceptions.",
    "provisional": "the holidays of {year} are provisional; compare them with the decree.",
    "outdated": "the holidays of {year} are known but not in it; refresh them on its page.",
}


class Finding(NamedTuple):
    """`level` is ok, note or FAULT."""

    level: str
    sentence: str


Findings = Iterator[Finding]


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Check settings, database, migrations, mail, mailboxes, worker and calendars; exit 1 when something is wrong."""
    worst = 0
    for finding in examine(current_app.config["SETTINGS"], now()):
        click.echo(f"{finding.level}: {finding.sentence}")
        worst |= finding.level == "FAULT"
    sys.exit(worst)


def examine(settings: Any, at: datetime) -> Findings:
    """Everything that can be asked; what lies in the database only if it is there and current."""
    yield from check_settings(settings)
    ready = True
    for finding in check_database():
        ready &= finding.level != "FAULT"
        yield finding
    yield from check_mail_server(settings.smtp_url)
    checks: tuple[Callable[[datetime], Findings], ...] = (
        check_mail_queue,
        lambda at: check_mailboxes(settings.mailboxes, at),
        lambda _: check_incoming(settings),
        lambda _at: check_sealed(settings),
        check_worker,
        check_company,
        check_calendars,
        check_reports,
    )
    for check in checks if ready else ():
        yield from check(at)


def check_settings(settings: Any) -> Findings:
    if settings.secret_key:
        yield Finding("ok", "The settings can be read, and SECRET_KEY is set.")
    else:
        yield Finding(
            "FAULT",
            "SECRET_KEY is not set: give the desk at least 16 random characters, or a file with them in SECRET_KEY_FILE.",
        )
    if urlsplit(settings.public_url).hostname in ("127.0.0.1", "localhost", "::1"):
        yield Finding("note", f"PUBLIC_URL is {settings.public_url}: links in mail work on this machine only.")


def check_database() -> Findings:
    if not schema.answers():
        yield Finding("FAULT", "The database does not answer; see DATABASE_URL.")
        return
    product = schema.product()
    fault = version_fault(product)
    yield Finding("FAULT", fault) if fault else Finding("ok", f"The database answers: {product}.")
    if schema.is_current(migrations()):
        yield Finding("ok", "The tables are those of this version.")
    else:
        yield Finding("FAULT", "The database does not have the tables of this version: run flask db upgrade.")


def version_fault(product: str) -> str | None:
    """Why a database of this name and version must not be used, such as "SQLite 3.40.1"; None when it may."""
    name, _, written = product.partition(" ")
    numbers = tuple(int(part) for part in written.split(".")[:3] if part.isdecimal())
    if name == "PostgreSQL" and numbers < (15,):
        return f"{product} is too old: the desk needs PostgreSQL 15 or newer."
    # Two connections that write and checkpoint at the same time can lose pages.
    repaired = any(numbers[:2] == line[:2] and numbers >= line for line in ((3, 44, 6), (3, 50, 7)))
    if name == "SQLite" and (3, 7, 0) <= numbers < (3, 51, 3) and not repaired:
        return f"{product} can damage the database (its write-ahead log, repaired in 3.51.3): install the pysqlite3 package."
    return None


def check_mail_server(smtp_url: str | None) -> Findings:
    if smtp_url is None:
        yield Finding("note", "SMTP_URL is not set: mail stays in the queue and can be read on the mail page.")
        return
    try:
        server = SmtpDelivery(smtp_url)
        with socket.create_connection((server.host, server.port), timeout=PATIENCE):
            yield Finding("ok", f"The mail server {server.host}:{server.port} takes connections.")
    except ValueError as error:
        yield Finding("FAULT", str(error))
    except OSError as error:
        yield Finding(
            "FAULT", f"The mail server {server.host}:{server.port} cannot be reached: {error.strerror or error}."
        )


def check_mail_queue(at: datetime) -> Findings:
    counts, waiting = mailout.counts(), mailout.oldest_queued_age(at)
    if waiting is not None and waiting > MAIL_WAITS:
        yield Finding(
            "note", f"{counts['queued']} mails wait to be sent, the oldest since {at - waiting:%Y-%m-%d %H:%M} UTC."
        )
    if counts.get("failed"):
        yield Finding("note", f"{counts['failed']} mails could not be delivered; the mail page says why.")


def check_mailboxes(mailboxes: Any, at: datetime) -> Findings:
    """What the workers found at their last look; `flask desk mail test` looks anew."""
    states = letters.mailbox_states()
    for mailbox in mailboxes:
        state = states.get(mailbox.name)
        looked_at = state.looked_at if state is not None else None
        if state is not None and state.failure:
            sentence, detail = told_failure(state.failure)
            since = f"{state.failing_since:%Y-%m-%d %H:%M} UTC"
            yield Finding("FAULT", f"The mailbox {mailbox.name} fails since {since}: {sentence} {detail}".rstrip())
        elif looked_at is None:
            yield Finding("note", f"No worker has looked into the mailbox {mailbox.name} yet.")
        elif at - looked_at > MAILBOX_SILENT:
            yield Finding(
                "FAULT", f"No worker has looked into the mailbox {mailbox.name} since {looked_at:%Y-%m-%d %H:%M} UTC."
            )
        else:
            yield Finding("ok", f"The mailbox {mailbox.name} was read at {looked_at:%H:%M:%S} UTC.")


def check_incoming(settings: Any) -> Findings:
    """What the settings say about letters, where mailboxes are read."""
    if not settings.mailboxes:
        return
    known = {department.key for department in people.departments()}
    for mailbox in settings.mailboxes:
        if mailbox.department is not None and mailbox.department not in known:
            yield Finding(
                "FAULT", f"The mailbox {mailbox.name} is for a department {mailbox.department} that does not exist."
            )
    if not settings.mail_domains:
        yield Finding(
            "note", "MAIL_DOMAINS is not set: only people who are on the desk already can write letters to it."
        )
    if settings.mail_authserv_id is None:
        yield Finding(
            "note", "MAIL_AUTHSERV_ID is not set: no sender counts as verified, and departments cannot answer by mail."
        )


def check_sealed(settings: Any) -> Findings:
    """Opinions that the next closing could not open: better known today than on the third working day."""
    months = ratings.sealed_elsewhere(settings.keys)
    if months:
        yield Finding(
            "FAULT",
            f"Opinions are sealed under another SECRET_KEY ({', '.join(months)}): set SECRET_KEY_BEFORE to the former key.",
        )


def check_worker(at: datetime) -> Findings:
    runs = once.last_runs()
    newest = max((run.started_at for run in runs), default=None)
    if newest is None:
        yield Finding("FAULT", "No worker has run in the last two days: start flask desk serve or flask worker.")
    elif at - newest > HEARTBEAT:
        yield Finding(
            "FAULT", f"No worker has run since {newest:%Y-%m-%d %H:%M} UTC: start flask desk serve or flask worker."
        )
    else:
        yield Finding("ok", f"A worker ran at {newest:%H:%M:%S} UTC.")
    for run in runs:
        if run.failure is not None:
            yield Finding(
                "FAULT", f"The job {run.job} failed at {run.started_at:%Y-%m-%d %H:%M} UTC: {run.failure[:200]}"
            )


def check_company(_at: datetime) -> Findings:
    company = people.company()
    if company is None:
        yield Finding(
            "FAULT", "No company is set up: run flask desk init, or flask desk setup apply with an organisation file."
        )
        return
    yield Finding("ok", f"The company is {company.name}, in {company.timezone}.")
    if not people.administrators():
        yield Finding("FAULT", "Nobody administers the desk: give somebody the role admin with flask desk setup apply.")
    if not sla.policies():
        yield Finding("note", "Nothing is promised: no policy is in force.")


def check_calendars(at: datetime) -> Findings:
    rows = sla.calendars()
    if people.company() is not None and not any(row.of_company for row in rows):
        yield Finding("FAULT", "The company has no calendar: name one in the organisation file under company.")
    without = [row.key for row in people.departments() if sla.calendar_of(row.id) is None]
    if without:
        yield Finding("FAULT", f"Without a calendar nothing can be promised by: {', '.join(without)}.")
    faults = [finding for row in rows for finding in _check_calendar(row, at)]
    yield from faults
    if rows and not without and not any(finding.level == "FAULT" for finding in faults):
        yield Finding("ok", f"Calendars that open: {', '.join(row.key for row in rows)}.")


def check_reports(_at: datetime) -> Findings:
    """A report is what was published: its checksum and those of its lists say whether somebody has changed it."""
    stored = reports.issues()
    changed = [f"{row.month} (issue {row.number})" for row in stored if not reports.is_intact(row)]
    if changed:
        yield Finding(
            "FAULT", f"Reports that are not what was stored: {', '.join(changed)}. Restore them from a backup."
        )
    elif stored:
        yield Finding("ok", f"{len(stored)} stored reports are as they were published.")


def _check_calendar(row: Any, at: datetime) -> Findings:
    version = sla.newest_version(row.id)
    if version is None:
        yield Finding("FAULT", f"The calendar {row.key} has no hours.")
        return
    try:
        sla.engine_calendar(version.id).refuse_if_never_open(at)
    except CalendarError as error:
        yield Finding("FAULT", f"The calendar {row.key} is of no use: {error}")
    last = version.made_at.year + YEARS_AHEAD
    if version.holidays and last <= at.year:
        yield Finding("note", f"The calendar {row.key} knows the holidays until {last}: refresh them on its page.")
    elif (doubt := sla.doubt_of_next_year(row.id, at)) is not None:
        yield Finding("note", f"The calendar {row.key}: {_UNSURE[doubt.why].format(year=doubt.year)}")


COMMANDS = [doctor]
