"""Who held the ball on a ticket, from its stays, its holds and what the audit says of resolving and reopening."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy import or_, select

from servicedesk.kernel.db import db, remembered
from servicedesk.sla import ledger
from servicedesk.sla.ledger import Hours, Life, Line, Rest, Stay, Wait
from servicedesk.sla.models import Calendar, CalendarVersion, DepartmentCalendar
from servicedesk.sla.queries.rulebook import engine_calendar
from servicedesk.sla_engine import ROUND_THE_CLOCK, BusinessCalendar
from servicedesk.tickets import queries as tickets
from servicedesk.tickets.models import Approval, Hold, Ticket
from servicedesk.tickets.models import Stay as StayRow
from servicedesk.tickets.rules import BALL_OF_HOLD, ENDED, Turn, resolved_spans

# Id of a version of a calendar and when it was made.
Version = tuple[int, datetime]
# What a hold says of the ball: its reason, when it began, when it ended, when it is to end by itself.
HoldFacts = tuple[str, datetime, datetime | None, datetime | None]


def ledger_of(
    ticket: Ticket,
    at: datetime,
    holds: Sequence[Hold] | None = None,
    approvals: Sequence[Approval] | None = None,
    *,
    turned: bool = True,
) -> list[Line]:
    """The ledger of the ticket from the requester's first word to its end, or to `at` while it has none.

    `holds` and `approvals` are those of the ticket, where they are known already; `turned` that it was resolved or reopened.
    """
    turns = tickets.turns([ticket.id]).get(ticket.id, []) if turned else []
    stays = [Stay(row.department_id, row.began_at) for row in stays_of(ticket.id)]
    known = tickets.holds(ticket.id) if holds is None else holds
    facts = [(row.reason, row.began_at, row.ended_at, row.until) for row in known]
    asked = [Wait(*span) for span in tickets.approval_waits(ticket, approvals)]
    end = ticket.closed_at if ticket.status in ENDED and ticket.closed_at is not None else at
    return ledger.lines(life_of(ticket.created_at, end, stays, facts, turns, asked), hours_of_stays())


def stays_of(ticket_id: int) -> list[StayRow]:
    """The stays of a ticket, asked once for all that a page tells of them."""
    return remembered(f"stays of {ticket_id}", lambda: tickets.stays(ticket_id))


def life_of(
    begin: datetime, end: datetime, stays: Sequence[Stay], holds: Iterable[HoldFacts], turns: Iterable[Turn],
    asked: Sequence[Wait] = (),
) -> Life:  # fmt: skip
    """`asked` is the time with approvers, and with a requester whom they refused. A hold ends at its set end however late
    anybody looks; a scheduled one leaves the ball with the department."""
    waits = [Wait(BALL_OF_HOLD[reason], began, ended or until) for reason, began, ended, until in holds]
    rests = [Rest(*span) for span in resolved_spans(turns)]
    return Life(begin, max(begin, end), stays, [*asked, *waits], rests)


def hours_of_stays() -> Hours:
    """The calendar of a stay: the version in force when it began, the first one where none is that old.

    A department without a calendar, in a company without one, has no closed hours.
    """
    version_of = versions_of_stays()

    def of(stay: Stay) -> BusinessCalendar:
        version_id = version_of(stay)
        return ROUND_THE_CLOCK if version_id is None else engine_calendar(version_id)

    return of


def versions_of_stays() -> Callable[[Stay], int | None]:
    """Ids of the versions of calendars by which stays are counted."""
    own, company = remembered("versions of calendars by department", _versions)

    def of(stay: Stay) -> int | None:
        versions = own.get(stay.department_id, company)
        if not versions:
            return None
        return next((key for key, made_at in versions if made_at <= stay.begin), versions[-1][0])

    return of


def _versions() -> tuple[dict[int, list[Version]], list[Version]]:
    """The versions of the calendars of departments with their own, and those of the company's, newest first."""
    own: dict[int, list[Version]] = defaultdict(list)
    company: dict[int, datetime] = {}
    for department_id, of_company, version_id, made_at in db.session.execute(_VERSIONS):
        if department_id is not None:
            own[department_id].append((version_id, made_at))
        if of_company:
            company[version_id] = made_at
    return dict(own), list(company.items())


# Built once, as pages ask for it.
_VERSIONS = (
    select(DepartmentCalendar.department_id, Calendar.of_company, CalendarVersion.id, CalendarVersion.made_at)
    .select_from(CalendarVersion)
    .join(Calendar, Calendar.id == CalendarVersion.calendar_id)
    .outerjoin(DepartmentCalendar, DepartmentCalendar.calendar_id == Calendar.id)
    .where(or_(Calendar.of_company, DepartmentCalendar.department_id.is_not(None)))
    .order_by(CalendarVersion.id.desc())
)
