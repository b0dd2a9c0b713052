"""Refusals as RFC 9457 problem details: kind, status, sentence in the caller's language. Never a trace, never HTML."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from flask import Response, g, request
from flask_babel import force_locale, gettext
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from servicedesk.kernel.errors import Busy, Conflict, DeskError, InTheirWords, Invalid, NotAllowed, NotFound, TooLarge
from servicedesk.kernel.text import LANGUAGES, N_, in_language

_RATINGS = "/api/v1/ratings/"
PROBLEM = "application/problem+json"
log = structlog.get_logger()


class Unauthorized(DeskError):
    """No token, or none that lives."""

    code = "unauthorized"


class Unreadable(DeskError):
    """The body is not JSON."""

    code = "bad_request"


class UnknownKind(DeskError):
    """The body is of a kind that is not read here."""

    code = "unsupported_media_type"


class Stale(DeskError):
    """`If-Match` names a version that is not the present one."""

    code = "precondition_failed"


STATUS: Mapping[type[DeskError], int] = {
    Unauthorized: 401, NotAllowed: 403, NotFound: 404, Conflict: 409, Stale: 412, TooLarge: 413, UnknownKind: 415, Invalid: 422,
    Busy: 429, Unreadable: 400,
}  # fmt: skip

TITLES: Mapping[int, str] = {
    400: N_("The request cannot be read"),
    401: N_("Sign-in is needed"),
    403: N_("Not allowed"),
    404: N_("Not found"),
    405: N_("This method is not possible here"),
    409: N_("Not possible in the present state"),
    412: N_("Changed meanwhile"),
    413: N_("Too large"),
    415: N_("This kind of content is not read here"),
    422: N_("Something in the request is wrong"),
    429: N_("Too many attempts"),
    500: N_("A fault on our side"),
}
_DETAILS: Mapping[int, str] = {
    400: N_("The request cannot be read."),
    404: N_("There is nothing at this address."),
    405: N_("This address does not take this method; the Allow header says which ones it takes."),
    413: N_("The body is larger than what is taken here."),
    500: N_("It was recorded with the number in request_id. Try again later."),
}


def language() -> str:
    """What the caller asked for, else the language of the token's person."""
    for wanted, quality in request.accept_languages:
        # "*" asks for nothing: some programs always send it.
        if quality > 0 and wanted[:2].lower() in LANGUAGES:
            return wanted[:2].lower()
    token = g.get("token")
    return token.person.language if token is not None else "en"


def status_of(error: DeskError) -> int:
    return next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)


def said(error: DeskError) -> str:
    """The sentence of a refusal in the caller's language."""
    if isinstance(error, InTheirWords):
        return in_language(error.names, language())
    with force_locale(language()):
        text = gettext(error.sentence)
    return text % error.params if error.params else text


def problem(
    status: int,
    kind: str,
    detail: str,
    *,
    errors: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """`kind` is the stable name behind `type`, like "not-found"."""
    with force_locale(language()):
        title = gettext(TITLES[status]) if status in TITLES else HTTP_STATUS_CODES.get(status, str(status))
    body: dict[str, Any] = {"type": f"/problems/{kind}", "title": title, "status": status, "detail": detail}
    if errors is not None:
        body["errors"] = dict(errors)
    body["request_id"] = g.get("request_id", "")
    response = Response(json.dumps(body, ensure_ascii=False), status, mimetype=PROBLEM)
    response.headers.extend(headers or {})
    return response


def _refused(error: DeskError) -> Response:
    status = status_of(error)
    errors = {name: said(fault) for name, fault in error.fields.items()} if isinstance(error, Invalid) else None
    headers = {}
    if isinstance(error, Busy):
        headers["Retry-After"] = str(error.params.get("seconds", 60))
    if isinstance(error, Unauthorized):
        headers["WWW-Authenticate"] = 'Bearer realm="servicedesk"'
    return problem(status, error.code.replace("_", "-"), said(error), errors=errors, headers=headers)


def _http(error: HTTPException) -> Any:
    status = error.code or 500
    if status < 400:
        return error
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    name = HTTP_STATUS_CODES.get(status, "error").lower().replace(" ", "-").replace("'", "")
    detail = said(DeskError(_DETAILS.get(status, _DETAILS[400] if status < 500 else _DETAILS[500])))
    return problem(status, name, detail, headers=headers)


def _fault(error: Exception) -> Response:
    facts = {"request_id": g.get("request_id"), "path": _safe_path()}
    if request.path.startswith(_RATINGS):
        # Neither what it says nor where it happened: both may carry the link, the scores or the comment.
        log.error("unexpected fault", error=type(error).__name__, **facts)
    else:
        log.exception("unexpected fault", error=repr(error), **facts)
    return problem(500, "internal-server-error", said(DeskError(_DETAILS[500])))


def _safe_path() -> str:
    """The path for logs: a rating link names an invitation, so it never gets there."""
    return f"{_RATINGS}…" if request.path.startswith(_RATINGS) else request.path


HANDLERS: dict[type[Exception], Callable[[Any], Any]] = {DeskError: _refused, HTTPException: _http, Exception: _fault}
