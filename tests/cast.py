"""Who appears in the tests and where they work. Written once, through real actions, before the first test.

The company is in Moscow. Its office calendar is Mon-Fri 09:00-18:00, closed on 2026-05-01, till 17:00 on 2026-04-30;
HR works Mon-Thu 10:00-16:00. What is promised stands in `PROMISES`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from servicedesk.catalog import actions as catalog
from servicedesk.catalog import queries as catalog_rows
from servicedesk.catalog.models import RequestType
from servicedesk.kernel.db import db
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.people import queries as people_rows
from servicedesk.people.models import Department, Person
from servicedesk.sla import actions as sla

MOSCOW = ZoneInfo("Europe/Moscow")
OFFICE = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
OFFICE_EXCEPTIONS = {"2026-04-30": [["09:00", "17:00"]], "2026-05-01": []}
SHORT_WEEK = {day: [["10:00", "16:00"]] for day in ("mon", "tue", "wed", "thu")}

# name -> (department, roles)
PEOPLE = {
    "maria": ("sales", []),
    "boris": ("sales", [("lead", "sales")]),
    "igor": ("it", [("agent", "it")]),
    "olga": ("it", [("lead", "it")]),
    "anna": ("hr", [("agent", "hr")]),
    "stranger": ("legal", []),
    "adam": ("management", [("admin", None)]),
    "rita": ("management", [("report_reader", None)]),
}
DEPARTMENTS = {"sales": "Продажи", "it": "ИТ", "hr": "Кадры", "legal": "Юристы", "management": "Дирекция"}
REQUEST_TYPES: dict[str, dict[str, Any]] = {
    "it.incident": {
        "name": {"ru": "Не работает", "en": "Something is broken"},
        "fields": [{"key": "device", "type": "text", "label": {"ru": "Устройство", "en": "Device"}}],
    },
    "it.access": {
        "name": {"ru": "Доступ", "en": "Access"},
        "fields": [
            {
                "key": "system", "type": "choice", "required": True, "label": {"ru": "Система", "en": "System"},
                "options": [
                    {"key": "crm", "label": {"ru": "CRM", "en": "CRM"}},
                    {"key": "books", "label": {"ru": "Бухгалтерия", "en": "Books"}},
                ],
            },
            {"key": "until", "type": "date", "label": {"ru": "До", "en": "Until"}},
        ],
    },
    "hr.certificate": {"name": {"ru": "Справка", "en": "Certificate"}},
    "hr.trouble": {"name": {"ru": "Конфликт", "en": "Trouble at work"}, "confidential": True},
    "sales.offer": {"name": {"ru": "Предложение", "en": "Offer"}},
}  # fmt: skip
# name -> (department, priority, targets)
PROMISES: dict[str, tuple[str | None, str | None, dict[str, str]]] = {
    "company": (None, None, {"resolution": "27h"}),
    "department=it": ("it", None, {"first_reply": "4h", "reply": "9h", "resolution": "27h", "stay": "18h"}),
    "department=it priority=urgent": ("it", "urgent", {"first_reply": "1h", "resolution": "4h"}),
    "department=hr": ("hr", None, {"first_reply": "1bd", "resolution": "5bd"}),
}


def at(text: str) -> datetime:
    """ "2026-04-06 09:00" on a Moscow wall clock, as an instant. 2026-04-06 is a Monday."""
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW).astimezone(UTC)


FOUNDED = at("2025-01-09 09:00")


def by(person: Person | None, when: str | datetime, door: str = "web") -> Stamp:
    """The stamp of something `person` (None: the desk itself) does at a Moscow time."""
    return Stamp(person.id if person else None, at(when) if isinstance(when, str) else when, door)


@dataclass(frozen=True)
class Cast:
    """Maria asks, Igor serves and Olga leads in IT, Boris leads Maria's sales, Anna serves in HR,
    Adam administers, Rita reads reports, the stranger from legal must see nothing."""

    maria: Person
    boris: Person
    igor: Person
    olga: Person
    anna: Person
    stranger: Person
    adam: Person
    rita: Person

    def everybody(self) -> dict[str, Person]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


def found_company() -> None:
    """Write company, departments, people, catalog, calendars and promises, and commit."""
    stamp = Stamp(None, FOUNDED, "cli")
    with transaction():
        people.describe_company(stamp, name="North", language="en", timezone="Europe/Moscow")
        office = sla.set_calendar(
            stamp, key="office", timezone="Europe/Moscow", week=OFFICE, exceptions=OFFICE_EXCEPTIONS
        )
        sla.make_company_calendar(office)
        short = sla.set_calendar(stamp, key="short", timezone="Europe/Moscow", week=SHORT_WEEK)
        departments = {
            key: people.add_department(stamp, key=key, name={"ru": name, "en": key.capitalize()}, email=None)
            for key, name in DEPARTMENTS.items()
        }
        sla.set_department_calendar(stamp, departments["hr"], short)
        for name, (home, roles) in PEOPLE.items():
            person = people.add_person(
                stamp, email=f"{name}@example.com", name=name.capitalize(), department=departments[home], language="en"
            )
            for role, place in roles:
                people.grant(stamp, person, role, departments[place] if place else None)
        for key, about in REQUEST_TYPES.items():
            catalog.add_request_type(stamp, departments[key.partition(".")[0]], key=key, **about)
        for name, (place, priority, targets) in PROMISES.items():
            department_id = departments[place].id if place else None
            sla.set_policy(stamp, name=name, department_id=department_id, priority=priority, targets=targets)


def load_cast() -> Cast:
    # In one statement: nearly every test begins with this.
    addresses = [f"{name}@example.com" for name in PEOPLE]
    found = {
        row.email.partition("@")[0]: row
        for row in db.session.scalars(select(Person).where(Person.email.in_(addresses)))
    }
    assert len(found) == len(PEOPLE), "the company was not founded"
    return Cast(**found)


def department(key: str) -> Department:
    row = people_rows.department_by_key(key)
    assert row is not None, key
    return row


def request_type(key: str) -> RequestType:
    row = catalog_rows.request_type_by_key(key)
    assert row is not None, key
    return row
