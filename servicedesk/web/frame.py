"""What surrounds every page: navigation, security headers, the script nonce, request numbers."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Flask, Response, g, request, session, url_for
from flask_babel import gettext as _

from servicedesk.kernel.errors import Invalid
from servicedesk.kernel.now import now
from servicedesk.kernel.text import N_, is_storable
from servicedesk.notifications import queries as notices
from servicedesk.people import queries as people
from servicedesk.people.rules import is_admin, reads_company_reports
from servicedesk.web.session import person, settings

POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; "
    "connect-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'; object-src 'none'"
)


def install(app: Flask) -> None:
    app.before_request(_begin)
    app.before_request(_refuse_what_cannot_be_kept)
    app.after_request(_protect)
    app.context_processor(_surroundings)
    app.jinja_env.globals["csp_nonce"] = lambda: g.nonce


def _begin() -> None:
    g.nonce = secrets.token_urlsafe(16)
    g.request_id = secrets.token_hex(8)


def _refuse_what_cannot_be_kept() -> None:
    """No browser sends a zero character, and PostgreSQL takes none, not even to look for it."""
    if request.path.startswith("/api/"):
        return  # says which field it is
    sent = [*request.args.items(multi=True), *request.form.items(multi=True)]
    if not all(is_storable(name) and is_storable(value) for name, value in sent):
        raise Invalid(N_("This text has a character that cannot be kept."))


def _protect(response: Response) -> Response:
    headers = response.headers
    nonce = g.get("nonce") or secrets.token_urlsafe(16)
    headers.setdefault("Content-Security-Policy", POLICY.format(nonce=nonce))
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("X-Frame-Options", "DENY")
    headers["X-Request-Id"] = g.get("request_id", "")
    if settings().public_url.startswith("https:"):
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if not request.path.startswith("/static/"):
        headers.setdefault("Cache-Control", "no-store")
        headers.add("Vary", "Cookie")
    return response


def _surroundings() -> dict[str, Any]:
    """What base.html expects. Asked only when a page is rendered."""
    who = person()
    company = people.company()
    unread, approvals = notices.waiting_counts(who) if who else (0, 0)
    nav = _navigation(who, approvals) if who else []
    return {
        "company": company.name if company else None,
        "person": who,
        "theme": who.theme if who else session.get("theme", "system"),
        "unread": unread,
        "to_approve": approvals,
        "nav": nav,
        "section": next((label for _url, label, _icon, active, _count in nav if active), ""),
        "now": now(),
        "demo": settings().demo,
    }


def _navigation(who: Any, approvals: int) -> list[tuple[str, str, str, bool, int | None]]:
    """(address, label, icon, active, count) of the sections this person has. Approvals are one while some wait."""
    entries = [
        ("home.home", _("Home"), "home"),
        ("catalog.choose", _("New request"), "new"),
        ("tickets.mine", _("My requests"), "requests"),
    ]
    if approvals or request.endpoint == "approvals.waiting":
        entries.append(("approvals.waiting", _("Approvals"), "approve"))
    if who.serves:
        entries.append(("queue.queue", _("Queue"), "queue"))
    if who.leads:
        entries.append(("sla.breaches", _("Breaches"), "promise-broken"))
        entries.append(("agreements.listed", _("Agreements"), "agreement"))
    if reads_company_reports(who):
        entries.append(("reports.reports", _("Reports"), "report"))
    entries.append(("people.directory", _("Directory"), "people"))
    if is_admin(who):
        entries.append(("admin.overview", _("Administration"), "settings"))
    here = request.endpoint or ""
    section = _WITHIN.get(here, here.split(".")[0])
    return [
        (
            url_for(name),
            label,
            icon,
            here == name or (name.split(".")[0] == section and name not in _EXACT),
            approvals or None if name == "approvals.waiting" else None,
        )
        for name, label, icon in entries
    ]


# Pages that are reached from a section and are written elsewhere.
_WITHIN = dict.fromkeys(
    ("survey_results.waves", "survey_results.company", "survey_results.department", "opinions.signed"), "reports"
)
_EXACT = frozenset({"tickets.mine", "approvals.waiting", "people.directory", "sla.breaches"})
