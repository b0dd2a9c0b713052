"""Making a request of its own out of a part of another one: the form with the words quoted and the promise told, and sending it."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from servicedesk.catalog import queries as catalog
from servicedesk.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from servicedesk.kernel.now import now
from servicedesk.kernel.text import N_, in_language
from servicedesk.kernel.transaction import transaction
from servicedesk.people import queries as people
from servicedesk.tickets import access, actions, queries, rules
from servicedesk.web import errors, sent_once
from servicedesk.web.forms.merging import SplitForm
from servicedesk.web.kept import signed_in_or_kept
from servicedesk.web.offers import offers
from servicedesk.web.session import language, me, signed_in, stamp
from servicedesk.web.tickets import tickets

MOST_QUOTED = 10_000


@tickets.get("/tickets/<int:ticket_id>/split")
@signed_in
def split_form(ticket_id: int) -> str:
    """The form; `message` in the address is what is split off (default: of the description), `text` a part of it."""
    ticket = _splittable(ticket_id)
    message = _message(ticket, request.args.get("message"))
    words = request.args.get("text", "").strip() or (message.text if message is not None else ticket.description)
    place = f"t{ticket.request_type_id}" if ticket.request_type_id else f"d{ticket.department_id}"
    form = SplitForm(
        formdata=None, subject=ticket.subject, description=_quoted(words), place=request.args.get("place") or place
    )
    return _page(ticket, message, form)


@tickets.post("/tickets/<int:ticket_id>/split")
@signed_in_or_kept
def split(ticket_id: int) -> Any:
    """Splits once, however often the button is pressed. Another place chosen without sending shows its promise."""
    form = SplitForm()
    asked = request.args.get("message")
    if "look" in request.form:
        ticket = _splittable(ticket_id)
        return _page(ticket, _message(ticket, asked), form)
    try:
        with transaction():
            ticket = access.ticket_for(me(), ticket_id, to="split")
            if not sent_once.claim(form.key.data):
                return redirect(sent_once.where(form.key.data), 303)
            new = actions.split(
                stamp(), ticket, me(), _message(ticket, asked), subject=form.subject.data or "",
                description=form.description.data or "", with_files=bool(form.with_files.data), **_where(form),
            )  # fmt: skip
            where = url_for("tickets.ticket", ticket_id=_shown_after(new, ticket_id))
            sent_once.keep(form.key.data, where)
            number = new.id
    except (Invalid, Conflict) as error:
        if isinstance(error, Invalid):
            # Nobody offers what was chosen: the field that chose it says so.
            error.fields = {"place" if name == "request_type" else name: fault for name, fault in error.fields.items()}
            errors.put_into(form, error)
        refusal = None if isinstance(error, Invalid) else errors.sentence_of(error)
        ticket = access.ticket_for(me(), ticket_id)
        return _page(ticket, _message(ticket, asked), form, refusal), errors.status_of(error)
    except (NotFound, NotAllowed) as error:
        sentence, typed = errors.sentence_of(error), form.description.data or ""
        return render_template("tickets/kept.html", sentence=sentence, typed=typed), errors.status_of(error)
    flash(
        _("A part of #%(number)d goes on as #%(new)d. The requester is told.", number=ticket_id, new=number), "success"
    )
    return redirect(where, 303)


def _splittable(ticket_id: int) -> Any:
    ticket = access.ticket_for(me(), ticket_id)
    if not rules.may(me(), ticket, "split"):
        raise NotAllowed(N_("You see this ticket, but this is for others to do."))
    if not rules.is_possible(ticket, "split"):
        raise Conflict(N_("This is not possible in the ticket's present state."))
    return ticket


def _message(ticket: Any, asked: str | None) -> Any:
    if not asked:
        return None
    return access.message_of(ticket, int(asked) if asked.isdecimal() and len(asked) < 10 else 0)


def _where(form: SplitForm) -> dict[str, Any]:
    """The request type or the department that was chosen."""
    kind, number = form.chosen()
    row = catalog.request_type(number) if kind == "t" else people.department(number) if kind == "d" else None
    if row is None or not row.active:
        raise Invalid(fields={"place": N_("Choose one of the list.")})
    return {"request_type": row} if kind == "t" else {"department": row}


def _page(ticket: Any, message: Any, form: SplitForm, refusal: str | None = None) -> str:
    form.give_key()
    departments = people.departments_by_id()
    types = sorted(catalog.request_types(), key=lambda row: row.department_id)
    by_home = {key: list(rows) for key, rows in groupby(types, key=lambda row: row.department_id)}
    speech = language()
    form.place.choices = {
        in_language(home.name, speech): [(f"d{home.id}", _("%(department)s, no special form", department=in_language(home.name, speech)))]
        + [(f"t{row.id}", in_language(row.name, speech)) for row in by_home.get(home.id, [])]
        for home in sorted(departments.values(), key=lambda row: (row.id != ticket.department_id, in_language(row.name, speech)))
        if home.active
    }  # fmt: skip
    kind, number = form.chosen()
    row = catalog.request_type(number) if kind == "t" else None
    home_id = row.department_id if row is not None else number if kind == "d" and number in departments else None
    asked_at, answered_at = actions.since_when(ticket, message, home_id)
    return render_template(
        "merging/split.html", ticket=ticket, message=message, form=form, refusal=refusal, at=now(), asked_at=asked_at, answered_at=answered_at,
        home=departments.get(home_id or 0), kind=row, offer=_offer(ticket, home_id, row, asked_at), files=_files(ticket, message),
        secret=ticket.confidential or bool(row is not None and row.confidential),
    )  # fmt: skip


def _offer(ticket: Any, home_id: int | None, row: Any, asked_at: datetime | None) -> Any:
    """The promise of the new request at the priority it takes over."""
    if home_id is None:
        return None
    found = offers(
        asked_at or now(), department_id=home_id, request_type_id=row.id if row is not None else None,
        customer_department_id=ticket.customer_department_id,
    )  # fmt: skip
    return next((one for one in found if one.priority in (None, ticket.priority)), None)


def _files(ticket: Any, message: Any) -> list[Any]:
    message_id = message.id if message is not None else None
    rows = queries.attachments(ticket.id, with_notes=False)
    return [row for row in rows if row.message_id == message_id and row.field is None]


def _shown_after(new: Any, ticket_id: int) -> int:
    """The new request, or the one it came from where who filed it does not see the new one."""
    return new.id if access.visible_ids(me(), [new.id]) else ticket_id


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text[:MOST_QUOTED].splitlines()) + "\n" if text else ""
