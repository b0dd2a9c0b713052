"""The rating page behind the link of a mail. Needs no sign-in, knows nobody, and only the POST saves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import force_locale

from servicedesk.kernel.errors import Conflict, Invalid, NotFound
from servicedesk.kernel.now import now
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.kernel.transaction import transaction
from servicedesk.people import queries as people
from servicedesk.ratings import access, actions
from servicedesk.tickets import queries as tickets
from servicedesk.web import errors
from servicedesk.web.by_link import asked_language, closed, in_language, keep_to_itself
from servicedesk.web.forms.ratings import Answer, preselected, sent
from servicedesk.web.opinions import question_of
from servicedesk.web.session import csrf, language, settings

ratings = Blueprint("ratings", __name__)
# The signed link is what allows the answer; a browser without cookies or a referrer must be able to send it.
csrf.exempt(ratings)
ratings.after_request(keep_to_itself)


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
            if forgotten := given.forgotten():
                raise Invalid(fields=forgotten)
            # Nobody is the actor, whoever is signed in at this browser.
            stamp = Stamp(None, now(), "web")
            actions.rate(
                stamp, invitation, keys=settings().keys, scores=given.scores(), comment=given.comment,
                thanks=given.thanks, thanks_shown=given.thanks_shown, signed=given.signed,
            )  # fmt: skip
    except (NotFound, Conflict) as refusal:
        return _closed(refusal)
    except Invalid as refusal:
        with in_language(invitation.person_id):
            told = {name: errors.sentence_of(fault) for name, fault in refusal.fields.items()}
        return _page(invitation, token, replace(given, errors=told)), 422
    return redirect(url_for("ratings.thanks", lang=asked_language(), signed="1" if given.signed else None), 303)


@ratings.get("/rate/thanks")
def thanks() -> Any:
    with force_locale(asked_language() or language()):
        return render_template("ratings/thanks.html", signed=request.args.get("signed") == "1")


def _page(invitation: Any, token: str, shown: Answer) -> str:
    with in_language(invitation.person_id):
        ticket = tickets.tickets_by_id([invitation.ticket_id])[invitation.ticket_id]
        return render_template(
            "ratings/rate.html", department=people.department(invitation.department_id), ticket=ticket,
            rate=question_of(invitation, token, shown, named=not ticket.confidential, lang=asked_language()),
        )  # fmt: skip


def _closed(refusal: NotFound | Conflict) -> tuple[str, int]:
    return closed(refusal, N_("This question is closed"))
