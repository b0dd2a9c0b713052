"""What pages behind the personal link of a mail share: no sign-in, the language of the mail, an address that stays here."""

from __future__ import annotations

from contextlib import AbstractContextManager

from flask import render_template, request, session
from flask_babel import force_locale, gettext
from werkzeug.wrappers import Response

from servicedesk.kernel.errors import Conflict, NotFound
from servicedesk.kernel.text import LANGUAGES
from servicedesk.people import queries as people
from servicedesk.web import errors
from servicedesk.web.session import language, person


def keep_to_itself(response: Response) -> Response:
    """The address holds the link: it goes to no other site, no search engine and no log of ours."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def closed(refusal: NotFound | Conflict, title: str) -> tuple[str, int]:
    """The page of a link that is forged, used or over. `title` is a marked text, for links that did work once."""
    with force_locale(asked_language() or language()):
        told = gettext("This link does not work") if isinstance(refusal, NotFound) else gettext(title)
        page = render_template("ratings/closed.html", title=told, sentence=errors.sentence_of(refusal))
    return page, errors.status_of(refusal)


def in_language(addressee_id: int) -> AbstractContextManager[None]:
    """The language asked for on the page, the reader's own, else the one of the mail."""
    chosen = asked_language()
    if chosen is None and person() is None and session.get("language") not in LANGUAGES:
        addressee = people.person(addressee_id)
        chosen = addressee.language if addressee else None
    return force_locale(chosen or language())


def asked_language() -> str | None:
    asked = request.args.get("lang")
    return asked if asked in LANGUAGES else None
