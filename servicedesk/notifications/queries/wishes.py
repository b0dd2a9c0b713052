"""What people wish to be written about, and when gathered mail is due to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from servicedesk.kernel.db import db
from servicedesk.kernel.paging import Page, page_of
from servicedesk.notifications import rules
from servicedesk.notifications.models import MutedTicket, Notice, NotificationChoice, NotificationHours
from servicedesk.people import queries as people
from servicedesk.people.models import Person
from servicedesk.sla import queries as sla
from servicedesk.tickets.access import visible_to
from servicedesk.tickets.models import Ticket


@dataclass(frozen=True)
class Hours:
    """When mail comes to a person; quiet hours in minutes after midnight on their wall clock."""

    rhythm: str = rules.MORNING
    quiet: tuple[int, int] | None = None


class Gathering:
    """When what is told now goes out together with more: worked out once for all people of the same hours."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._known: dict[tuple[int | None, str, str], datetime] = {}

    def for_(self, person: Person, wishes: rules.Wishes) -> datetime:
        """The beginning of the person's next working day, or the next full hour in which they work."""
        key = person.department_id, zone_of(person), wishes.rhythm
        if key not in self._known:
            self._known[key] = self._find(*key)
        return self._known[key]

    def _find(self, department_id: int | None, zone: str, rhythm: str) -> datetime:
        if rhythm != rules.MORNING:
            return sla.next_working_moment(department_id, rules.next_hour(self.at))
        today, tomorrow = (sla.next_working_moment(department_id, day) for day in rules.mornings(zone, self.at))
        return today if today > self.at else tomorrow


def wishes_of(person_ids: Collection[int], ticket_ids: Collection[int] = ()) -> dict[int, rules.Wishes]:
    """By person, everybody's, in two statements at most."""
    query = (
        select(
            Person.id, NotificationHours.rhythm, NotificationHours.quiet_from, NotificationHours.quiet_until,
            NotificationChoice.group_key, NotificationChoice.mode,
        )
        .outerjoin(NotificationHours, NotificationHours.person_id == Person.id)
        .outerjoin(NotificationChoice, NotificationChoice.person_id == Person.id)
        .where(Person.id.in_(person_ids))
        .where(or_(NotificationHours.person_id.is_not(None), NotificationChoice.person_id.is_not(None)))
    )  # fmt: skip
    hours: dict[int, Hours] = defaultdict(Hours)
    choices: dict[int, dict[str, str]] = defaultdict(dict)
    for person_id, rhythm, begin, end, key, mode in db.session.execute(query):
        if rhythm is not None:
            hours[person_id] = Hours(rhythm, None if begin is None or end is None else (begin, end))
        if key is not None:
            choices[person_id][key] = mode
    muted = _muted(person_ids, ticket_ids) if ticket_ids else {}
    return {
        number: rules.Wishes(
            choices[number], hours[number].rhythm, hours[number].quiet, frozenset(muted.get(number, ()))
        )
        for number in person_ids
    }


def choices_of(person: Person) -> dict[str, str]:
    """The mode of each group that concerns the person, by key, chosen or not."""
    chosen = wishes_of([person.id])[person.id].choices
    return {key: rules.mode_of(key, chosen) for key in rules.groups_for(person)}


def hours_of(person: Person) -> Hours:
    found = wishes_of([person.id])[person.id]
    return Hours(found.rhythm, found.quiet)


def zone_of(person: Person) -> str:
    """The person's time zone, else the company's."""
    company = people.company()
    return person.timezone or (company.timezone if company else "UTC")


def has_muted(person: Person, ticket_id: int) -> bool:
    return db.session.get(MutedTicket, (person.id, ticket_id)) is not None


def muted_tickets(person: Person, cursor: str | None = None, limit: int = 20) -> Page[Ticket]:
    """What the person muted and still sees, the newest requests first."""
    muted = select(MutedTicket.ticket_id).where(MutedTicket.person_id == person.id)
    query = select(Ticket).where(Ticket.id.in_(muted), visible_to(person))
    return page_of(query, [Ticket.id], cursor=cursor, limit=limit, descending=True)


def people_to_write_to(at: datetime, limit: int) -> list[int]:
    """Ids of persons to whom gathered mail is due, who has waited longest first."""
    query = select(Notice.person_id).where(Notice.gather_at <= at).group_by(Notice.person_id)
    return list(db.session.scalars(query.order_by(func.min(Notice.gather_at), Notice.person_id).limit(limit)))


def _muted(person_ids: Collection[int], ticket_ids: Collection[int]) -> dict[int, set[int]]:
    query = select(MutedTicket.person_id, MutedTicket.ticket_id)
    query = query.where(MutedTicket.person_id.in_(person_ids), MutedTicket.ticket_id.in_(ticket_ids))
    found: dict[int, set[int]] = defaultdict(set)
    for person_id, ticket_id in db.session.execute(query):
        found[person_id].add(ticket_id)
    return found
