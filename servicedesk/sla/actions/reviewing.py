"""What a lead says of a broken promise."""

from __future__ import annotations

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Invalid
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.people.models import Person
from servicedesk.sla import rules
from servicedesk.sla.events import BreachExplained
from servicedesk.sla.models import BreachReason, Clock


def explain_breach(
    stamp: Stamp, clock: Clock, by: Person, *, code: str, text: str, excused: bool = False
) -> BreachReason:
    """Give or change the reason of a breach; an excused one is still shown, in its own column.

    Publishes `BreachExplained`.
    """
    faults = rules.reason_fault(code, text)
    if faults:
        raise Invalid(fields=faults)
    row = db.session.get(BreachReason, clock.id)
    if row is None:
        row = BreachReason(clock_id=clock.id)
        db.session.add(row)
    row.code, row.text, row.excused, row.by_id, row.given_at = code, text.strip(), excused, by.id, stamp.at
    publish(
        BreachExplained(
            stamp=stamp, ticket_id=clock.ticket_id, clock_id=clock.id, metric=clock.metric,
            department_id=clock.department_id, code=code, excused=excused,
        )
    )  # fmt: skip
    return row
