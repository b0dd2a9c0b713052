"""Refusals as pages: which status a refusal has, and what the person reads. Unexpected faults get a plain page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from flask import Flask, flash, g, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from servicedesk.kernel.errors import Busy, Conflict, DeskError, InTheirWords, Invalid, NotAllowed, NotFound, TooLarge
from servicedesk.kernel.text import in_language
from servicedesk.web import kept
from servicedesk.web.session import language

STATUS: dict[type[DeskError], int] = {
    NotFound: 404,
    NotAllowed: 403,
    TooLarge: 413,
    Invalid: 422,
    Conflict: 409,
    Busy: 429,
}
log = structlog.get_logger()
# What follows is a signed link: whoever has it may answer in its addressee's place.
_PERSONAL = ("/rate/", "/survey/")


def install(app: Flask) -> None:
    """Pages for what goes wrong; app.py lets the API answer for its own addresses."""
    for kind, handler in HANDLERS.items():
        app.register_error_handler(kind, handler)


def status_of(error: DeskError) -> int:
    return next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)


def sentence_of(error: DeskError) -> str:
    """The refusal in the reader's language."""
    if isinstance(error, InTheirWords):
        return in_language(error.names, language())
    text = gettext(error.sentence)
    return text % error.params if error.params else text


def put_into(form: Any, error: Invalid) -> None:
    """Show an action's refusal at the fields of a WTForms form; what has no field becomes a message above it."""
    for name, fault in error.fields.items():
        fields = getattr(form, "_fields", {})
        field = fields.get(name, fields.get(name.removeprefix("fields.")))
        if field is not None:
            field.errors = [*field.errors, sentence_of(fault)]
        else:
            flash(sentence_of(fault), "error")


def page(code: int, sentence: str | None = None) -> tuple[str, int]:
    """What is wrong, what to do next, and what was typed. Within the frame of other pages unless the desk is at fault."""
    facts = {
        "code": code, "sentence": sentence, "request_id": g.get("request_id"), "typed": kept.typed(),
        "again": request.full_path.rstrip("?") if code >= 500 and request.method == "GET" else None,
    }  # fmt: skip
    if code < 500 and not request.path.startswith(_PERSONAL):
        try:
            return render_template("error_at_home.html", **facts), code
        except Exception as error:  # noqa: BLE001 — the frame asks the database, and that may be what failed
            log.warning("the frame of an error page failed", request_id=g.get("request_id"), error=repr(error))
    return render_template("error.html", **facts), code


def _refused(error: DeskError) -> Any:
    return page(status_of(error), sentence_of(error))


def _stale_form(_error: CSRFError) -> Any:
    return page(
        400,
        gettext("This form is too old or was opened before you signed in. Go back, reload the page and send it again."),
    )


def _http(error: HTTPException) -> Any:
    if error.code is not None and error.code < 400:
        return error
    return page(error.code or 500)


def _fault(error: Exception) -> Any:
    if request.path.startswith(_PERSONAL):
        # The text of a database error can hold scores and comments.
        log.error("unexpected fault", request_id=g.get("request_id"), path=_safe_path(), error=type(error).__name__)
    else:
        log.exception("unexpected fault", request_id=g.get("request_id"), path=request.path, error=repr(error))
    return page(500)


def _safe_path() -> str:
    """The path for logs: a personal link names an invitation, so it never gets there."""
    return f"/{request.path.split('/')[1]}/…" if request.path.startswith(_PERSONAL) else request.path


HANDLERS: dict[type[Exception], Callable[[Any], Any]] = {
    DeskError: _refused,
    CSRFError: _stale_form,
    HTTPException: _http,
    Exception: _fault,
}
