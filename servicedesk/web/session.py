"""Who is asking: Flask-Login behind our own server-side sessions, the stamp, language and time zone.

The only module that knows Flask-Login; the cookie holds an opaque key, the session is a row.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Flask, current_app, g, redirect, request, session, url_for
from flask_babel import Babel
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFProtect

from servicedesk.kernel.errors import NotAllowed, NotFound
from servicedesk.kernel.now import now
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import LANGUAGES, N_
from servicedesk.people import actions, queries
from servicedesk.people.rules import is_admin

View = TypeVar("View", bound=Callable[..., Any])
csrf = CSRFProtect()


class SignedIn(UserMixin):
    """What Flask-Login carries: the session row, and the key it was found by."""

    def __init__(self, row: Any, key: str) -> None:
        self.row, self.key = row, key

    def get_id(self) -> str:
        return self.key


def install(app: Flask) -> None:
    manager = LoginManager()
    # "strong" would tie sessions to X-Forwarded-For, which anybody can write.
    manager.session_protection = None
    manager.user_loader(_load)
    manager.init_app(app)
    csrf.init_app(app)
    Babel(
        app, locale_selector=language, timezone_selector=timezone,
        default_translation_directories=f"{app.root_path}/web/translations",
    )  # fmt: skip


def _load(key: str) -> SignedIn | None:
    row = queries.session_of(key, now())
    return SignedIn(row, key) if row is not None else None


def person() -> Any:
    """The signed-in person, or None. A page asks a hundred times: Flask-Login's own way to them is gone once."""
    user = g.get("_login_user") or current_user._get_current_object()
    return user.row.person if user.is_authenticated else None


def me() -> Any:
    """The signed-in person; only in views behind `signed_in`."""
    found = person()
    if found is None:
        raise NotAllowed(N_("Please sign in."))
    return found


def stamp() -> Stamp:
    """Who, now, by this door: made once for a request."""
    if "stamp" not in g:
        found = person()
        g.stamp = Stamp(found.id if found else None, now(), "web")
    return cast(Stamp, g.stamp)


def signed_in(view: View) -> View:
    """For a view that needs somebody signed in; others are led to the sign-in page and back."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if person() is None:
            wanted = request.full_path.rstrip("?") if request.method == "GET" else None
            return redirect(url_for("people.sign_in", next=wanted))
        return view(*args, **kwargs)

    return cast(View, guarded)


def admin_only(view: View) -> View:
    """For the administrator's pages: to everybody else they do not exist."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not is_admin(me()):
            raise NotFound()
        return view(*args, **kwargs)

    return signed_in(cast(View, guarded))


def enter(who: Any) -> None:
    """Open a session for somebody whose identity was proved. Call inside a transaction.

    The browser's old session content goes: nothing planted before the sign-in survives it.
    """
    key = actions.open_session(Stamp(who.id, now(), "web"), who, request.user_agent.string)
    kept = {name: session[name] for name in ("language", "theme") if name in session}
    session.clear()
    session.update(kept)
    login_user(SignedIn(queries.session_of(key, now()), key))


def leave() -> None:
    """End this browser's session. Call inside a transaction."""
    if current_user.is_authenticated:
        actions.sign_out(stamp(), current_user.row)
    logout_user()
    session.clear()


def this_session_id() -> int | None:
    return current_user.row.id if current_user.is_authenticated else None


def language() -> str:
    """The person's language; a stranger's by choice on the page, else by the browser."""
    found = person()
    if found is not None:
        return cast(str, found.language)
    chosen = session.get("language")
    return (
        chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES, _company_language()) or "en"
    )


def timezone() -> str:
    """The person's time zone, else the company's."""
    found = person()
    company = queries.company()
    return (found.timezone if found else None) or (company.timezone if company else "UTC")


def _company_language() -> str:
    company = queries.company()
    return company.language if company else "en"


def settings() -> Any:
    return current_app.config["SETTINGS"]
