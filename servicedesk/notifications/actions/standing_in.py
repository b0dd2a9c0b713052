"""One digest for everybody who stands in, and for a team where nobody does. Found in the rows: a run may be cut off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from servicedesk.kernel.db import db
from servicedesk.kernel.stamp import Stamp
from servicedesk.notifications import queries, rules
from servicedesk.notifications.actions.telling import News, once, tell
from servicedesk.people import queries as people
from servicedesk.people.models import Absence, Person
from servicedesk.tickets import queries as tickets
from servicedesk.tickets.models import Ticket


def tell_stand_ins(stamp: Stamp, absence_id: int) -> bool:
    """Tell everybody who stands in for this absence and was not told yet; False when there is nobody.

    The absence is locked, so that two workers do not ring twice.
    """
    absence = db.session.get(Absence, absence_id, with_for_update=True)
    if absence is None or absence.cancelled_at is not None or absence.ends_at <= stamp.at:
        return False
    found = tickets.open_tickets_of(absence.person_id)
    by_cover: dict[int, list[Ticket]] = defaultdict(list)
    for person in people.stand_ins(absence.person_id, stamp.at)[:1]:
        by_cover[person.id] = []
    for ticket in found:
        if ticket.cover_id is not None:
            by_cover[ticket.cover_id].append(ticket)
    covers = people.people_by_id(by_cover)
    told = [_tell(stamp, absence, "cover_for_you", "", covers[key], rows, "cover") for key, rows in by_cover.items()]
    uncovered = [ticket for ticket in found if ticket.cover_id is None]
    return any([*told, *_tell_teams(stamp, absence, uncovered)])


def _tell_teams(stamp: Stamp, absence: Absence, uncovered: Sequence[Ticket]) -> list[bool]:
    """The team of each department in which nobody stands in; of confidential requests its leads."""
    by_team: dict[tuple[int, bool], list[Ticket]] = defaultdict(list)
    for ticket in uncovered:
        by_team[ticket.department_id, ticket.confidential].append(ticket)
    done = []
    for (department_id, secret), rows in by_team.items():
        team = rules.team_told(people.team(department_id), department_id, confidential=secret)
        about = f":{department_id}:{'secret' if secret else 'open'}"
        done += [
            _tell(stamp, absence, "cover_missing", about, person, rows, "team")
            for person in team
            if person.id != absence.person_id
        ]
    return done


def _tell(
    stamp: Stamp, absence: Absence, kind: str, about: str, person: Person, rows: Sequence[Ticket], why: str
) -> bool:
    key = f"{queries.about_cover(kind, absence.id)}{about}"
    if not person.active or queries.told_before([once(key, person.id)]):
        return False
    until = queries.last_day_of(absence.id)
    listed = [
        {"ticket_id": row.id, "subject": "" if row.confidential else row.subject} for row in rows[: rules.MOST_IN_MAIL]
    ]
    facts: dict[str, Any] = {"absent": absence.person.name, "until": until, "count": len(rows)}
    mail = {**facts, "lines": listed, "more": len(rows) - len(listed)}
    if rows and all(row.confidential for row in rows):
        mail["confidential"] = True
    tell(stamp, News(kind=kind, about=key, bell={**facts, "page": "mine"}, mail=mail), [(person, why)])
    return True
