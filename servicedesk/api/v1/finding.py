"""GET /find: whom to ask, by words as people type them."""

from __future__ import annotations

from typing import Any

from flask import Response

from servicedesk.api import auth, finding_shapes
from servicedesk.api.bodies import ToFind
from servicedesk.api.doors import new_door, says
from servicedesk.api.errors import language
from servicedesk.api.reading import query
from servicedesk.api.replying import Answer, reply
from servicedesk.catalog.finding import find

door = new_door("finding", "Finding")


@door.get("/find")
@says(door, finding_shapes.Found)
@auth.needs()
@query(door, ToFind)
def whom_to_ask(asked: dict[str, Any]) -> Response:
    """What can be asked for, departments and people that fit words, best first

    Inflected words, other words for the same, slips of the finger and the other keyboard are understood, in Russian and
    English. People are left out where the token may not read them.
    """
    found = find(asked["q"], most=asked["limit"], people=auth.may("people:read"))
    return reply(Answer(finding_shapes.found(found, language())))
