"""Lists that live: whether one looks as it was shown, and what in it is new to its reader since their last look."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from flask import Blueprint, Response, request

from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.web import live
from servicedesk.web.return_path import back_to
from servicedesk.web.session import me, signed_in, stamp
from servicedesk.workbench import actions, queries, rules

looks = Blueprint("looks", __name__)
_PLACE = re.compile(r"queue:[0-9a-f]{32}")


class News:
    """What is new in a list: `count` in all of its pages, `among` the rows that are shown. Nothing before the first look."""

    def __init__(self, wanted: Any, lines: Sequence[Any]) -> None:
        self.wanted, self.lines = wanted, lines
        self.place = rules.place_of("queue", wanted.told)
        self.since = queries.look_of(me().id, self.place)

    @cached_property
    def count(self) -> int:
        return queries.count_news(me(), self.wanted.query, self.since) if self.since else 0

    @cached_property
    def among(self) -> set[int]:
        """Numbers of the rows that others changed, or that came, since the look; the newest change is asked for only where
        there can be one."""
        late = [line.ticket.id for line in self.lines if self.since and line.ticket.updated_at > self.since]
        return queries.news_among(me(), late, self.since) if self.since and late else set()


def unchanged(wanted: Any, cursor: str | None, limit: int) -> Response | None:
    """304 for a page that asks whether the list still looks as it does there: one statement, and nothing is rendered."""
    if not live.asks_again():
        return None
    page = queries.versions_page(wanted.query, wanted.order, cursor=cursor, limit=limit)
    return live.conditional(*_parts(wanted, cursor, page.items, page.next))


def mark_of(wanted: Any, cursor: str | None, shown: Any) -> str:
    """What the list that is rendered now would be called by `unchanged`."""
    rows = [(line.ticket.id, line.ticket.version) for line in shown.lines]
    return live.mark_of(*_parts(wanted, cursor, rows, shown.next))


@looks.post("/queue/looked")
@signed_in
def looked() -> Any:
    """The reader has seen a list as it was at a moment: told by a script when they leave it, or by a button.

    A GET never writes it: what a browser fetches ahead nobody has looked at.
    """
    place, at = request.form.get("place", ""), _instant(request.form.get("at", ""))
    if not me().serves or not _PLACE.fullmatch(place) or at is None:
        raise NotFound()
    with transaction():
        actions.keep_look(stamp(), me(), place, at)
    wanted = request.form.get("next")
    # A script wants no page: its reader is leaving.
    return back_to(wanted) if wanted else ("", 204)


def _parts(wanted: Any, cursor: str | None, rows: Sequence[Any], following: str | None) -> tuple[object, ...]:
    # The minute: terms come nearer, colleagues leave, children come back, and no version of the request tells it.
    return (
        wanted.told,
        cursor,
        [(number, version) for number, version in rows],
        following is not None,
        live.minute(wanted.reader.at),
    )


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
