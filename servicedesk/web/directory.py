"""The directory: who answers what, department by department, with who is away and who stands in."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for

from servicedesk.catalog import queries as catalog
from servicedesk.catalog.finding import Found, KnownPerson, find, known_people
from servicedesk.people import queries
from servicedesk.web.finding import away_of, typed
from servicedesk.web.people import people
from servicedesk.web.session import signed_in

DEPARTMENTS, FOUND = 24, 20


@dataclass(frozen=True, slots=True)
class Place:
    """A department with its team (person, whether they lead), what it offers, and who of it answers what."""

    department: Any
    team: list[tuple[Any, bool]]
    types: list[Any]
    answering: list[KnownPerson]


@people.get("/directory")
@signed_in
def directory() -> str:
    """A page of the departments, or those in which something has the words of `q`."""
    text, cursor = typed(), request.args.get("cursor", "")
    found = find(text, most=FOUND) if text else None
    rows = queries.departments()
    if found is not None:
        order = _fitting(found)
        shown = sorted((row for row in rows if row.id in order), key=lambda row: order.index(row.id))
        following = None
    else:
        after = [row for row in rows if row.key > cursor]
        shown, following = after[:DEPARTMENTS], after[DEPARTMENTS - 1].key if len(after) > DEPARTMENTS else None
    places = _places(shown)
    seen = [member.id for place in places for member, _leads in place.team]
    seen += [person.id for place in places for person in place.answering]
    seen += [person.id for person in (found.people if found else ())]
    return render_template(
        "people/directory.html", places=places, found=found, text=text, away=away_of(seen),
        next_url=url_for("people.directory", cursor=following) if following else None,
        first_url=url_for("people.directory") if cursor else None,
    )  # fmt: skip


def _places(shown: list[Any]) -> list[Place]:
    teams, types, answering = queries.teams(), defaultdict(list), defaultdict(list)
    for kind in catalog.request_types():
        types[kind.department_id].append(kind)
    for person in known_people():
        if person.topics and person.department:
            answering[person.department.id].append(person)
    return [Place(row, teams.get(row.id, []), types[row.id], answering[row.id]) for row in shown]


def _fitting(found: Found) -> list[int]:
    """Ids of the departments in which something fits, the best first."""
    ids = [row.id for row in found.departments]
    ids += [row.department.id for row in found.request_types]
    ids += [row.department.id for row in found.people if row.department]
    return list(dict.fromkeys(ids))
