"""One search over everything a person may see: requests, what can be asked for, departments, people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from servicedesk.catalog.finding import Found, find
from servicedesk.kernel.now import now
from servicedesk.people import queries as people
from servicedesk.sla import queries as sla
from servicedesk.tickets import search as requests
from servicedesk.tickets.search import Asked, Question
from servicedesk.web.errors import sentence_of
from servicedesk.web.finding import away
from servicedesk.web.readings import shown
from servicedesk.web.session import me, signed_in

search_pages = Blueprint("search", __name__)
ROWS, BESIDE = 20, 5
SORTS = ("best", "newest", "due")
# Fields of the form of filters, which become words of the one field.
FIELDS = ("department", "status", "assignee", "due", "filed")
CHOICES = {
    "status": ("open", "waiting", "done"), "assignee": ("me", "none"), "due": ("overdue", "today", "<2d"),
}  # fmt: skip


@dataclass(frozen=True)
class Chip:
    """A filter in force, as it is typed and as it is meant, and the address of the page without it."""

    typed: str
    shown: Any
    excluded: bool
    url: str


@search_pages.get("/search")
@signed_in
def search() -> str | Response:
    question = requests.read(request.args.get("q", "").strip()[: requests.LONGEST])
    added = [Asked(name, request.args[name].strip()) for name in FIELDS if request.args.get(name, "").strip()]
    if added:
        # The form's choices become words of the field, so that the address says it all, and the page can be sent on.
        names = {asked.name for asked in added}
        kept = [asked for asked in question.filters if asked.name not in names or asked.excluded]
        return redirect(_address(Question(question.words, tuple(kept)).also(*added), request.args.get("sort", "")))
    sort = request.args.get("sort", "") if request.args.get("sort") in SORTS else "best" if question.words else "newest"
    cursor, at = request.args.get("cursor"), now()
    meaning = requests.understood(question, requests.asking(me(), at))
    found = requests.Found()
    if question:
        found = requests.found(
            me(), question, [*meaning.conditions, *sla.promise_conditions(meaning.promises, me())],
            filed=meaning.filed, sort=sort, by_due=sla.ids_by_due, cursor=cursor, limit=ROWS,
        )  # fmt: skip
    beside = find(question.text, most=BESIDE) if question.words and not cursor else Found()
    ids = [hit.ticket.id for hit in (*found.hits, *found.beside)]
    clocks = {number: shown(reading, at) for number, reading in sla.shown_clocks(ids, at).items()}
    return render_template(
        "search/search.html", text=request.args.get("q", "").strip()[: requests.LONGEST], question=question, hits=found, clocks=clocks, at=at, sort=sort,
        chips=[_chip(question, chip, sort) for chip in meaning.chips], faults=[sentence_of(fault) for fault in meaning.faults], found=beside, away=away(beside),
        departments=people.departments(), choices=CHOICES, chosen={asked.name: asked.value for asked in question.filters if not asked.excluded},
        sorts=[(name, _address(question, name)) for name in SORTS], names_only=_address(Question(question.words), sort) if question.filters and question.words else None,
        next_url=url_for(".search", q=requests.written(question), sort=sort, cursor=found.next) if found.next else None,
        first_url=_address(question, sort) if cursor else None,
    )  # fmt: skip


def _address(question: Question, sort: str = "") -> str:
    kept = sort if sort in SORTS and sort != ("best" if question.words else "newest") else None
    return url_for(".search", q=requests.written(question), sort=kept)


def _chip(question: Question, chip: Any, sort: str) -> Chip:
    asked = chip.asked
    return Chip(f"{asked.name}:{asked.value}", chip.shown, asked.excluded, _address(question.without(asked), sort))
