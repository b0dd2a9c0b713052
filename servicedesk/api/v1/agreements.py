"""Agreements between departments: read by those whom they concern, proposed and answered by the leads of both."""

from __future__ import annotations

from typing import Any

from flask import Response

from servicedesk.api import agreement_bodies as bodies
from servicedesk.api import agreement_shapes as shapes
from servicedesk.api import auth, lookup
from servicedesk.api.auth import me, stamp
from servicedesk.api.doors import PREFIX, lists, new_door, says
from servicedesk.api.reading import body, query
from servicedesk.api.replying import Answer, change, finished, listed, reply
from servicedesk.api.shapes import Json
from servicedesk.kernel.errors import Invalid
from servicedesk.people import queries as people
from servicedesk.people.rules import is_key
from servicedesk.sla import access, actions, agreement_rules, queries
from servicedesk.sla.agreement_rules import Line, Terms
from servicedesk.sla.rules import METRICS

door = new_door("agreements", "Agreements")
EXAMPLE = {
    "promises": [{"request_type": "it.incident", "resolution": "8h"}, {"priority": "urgent", "first_reply": "30m"}],
    "from": "2027-01-01",
    "services": "Desks, printers and access.",
    "customer_provides": "A number to call back.",
}
# What the slice calls the days, and what they are called here.
_NAMES = {"valid_from": "from", "valid_until": "until"}


@door.get("/agreements")
@lists(door, shapes.AgreementSummary)
@auth.needs("people:read")
@query(door, bodies.AgreementPage)
def agreements(asked: dict[str, Any]) -> Response:
    """Agreements that you may know, those that wait for your answer first"""
    key = asked.pop("department", None)
    department = people.department_by_key(key) if key is not None and is_key(key) else None
    if key is not None and department is None:
        return listed([])
    today = queries.day_of(stamp().at, me().department_id or 0)
    page = queries.agreements(me(), today, department_id=department.id if department else None, **asked)
    return listed([shapes.summary(row, _readable(row.versions), today) for row in page.items], page.next)


@door.post("/agreements")
@says(door, shapes.Agreement, 201)
@auth.needs("setup:write")
@body(door, bodies.NewAgreement, {"supplier": "it", "customer": "sales"} | EXAMPLE)
def propose(sent: dict[str, Any]) -> Response:
    """Propose an agreement

    For leads of one of the two departments; a lead of the other accepts or declines it, or proposes another version.
    """

    def make() -> Answer:
        supplier, customer = (lookup.department(sent[name], name) for name in ("supplier", "customer"))
        found = _proposed(sent, supplier, customer)
        return Answer(_as_json(found.agreement), 201, location=f"{PREFIX}/agreements/{found.agreement_id}")

    return change(make)


@door.get("/agreements/<int:agreement_id>")
@says(door, shapes.Agreement)
@auth.needs("people:read")
def agreement(agreement_id: int) -> Response:
    """One agreement with its versions"""
    return reply(Answer(_as_json(access.agreement_for(me(), agreement_id))))


@door.post("/agreements/<int:agreement_id>/versions")
@says(door, shapes.Agreement, 201)
@auth.needs("setup:write")
@body(door, bodies.NewVersion, EXAMPLE | {"answers": 1})
def propose_version(agreement_id: int, sent: dict[str, Any]) -> Response:
    """Propose another version

    An open proposal of the other side is countered by it, one of your own side is replaced. To end an agreement,
    propose a version with a last day.
    """

    def make() -> Answer:
        row = access.agreement_for(me(), agreement_id, to="propose")
        found = _proposed(sent, row.supplier, row.customer, row)
        return Answer(_as_json(found.agreement), 201, location=f"{PREFIX}/agreements/{found.agreement_id}")

    return change(make)


@door.put("/agreements/<int:agreement_id>/versions/<int:number>/acceptance")
@says(door, shapes.Agreement)
@auth.needs("setup:write")
def accept(agreement_id: int, number: int) -> Response:
    """Accept what the other side proposes

    Its promises hold from its first day on. Once more by the same person changes nothing.
    """

    def make() -> Answer:
        found = access.wording_for(me(), agreement_id, number)
        if (found.state, found.answered_by_id) != ("accepted", me().id):
            actions.accept_agreement(stamp(), found, me())
        finished()
        return Answer(_as_json(found.agreement))

    return change(make)


@door.delete("/agreements/<int:agreement_id>/versions/<int:number>")
@says(door, shapes.Agreement)
@auth.needs("setup:write")
@body(door, bodies.Refusal, {"note": "Eight hours are too long."})
def refuse(agreement_id: int, number: int, sent: dict[str, Any]) -> Response:
    """Decline what the other side proposes, with a note, or take back what your own side did"""

    def make() -> Answer:
        found = access.wording_for(me(), agreement_id, number)
        if agreement_rules.withdraws(me(), found) and not (sent["note"] and agreement_rules.answers(me(), found)):
            actions.withdraw_agreement(stamp(), found, me())
        else:
            actions.decline_agreement(stamp(), found, me(), sent["note"])
        finished()
        return Answer(_as_json(found.agreement))

    return change(make)


def _proposed(sent: dict[str, Any], supplier: Any, customer: Any, row: Any = None) -> Any:
    try:
        found = actions.propose_agreement(
            stamp(), me(), supplier, customer, _terms(sent), row, seen=sent.get("answers")
        )
    except Invalid as refusal:
        raise Invalid(fields={_here(name): fault for name, fault in refusal.fields.items()}) from refusal
    finished()
    return found


def _terms(sent: dict[str, Any]) -> Terms:
    return Terms(
        promises=tuple(
            Line(line["request_type"], line["priority"], {name: line[name] for name in METRICS if line[name] is not None})
            for line in sent["promises"]
        ),
        **{name: sent[name] for name in ("valid_from", "valid_until", "review_on", "calendar")},
        **{name: sent[name] for name in ("services", "mission", "customer_provides")},
    )  # fmt: skip


def _here(name: str) -> str:
    """A field of the slice as it is called in what was sent: promises-0-reply is promises.0.reply."""
    return _NAMES.get(name, name.replace("-", "."))


def _readable(versions: Any) -> list[Any]:
    return [row for row in versions if agreement_rules.reads_version(me(), row)]


def _as_json(row: Any) -> Json:
    versions = _readable(queries.versions(row.id))
    today = queries.day_of(stamp().at, row.supplier_id)
    told = [shapes.version(one, queries.terms_of(one), versions) for one in versions]
    return shapes.summary(row, versions, today) | {"versions": told}
