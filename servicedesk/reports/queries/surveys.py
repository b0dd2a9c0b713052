"""Reads of survey waves: the sheets of one that closes, opened in memory, and stored reports."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import defer, joinedload

from servicedesk.kernel.db import db
from servicedesk.people.queries import company, departments
from servicedesk.ratings.sealing import Seal
from servicedesk.reports.figures import DepartmentRow
from servicedesk.reports.figures.surveys import SurveyRow, WaveRows
from servicedesk.reports.models import SurveyReport, SurveySuggestionPage
from servicedesk.surveys.models import SurveyInvitation, SurveySheet, SurveyWave
from servicedesk.surveys.queries import seal_of
from servicedesk.surveys.rules import answers_in


def survey_report(key: str) -> SurveyReport | None:
    query = select(SurveyReport).join(SurveyWave).where(SurveyWave.key == key).options(joinedload(SurveyReport.wave))
    return db.session.scalars(query).one_or_none()


def survey_document(key: str) -> dict[str, Any] | None:
    """The whole stored document. Pages and the API ask access.py."""
    found = survey_report(key)
    return json.loads(found.document) if found else None


def survey_reports(limit: int = 40) -> list[SurveyReport]:
    """The newest first, without loading their documents."""
    query = select(SurveyReport).options(joinedload(SurveyReport.wave), defer(SurveyReport.document))
    return list(db.session.scalars(query.order_by(SurveyReport.closed_at.desc()).limit(limit)))


def survey_closed_before(at: datetime) -> dict[str, Any] | None:
    """The document of the newest wave that was closed before `at`."""
    query = select(SurveyReport.document).where(SurveyReport.closed_at < at).order_by(SurveyReport.closed_at.desc())
    found = db.session.scalars(query.limit(1)).one_or_none()
    return json.loads(found) if found else None


def suggestions(wave_id: int, department_key: str, page: int) -> list[str]:
    found = db.session.get(SurveySuggestionPage, (wave_id, department_key, page))
    return list(found.rows) if found else []


def wave_rows(wave: SurveyWave, keys: Iterable[str], at: datetime) -> WaveRows:
    """The answers of a running wave. Raises `Conflict` where no key opens them."""
    every, found = departments(active_only=False), company()
    asked = select(SurveyInvitation.department_ids).where(
        SurveyInvitation.wave_id == wave.id, SurveyInvitation.issued_on.is_not(None)
    )
    people = list(db.session.scalars(asked))
    return WaveRows(
        key=wave.key, begin=wave.about_from, until=wave.last_day, closed_at=at, company=found.name if found else "",
        departments=[DepartmentRow(row.id, row.key, dict(row.name), row.active) for row in every],
        rows=list(_opened(wave.id, seal_of(wave, keys))),
        invited=Counter(number for ids in people for number in ids), asked=len(people),
    )  # fmt: skip


def _opened(wave_id: int, seal: Seal) -> Iterator[SurveyRow]:
    """Row by row in the order of names that tell nothing. Who dealt with nobody of the list has no row."""
    query = (
        select(SurveySheet.name, SurveySheet.sealed).where(SurveySheet.wave_id == wave_id).order_by(SurveySheet.name)
    )
    for name, sealed in db.session.execute(query.execution_options(yield_per=200)):
        for department_id, said in answers_in(seal.open(sealed)).items():
            if said["dealt"]:
                yield SurveyRow(int(department_id), bytes.fromhex(name), tuple(said["scores"]), said["suggestion"])
