"""Rows as JSON, exactly as docs promise them. Pure: reads nothing, decides nothing about who may see what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from servicedesk.catalog.rules import CURRENCY
from servicedesk.kernel.text import in_language
from servicedesk.tickets.rules import lines

Json = dict[str, Any]


@dataclass(frozen=True)
class Names:
    """What ids are called, fetched once for a whole answer."""

    departments: Mapping[int, Any] = field(default_factory=dict)
    request_types: Mapping[int, Any] = field(default_factory=dict)
    people: Mapping[int, Any] = field(default_factory=dict)
    policies: Mapping[int, tuple[str, int]] = field(default_factory=dict)

    def department(self, row_id: int | None) -> str | None:
        row = self.departments.get(row_id or 0)
        return None if row is None else row.key

    def request_type(self, row_id: int | None) -> str | None:
        row = self.request_types.get(row_id or 0)
        return None if row is None else row.key

    def email(self, row_id: int | None) -> str | None:
        row = self.people.get(row_id or 0)
        return None if row is None else row.email

    def person_name(self, row_id: int | None) -> str | None:
        row = self.people.get(row_id or 0)
        return None if row is None else row.name


def moment(at: datetime | None) -> str | None:
    """RFC 3339 in UTC, exact."""
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def seconds(count: float) -> float | int:
    """Business seconds to the millisecond; whole ones without a point."""
    rounded = round(count, 3)
    return int(rounded) if rounded == int(rounded) else rounded


def ticket(
    row: Any, clocks: list[Json], names: Names, hold: Any = None, rating: tuple[str, str] | None = None,
    kin: tuple[int | None, int, int | None] = (None, 0, None), form: Sequence[Json] = (),
) -> Json:  # fmt: skip
    """`rating` is (address, token) of the question the reader may answer; `kin` the number of the request it was asked
    from, where the reader may see that one, and how many children the reader may know of; `form` the fields of the form it was filed with."""
    return {
        "id": row.id,
        "subject": row.subject,
        "description": row.description,
        "status": row.status,
        "priority": row.priority,
        "department": names.department(row.department_id),
        "request_type": names.request_type(row.request_type_id),
        "requester": names.email(row.requester_id),
        "assignee": names.email(row.assignee_id),
        "cover": names.email(row.cover_id),
        "ball": row.ball,
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
        "resolved_at": moment(row.resolved_at),
        "closed_at": moment(row.closed_at),
        "approved_at": moment(row.approved_at),
        "version": row.version,
        "external_id": row.external_id,
        "clocks": clocks,
        "fields": {answer["key"]: answer["value"] for answer in row.answers},
        "answers": lines(form, row.answers),
        "confidential": row.confidential,
        "requester_name": names.person_name(row.requester_id),
        "registrar": names.email(row.registrar_id),
        "customer_department": names.department(row.customer_department_id),
        "hold": None if hold is None else hold_of(hold),
        "rating_url": rating[0] if rating else None,
        "rating_token": rating[1] if rating else None,
        "parent": {"id": kin[0]} if kin[0] is not None else None,
        "children": kin[1],
        "merged_into": kin[2],
    }


def hold_of(row: Any) -> Json:
    return {
        "reason": row.reason, "note": row.note, "began_at": moment(row.began_at), "until": moment(row.until),
        "missing": list(row.missing),
    }  # fmt: skip


def stored_file(row: Any) -> Json:
    return {"key": row.key, "name": row.name, "size": row.size, "kind": row.kind}


def attachment(row: Any) -> Json:
    """A file of a ticket: the answer to a field of its form, or part of a message."""
    return {
        "id": row.id,
        **stored_file(row.file),
        "field": row.field,
        "message": row.message_id,
        "sent_at": moment(row.file.made_at),
    }


def _field(field: Json) -> Json:
    return field | {"currency": field.get("currency") or CURRENCY} if field["type"] == "money" else field


def clock(reading: Any, names: Names) -> Json:
    """A clock as it stands now."""
    row = reading.clock
    policy, version = names.policies.get(row.policy_version_id, (None, None))
    return {
        "id": row.id,
        "metric": row.metric,
        "state": reading.state,
        "started_at": moment(row.started_at),
        "due_at": moment(row.due_at),
        "stopped_at": moment(row.stopped_at),
        "breached_at": moment(row.breached_at or (row.due_at if reading.state == "breached" else None)),
        "elapsed_seconds": seconds(reading.elapsed_seconds),
        "paused_seconds": seconds(reading.paused_seconds),
        "target_seconds": seconds(row.target_seconds),
        "policy": policy,
        "policy_version": version,
        "target": row.target,
        "department": names.department(row.department_id),
    }


def term(row: Any, *, in_force: bool) -> Json:
    """A date proposed for a ticket and what became of it."""
    return {
        "number": row.number,
        "state": row.state,
        "due_at": moment(row.due_at),
        "reason": row.reason,
        "side": row.side,
        "proposed_by": row.proposed_by.email,
        "proposed_by_name": row.proposed_by.name,
        "proposed_at": moment(row.proposed_at),
        "answered_by": None if row.answered_by is None else row.answered_by.email,
        "answered_by_name": None if row.answered_by is None else row.answered_by.name,
        "answered_at": moment(row.answered_at),
        "in_force": in_force,
    }


def message(row: Any, *, by_mail: bool = False) -> Json:
    return {
        "id": row.id,
        "author": row.author.email,
        "author_name": row.author.name,
        "visibility": row.visibility,
        "side": row.side,
        "text": row.text,
        "filled": {answer["key"]: answer["value"] for answer in row.filled},
        "thanks": row.thanks,
        "by_mail": by_mail,
        "created_at": moment(row.created_at),
    }


def request_type(row: Any, promise: Json, language: str, emails: Mapping[int, str]) -> Json:
    """`emails` by id of everybody whom its approval names."""
    return {
        "key": row.key,
        "department": row.department.key,
        "name": in_language(row.name, language),
        "names": row.name,
        "description": in_language(row.description, language),
        "keywords": list(row.keywords),
        "provides": in_language(row.provides, language),
        "confidential": row.confidential,
        "approval": [_step(step, emails) for step in row.approvals],
        "fields": [_field(field) for field in row.fields],
        "promise": promise,
    }


def _step(step: Mapping[str, Any], emails: Mapping[int, str]) -> Json:
    named = [emails[number] for number in step.get("people") or () if number in emails]
    need = step.get("need", "any") if step["who"] == "people" else None
    return {"who": step["who"], "people": named, "need": need, "over": step.get("over")}


def promise(found: Any) -> Json:
    """What would be promised to a request made now."""
    return {"target": found.target, "due_at": moment(found.due_at), "policy": found.policy}


def policy(row: Any, names: Names) -> Json:
    """A standing promise of a department."""
    return {
        "policy": row.name,
        "department": names.department(row.department_id),
        "request_type": names.request_type(row.request_type_id),
        "priority": row.priority,
        "customer_department": names.department(row.customer_department_id),
        "targets": dict(row.targets),
    }


def department(row: Any, promises: list[Json], figures: Json | None, language: str) -> Json:
    return {
        "key": row.key,
        "name": in_language(row.name, language),
        "names": row.name,
        "mission": in_language(row.mission, language),
        "email": row.email,
        "promises": promises,
        "figures": figures,
    }


def figures(document: Json, key: str) -> Json | None:
    """What the newest stored report says of one department, without comments and breaches."""
    part = next((row for row in document["departments"] if row["key"] == key), None)
    if part is None:
        return None
    names = ("promises", "times", "tickets", "ratings", "responses")
    return {"month": document["month"], "number": document["number"]} | {name: part[name] for name in names}


def breach(row: Any, reading: Any, at: datetime, names: Names) -> Json:
    """A broken promise with what its lead says of it. Its id is the clock's."""
    reason = row.reason
    policy_name, _ = names.policies.get(row.clock.policy_version_id, (None, None))
    return {
        "id": row.clock.id,
        "ticket": row.ticket.id,
        "subject": row.ticket.subject,
        "department": names.department(row.clock.department_id),
        "metric": row.clock.metric,
        "started_at": moment(row.clock.started_at),
        "breached_at": moment(row.clock.breached_at),
        "stopped_at": moment(row.clock.stopped_at),
        "target_seconds": seconds(row.clock.target_seconds),
        "elapsed_seconds": seconds(reading.elapsed_seconds),
        "late_seconds": seconds(row.late_seconds(at)),
        "target": row.clock.target,
        "policy": policy_name,
        "ball_at_breach": row.clock.ball_at_breach,
        "reason": None
        if reason is None
        else {
            "code": reason.code,
            "text": reason.text,
            "excused": reason.excused,
            "by": names.email(reason.by_id),
            "given_at": moment(reason.given_at),
        },
    }


def calendar(row: Any, version: Any, departments: list[str]) -> Json:
    """As in the organisation file, with who works by it; `departments` are keys."""
    return {
        "key": row.key,
        "of_company": row.of_company,
        "departments": departments,
        "version": version.number,
        "changed_at": moment(version.made_at),
        "timezone": version.timezone,
        "week": dict(version.week),
        "holidays": version.holidays,
        "exceptions": dict(version.own_exceptions),
        "names": dict(version.own_names),
    }
