"""Who has how much of a department's work, and how much of it is in danger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select

from servicedesk.kernel.db import db
from servicedesk.people.models import Person
from servicedesk.people.queries import team
from servicedesk.sla import queries as sla
from servicedesk.tickets import access
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.rules import HELD
from servicedesk.workbench.queries.queue import Reader


@dataclass(frozen=True)
class Load:
    """What one person has in hand; `person_id` None is what nobody has. `waiting` stands on hold."""

    person_id: int | None
    name: str
    all: int = 0
    broken: int = 0
    at_risk: int = 0
    today: int = 0
    waiting: int = 0


def team_load(reader: Reader, department_id: int) -> Sequence[Load]:
    """Of a department in which the reader works: what nobody has, then everybody of the team and whoever else has some of
    it, by name. Two statements."""
    held = sla.with_places(access.queue_of(reader.person, department_id))

    def stands(one: str) -> Any:
        return func.sum(case((sla.standing((one,), reader.at, reader.day_ends), 1), else_=0))

    rows = held.with_only_columns(
        Ticket.assignee_id, func.count(), stands("broken"), stands("at_risk"), stands("today"),
        func.sum(case((Ticket.status.in_(HELD), 1), else_=0)),
    ).group_by(Ticket.assignee_id)  # fmt: skip
    found = {number: tuple(int(sum_) for sum_ in sums) for number, *sums in db.session.execute(rows)}
    names = {person.id: person.name for person in team(department_id, with_roles=False)}
    others = {number for number in found if number is not None} - names.keys()
    if others:
        names |= {
            row.id: row.name for row in db.session.execute(select(Person.id, Person.name).where(Person.id.in_(others)))
        }
    people = sorted(names.items(), key=lambda pair: (pair[1].casefold(), pair[0]))
    none = (0, 0, 0, 0, 0)
    return [
        Load(None, "", *found.get(None, none)),
        *(Load(number, name, *found.get(number, none)) for number, name in people),
    ]
