"""What calls about surveys answer, described for the OpenAPI document."""

from __future__ import annotations

from marshmallow import fields

from servicedesk.api.answers import text
from servicedesk.api.fields import Shape


class SurveyWave(Shape):
    wave = text("The quarter or half-year it asked about: 2026-Q3, 2026-H2.")
    method = fields.Integer()
    closed_at = fields.DateTime()


class Survey(SurveyWave):
    about = fields.Dict(metadata={"description": "First and last day it asked about: from, until."})
    company = fields.Dict()
    names = fields.Dict()


class DepartmentSurvey(Survey):
    department = fields.Dict()


class Suggestion(Shape):
    text = fields.String()


# Those that others hold stand before them.
SHAPES: tuple[type[Shape], ...] = (SurveyWave, Survey, DepartmentSurvey, Suggestion)
LISTED: tuple[type[Shape], ...] = (SurveyWave, Suggestion)
