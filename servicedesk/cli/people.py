"""flask desk token: a key for a program, shown once."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from servicedesk.cli.words import refusals, refuse, stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions, queries
from servicedesk.people.rules import SCOPES


@click.command("token")
@click.argument("email")
@click.option("--name", required=True, help="What the token is for.")
@click.option("--scope", "scopes", multiple=True, metavar="SCOPE", help=f"One of {', '.join(SCOPES)}; none means all.")
@with_appcontext
@refusals
def token(email: str, name: str, scopes: tuple[str, ...]) -> None:
    """Print a new API token of the person with the address EMAIL. It is shown this once."""
    with transaction():
        person = queries.person_by_email(email)
        if person is None:
            refuse(f"Nobody on this desk has the address {email}.")
        if not person.active:
            refuse(f"{person.email} is switched off; a token would open nothing.")
        secret = actions.issue_token(stamp(), person, name=name, scopes=scopes)
    click.echo(secret)


COMMANDS = [token]
