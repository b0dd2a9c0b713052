"""Gives a report to who may read it, without what is not theirs; else `NotFound`. Nothing is computed here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.paging import Page
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.people.queries import departments
from servicedesk.people.rules import is_admin, reads_company_reports, reads_department_report
from servicedesk.reports import queries, rules
from servicedesk.reports.figures.what_if import WhatIf, what_if
from servicedesk.reports.models import Improvement, ReportIssue
from servicedesk.reports.queries.what_if import Question, decided
from servicedesk.sla.queries import engine_calendar
from servicedesk.sla.rules import edits_policies
from servicedesk.sla_engine import Target

_HEAD = ("month", "method", "number", "reason", "closed_at", "company", "names")


def issues_for(person: Person) -> list[ReportIssue]:
    """All issues for who reads company reports; nothing for the others."""
    return queries.issues() if reads_company_reports(person) else []


def issues_of(person: Person, month: str) -> list[ReportIssue]:
    """The issues of one month, the newest first, for who reads reports; nothing for the others."""
    return queries.issues_of(month) if reads_company_reports(person) else []


def report_for(person: Person, month: str, number: int | None = None) -> dict[str, Any]:
    """The stored document. Leads read comments and breaches of their own departments only; who reads reports without
    seeing tickets gets no ticket's number."""
    document = queries.document_of(month, number) if rules.is_month(month) and reads_company_reports(person) else None
    if document is None:
        raise NotFound(N_("There is no such report, or you may not see it."))
    leads = _led_keys(person)
    for part in document["departments"]:
        _strip(person, part, part["key"] in leads)
    for chain in document["chains"]:
        if not is_admin(person) and not leads.intersection(chain["route"]):
            chain["ticket_ids"] = None
    return document


def department_report_for(person: Person, month: str, department_key: str, number: int | None = None) -> dict[str, Any]:
    """The head of the document and the department's part, for its leads, report readers and administrators."""
    document = queries.document_of(month, number) if rules.is_month(month) else None
    part = next((row for row in (document or {}).get("departments", ()) if row["key"] == department_key), None)
    ids = {row.key: row.id for row in departments(active_only=False)}
    if document is None or part is None or not reads_department_report(person, ids.get(department_key, 0)):
        raise NotFound(N_("There is no such report, or you may not see it."))
    _strip(person, part, department_key in _led_keys(person))
    return {name: document[name] for name in _HEAD} | {"department": part}


def improvements_for(
    person: Person, department_id: int, cursor: str | None = None, limit: int = 20
) -> Page[Improvement]:
    """What the department heard and did, newest first: for everybody what is published, for its leads all of it."""
    published_only = not rules.tells_improvements(person, department_id)
    return queries.improvements(department_id, published_only=published_only, cursor=cursor, limit=limit)


def improvement_for(person: Person, department_id: int, improvement_id: int) -> Improvement:
    """One of them, for who may correct it; else `NotFound`."""
    found = queries.improvement(improvement_id) if rules.tells_improvements(person, department_id) else None
    if found is None or found.department_id != department_id:
        raise NotFound()
    return found


def live_for(person: Person, at: datetime, department_key: str | None = None) -> queries.Live:
    """The running month of one department or of all that the person leads; administrators may ask for any,
    and confidential tickets count for leads alone."""
    ids = {row.key: row.id for row in departments() if is_admin(person) or row.id in person.leads}
    wanted = list(ids.values()) if department_key is None else [ids[department_key]] if department_key in ids else []
    if not wanted:
        raise NotFound(N_("There is no such report, or you may not see it."))
    return queries.live(wanted, rules.month_of(at, queries.company_zone()), at, led=person.leads)


def what_if_for(
    person: Person, question: Question, target: Target | None, calendar_version_id: int | None, at: datetime
) -> WhatIf:
    """What a department would have kept with another target (None: the same) or by the hours of another calendar.

    For who may change its promises. Confidential tickets count for the team that holds them alone.
    """
    if not edits_policies(person, question.department_id):
        raise NotFound()
    rows = decided(question, person)
    return what_if(rows, target, lambda own: engine_calendar(calendar_version_id or own), at)


def _led_keys(person: Person) -> frozenset[str]:
    return frozenset(row.key for row in departments(active_only=False) if row.id in person.leads)


def _strip(person: Person, part: dict[str, Any], leads: bool) -> None:
    """What was left out is None, so that it is not taken for "there were none"."""
    if leads:
        return
    # Of a confidential request others do not know that it is there.
    part["breaches"] = [row for row in part["breaches"] if not row["confidential"]]
    if is_admin(person):
        return
    if not person.has("report_reader"):
        part["comments"] = part["breaches"] = None
        return
    part["breaches"] = [row | {"ticket_id": None, "clock_id": None} for row in part["breaches"]]
