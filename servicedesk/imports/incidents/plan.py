"""What happened to one incident, as steps in order. Pure: rows in, steps out; applying them is apply.py's part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from servicedesk.imports.incidents.reading import Row

HOLDS = {
    "Awaiting User Info": "waiting_for_requester",
    "Awaiting Vendor": "third_party",
    "Awaiting Problem": "third_party",
    "Awaiting Evidence": "third_party",
}
ENDED = frozenset({"Resolved", "Closed"})


@dataclass(frozen=True, slots=True)
class Step:
    """One use case: `what` is hand_over, assign, prioritise, answer, hold, resume, resolve, close or reopen."""

    at: datetime
    what: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A case as it was opened, and its steps; times are wall-clock and never run backwards."""

    number: str
    opened_at: datetime
    caller: str | None
    group: str | None
    priority: str
    subject: str
    description: str
    steps: tuple[Step, ...]


def plan(rows: Sequence[Row]) -> Plan:
    """Fold the audit rows of one incident into steps.

    Rows go by `sys_mod_count` and happen at `sys_updated_at`. `resolved_at` stands on every row with its final value,
    so it is believed only for the last resolution, and only from the row on that says so.
    """
    rows = sorted(rows, key=lambda row: row.count)
    first = rows[0]
    group = next((row.group for row in rows if row.group), None)
    walk = _Walk(rows, group)
    for index, row in enumerate(rows):
        walk.take(index, row)
    return Plan(
        number=first.number, opened_at=first.opened_at, caller=first.caller, group=group, priority=first.priority,
        subject=" · ".join([first.number, *(part for part in (first.category, first.subcategory) if part)]),
        description=first.symptom or first.number, steps=tuple(walk.steps),
    )  # fmt: skip


class _Walk:
    def __init__(self, rows: Sequence[Row], group: str | None) -> None:
        self.rows = rows
        self.steps: list[Step] = []
        self.state, self.group, self.priority = "New", group, rows[0].priority
        self.assignee: str | None = None
        self.at = rows[0].opened_at
        ends = [i for i, row in enumerate(rows) if row.state in ENDED and (i == 0 or rows[i - 1].state not in ENDED)]
        self.last_end = ends[-1] if ends else None

    def take(self, index: int, row: Row) -> None:
        """The differences of one row to what was known. A reopening comes before them, any other new state after.

        What changes while the case is resolved or closed is of no consequence unless it is reopened.
        """
        self.at = max(self.at, row.updated_at if row.state not in ENDED else self._end_of(index, row))
        if self.state in ENDED and row.state not in ENDED:
            self._change_state(row.state)
        if self.state not in ENDED:
            self._change_hands(row)
        if row.state != self.state:
            self._change_state(row.state)

    def _change_hands(self, row: Row) -> None:
        if row.group and row.group != self.group:
            self._step("hand_over", row.group)
            self.group, self.assignee = row.group, None
        if row.priority != self.priority:
            self._step("prioritise", row.priority)
            self.priority = row.priority
        if row.assigned_to and row.assigned_to != self.assignee:
            self._step("assign", row.assigned_to)
            self.assignee = row.assigned_to

    def _end_of(self, index: int, row: Row) -> datetime:
        """When a case ended. Where the last resolution is dated later than its row, nobody awaited anything between."""
        if index != self.last_end or row.resolved_at is None:
            return row.updated_at
        if self.state in HOLDS and row.updated_at < row.resolved_at:
            self.at = max(self.at, row.updated_at)
            self._step("resume")
            self.state = "Active"
        return row.resolved_at

    def _change_state(self, state: str) -> None:
        before, self.state = self.state, state
        if before in ENDED and state not in ENDED:
            self._step("reopen")
        elif before == "New" and state not in ENDED:
            self._step("answer")
        if state in HOLDS:
            self._step("hold", HOLDS[state])
        elif before in HOLDS and state not in ENDED:
            self._step("resume")
        if state in ENDED and before not in ENDED:
            self._step("resolve")
        if state == "Closed":
            self._step("close")

    def _step(self, what: str, value: str | None = None) -> None:
        self.steps.append(Step(self.at, what, value))
