"""The first page: ask, see how one's requests stand, give an opinion; for those who serve, the day in three numbers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from servicedesk.catalog.finding import known_types
from servicedesk.kernel.now import now
from servicedesk.mailout import queries as mailout
from servicedesk.people import queries as people
from servicedesk.ratings import access as rating_access
from servicedesk.ratings import queries as ratings
from servicedesk.ratings import rules as rating_rules
from servicedesk.sla import queries as sla
from servicedesk.tickets import access, queries
from servicedesk.tickets.rules import ACTIVE
from servicedesk.web.near import end_of_day, wall
from servicedesk.web.own_requests import approvers_of, with_promises
from servicedesk.web.session import me, settings, signed_in
from servicedesk.web.surveys import link_for
from servicedesk.web.ticket_page import rating_url

home_pages = Blueprint("home", __name__)
REQUESTS, OFTEN = 8, 5
YOURS = ("requester", "none")


@home_pages.get("/")
@signed_in
def home() -> str:
    at = now()
    yours, going, more = _requests()
    told = with_promises([*yours, *going], at)
    return render_template(
        "home/home.html",
        text="",
        found=None,
        away={},
        often=_often(),
        yours=told[: len(yours)],
        more_yours=more,
        rows=told[len(yours) :],
        approvers=approvers_of(going),
        at=at,
        opinions=_opinions(at),
        survey=link_for(me().id, at),
        day=_day(at),
        mail_comes_back=mailout.is_undeliverable(me().email, at),
    )


def _requests() -> tuple[list[Any], list[Any], bool]:
    """Own requests that wait for this person, those that are with others, and whether more of the first wait than are given."""
    own = access.own_tickets(me())
    asked = queries.Filter(requester_id=me().id, statuses=(*ACTIVE, "resolved"), balls=YOURS)
    waiting = queries.page(queries.filtered(own, asked), sort="updated", limit=REQUESTS)
    active = queries.page(queries.filtered(own, queries.Filter(statuses=ACTIVE)), sort="updated", limit=3 * REQUESTS)
    going = [row for row in active.items if row.requester_id != me().id or row.ball not in YOURS]
    return waiting.items, going[:REQUESTS], waiting.next is not None


def _often() -> list[Any]:
    """What this person and their department ask for most, of what can be asked for now."""
    known = known_types()
    return [known[number] for number in queries.often_asked(me(), OFTEN) if number in known]


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
            "unassigned": queries.filtered(held, queries.Filter(unassigned=True)),
            "mine": queries.filtered(held, queries.Filter(worker_id=me().id)),
        }
    )  # fmt: skip
