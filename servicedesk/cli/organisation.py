"""flask desk setup: the organisation as a file, and flask desk init: the first run without a wizard."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click
from babel.core import get_global
from flask.cli import AppGroup, with_appcontext

from servicedesk import organisation
from servicedesk.cli.words import read_password, refusals, refuse, stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.organisation import Change, Faulty
from servicedesk.people import actions as people
from servicedesk.people import queries as people_rows
from servicedesk.people.rules import password_fault
from servicedesk.sla import actions as sla

setup = AppGroup("setup", help="The organisation as a file: apply it, export it.")

OFFICE = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


class _OnlyLooking(Exception):
    """Gives up the transaction of a dry run."""


@setup.command("apply")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--dry-run", is_flag=True, help="Say what would change and change nothing.")
@with_appcontext
@refusals
def apply_file(file: Path, dry_run: bool) -> None:
    """Make the organisation what FILE says (- is standard input). Refuses the whole file when anything in it is wrong."""
    text = _read(file)
    changes: list[Change] = []
    at = stamp()
    try:
        tree = organisation.read(text)
        with transaction():
            changes = organisation.apply(at, organisation.check(tree, organisation.standing(at.at)))
            if dry_run:
                raise _OnlyLooking
    except Faulty as error:
        _refuse_file(file, error)
    except _OnlyLooking:
        pass
    for change in changes:
        click.echo(str(change))
    if not changes:
        click.echo("nothing to change")
    elif dry_run:
        click.echo("dry run: none of this was written")


@setup.command("export")
@with_appcontext
@refusals
def export_file() -> None:
    """Print the organisation as a file that `apply` reads back without a change."""
    text = organisation.export()
    if not text:
        refuse("There is nothing to export yet: run flask desk init or flask desk setup apply first.")
    click.echo(text, nl=False)


@click.command("init")
@click.option("--company", required=True, help="What the company is called.")
@click.option("--lang", "language", required=True, type=click.Choice(["ru", "en"]), help="The company's language.")
@click.option("--timezone", required=True, help="An IANA time zone, such as Europe/Moscow.")
@click.option("--admin", "email", required=True, help="The first administrator's e-mail address.")
@with_appcontext
@refusals
def init(company: str, language: str, timezone: str, email: str) -> None:
    """First run: the company, its office hours and its first administrator. The password comes on standard input."""
    if people_rows.company() is not None:
        refuse("This desk has a company already; change it with flask desk setup apply or on the settings pages.")
    if not company.strip() or len(company.strip()) > 200:
        refuse("The company needs a name of at most 200 characters.")
    password = read_password()
    fault = password_fault(password)
    if fault is not None:
        refuse(str(fault))
    country = "RU" if language == "ru" or get_global("zone_territories").get(timezone) == "RU" else None
    at = stamp()
    with transaction():
        people.describe_company(at, name=company.strip(), language=language, timezone=timezone)
        office = sla.set_calendar(at, key="office", timezone=timezone, week=OFFICE, holidays=country)
        sla.make_company_calendar(office)
        admin = people_rows.person_by_email(email) or people.add_person(at, email=email, name=email.partition("@")[0])
        people.grant(at, admin, "admin")
        people.set_password(at, admin, password)
    closed = f", closed on the holidays of {country}" if country else ""
    click.echo(f"{company.strip()} is set up: calendar office, Monday to Friday 09:00–18:00{closed}.")
    click.echo(f"{admin.email} administers the desk.")
    click.echo(
        "Nothing is promised yet: add departments, request types and policies with flask desk setup apply FILE.yaml."
    )


def _read(file: Path) -> bytes:
    try:
        with click.open_file(str(file), "rb") as source:
            return source.read(_TOO_MUCH)
    except OSError as error:
        refuse(f"{file} cannot be read: {error.strerror}.")


def _refuse_file(file: Path, error: Faulty) -> NoReturn:
    """All faults at once, each where it stands."""
    for fault in error.faults:
        click.echo(f"{file}:{fault.line}: {fault.sentence}", err=True)
    sys.exit(2)


# One byte more than the reader takes is enough for it to refuse.
_TOO_MUCH = organisation.LARGEST + 1

COMMANDS = [setup, init]
