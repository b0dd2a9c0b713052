"""Pages of sign-in and one's own account. Who may sign in is said by people; who is signed in by session.py."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from servicedesk.kernel.errors import Busy, Invalid
from servicedesk.kernel.now import now
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import LANGUAGES, N_, in_language
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions, queries
from servicedesk.web import errors, wording
from servicedesk.web.forms.people import SignInForm
from servicedesk.web.return_path import back_to, is_local_path
from servicedesk.web.session import (
    enter,
    language,
    leave,
    person,
    settings,
    signed_in,
    stamp,
)

people = Blueprint("people", __name__)
people.record_once(wording.install)

SUGGESTED_AT_MOST = 10
# The people of the demo company and the password all of them have; both stand in the README.
DEMO_DOMAIN = "north.example"
DEMO_PASSWORD = "demo demo demo"  # noqa: S105 — no secret: the sign-in page of a demo prints it


@people.get("/sign-in")
def sign_in() -> Any:
    wanted = request.args.get("next", "")
    if person() is not None:
        return back_to(wanted)
    form = SignInForm(formdata=None, next=wanted if is_local_path(wanted) else "")
    return _sign_in_page(form)


@people.post("/sign-in")
def prove_identity() -> Any:
    form = SignInForm()
    if not form.validate():
        return _sign_in_page(form, 422)
    email, password = form.email.data or "", form.password.data or ""
    try:
        found = actions.prove(email=email, password=password, at=now())
    except Busy as busy:
        flash(errors.sentence_of(busy), "error")
        return _sign_in_page(form, 429), {"Retry-After": str(busy.params.get("seconds", 60))}
    if found is None:
        with transaction():
            actions.count_failure(Stamp(None, now(), "web"), email)
        flash(_("Address and password do not fit together. Check both and try again."), "error")
        return _sign_in_page(form, 422)
    with transaction():
        enter(found)
    first = url_for("queue.queue") if found.start_page == "queue" and found.serves else "/"
    return back_to(form.next.data or first.removeprefix(request.script_root))


@people.post("/sign-out")
def sign_out() -> Any:
    with transaction():
        leave()
    flash(_("You are signed out."), "success")
    return Response(status=303, headers={"Location": url_for("people.sign_in")})


@people.post("/account/language")
def choose_language() -> Any:
    return _choose("language", LANGUAGES, N_("The languages are ru and en."))


@people.post("/account/theme")
def choose_theme() -> Any:
    return _choose("theme", actions.THEMES, N_("The themes are system, light and dark."))


def _sign_in_page(form: SignInForm, code: int = 200) -> Any:
    examples = queries.one_of_each_role(DEMO_DOMAIN) if settings().demo else []
    page = render_template("people/sign_in.html", form=form, examples=examples, demo_password=DEMO_PASSWORD)
    return Response(page, code, mimetype="text/html")


def _choose(what: str, known: tuple[str, ...], refusal: str) -> Any:
    """Language and appearance: kept with the person, for a stranger in the browser's cookie."""
    chosen = request.form.get(what, "")
    if chosen not in known:
        raise Invalid(refusal)
    who = person()
    if who is None:
        session[what] = chosen
    else:
        with transaction():
            actions.change_person(stamp(), who, {what: chosen})
    return back_to(request.form.get("next"))


@people.get("/people/suggest")
@signed_in
def suggest() -> dict[str, Any]:
    """Colleagues whose name or address has what was typed, for fields that ask for one."""
    found = queries.people_suggested(request.args.get("q", "")[:100], SUGGESTED_AT_MOST)
    named = [(row, row.department.name if row.department is not None else {}) for row in found]
    return {
        "items": [
            {"email": row.email, "name": row.name, "department": in_language(name, language())} for row, name in named
        ]
    }
