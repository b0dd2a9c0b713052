"""What fits typed words, as JSON and for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from servicedesk.api.answers import maybe, text
from servicedesk.api.fields import Shape
from servicedesk.api.shapes import Json
from servicedesk.kernel.text import in_language


class FoundType(Shape):
    key = text()
    department = text()
    name = text("In the language of the caller.")
    names = fields.Dict(keys=fields.String(), values=fields.String())
    description = text()
    confidential = fields.Boolean()


class FoundDepartment(Shape):
    key = text()
    name = text("In the language of the caller.")
    names = fields.Dict(keys=fields.String(), values=fields.String())
    mission = text()


class FoundPerson(Shape):
    name = text()
    topics = fields.List(text(), metadata={"description": "What this person answers."})
    department = maybe()


class Found(Shape):
    request_types = fields.List(fields.Nested(FoundType))
    departments = fields.List(fields.Nested(FoundDepartment))
    people = fields.List(fields.Nested(FoundPerson), metadata={"description": "Empty without the scope people:read."})


SHAPES: tuple[type[Shape], ...] = (FoundType, FoundDepartment, FoundPerson, Found)


def found(row: Any, language: str) -> Json:
    """What fits typed words. Of people what colleagues see of one another: the name, what they answer, where they are."""
    return {
        "request_types": [
            {
                "key": one.key,
                "department": one.department.key,
                "name": in_language(one.name, language),
                "names": one.name,
                "description": in_language(one.description, language),
                "confidential": one.confidential,
            }
            for one in row.request_types
        ],
        "departments": [
            {
                "key": one.key,
                "name": in_language(one.name, language),
                "names": one.name,
                "mission": in_language(one.mission, language),
            }
            for one in row.departments
        ],
        "people": [
            {"name": one.name, "topics": list(one.topics), "department": one.department.key if one.department else None}
            for one in row.people
        ],
    }
