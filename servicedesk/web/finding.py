"""Finding whom to ask: what fits typed words, for the page, for the field while somebody types, and for the palette."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from servicedesk.catalog.finding import Found, find
from servicedesk.kernel.now import now
from servicedesk.people import queries as people
from servicedesk.people.rules import is_admin
from servicedesk.tickets import access
from servicedesk.tickets import queries as tickets
from servicedesk.tickets.search import quick
from servicedesk.web.session import me, person, signed_in

finding = Blueprint("finding", __name__)
LONGEST = 200
IN_PALETTE = 4
_NUMBER = re.compile(r"#?\s*(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Away:
    """Until when somebody is away, and who stands in, where anybody does."""

    until: datetime
    cover: str | None


@finding.get("/find")
@signed_in
def find_page() -> str:
    """For htmx the results alone, for the palette its choices or the pages it knows, for everybody else a page."""
    text = typed()
    if request.args.get("for") == "pages":
        return render_template("finding/_pages.html")
    if request.args.get("for") == "palette":
        return _for_palette(text)
    page = "finding/_found.html" if request.headers.get("HX-Request") else "finding/find.html"
    return render_template(page, **results(text))


def _for_palette(text: str) -> str:
    """What fits, the person's own requests first of all; of nothing typed, those that changed last."""
    number = _NUMBER.fullmatch(text)
    found = find(text, most=IN_PALETTE) if text else Found()
    return render_template(
        "finding/_choices.html", found=found, number=int(number[1]) if number else None, text=text,
        tickets=_tickets(text),
    )  # fmt: skip


def _tickets(text: str) -> list[Any]:
    """Requests of the palette, as far as the person sees them."""
    if text:
        return [hit.ticket for hit in quick(me(), text, limit=IN_PALETTE)]
    if me().serves:
        query = tickets.filtered(access.queue_of(me()), tickets.Filter(worker_id=me().id))
    else:
        query = access.own_tickets(me())
    return tickets.page(query, sort="updated", limit=IN_PALETTE).items


def typed() -> str:
    return request.args.get("q", "").strip()[:LONGEST]


def results(text: str, most: int = 5) -> dict[str, Any]:
    """What `finding/_found.html` shows: the text, what fits it, and who of the people found is away."""
    found = find(text, most=most) if text else None
    return {"text": text, "found": found, "away": away(found) if found else {}}


def away(found: Found) -> dict[int, Away]:
    return away_of([row.id for row in found.people])


def away_of(person_ids: list[int]) -> dict[int, Away]:
    """Of these people those who are away now, by id."""
    at = now()
    absences = people.absences_at(at) if person_ids else {}
    gone = [number for number in person_ids if number in absences]
    covers = people.stand_ins_of(gone, at) if gone else {}
    return {
        number: Away(absences[number].ends_at, next((cover.name for cover in covers[number]), None)) for number in gone
    }


@finding.app_template_global("palette_pages")
def palette_pages(nav: list[tuple[str, str, str, bool, int | None]]) -> list[tuple[str, str, str]]:
    """(address, name, icon) of the pages this person may open: the sections, and what has no section."""
    pages = [(url, label, icon) for url, label, icon, _active, _count in nav]
    pages += [(url_for(name), label, icon) for name, label, icon in _beside()]
    return pages


@finding.app_template_global("palette_settings")
def palette_settings() -> list[tuple[str, str, str]]:
    """(address, name, icon) of what one sets for oneself."""
    parts = [("speech", _("Language and time"), "language"), ("screen", _("Appearance and keys"), "keyboard")]
    parts += [("password-card", _("Password"), "confidential"), ("sessions", _("Where you are signed in"), "eye")]
    parts += [("tokens", _("Tokens for programs"), "link")]
    own = [(url_for("people.account", _anchor=part), label, icon) for part, label, icon in parts]
    return [
        *own,
        (url_for("wishes.chosen"), _("What you are written about"), "mail"),
        (url_for("absences.mine"), _("Your absences"), "calendar"),
    ]


def _beside() -> list[tuple[str, str, str]]:
    own = [
        ("notifications.bell", _("Notifications"), "bell"), ("people.account", _("Account"), "settings"),
        ("search.search", _("Search"), "search"), ("finding.file_unknown", _("I don't know whom to ask"), "info"),
    ]  # fmt: skip
    who = person()
    if who is None or not is_admin(who):
        return own
    return [*own, ("admin.people", _("People"), "people"), ("admin.departments", _("Departments"), "settings")]
