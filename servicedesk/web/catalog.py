"""Pages of the catalog: finding whom to ask, and the form of a request. What is allowed is said by catalog and tickets."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from servicedesk.catalog import queries, rules
from servicedesk.kernel.errors import DeskError, Invalid, NotFound
from servicedesk.kernel.now import now
from servicedesk.kernel.text import N_, in_language
from servicedesk.kernel.transaction import transaction
from servicedesk.people import queries as people
from servicedesk.tickets import actions as tickets
from servicedesk.web import errors, finding, sent_once
from servicedesk.web.forms.catalog import PREFIX, RequestForm, form_of
from servicedesk.web.kept import signed_in_or_kept
from servicedesk.web.offers import offers
from servicedesk.web.session import language, me, signed_in, stamp
from servicedesk.web.uploads import takes_files

catalog = Blueprint("catalog", __name__)
FOUND_AT_MOST = 20


@catalog.get("/requests/new")
@signed_in
def choose() -> str:
    found = finding.results(finding.typed(), most=FOUND_AT_MOST)
    return render_template("catalog/choose.html", groups=by_department(queries.request_types()), **found)


@catalog.get("/requests/new/<key>")
@signed_in
def form(key: str) -> str:
    request_type = _type(key)
    typed = request.args.get("subject", "")[:300]
    made = form_of(request_type, language(), for_others=bool(me().serves), formdata=None, subject=typed)
    return _page(request_type, made)


@catalog.post("/requests/new/<key>")
@takes_files
@signed_in_or_kept
def send(key: str) -> Any:
    """Sends a request once, however often the button is pressed: the form's key is claimed with it."""
    request_type = _type(key)
    made = form_of(request_type, language(), for_others=bool(me().serves))
    faults = _faults(made, request_type)
    if faults or made.errors:
        return _refused(request_type, made, Invalid(fields=faults))
    try:
        with transaction():
            if not sent_once.claim(made.key.data):
                return redirect(sent_once.where(made.key.data), 303)
            requester = people.person_by_email(_colleague(made)) if _colleague(made) else me()
            ticket = tickets.open_ticket(stamp(), requester, request_type=_type(key), registrar=me(), **made.values())  # type: ignore[arg-type]
            sent_once.keep(made.key.data, url_for("tickets.ticket", ticket_id=ticket.id))
    except Invalid as error:
        return _refused(_type(key), made, error)
    flash(_("Your request has been sent. It has the number #%(number)d.", number=ticket.id), "success")
    return redirect(url_for("tickets.ticket", ticket_id=ticket.id), 303)


def by_department(types: list[Any]) -> list[tuple[Any, list[Any]]]:
    groups: dict[int, tuple[Any, list[Any]]] = {}
    for row in types:
        groups.setdefault(row.department_id, (row.department, []))[1].append(row)
    return sorted(groups.values(), key=lambda group: in_language(group[0].name, language()))


def _type(key: str) -> Any:
    found = queries.request_type_by_key(key)
    if found is None or not found.active or not found.department.active:
        raise NotFound(N_("There is no such request in the catalog. It may have been taken out of it."))
    return found


def _page(request_type: Any, made: RequestForm) -> str:
    promised = offers(
        now(), department_id=request_type.department_id, request_type_id=request_type.id,
        customer_department_id=me().department_id,
    )  # fmt: skip
    departments = (
        people.departments_by_id() if any(o.source and o.source.customer_department_id for o in promised) else {}
    )
    return render_template("catalog/form.html", type=request_type, form=made, offers=promised, departments=departments)


def _faults(made: RequestForm, request_type: Any) -> dict[str, DeskError | str]:
    """What is wrong before anything is tried, besides what the form itself has said: all of it at once."""
    wrong = not made.validate()
    faults: dict[str, DeskError | str] = {}
    found = people.person_by_email(_colleague(made)) if _colleague(made) else me()
    if found is None or not found.active:
        faults["on_behalf_of"] = N_("Nobody here has this address.")
    if not (wrong or faults):
        return {}
    if not (made.subject.data or "").strip():
        faults["subject"] = N_("Say in a few words what it is about.")
    checked = rules.checked_answers(request_type.fields, made.answers())[1]
    return faults | {PREFIX + key: fault for key, fault in checked.items() if PREFIX + key not in made.errors}


def _refused(request_type: Any, made: RequestForm, error: Invalid) -> tuple[str, int]:
    errors.put_into(made, error)
    return _page(request_type, made), errors.status_of(error)


def _colleague(made: RequestForm) -> str:
    field = getattr(made, "on_behalf_of", None)
    return (field.data or "").strip() if field is not None else ""
