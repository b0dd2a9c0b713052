"""The clients tests use: a browser that is signed in and carries its CSRF token, and a program with a token."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from servicedesk.kernel.db import db
from servicedesk.kernel.now import now
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.people.models import Person

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


class Door(FlaskClient):
    """Every request gets an application context and a database session of its own, as it has in life.

    What the test itself read before is forgotten, so that it sees afterwards what the request has changed.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if db.session.new or db.session.dirty or db.session.deleted:
            raise AssertionError("the test changed rows outside a transaction before it asked the door")
        db.session.rollback()
        # A rollback forgets only what was read since the last commit.
        db.session.expire_all()
        kwargs.setdefault("buffered", True)
        with self.application.app_context():
            return super().open(*args, **kwargs)


class Browser(Door):
    """A browser. Unsafe requests carry the CSRF token of its session unless `csrf=False`."""

    def open(self, *args: Any, csrf: bool = True, **kwargs: Any) -> TestResponse:
        if csrf and str(kwargs.get("method", "GET")).upper() in UNSAFE:
            kwargs["headers"] = {"X-CSRFToken": self.token(), **dict(kwargs.get("headers") or {})}
        return super().open(*args, **kwargs)

    def token(self) -> str:
        """What a form on a page of this session has in its csrf_token field."""
        with self.application.app_context(), self.session_transaction() as kept:
            raw = kept.setdefault("csrf_token", "a" * 40)
        signer = URLSafeTimedSerializer(self.application.secret_key or "", salt="wtf-csrf-token")
        return str(signer.dumps(raw))

    def sign_in(self, person: Person) -> Browser:
        """Open a session for `person` without the sign-in page."""
        with transaction():
            key = people.open_session(Stamp(person.id, now(), "web"), person, "a test")
        with self.application.app_context(), self.session_transaction() as kept:
            kept.clear()
            kept["_user_id"], kept["_fresh"] = key, True
        return self

    def sign_out(self) -> Browser:
        with self.application.app_context(), self.session_transaction() as kept:
            kept.clear()
        return self


class Program(Door):
    """A program that speaks to the API; `as_person` gives it a token."""

    bearer: str | None = None

    def as_person(self, person: Person | None, *scopes: str) -> Program:
        """Speak with a new token of `person` (None: without a token)."""
        if person is None:
            self.bearer = None
            return self
        with transaction():
            stamp = Stamp(person.id, now(), "cli")
            self.bearer = people.issue_token(stamp, person, name="a test", scopes=scopes)
        return self

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        headers = dict(kwargs.get("headers") or {})
        if self.bearer is not None:
            headers.setdefault("Authorization", f"Bearer {self.bearer}")
        kwargs["headers"] = headers
        return super().open(*args, **kwargs)


def browser(app: Flask) -> Browser:
    return Browser(app, app.response_class, use_cookies=True)


def program(app: Flask) -> Program:
    return Program(app, app.response_class, use_cookies=False)
