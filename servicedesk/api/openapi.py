"""What the framework does not know of our API and its document must say: tokens, problems, versions, keys."""

from __future__ import annotations

import re
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from servicedesk.api import (
    absence_shapes,
    agreement_shapes,
    answers,
    approval_shapes,
    finding_shapes,
    improvement_shapes,
    link_shapes,
    report_answers,
    survey_answers,
    time_answers,
)

Json = dict[str, Any]
_CHANGES = frozenset({"post", "put", "patch", "delete"})
_RATING, _TICKET = "/api/v1/ratings/{token}", "/api/v1/tickets/{ticket_id}"
_LIVE = "/api/v1/reports/live"
_CALENDAR, _FILES = "/api/v1/calendars/{key}", "/api/v1/files"
_ACTIONS = "/api/v1/departments/{key}/improvements"
_ACTION = f"{_ACTIONS}/{{improvement_id}}"

DESCRIPTION = """Everything a person may do here, for programs. A token is made with `flask desk token` and sent as
`Authorization: Bearer desk_…`; it may do what its person may, or only what its scopes say.

Lists are `{"items": […], "next": cursor or null}`; send `next` back as `cursor`. Times are RFC 3339 in UTC.
What is missing and what you may not see are both 404. Errors are problem details (RFC 9457) with a sentence for each
field at fault, in the language of `Accept-Language` or of the token's person."""

SECURITY_SCHEMES: Json = {
    "token": {"type": "http", "scheme": "bearer", "bearerFormat": "desk_…", "description": "From `flask desk token`."}
}

_PROBLEM: Json = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "description": "Stable name of the kind of problem."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence for the person who reads it."},
        "errors": {"type": "object", "additionalProperties": {"type": "string"}, "description": "A sentence by field."},
        "request_id": {"type": "string", "description": "The number under which the log knows this request."},
    },
    "examples": [
        {
            "type": "/problems/invalid",
            "title": "Something in the request is wrong",
            "status": 422,
            "detail": "Please correct what is marked.",
            "errors": {"subject": "Say in a few words what it is about."},
            "request_id": "8c0b6a1fb1ce0d5f",
        }
    ],
}
_RESPONSES = {
    "400": "The body is not JSON.",
    "401": "There is no token, or it is not valid.",
    "403": "You see it, but may not do this; or the token lacks the scope.",
    "404": "There is no such thing, or you may not see it.",
    "409": "Not possible in the present state.",
    "412": "`If-Match` names another version than the present one.",
    "413": "The body is too large.",
    "415": "The body is not sent as JSON.",
    "422": "Something in the request is wrong; `errors` says what.",
    "500": "A fault on our side.",
}
_KEY: Json = {
    "name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string", "maxLength": 200, "pattern": "^[!-~]+$"},
    "description": "Makes the call happen once: for a day the same key gets the same answer, with Idempotency-Replayed: true.",
}  # fmt: skip
_BYTES: Json = {"type": "string", "format": "binary"}
_FILE: Json = {
    "content": {
        "multipart/form-data": {
            "schema": {"type": "object", "required": ["file"], "properties": {"file": _BYTES}},
            "example": {"file": "the bytes of contract.pdf"},
        },
        "application/octet-stream": {"schema": _BYTES, "example": "the bytes of contract.pdf"},
    }
}
_MATCH: Json = {
    "name": "If-Match", "in": "header", "required": False, "schema": {"type": "string"},
    "description": "The ETag of the version this change is meant for; 412 if it is not the present one.",
}  # fmt: skip
_ETAG: Json = {"ETag": {"description": "The version of what is shown.", "schema": {"type": "string"}}}


def complete(spec: Any) -> Json:
    """The document with what every call has in common. Nothing outside /api/v1 appears."""
    spec["paths"] = {path: calls for path, calls in spec["paths"].items() if path.startswith("/api/v1/")}
    spec["tags"] = [{"name": name} for name in dict.fromkeys(tag["name"] for tag in spec.get("tags", ()))]
    spec["security"] = [{"token": []}]
    spec["servers"] = [{"url": "/"}]
    spec["jsonSchemaDialect"] = "https://spec.openapis.org/oas/3.1/dialect/base"
    components = spec.setdefault("components", {})
    components.setdefault("schemas", {}).update(_answers() | {"Problem": _PROBLEM})
    components["responses"] = {f"Problem{status}": _response(about) for status, about in _RESPONSES.items()}
    components["parameters"] = {"IdempotencyKey": _KEY, "IfMatch": _MATCH}
    for path, calls in spec["paths"].items():
        for method, call in calls.items():
            _complete_call(path, method, call)
    return spec


# The modules that describe answers, those that others hold before them.
_PLACES: tuple[Any, ...] = (
    answers, report_answers, time_answers, agreement_shapes, approval_shapes, absence_shapes, finding_shapes,
    improvement_shapes, survey_answers, link_shapes,
)  # fmt: skip


def _answers() -> Json:
    """What calls answer, and lists of it."""
    spec = APISpec(title="", version="", openapi_version="3.1.0", plugins=[MarshmallowPlugin()])
    for shape in (shape for place in _PLACES for shape in place.SHAPES):
        spec.components.schema(shape.__name__, schema=shape)
    found: Json = spec.to_dict()["components"]["schemas"]
    for shape in (shape for place in _PLACES for shape in getattr(place, "LISTED", ())):
        items = {"type": "array", "items": {"$ref": f"#/components/schemas/{shape.__name__}"}}
        following = {
            "type": ["string", "null"],
            "description": "Send it as cursor to get the next page; null on the last one.",
        }
        properties = {"items": items, "next": following}
        found[f"{shape.__name__}List"] = {"type": "object", "required": ["items", "next"], "properties": properties}
    return found


def _complete_call(path: str, method: str, call: Json) -> None:
    call["operationId"] = re.sub(r"\W+", "_", method + path.removeprefix("/api/v1")).strip("_")
    for parameter in call["parameters"]:
        if parameter.get("schema", {}).pop(
            "nullable", False
        ):  # a leftover of OpenAPI 3.0; in an address nothing is null
            del parameter["schema"]["default"]
    if path == _FILES:
        call["requestBody"] = _FILE
    for status in _problems_of(path, method, call):
        call["responses"][status] = {"$ref": f"#/components/responses/Problem{status}"}
    if path == _RATING:
        call["security"] = []
    elif method == "post" and path != _FILES:
        call["parameters"].append({"$ref": "#/components/parameters/IdempotencyKey"})
    _complete_versions(path, method, call)


def _complete_versions(path: str, method: str, call: Json) -> None:
    """Entity tags of what has versions: tickets, calendars, actions."""
    of_ticket = path.startswith("/api/v1/tickets/{") and method in _CHANGES
    if path == _CALENDAR and method == "put":
        call["responses"]["201"] = call["responses"]["200"] | {"description": "Made."}
    if of_ticket or (path in (_CALENDAR, _ACTION) and method in _CHANGES):
        call["parameters"].append({"$ref": "#/components/parameters/IfMatch"})
    made, done = call["responses"].get("201"), call["responses"].get("200")
    if made is not None and path in ("/api/v1/tickets", f"{_TICKET}/terms", _ACTIONS):
        made["headers"] = _ETAG | {"Location": {"schema": {"type": "string", "format": "uri-reference"}}}
    elif (of_ticket and not path.endswith("/messages")) or path in (_TICKET, _CALENDAR, _ACTION):
        for answer in filter(None, (made, done)):
            answer["headers"] = dict(_ETAG)


def _problems_of(path: str, method: str, call: Json) -> list[str]:
    """Statuses with which a call may refuse."""
    statuses = {"500"} | ({"404", "409"} if path == _RATING else {"401"})
    if path not in (_RATING, "/api/v1/me"):
        statuses.add("403")
    # The running month names a department in its query.
    if "{" in path or path == _LIVE:
        statuses.add("404")
    if method in _CHANGES:
        statuses |= {"409", "422"}
    if method in _CHANGES and path.startswith((_TICKET, _CALENDAR, _ACTION)):
        statuses.add("412")
    if "requestBody" in call:
        call["requestBody"]["required"] = True
        statuses |= {"400", "413", "415", "422"}
    if any(parameter.get("in") == "query" for parameter in call["parameters"]):
        statuses.add("422")
    return sorted(statuses)


def _response(about: str) -> Json:
    return {
        "description": about,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
