"""What a lead says of a broken promise."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, Invalid
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.sla import queries, rules
from servicedesk.sla.events import BreachExplained
from servicedesk.sla.models import BreachReason, Clock


def explain_breach(
    stamp: Stamp, clock: Clock, by: Person, *, code: str, text: str, excused: bool = False, seen: str | None = None
) -> BreachReason:
    """Give or change the reason of a breach; an excused one is still shown, in its own column.

    `seen` is the `rules.mark_of_reason` that the writer had before them, None where nobody asked. Publishes
    `BreachExplained`. Raises `Invalid` for an unknown code and for a missing sentence, `Conflict` when somebody else
    has given a reason since.
    """
    if seen is not None:
        # Two who write at once take turns here; on SQLite a writing transaction is alone anyway.
        db.session.execute(select(Clock.id).where(Clock.id == clock.id).with_for_update())
        if rules.mark_of_reason(db.session.get(BreachReason, clock.id)) != seen:
            raise Conflict(N_("Somebody has given a reason meanwhile. Read it below; what you wrote is kept."))
    return explain_breaches(stamp, [clock], by, code=code, text=text, excused=excused)[0]


def explain_breaches(
    stamp: Stamp, clocks: Sequence[Clock], by: Person, *, code: str, text: str, excused: bool = False
) -> list[BreachReason]:
    """The same reason for several, which `access.breaches_for` gave; at most `rules.MOST_AT_ONCE`."""
    faults = rules.reason_fault(code, text, excused) | rules.choice_faults(len(clocks))
    if faults:
        raise Invalid(fields=faults)
    known = queries.reasons_of(clock.id for clock in clocks)
    return [_explain(stamp, clock, known.get(clock.id), by, code, text.strip(), excused) for clock in clocks]


def _explain(
    stamp: Stamp, clock: Clock, row: BreachReason | None, by: Person, code: str, text: str, excused: bool
) -> BreachReason:
    before = (row.code, row.excused) if row is not None else (None, False)
    if row is None:
        row = BreachReason(clock_id=clock.id)
        db.session.add(row)
    row.code, row.text, row.excused, row.by_id, row.given_at = code, text, excused, by.id, stamp.at
    publish(
        BreachExplained(
            stamp=stamp, ticket_id=clock.ticket_id, clock_id=clock.id, metric=clock.metric,
            department_id=clock.department_id, code=code, text=text, excused=excused, code_before=before[0], excused_before=before[1],
        )
    )  # fmt: skip
    return row
