"""The door for people in browsers: parses forms, calls one action, renders pages. No rules live here."""

from __future__ import annotations

from flask import Flask

from servicedesk.web import assets, errors, frame, present, session, subjects, texts, uploads
from servicedesk.web.forms import attributes


def install(app: Flask) -> None:
    """Everything the pages need, in the order it must stand."""
    assets.install(app)
    uploads.install(app)
    session.install(app)
    texts.install(app)
    attributes.install()
    present.install(app)
    frame.install(app)
    errors.install(app)
    subjects.install(app)
