"""Pages of sign-in and one's own account. Who may sign in is said by people; who is signed in by session.py."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from servicedesk.kernel.errors import Busy, DeskError, Invalid
from servicedesk.kernel.now import now
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import LANGUAGES, N_, in_language
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout import queries as mailout
from servicedesk.people import actions, queries
from servicedesk.people.rules import reads_company_reports
from servicedesk.web import errors, wording
from servicedesk.web.forms.people import AccountForm, PasswordForm, SignInForm, TokenForm, in_lines
from servicedesk.web.return_path import back_to, is_local_path
from servicedesk.web.session import (
    enter,
    language,
    leave,
    me,
    person,
    settings,
    signed_in,
    stamp,
    this_session_id,
    timezone,
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
    return back_to(form.next.data)


@people.post("/sign-out")
def sign_out() -> Any:
    with transaction():
        leave()
    flash(_("You are signed out."), "success")
    return Response(status=303, headers={"Location": url_for("people.sign_in")})


@people.get("/account")
@signed_in
def account() -> Any:
    return _account_page()


@people.post("/account")
@signed_in
def change_account() -> Any:
    form = AccountForm()
    _offer_zones(form)
    if not form.validate():
        return _account_page(account_form=form), 422
    try:
        with transaction():
            actions.change_person(stamp(), me(), form.values())
    except Invalid as refusal:
        errors.put_into(form, refusal)
        return _account_page(account_form=form), 422
    return _back_to_account(_("Saved."))


@people.post("/account/language")
def choose_language() -> Any:
    return _choose("language", LANGUAGES, N_("The languages are ru and en."))


@people.post("/account/theme")
def choose_theme() -> Any:
    return _choose("theme", actions.THEMES, N_("The themes are system, light and dark."))


@people.post("/account/password")
@signed_in
def change_password() -> Any:
    form = PasswordForm()
    code = 422
    if form.validate():
        try:
            _check_present_password(form.current.data or "")
            with transaction():
                actions.set_password(stamp(), me(), form.password.data or "")
                # The change ended every session, this one too.
                enter(me())
            return _back_to_account(_("The password is changed. All other browsers are signed out."))
        except Busy as busy:
            code = errors.status_of(busy)
            form.current.errors = [errors.sentence_of(busy)]
        except Invalid as refusal:
            errors.put_into(form, refusal)
    return _account_page(password_form=form), code


@people.post("/account/sessions/<int:session_id>/end")
@signed_in
def end_session(session_id: int) -> Any:
    with transaction():
        actions.end_session(stamp(), me(), session_id)
    return _back_to_account(_("That browser is signed out."))


@people.post("/account/tokens")
@signed_in
def issue_token() -> Any:
    form = TokenForm()
    if form.validate() and form.until.data and _end_of(form.until.data) <= now():
        form.until.errors = [_("This day has passed.")]
    if form.errors:
        return _account_page(token_form=form), 422
    try:
        with transaction():
            secret = actions.issue_token(
                stamp(), me(), name=form.name.data or "", scopes=form.scope.data or (),
                expires_at=_end_of(form.until.data) if form.until.data else None,
            )  # fmt: skip
    except Invalid as refusal:
        errors.put_into(form, refusal)
        return _account_page(token_form=form), 422
    # Not a redirect: the token is shown here and nowhere else, so it is kept in no cookie on the way.
    return _account_page(new_token=secret)


@people.post("/account/tokens/<int:token_id>/revoke")
@signed_in
def revoke_token(token_id: int) -> Any:
    with transaction():
        actions.revoke_token(stamp(), me(), token_id)
    return _back_to_account(_("The token is revoked. Programs that used it are shut out from now on."))


def _sign_in_page(form: SignInForm, code: int = 200) -> Any:
    examples = queries.one_of_each_role(DEMO_DOMAIN) if settings().demo else []
    page = render_template("people/sign_in.html", form=form, examples=examples, demo_password=DEMO_PASSWORD)
    return Response(page, code, mimetype="text/html")


def _account_page(
    account_form: AccountForm | None = None, password_form: PasswordForm | None = None, token_form: TokenForm | None = None,
    new_token: str | None = None,
) -> str:  # fmt: skip
    who = me()
    if account_form is None:
        account_form = AccountForm(formdata=None, data={
            "name": who.name, "language": who.language, "timezone": who.timezone or "", "theme": who.theme,
            "report_as_pdf": who.report_as_pdf,
            "topics": in_lines(who.topics), "thanks_name": who.thanks_name,
        })  # fmt: skip
        _offer_zones(account_form)
    departments = queries.departments_by_id() if who.grants else {}
    return render_template(
        "people/account.html", form=account_form, password_form=password_form or PasswordForm(formdata=None),
        token_form=token_form or TokenForm(formdata=None), new_token=new_token, sessions=queries.sessions_of(who.id),
        tokens=queries.tokens_of(who.id), this_session_id=this_session_id(), departments=departments,
        reads_reports=reads_company_reports(who), mail_comes_back=mailout.is_undeliverable(who.email, now()),
    )  # fmt: skip


def _offer_zones(form: AccountForm) -> None:
    company = queries.company()
    form.offer_zones(
        _("That of the company (%(zone)s)", zone=(company.timezone if company else "UTC").replace("_", " ")),
        me().timezone,
    )


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


def _check_present_password(password: str) -> None:
    """Whoever finds an unlocked browser must not be able to take the account over."""
    who = me()
    if who.password_hash is None or actions.prove(email=who.email, password=password, at=now()) is not None:
        return
    with transaction():
        actions.count_failure(stamp(), who.email)
    raise Invalid(fields={"current": DeskError(N_("This is not your present password."))})


def _end_of(day: date) -> datetime:
    """The midnight after `day` where the person lives."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(timezone()))


def _back_to_account(text: str) -> Response:
    flash(text, "success")
    return Response(status=303, headers={"Location": url_for("people.account")})


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
