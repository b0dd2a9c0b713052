"""Requests of who does not know whom to ask, and what the triage department is offered to hand them on to."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for

from servicedesk.catalog.finding import KnownDepartment, KnownType, find
from servicedesk.kernel.errors import Invalid
from servicedesk.kernel.now import now
from servicedesk.kernel.text import N_
from servicedesk.kernel.transaction import transaction
from servicedesk.people import queries as people
from servicedesk.tickets import actions as tickets
from servicedesk.web import errors, sent_once
from servicedesk.web.finding import finding
from servicedesk.web.forms.triage import UnknownForm
from servicedesk.web.kept import signed_in_or_kept
from servicedesk.web.offers import offers
from servicedesk.web.session import me, signed_in, stamp

SUGGESTED = 3
SUBJECT_COUNTS = 500  # letters of subject and text that are looked at


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Where a request could go; without a type where only the department is told. `own`: it may stay, as that type."""

    department: KnownDepartment
    type: KnownType | None
    own: bool = False


@finding.get("/requests/new/unknown")
@signed_in
def file_unknown() -> str:
    form = UnknownForm(formdata=None, subject=request.args.get("subject", "")[:300], key=secrets.token_urlsafe(16))
    return _page(form)


@finding.post("/requests/new/unknown")
@signed_in_or_kept
def send_unknown() -> Any:
    """A request without a type to the department that finds out whose it is. Sent once, however often it is pressed."""
    form = UnknownForm()
    try:
        if not form.validate():
            raise Invalid(fields=dict.fromkeys(form.errors, ""))
        with transaction():
            department = triage_department()
            if department is None:
                raise Invalid(N_("Nobody finds out here whose a request is. Choose the department in the directory."))
            if not sent_once.claim(form.key.data):
                return redirect(sent_once.where(form.key.data), 303)
            ticket = tickets.open_ticket(stamp(), me(), department=department, **form.values())
            sent_once.keep(form.key.data, url_for("catalog.sent", ticket_id=ticket.id))
    except Invalid as refusal:
        if not form.errors:
            errors.put_into(form, refusal)
        return _page(form), errors.status_of(refusal)
    return redirect(url_for("catalog.sent", ticket_id=ticket.id), 303)


def triage_department() -> Any:
    """The active department that finds out whose a request is, if there is one."""
    company = people.company()
    row = people.department(company.triage_department_id or 0) if company else None
    return row if row is not None and row.active else None


def suggestions(ticket: Any) -> list[Suggestion]:
    """Where a request without a type could go that waits in the triage department, best first; else nothing."""
    department = triage_department() if ticket.request_type_id is None else None
    if department is None or ticket.department_id != department.id:
        return []
    found = _for_words(ticket.subject, department.id)
    if not found:
        found = _for_words(f"{ticket.subject} {ticket.description}"[:SUBJECT_COUNTS], department.id)
    return found


def _for_words(text: str, own: int) -> list[Suggestion]:
    """Types first, each with its department; then departments that are named and have no type among them."""
    found = find(text, most=SUGGESTED, people=False)
    named = {row.department.id for row in found.request_types}
    # A type that needs an approval cannot be given to a request: its department is offered.
    given = [
        Suggestion(row.department, None if row.needs_approval else row, row.department.id == own)
        for row in found.request_types
        if not (row.needs_approval and row.department.id == own)
    ]
    rest = [Suggestion(row, None) for row in found.departments if row.id not in named | {own}]
    with_type = {one.department.id for one in given if one.type}
    whole = {one.department.id: one for one in (*given, *rest) if one.type is None}
    return [one for one in given if one.type] + [one for key, one in whole.items() if key not in with_type][:SUGGESTED]


def _page(form: UnknownForm) -> str:
    department = triage_department()
    promised = []
    if department is not None:
        every = offers(
            now(), department_id=department.id, request_type_id=None, customer_department_id=me().department_id
        )
        promised = [offer for offer in every if offer.priority in (None, "normal")]
    return render_template(
        "finding/unknown.html",
        form=form,
        department=department,
        offers=promised,
        departments=people.departments_by_id(),
    )
