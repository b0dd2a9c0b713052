"""flask desk sla: promises as they were counted."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from time import perf_counter
from typing import Any

import click
from flask.cli import AppGroup, with_appcontext

from servicedesk.cli.words import progress, refusals, stamp
from servicedesk.kernel.schema import let_go
from servicedesk.kernel.transaction import transaction
from servicedesk.sla import actions, queries
from servicedesk.sla.actions import Difference

# So many tickets are read at once and, where they differ, changed in one transaction.
CHUNK = 500

sla = AppGroup("sla", help="Promises: fold every clock anew.")


@sla.command("rebuild")
@click.option("--check", is_flag=True, help="Change nothing; exit 1 where a clock differs from its marks.")
@with_appcontext
@refusals
def rebuild(check: bool) -> None:
    """Fold every clock anew from what happened to it, and put right what differs."""
    begun, total = perf_counter(), queries.tickets_with_clocks()
    changed: set[tuple[int, int]] = set()
    found = beyond_repair = 0
    with progress("Folding", total) as moved_on:
        try:
            for difference in _differences(check, moved_on):
                found += 1
                beyond_repair += not difference.repairable
                if difference.repairable and not check:
                    changed.add((difference.ticket_id, difference.clock_id))
                click.echo(_told(difference))
        finally:
            if changed:
                with transaction():
                    actions.tell_of_rebuild(stamp(), changed)
    seconds = perf_counter() - begun
    rate = f"{total} tickets in {seconds:.1f} s, {total / seconds:.0f} a second"
    if not found:
        click.echo(f"Every clock is what its marks say: {rate}.")
        return
    click.echo(f"{found} differences, {f'{len(changed)} clocks repaired' if not check else 'nothing changed'}: {rate}.")
    sys.exit(1 if check or beyond_repair else 0)


def _differences(check: bool, moved_on: Any) -> Iterator[Difference]:
    """Chunk by chunk, so that it takes no more memory for a million tickets and locks few of them at a time."""
    last = 0
    while ids := queries.next_tickets(last, CHUNK):
        suspects = actions.differing_tickets(ids, stamp().at)
        # Neither an old state of the database nor its rows are kept from chunk to chunk.
        let_go()
        if suspects:
            with transaction():
                confirmed = actions.rebuild(stamp(), suspects, check=check)
            yield from confirmed
        moved_on(len(ids))
        last = ids[-1]


def _told(found: Difference) -> str:
    where = f"ticket {found.ticket_id}, clock {found.clock_id} ({found.metric})"
    if not found.repairable:
        return f"{where}: its marks {found.folded}"
    return f"{where}: {found.column} is {_shown(found.stored)}, by its marks {_shown(found.folded)}"


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f").rstrip("0").rstrip(".") + " UTC"
    return "empty" if value in (None, "") else str(value)


COMMANDS = [sla]
