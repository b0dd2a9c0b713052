"""The page of a department, which each department keeps itself: who it is, what it promises and kept, who is away."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from servicedesk.catalog import queries as catalog
from servicedesk.catalog.rules import edits_catalog
from servicedesk.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from servicedesk.kernel.now import now
from servicedesk.kernel.text import N_
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions, queries
from servicedesk.people.rules import reads_department_report
from servicedesk.reports import access as report_access
from servicedesk.reports import queries as reports
from servicedesk.reports.rules import reads_improvements, tells_improvements
from servicedesk.sla import access
from servicedesk.sla import queries as sla
from servicedesk.sla.rules import PolicyRow, edits_policies
from servicedesk.web import errors
from servicedesk.web.agreements import summary_of
from servicedesk.web.forms.departments import AboutForm
from servicedesk.web.forms.improvements import AIM_NAMES
from servicedesk.web.kept import signed_in_or_kept
from servicedesk.web.people import people
from servicedesk.web.session import me, signed_in, stamp
from servicedesk.web.session import person as somebody

SHOWN_IMPROVEMENTS = 3


@people.get("/departments/<key>")
@signed_in
def department(key: str) -> Any:
    row, at = active_department(key), now()
    month = next(iter(reports.closed_months()), None)
    document = reports.document_of(month) if month else None
    part = next((part for part in (document or {}).get("departments", ()) if part["key"] == key), None)
    team = queries.teams().get(row.id, [])
    return render_template(
        "people/department.html", department=row, team=team, month=month, kept=part and part["promises"],
        types=catalog.request_types(department_id=row.id), policies=_in_force(sla.promises_of(row.id, me())),
        departments=queries.departments_by_id(), types_by_id=catalog.request_types_by_id(), away=_away(at, team),
        may_read_report=reads_department_report(me(), row.id), may_promise=edits_policies(me(), row.id), may_offer=edits_catalog(me(), row.id), hours=_hours_to_change(row.id),
        agreements=[summary_of(found, sla.day_of(at, row.id)) for found in sla.agreements_of(row.id, me())],
        thanks=report_access.thanks_for(me(), row.id, limit=SHOWN_IMPROVEMENTS),
        improvements=report_access.improvements_for(me(), row.id, published_only=True, limit=SHOWN_IMPROVEMENTS),
        today=sla.day_of(at, row.id), aims=AIM_NAMES, may_tell=tells_improvements(me(), row.id), works_here=reads_improvements(me(), row.id),
    )  # fmt: skip


@people.get("/departments/<key>/about")
@signed_in
def about_department(key: str) -> Any:
    row = own_department(key)
    return render_template("people/about.html", department=row, form=AboutForm.of(row))


@people.post("/departments/<key>/about")
@signed_in_or_kept
def describe_department(key: str) -> Any:
    row, form = own_department(key), AboutForm()
    try:
        if not form.validate():
            raise Invalid(fields=dict.fromkeys(form.errors, ""))
        with transaction():
            actions.change_department(stamp(), own_department(key), form.values())
    except Invalid as refusal:
        return _refused("people/about.html", row, form, refusal)
    flash(_("Saved."), "success")
    return redirect(url_for("people.department", key=key), 303)


def _refused(template: str, row: Any, form: Any, refusal: Invalid | Conflict, **more: Any) -> Any:
    conflict = None
    if isinstance(refusal, Conflict):
        conflict = errors.sentence_of(refusal)
    elif not form.errors:
        errors.put_into(form, refusal)
    page = render_template(template, department=row, form=form, conflict=conflict, **more)
    return page, errors.status_of(refusal)


def active_department(key: str) -> Any:
    row = queries.department_by_key(key)
    if row is None or not row.active:
        raise NotFound()
    return row


def own_department(key: str) -> Any:
    """The department, for its leads and administrators."""
    row = active_department(key)
    if somebody() is not None and not tells_improvements(me(), row.id):
        raise NotAllowed(N_("This page is kept by those who lead the department."))
    return row


def _away(at: datetime, team: list[tuple[Any, bool]]) -> list[tuple[Any, Any, Any]]:
    """Who of the team is away, until when, and who stands in: (person, absence, stand-in or None)."""
    absences = queries.absences_at(at)
    away = [member for member, _leads in team if member.id in absences]
    covers = queries.stand_ins_of([member.id for member in away], at) if away else {}
    return [(member, absences[member.id], next(iter(covers[member.id]), None)) for member in away]


def _hours_to_change(department_id: int) -> str | None:
    """Key of the department's calendar for who may change it."""
    if not edits_policies(me(), department_id):
        return None
    mine = access.calendars_for(me())
    return next((row.key for row in mine if department_id in sla.departments_working_by(row)), None)


def _in_force(policies: list[PolicyRow]) -> list[PolicyRow]:
    """Without what the company promises in general where the department promises the same for every request."""
    own: set[str] = set()
    for row in policies:
        for_all = not (
            row.request_type_id or row.customer_department_id or row.priority or row.valid_from or row.valid_until
        )
        if row.department_id and for_all:
            own |= row.targets.keys()
    shown = [
        replace(row, targets={metric: text for metric, text in row.targets.items() if metric not in own})
        if not (row.department_id or row.request_type_id or row.customer_department_id) else row
        for row in policies
    ]  # fmt: skip
    return [row for row in shown if row.targets]
