"""One search over everything a person may see: requests, what can be asked for, departments, people."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from servicedesk.catalog import queries as catalog
from servicedesk.catalog.rules import ranked
from servicedesk.kernel.now import now
from servicedesk.people import queries as people
from servicedesk.sla import queries as sla
from servicedesk.tickets import access, queries
from servicedesk.web.catalog import matching
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
        found = queries.filtered(access.tickets_of(me()), queries.Filter(text=text))
        page = queries.page(found, sort="updated", cursor=cursor, limit=ROWS)
        rows = [(row.ticket, next_of(shown(r, at) for r in row.clocks)) for row in sla.rows(page.items, at)]
        next_url = url_for(".search", q=text, cursor=page.next) if page.next else None
    beside = _beside(text) if text and not cursor else {}
    return render_template(
        "search/search.html", text=text, rows=rows, at=at, next_url=next_url,
        first_url=url_for(".search", q=text) if cursor else None, **beside,
    )  # fmt: skip


def _beside(text: str) -> dict[str, list[Any]]:
    """What is not a request but fits the words; shown with the first page."""
    departments = people.departments()
    entries = [
        [(2, row.key), *((3, name) for name in row.name.values()), *((1, why) for why in row.mission.values())]
        for row in departments
    ]
    return {
        "types": matching(catalog.request_types(), text)[:BESIDE],
        "departments": [departments[number] for number in ranked(text, entries)[:BESIDE]],
        "people": people.people_page(text=_as_a_name(text), limit=BESIDE).items,
    }


def _as_a_name(text: str) -> str:
    # SQLite folds Latin letters only, so a name typed small is asked for as names are written.
    return text.title() if text == text.lower() else text
