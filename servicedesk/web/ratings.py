"""The rating page behind the link of a mail. Needs no sign-in, knows nobody, and only the POST saves."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_babel import force_locale, gettext
from werkzeug.wrappers import Response

from servicedesk.kernel.errors import Conflict, Invalid, NotFound
from servicedesk.kernel.now import now
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import LANGUAGES
from servicedesk.kernel.transaction import transaction
from servicedesk.people import queries as people
from servicedesk.ratings import access, actions
from servicedesk.tickets import queries as tickets
from servicedesk.web import errors
from servicedesk.web.forms.ratings import Answer, preselected, sent
from servicedesk.web.opinions import question_of
from servicedesk.web.session import csrf, language, person, settings

ratings = Blueprint("ratings", __name__)
# The signed link is what allows the answer; a browser without cookies or a referrer must be able to send it.
csrf.exempt(ratings)


@ratings.after_request
def keep_to_itself(response: Response) -> Response:
    """The address holds the link: it goes to no other site, no search engine and no log of ours."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@ratings.get("/rate/<token>")
def question(token: str) -> Any:
    try:
        invitation = access.invitation_for(settings().keys, token, now())
    except (NotFound, Conflict) as refusal:
        return _closed(refusal)
    return _page(invitation, token, preselected(request.args))


@ratings.post("/rate/<token>")
def answer(token: str) -> Any:
    given = sent(request.form)
    try:
        with transaction():
            invitation = access.invitation_for(settings().keys, token, now())
            # Nobody is the actor, whoever is signed in at this browser.
            stamp = Stamp(None, now(), "web")
            actions.rate(
                stamp, invitation, keys=settings().keys, scores=given.scores(), comment=given.comment,
                thanks=given.thanks, thanks_shown=given.thanks_shown, signed=given.signed,
            )  # fmt: skip
    except (NotFound, Conflict) as refusal:
        return _closed(refusal)
    except Invalid as refusal:
        with _in_language(invitation):
            told = {name: errors.sentence_of(fault) for name, fault in refusal.fields.items()}
        return _page(invitation, token, replace(given, errors=told)), 422
    return redirect(url_for("ratings.thanks", lang=_asked_language(), signed="1" if given.signed else None), 303)


@ratings.get("/rate/thanks")
def thanks() -> Any:
    with force_locale(_asked_language() or language()):
        return render_template("ratings/thanks.html", signed=request.args.get("signed") == "1")


def _page(invitation: Any, token: str, shown: Answer) -> str:
    with _in_language(invitation):
        ticket = tickets.tickets_by_id([invitation.ticket_id])[invitation.ticket_id]
        return render_template(
            "ratings/rate.html", department=people.department(invitation.department_id), ticket=ticket,
            rate=question_of(invitation, token, shown, named=not ticket.confidential, lang=_asked_language()),
        )  # fmt: skip


def _closed(refusal: NotFound | Conflict) -> Any:
    with force_locale(_asked_language() or language()):
        title = (
            gettext("This link does not work") if isinstance(refusal, NotFound) else gettext("This question is closed")
        )
        page = render_template("ratings/closed.html", title=title, sentence=errors.sentence_of(refusal))
    return page, errors.status_of(refusal)


def _in_language(invitation: Any) -> AbstractContextManager[None]:
    """The language asked for on the page, the reader's own, else the one of the mail."""
    chosen = _asked_language()
    if chosen is None and person() is None and session.get("language") not in LANGUAGES:
        addressee = people.person(invitation.person_id)
        chosen = addressee.language if addressee else None
    return force_locale(chosen or language())


def _asked_language() -> str | None:
    asked = request.args.get("lang")
    return asked if asked in LANGUAGES else None
