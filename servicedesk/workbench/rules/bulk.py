"""What can be done to many requests at once, which of it can be undone, and for how long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from servicedesk.kernel.text import N_
from servicedesk.tickets.rules import HOLD_REASONS
from servicedesk.workbench.models import BulkChange, BulkLine

# More than these at once is an import, not a choice somebody made with their eyes.
MOST_AT_ONCE = 200
UNDONE_WITHIN = timedelta(minutes=10)
# How long what came of it can be looked at.
CHANGES_KEPT_DAYS = 30


@dataclass(frozen=True)
class Operation:
    """`to` is what one must be allowed to do to each request; `needs` are the fields without which it means nothing;
    `undone`: whether it can be; `by_version`: whether a request that changed meanwhile is left alone."""

    to: str
    needs: tuple[str, ...] = ()
    undone: bool = False
    by_version: bool = True


OPERATIONS: Mapping[str, Operation] = {
    "assign": Operation("assign", undone=True),
    "priority": Operation("edit", ("priority",), undone=True),
    "kind": Operation("edit", ("request_type",), undone=True),
    "hold": Operation("hold", ("reason",), undone=True),
    "hand_over": Operation("hand_over", ("department",)),
    "resolve": Operation("resolve", ("text",)),
    "reopen": Operation("reopen", ("text",)),
    "reply": Operation("reply", ("text",)),
    "note": Operation("note", ("text",)),
    "follow": Operation("watch", undone=True, by_version=False),
    "unfollow": Operation("watch", undone=True, by_version=False),
}

LACKS = {
    "text": N_("Write something first."),
    "department": N_("Choose one of the list."),
    "priority": N_("Choose one of the list."),
    "request_type": N_("Choose one of the list."),
    "reason": N_("Choose one of the list."),
    "until": N_("Say until when the work is scheduled."),
}


class Picked(NamedTuple):
    """A request somebody chose, and the version they saw; None where the page did not say."""

    ticket_id: int
    seen: int | None


def picked(values: Iterable[str]) -> list[Picked]:
    """The requests of "1042:7", the row's number and version; each of them once, what is no such value is passed over."""
    found: dict[int, Picked] = {}
    for value in values:
        number, _colon, version = value.partition(":")
        if _is_number(number) and (not version or _is_number(version)):
            found.setdefault(int(number), Picked(int(number), int(version) if version else None))
    return list(found.values())


def lacking(what: str, fields: Mapping[str, Any]) -> dict[str, str]:
    """By field, what must be said before anything can be done to any of the requests."""
    lacks = {name: LACKS[name] for name in OPERATIONS[what].needs if not str(fields.get(name) or "").strip()}
    if what == "hold" and not lacks:
        if fields["reason"] not in HOLD_REASONS:
            lacks["reason"] = LACKS["reason"]
        elif fields["reason"] == "scheduled" and not fields.get("until"):
            lacks["until"] = LACKS["until"]
    return lacks


def is_finished(change: BulkChange) -> bool:
    return change.finished_at is not None


def can_be_undone(change: BulkChange, lines: Iterable[BulkLine], at: datetime) -> bool:
    """Whether the button is shown: it is one of those that can, young enough, and something of it stands."""
    young = change.undone_at is None and is_finished(change) and at - change.made_at < UNDONE_WITHIN
    return young and OPERATIONS[change.what].undone and any(line.outcome == "done" for line in lines)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10
