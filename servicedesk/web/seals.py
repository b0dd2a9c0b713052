"""Confidential requests that administrators open for a reason: the form, what is open, what was. Part of the admin blueprint."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from servicedesk.kernel.errors import DeskError, Invalid, NotFound
from servicedesk.kernel.now import now
from servicedesk.kernel.transaction import transaction
from servicedesk.tickets import access, actions, queries, rules
from servicedesk.tickets.actions.sealing import checked_reason
from servicedesk.web import errors
from servicedesk.web.admin import admin
from servicedesk.web.forms.seals import SealForm
from servicedesk.web.kept import signed_in_or_kept
from servicedesk.web.session import admin_only, me, stamp


@admin.get("/seals")
@admin_only
def seals() -> Any:
    return _page(SealForm(formdata=None))


@admin.post("/seals")
@signed_in_or_kept
@admin_only
def break_seal() -> Any:
    form = SealForm()
    try:
        if not form.validate():
            return _page(form), 422
        # First, so that a number alone tells nothing.
        checked_reason(form.reason.data or "")
        with transaction():
            ticket = _ticket(form)
            seal = actions.break_seal(stamp(), ticket, me(), form.reason.data or "")
    except Invalid as refusal:
        errors.put_into(form, refusal)
        return _page(form), 422
    flash(_("You can read it now. Those who lead the department have been told."), "success")
    return redirect(url_for("tickets.ticket", ticket_id=seal.ticket_id), 303)


@admin.post("/seals/<int:seal_id>/close")
@admin_only
def close_seal(seal_id: int) -> Any:
    with transaction():
        actions.close_seal(stamp(), access.seal_for(me(), seal_id))
    flash(_("The request is closed again."), "success")
    return redirect(url_for("admin.seals"), 303)


def _ticket(form: SealForm) -> Any:
    try:
        return access.sealed_ticket_for(me(), form.ticket_id())
    except NotFound as missing:
        raise Invalid(fields={"number": DeskError(missing.sentence)}) from missing


def _page(form: SealForm) -> str:
    cursor = request.args.get("cursor")
    past = queries.seals(are_open=False, cursor=cursor)
    return render_template(
        "admin/seals.html", form=form, open_ones=queries.seals(are_open=True, limit=200).items, past=past.items, at=now(),
        hours=int(rules.SEAL_LASTS.total_seconds() // 3600), first_url=url_for("admin.seals") if cursor else None,
        next_url=url_for("admin.seals", cursor=past.next) if past.next else None,
    )  # fmt: skip
