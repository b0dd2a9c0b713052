"""Pages of the monthly report and of the running month. A closed month is rendered from its stored document alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from flask import Blueprint, render_template, request, url_for

from servicedesk.kernel.errors import Invalid, NotFound
from servicedesk.kernel.now import now
from servicedesk.kernel.text import N_
from servicedesk.people import queries as people
from servicedesk.people.rules import is_admin, reads_company_reports
from servicedesk.ratings.access import signed_since
from servicedesk.reports import access, queries, rules
from servicedesk.reports.figures import DEFINITIONS, METRICS, SCORES, TOTAL, weakest_of
from servicedesk.sla.queries import BreachFilter, breach_counts
from servicedesk.sla.rules import BREACH_REASONS
from servicedesk.web import report_charts
from servicedesk.web.forms.improvements import AIM_NAMES
from servicedesk.web.report_cells import matrix_rows
from servicedesk.web.session import me, signed_in

reports = Blueprint("reports", __name__)

# Chains that a page shows; the rest is in the stored document.
MOST_CHAINS = 4
MOST_ACTIONS = 12
MONTHS_DRAWN = 12
# How long a signed opinion is called new.
SIGNED_IS_NEW = timedelta(days=7)


@reports.get("/reports", endpoint="reports")
@signed_in
def reports_list() -> Any:
    who, at, before = me(), now(), request.args.get("before") or None
    page = access.months_for(who, before)
    here = rules.month_of(at, queries.company_zone())
    previous = rules.shifted(here, -1)
    waits = before is None and not access.issues_of(who, previous)
    return render_template(
        "reports/list.html", page=page, before=before, here=here, closes_at=queries.closing_moment(here),
        previous=previous if waits else None, previous_closes_at=queries.closing_moment(previous), charts=report_charts,
        points=[{"month": row.month, "index": row.index, "kept": row.kept} for row in reversed(page.items[:MONTHS_DRAWN])],
        sees_live=bool(who.leads) or is_admin(who), own=[row for row in people.departments() if row.id in who.leads],
        asked=_asked(previous if waits else here), definitions=DEFINITIONS,
        newly_signed=signed_since(who, at - SIGNED_IS_NEW),
    )  # fmt: skip


def _asked(month: str) -> dict[str, Any] | None:
    """What a lead will be asked before the month is closed: broken promises without a reason, actions that are open."""
    if not me().leads:
        return None
    begin, end = rules.bounds(month, queries.company_zone())
    unexplained = breach_counts(me(), BreachFilter(since=begin, until=end)).unexplained
    return {"month": month, "unexplained": unexplained, "actions": len(queries.open_actions(frozenset(me().leads)))}


@reports.get("/reports/live")
@signed_in
def live() -> Any:
    who, at, key, cursor = me(), now(), request.args.get("department") or None, request.args.get("cursor")
    found = access.live_for(who, at, key, cursor=cursor)
    departments = people.departments_by_id()
    offered = [row for row in departments.values() if row.active and (is_admin(who) or row.id in who.leads)]
    shown = {row.id for row in offered if key in (None, row.key)}
    return render_template(
        "reports/live.html", live=found, departments=departments, offered=offered, chosen=key, charts=report_charts, at=at,
        definitions=DEFINITIONS, metrics=METRICS, reasons=BREACH_REASONS, closes_at=queries.closing_moment(found.month),
        leads=shown <= who.leads, breaches_url=partial(url_for, "sla.breaches", month=found.month, department=key),
        queue_url=_queue_url(key, shown), cursor=cursor,
        page_url=lambda after=None: url_for("reports.live", department=key, cursor=after),
    )  # fmt: skip


def _queue_url(key: str | None, shown: set[int]) -> Any:
    """The way to the requests of an age, where the queue of the reader holds the same ones; else None."""
    if not shown or (key is None and shown != set(me().serves)) or not shown <= set(me().serves):
        return None
    return lambda days: url_for("queue.queue", key=key, age=days or "older")


@reports.get("/reports/<month>")
@signed_in
def company(month: str) -> Any:
    try:
        document = access.report_for(me(), month, issue_asked_for())
    except NotFound:
        return _not_closed(month)
    departments = _by_name(document["departments"])
    actions = _actions(departments)
    return render_template(
        "reports/company.html", report=document, pairs=matrix_rows(document), chains=document["chains"][:MOST_CHAINS],
        departments=departments, actions=actions[:MOST_ACTIONS], more_actions=len(actions[MOST_ACTIONS:]),
        weakest=_weakest(document), total=TOTAL, corrects=is_admin(me()), **_tools(document),
    )  # fmt: skip


@reports.get("/reports/<month>/<key>")
@signed_in
def department(month: str, key: str) -> Any:
    try:
        document, lists = access.department_page_for(me(), month, key, issue_asked_for())
    except NotFound:
        return _not_closed(month)
    own = people.department_by_key(key)
    return render_template(
        "reports/department.html", report=document, part=document["department"], lists=lists, rows_url=partial(_url, "reports.rows"), reasons=BREACH_REASONS,
        leads=own is not None and own.id in me().leads, reads_company=reads_company_reports(me()), **_tools(document),
    )  # fmt: skip


@reports.get("/reports/<month>/<key>/<any(breaches, comments, thanks):name>")
@signed_in
def rows(month: str, key: str, name: str) -> Any:
    """A list of the department in pages of a hundred rows, as the department's page begins it."""
    number, asked = issue_asked_for(), request.args.get("page")
    document = access.department_report_for(me(), month, key, number)
    page = access.report_list_for(me(), month, key, name, asked, number)
    return render_template(
        "reports/rows.html", report=document, part=document["department"], list=name, page=page, reasons=BREACH_REASONS,
        moment_of=datetime.fromisoformat, later=asked is not None, department_url=_url("reports.department"),
        page_url=lambda after=None: _url("reports.rows", name=name, page=after),
    )  # fmt: skip


def _url(endpoint: str, **more: Any) -> str:
    """The address of another page of the same department, month and issue."""
    args = request.view_args or {}
    return url_for(endpoint, month=args["month"], key=args["key"], issue=request.args.get("issue"), **more)


def _tools(document: dict[str, Any]) -> dict[str, Any]:
    """What both pages draw and explain with, and the way to the other issues of the month."""
    month = document["month"]
    return {
        "issues": access.issues_of(me(), month),
        "issue_url": lambda number: url_for(str(request.endpoint), **(request.view_args or {}), issue=number),
        "names": document["names"], "charts": report_charts, "definitions": DEFINITIONS, "metrics": METRICS, "scores_asked": SCORES,
        "closed_at": datetime.fromisoformat(document["closed_at"]), "moment_of": datetime.fromisoformat, "day_of": date.fromisoformat, "aims": AIM_NAMES,
        "bands": [(band["up_to_days"], band["tickets"]) for band in document.get("department", document)["backlog"]],
    }  # fmt: skip


def _actions(departments: list[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """What the departments undertook, each with its department: what ended, measured first; what is overdue; the rest."""
    found = [(part, row) for part in departments for row in part["improvements"]]
    return sorted(
        found,
        key=lambda pair: (pair[1]["state"] == "open", not pair[1]["overdue"], pair[1]["outcome"] != "measured"),
    )


def _by_name(departments: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """In the order of their names in the reader's language, which ranks nobody."""
    return sorted(
        departments, key=lambda part: report_charts.department_name({part["key"]: part["name"]}, part["key"]).casefold()
    )


def _weakest(document: dict[str, Any]) -> dict[str, Any] | None:
    """The weakest link of all routes by its names, where enough requests went that way to name one."""
    found = weakest_of(document["chains"])
    if found is None:
        return None
    chain, place = found
    names = [report_charts.department_name(document["names"], key) for key in chain["route"]]
    return {"link": names[place], "route": " → ".join(names), "kept": chain["links"][place]["kept_share"]}


def issue_asked_for() -> int | None:
    """Which issue of the month is asked for; None for the newest."""
    text = request.args.get("issue", "")
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 6:
        raise Invalid(N_("An issue is a whole number, such as 1."))
    return int(text)


def _not_closed(month: str) -> Any:
    """A month that is still to be closed says so to who will read its report; anything else is not found."""
    here = rules.month_of(now(), queries.company_zone())
    if not reads_company_reports(me()) or not rules.is_month(month) or month > here or queries.issue(month) is not None:
        raise NotFound(N_("There is no such report, or you may not see it."))
    page = render_template(
        "reports/not_closed.html", month=month, closes_at=queries.closing_moment(month), running=month == here,
        sees_live=bool(me().leads) or is_admin(me()), at=now(),
    )  # fmt: skip
    return page, 404
