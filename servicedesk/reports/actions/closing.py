"""Asking for reasons, closing a month. What is published once is never changed; a correction is a new issue."""

from __future__ import annotations

import secrets
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.exc import IntegrityError

from servicedesk.kernel.db import db, wipe_traces, write_what_waits
from servicedesk.kernel.errors import Conflict, Invalid
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.people.queries import company
from servicedesk.ratings.models import Rating, RatingMonth
from servicedesk.reports import document, queries, rules
from servicedesk.reports.actions.measuring import actions_by_department, keep_outcomes
from servicedesk.reports.events import MonthClosed, ReasonsAsked
from servicedesk.reports.models import ReportIssue, ReportListPage
from servicedesk.sla.queries import BreachFilter, breach_counts

REASON_LENGTH = 2000
# What a rating loses when its month closes, because it could tell whose it is.
TELLING = ("blind_token", "request_type_id", "customer_department_id", "served_by_id")


def close_month(stamp: Stamp, month: str, *, reason: str = "") -> ReportIssue:
    """Store the report of `month` and forget who rated; publishes `MonthClosed`.

    A month that is closed already gives its newest issue, unchanged. With a `reason` it gets a corrected issue one
    number up; that repeats the ratings of the first one, because what told raters apart was erased with it.
    Raises `Invalid` for what is no month and for one that is not over in the company's zone.
    """
    zone = queries.company_zone()
    if not rules.is_month(month):
        raise Invalid(fields={"month": N_("A month is written as year and number, like 2026-04.")})
    if not rules.is_over(month, stamp.at, zone):
        raise Invalid(fields={"month": N_("This month is not over yet; its report can be closed when it is.")})
    reason = reason.strip()
    if len(reason) > REASON_LENGTH:
        raise Invalid(fields={"reason": N_("Say in fewer words what is corrected.")})
    _lock(month)
    # The figures read the history of tickets: what this very transaction has added to it counts as well.
    write_what_waits()
    newest = queries.issue(month)
    if newest is not None and not reason:
        return newest
    made = ReportIssue(
        month=month, number=newest.number + 1 if newest else 1, closed_at=stamp.at, method=document.METHOD,
        document="", checksum="", summary={}, reason=reason if newest else "",
    )  # fmt: skip
    if not _stored(made):
        other = queries.issue(month)
        if other is None or reason:
            raise Conflict(N_("Somebody is closing this month right now. Look at the report and try again."))
        return other
    _write(made, zone)
    erase_blind_tokens(month)
    publish(MonthClosed(stamp=stamp, month=month, number=made.number))
    return made


def ask_for_reasons(stamp: Stamp, person_id: int, month: str) -> bool:
    """Ask a lead once to explain the broken promises of `month` that they may see, and remind them of the open actions
    of their departments; publishes `ReasonsAsked`.

    False where nothing is unexplained and no action open, for who was asked before, and while the past is told.
    """
    # Taken before it is looked at, so that two workers ask once.
    person = db.session.get(Person, person_id, with_for_update=True)
    if stamp.tells_history or person is None or person_id not in queries.leads_to_ask(month):
        return False
    zone = queries.company_zone()
    begin, end = rules.bounds(month, zone)
    count = breach_counts(person, BreachFilter(since=begin, until=end)).unexplained
    standing, today = queries.open_actions(person.leads), stamp.at.astimezone(ZoneInfo(zone)).date()
    if not count and not standing:
        return False
    closes_on = queries.closing_moment(month).astimezone(ZoneInfo(zone)).date()
    overdue = sum(rules.is_overdue(row.due_on, row.state, today) for row in standing)
    publish(
        ReasonsAsked(
            stamp=stamp, person_id=person_id, month=month, count=count, closes_on=closes_on, open_actions=len(standing),
            overdue=overdue,
        )
    )  # fmt: skip
    return True


def erase_blind_tokens(month: str) -> None:
    """Make it impossible, for us too, to tell which ratings of `month` came from one person.

    With the blind tokens go the columns that an invitation has as well: in small departments they fit one request only.
    The figures that need them are in the document by now. The rows are written anew, in the order of their random keys: PostgreSQL keeps rows as they came in, each with the
    number of the transaction that also used up an invitation. The month's row stays with an empty secret: a late
    rating finds it closed and counts for the next open month.
    """
    table = cast(Table, Rating.__table__)
    ratings = (
        db.session.execute(select(*table.columns).where(Rating.month == month).order_by(Rating.id)).mappings().all()
    )
    if ratings:
        db.session.execute(delete(table).where(Rating.month == month))
        db.session.execute(insert(table), [dict(row) | dict.fromkeys(TELLING) for row in ratings])
    row = db.session.get_one(RatingMonth, month)
    row.secret = None
    db.session.flush()


def wipe_traces_of_raters() -> bool:
    """Take what `close_month` has erased out of the files of the database too. Call after it, outside a transaction.

    False when a long transaction elsewhere kept something there; the daily sweep tries again.
    """
    return wipe_traces(Rating.__tablename__, RatingMonth.__tablename__)


def _lock(month: str) -> None:
    """Take the row that ratings take too: closings of a month queue here, and no rating slips in while one counts."""
    query = select(RatingMonth).where(RatingMonth.month == month).with_for_update()
    query = query.execution_options(populate_existing=True)
    if db.session.scalars(query).one_or_none() is not None:
        return
    try:
        with db.session.begin_nested():
            db.session.add(RatingMonth(month=month, secret=secrets.token_bytes(32)))
    except IntegrityError:
        # Another worker was faster with the row; wait for it.
        db.session.scalars(query).one()


def _write(made: ReportIssue, zone: str) -> None:
    """Fill the issue; its lists go beside it page by page while they are made."""
    rows = queries.month_rows(made.month, zone)
    if made.number == 1:
        opinions = document.opinions_of(rows.ratings, rows.departments, rows.invited, rows.held_back)
    else:
        opinions = document.opinions_in(queries.whole_document_of(_first_issue(made.month)))
    row, behind = company(), queries.summaries_before(made.month, limit=document.TREND_MONTHS - 1)
    built = document.build(
        rows, opinions, document.Lists(_keeper(made.id)), company=row.name if row else "", number=made.number,
        closed_at=made.closed_at, reason=made.reason, previous=behind[-1] if behind else None, trend=behind,
        # A correction tells of the actions that the first issue told of, as they stood then.
        actions=actions_by_department(made.month, _first_issue(made.month).closed_at),
    )  # fmt: skip
    made.document, made.summary = document.text_of(built), document.summary_of(built)
    made.checksum = document.checksum_of(made.document)
    keep_outcomes(built, _first_issue(made.month).closed_at)
    db.session.flush()


def _keeper(issue_id: int) -> document.Keep:
    def keep(key: str, name: str, page: int, rows: list[dict[str, Any]]) -> None:
        row = {"issue_id": issue_id, "department_key": key, "name": name, "page": page, "rows": rows}
        db.session.execute(insert(ReportListPage), [row])

    return keep


def _first_issue(month: str) -> ReportIssue:
    return db.session.scalars(select(ReportIssue).where(ReportIssue.month == month, ReportIssue.number == 1)).one()


def _stored(made: ReportIssue) -> bool:
    """False when another worker stored this number in between; the savepoint keeps the rest of the transaction."""
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError:
        return False
    return True
