"""Gives the report of a survey to who may read it, without what is not theirs; else `NotFound`. Nothing is computed here."""

from __future__ import annotations

from typing import Any

from servicedesk.kernel.errors import Invalid, NotFound
from servicedesk.kernel.paging import Page
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.people.queries import departments
from servicedesk.people.rules import reads_company_reports, reads_department_report
from servicedesk.reports import queries
from servicedesk.reports.models import SurveyReport
from servicedesk.surveys.rules import is_wave

_SURVEY_HEAD = ("wave", "method", "closed_at", "about", "company", "names")


def surveys_for(person: Person) -> list[SurveyReport]:
    """The closed waves for who reads company reports; nothing for the others."""
    return queries.survey_reports() if reads_company_reports(person) else []


def survey_for(person: Person, wave: str) -> dict[str, Any]:
    """The stored document of a wave: company and departments, without suggestions, which are a list of their own."""
    document = queries.survey_document(wave) if is_wave(wave) and reads_company_reports(person) else None
    if document is None:
        raise NotFound(N_("There is no such survey, or you may not see its results."))
    return document


def department_survey_for(person: Person, wave: str, department_key: str) -> dict[str, Any]:
    """The head of the document and the department's part, for its leads, report readers and administrators."""
    document = queries.survey_document(wave) if is_wave(wave) else None
    part = next((row for row in (document or {}).get("departments", ()) if row["key"] == department_key), None)
    ids = {row.key: row.id for row in departments(active_only=False)}
    if document is None or part is None or not reads_department_report(person, ids.get(department_key, 0)):
        raise NotFound(N_("There is no such survey, or you may not see its results."))
    return {name: document[name] for name in _SURVEY_HEAD} | {"department": part}


def suggestions_for(person: Person, wave: str, department_key: str, cursor: str | None = None) -> Page[str]:
    """A hundred suggestions about the department, for the same readers; the cursor is the number of the page."""
    pages = department_survey_for(person, wave, department_key)["department"]["suggestions"]["pages"]
    text = cursor or "1"
    page = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
    if not 1 <= page <= max(1, pages):
        raise Invalid(fields={"cursor": N_("This page marker is not one of ours; start from the first page.")})
    report = queries.survey_report(wave)
    rows = queries.suggestions(report.wave_id, department_key, page) if report is not None and pages else []
    return Page(rows, str(page + 1) if page < pages else None)
