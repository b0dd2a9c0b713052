"""flask desk search: make the index of search anew, or hold it against the requests. Computes nothing."""

from __future__ import annotations

import click
from flask.cli import AppGroup, with_appcontext

from servicedesk.cli.words import fail, progress, refusals
from servicedesk.kernel.transaction import transaction
from servicedesk.tickets import actions, queries

search = AppGroup("search", help="Search: make its index anew.")


@search.command("rebuild")
@click.option("--check", is_flag=True, help="Change nothing; say whether every request stands in the index.")
@with_appcontext
@refusals
def rebuild(check: bool) -> None:
    """Read every request anew. May be stopped at any time: the worker goes on with what is left."""
    if check:
        left = queries.left_to_index()
        if left:
            fail(f"{left} requests are not in the index as they are now.")
        click.echo("Every request stands in the index.")
        return
    with transaction():
        every = actions.mark_all_stale()
    done = 0
    with progress("Reading", every) as moved_on:
        while True:
            with transaction():
                number = actions.index_stale()
            if not number:
                break
            done += number
            moved_on(number)
    click.echo(f"{done} requests were read into the index.")


COMMANDS = [search]
