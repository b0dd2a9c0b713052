"""Request types that need approval, and what became of the approvals of a request, as short words."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from servicedesk.audit.models import Entry
from servicedesk.catalog import actions as catalog
from servicedesk.kernel.db import db
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.people import queries as people_rows
from servicedesk.people.models import Absence
from servicedesk.tickets import queries
from tests.cast import FOUNDED, at, by, department

AMOUNT = {"key": "amount", "type": "number", "label": {"ru": "Сумма", "en": "Amount"}}
BOSS = {"who": "lead"}
NAMES = {"ru": "Покупка", "en": "Purchase"}


def named(*people, need="any", **more):
    return {"who": "people", "people": [person.id for person in people], "need": need, **more}


def over(amount, step, field="amount"):
    return {**step, "over": {"field": field, "amount": amount}}


def offer(*steps, key="it.purchase", fields=(AMOUNT,), **more):
    """A request type that asks for these steps."""
    with transaction():
        stamp, place = Stamp(None, FOUNDED, "cli"), department(key.partition(".")[0])
        return catalog.add_request_type(stamp, place, key=key, name=NAMES, fields=list(fields), approvals=steps, **more)


def words(ticket):
    """Of everybody who was or will be asked: round, step, name, and asked, waits or what was said."""
    return [
        (row.round, row.step, row.approver.name, row.decision or ("asked" if row.asked_at else "waits"))
        for row in queries.approvals(ticket.id)
    ]


def asked(ticket):
    return [name for _, _, name, word in words(ticket) if word == "asked"]


def history(ticket):
    """What the audit says of the approvals, in order."""
    query = select(Entry.what).where(Entry.subject_kind == "ticket", Entry.subject_id == ticket.id).order_by(Entry.id)
    return [
        what for what in db.session.scalars(query) if "Appro" in what or what in ("TicketRefused", "TicketResubmitted")
    ]


def away(person, substitute, begins, ends):
    """As if the absence had been planned and had begun by itself."""
    with transaction():
        row = Absence(
            person_id=person.id, substitute_id=substitute.id if substitute else None, begins_at=at(begins),
            ends_at=at(ends), by_id=person.id, made_at=at(begins) - timedelta(days=9),
        )  # fmt: skip
        db.session.add(row)
    return row


def leaves(person, when):
    with transaction():
        people.change_person(by(None, when), person, {"active": False})


def newcomer(name, home, *roles):
    """Somebody more: `roles` are like "lead sales"."""
    stamp = Stamp(None, FOUNDED, "cli")
    with transaction():
        person = people.add_person(
            stamp, email=f"{name}@example.com", name=name.capitalize(), department=department(home) if home else None,
            language="en",
        )  # fmt: skip
        for role in roles:
            people.grant(stamp, person, role.partition(" ")[0], department(role.partition(" ")[2]))
    found = people_rows.person_by_email(f"{name}@example.com")
    assert found is not None
    return found
