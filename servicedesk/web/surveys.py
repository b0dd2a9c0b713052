"""The survey behind a personal link, one department at a time. Needs no sign-in, knows nobody, and only the POST saves."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from servicedesk.kernel.errors import Conflict, Invalid, NotFound
from servicedesk.kernel.now import now
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.kernel.transaction import transaction
from servicedesk.people import queries as people
from servicedesk.ratings.access import company_timezone
from servicedesk.ratings.rules import day_of
from servicedesk.surveys import access, actions, queries, rules
from servicedesk.web import errors
from servicedesk.web.by_link import asked_language, closed, in_language, keep_to_itself
from servicedesk.web.forms.ratings import CANNOT_JUDGE
from servicedesk.web.forms.surveys import Answer, kept, sent
from servicedesk.web.session import csrf, settings

surveys = Blueprint("surveys", __name__)
# The signed link is what allows the answer; a browser without cookies or a referrer must be able to send it.
csrf.exempt(surveys)
surveys.after_request(keep_to_itself)


@surveys.get("/survey/<token>")
def questions(token: str) -> Any:
    """The first department that is not answered yet, the one asked for by `?department=`, or thanks."""
    try:
        invitation, wave = access.invitation_for(_keys(), token, now())
        sheet = queries.sheet_of(wave, invitation.id, _keys())
    except (NotFound, Conflict) as refusal:
        return _closed(refusal)
    left = rules.unanswered(sheet, invitation.department_ids)
    wanted = people.department_by_key(request.args.get("department", ""))
    if wanted is not None and wanted.id in invitation.department_ids:
        here = wanted.id
    elif left:
        here = left[0]
    else:
        return _page("surveys/thanks.html", invitation, wave, sheet, token)
    said = rules.answers_in(sheet).get(str(here))
    return _page("surveys/ask.html", invitation, wave, sheet, token, here=here, answer=kept(said), said=said)


@surveys.post("/survey/<token>/<key>")
def answer(token: str, key: str) -> Any:
    given, department = sent(request.form), people.department_by_key(key)
    try:
        with transaction():
            invitation, wave = access.invitation_for(_keys(), token, now())
            # Nobody is the actor, whoever is signed in at this browser.
            actions.answer(
                Stamp(None, now(), "web"), invitation, wave, _keys(), department_id=department.id if department else 0,
                scores=given.scores() if given.dealt else {}, suggestion=given.suggestion, dealt=given.dealt,
            )  # fmt: skip
    except (NotFound, Conflict) as refusal:
        return _closed(refusal)
    except Invalid as refusal:
        with in_language(invitation.person_id):
            told = {name: errors.sentence_of(fault) for name, fault in refusal.fields.items()}
        sheet = queries.sheet_of(wave, invitation.id, _keys())
        shown = Answer(given.chosen, given.suggestion[: rules.SUGGESTION_LENGTH * 4], given.dealt, told)
        here = department.id if department else 0
        page = _page("surveys/ask.html", invitation, wave, sheet, token, here=here, answer=shown, said=None)
        return page, 422
    return redirect(url_for("surveys.questions", token=token, lang=asked_language(), _anchor="survey"), 303)


def link_for(person_id: int, at: Any) -> tuple[str, int, int] | None:
    """Address, departments answered and all, for the survey that waits for this person; None when none does."""
    found = queries.waiting_for(person_id, day_of(at, company_timezone()))
    if found is None:
        return None
    invitation, wave = found
    try:
        sheet = queries.sheet_of(wave, invitation.id, _keys())
    except Conflict:
        return None
    left, every = len(rules.unanswered(sheet, invitation.department_ids)), len(invitation.department_ids)
    if not left:
        return None
    return f"{request.script_root}/survey/{rules.sign(settings().secret_key, invitation.id)}", every - left, every


def _page(template: str, invitation: Any, wave: Any, sheet: Any, token: str, **more: Any) -> str:
    departments = people.departments_by_id()
    answered = rules.answers_in(sheet)
    rows = [(departments[number], str(number) in answered) for number in invitation.department_ids]
    with in_language(invitation.person_id):
        return render_template(
            template, wave=wave, rows=rows, done=sum(done for _, done in rows), token=token, questions=rules.QUESTIONS,
            cannot_judge=CANNOT_JUDGE, longest=rules.SUGGESTION_LENGTH, asked_language=asked_language(),
            departments=departments, **more,
        )  # fmt: skip


def _closed(refusal: NotFound | Conflict) -> tuple[str, int]:
    return closed(refusal, N_("This survey is closed"))


def _keys() -> tuple[str, ...]:
    found: tuple[str, ...] = settings().keys
    return found
