"""GET /me: whose token this is and what it may do."""

from __future__ import annotations

from flask import Response

from servicedesk.api import answers, auth
from servicedesk.api.doors import new_door, says
from servicedesk.api.gathering import names
from servicedesk.api.replying import Answer, reply
from servicedesk.api.shapes import moment

door = new_door("me", "Me")


@door.get("/me")
@says(door, answers.Me)
@auth.needs()
def whose_token() -> Response:
    """The token's person, roles and scopes"""
    person, known, token = auth.me(), names(), auth.token()
    grants = sorted((grant.role, known.department(grant.department_id) or "") for grant in person.grants)
    who = {
        "email": person.email,
        "name": person.name,
        "department": known.department(person.department_id),
        "language": person.language,
        "timezone": person.timezone,
    }
    return reply(
        Answer(
            {
                "person": who,
                **who,
                "roles": person.roles,
                "grants": [{"role": role, "department": key or None} for role, key in grants],
                "token": token.name,
                "scopes": list(token.scopes),
                "expires_at": moment(token.expires_at),
            }
        )
    )
