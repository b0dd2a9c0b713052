"""flask desk mail: letters from a mail server's pipe or from files, and a test of the mailboxes."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from servicedesk.cli.words import migrations, refusals, refuse
from servicedesk.kernel import schema
from servicedesk.kernel.now import now
from servicedesk.mailin import receiving
from servicedesk.mailin.source import STEPS, Step, test_mailbox

mail = AppGroup("mail", help="Letters: receive one, replay some, test mailboxes.")

# What mail servers take for "keep it and try again later" (EX_TEMPFAIL); every other fault makes them send it back.
TRY_AGAIN = 75


@mail.command("receive")
@click.option("--to", "recipient", help="The address the letter was delivered to.")
@with_appcontext
def receive(recipient: str | None) -> None:
    """Take one letter from standard input, as a mail server hands it to a program.

    Exits 0 when the letter has its row, whatever became of it, and 75 when it could not be handled now: the mail server
    keeps it then and tries again.
    """
    with _or_later():
        ready = schema.answers() and schema.is_current(migrations())
        if ready:
            schema.let_go()
            _receive(recipient)
    if not ready:
        click.echo("The database does not answer or is of another version; the letter is for later.", err=True)
        sys.exit(TRY_AGAIN)


@mail.command("replay")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--to", "recipient", help="The address the letters were delivered to.")
@click.option("--dry-run", is_flag=True, help="Say what would become of each, change nothing.")
@with_appcontext
@refusals
def replay(files: tuple[Path, ...], recipient: str | None, dry_run: bool) -> None:
    """Handle letters from files, one letter a file: prints what became of each and why, and the request."""
    for file in files:
        arrival = receiving.Arrival(_read(file), recipient=recipient)
        if dry_run:
            outcome, why, ticket_id = receiving.preview(arrival, now())
        else:
            done = receiving.receive(arrival, now())
            outcome, why, ticket_id = done.outcome, done.why, done.ticket_id
        click.echo("\t".join([str(file), outcome, why, f"#{ticket_id}" if ticket_id else "-"]))


@mail.command("test")
@click.argument("name", required=False)
@with_appcontext
def test(name: str | None) -> None:
    """Sign in at every mailbox of MAILBOXES, or at NAME, send it a letter and receive it; exit 1 when something is wrong.

    The letter is removed as soon as it has arrived and never becomes a request.
    """
    settings = current_app.config["SETTINGS"]
    if not settings.mailboxes:
        refuse("MAILBOXES is not set: no mailbox is read.")
    chosen = [mailbox for mailbox in settings.mailboxes if name in (None, mailbox.name)]
    if not chosen:
        refuse(f"There is no mailbox {name}; there are {', '.join(mailbox.name for mailbox in settings.mailboxes)}.")
    worst = 0
    for mailbox in chosen:
        for step in test_mailbox(mailbox, settings):
            click.echo(_line(mailbox.name, step))
            worst |= not step.ok
    sys.exit(worst)


def _read(file: Path) -> bytes:
    most = receiving.most_bytes()
    try:
        with file.open("rb") as stream:
            raw = stream.read(most + 1)
    except OSError as error:
        refuse(f"{file} cannot be read: {error.strerror}.")
    if len(raw) > most:
        refuse(f"{file} is larger than letters may be, which is {most} bytes.")
    return raw


def _receive(recipient: str | None) -> None:
    most, at = receiving.most_bytes(), now()
    raw = sys.stdin.buffer.read(most + 1)
    if len(raw) > most:
        size = len(raw) + sum(len(chunk) for chunk in iter(lambda: sys.stdin.buffer.read(1024 * 1024), b""))
        receiving.leave_on_server(None, None, None, size, at, at)
        return
    receiving.receive(receiving.Arrival(raw, recipient=recipient), at)


@contextmanager
def _or_later() -> Iterator[None]:
    """Whatever goes wrong inside is for the log of the mail server, and the letter for later: no fault may lose it."""
    done = False
    try:
        yield
        done = True
    finally:
        if not done:
            traceback.print_exc()
            sys.exit(TRY_AGAIN)


def _line(name: str, step: Step) -> str:
    said = f" ({step.detail})" if step.detail else ""
    return f"{'ok' if step.ok else 'FAULT'}: {name}: {STEPS[step.name]}: {step.sentence % step.params}{said}"


COMMANDS = [mail]
