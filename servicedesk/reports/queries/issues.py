"""Reads of stored issues. What a document says is never computed again."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import defer

from servicedesk.kernel.db import db
from servicedesk.reports.models import ReportIssue


def issue(month: str, number: int | None = None) -> ReportIssue | None:
    """The issue with this number, or the newest of the month."""
    query = select(ReportIssue).where(ReportIssue.month == month)
    if number is not None:
        query = query.where(ReportIssue.number == number)
    return db.session.scalars(query.order_by(ReportIssue.number.desc()).limit(1)).one_or_none()


def document_of(month: str, number: int | None = None) -> dict[str, Any] | None:
    """The whole stored document. Pages and the API ask access.py, which leaves out what the reader may not see."""
    found = issue(month, number)
    return json.loads(found.document) if found else None


def issues() -> list[ReportIssue]:
    """All issues, newest month first and newest issue first, without loading their documents."""
    query = select(ReportIssue).options(defer(ReportIssue.document))
    return list(db.session.scalars(query.order_by(ReportIssue.month.desc(), ReportIssue.number.desc())))


def issues_of(month: str) -> list[ReportIssue]:
    """The issues of one month, the newest first, without their documents."""
    query = select(ReportIssue).options(defer(ReportIssue.document)).where(ReportIssue.month == month)
    return list(db.session.scalars(query.order_by(ReportIssue.number.desc())))


def closed_months() -> list[str]:
    """Months with an issue, newest first."""
    return list(db.session.scalars(select(ReportIssue.month).distinct().order_by(ReportIssue.month.desc())))


def previous_issue(month: str) -> dict[str, Any] | None:
    """The document of the newest closed month before `month`."""
    found = db.session.scalars(_newest_issues().where(ReportIssue.month < month).limit(1)).one_or_none()
    return json.loads(found.document) if found else None


def trend_issues(month: str, limit: int) -> list[dict[str, Any]]:
    """Documents of the `limit` newest closed months before `month`, oldest first."""
    found = db.session.scalars(_newest_issues().where(ReportIssue.month < month).limit(limit)).all()
    return [json.loads(row.document) for row in reversed(found)]


def _newest_issues() -> Select[ReportIssue]:
    newest = (
        select(ReportIssue.month, func.max(ReportIssue.number).label("number")).group_by(ReportIssue.month).subquery()
    )
    return (
        select(ReportIssue)
        .join(newest, (newest.c.month == ReportIssue.month) & (newest.c.number == ReportIssue.number))
        .order_by(ReportIssue.month.desc())
    )
