"""Approving: what waits for one's word, the word itself, and reworking what was refused."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from servicedesk.kernel.errors import Conflict, DeskError, Invalid, NotAllowed
from servicedesk.kernel.now import now
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.kernel.transaction import CHANGED, transaction
from servicedesk.tickets import access, actions, queries, rules
from servicedesk.web import errors
from servicedesk.web.forms.catalog import RequestForm, filled
from servicedesk.web.forms.tickets import DecisionForm, TicketForm
from servicedesk.web.kept import signed_in_or_kept
from servicedesk.web.session import language, me, signed_in, stamp
from servicedesk.web.ticket_changes import change
from servicedesk.web.uploads import takes_files

approvals = Blueprint("approvals", __name__)
ROWS = 30


@approvals.get("/approvals")
@signed_in
def waiting() -> str:
    """Own ones and those one covers for, oldest first."""
    cursor = request.args.get("cursor")
    page = queries.approvals_waiting_for(me().id, cursor=cursor, limit=ROWS)
    return render_template(
        "tickets/approvals.html", rows=page.items, at=now(),
        next_url=url_for(".waiting", cursor=page.next) if page.next else None,
        first_url=url_for(".waiting") if cursor else None,
    )  # fmt: skip


@approvals.post("/tickets/<int:ticket_id>/approvals/<int:number>")
@signed_in_or_kept
def decide(ticket_id: int, number: int) -> Any:
    """`decision` is approved or refused; `reason` is needed to refuse."""
    form = DecisionForm()
    wanted = form.decision.data

    def act(at: Stamp, ticket: Any) -> None:
        _ticket, approval = access.approval_for(me(), ticket.id, number)
        if wanted == "approved":
            actions.approve(at, ticket, approval, me(), form.typed())
        elif wanted == "refused":
            actions.refuse(at, ticket, approval, me(), form.typed())
        else:
            raise Invalid(fields={"reason": N_("Choose whether you approve or refuse.")})

    told = (
        _("You have refused it; the requester reads why.")
        if wanted == "refused"
        else _("Thank you. Your approval is kept.")
    )
    return change(ticket_id, "approve", form, act, told)


@approvals.get("/tickets/<int:ticket_id>/rework")
@signed_in
def rework(ticket_id: int) -> Any:
    """The request as it was filed, to be changed and sent again. One that was not refused leads back to its page."""
    ticket = _own(ticket_id)
    if not rules.is_refused(ticket) or ticket.request_type is None:
        return redirect(url_for("tickets.ticket", ticket_id=ticket.id), 303)
    return _page(ticket, _form_of(ticket, formdata=None))


@approvals.post("/tickets/<int:ticket_id>/rework")
@takes_files
@signed_in_or_kept
def send_again(ticket_id: int) -> Any:
    ticket = _own(ticket_id)
    if ticket.request_type is None:
        return redirect(url_for("tickets.ticket", ticket_id=ticket.id), 303)
    made, seen = _form_of(ticket), TicketForm().version_seen()
    if not made.validate():
        return _page(ticket, made), errors.status_of(Invalid())
    try:
        with transaction():
            row = access.ticket_for(me(), ticket_id, to="resubmit")
            if seen not in (None, row.version):
                raise Conflict(CHANGED)
            values = made.values()
            actions.resubmit(
                stamp(), row, subject=values["subject"], description=values["description"], answers=values["answers"]
            )
    except DeskError as error:
        return _refused(ticket_id, error)
    flash(_("Your request is sent again."), "success")
    return redirect(url_for("tickets.ticket", ticket_id=ticket_id), 303)


def _own(ticket_id: int) -> Any:
    ticket = access.ticket_for(me(), ticket_id)
    if not rules.may(me(), ticket, "resubmit"):
        raise NotAllowed(N_("You see this ticket, but this is for others to do."))
    return ticket


def _form_of(ticket: Any, **given: Any) -> RequestForm:
    return filled(ticket.request_type, language(), ticket, **given)


def _refused(ticket_id: int, error: DeskError) -> tuple[str, int]:
    """The form with everything typed. The transaction has forgotten what was read before it: it is read anew."""
    ticket = _own(ticket_id)
    made = _form_of(ticket)
    conflict = None
    if isinstance(error, Invalid):
        errors.put_into(made, error)
    else:
        conflict = errors.sentence_of(error)
    return _page(ticket, made, conflict), errors.status_of(error)


def _page(ticket: Any, made: RequestForm, conflict: str | None = None) -> str:
    refused = next((row for row in rules.in_round(queries.approvals(ticket.id)) if row.decision == "refused"), None)
    return render_template(
        "tickets/rework.html", ticket=ticket, type=ticket.request_type, form=made, refused=refused, conflict=conflict,
        at=now(),
    )  # fmt: skip
