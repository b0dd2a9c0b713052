"""Who is calling: bearer tokens and their scopes. A cookie is never looked at, no call signs anybody in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import g, request

from servicedesk.api.errors import Unauthorized
from servicedesk.kernel.errors import NotAllowed
from servicedesk.kernel.now import now
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people import queries

View = TypeVar("View", bound=Callable[..., Any])
_PREFIX = "desk_"


def needs(scope: str | None = None) -> Callable[[View], View]:
    """For a call that needs a living token; with `scope`, one that may do this (a token without scopes may do all
    that its person may). What a call needs stands on the view as `access`."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            _read_token()
            if scope is not None and not may(scope):
                raise NotAllowed(N_("This token is not for this: it lacks the scope %(scope)s."), scope=scope)
            return view(*args, **kwargs)

        guarded.access = scope or "token"  # type: ignore[attr-defined]
        return cast(View, guarded)

    return guard


def needs_nobody(view: View) -> View:
    """For the one call that works without a token: the signed link is the right to it."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def me() -> Any:
    """The person behind the token."""
    return g.token.person


def may(scope: str) -> bool:
    return not g.token.scopes or scope in g.token.scopes


def token() -> Any:
    return g.token


def stamp() -> Stamp:
    """Who, now, by this door: made once for a request."""
    return cast(Stamp, g.api_stamp)


def _read_token() -> None:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    secret = secret.strip()
    at = now()
    found = queries.token_of(secret, at) if scheme.lower() == "bearer" and secret.startswith(_PREFIX) else None
    if found is None:
        raise Unauthorized(N_("This call needs a token that is valid: Authorization: Bearer desk_…"))
    g.token, g.api_stamp = found, Stamp(found.person_id, at, "api")
