"""The page on which a lead tries another promise on a month that is over. It computes and changes nothing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from servicedesk.catalog import queries as catalog
from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.now import now
from servicedesk.people import queries as people
from servicedesk.reports import access
from servicedesk.reports import queries as reports
from servicedesk.reports.figures.what_if import MOST_LISTED
from servicedesk.reports.queries.what_if import Question
from servicedesk.reports.rules import is_month, month_of, shifted
from servicedesk.sla import queries, rules
from servicedesk.web.forms.what_if import WhatIfForm
from servicedesk.web.present import here, month
from servicedesk.web.session import language, me, signed_in

what_if = Blueprint("what_if", __name__)

MONTHS_OFFERED = 24


@what_if.get("/reports/what-if")
@signed_in
def ask() -> Any:
    """The question, and its answer once something is asked."""
    departments = [row for row in people.departments() if rules.edits_policies(me(), row.id)]
    if not departments:
        raise NotFound()
    form = _form(departments)
    asked = "target" in request.args or "calendar" in request.args
    found = _answer(form, departments) if asked and form.validate() else None
    page = render_template(
        "reports/what_if.html",
        form=form,
        found=found,
        most=MOST_LISTED,
        departments={row.key: row for row in departments},
    )
    return page, 422 if form.errors else 200


def _form(departments: list[Any]) -> WhatIfForm:
    present = month_of(now(), reports.company_zone())
    months = [shifted(present, -back) for back in range(MONTHS_OFFERED)]
    query = request.args.copy()
    query.setdefault("month", months[1])
    query.setdefault("metric", "resolution")
    query.setdefault("department", departments[0].key)
    for name in ("request_type", "priority", "calendar"):
        query.setdefault(name, "")
    if query["department"] not in {row.key for row in departments}:
        raise NotFound()
    if query["month"] not in months and is_month(query["month"]) and query["month"] < present:
        months.append(query["month"])
    form = WhatIfForm(query)
    ids = {row.id for row in departments}
    kinds = [row for row in catalog.request_types(active_only=False) if row.department_id in ids]
    form.offer(departments, kinds, queries.calendars(), [(key, month(key, here())) for key in months], language())
    return form


def _answer(form: WhatIfForm, departments: list[Any]) -> Any:
    department = next(row for row in departments if row.key == form.department.data)
    kind = catalog.request_type_by_key(form.request_type.data) if form.request_type.data else None
    hours = queries.calendar_by_key(form.calendar.data) if form.calendar.data else None
    version = queries.newest_version(hours.id) if hours else None
    question = Question(
        department.id, form.metric.data, form.month.data, request_type_id=kind.id if kind else None,
        priority=form.priority.data or None, begun=bool(form.begun.data),
    )  # fmt: skip
    return access.what_if_for(me(), question, form.said(), version.id if version else None, now())
