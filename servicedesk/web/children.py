"""Asking other departments from a request: choosing what, the form of it, by a template, an existing request."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from servicedesk.catalog import queries as catalog
from servicedesk.catalog.finding import find
from servicedesk.kernel.errors import Conflict, DeskError, Invalid, NotAllowed, NotFound
from servicedesk.kernel.now import now
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.kernel.transaction import transaction
from servicedesk.people import queries as people
from servicedesk.tickets import access, actions, rules
from servicedesk.web import errors, sent_once
from servicedesk.web.catalog import by_department
from servicedesk.web.forms.catalog import RequestForm, form_of
from servicedesk.web.forms.children import AdoptForm, TemplateForm, WaitsForm, quoted
from servicedesk.web.kept import signed_in_or_kept
from servicedesk.web.offers import offers
from servicedesk.web.session import language, me, signed_in, stamp
from servicedesk.web.ticket_changes import change
from servicedesk.web.tickets import tickets
from servicedesk.web.uploads import takes_files

FOUND_AT_MOST = 20
NOT_YOURS = N_("You see this ticket, but this is for others to do.")


@tickets.get("/tickets/<int:ticket_id>/children/new")
@signed_in
def new_child(ticket_id: int) -> str:
    """What to ask and of whom; with `type` in the address the form of it."""
    parent = _parent(ticket_id)
    if request.args.get("type"):
        kind = _type(request.args["type"])
        made = form_of(
            kind, language(), for_others=False, formdata=None, subject=parent.subject, description=quoted(parent)
        )
        return _form_page(parent, kind, made, WaitsForm(formdata=None))
    text, types = request.args.get("q", "").strip()[:200], catalog.request_types()
    known = {row.key: row for row in types}
    found = [known[row.key] for row in find(text, most=FOUND_AT_MOST).request_types if row.key in known] if text else []
    return render_template("children/choose.html", ticket=parent, text=text, found=found, groups=by_department(types))


@tickets.post("/tickets/<int:ticket_id>/children/new")
@takes_files
@signed_in_or_kept
def ask_department(ticket_id: int) -> Any:
    """Asks once, however often the button is pressed."""
    kind = _type(request.args.get("type", ""))
    made, waiting = form_of(kind, language(), for_others=False), WaitsForm()
    if not made.validate():
        return _form_page(_parent(ticket_id), kind, made, waiting), 422
    try:
        with transaction():
            parent = access.ticket_for(me(), ticket_id, to="ask_others")
            if not sent_once.claim(made.key.data):
                return redirect(sent_once.where(made.key.data), 303)
            child = actions.ask_department(
                stamp(), parent, me(), request_type=_type(kind.key), waits=bool(waiting.waits.data), **made.values()
            )
            where = url_for("tickets.ticket", ticket_id=ticket_id, _anchor="children")
            sent_once.keep(made.key.data, where)
    except (Invalid, Conflict) as error:
        if isinstance(error, Invalid):
            errors.put_into(made, error)
        refusal = None if isinstance(error, Invalid) else errors.sentence_of(error)
        return _form_page(_seen(ticket_id), _type(kind.key), made, waiting, refusal), errors.status_of(error)
    except (NotFound, NotAllowed) as error:
        return _given_back(error, made.description.data or "")
    flash(_("The department is asked. The request has the number #%(number)d.", number=child.id), "success")
    return redirect(where, 303)


@tickets.get("/tickets/<int:ticket_id>/children/template")
@signed_in
def choose_template(ticket_id: int) -> str:
    """The templates; with `template` in the address what is in that one."""
    parent = _parent(ticket_id)
    if request.args.get("template"):
        return _template_page(parent, _template(request.args["template"]), TemplateForm(formdata=None))
    known = catalog.templates()
    # The own department's first, those of others after them.
    listed = sorted(known, key=lambda row: (row.department_id != parent.department_id, row.key))
    return render_template("children/templates.html", ticket=parent, templates=listed)


@tickets.post("/tickets/<int:ticket_id>/children/template")
@signed_in_or_kept
def ask_by_template(ticket_id: int) -> Any:
    form = TemplateForm()
    template = _template(form.template.data or "")
    try:
        with transaction():
            parent = access.ticket_for(me(), ticket_id, to="ask_others")
            if not sent_once.claim(form.key.data):
                return redirect(sent_once.where(form.key.data), 303)
            rows = actions.ask_by_template(stamp(), parent, me(), _template(template.key), form.numbers())
            opened, dropped = sum(bool(row.ticket_id) for row in rows), sum(bool(row.dropped_at) for row in rows)
            where = url_for("tickets.ticket", ticket_id=ticket_id, _anchor="children")
            sent_once.keep(form.key.data, where)
    except (Invalid, Conflict) as error:
        if isinstance(error, Invalid):
            error.fields["chosen"] = error.fields.pop("template")
            errors.put_into(form, error)
        refusal = None if isinstance(error, Invalid) else errors.sentence_of(error)
        return _template_page(_seen(ticket_id), _template(template.key), form, refusal), errors.status_of(error)
    flash(ngettext("%(num)d request is sent.", "%(num)d requests are sent.", opened), "success")
    if dropped:
        flash(ngettext("%(num)d request could not be sent.", "%(num)d requests could not be sent.", dropped), "warning")
    return redirect(where, 303)


@tickets.post("/tickets/<int:ticket_id>/children")
@signed_in_or_kept
def adopt(ticket_id: int) -> Any:
    """Put an existing request below this one. The lower one is locked first, as whoever ends it does."""
    if not rules.may(me(), _seen(ticket_id), "ask_others"):
        raise NotAllowed(NOT_YOURS)
    form = AdoptForm()
    found: list[Any] = []

    def lower() -> None:
        try:
            found.append(access.ticket_for(me(), form.number(), to="reply"))
        except (NotFound, NotAllowed) as error:
            sentence = N_("This request is not yours to put below another one.")
            raise Invalid(fields={"ticket": error if isinstance(error, NotFound) else sentence}) from error

    def act(at: Stamp, ticket: Any) -> None:
        actions.adopt(at, ticket, found[0], me(), waits=bool(form.waits.data))

    return change(ticket_id, "ask_others", form, act, _("The request stands below this one now."), first=lower)


def _parent(ticket_id: int) -> Any:
    """The ticket from which somebody is about to ask. Raises as asking would."""
    ticket = _seen(ticket_id)
    if not rules.may(me(), ticket, "ask_others"):
        raise NotAllowed(NOT_YOURS)
    if not rules.is_possible(ticket, "ask_others"):
        raise Conflict(N_("This is not possible in the ticket's present state."))
    return ticket


def _seen(ticket_id: int) -> Any:
    return access.ticket_for(me(), ticket_id)


def _type(key: str) -> Any:
    found = catalog.request_type_by_key(key)
    if found is None or not found.active or not found.department.active:
        raise NotFound(N_("There is no such request in the catalog. It may have been taken out of it."))
    return found


def _template(key: str) -> Any:
    found = catalog.template_by_key(key)
    if found is None or not found.active or not found.department.active:
        raise NotFound(N_("There is no such template. It may have been taken out of use."))
    return found


def _form_page(parent: Any, kind: Any, made: RequestForm, waiting: WaitsForm, refusal: str | None = None) -> str:
    promised = offers(
        now(), department_id=kind.department_id, request_type_id=kind.id, customer_department_id=parent.department_id
    )
    return render_template(
        "children/form.html", ticket=parent, type=kind, form=made, waiting=waiting, refusal=refusal, offers=promised,
        departments=people.departments_by_id(),
    )  # fmt: skip


def _template_page(parent: Any, template: Any, form: TemplateForm, refusal: str | None = None) -> str:
    """The lines by step; what nobody offers any more is shown and cannot be chosen."""
    form.give_key()
    types = {row.id: row for row in catalog.request_types()}
    lines = [(number, line, types.get(line["request_type_id"])) for number, line in enumerate(template.lines)]
    chosen = form.numbers() if form.is_submitted() else [number for number, _line, kind in lines if kind is not None]
    steps: dict[int, list[Any]] = {}
    for row in lines:
        steps.setdefault(row[1].get("step", 1), []).append(row)
    return render_template(
        "children/template.html", ticket=parent, template=template, form=form, steps=sorted(steps.items()),
        chosen=chosen, refusal=refusal,
    )  # fmt: skip


def _given_back(error: DeskError, typed: str) -> Any:
    """Who may not ask here any more gets back what they wrote."""
    sentence = errors.sentence_of(error)
    return render_template("tickets/kept.html", sentence=sentence, typed=typed), errors.status_of(error)
