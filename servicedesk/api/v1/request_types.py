"""GET /request-types: what can be asked for, with its form and what would be promised now."""

from __future__ import annotations

from typing import Any

from flask import Response

from servicedesk.api import answers, auth, lookup, shapes
from servicedesk.api.bodies import RequestTypePage
from servicedesk.api.doors import lists, new_door
from servicedesk.api.errors import language
from servicedesk.api.paging import page_by_key
from servicedesk.api.reading import query
from servicedesk.api.replying import listed
from servicedesk.api.shapes import Json
from servicedesk.catalog import queries as catalog
from servicedesk.people import queries as people
from servicedesk.sla import queries as sla

METRICS = ("first_reply", "reply", "resolution", "stay")
door = new_door("request_types", "Request types")


@door.get("/request-types")
@lists(door, answers.RequestType)
@auth.needs()
@query(door, RequestTypePage)
def request_types(asked: dict[str, Any]) -> Response:
    """The catalog, by key"""
    key = asked.pop("department", None)
    department_id = lookup.department(key, "department").id if key is not None else None
    found, following = page_by_key(catalog.request_types(department_id=department_id), **asked)
    named = (number for row in found for step in row.approvals for number in step.get("people") or ())
    emails = {number: person.email for number, person in people.people_by_id(named, with_roles=False).items()}
    return listed([shapes.request_type(row, _promise(row), language(), emails) for row in found], following)


def _promise(row: Any) -> Json:
    """By metric, what the caller would be promised with normal priority."""
    found = {
        metric: sla.promise_for(
            metric, auth.stamp().at, department_id=row.department_id, request_type_id=row.id, priority="normal",
            customer_department_id=auth.me().department_id,
        )
        for metric in METRICS
    }  # fmt: skip
    return {metric: shapes.promise(promise) for metric, promise in found.items() if promise is not None}
