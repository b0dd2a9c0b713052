"""Warnings and breaches on their way: written when they happen, told together when those who are to hear them work."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update

from servicedesk.kernel.db import db, insert_new
from servicedesk.kernel.stamp import Stamp
from servicedesk.mailout import actions as mailout
from servicedesk.notifications import queries, rules
from servicedesk.notifications.actions.telling import letters, once
from servicedesk.notifications.models import Alert, Notice
from servicedesk.people import queries as people
from servicedesk.people.models import Person
from servicedesk.sla import queries as sla
from servicedesk.sla.models import Clock

# More than this for one person waits for the next digest.
MOST_AT_ONCE = 5000
PUT_OFF_FOR = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """What is about to break or broke. `about` tells it from every other, so that nobody hears of it twice;
    `happened_at` is the true moment, `facts` what its clock was then."""

    kind: str
    clock_id: int
    about: str
    facts: Mapping[str, Any]
    happened_at: datetime


def alert(stamp: Stamp, alarm: Alarm, to: Sequence[tuple[Person, str]]) -> None:
    """Keep the alarm for these people, each with why they are told, until their next working time. Not about the past."""
    if stamp.tells_history or not to:
        return
    rows = [
        {
            "person_id": person.id, "clock_id": alarm.clock_id, "kind": alarm.kind, "about": alarm.about, "why": why,
            "facts": dict(alarm.facts), "happened_at": alarm.happened_at,
            "deliver_at": sla.next_working_moment(person.department_id, stamp.at),
        }
        for person, why in to
    ]  # fmt: skip
    insert_new(Alert, rows)


def deliver_alerts(stamp: Stamp, person_id: int) -> bool:
    """Tell one person what has waited for them: lines under the bell and one mail. False when there is nothing to tell.

    What was settled in the meantime is dropped. Outside the person's working hours everything waits on.
    """
    due = select(Alert).where(Alert.person_id == person_id, Alert.deliver_at <= stamp.at).order_by(Alert.id)
    # Another worker may be telling this person right now: then nothing is left for us.
    alerts = list(db.session.scalars(due.limit(MOST_AT_ONCE).with_for_update(skip_locked=True)))
    person = people.person(person_id)
    if not alerts or person is None:
        return False
    opens = sla.next_working_moment(person.department_id, stamp.at)
    if person.active and opens > stamp.at:
        _postpone(alerts, opens)
        return False
    matters = queries.matters(alerts, person) if person.active else []
    wishes = queries.wishes_of([person.id], {matter.ticket.id for matter in matters})[person.id]
    told = rules.gravest(
        matter
        for matter in matters
        if rules.still_matters(matter, person, stamp.at)
        and not rules.is_silenced(wishes, matter.ticket.id, matter.alert.kind, matter.alert.why)
    )
    ids = [alert.id for alert in alerts]
    db.session.execute(delete(Alert).where(Alert.id.in_(ids)).execution_options(synchronize_session=False))
    if told:
        way = rules.way_of("promises_digest", wishes, stamp.door)
        _ring(stamp, person, told, queries.Gathering(stamp.at).for_(person, wishes) if way == rules.GATHERED else None)
    if told and way == rules.MAIL:
        # By moment and matter: two workers may tell one person at the same moment, of other matters each.
        _write(stamp, person, told, f"promises:{stamp.at.isoformat()}:{alerts[0].about}", wishes)
    return bool(told)


def hand_alerts_on(stamp: Stamp, of: Collection[int], ticket_id: int, to: Sequence[tuple[Person, str]]) -> None:
    """What waits for these people because they had the ticket waits for those in `to` now, until their working time."""
    theirs = select(Alert).join(Clock, Clock.id == Alert.clock_id).where(Clock.ticket_id == ticket_id)
    waiting = list(db.session.scalars(theirs.where(Alert.person_id.in_(of), Alert.why.in_(("assignee", "cover")))))
    for row in waiting:
        alarm = Alarm(
            kind=row.kind, clock_id=row.clock_id, about=row.about, facts=row.facts, happened_at=row.happened_at
        )
        alert(stamp, alarm, [(person, why) for person, why in to if person.id not in of])
    kept = {person.id for person, _ in to}
    gone = [row.id for row in waiting if row.person_id not in kept]
    db.session.execute(delete(Alert).where(Alert.id.in_(gone)).execution_options(synchronize_session=False))


def put_off_alerts(stamp: Stamp, person_id: int) -> None:
    """Leave what is due for an hour, where it cannot be told: it must not hold up the others."""
    due = (Alert.person_id == person_id, Alert.deliver_at <= stamp.at)
    db.session.execute(update(Alert).where(*due).values(deliver_at=stamp.at + PUT_OFF_FOR))


def _postpone(alerts: Collection[Alert], until: datetime) -> None:
    for row in alerts:
        row.deliver_at = until


def _ring(stamp: Stamp, person: Person, told: Sequence[rules.Matter], gather_at: datetime | None) -> None:
    """A line for each promise, or one for all of them where they are many."""
    if len(told) <= rules.MOST_LINES:
        lines = [rules.bell_line(matter) for matter in told]
    else:
        lines = [("promises_digest", None, {"count": len(told), "page": rules.page_for(told)})]
    rows = [
        {
            "person_id": person.id, "kind": kind, "ticket_id": ticket_id, "facts": facts, "created_at": stamp.at,
            "gather_at": gather_at,
        }
        for kind, ticket_id, facts in lines
    ]  # fmt: skip
    db.session.execute(insert(Notice).values(rows))


def _write(stamp: Stamp, person: Person, told: Sequence[rules.Matter], about: str, wishes: rules.Wishes) -> None:
    listed = told[: rules.MOST_IN_MAIL]
    lines = [rules.digest_line(matter, sla.late_seconds(matter.clock, stamp.at)) for matter in listed]
    facts: dict[str, Any] = {
        "lines": lines, "broken": sum(matter.broken for matter in told),
        "warned": sum(not matter.broken for matter in told), "more": len(told) - len(lines),
        "explains": any(matter.alert.why == "lead" for matter in told),
    }  # fmt: skip
    if len(told) == 1 and told[0].seen:
        facts["ticket_id"] = told[0].ticket.id
    elif all(matter.ticket.confidential for matter in told):
        facts["confidential"] = True
    [letter] = letters("promises_digest", facts, [(person, "promises")], lambda person_id: once(about, person_id))
    not_before = rules.end_of_quiet(wishes.quiet, letter.timezone, stamp.at)
    mailout.queue_mails(stamp, [replace(letter, not_before=not_before)])
