"""Audit entries of a ticket as JSON: which are shown to whom, and ids turned into names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from servicedesk.api.shapes import Json, Names, moment

# What the requester and everybody else who sees the ticket may know. A kind of event that stands in neither set is
# shown to nobody, so that a new one is not published by accident.
SHOWN_TO_ALL = frozenset(
    {
        "TicketOpened", "MessageAdded", "TicketAssigned", "TicketHeld", "TicketResumed", "TicketHandedOver",
        "TicketResolved", "TicketReopened", "TicketClosed", "TicketCancelled", "PriorityChanged", "RequestTypeSwitched",
        "ApprovalAsked", "ApprovalGiven", "ApprovalWaived", "TicketApproved", "TicketRefused", "TicketResubmitted",
        "SubjectChanged", "TicketMerged", "TicketUnmerged", "ClockBreached", "ClockRetargeted", "TermProposed", "TermAccepted", "TermRefused",
    }
)  # fmt: skip
SHOWN_TO_STAFF = SHOWN_TO_ALL | {
    "ApprovalCovered",
    "ApprovalReminded",
    "ClockWarned",
    "ClockEscalated",
    "BreachExplained",
}

# Fields of the entry's data: what they are called in the answer and what kind of thing their id names.
_DEPARTMENTS = {
    "department_id": "department", "customer_department_id": "customer_department",
    "from_department_id": "from_department", "to_department_id": "to_department",
}  # fmt: skip
_PEOPLE = {
    "author_id": "author",
    "assignee_id": "assignee",
    "requester_id": "requester",
    "approver_id": "approver",
    "cover_id": "cover",
    "by_id": "by",
}
_TYPES = {"request_type_id": "request_type", "after_id": "after"}
# "before_id" names a person in one event and a request type in another.
_BEFORE_IS_PERSON = "TicketAssigned"
# Among them the numbers of other requests, which are told by their own calls to who may see those.
_LEFT_OUT = frozenset(
    {
        "ticket_id", "first_answer", "answered_before", "term_id", "target_id", "merge_id", "followers", "split_from_id",
        "answered_at",
    }
)  # fmt: skip


def people_in(entries: Iterable[Any]) -> set[int | None]:
    """Ids of everybody the entries name."""
    found: set[int | None] = set()
    for entry in entries:
        found.add(entry.actor_id)
        found.update(entry.data.get(name) for name in _PEOPLE)
        if entry.what == _BEFORE_IS_PERSON:
            found.add(entry.data.get("before_id"))
    return found


def event_as_json(entry: Any, names: Names) -> Json:
    data: Json = {}
    for name, value in entry.data.items():
        if name in _DEPARTMENTS:
            data[_DEPARTMENTS[name]] = names.department(value)
        elif name in _PEOPLE:
            data[_PEOPLE[name]] = names.email(value)
        elif name == "before_id":
            data["before"] = names.email(value) if entry.what == _BEFORE_IS_PERSON else names.request_type(value)
        elif name in _TYPES:
            data[_TYPES[name]] = names.request_type(value)
        elif name not in _LEFT_OUT:
            data[name] = value.replace("+00:00", "Z") if isinstance(value, str) and _is_moment(name) else value
    return {
        "id": entry.id,
        "at": moment(entry.at),
        "what": re.sub(r"(?<=[a-z])(?=[A-Z])", "_", entry.what).lower(),
        "actor": names.email(entry.actor_id),
        "door": entry.door,
        "data": data,
    }


def _is_moment(name: str) -> bool:
    return name in ("until", "due_before", "due_after") or name.endswith("_at")
