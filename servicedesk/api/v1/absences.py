"""Who is away when, and who stands in: read by everybody, entered by oneself, a lead or an administrator."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Response

from servicedesk.api import absence_bodies as bodies
from servicedesk.api import absence_shapes as shapes
from servicedesk.api import auth, lookup
from servicedesk.api.auth import me, stamp
from servicedesk.api.doors import PREFIX, lists, new_door, says
from servicedesk.api.reading import body, query
from servicedesk.api.replying import Answer, change, finished, listed, reply
from servicedesk.api.shapes import Json
from servicedesk.people import absence_rules, access, actions, away
from servicedesk.people import queries as people
from servicedesk.people.absence_rules import reads_note
from servicedesk.people.rules import is_key

door = new_door("absences", "Absences")
EXAMPLE = {"from": "2027-05-03", "to": "2027-05-14", "substitute": "agent.it@example.com", "note": "Vacation"}


@door.get("/absences")
@lists(door, shapes.Absence)
@auth.needs("people:read")
@query(door, bodies.AbsencePage)
def absences(asked: dict[str, Any]) -> Response:
    """Who is away, by the beginning; without those that were called off

    Days in `from` and `to` are meant whole, on your wall clock. Notes are for the team of the person.
    """
    key = asked.get("department")
    department = people.department_by_key(key) if key is not None and is_key(key) else None
    if key is not None and department is None:
        return listed([])
    wanted = away.Wanted(
        person_id=lookup.person_id_for_filter(asked["person"]) if asked.get("person") is not None else None,
        department_id=department.id if department else None,
        begin=_instant(asked.get("since")), end=_instant(asked.get("until"), after=True),
    )  # fmt: skip
    page = away.page(wanted, cursor=asked["cursor"], limit=asked["limit"])
    return listed([_as_json(row) for row in page.items], page.next)


@door.post("/absences")
@says(door, shapes.Absence, 201)
@auth.needs("setup:write")
@body(door, bodies.NewAbsence, EXAMPLE)
def plan(sent: dict[str, Any]) -> Response:
    """Enter an absence

    Yours, as a head one of your department's people, as an administrator anybody's. Who stands in gets what comes for
    the person's open requests; where the substitute is away as well, theirs does.
    """

    def make() -> Answer:
        email = sent["person"]
        person = access.person_to_enter(me(), people.person_by_email(email) if email not in (None, "me") else me())
        begins_at, ends_at = absence_rules.period(sent["first"], sent["last"], away.zone_of(person))
        row = actions.plan_absence(
            stamp(), person, me(), begins_at=begins_at, ends_at=ends_at, substitute=_substitute(sent), note=sent["note"]
        )
        finished()
        return Answer(_as_json(row), 201, location=f"{PREFIX}/absences/{row.id}")

    return change(make)


@door.get("/absences/<int:absence_id>")
@says(door, shapes.Absence)
@auth.needs("people:read")
def absence(absence_id: int) -> Response:
    """One absence"""
    return reply(Answer(_as_json(access.absence_for(me(), absence_id))))


@door.patch("/absences/<int:absence_id>")
@says(door, shapes.Absence)
@auth.needs("setup:write")
@body(door, bodies.AbsenceChange, {"to": "2027-05-10"})
def change_absence(absence_id: int, sent: dict[str, Any]) -> Response:
    """Change what is sent; one that has begun keeps its beginning"""

    def make() -> Answer:
        row = access.absence_for(me(), absence_id, to="change")
        zone, values = away.zone_of(row.person), {}
        begins_at, ends_at = absence_rules.period(
            sent.get("first", row.begins_at), sent.get("last", row.ends_at), zone
        )  # fmt: skip
        if "substitute" in sent:
            values["substitute"] = _substitute(sent)
        if "note" in sent:
            values["note"] = sent["note"]
        actions.change_absence(stamp(), row, values | {"begins_at": begins_at, "ends_at": ends_at})
        finished()
        return Answer(_as_json(row))

    return change(make)


@door.delete("/absences/<int:absence_id>")
@says(door, shapes.Absence)
@auth.needs("setup:write")
def cancel(absence_id: int) -> Response:
    """Call it off; who stood in does not any more

    Once more changes nothing.
    """

    def make() -> Answer:
        row = access.absence_for(me(), absence_id, to="change")
        actions.cancel_absence(stamp(), row)
        finished()
        return Answer(_as_json(row))

    return change(make)


def _substitute(sent: dict[str, Any]) -> Any:
    email = sent["substitute"]
    return None if email is None else lookup.person(email, "substitute")


def _instant(said: date | datetime | None, *, after: bool = False) -> datetime | None:
    """The moment asked for; of a day its beginning, or with `after` its end, on the caller's wall clock."""
    if said is None or isinstance(said, datetime):
        return said
    first, following = absence_rules.whole_days(said, said, away.zone_of(me()))
    return following if after else first


def _as_json(row: Any) -> Json:
    return shapes.absence(row, away.zone_of(row.person), stamp().at, with_note=reads_note(me(), row.person))
