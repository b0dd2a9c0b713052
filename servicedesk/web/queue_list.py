"""The rows of a queue: each request with its next promise and who has it, in groups where they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask_babel import gettext as _

from servicedesk.people import away
from servicedesk.sla import queries as sla
from servicedesk.tickets import queries as tickets
from servicedesk.tickets import rules
from servicedesk.web.kin import waited_for
from servicedesk.web.present import DAY, HOUR, here, number
from servicedesk.web.readings import Shown, next_of, shown
from servicedesk.web.session import me
from servicedesk.workbench import queries as workbench


@dataclass(frozen=True)
class Line:
    """One request in a list. `changes` says whether the reader may change it, `waits` which open requests it waits for."""

    ticket: Any
    next: Shown | None
    gone: Any
    waits: Sequence[int]
    changes: bool


@dataclass(frozen=True)
class Group:
    """Lines under one heading: `rank` is its place among the groups, None where there are none; `size` counts all pages."""

    rank: int | None
    size: int
    lines: Sequence[Line]


@dataclass(frozen=True)
class Listed:
    """A page of a queue; `next` marks the page after it."""

    groups: Sequence[Group]
    next: str | None

    @property
    def lines(self) -> list[Line]:
        return [line for group in self.groups for line in group.lines]


def age(seconds: float) -> str:
    """Since when something is there, as short as a column wants it: "3 d", within the first day "5 h"."""
    days, hours = int(seconds // DAY), int(seconds // HOUR)
    return _("%(number)s d", number=number(days, here())) if days else _("%(number)s h", number=number(hours, here()))


def install(app: Any) -> None:
    app.jinja_env.filters["age"] = age


def listed(wanted: Any, *, cursor: str | None, limit: int) -> Listed:
    """A page of the list asked for, in a number of statements that its length does not change."""
    page = workbench.queue_page(wanted.query, wanted.order, cursor=cursor, limit=limit)
    lines = {line.ticket.id: line for line in _lines([number for number, _rank in page.items], wanted.reader.at)}
    sizes = workbench.group_sizes(wanted.query, wanted.order) if page.items else {}
    groups = [
        Group(rank, sizes.get(rank, 0), [lines[number] for number, _rank in found if number in lines])
        for rank, found in groupby(page.items, key=lambda item: item[1])
    ]
    return Listed(groups, page.next)


def _lines(numbers: Sequence[int], at: Any) -> list[Line]:
    found = tickets.tickets_by_id(numbers)
    known = [found[number] for number in numbers if number in found]
    waits = waited_for(me(), known) if known else {}
    gone = away.away_until({ticket.assignee_id for ticket in known}, at)
    return [
        Line(
            row.ticket, next_of(shown(reading, at) for reading in row.clocks), gone.get(row.ticket.assignee_id or 0),
            waits.get(row.ticket.id, ()), rules.may(me(), row.ticket, "assign"),
        )
        for row in sla.rows(known, at)
    ]  # fmt: skip
