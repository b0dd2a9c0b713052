"""One's own requests: the page that lists them, and what lists show of each, the promise that is due next and whose word it
waits for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import render_template, request, url_for

from servicedesk.kernel.now import now
from servicedesk.sla import queries as sla
from servicedesk.tickets import access, queries
from servicedesk.tickets.rules import ACTIVE, AWAITING
from servicedesk.web.readings import Shown, next_of, shown
from servicedesk.web.session import me, signed_in
from servicedesk.web.tickets import tickets

TABS = {"open": ACTIVE, "waiting": ("waiting", "resolved", *AWAITING), "done": ("resolved", "closed", "cancelled")}
WHOSE = ("own", "filed", "followed")
ROWS = 30


@tickets.get("/requests")
@signed_in
def mine() -> str:
    """Tabs by what is to be done; `q` are words or a number, `whose` own, filed or followed."""
    tab, whose, text = (request.args.get(name, "") for name in ("tab", "whose", "q"))
    tab, whose, text = tab if tab in TABS else "open", whose if whose in WHOSE else "", text.strip()[:200]
    own = queries.filtered(access.own_tickets(me(), whose), queries.Filter(text=text))
    lists = {name: queries.filtered(own, queries.Filter(statuses=statuses)) for name, statuses in TABS.items()}
    # What others asked for waits for them, also when one follows it.
    theirs = queries.Filter(requester_id=me().id, balls=("requester", "none"))
    lists["waiting"] = queries.filtered(lists["waiting"], theirs)
    cursor, at = request.args.get("cursor"), now()
    page = queries.page(lists[tab], sort="updated", cursor=cursor, limit=ROWS)
    kept: dict[str, Any] = {name: value for name, value in (("tab", tab), ("q", text), ("whose", whose)) if value}
    return render_template(
        "tickets/mine.html", tab=tab, whose=whose, text=text, rows=with_promises(page.items, at), at=at,
        approvers=approvers_of(page.items), counts=queries.counts({name: lists[name] for name in ("open", "waiting")}),
        next_url=url_for(".mine", **kept, cursor=page.next) if page.next else None,
        first_url=url_for(".mine", **kept) if cursor else None,
    )  # fmt: skip


def with_promises(tickets: Sequence[Any], at: datetime) -> list[tuple[Any, Shown | None]]:
    """Each ticket with the running promise that is due first; how long departments keep it is no business of requesters."""
    return [
        (row.ticket, next_of(shown(reading, at) for reading in row.clocks if reading.clock.metric != "stay"))
        for row in sla.rows(tickets, at)
    ]


def approvers_of(tickets: Sequence[Any]) -> dict[int, str]:
    """By ticket the names of those whose word it waits for."""
    waiting = [ticket.id for ticket in tickets if ticket.status == "awaiting_approval"]
    found = queries.approvals_of(waiting) if waiting else {}
    return {
        number: ", ".join(row.approver.name for row in rows if row.asked_at is not None and row.decided_at is None)
        for number, rows in found.items()
    }
