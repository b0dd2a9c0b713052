"""flask desk demo: a believable company with history, for looking around."""

from __future__ import annotations

from datetime import datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from servicedesk import demo
from servicedesk.cli.words import progress, refusals
from servicedesk.kernel.errors import Conflict
from servicedesk.kernel.now import now


@click.command("demo")
@click.option("--tickets", default=1500, show_default=True, type=click.IntRange(1, 20_000), help="How many requests.")
@click.option(
    "--months", default=6, show_default=True, type=click.IntRange(1, 24), help="Months before the running one."
)
@click.option("--seed", default=1, show_default=True, type=int, help="Another number gives another story.")
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z"]), help="The end of the story; the last full hour by default."
)
@click.option("--if-empty", is_flag=True, help="Do nothing where there is something already.")
@with_appcontext
@refusals
def tell_demo(tickets: int, months: int, seed: int, until: datetime | None, if_empty: bool) -> None:
    """Fill an empty database with an invented company: requests, promises kept and broken, ratings, reports."""
    end = until or now().replace(minute=0, second=0, microsecond=0)
    try:
        with progress("Telling the story", tickets) as moved_on:
            keys = current_app.config["SETTINGS"].keys
            told = demo.tell(tickets=tickets, months=months, seed=seed, end=end, keys=keys, moved_on=moved_on)
    except Conflict as refusal:
        if not if_empty:
            raise
        there = demo.is_told()
        click.echo("The demo company is there already." if there else f"{refusal} Nothing was added.")
        if not there:
            return
    else:
        click.echo(
            f"{told.people} people, {told.tickets} requests, {told.ratings} ratings, "
            f"{len(told.months)} reports ({told.months[0]} to {told.months[-1]})."
            if told.months else f"{told.people} people, {told.tickets} requests, {told.ratings} ratings, no report yet."
        )  # fmt: skip
    _print_sign_ins()


def _print_sign_ins() -> None:
    rows = demo.sign_ins()
    width, address = max(len(row[0]) for row in rows), max(len(row[1]) for row in rows)
    click.echo(f"\nSign in with the password “{demo.PASSWORD}”:")
    for name, email, what in rows:
        click.echo(f"  {name:<{width}}  {email:<{address}}  {what}")


COMMANDS = [tell_demo]
