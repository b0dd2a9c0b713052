"""GET /departments: who supplies services, what they promise, how the last closed month went."""

from __future__ import annotations

from typing import Any

from flask import Response

from servicedesk.api import answers, auth, shapes
from servicedesk.api.bodies import Page
from servicedesk.api.doors import lists, new_door, says
from servicedesk.api.errors import language
from servicedesk.api.gathering import names
from servicedesk.api.paging import page_by_key
from servicedesk.api.reading import query
from servicedesk.api.replying import Answer, listed, reply
from servicedesk.api.shapes import Json, Names
from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.text import N_
from servicedesk.people import queries as people
from servicedesk.people.rules import is_key, reads_company_reports
from servicedesk.reports import access as reports
from servicedesk.reports import queries as issues
from servicedesk.sla import queries as sla

door = new_door("departments", "Departments")


@door.get("/departments")
@lists(door, answers.Department)
@auth.needs()
@query(door, Page)
def departments(asked: dict[str, Any]) -> Response:
    """Departments, by key"""
    found, following = page_by_key(people.departments(), **asked)
    known, report = names(), _last_report()
    return listed([_as_json(row, known, report) for row in found], following)


@door.get("/departments/<key>")
@says(door, answers.Department)
@auth.needs()
def department(key: str) -> Response:
    """One department"""
    row = people.department_by_key(key) if is_key(key) else None
    if row is None or not row.active:
        raise NotFound(N_("There is no such department."))
    return reply(Answer(_as_json(row, names(), _last_report())))


def _as_json(row: Any, known: Names, report: Json | None) -> Json:
    promises = [shapes.policy(promise, known) for promise in sla.promises_of(row.id, auth.me())]
    return shapes.department(row, promises, shapes.figures(report, row.key) if report else None, language())


def _last_report() -> Json | None:
    """The newest report, for whom reads company reports and with a token that is for that."""
    if not auth.may("reports:read") or not reads_company_reports(auth.me()):
        return None
    months = issues.closed_months()
    return reports.report_for(auth.me(), months[0]) if months else None
