"""One's own account: how the desk speaks to one, password, browsers, tokens. Sign-in itself is in people.py."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from servicedesk.kernel.errors import Busy, DeskError, Invalid
from servicedesk.kernel.now import now
from servicedesk.kernel.text import N_
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout import queries as mailout
from servicedesk.people import actions, queries
from servicedesk.people.rules import reads_company_reports
from servicedesk.web import errors
from servicedesk.web.forms.account import AccountForm, PasswordForm, TokenForm, in_lines, zones_named
from servicedesk.web.people import people
from servicedesk.web.session import enter, language, me, signed_in, stamp, this_session_id, timezone


@people.get("/account")
@signed_in
def account() -> Any:
    return _account_page()


@people.post("/account")
@signed_in
def change_account() -> Any:
    """`part` says which of the page's parts is saved; without it, all of them."""
    form = AccountForm()
    part = form.keep_part()
    if not form.validate():
        return _account_page(account_form=form), 422
    try:
        with transaction():
            actions.change_person(stamp(), me(), form.values())
    except Invalid as refusal:
        errors.put_into(form, refusal)
        return _account_page(account_form=form), 422
    return _back_to_account(_("Saved."), part)


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
            return _back_to_account(_("The password is changed. All other browsers are signed out."), "password-card")
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
    return _back_to_account(_("That browser is signed out."), "sessions")


@people.post("/account/sessions/end-others")
@signed_in
def end_other_sessions() -> Any:
    with transaction():
        ended = actions.end_other_sessions(stamp(), me(), this_session_id())
    told = ngettext("%(num)d other browser is signed out.", "%(num)d other browsers are signed out.", ended)
    return _back_to_account(told if ended else _("You are signed in nowhere else."), "sessions")


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
    return _back_to_account(_("The token is revoked. Programs that used it are shut out from now on."), "tokens")


def _account_page(
    account_form: AccountForm | None = None, password_form: PasswordForm | None = None, token_form: TokenForm | None = None,
    new_token: str | None = None,
) -> str:  # fmt: skip
    who, company = me(), queries.company()
    form = AccountForm(formdata=None, data={
        "name": who.name, "language": who.language, "timezone": who.timezone or "", "theme": who.theme,
        "report_as_pdf": who.report_as_pdf, "keys_on": who.keys_on, "start_page": who.start_page,
        "topics": in_lines(who.topics), "thanks_name": who.thanks_name,
    })  # fmt: skip
    if account_form is not None:
        form.take(account_form)
    departments = queries.departments_by_id() if who.grants else {}
    return render_template(
        "people/account.html", form=form, password_form=password_form or PasswordForm(formdata=None),
        token_form=token_form or TokenForm(formdata=None), new_token=new_token, sessions=queries.sessions_of(who.id),
        tokens=queries.tokens_of(who.id), this_session_id=this_session_id(), departments=departments,
        zones=zones_named(language()), company_zone=company.timezone if company else "UTC",
        reads_reports=reads_company_reports(who), mail_comes_back=mailout.is_undeliverable(who.email, now()),
    )  # fmt: skip


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


def _back_to_account(text: str, part: str = "") -> Response:
    flash(text, "success")
    return Response(status=303, headers={"Location": url_for("people.account", _anchor=part or None)})
