"""The list of those who serve: what breaks next stands first. Which tickets those are is said by tickets.access."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for

from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.now import now
from servicedesk.letters.access import waiting_for_lead
from servicedesk.people import away
from servicedesk.people import queries as people
from servicedesk.sla import queries as sla
from servicedesk.tickets import access, queries
from servicedesk.tickets.queries import Filter
from servicedesk.tickets.rules import ACTIVE, AWAITING
from servicedesk.web.forms.catalog import PRIORITY_NAMES
from servicedesk.web.kin import waited_for
from servicedesk.web.readings import next_of, shown
from servicedesk.web.session import me, settings, signed_in

queue_pages = Blueprint("queue", __name__)
ROWS = 30
FILTERS = ("status", "priority", "assignee", "age", "q", "density")
# How old in days, as the running month counts them: more than the first number, at most the second.
AGES = {"2": (None, 2), "7": (2, 7), "30": (7, 30), "older": (30, None)}


@queue_pages.get("/queue")
@queue_pages.get("/queue/<key>")
@signed_in
def queue(key: str | None = None) -> str:
    """Only for people who serve; to others there is no queue, and none of departments that are not theirs."""
    if not me().serves:
        raise NotFound()
    departments = people.departments_by_id()
    mine = sorted((row for row in departments.values() if row.id in me().serves), key=lambda row: row.key)
    chosen = next((row for row in mine if row.key == key), None)
    if key is not None and chosen is None:
        raise NotFound()
    held = access.queue_of(me(), chosen.id if chosen else None)
    cursor, at = request.args.get("cursor"), now()
    wanted = _wanted(at)
    # What waits for an approver is not the department's yet, and is seen only when asked for.
    ahead = access.queue_of(me(), chosen.id if chosen else None, unapproved=True)
    listed = ahead if wanted.statuses == AWAITING else held
    page = sla.by_due(queries.filtered(listed, wanted), cursor=cursor, limit=ROWS)
    rows = [(row.ticket, next_of(shown(reading, at) for reading in row.clocks)) for row in sla.rows(page.items, at)]
    counts = queries.counts(
        {
            "all": held, "mine": queries.filtered(held, Filter(worker_id=me().id)),
            "unassigned": queries.filtered(held, Filter(unassigned=True)),
        }
    )  # fmt: skip
    kept = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    return render_template(
        "queue/queue.html", rows=rows, waits=waited_for(me(), [ticket for ticket, _next in rows]), at=at, away=away.away_until({ticket.assignee_id for ticket, _next in rows}, at), departments=mine, chosen=chosen, counts=counts, kept=kept,
        statuses=ACTIVE, priorities=list(PRIORITY_NAMES), dense=kept.get("density") == "dense",
        next_url=_here(key, kept, cursor=page.next) if page.next else None, first_url=_here(key, kept) if cursor else None,
        letters=waiting_for_lead(me(), settings().mailboxes), filtered=any(kept.get(name) for name in ("status", "priority", "age", "q")), ages=AGES, address=lambda **changes: _here(key, kept | changes),
    )  # fmt: skip


def _wanted(at: datetime) -> Filter:
    """The filter in the address; what is not one of ours is passed over."""
    younger, older = AGES.get(request.args.get("age", ""), (None, None))
    status, priority, whose = (request.args.get(name, "") for name in ("status", "priority", "assignee"))
    return Filter(
        statuses=(status,) if status in ACTIVE else None, priority=priority if priority in PRIORITY_NAMES else None,
        worker_id=me().id if whose == "me" else None, unassigned=whose == "none", text=request.args.get("q", "")[:200],
        filed_since=None if older is None else at - timedelta(days=older),
        filed_before=None if younger is None else at - timedelta(days=younger),
    )  # fmt: skip


def _here(key: str | None, kept: dict[str, Any], **more: Any) -> str:
    return url_for("queue.queue", key=key, **{name: value for name, value in (kept | more).items() if value})
