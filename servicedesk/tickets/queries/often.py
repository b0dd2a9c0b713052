"""What is asked for again and again: by one person, and by the colleagues of their department."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, literal, select, union_all

from servicedesk.kernel.db import db
from servicedesk.people.models import Person
from servicedesk.tickets.models import Ticket

# How far back is looked, in requests: the answer costs the same however many there are.
OWN, DEPARTMENTS = 40, 120
# What fewer colleagues asked for stays their own business.
LEAST_COLLEAGUES = 3


def often_asked(person: Person, limit: int) -> list[int]:
    """Ids of request types, what the person asks for most first, then what their department asks for most. What colleagues
    asked for in confidence is not counted. One statement."""
    kinds = _kinds(_newest(person), "own", 1)
    if person.department_id is not None:
        kinds = union_all(kinds, _kinds(_newest_of_colleagues(person), "theirs", LEAST_COLLEAGUES))  # type: ignore[assignment]
    rows = db.session.execute(kinds).all()
    ranked = sorted(rows, key=lambda row: (row.whose != "own", -row.number, row.kind))
    return list(dict.fromkeys(row.kind for row in ranked))[:limit]


def _newest(person: Person) -> Select[int | None, int]:
    query = select(Ticket.request_type_id, Ticket.requester_id).where(Ticket.requester_id == person.id)
    return query.order_by(Ticket.id.desc()).limit(OWN)


def _newest_of_colleagues(person: Person) -> Select[int | None, int]:
    query = select(Ticket.request_type_id, Ticket.requester_id)
    query = query.where(Ticket.customer_department_id == person.department_id, ~Ticket.confidential)
    return query.order_by(Ticket.id.desc()).limit(DEPARTMENTS)


def _kinds(newest: Select[int | None, int], whose: str, least: int) -> Select[Any]:
    found = newest.subquery()
    kind, who = found.c.request_type_id, found.c.requester_id
    query = select(kind.label("kind"), literal(whose).label("whose"), func.count().label("number"))
    return query.where(kind.is_not(None)).group_by(kind).having(func.count(who.distinct()) >= least)
