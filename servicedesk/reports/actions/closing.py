"""Asking for reasons, closing a month. What is published once is never changed; a correction is a new issue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from servicedesk.kernel.db import db, write_what_waits
from servicedesk.kernel.errors import Conflict, Invalid, NotFound
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_, is_blank
from servicedesk.people.models import Person
from servicedesk.people.queries import company
from servicedesk.ratings.actions import forget_opinions, lock_month
from servicedesk.reports import document, queries, rules
from servicedesk.reports.actions.hearing import keep_thanks, named_by_consent, open_cases
from servicedesk.reports.actions.measuring import actions_by_department, keep_outcomes
from servicedesk.reports.events import MonthClosed, ReasonsAsked
from servicedesk.reports.models import ReportIssue, ReportListPage
from servicedesk.sla.queries import BreachFilter, breach_counts

REASON_LENGTH = 2000


def close_month(stamp: Stamp, month: str, *, keys: Sequence[str] = (), reason: str = "") -> ReportIssue:
    """Store the report of `month` and erase its opinions; publishes `MonthClosed`.

    `keys`: the SECRET_KEY of today and, after it, former ones; they open the sealed opinions. A month that is closed
    already gives its newest issue, unchanged. With a `reason` it gets a corrected issue one number up; that repeats the
    ratings of the first one, because the opinions were erased with it.
    Raises `Invalid` for what is no month and for one that is not over in the company's zone, `Conflict` where opinions
    are sealed under none of the keys.
    """
    zone = queries.company_zone()
    if not rules.is_month(month):
        raise Invalid(fields={"month": N_("A month is written as year and number, like 2026-04.")})
    if not rules.is_over(month, stamp.at, zone):
        raise Invalid(fields={"month": N_("This month is not over yet; its report can be closed when it is.")})
    reason = reason.strip()
    if len(reason) > REASON_LENGTH:
        raise Invalid(fields={"reason": N_("Say in fewer words what is corrected.")})
    lock_month(month)
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
    opinions = _write(made, zone, keys)
    if made.number == 1:
        open_cases(stamp, month, opinions.low_ratings)
        keep_thanks(stamp, month, opinions.thanks, unpublished=opinions.unshown)
    forget_opinions(month)
    publish(MonthClosed(stamp=stamp, month=month, number=made.number))
    return made


def correct_month(stamp: Stamp, month: str, *, reason: str) -> ReportIssue:
    """Issue the report of a closed month anew, one number up; `reason` says to its readers what is corrected.

    Raises `Invalid` without a reason and for what is no month, `NotFound` for a month without a report.
    """
    if is_blank(reason):
        raise Invalid(fields={"reason": N_("Say what is corrected: whoever read the issue before will ask.")})
    if rules.is_month(month) and queries.issue(month) is None:
        raise NotFound(N_("There is no such report, or you may not see it."))
    return close_month(stamp, month, reason=reason)


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


def _write(made: ReportIssue, zone: str, keys: Sequence[str]) -> document.Opinions:
    """Fill the issue; its lists go beside it page by page while they are made. Gives the opinions it was made of."""
    rows = queries.month_rows(made.month, zone)
    if made.number == 1:
        ratings = queries.ratings_of(made.month, keys)
        opinions = document.opinions_of(ratings, rows.departments, rows.invited, rows.held_back)
    else:
        opinions = document.opinions_in(queries.whole_document_of(_first_issue(made.month)))
    earlier = queries.document_of(made.month, made.number - 1)
    row, behind = company(), queries.summaries_before(made.month, limit=document.TREND_MONTHS - 1)
    # A correction repeats what its first issue told; the notes of that one are named already.
    told = replace(opinions, thanks=named_by_consent(opinions.thanks)) if made.number == 1 else opinions
    built = document.build(
        rows, told, document.Lists(_keeper(made.id)), company=row.name if row else "", number=made.number,
        closed_at=made.closed_at, reason=made.reason, previous=behind[-1] if behind else None, trend=behind,
        # A correction tells of the survey and of the actions that the first issue told of, as they stood then.
        survey=queries.survey_closed_before(_first_issue(made.month).closed_at),
        actions=actions_by_department(made.month, _first_issue(made.month).closed_at),
        hidden=document.hidden_in(earlier) if earlier else (),
    )  # fmt: skip
    made.document, made.summary = document.text_of(built), document.summary_of(built)
    made.checksum = document.checksum_of(made.document)
    keep_outcomes(built, _first_issue(made.month).closed_at)
    db.session.flush()
    return opinions


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
