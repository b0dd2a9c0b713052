"""What people do to a ticket: each form is one POST, one action, and back to the ticket. Nothing typed is ever lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from servicedesk.catalog import queries as catalog
from servicedesk.kernel.errors import Conflict, DeskError, Invalid, NotAllowed, NotFound
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.kernel.transaction import transaction
from servicedesk.people import queries as people
from servicedesk.sla import actions as promises
from servicedesk.sla.access import term_of
from servicedesk.tickets import access, actions, rules
from servicedesk.web import errors, next_ticket, ticket_page
from servicedesk.web.absences import absent_words
from servicedesk.web.forms import tickets as forms
from servicedesk.web.forms.tickets import BECAUSE_NAMES
from servicedesk.web.kept import signed_in_or_kept
from servicedesk.web.return_path import is_local_path
from servicedesk.web.session import me, stamp
from servicedesk.web.ticket_page import Refused
from servicedesk.web.tickets import tickets
from servicedesk.web.wanted import Again, again
from servicedesk.workbench.actions import drop_draft

Act = Callable[[Stamp, Any], object]
# Forms that keep a draft, and the kind of its place.
_DRAFTED: dict[type[forms.TicketForm], str] = {forms.ComposerForm: "ticket", forms.ReasonForm: "reopen"}


class MovedOn(Conflict):
    """The ticket is not any more what the sender saw; what they wanted may still be possible."""


@tickets.post("/tickets/<int:ticket_id>/hold/end")
@signed_in_or_kept
def end_hold(ticket_id: int) -> Any:
    return change(ticket_id, "resume", forms.TicketForm(), actions.resume, _("The hold is over; the promises run on."))


@tickets.post("/tickets/<int:ticket_id>/closure")
@signed_in_or_kept
def close(ticket_id: int) -> Any:
    act: Act = lambda at, ticket: actions.close(at, ticket, confirmed=True)  # noqa: E731
    return change(ticket_id, "close", forms.TicketForm(), act, _("Thank you. The request is closed."))


@tickets.post("/tickets/<int:ticket_id>/cancellation")
@signed_in_or_kept
def cancel(ticket_id: int) -> Any:
    return change(ticket_id, "cancel", forms.TicketForm(), actions.cancel, _("Your request is withdrawn."))


@tickets.post("/tickets/<int:ticket_id>/assignment")
@signed_in_or_kept
def assign(ticket_id: int) -> Any:
    """`assignee` is a person's id, "me", or nothing for nobody."""
    form = forms.AssignForm()
    wanted = form.assignee.data or ""

    def act(at: Stamp, ticket: Any) -> None:
        if wanted == "me":
            actions.take(at, ticket, me())
            return
        assignee = people.person(int(wanted)) if _is_id(wanted) else None
        if wanted and assignee is None:
            raise Invalid(fields={"assignee": N_("Only people of the department that holds the ticket can have it.")})
        has_it = actions.assign(at, ticket, assignee)
        sentence = absent_words(assignee, has_it, at.at)
        if sentence:
            flash(sentence, "info")

    told = (
        _("The request is yours.")
        if wanted == "me"
        else _("The request is assigned.")
        if wanted
        else _("The request is nobody's again.")
    )
    return change(ticket_id, "assign", form, act, told)


@tickets.post("/tickets/<int:ticket_id>/handovers")
@signed_in_or_kept
def hand_over(ticket_id: int) -> Any:
    form = forms.HandOverForm()
    wanted, kind = form.department.data or "", form.request_type.data or ""

    def act(at: Stamp, ticket: Any) -> None:
        department = people.department(int(wanted)) if _is_id(wanted) else None
        if department is None:
            raise Invalid(fields={"department": N_("Choose one of the list.")})
        if form.because.data not in (None, "", *BECAUSE_NAMES):
            raise Invalid(fields={"because": N_("Choose one of the list.")})
        actions.hand_over(at, ticket, me(), department, form.typed(), form.because.data or None)
        if kind:
            row = catalog.request_type(int(kind)) if _is_id(kind) else None
            if row is None:
                raise Invalid(fields={"department": N_("Nobody offers this request any more.")})
            actions.switch_request_type(at, ticket, row)

    return change(ticket_id, "hand_over", form, act, _("The request is handed over."))


@tickets.post("/tickets/<int:ticket_id>/priority")
@signed_in_or_kept
def change_priority(ticket_id: int) -> Any:
    form = forms.PriorityForm()
    act: Act = lambda at, ticket: actions.change_priority(at, ticket, form.priority.data or "")  # noqa: E731
    return change(ticket_id, "edit", form, act, _("The priority is changed; the promises follow it."))


@tickets.post("/tickets/<int:ticket_id>/type")
@signed_in_or_kept
def switch_type(ticket_id: int) -> Any:
    form = forms.TypeForm()
    wanted = form.request_type.data or ""

    def act(at: Stamp, ticket: Any) -> None:
        row = catalog.request_type(int(wanted)) if _is_id(wanted) else None
        if row is None:
            raise Invalid(fields={"request_type": N_("Choose one of the list.")})
        actions.switch_request_type(at, ticket, row)

    return change(ticket_id, "edit", form, act, _("The kind of request is changed; the promises follow it."))


@tickets.post("/tickets/<int:ticket_id>/subject")
@signed_in_or_kept
def rename(ticket_id: int) -> Any:
    form = forms.SubjectForm()
    return change(
        ticket_id,
        "edit",
        form,
        lambda at, ticket: actions.rename(at, ticket, form.typed()),
        _("The subject is changed."),
    )


@tickets.post("/tickets/<int:ticket_id>/terms")
@signed_in_or_kept
def propose_term(ticket_id: int) -> Any:
    """Propose a date, also in answer to one of the other side."""
    form = forms.TermForm()

    def act(at: Stamp, ticket: Any) -> None:
        due_at = form.moment()
        if due_at is not None:  # the form has refused everything else
            promises.propose_term(at, ticket, me(), due_at=due_at, reason=form.typed())

    return change(ticket_id, "agree", form, act, _("Your proposal is sent; the other side is asked."))


@tickets.post("/tickets/<int:ticket_id>/terms/<int:number>/acceptance")
@signed_in_or_kept
def accept_term(ticket_id: int, number: int) -> Any:
    act: Act = lambda at, ticket: promises.accept_term(at, ticket, term_of(ticket, number), me())  # noqa: E731
    return change(ticket_id, "agree", forms.TicketForm(), act, _("The date is agreed on."))


@tickets.post("/tickets/<int:ticket_id>/terms/<int:number>/refusal")
@signed_in_or_kept
def refuse_term(ticket_id: int, number: int) -> Any:
    """Decline a proposal of the other side, withdraw one of the own."""

    def act(at: Stamp, ticket: Any) -> None:
        term = term_of(ticket, number)
        own = rules.side_of(me(), ticket) == term.side
        (promises.withdraw_term if own else promises.decline_term)(at, ticket, term, me())

    return change(
        ticket_id, "agree", forms.TicketForm(), act, _("The proposal is dropped; everything stays as it was.")
    )


def change(
    ticket_id: int, what: str, form: forms.TicketForm, act: Act, told: str, *, first: Callable[[], None] | None = None
) -> Any:
    """Do it and go back to the ticket; a refusal shows the ticket again with everything that was typed.

    `first` gets what must be locked before the ticket.
    """
    if not form.validate():
        return back(ticket_id, form, Invalid())
    try:
        with transaction():
            if first is not None:
                first()
            ticket = access.ticket_for(me(), ticket_id, to=what)
            if form.version_seen() not in (None, ticket.version):
                raise MovedOn(
                    N_("Somebody changed this meanwhile. Your text is kept: look at the change and send again.")
                )
            act(stamp(), ticket)
            for kind, place in _DRAFTED.items():
                if isinstance(form, kind):
                    drop_draft(me(), f"{place}:{ticket_id}")
    except MovedOn as error:
        return back(ticket_id, form, error, again(what))
    except DeskError as error:
        return back(ticket_id, form, error)
    flash(told, "success")
    return redirect(_next(ticket_id), 303)


def back(ticket_id: int, form: forms.TicketForm, error: DeskError, once_more: Again | None = None) -> Any:
    sentence, status = errors.sentence_of(error), errors.status_of(error)
    if isinstance(error, Invalid):
        if not form.errors:
            _show_faults(form, error)
        return ticket_page.page(ticket_id, refused=Refused(form)), status
    try:
        conflict = sentence if isinstance(error, Conflict) else None
        refusal = sentence if isinstance(error, NotAllowed) else None
        return ticket_page.page(ticket_id, refused=Refused(form, conflict, refusal, once_more)), status
    except NotFound:
        if not form.typed():
            raise
        return render_template("tickets/kept.html", sentence=sentence, typed=form.typed()), errors.status_of(NotFound())


def _show_faults(form: forms.TicketForm, error: Invalid) -> None:
    """A composer has one text, whatever the action calls it."""
    if isinstance(form, forms.ComposerForm) and "note" in error.fields:
        error.fields["text"] = error.fields.pop("note")
    errors.put_into(form, error)


def _next(ticket_id: int) -> str:
    """Back to where the button was, or to the ticket if it can still be seen."""
    wanted = request.form.get("next", "")
    if is_local_path(wanted):
        return request.script_root + wanted
    try:
        access.ticket_for(me(), ticket_id)
    except NotFound:
        return url_for("queue.queue")
    return url_for("tickets.ticket", ticket_id=ticket_id, queue=next_ticket.told())


def _is_id(text: str) -> bool:
    return text.isdecimal() and len(text) < 10
