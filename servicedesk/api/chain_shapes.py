"""A chain as JSON. Pure: reads nothing, decides nothing about who may see what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from servicedesk.api.shapes import Json, Names, moment, seconds


def chain(told: Any, names: Names) -> Json:
    """The links, each followed by those inside it; `culprit` is a position among them."""
    found, culprit = told.chain, told.chain.culprit
    return {
        "ticket": found.root_id,
        "end_to_end": promise(found.end_to_end) | {"state": found.end_to_end.state},
        "links": [link(row, told.people, names) for row in found.links],
        "culprit": None if culprit is None else culprit.link,
        "culprit_how": None if culprit is None else culprit.how,
        "more": told.more,
    }


def link(row: Any, people: Mapping[int, Any], names: Names) -> Json:
    known = [people[number].email for number in row.person_ids if number in people]
    return {
        "kind": row.kind,
        "ticket": row.ticket_id,
        "department": names.department(row.department_id),
        "person": known[0] if len(known) == 1 else None,
        "people": known,
        "begin": moment(row.begin),
        "end": moment(row.end),
        "promise": promise(row.promise),
        "state": row.state,
        "seconds": seconds(row.seconds),
        "late_seconds": seconds(row.late_seconds),
        "parent": row.parent,
        "depth": row.depth,
        "waited_for": row.waited_for,
        "reason": row.reason,
        "round": row.round,
        "subject": row.subject or None,
    }


def promise(row: Any) -> Json:
    return {
        "own": row.own,
        "metric": row.metric,
        "target": row.target or None,
        "due_at": moment(row.due_at),
        "broken_at": moment(row.broken_at),
        "stopped_at": moment(row.stopped_at),
        "paused": row.paused,
    }
