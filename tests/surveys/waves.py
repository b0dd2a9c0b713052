"""A wave of surveys as tests need it: Maria dealt with IT and HR, others with IT, and somebody answers."""

from __future__ import annotations

from sqlalchemy import select

from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.people.models import Person
from servicedesk.surveys import actions, queries
from servicedesk.surveys.models import SurveyInvitation, SurveyWave
from tests.build import open_ticket, resolve
from tests.cast import by, department

KEYS = ("only for tests, and long enough for them",)
APRIL = "2026-04-15 10:00"
SCORES = {"in_time": 8, "quality": 9, "findability": 6, "substitution": None, "friendliness": 10}


def colleagues(count: int, *, of: str = "legal") -> list[Person]:
    """New people who ask for things."""
    with transaction():
        return [
            people.add_person(
                by(None, "2026-01-12 09:00"), email=f"colleague{number}.{of}@example.com", name=f"Colleague {number}",
                department=department(of), language="en",
            )
            for number in range(count)
        ]  # fmt: skip


def start(when: str = APRIL) -> SurveyWave:
    """The wave of the first quarter, with everybody asked."""
    with transaction():
        wave = actions.start_due_wave(by(None, when, "worker"), KEYS[0])
    assert wave is not None
    ask_all(when)
    return wave


def ask_all(when: str) -> None:
    for number in db.session.scalars(select(SurveyInvitation.id)).all():
        with transaction():
            actions.ask(by(None, when, "worker"), number)


def dealt(person: Person, kind: str, when: str = "2026-02-10 10:00", *, server: Person | None = None, **more) -> None:
    ticket = open_ticket(person, kind, when, **more)
    if server is not None:
        resolve(ticket, server, when.replace("10:00", "15:00"))


def invitation_of(person: Person) -> SurveyInvitation:
    return db.session.scalars(select(SurveyInvitation).where(SurveyInvitation.person_id == person.id)).one()


def answer(
    person: Person, key: str, scores=SCORES, suggestion="", when="2026-04-16 10:00", *, keys=KEYS, dealt=True
) -> None:
    with transaction():
        wave = queries.running()
        actions.answer(
            by(None, when), invitation_of(person), wave, keys, department_id=department(key).id, scores=scores,
            suggestion=suggestion, dealt=dealt,
        )  # fmt: skip
