"""Closing a survey wave: what was answered is summed up, stored and forgotten. What is published once is never changed."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select

from servicedesk.kernel.db import db, wipe_traces
from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.reports import document, queries
from servicedesk.reports.events import WaveClosed
from servicedesk.reports.models import SurveyReport, SurveySuggestionPage
from servicedesk.surveys.models import SurveyInvitation, SurveySheet, SurveyWave


def close_wave(stamp: Stamp, key: str, keys: Iterable[str]) -> SurveyReport:
    """Store the report of the wave and forget who said what; publishes `WaveClosed`. A closed one gives its report.

    Whoever comes second waits for the wave's row and finds it closed. Raises `NotFound` for a wave that was not held and
    `Conflict` where none of the secret `keys` opens its sheets.
    """
    # Taken by answers too (`surveys.actions.answer`): none slips in while they are summed up.
    query = select(SurveyWave).where(SurveyWave.key == key).with_for_update()
    wave = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if wave is None:
        raise NotFound(N_("There is no such survey."))
    stored = queries.survey_report(key)
    if stored is not None:
        return stored
    built, pages = document.build_survey(
        queries.wave_rows(wave, keys, stamp.at), queries.survey_closed_before(stamp.at)
    )
    text = document.text_of(built)
    made = SurveyReport(
        wave_id=wave.id, closed_at=stamp.at, method=document.SURVEY_METHOD, document=text,
        checksum=document.checksum_of(text),
    )  # fmt: skip
    db.session.add(made)
    db.session.add_all(
        SurveySuggestionPage(wave_id=wave.id, department_key=name, page=number, rows=rows)
        for name, found in pages.items()
        for number, rows in enumerate(found, start=1)
    )
    for table in (SurveySheet, SurveyInvitation):
        db.session.execute(delete(table).where(table.wave_id == wave.id).execution_options(synchronize_session=False))
    wave.secret = wave.check = None
    db.session.flush()
    publish(WaveClosed(stamp=stamp, key=key))
    return made


def wipe_traces_of_answers() -> bool:
    """Take what `close_wave` has erased out of the files of the database too. Call after it, outside a transaction.

    False when a long transaction elsewhere kept something there; the daily sweep tries again.
    """
    return wipe_traces(SurveySheet.__tablename__, SurveyInvitation.__tablename__, SurveyWave.__tablename__)
