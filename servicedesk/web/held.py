"""Who held the ball on a ticket, as a bar, as sums and as rows. Asks the slice for its ledger, decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from servicedesk.kernel.text import N_, in_language
from servicedesk.sla import ledger, queries
from servicedesk.web.present import duration, here, when, zone
from servicedesk.web.session import language
from servicedesk.web.texts import translated
from servicedesk.web.why_bar import Flag, Part, bar, strip

# Departments after one another look different; with more of them than that they begin anew.
SUPPLIERS = ("supplier", "supplier-2", "supplier-3")
# Translated when asked for: a long story asks for thousands.
HOLDERS = {
    "requester": N_("Requester"), "approver": N_("Approver"), "third_party": N_("Third party"),
    "closed": N_("Outside working hours"), "resolved": N_("Resolved, nobody"),
}  # fmt: skip


@dataclass(frozen=True)
class Sum:
    """All the time of one holder. Time outside working hours and after the resolution is time round the clock."""

    words: str
    kind: str
    seconds: float
    whole_days: bool


@dataclass(frozen=True)
class Row:
    begin: datetime
    end: datetime
    words: str
    kind: str
    # Who has the ticket, where that is not said already.
    department: str
    seconds: float


@dataclass(frozen=True)
class Held:
    """`rows` cover the ticket's life without gaps; their seconds and those of `sums` are `seconds`."""

    rows: list[Row]
    sums: list[Sum]
    seconds: float
    drawing: Markup


def held(
    ticket: Any, departments: Mapping[int, Any], at: datetime, holds: Sequence[Any], *, narrow: bool,
    approvals: Sequence[Any] | None = None, turned: bool = True,
) -> Held | None:  # fmt: skip
    """The ledger of the ticket up to `at`; `narrow` draws it without words; `turned`: it was resolved or reopened. None for a ticket that has just begun."""
    lines = queries.ledger_of(ticket, at, holds, approvals, turned=turned)
    if not lines:
        return None
    suppliers = list(dict.fromkeys(line.department_id for line in lines if line.holder == "supplier"))
    kinds = {department_id: SUPPLIERS[place % len(SUPPLIERS)] for place, department_id in enumerate(suppliers)}
    rows = [
        _row(line, kinds, departments, seconds) for line, seconds in zip(lines, ledger.in_steps(lines), strict=True)
    ]
    sums = [
        Sum(
            holder_words(part.holder, departments.get(part.department_id or 0)),
            kinds[part.department_id] if part.holder == "supplier" else part.holder,
            part.time.total_seconds(), part.holder in ("closed", "resolved"),
        )
        for part in ledger.sums(lines)
    ]  # fmt: skip
    return Held(rows, sums, sum(row.seconds for row in rows), _drawing(rows, sums, narrow))


def holder_words(holder: str, department: Any = None) -> str:
    if holder == "supplier":
        return in_language(department.name, language()) if department is not None else _("Department")
    return translated(HOLDERS[holder])


def _row(line: Any, kinds: Mapping[int | None, str], departments: Mapping[int, Any], seconds: float) -> Row:
    department = departments.get(line.department_id or 0)
    name = in_language(department.name, language()) if department is not None and line.holder != "supplier" else ""
    kind = kinds[line.department_id] if line.holder == "supplier" else line.holder
    return Row(line.begin, line.end, holder_words(line.holder, department), kind, name, seconds)


def _drawing(rows: Sequence[Row], sums: Sequence[Sum], narrow: bool) -> Markup:
    parts = [Part(r.begin, r.end, r.kind, f"{r.words}: {_say(r.begin)} – {_say(r.end)}") for r in rows]
    told = ", ".join(f"{part.words}: {duration(part.seconds, here(), part.whole_days)}" for part in sums)
    if narrow:
        return strip(parts, [], _("Who held the ball"), told)
    resolved = [Flag(row.begin, _("resolved")) for row in rows if row.kind == "resolved"]
    return bar(parts, resolved[:1], _("Who held the ball"), told, _say)


def _say(moment: datetime) -> str:
    return when(moment, here(), zone())
