"""Gives a report to who may read it, without what is not theirs; else `NotFound`. Nothing is computed here."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from math import ceil
from typing import Any

from servicedesk.kernel.errors import Invalid, NotAllowed, NotFound
from servicedesk.kernel.paging import Page
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.people.queries import department_by_key, departments
from servicedesk.people.rules import is_admin, reads_company_reports, reads_department_report
from servicedesk.reports import queries, rules
from servicedesk.reports.document import LISTS, PAGE_ROWS
from servicedesk.reports.figures.what_if import WhatIf, what_if
from servicedesk.reports.models import Improvement, LowRatingCase, ReportIssue, ThankYou
from servicedesk.reports.queries.what_if import Question, decided
from servicedesk.sla.queries import engine_calendar
from servicedesk.sla.rules import edits_policies
from servicedesk.sla_engine import Target

Json = dict[str, Any]
_NO_REPORT = N_("There is no such report, or you may not see it.")
_HEAD = ("month", "method", "number", "reason", "closed_at", "company", "names")


def issues_for(person: Person) -> list[ReportIssue]:
    """All issues for who reads company reports; nothing for the others."""
    return queries.issues() if reads_company_reports(person) else []


def months_for(person: Person, before: str | None = None, limit: int = 24) -> Page[queries.ClosedMonth]:
    """Closed months with their newest issue and the company's figures, the newest first, for who reads them."""
    if not reads_company_reports(person):
        raise NotFound()
    if before is not None and not rules.is_month(before):
        raise Invalid(N_("A month is written as year and number, like 2026-04."))
    return queries.newest_issues(before, limit)


def issues_of(person: Person, month: str) -> list[ReportIssue]:
    """The issues of one month, the newest first, for who reads reports; nothing for the others."""
    return queries.issues_of(month) if reads_company_reports(person) else []


def issue_to_correct(person: Person, month: str) -> ReportIssue:
    """The newest issue of a closed month, for administrators; else `NotFound`."""
    found = queries.issue(month) if is_admin(person) and rules.is_month(month) else None
    if found is None:
        raise NotFound(_NO_REPORT)
    return found


def report_for(person: Person, month: str, number: int | None = None, *, named: bool = True) -> Json:
    """The stored document without its lists. Who reads reports without seeing tickets gets no ticket's number, and
    nobody does unless `named`: through a token that may not read tickets."""
    document = queries.document_of(month, number) if rules.is_month(month) and reads_company_reports(person) else None
    if document is None:
        raise NotFound(_NO_REPORT)
    leads = _led_keys(person)
    for part in document["departments"]:
        _tell_lists(person, part, part["key"] in leads)
        _tell_actions(person, part, part["key"] in leads)
    for chain in document["chains"]:
        if not named or (not is_admin(person) and not leads.intersection(chain["route"])):
            chain["ticket_ids"] = None
    return document


def department_report_for(person: Person, month: str, department_key: str, number: int | None = None) -> Json:
    """The head of the document and the department's part, for its leads, report readers and administrators."""
    document, part, leads = _department(
        person, queries.document_of(month, number) if rules.is_month(month) else None, department_key
    )
    return _told_department(person, document, part, leads)


def department_page_for(
    person: Person, month: str, department_key: str, number: int | None = None
) -> tuple[Json, dict[str, Page[Json] | None]]:
    """The same with the first page of each list, None for those that the reader may not see: the document is read once."""
    found = queries.issue(month, number) if rules.is_month(month) else None
    document, part, leads = _department(person, json.loads(found.document) if found else None, department_key)
    if found is None:
        raise NotFound(_NO_REPORT)
    stored = queries.first_pages(found, department_key)
    names = [name for name in LISTS if name in part or name in part.get("lists", {})]
    pages = {
        name: _page(part, month, name, 1, stored.get(name, ()), leads, leads or is_admin(person))
        if _reads_list(person, name, leads)
        else None
        for name in names
    }
    return _told_department(person, document, part, leads), pages


def report_list_for(
    person: Person, month: str, department_key: str, name: str, cursor: str | None = None, number: int | None = None,
    *, named: bool = True,
) -> Page[Json]:  # fmt: skip
    """One stored page of a department's list, a hundred rows at most; `NotFound` where the reader may not see it.

    What others may not know of is left out of it, so a page can be shorter. No request has its number unless `named`.
    Raises `Invalid` for a cursor that is none.
    """
    found, part, leads = _list(person, month, department_key, name, number)
    page = _page_number(cursor)
    stored = () if name in part else queries.list_page(found, department_key, name, page)
    return _page(part, month, name, page, stored, leads, named and (leads or is_admin(person)))


def report_rows_for(
    person: Person, month: str, department_key: str, name: str, number: int | None = None, *, named: bool = True
) -> Iterator[Json]:
    """All rows of the list, as `report_list_for` gives them, without ever holding all of them."""
    found, part, leads = _list(person, month, department_key, name, number)
    rows = part[name] if name in part else queries.list_rows(found, department_key, name)
    shown = _told(rows, leads) if name != "thanks" else _consented(rows, month, department_key)
    numbered = named and (leads or is_admin(person))
    return (_as_told(name, row, numbered) for row in shown)


def improvements_for(
    person: Person, department_id: int, *, state: str | None = None, published_only: bool = False,
    cursor: str | None = None, limit: int = 20,
) -> Page[Improvement]:  # fmt: skip
    """What the department undertakes and did, newest first: for everybody what is published and what is theirs to do,
    for who works there all of it."""
    limited = published_only or not rules.reads_improvements(person, department_id)
    return queries.improvements(
        department_id, published_only=limited, owner_id=None if published_only else person.id, state=state,
        cursor=cursor, limit=limit,
    )  # fmt: skip


def improvement_for(person: Person, department_id: int, improvement_id: int, to: str = "read") -> Improvement:
    """One of them; `to` is read, finish or change. Raises `NotFound` for who may not read it, else `NotAllowed`."""
    found = queries.improvement(improvement_id)
    if found is None or found.department_id != department_id or not rules.reads_improvement(person, found):
        raise NotFound()
    allowed = {
        "read": True,
        "finish": rules.finishes_improvement(person, found),
        "change": rules.tells_improvements(person, department_id),
    }[to]
    if not allowed:
        raise NotAllowed(N_("This action is for others to change."))
    return found


def cases_for(
    person: Person, department_key: str | None = None, *, standing: str | None = None, cursor: str | None = None,
    limit: int = 20,
) -> Page[LowRatingCase]:  # fmt: skip
    """Low ratings of the departments that the person leads, or of one of them; `NotFound` for who leads none."""
    led = {row.key: row.id for row in departments() if rules.answers_cases(person, row.id)}
    wanted = led if department_key is None else {key: led[key] for key in [department_key] if key in led}
    if not wanted:
        raise NotFound()
    return queries.cases(wanted.values(), standing=standing, cursor=cursor, limit=limit)


def case_for(person: Person, case_id: str) -> LowRatingCase:
    found = queries.case(case_id)
    if found is None or not rules.answers_cases(person, found.department_id):
        raise NotFound()
    return found


def thanks_for(
    person: Person, department_id: int, *, cursor: str | None = None, limit: int = 20
) -> Page[tuple[ThankYou, str | None]]:
    """Notes of thanks for a department, each with the name of whom it is for where this reader is told; a note that
    itself gives away a name that is not told is left out."""
    page = queries.thanks(department_id=department_id, cursor=cursor, limit=limit)
    told = [
        (row, row.person.name if row.person and rules.name_shown(person, row.person, department_id) else None)
        for row in page.items
    ]
    kept = [
        (row, name) for row, name in told if name or not (row.person and rules.gives_away(row.text, row.person.name))
    ]
    return Page(kept, page.next)


def live_for(
    person: Person, at: datetime, department_key: str | None = None, *, cursor: str | None = None, limit: int = 30
) -> queries.Live:
    """The running month of one department or of all that the person leads; administrators may ask for any,
    and confidential tickets count for leads alone. `cursor` and `limit` page through what is at risk."""
    ids = {row.key: row.id for row in departments() if is_admin(person) or row.id in person.leads}
    wanted = list(ids.values()) if department_key is None else [ids[department_key]] if department_key in ids else []
    if not wanted:
        raise NotFound(_NO_REPORT)
    month = rules.month_of(at, queries.company_zone())
    return queries.live(wanted, month, at, led=person.leads, cursor=cursor, limit=limit)


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
    if not person.leads:
        return frozenset()
    return frozenset(row.key for row in departments(active_only=False) if row.id in person.leads)


def _department(person: Person, document: Json | None, key: str) -> tuple[Json, Json, bool]:
    """The document, the department's part of it, and whether the reader leads the department; else `NotFound`."""
    part = next((row for row in (document or {}).get("departments", ()) if row["key"] == key), None)
    own = department_by_key(key) if part else None
    if document is None or part is None or not reads_department_report(person, own.id if own else 0):
        raise NotFound(_NO_REPORT)
    return document, part, own is not None and own.id in person.leads


def _list(person: Person, month: str, key: str, name: str, number: int | None) -> tuple[ReportIssue, Json, bool]:
    """The issue, the department's part and whether the reader leads it."""
    found = queries.issue(month, number) if rules.is_month(month) else None
    _, part, leads = _department(person, json.loads(found.document) if found else None, key)
    if found is None or not _reads_list(person, name, leads) or name not in part | part.get("lists", {}):
        raise NotFound(_NO_REPORT)
    return found, part, leads


def _page(
    part: Json, month: str, name: str, page: int, stored: Iterable[Json], leads: bool, numbered: bool
) -> Page[Json]:
    """The rows of one page as the reader is told them; before method 4 they stand in the document, else they are `stored`."""
    if name in part:
        first = (page - 1) * PAGE_ROWS
        rows, pages = part[name][first : first + PAGE_ROWS], ceil(len(part[name]) / PAGE_ROWS)
    else:
        rows, pages = stored, part["lists"][name]["pages"]
    shown = _told(rows, leads) if name != "thanks" else _consented(rows, month, part["key"])
    return Page([_as_told(name, row, numbered) for row in shown], str(page + 1) if page < pages else None)


def _told_department(person: Person, document: Json, part: Json, leads: bool) -> Json:
    _tell_lists(person, part, leads)
    _tell_actions(person, part, leads)
    return {name: document[name] for name in _HEAD} | {"department": part}


def _reads_list(person: Person, name: str, leads: bool) -> bool:
    """Low ratings are the lead's to work on; the rest of the lists is for readers of reports as well."""
    if name == "low_ratings":
        return leads
    return leads or is_admin(person) or person.has("report_reader")


def _tell_lists(person: Person, part: Json, leads: bool) -> None:
    """How long each list is; None for those that the reader may not see, so that it is not taken for "there were none".

    Before method 4 the lists stood in the document: they are taken out of it here.
    """
    told = part.pop("lists", {})
    for name in LISTS:
        if name in part:
            rows = part.pop(name)
            told[name] = {"rows": len(rows), "pages": ceil(len(rows) / PAGE_ROWS)}
    part["lists"] = {name: about if _reads_list(person, name, leads) else None for name, about in told.items()}


def _told(rows: Iterable[Any], leads: bool) -> Iterator[Json]:
    """Of a confidential request others do not know that it is there. A comment of before method 4 is a bare text."""
    for row in rows:
        told = {"text": row} if isinstance(row, str) else row
        if leads or not told.get("confidential"):
            yield told


def _consented(rows: Iterable[Json], month: str, key: str) -> Iterator[Json]:
    """Notes of thanks with the names of those who still let everybody read theirs, whatever they did at the closing."""
    names: Collection[str] | None = None
    for row in rows:
        if row["to"] is not None and names is None:
            names = queries.names_consented(month, key)
        if row["to"] is None or row["to"] in (names or ()):
            yield row
        elif not rules.gives_away(row["text"], row["to"]):
            yield row | {"to": None}


def _tell_actions(person: Person, part: Json, leads: bool) -> None:
    """Leads of other departments read what everybody may."""
    told = part.get("improvements", [])
    if not (leads or is_admin(person) or person.has("report_reader")):
        told = [row for row in told if row["published"]]
    part["improvements"] = told


def _as_told(name: str, row: Json, numbered: bool) -> Json:
    if name != "breaches" or numbered:
        return row
    return row | {"ticket_id": None, "clock_id": None}


def _page_number(cursor: str | None) -> int:
    if not cursor:
        return 1
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 7 and int(cursor)):
        raise Invalid(fields={"cursor": N_("This page marker is not one of ours; start from the first page.")})
    return int(cursor)
