"""One search over everything a person may see: requests, what can be asked for, departments, people."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from servicedesk.catalog.finding import Found, find
from servicedesk.kernel.now import now
from servicedesk.sla import queries as sla
from servicedesk.tickets import access, queries
from servicedesk.web.finding import away
from servicedesk.web.readings import next_of, shown
from servicedesk.web.session import me, signed_in

search_pages = Blueprint("search", __name__)
ROWS, BESIDE = 30, 5


@search_pages.get("/search")
@signed_in
def search() -> str:
    text, cursor, at = request.args.get("q", "").strip()[:200], request.args.get("cursor"), now()
    rows: list[Any] = []
    next_url = None
    if text:
        matching = queries.filtered(access.tickets_of(me()), queries.Filter(text=text))
        page = queries.page(matching, sort="updated", cursor=cursor, limit=ROWS)
        rows = [(row.ticket, next_of(shown(r, at) for r in row.clocks)) for row in sla.rows(page.items, at)]
        next_url = url_for(".search", q=text, cursor=page.next) if page.next else None
    found = find(text, most=BESIDE) if text and not cursor else Found()
    return render_template(
        "search/search.html", text=text, rows=rows, at=at, next_url=next_url,
        first_url=url_for(".search", q=text) if cursor else None, found=found, away=away(found),
    )  # fmt: skip
