"""What somebody is written about: their page of ways and hours, muting a request, and the link that ends gathered mail."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from servicedesk.kernel.errors import Invalid, NotFound
from servicedesk.kernel.text import N_
from servicedesk.kernel.transaction import transaction
from servicedesk.notifications import actions, queries, rules
from servicedesk.people import queries as people
from servicedesk.people.rules import reads_company_reports
from servicedesk.tickets.access import ticket_for
from servicedesk.web import errors
from servicedesk.web.by_link import closed, in_language, keep_to_itself
from servicedesk.web.forms.wishes import PREFIX, WishesForm, clock_of, form_for
from servicedesk.web.return_path import back_to
from servicedesk.web.session import csrf, me, settings, signed_in, stamp, timezone

wishes = Blueprint("wishes", __name__)
unsubscribing = Blueprint("unsubscribing", __name__)
# The signed link is the whole right: mail programs POST to it without a cookie or a page of ours before.
csrf.exempt(unsubscribing)
unsubscribing.after_request(keep_to_itself)


@wishes.get("/account/notifications")
@signed_in
def chosen() -> Any:
    return _page(_form())


@wishes.post("/account/notifications")
@signed_in
def choose() -> Any:
    form = form_for(rules.groups_for(me()))()
    if not form.validate():
        return _page(form), 422
    try:
        with transaction():
            actions.choose(stamp(), me(), form.modes(), rhythm=form.rhythm.data or "", quiet=form.quiet())
    except Invalid as refusal:
        errors.put_into(form, refusal)
        return _page(form), 422
    flash(_("Saved."), "success")
    return redirect(url_for("wishes.chosen"), 303)


@wishes.post("/tickets/<int:ticket_id>/mute")
@signed_in
def mute(ticket_id: int) -> Any:
    """`mute` is 0 to hear of the request again."""
    silent = request.form.get("mute") != "0"
    with transaction():
        ticket = ticket_for(me(), ticket_id)
        if silent:
            actions.mute(stamp(), ticket, me())
        else:
            actions.unmute(ticket, me())
    if silent:
        flash(_("You hear nothing more of this request, unless you are asked something."), "success")
    else:
        flash(_("You hear of this request again."), "success")
    return back_to(request.form.get("next") or f"/tickets/{ticket_id}")


@unsubscribing.get("/unsubscribe/<token>")
def question(token: str) -> Any:
    """Changes nothing: mail scanners open links."""
    return _answer(token, done=False)


@unsubscribing.post("/unsubscribe/<token>")
def end(token: str) -> Any:
    """Also what mail programs send by themselves at one press (RFC 8058): answered here, since they follow nowhere."""
    return _answer(token, done=True)


def _answer(token: str, *, done: bool) -> Any:
    try:
        person_id = rules.signed_by_us(settings().keys, token)
        if person_id is None or people.person(person_id) is None:
            raise NotFound()
        if done:
            with transaction():
                actions.end_gathered_mail(person_id)
    except NotFound as refusal:
        return closed(refusal, N_("This link does not work"))
    with in_language(person_id):
        return render_template("notifications/unsubscribe.html", done=done)


def _form() -> WishesForm:
    who = me()
    groups, hours = rules.groups_for(who), queries.hours_of(who)
    ways = {PREFIX + key: mode for key, mode in queries.choices_of(who).items()}
    begin, end = map(clock_of, hours.quiet) if hours.quiet else (None, None)
    return form_for(groups)(
        formdata=None, data={**ways, "rhythm": hours.rhythm, "quiet_from": begin, "quiet_until": end}
    )


def _page(form: WishesForm) -> str:
    who, cursor = me(), request.args.get("cursor")
    fixed = [group for group in rules.groups_for(who).values() if len(group.modes) == 1]
    return render_template(
        "notifications/wishes.html", form=form, ways=[field for field in form if field.name.startswith(PREFIX)],
        fixed=fixed, muted=queries.muted_tickets(who, cursor), zone=timezone().replace("_", " "),
        reads_reports=reads_company_reports(who),
    )  # fmt: skip
