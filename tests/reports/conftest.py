"""A company with a month of history, written row by row: a report must not depend on how other slices got there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from servicedesk.audit.models import Entry
from servicedesk.kernel import events
from servicedesk.kernel.db import db
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.people.models import Company, Department, Grant, Person
from servicedesk.ratings.models import Rating, RatingMonth
from servicedesk.ratings.sealing import Seal
from servicedesk.reports.events import MonthClosed
from servicedesk.sla.models import BreachReason, Calendar, CalendarVersion, Clock, Policy, PolicyVersion
from servicedesk.tickets.models import Stay, Ticket

WEEK = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
APRIL = datetime(2026, 4, 6, 7, tzinfo=UTC)  # a Monday, ten in the morning in Moscow
SECRET = b"s" * 32
SEAL = Seal(SECRET, "")
MAY = Stamp(None, datetime(2026, 5, 12, tzinfo=UTC), "worker")


@pytest.fixture
def report_database(bare_desk):
    """The desk before its first run, with nobody listening but the list of `MonthClosed` events that this yields."""
    heard: list[MonthClosed] = []
    events.connect({MonthClosed: [heard.append]})
    with bare_desk.app_context():
        yield heard


@pytest.fixture
def company(report_database):
    with transaction():
        return House()


class House:
    """Three departments, a calendar, one person of each kind. Its methods write rows inside a transaction."""

    def __init__(self, timezone: str = "Europe/Moscow") -> None:
        self.numbers = count(1)
        db.session.add(Company(id=1, name="North", language="ru", timezone=timezone))
        calendar = Calendar(key="office", of_company=True)
        db.session.add(calendar)
        db.session.flush()
        self.hours = CalendarVersion(
            calendar_id=calendar.id, number=1, timezone=timezone, week=WEEK, own_exceptions={}, exceptions={}, names={},
            made_at=APRIL,
        )  # fmt: skip
        policy = Policy(name="resolution=9h")
        db.session.add_all([self.hours, policy])
        db.session.flush()
        self.policy = PolicyVersion(
            policy_id=policy.id, number=1, targets={"resolution": "9h"}, warn_at=[], escalate=[], made_at=APRIL
        )
        db.session.add(self.policy)
        self.it, self.hr, self.sales = (self.department(key) for key in ("it", "hr", "sales"))
        self.asker = self.person("asker", self.sales)
        self.lead = self.person("lead", self.it, ("lead", self.it))
        self.reader = self.person("reader", self.hr, ("report_reader", None))
        self.admin = self.person("admin", self.hr, ("admin", None))
        self.agent = self.person("agent", self.it, ("agent", self.it))

    def department(self, key: str) -> Department:
        row = Department(key=key, name={"ru": key.upper(), "en": key}, mission={})
        db.session.add(row)
        db.session.flush()
        return row

    def person(self, name: str, department: Department, *grants: tuple[str, Department | None]) -> Person:
        roles = [Grant(role=role, department_id=of.id if of else None) for role, of in grants]
        row = Person(
            email=f"{name}@example.com",
            name=name,
            department_id=department.id,
            language="en",
            created_at=APRIL,
            grants=roles,
        )
        db.session.add(row)
        db.session.flush()
        return row

    def ticket(
        self, at: datetime = APRIL, *, to: Department | None = None, resolved: datetime | None = None,
        confidential: bool = False, moved: tuple[datetime, Department] | None = None, asker: Person | None = None,
    ) -> Ticket:  # fmt: skip
        first, asker = to or self.it, asker or self.asker
        holder = moved[1] if moved else first
        row = Ticket(
            subject="s", description="d", status="resolved" if resolved else "open", priority="normal", ball="supplier",
            department_id=holder.id, answers=[], confidential=confidential, requester_id=asker.id,
            registrar_id=asker.id, customer_department_id=asker.department_id, created_at=at, updated_at=resolved or at,
            resolved_at=resolved,
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        db.session.add(
            Stay(ticket_id=row.id, department_id=first.id, began_at=at, ended_at=moved[0] if moved else None)
        )
        if moved:
            db.session.add(Stay(ticket_id=row.id, department_id=holder.id, began_at=moved[0]))
            self.happened(row, "TicketHandedOver", moved[0], from_department_id=first.id, to_department_id=holder.id)
        if resolved:
            self.happened(row, "TicketResolved", resolved, department_id=holder.id)
        db.session.flush()
        return row

    def happened(self, ticket: Ticket, what: str, at: datetime, **data: object) -> None:
        db.session.add(
            Entry(at=at, actor_id=None, door="web", what=what, subject_kind="ticket", subject_id=ticket.id, data=data)
        )

    def clock(
        self, ticket: Ticket, *, stopped: datetime | None = None, broken: datetime | None = None, seconds: float = 3600,
        metric: str = "resolution", excused: bool | None = None,
    ) -> Clock:  # fmt: skip
        row = Clock(
            ticket_id=ticket.id, metric=metric, department_id=ticket.department_id, calendar_version_id=self.hours.id,
            policy_version_id=self.policy.id, target="9h",
            state="breached" if broken else "met" if stopped else "running", started_at=ticket.created_at,
            due_at=broken, stopped_at=stopped, breached_at=broken, decided_at=broken or stopped,
            elapsed_seconds=seconds, target_seconds=32400, counted_until=stopped or APRIL, open=stopped is None,
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        if excused is not None:
            db.session.add(
                BreachReason(
                    clock_id=row.id,
                    code="third_party",
                    text="the vendor",
                    excused=excused,
                    by_id=self.lead.id,
                    given_at=APRIL,
                )
            )
        return row

    def rating(
        self, who: int, *, of: Department | None = None, by: Department | None = None,
        scores: tuple[int, int, int] = (8, 8, 8), comment: str = "", month: str = "2026-04",
        thanks: str = "", served_by: Person | None = None,
    ) -> None:  # fmt: skip
        """Sealed as it is where no SECRET_KEY is set, so that a month closes without any."""
        quality, speed, helpfulness = scores
        if db.session.get(RatingMonth, month) is None:
            db.session.add(RatingMonth(month=month, secret=SECRET, check=SEAL.check))
            db.session.flush()
        facts = {
            "department": (of or self.it).id, "type": None, "customer": (by or self.sales).id, "thanks": thanks,
            "served_by": served_by.id if served_by else None, "scores": [quality, speed, helpfulness], "comment": comment, "rater": SEAL.blind(who).hex(),
        }  # fmt: skip
        db.session.add(Rating(id=f"{next(self.numbers):032x}", month=month, sealed=SEAL.close(facts)))


def hours(number: float) -> timedelta:
    return timedelta(hours=number)
