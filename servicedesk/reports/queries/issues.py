"""Reads of stored issues. What a document says is never computed again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import defer

from servicedesk.kernel.db import db
from servicedesk.kernel.paging import Page
from servicedesk.reports import document
from servicedesk.reports.models import ReportIssue, ReportListPage

Json = dict[str, Any]


@dataclass(frozen=True)
class ClosedMonth:
    """The newest issue of a month with its number; `index` and `kept` (resolutions) are the company's."""

    month: str
    number: int
    closed_at: datetime
    index: Json
    kept: Json


def issue(month: str, number: int | None = None) -> ReportIssue | None:
    """The issue with this number, or the newest of the month."""
    return db.session.scalars(_issue(ReportIssue, month, number)).one_or_none()


def document_of(month: str, number: int | None = None) -> Json | None:
    """The stored document without the lists beside it. Pages and the API ask access.py, which leaves out what the
    reader may not see."""
    # Its text alone: the summary of an issue is JSON to be read as well.
    text = db.session.scalar(_issue(ReportIssue.document, month, number))
    return json.loads(text) if text else None


def whole_document_of(found: ReportIssue) -> Json:
    """The stored document with every list in its department, as documents looked before method 4."""
    whole: Json = json.loads(found.document)
    for part in whole["departments"]:
        for name in part.get("lists", ()):
            part[name] = list(list_rows(found, part["key"], name))
    return whole


def list_page(found: ReportIssue, department_key: str, name: str, page: int) -> list[Json]:
    """The rows of one stored page, counted from 1; none beyond the last."""
    return next(_pages(found, department_key, name, ReportListPage.page == page), [])


def first_pages(found: ReportIssue, department_key: str) -> dict[str, list[Json]]:
    """The rows of the first stored page of each of a department's lists, by its name."""
    query = select(ReportListPage.name, ReportListPage.rows).where(
        ReportListPage.issue_id == found.id, ReportListPage.department_key == department_key, ReportListPage.page == 1
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def list_rows(found: ReportIssue, department_key: str, name: str) -> Iterator[Json]:
    """All rows of a list in their order; no more than a few pages of them are in memory."""
    for rows in _pages(found, department_key, name):
        yield from rows


def is_intact(found: ReportIssue) -> bool:
    """Whether document and lists are what was stored: their checksums say so."""
    if document.checksum_of(found.document) != found.checksum:
        return False
    return all(
        document.checksum_of_rows(list_rows(found, part["key"], name)) == told["sha256"]
        for part in json.loads(found.document)["departments"]
        for name, told in part.get("lists", {}).items()
    )


def issues() -> list[ReportIssue]:
    """All issues, newest month first and newest issue first, without loading their documents."""
    query = select(ReportIssue).options(defer(ReportIssue.document), defer(ReportIssue.summary))
    return list(db.session.scalars(query.order_by(ReportIssue.month.desc(), ReportIssue.number.desc())))


def issues_of(month: str) -> list[ReportIssue]:
    """The issues of one month, the newest first, without their documents."""
    query = (
        select(ReportIssue)
        .options(defer(ReportIssue.document), defer(ReportIssue.summary))
        .where(ReportIssue.month == month)
    )
    return list(db.session.scalars(query.order_by(ReportIssue.number.desc())))


def newest_issues(before: str | None = None, limit: int = 24) -> Page[ClosedMonth]:
    """Closed months before `before`, the newest first, without their documents."""
    newest = select(ReportIssue.month, func.max(ReportIssue.number).label("number")).group_by(ReportIssue.month)
    if before is not None:
        newest = newest.where(ReportIssue.month < before)
    wanted = newest.order_by(ReportIssue.month.desc()).limit(limit + 1).subquery()
    columns = (ReportIssue.month, ReportIssue.number, ReportIssue.closed_at, ReportIssue.summary["company"])
    query = select(*columns).join(
        wanted, (wanted.c.month == ReportIssue.month) & (wanted.c.number == ReportIssue.number)
    )
    found = [
        ClosedMonth(month, number, closed_at, figures["ratings"]["index"], figures["promises"]["resolution"])
        for month, number, closed_at, figures in db.session.execute(query.order_by(ReportIssue.month.desc()))
    ]
    return Page(found[:limit], found[limit - 1].month if len(found) > limit else None)


def closed_months() -> list[str]:
    """Months with an issue, newest first."""
    return list(db.session.scalars(select(ReportIssue.month).distinct().order_by(ReportIssue.month.desc())))


def summaries_before(month: str, limit: int) -> list[Json]:
    """Summaries of the `limit` newest closed months before `month`, oldest first. Their documents are not opened."""
    newest = (
        select(ReportIssue.month, func.max(ReportIssue.number).label("number"))
        .where(ReportIssue.month < month)
        .group_by(ReportIssue.month)
        .order_by(ReportIssue.month.desc())
        .limit(limit)
        .subquery()
    )
    query = (
        select(ReportIssue.summary)
        .join(newest, (newest.c.month == ReportIssue.month) & (newest.c.number == ReportIssue.number))
        .order_by(ReportIssue.month)
    )
    return list(db.session.scalars(query))


def _pages(found: ReportIssue, department_key: str, name: str, *narrowed: ColumnElement[bool]) -> Iterator[list[Json]]:
    query = select(ReportListPage.rows).where(
        ReportListPage.issue_id == found.id, ReportListPage.department_key == department_key,
        ReportListPage.name == name, *narrowed,
    )  # fmt: skip
    yield from db.session.scalars(query.order_by(ReportListPage.page).execution_options(yield_per=5))


def _issue(what: Any, month: str, number: int | None) -> Select[Any]:
    query = select(what).where(ReportIssue.month == month)
    if number is not None:
        query = query.where(ReportIssue.number == number)
    return query.order_by(ReportIssue.number.desc()).limit(1)
