"""Keys for programs."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Invalid, NotFound
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people import queries, rules
from servicedesk.people.events import TokenIssued, TokenRevoked
from servicedesk.people.models import ApiToken, Person


def issue_token(
    stamp: Stamp, person: Person, *, name: str, scopes: Iterable[str] = (), expires_at: datetime | None = None
) -> str:
    """A new API token; the returned text is shown once and never stored."""
    scopes = sorted(set(scopes))
    unknown = [scope for scope in scopes if scope not in rules.SCOPES]
    if unknown:
        raise Invalid(
            fields={
                "scope": Invalid(
                    N_("There is no scope %(name)s; there are %(known)s."),
                    name=unknown[0],
                    known=", ".join(rules.SCOPES),
                )
            }
        )
    if not name.strip():
        raise Invalid(fields={"name": N_("A token needs a name, so that you know later what it is for.")})
    secret = "desk_" + secrets.token_urlsafe(32)
    db.session.add(
        ApiToken(
            token_hash=queries.hash_of(secret), person_id=person.id, name=name.strip()[:100], scopes=scopes,
            created_at=stamp.at, expires_at=expires_at,
        )
    )  # fmt: skip
    publish(TokenIssued(stamp=stamp, person_id=person.id, name=name, scopes=tuple(scopes)))
    return secret


def revoke_token(stamp: Stamp, person: Person, token_id: int) -> None:
    token = db.session.get(ApiToken, token_id)
    if token is None or token.person_id != person.id:
        raise NotFound()
    db.session.delete(token)
    publish(TokenRevoked(stamp=stamp, person_id=person.id, name=token.name))
