"""The rows of a queue: each request with its next promise and who has it, in groups where they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup, escape

from servicedesk.people import away
from servicedesk.sla import queries as sla
from servicedesk.tickets import queries as tickets
from servicedesk.web.absences import until_words
from servicedesk.web.kin import waited_for
from servicedesk.web.present import DAY, HOUR, countdown, here, moment, number
from servicedesk.web.readings import Shown, shown
from servicedesk.web.session import me
from servicedesk.workbench import queries as workbench

# So many of the requests that one waits for are named.
SAID = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One request in a list, as far as it can be said before the words: `standing` and `metric` of the promise that a list
    shows (None where there is none), `countdown` where its time runs down, until when its holder is away, and the open
    requests it waits for."""

    ticket: Any
    standing: str
    metric: str | None
    countdown: Markup | str
    gone: str
    waits: str


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
    found = workbench.rows_of(numbers)
    known = [found[number] for number in numbers if number in found]
    asking = tickets.parents_that_wait(numbers)
    waits = waited_for(me(), [ticket for ticket in known if ticket.id in asking]) if asking else {}
    absent = away.away_until({ticket.assignee_id for ticket in known}, at)
    gone = {number: until_words(one) for number, one in absent.items()}
    clocks, language = sla.shown_clocks(numbers, at), here()
    return [
        _line(ticket, clocks.get(ticket.id), at, language, gone.get(ticket.assignee_id, ""), waits.get(ticket.id, ()))
        for ticket in known
    ]


def _line(ticket: Any, reading: Any, at: datetime, language: str, gone: str, waits: Sequence[int]) -> Line:
    clock = shown(reading, at) if reading is not None else None
    left = _countdown(clock, language) if clock is not None else ""
    waited = ", ".join(f"#{number}" for number in waits[:SAID]) + (" …" if len(waits) > SAID else "")
    return Line(ticket, _standing(clock), clock.metric if clock is not None else None, left, gone, waited)


def _countdown(clock: Shown, language: str) -> Markup | str:
    """As the macro `countdown` writes it for lists: a page has fifty."""
    if clock.state not in ("running", "breached") or clock.remaining_seconds is None or clock.due_at is None:
        return ""
    # Past its moment nothing runs down but the clock on the wall.
    remaining = f'="{int(clock.remaining_seconds)}"' if clock.remaining_seconds > 0 else ""
    until = f' data-counting-until="{moment(clock.counting_until)}"' if clock.counting_until else ""
    left = escape(countdown(clock.remaining_seconds, language))
    # All but the words are numbers of ours; Markup's own formatting takes ten times as long.
    return Markup(  # noqa: S704
        f'<time datetime="{moment(clock.due_at).replace(":00Z", "Z")}" data-remaining{remaining}{until}>{left}</time>'
    )


def _standing(clock: Shown | None) -> str:
    """As the macro `standing` tells it: fifty times a page it is asked here."""
    if clock is None:
        return "none"
    if clock.breached_at is not None or clock.state == "breached":
        return "broken"
    if clock.state in ("met", "paused", "cancelled"):
        return clock.state
    return "at-risk" if clock.at_risk else "on-track"
