"""From one request of a list to the next: the list goes along in the address of the request, as `queue`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import g, request, url_for
from werkzeug.datastructures import MultiDict

from servicedesk.kernel.errors import DeskError
from servicedesk.web.queue import AskedQueue, asked_for
from servicedesk.web.session import person
from servicedesk.workbench import queries

# Who works through a list does not come further in a day.
LOOKED_THROUGH = 500
LONGEST = 1500


@dataclass(frozen=True)
class Place:
    """Where a request stands in the list one came from; in none of them its number, where it has left the list since."""

    wanted: AskedQueue
    numbers: list[int]
    number: int

    @cached_property
    def position(self) -> int | None:
        return self.numbers.index(self.number) + 1 if self.number in self.numbers else None

    @property
    def total(self) -> int:
        return len(self.numbers)

    @property
    def more(self) -> bool:
        """Whether the list is longer than what was looked through."""
        return self.total == LOOKED_THROUGH

    @property
    def before(self) -> int | None:
        return self.numbers[self.position - 2] if self.position and self.position > 1 else None

    @property
    def next(self) -> int | None:
        """Of a request that left the list, its first one: what breaks next stands there."""
        if self.position is None:
            return self.numbers[0] if self.numbers else None
        return self.numbers[self.position] if self.position < self.total else None

    def address(self, number: int | None) -> str:
        """Of another request of the list, or of the list itself after its last."""
        return self.wanted.address() if number is None else url_for("tickets.ticket", ticket_id=number, queue=told())

    @property
    def following(self) -> str:
        """Where to go on when this one is done, as a form names it: without the root of the desk."""
        return self.address(self.next).removeprefix(request.script_root)


def install(app: Any) -> None:
    app.jinja_env.globals["place_in_list"] = place_of


def told() -> str | None:
    """The list one came from: in the address, after a form in that of the page it stood on."""
    queue = request.args.get("queue")
    if queue is None and request.referrer:
        queue = dict(parse_qsl(urlsplit(request.referrer).query, keep_blank_values=True)).get("queue")
    return queue if queue is not None and len(queue) <= LONGEST else None


def place_of(number: int) -> Place | None:
    """None for who came from no list, or from one that is not theirs. Asked for once in an answer."""
    if "place" not in g:
        g.place = _place_of(number)
    found: Place | None = g.place
    return found


def _place_of(number: int) -> Place | None:
    queue = told()
    if queue is None or not person().serves:
        return None
    try:
        wanted = asked_for(MultiDict(parse_qsl(queue)))
    except DeskError:
        return None
    return Place(wanted, list(queries.numbers_in_order(wanted.query, wanted.order, LOOKED_THROUGH)), number)
