"""Pages of the catalog: finding whom to ask, and the form of a request. What is allowed is said by catalog and tickets."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from servicedesk.catalog import queries, rules
from servicedesk.catalog.finding import find
from servicedesk.kernel.errors import DeskError, Invalid, NotFound
from servicedesk.kernel.now import now
from servicedesk.kernel.text import N_, in_language
from servicedesk.kernel.transaction import transaction
from servicedesk.people import queries as people
from servicedesk.sla import queries as sla
from servicedesk.tickets import access
from servicedesk.tickets import actions as tickets
from servicedesk.tickets import queries as asked
from servicedesk.web import errors, finding, own_requests, sent_once
from servicedesk.web.drafts import Kept, kept_of
from servicedesk.web.forms.catalog import PREFIX, RequestForm, form_of
from servicedesk.web.kept import signed_in_or_kept
from servicedesk.web.offers import offers
from servicedesk.web.own_requests import approvers_of
from servicedesk.web.readings import shown, worth_showing
from servicedesk.web.session import language, me, signed_in, stamp
from servicedesk.web.uploads import takes_files
from servicedesk.workbench import actions as workbench

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
    typed, kept = request.args.get("subject", "")[:300], kept_of(place_of(request_type))
    made = form_of(request_type, language(), for_others=bool(me().serves), formdata=kept.typed, subject=typed)
    return _page(request_type, made, kept)


@catalog.get("/requests/new/<key>/known")
@signed_in
def known(key: str) -> str:
    """While the subject is typed: one's own requests that may be about the same, and what fits better than this type."""
    return render_template("catalog/_known.html", **_known(_type(key), request.args.get("subject", "")))


@catalog.get("/tickets/<int:ticket_id>/sent")
@signed_in
def sent(ticket_id: int) -> str:
    """After sending: the number, by when one hears, and what happens next."""
    ticket, at = access.ticket_for(me(), ticket_id), now()
    clocks = worth_showing((shown(reading, at) for reading in sla.rows([ticket], at)[0].clocks), staff=False)
    return render_template("catalog/sent.html", ticket=ticket, at=at, clocks=clocks, approvers=approvers_of([ticket]))


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
            tickets.attach_sent(ticket, me(), made.files.data, None)
            workbench.drop_draft(me(), place_of(request_type))
            sent_once.keep(made.key.data, url_for(".sent", ticket_id=ticket.id))
    except Invalid as error:
        return _refused(_type(key), made, error)
    return redirect(url_for(".sent", ticket_id=ticket.id), 303)


def place_of(request_type: Any) -> str:
    """Under which name what is typed into the form is kept."""
    return f"new:{request_type.key}"


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


def _known(request_type: Any, subject: str) -> dict[str, Any]:
    """What may make the request needless, or another one."""
    text = subject.strip()[:300]
    fitting = find(text, most=3, people=False).request_types if text else ()
    return {
        "asked_before": own_requests.with_promises(asked.asked_before(me(), text, request_type.id), now()), "at": now(),
        "better": [] if any(row.id == request_type.id for row in fitting) else fitting,
    }  # fmt: skip


def _page(request_type: Any, made: RequestForm, kept: Kept | None = None) -> str:
    promised = offers(
        now(), department_id=request_type.department_id, request_type_id=request_type.id,
        customer_department_id=me().department_id,
    )  # fmt: skip
    departments = (
        people.departments_by_id() if any(o.source and o.source.customer_department_id for o in promised) else {}
    )
    return render_template(
        "catalog/form.html", type=request_type, form=made, offers=promised, departments=departments,
        kept=kept or kept_of(place_of(request_type)), **_known(request_type, made.subject.data or ""),
    )  # fmt: skip


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
