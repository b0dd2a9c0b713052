"""Closed survey waves: the stored document, without what is not the reader's."""

from __future__ import annotations

from typing import Any

from flask import Response

from servicedesk.api import auth, bodies, survey_answers
from servicedesk.api.auth import me
from servicedesk.api.doors import lists, new_door, says
from servicedesk.api.reading import query
from servicedesk.api.replying import Answer, listed, reply
from servicedesk.api.shapes import moment
from servicedesk.reports import survey_access as access

door = new_door("surveys", "Surveys")


@door.get("/surveys")
@lists(door, survey_answers.SurveyWave)
@auth.needs("reports:read")
def surveys() -> Response:
    """The closed surveys you may read, newest first

    The newest forty: ten years of quarters, so there is one page.
    """
    rows = access.surveys_for(me())
    return listed(
        [{"wave": row.wave.key, "method": row.method, "closed_at": moment(row.closed_at)} for row in rows], None
    )


@door.get("/surveys/<wave>")
@says(door, survey_answers.Survey)
@auth.needs("reports:read")
def survey(wave: str) -> Response:
    """What a survey said, like 2026-Q3 or 2026-H2

    For each of the five questions the mean with its 95-percent interval; what fewer than five people said is hidden.
    """
    return reply(Answer(access.survey_for(me(), wave)))


@door.get("/surveys/<wave>/departments/<key>")
@says(door, survey_answers.DepartmentSurvey)
@auth.needs("reports:read")
def department_survey(wave: str, key: str) -> Response:
    """One department's part of it, without its suggestions"""
    return reply(Answer(access.department_survey_for(me(), wave, key)))


@door.get("/surveys/<wave>/departments/<key>/suggestions")
@lists(door, survey_answers.Suggestion)
@auth.needs("reports:read")
@query(door, bodies.StoredPage)
def suggestions(asked: dict[str, Any], wave: str, key: str) -> Response:
    """What people would change, in random order, a hundred at a time"""
    page = access.suggestions_for(me(), wave, key, asked["cursor"])
    return listed([{"text": row} for row in page.items], page.next)
