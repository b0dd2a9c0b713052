"""The first page: ask, see how one's requests stand, give an opinion; for those who serve, the day in three numbers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from servicedesk.kernel.now import now
from servicedesk.mailout import queries as mailout
from servicedesk.people import queries as people
from servicedesk.ratings import access as rating_access
from servicedesk.ratings import queries as ratings
from servicedesk.ratings import rules as rating_rules
from servicedesk.sla import queries as sla
from servicedesk.tickets import access, queries
from servicedesk.tickets.queries import Filter
from servicedesk.tickets.rules import ACTIVE
from servicedesk.web.near import end_of_day, wall
from servicedesk.web.readings import next_of, shown
from servicedesk.web.session import me, settings, signed_in
from servicedesk.web.surveys import link_for
from servicedesk.web.ticket_page import rating_url

home_pages = Blueprint("home", __name__)
REQUESTS = 8


@home_pages.get("/")
@signed_in
def home() -> str:
    at = now()
    own = queries.filtered(access.own_tickets(me()), Filter(statuses=(*ACTIVE, "resolved")))
    page = queries.page(own, sort="updated", limit=REQUESTS)
    rows = [
        (row.ticket, next_of(shown(reading, at) for reading in row.clocks if reading.clock.metric != "stay"))
        for row in sla.rows(page.items, at)
    ]
    return render_template(
        "home/home.html",
        text="",
        found=None,
        away={},
        rows=rows,
        at=at,
        more=page.next is not None,
        opinions=_opinions(at),
        survey=link_for(me().id, at),
        day=_day(at),
        mail_comes_back=mailout.is_undeliverable(me().email, at),
    )


def _opinions(at: Any) -> list[tuple[Any, Any, str]]:
    """(ticket, department, link) of the ratings that wait for this person."""
    waiting = ratings.waiting_for(settings().keys, me().id, rating_rules.day_of(at, rating_access.company_timezone()))
    if not waiting:
        return []
    known, departments = queries.tickets_by_id(row.ticket_id for row in waiting), people.departments_by_id()
    return [
        (known[row.ticket_id], departments[row.department_id], rating_url(row.id))
        for row in waiting
        if row.ticket_id in known
    ]


def _day(at: Any) -> dict[str, int] | None:
    """What the day asks of somebody who serves; None for everybody else."""
    if not me().serves:
        return None
    held = access.queue_of(me())
    return queries.counts(
        {
            "breaking": sla.breaking_before(held, end_of_day(at, wall())),
            "unassigned": queries.filtered(held, Filter(unassigned=True)),
            "mine": queries.filtered(held, Filter(worker_id=me().id)),
        }
    )  # fmt: skip
