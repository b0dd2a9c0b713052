"""What departments undertake because of what they heard: read by everybody once published, kept by leads and owners."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import Response

from servicedesk.api import auth, lookup
from servicedesk.api import improvement_bodies as bodies
from servicedesk.api import improvement_shapes as shapes
from servicedesk.api.auth import me, stamp
from servicedesk.api.doors import PREFIX, lists, new_door, says
from servicedesk.api.reading import body, query
from servicedesk.api.replying import Answer, change, finished, listed, must_match, reply
from servicedesk.api.shapes import Json
from servicedesk.kernel.errors import Invalid, NotAllowed, NotFound
from servicedesk.kernel.text import N_
from servicedesk.people import queries as people
from servicedesk.people.rules import is_key
from servicedesk.reports import access, actions, queries, rules

door = new_door("improvements", "Departments")
EXAMPLE = {
    "title": "Two of us are on duty on Fridays", "said": "Nobody answers on Fridays.", "owner": "agent.it@example.com",
    "due_on": "2027-05-14", "metric": "first_reply", "published": True,
}  # fmt: skip
_PLAIN = ("title", "said", "due_on", "metric", "published")
# What goes only with an action that is done, and with one that is dropped.
_OF_STATE = {"done": {"did", "done_on"}, "dropped": {"why"}, "open": set[str]()}


@door.get("/departments/<key>/improvements")
@lists(door, shapes.Improvement)
@auth.needs("people:read")
@query(door, bodies.ImprovementPage)
def improvements(key: str, asked: dict[str, Any]) -> Response:
    """What a department undertakes and did, newest first

    For who works there all of it; for the others what is published, and what is theirs to see to.
    """
    row = _department(key)
    page = access.improvements_for(me(), row.id, state=asked.get("state"), cursor=asked["cursor"], limit=asked["limit"])
    return listed([_as_json(one) for one in page.items], page.next)


@door.post("/departments/<key>/improvements")
@says(door, shapes.Improvement, 201)
@auth.needs("setup:write")
@body(door, bodies.NewImprovement, EXAMPLE)
def decide(key: str, sent: dict[str, Any]) -> Response:
    """Decide on an action, or tell of one that is done already; for leads of the department"""

    def make() -> Answer:
        row = _department(key)
        if not rules.tells_improvements(me(), row.id):
            raise NotAllowed(N_("This page is kept by those who lead the department."))
        owner = lookup.person(sent["owner"], "owner") if sent["owner"] is not None else None
        found = actions.set_improvement(stamp(), row, me(), **sent | {"owner": owner})
        finished()
        return Answer(_as_json(found), 201, found.version, f"{PREFIX}/departments/{key}/improvements/{found.id}")

    return change(make)


@door.get("/departments/<key>/improvements/<int:improvement_id>")
@says(door, shapes.Improvement)
@auth.needs("people:read")
def improvement(key: str, improvement_id: int) -> Response:
    """One of them"""
    found = access.improvement_for(me(), _department(key).id, improvement_id)
    return reply(Answer(_as_json(found), version=found.version))


@door.patch("/departments/<key>/improvements/<int:improvement_id>")
@says(door, shapes.Improvement)
@auth.needs("setup:write")
@body(door, bodies.ImprovementChange, {"state": "done", "did": "Boris and Anna take turns.", "done_on": "2027-05-12"})
def change_improvement(key: str, improvement_id: int, sent: dict[str, Any]) -> Response:
    """Change what is sent

    Leads may change all of it, its owner may say that it is done.
    """

    def make() -> Answer:
        row = _department(key)
        plain, to = any(name in sent for name in (*_PLAIN, "owner")), sent.get("state")
        found = access.improvement_for(
            me(), row.id, improvement_id, to="finish" if to == "done" and not plain else "change"
        )
        must_match(found.version)
        _refuse_mixed(sent, to or found.state)
        if plain or (to is None and found.state == "done" and ("did" in sent or "done_on" in sent)):
            _change_texts(row, found, sent)
        if to is not None and to != found.state:
            _move(found, to, sent)
        finished()
        return Answer(_as_json(found), version=found.version)

    return change(make)


def _refuse_mixed(sent: dict[str, Any], state: str) -> None:
    wrong = {name for names in _OF_STATE.values() for name in names if name in sent} - _OF_STATE[state]
    if wrong:
        raise Invalid(fields=dict.fromkeys(sorted(wrong), N_("This does not go with this state.")))


def _change_texts(row: Any, found: Any, sent: dict[str, Any]) -> None:
    values = {name: sent.get(name, getattr(found, name)) for name in (*_PLAIN, "did", "done_on")}
    owner = found.owner
    if "owner" in sent:
        owner = lookup.person(sent["owner"], "owner") if sent["owner"] is not None else None
    actions.set_improvement(stamp(), row, me(), **values, owner=owner, improvement=found)


def _move(found: Any, to: str, sent: dict[str, Any]) -> None:
    if found.state != "open":
        actions.reopen_improvement(stamp(), found)
    if to == "done":
        day = sent.get("done_on") or stamp().at.astimezone(ZoneInfo(queries.company_zone())).date()
        actions.finish_improvement(stamp(), found, me(), did=sent.get("did", ""), done_on=day)
    elif to == "dropped":
        actions.drop_improvement(stamp(), found, me(), why=sent.get("why", ""))


def _department(key: str) -> Any:
    row = people.department_by_key(key) if is_key(key) else None
    if row is None or not row.active:
        raise NotFound(N_("There is no such department."))
    return row


def _as_json(row: Any) -> Json:
    return shapes.improvement(row, inside=rules.reads_improvements(me(), row.department_id) or row.owner_id == me().id)
