"""The question "how did it go?" as pages show it, and signed opinions for the leads they are for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Blueprint, render_template, request, url_for

from servicedesk.people import queries as people
from servicedesk.ratings import access, queries, rules
from servicedesk.web.forms.ratings import CANNOT_JUDGE, Answer, preselected
from servicedesk.web.session import me, settings, signed_in

opinions = Blueprint("opinions", __name__)


@dataclass(frozen=True)
class Question:
    """What the form of a rating needs. `thanks_to` is a name, or empty where it may not stand on a page without sign-in."""

    action: str
    answer: Answer
    valid_until: date
    thanks: bool
    thanks_to: str
    limit: int = rules.COMMENT_AT
    cannot_judge: str = CANNOT_JUDGE


def question_of(invitation: Any, token: str, answer: Answer, *, named: bool, lang: str | None = None) -> Question:
    """`named`: whether the page may say who served."""
    served = people.person(invitation.served_by_id) if named and invitation.served_by_id else None
    return Question(
        url_for("ratings.answer", token=token, lang=lang), answer, invitation.expires_on,
        thanks=rules.may_thank(invitation), thanks_to=served.name if served else "",
    )  # fmt: skip


def question_here(ticket: Any, at: datetime) -> Question | None:
    """The reader's own question about this ticket, to be answered on its page; None if there is none."""
    if ticket.status not in ("resolved", "closed") or me().id != ticket.requester_id:
        return None
    today = rules.day_of(at, access.company_timezone())
    invitation = queries.waiting_of(settings().keys, ticket.id, me().id, today)
    if invitation is None:
        return None
    return question_of(invitation, rules.sign(settings().secret_key, invitation.id), preselected({}), named=True)


@opinions.get("/reports/signed")
@signed_in
def signed() -> Any:
    """Opinions whose authors want to be known to the heads of the department."""
    page = access.signed_for(me(), cursor=request.args.get("cursor"))
    return render_template(
        "ratings/signed.html", rows=page.items, departments=people.departments_by_id(), shown=request.args.get("cursor"),
        next_url=url_for("opinions.signed", cursor=page.next) if page.next else None,
    )  # fmt: skip
