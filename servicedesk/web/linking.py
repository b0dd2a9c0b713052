"""Links between requests: adding one, removing one."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from servicedesk.kernel.errors import Conflict, DeskError, Invalid, NotAllowed
from servicedesk.kernel.text import N_
from servicedesk.kernel.transaction import transaction
from servicedesk.tickets import access, actions, rules
from servicedesk.tickets.search import quick
from servicedesk.web.forms.merging import LinkForm
from servicedesk.web.forms.tickets import TicketForm
from servicedesk.web.kept import signed_in_or_kept
from servicedesk.web.session import me, stamp
from servicedesk.web.ticket_changes import back
from servicedesk.web.tickets import tickets

OFFERED_AT_MOST = 8


@tickets.post("/tickets/<int:ticket_id>/links")
@signed_in_or_kept
def add_link(ticket_id: int) -> Any:
    """Changes no version: who links two requests disturbs nobody who works on them."""
    form = LinkForm()
    if form.typed().strip() and not form.number():
        return _by_words(ticket_id, form)
    try:
        with transaction():
            ticket, other = access.ticket_with_other(me(), ticket_id, form.number(), "link", "to")
            actions.link(stamp(), ticket, other, me(), form.kind.data or "")
    except DeskError as error:
        return back(ticket_id, form, error)
    flash(_("The two requests are linked."), "success")
    return redirect(url_for("tickets.ticket", ticket_id=ticket_id, _anchor="links"), 303)


def _by_words(ticket_id: int, form: LinkForm) -> Any:
    """The page comes back with the requests that fit what was typed, each with a button."""
    ticket = access.ticket_for(me(), ticket_id)
    if not rules.can(me(), ticket, "link"):
        raise NotAllowed(N_("You see this ticket, but this is for others to do."))
    hits = quick(me(), form.typed(), limit=OFFERED_AT_MOST + 1)
    form.fitting = [hit.ticket for hit in hits if hit.ticket.id != ticket_id][:OFFERED_AT_MOST]
    sentence = N_("Choose one of those that fit.") if form.fitting else N_("No request that you see has these words.")
    return back(ticket_id, form, Invalid(fields={"to": sentence}))


@tickets.post("/tickets/<int:ticket_id>/links/<int:link_id>/removal")
@signed_in_or_kept
def remove_link(ticket_id: int, link_id: int) -> Any:
    try:
        with transaction():
            _ticket, linked = access.link_for(me(), ticket_id, link_id)
            actions.remove_link(stamp(), linked.row)
    except (Conflict, Invalid) as error:
        return back(ticket_id, TicketForm(formdata=None), error)
    flash(_("The link is removed."), "success")
    return redirect(url_for("tickets.ticket", ticket_id=ticket_id, _anchor="links"), 303)
