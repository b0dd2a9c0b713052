"""What a page asks for again and again (js/poll.js): a mark that says whether anything is new, told before anything is rendered.

Reads no row: the view that asks gives what its region depends on.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache

from flask import Response, after_this_request, request
from flask_babel import get_locale

from servicedesk.web.assets import STATIC, read_manifest
from servicedesk.web.session import person


def conditional(*parts: object) -> Response | None:
    """The answer 304 where the browser has this already, else None; the answer that is rendered then carries the mark.

    `parts` are everything the region depends on: ids and versions of its rows, and `minute(at)` where it shows what no
    version tells (a term that comes nearer, somebody who is away from today on). The reader, their language and our own
    files are added here.
    """
    mark = mark_of(*parts)
    if mark in request.if_none_match.as_set(include_weak=True):
        answer = Response(status=304)
        answer.set_etag(mark, weak=True)
        return answer
    after_this_request(lambda answer: _marked(answer, mark))
    return None


def asks_again() -> bool:
    """Whether a region asks for itself, not a person for the page: it is enough to render the region."""
    return request.headers.get("X-Poll") == "1"


def mark_of(*parts: object) -> str:
    """The mark by itself: for data-poll-mark of a region that is rendered with its page, so that the first question
    after the page is a question for what has changed since."""
    who, locale = person(), get_locale()
    said = repr((who.id if who else None, str(locale), _build(), parts))
    return hashlib.sha256(said.encode()).hexdigest()[:20]


def minute(at: datetime) -> int:
    """Which minute it is, counted through: with it in the parts a region is rendered once a minute at least."""
    return int(at.timestamp()) // 60


def _marked(answer: Response, mark: str) -> Response:
    if answer.status_code == 200:
        answer.set_etag(mark, weak=True)
    return answer


@cache
def _build() -> str:
    """Our files as they were built: a page of before an update fetches its region anew."""
    return read_manifest(STATIC)["app.css"]
