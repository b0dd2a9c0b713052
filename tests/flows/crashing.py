"""A story told in a process that is killed at one of its commits, and what must hold whenever that happens.

`python crashing.py DATABASE_URL COMMIT before|after` dies around that commit; 0 means that it lives. Each step looks first
whether it was taken, as people do who come back; what is printed was acknowledged.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import func, select

from config import for_tests
from servicedesk.app import create_app
from servicedesk.catalog import queries as catalog
from servicedesk.jobs import absences, promises
from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout.models import OutgoingMail
from servicedesk.notifications.models import Notice
from servicedesk.people import actions as people
from servicedesk.people.models import Absence
from servicedesk.sla.actions import differing_tickets
from servicedesk.tickets import queries, rules
from servicedesk.tickets.models import Approval, ChildRequest, Ticket
from tests.build import approve, ask_by_template, open_ticket, refuse, resolve, resubmit
from tests.cast import at, by, load_cast

LAPTOPS = 2
# Igor is away between these, and it is looked in between and afterwards.
AWAY, MEANWHILE, BACK, LATER = "2026-04-08 09:00", "2026-04-08 12:00", "2026-04-09 18:00", "2026-04-10 09:00"

Step = tuple[str, Callable[[], bool], Callable[[], Any]]


def laptop(number: int) -> Ticket:
    found = queries.ticket_by_external_id(f"laptop-{number}")
    assert found is not None
    return found


def steps() -> Iterator[Step]:
    """(name, whether it was taken, how it is taken), in order."""
    cast = load_cast()
    for number in range(LAPTOPS):
        yield from _approving(cast, number)
    yield (
        "absence", lambda: db.session.scalar(select(Absence.id)) is not None,
        lambda: _away(cast),
    )  # fmt: skip
    yield (
        "covers",
        lambda: _covers(cast.olga.id) and _told_of_absence("began_at"),
        lambda: absences.keep_covers(at(MEANWHILE)),
    )
    for number in range(LAPTOPS):
        yield from _asking(cast, number)
    yield "clocks", lambda: False, lambda: promises.look_at_clocks(at(MEANWHILE))
    yield "back", lambda: _covers(None) and _told_of_absence("ended_at"), lambda: absences.keep_covers(at(LATER))


def _approving(cast: Any, number: int) -> Iterator[Step]:
    def approvals() -> list[Approval]:
        return queries.approvals(laptop(number).id)

    def said(name: str, decision: str) -> Callable[[], bool]:
        person_id = getattr(cast, name).id
        return lambda: any((row.decided_by_id, row.decision) == (person_id, decision) for row in approvals())

    yield (
        f"open {number}", lambda: queries.ticket_by_external_id(f"laptop-{number}") is not None,
        lambda: open_ticket(cast.maria, "it.laptop", "2026-04-06 10:00", external_id=f"laptop-{number}"),
    )  # fmt: skip
    if number == 0:
        yield (
            f"refuse {number}",
            said("boris", "refused"),
            lambda: refuse(laptop(number), cast.boris, "2026-04-06 11:00"),
        )
        yield (
            f"resubmit {number}", lambda: any(row.round == 2 for row in approvals()),
            lambda: resubmit(laptop(number), cast.maria, "2026-04-06 12:00"),
        )  # fmt: skip
    yield f"lead {number}", said("boris", "approved"), lambda: approve(laptop(number), cast.boris, "2026-04-06 13:00")
    yield f"money {number}", said("adam", "approved"), lambda: approve(laptop(number), cast.adam, "2026-04-06 14:00")


def _asking(cast: Any, number: int) -> Iterator[Step]:
    def children(step: int) -> list[ChildRequest]:
        return [row for row in queries.children(laptop(number).id) if row.step == step]

    def ended(step: int, place: int) -> bool:
        rows = children(step)
        return len(rows) > place and rows[place].ticket is not None and rows[place].ticket.status == "resolved"

    yield (
        f"ask {number}", lambda: bool(children(1)),
        lambda: ask_by_template(laptop(number), cast.olga, "2026-04-08 13:00", _template()),
    )  # fmt: skip
    for step, place in ((1, 0), (1, 1), (2, 0)):
        yield (
            f"child {number} {step} {place}", lambda step=step, place=place: ended(step, place),
            lambda step=step, place=place: resolve(children(step)[place].ticket, cast.anna, f"2026-04-08 14:{step}{place}"),
        )  # fmt: skip
    yield (
        f"resolve {number}", lambda: laptop(number).status == "resolved",
        lambda: resolve(laptop(number), cast.olga, "2026-04-08 15:00"),
    )  # fmt: skip


def _template() -> Any:
    return next(row for row in catalog.templates() if row.key == "it.newcomer")


def _away(cast: Any) -> None:
    with transaction():
        people.plan_absence(
            by(cast.igor, "2026-04-07 09:00"), cast.igor, cast.igor, begins_at=at(AWAY), ends_at=at(BACK), substitute=cast.olga
        )  # fmt: skip


def _covers(person_id: int | None) -> bool:
    """Whether that person stands in on everything of Igor's that is open, or nobody anywhere."""
    mine = select(func.count()).select_from(Ticket).where(Ticket.external_id.startswith("old-"))
    as_it_should = mine.where(Ticket.cover_id.is_not_distinct_from(person_id))
    return db.session.scalar(mine) == db.session.scalar(as_it_should)


def _told_of_absence(column: str) -> bool:
    return db.session.scalar(select(Absence.id).where(getattr(Absence, column).is_not(None))) is not None


def broken() -> list[str]:
    """What does not hold and should, at whatever moment the process died."""
    found = []
    rows = db.session.scalars(select(Approval).order_by(Approval.id)).all()
    counted = Counter((row.ticket_id, row.round, row.step, row.approver_id) for row in rows)
    found += [f"asked twice: {key}" for key, times in counted.items() if times > 1]
    for ticket in db.session.scalars(select(Ticket).where(Ticket.status == "awaiting_approval")):
        current = rules.in_round(queries.approvals(ticket.id))
        waiting = {row.step for row in current if row.asked_at is not None and row.decided_at is None}
        if len(waiting) != (0 if rules.is_refused(ticket) else 1):
            found.append(f"#{ticket.id} waits for the steps {waiting}")
    children = db.session.scalars(select(ChildRequest)).all()
    found += [
        f"child asked twice: {key}"
        for key, times in Counter((row.parent_id, row.step, row.subject) for row in children).items()
        if times > 1
    ]
    for parent_id in {row.parent_id for row in children}:
        parent, of_it = db.session.get_one(Ticket, parent_id), queries.children(parent_id)
        if parent.status in rules.WORKABLE and rules.next_step(of_it):
            found.append(f"the next step of #{parent_id} is not opened")
    known = {row.ticket_id for row in children}
    asked = db.session.scalars(select(Ticket.id).where(Ticket.subject.startswith("hr.certificate"))).all()
    found += [f"#{number} lost its parent" for number in asked if number not in known]
    keys = db.session.scalars(select(OutgoingMail.once)).all()
    found += [f"mail twice: {key}" for key, times in Counter(keys).items() if key and times > 1]
    lines = db.session.scalars(select(Notice)).all()
    told = Counter((row.person_id, row.kind, row.ticket_id, row.created_at, str(row.facts)) for row in lines)
    found += [f"told twice: {key}" for key, times in told.items() if times > 1]
    tickets = list(db.session.scalars(select(Ticket.id)))
    found += [f"clocks of #{number} differ" for number in differing_tickets(tickets, at(LATER))]
    return found


def die_at(number: int, when: str) -> None:
    """SIGKILL around the commit with this number: before it nothing is saved, after it everything is."""
    session, seen = type(db.session()), 0
    commit = session.commit

    def commit_or_die(self: Any) -> None:
        nonlocal seen
        seen += 1
        if (seen, when) == (number, "before"):
            os.kill(os.getpid(), signal.SIGKILL)
        commit(self)
        if (seen, when) == (number, "after"):
            os.kill(os.getpid(), signal.SIGKILL)

    session.commit = commit_or_die  # type: ignore[method-assign]


def main(url: str, number: str, when: str) -> None:
    with create_app(for_tests(url)).app_context():
        die_at(int(number), when)
        for name, is_taken, take in steps():
            if not is_taken():
                take()
                print(name, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
