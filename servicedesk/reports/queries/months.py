"""Which months wait to be closed, by the company's zone and calendar."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from servicedesk.audit.models import Entry
from servicedesk.kernel.db import db
from servicedesk.people.queries import company, lead_ids
from servicedesk.ratings.models import Rating
from servicedesk.reports import rules
from servicedesk.reports.queries.issues import closed_months
from servicedesk.sla.models import Clock
from servicedesk.sla.queries import company_hours
from servicedesk.tickets.models import Ticket


def company_zone() -> str:
    """The zone in which months begin."""
    row = company()
    return row.timezone if row else "UTC"


def closing_moment(month: str) -> datetime:
    """When the worker may close `month`: the end of the third working day of the next one."""
    zone = company_zone()
    return rules.due_at(month, company_hours() or rules.weekdays(zone), zone)


def month_to_explain(at: datetime) -> str | None:
    """The month whose report closes on one of these working days, from the second one on; None between."""
    zone = company_zone()
    month = rules.shifted(rules.month_of(at, zone), -1)
    if not rules.asked_at(month, company_hours() or rules.weekdays(zone), zone) <= at < closing_moment(month):
        return None
    return None if month in closed_months() else month


def leads_to_ask(month: str) -> list[int]:
    """Ids of the active leads who were not asked for the month's reasons yet."""
    asked = select(Entry.subject_id).where(
        Entry.subject_kind == "person", Entry.what == "ReasonsAsked", Entry.data["month"].as_string() == month,
        Entry.at >= rules.bounds(month, company_zone())[1],
    )  # fmt: skip
    done = set(db.session.scalars(asked))
    return [person_id for person_id in lead_ids() if person_id not in done]


def open_months_to_close(at: datetime) -> list[str]:
    """Months without an issue whose third working day after is over at `at`, oldest first.

    A month counts if something happened in it, or right after one in which something did: a quiet month of a living
    desk is reported, ten silent years after an imported history are not.
    """
    zone = company_zone()
    now = rules.month_of(at, zone)
    active = set(_active_months(now, zone))
    wanted = {month for month in active | {rules.shifted(month, 1) for month in active} if month < now}
    return [month for month in sorted(wanted - set(closed_months())) if closing_moment(month) <= at]


def _active_months(before: str, zone: str) -> set[str]:
    """Months before `before` with tickets filed, promises decided or ratings given: one index probe each."""
    found = set(db.session.scalars(select(Rating.month).where(Rating.month < before).distinct()))
    for column in (Ticket.created_at, Clock.decided_at):
        month = "1970-01"
        while month < before:
            since = rules.bounds(month, zone)[0]
            first = db.session.scalar(select(column).where(column >= since).order_by(column).limit(1))
            if first is None:
                break
            found.add(rules.month_of(first, zone))
            month = rules.shifted(rules.month_of(first, zone), 1)
    return {month for month in found if month < before}
