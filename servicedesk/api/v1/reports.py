"""Closed monthly reports: the stored document, without what is not the reader's, as JSON and as files."""

from __future__ import annotations

from typing import Any

from flask import Response

from servicedesk.api import auth, bodies, report_answers
from servicedesk.api.auth import me, stamp
from servicedesk.api.doors import lists, new_door, says, sends
from servicedesk.api.errors import language
from servicedesk.api.reading import body, query
from servicedesk.api.replying import Answer, change, finished, listed, reply
from servicedesk.api.shapes import Json, moment
from servicedesk.kernel.errors import Invalid
from servicedesk.kernel.text import N_
from servicedesk.papers.answers import paper_answer
from servicedesk.papers.making import KINDS, paper_for
from servicedesk.people.queries import zone_of
from servicedesk.reports import access, actions, rules

door = new_door("reports", "Reports")


@door.get("/reports")
@lists(door, report_answers.Issue)
@auth.needs("reports:read")
@query(door, bodies.Page)
def reports(asked: dict[str, Any]) -> Response:
    """The closed months you may read, newest first, each with its newest issue"""
    if asked["cursor"] is not None and not rules.is_month(asked["cursor"]):
        raise Invalid(fields={"cursor": N_("This page marker is not one of ours; start from the first page.")})
    newest = {issue.month: issue for issue in reversed(access.issues_for(me()))}
    cut = [
        issue
        for month, issue in sorted(newest.items(), reverse=True)
        if asked["cursor"] is None or month < asked["cursor"]
    ]
    shown = cut[: asked["limit"]]
    following = shown[-1].month if len(cut) > len(shown) else None
    return listed(
        [_issue(row) for row in shown],
        following,
    )


@door.get("/reports/<month>")
@says(door, report_answers.Report)
@auth.needs("reports:read")
def report(month: str) -> Response:
    """The newest issue of a month's report, like 2026-04

    Requests of a chain are named to tokens that may read tickets.
    """
    return reply(Answer(access.report_for(me(), month, named=auth.may("tickets:read"))))


@door.post("/reports/<month>/corrections")
@says(door, report_answers.Issue, 201)
@auth.needs("setup:write")
@body(door, bodies.Correction, {"reason": "Tickets that the import had left out are counted now."})
def correct(month: str, sent: dict[str, Any]) -> Response:
    """Issue a closed month anew, one number up; for administrators

    What was published before stays as it is, and can still be read.
    """

    def make() -> Answer:
        access.issue_to_correct(me(), month)
        made = actions.correct_month(stamp(), month, reason=sent["reason"])
        finished()
        return Answer(_issue(made), 201)

    return change(make)


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
    """Its broken promises, as they stood when the month was closed, a hundred at a time

    Tickets and clocks are named to tokens that may read tickets.
    """
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


def _issue(row: Any) -> Json:
    return {"month": row.month, "number": row.number, "closed_at": moment(row.closed_at), "reason": row.reason}


def _list(month: str, key: str, name: str, asked: dict[str, Any]) -> Response:
    named = auth.may("tickets:read")
    page = access.report_list_for(me(), month, key, name, cursor=asked["cursor"], named=named)
    return listed(page.items, page.next)


@door.get("/reports/<month>.<any(pdf, xlsx, csv):kind>")
@sends(door, KINDS)
@auth.needs("reports:read")
def report_file(month: str, kind: str) -> Response:
    """A month's report as a file

    PDF, a workbook, or a table with a row for each department; in the language of `Accept-Language`, else of the token's
    person. Send its ETag as `If-None-Match` to get 304 while nothing has changed.
    """
    return _file(month, None, kind)


@door.get("/reports/<month>/departments/<key>.<any(pdf, xlsx, csv):kind>")
@sends(door, KINDS)
@auth.needs("reports:read")
def department_report_file(month: str, key: str, kind: str) -> Response:
    """One department's part of it as a file

    As the company's; the table has a row for each figure.
    """
    return _file(month, key, kind)


def _file(month: str, key: str | None, kind: str) -> Response:
    who, named = me(), auth.may("tickets:read")
    paper = paper_for(who, month, kind, key=key, language=language(), zone=zone_of(who), named=named)
    return paper_answer(paper)
