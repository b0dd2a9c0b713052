"""Closed monthly reports: the stored document, without what is not the reader's."""

from __future__ import annotations

from typing import Any

from flask import Response

from servicedesk.api import auth, bodies, report_answers
from servicedesk.api.auth import me
from servicedesk.api.doors import lists, new_door, says
from servicedesk.api.reading import query
from servicedesk.api.replying import Answer, listed, reply
from servicedesk.api.shapes import moment
from servicedesk.reports import access

door = new_door("reports", "Reports")


@door.get("/reports")
@lists(door, report_answers.Issue)
@auth.needs("reports:read")
@query(door, bodies.Page)
def reports(asked: dict[str, Any]) -> Response:
    """The closed months you may read, newest first, each with its newest issue"""
    newest = {issue.month: issue for issue in reversed(access.issues_for(me()))}
    cut = [
        issue
        for month, issue in sorted(newest.items(), reverse=True)
        if asked["cursor"] is None or month < asked["cursor"]
    ]
    shown = cut[: asked["limit"]]
    following = shown[-1].month if len(cut) > len(shown) else None
    return listed(
        [
            {"month": row.month, "number": row.number, "closed_at": moment(row.closed_at), "reason": row.reason}
            for row in shown
        ],
        following,
    )


@door.get("/reports/<month>")
@says(door, report_answers.Report)
@auth.needs("reports:read")
def report(month: str) -> Response:
    """The newest issue of a month's report, like 2026-04"""
    return reply(Answer(access.report_for(me(), month)))


@door.get("/reports/<month>/departments/<key>")
@says(door, report_answers.DepartmentReport)
@auth.needs("reports:read")
def department_report(month: str, key: str) -> Response:
    """One department's part of it, without its lists"""
    return reply(Answer(access.department_report_for(me(), month, key)))


@door.get("/reports/<month>/departments/<key>/breaches")
@lists(door, report_answers.StoredBreach)
@auth.needs("reports:read")
@query(door, bodies.StoredPage)
def breaches(asked: dict[str, Any], month: str, key: str) -> Response:
    """Its broken promises, as they stood when the month was closed, a hundred at a time"""
    return _list(month, key, "breaches", asked)


@door.get("/reports/<month>/departments/<key>/comments")
@lists(door, report_answers.Comment)
@auth.needs("reports:read")
@query(door, bodies.StoredPage)
def comments(asked: dict[str, Any], month: str, key: str) -> Response:
    """What people wrote, in random order, a hundred at a time"""
    return _list(month, key, "comments", asked)


@door.get("/reports/<month>/departments/<key>/thanks")
@lists(door, report_answers.Thanks)
@auth.needs("reports:read")
@query(door, bodies.StoredPage)
def thanks(asked: dict[str, Any], month: str, key: str) -> Response:
    """Notes of thanks, a hundred at a time"""
    return _list(month, key, "thanks", asked)


def _list(month: str, key: str, name: str, asked: dict[str, Any]) -> Response:
    page = access.report_list_for(me(), month, key, name, cursor=asked["cursor"])
    return listed(page.items, page.next)
