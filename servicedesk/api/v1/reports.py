"""Closed monthly reports: the stored document, without what is not the reader's."""

from __future__ import annotations

from flask import Response

from servicedesk.api import answers, auth
from servicedesk.api.auth import me
from servicedesk.api.doors import new_door, says
from servicedesk.api.replying import Answer, reply
from servicedesk.reports import access

door = new_door("reports", "Reports")


@door.get("/reports/<month>")
@says(door, answers.Report)
@auth.needs("reports:read")
def report(month: str) -> Response:
    """The newest issue of a month's report, like 2026-04"""
    return reply(Answer(access.report_for(me(), month)))


@door.get("/reports/<month>/departments/<key>")
@says(door, answers.DepartmentReport)
@auth.needs("reports:read")
def department_report(month: str, key: str) -> Response:
    """One department's part of it"""
    return reply(Answer(access.department_report_for(me(), month, key)))
