"""The page of one ticket, put together from the slices for whoever looks at it. Used by every door to a ticket's changes."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import render_template, request

from servicedesk.catalog import queries as catalog
from servicedesk.kernel.now import now
from servicedesk.kernel.text import in_language
from servicedesk.notifications.queries import has_muted
from servicedesk.people import away
from servicedesk.people import queries as people
from servicedesk.ratings import access as rating_access
from servicedesk.ratings import rules as rating_rules
from servicedesk.sla import queries as sla
from servicedesk.tickets import access, queries, rules
from servicedesk.web import triage
from servicedesk.web.absences import until_words
from servicedesk.web.asked import asked_of
from servicedesk.web.by_mail import by_mail
from servicedesk.web.chains import line_of
from servicedesk.web.conversation import conversation_of
from servicedesk.web.drafts import Kept, kept_of
from servicedesk.web.filed import Filed, filed, missing_form
from servicedesk.web.forms import tickets as forms
from servicedesk.web.forms.children import AdoptForm
from servicedesk.web.forms.choices import listed
from servicedesk.web.held import held
from servicedesk.web.kin import kin_of
from servicedesk.web.negotiation import negotiation_of
from servicedesk.web.opinions import question_here
from servicedesk.web.readings import next_of, shown, worth_showing
from servicedesk.web.session import language, me, settings
from servicedesk.web.why import compact

COMPOSER = ("reply", "note", "hold", "resolve")


def page(
    ticket_id: int, *, before: str | None = None, refused: forms.TicketForm | None = None, conflict: str | None = None,
    refusal: str | None = None,
) -> str:  # fmt: skip
    """`refused` is a form that comes back with what was typed; `conflict` or `refusal` say why it did."""
    ticket, at = access.ticket_for(me(), ticket_id), now()
    kept = kept_of(f"ticket:{ticket.id}")
    departments = people.departments_by_id()
    can = {what: rules.can(me(), ticket, what) for what in rules.POSSIBLE}
    asked = asked_of(me(), ticket)
    can["decide"] = asked.mine is not None
    staff = rules.serves(me(), ticket)
    holds, notes = queries.holds(ticket.id), access.reads_notes(me(), ticket)
    kin, hold = kin_of(me(), ticket, at), _hold_of(ticket)
    about = filed(ticket, hold, with_notes=notes)
    mail_of = partial(by_mail, me(), ticket, reads_notes=notes, vouches=settings().mail_authserv_id is not None)
    talk = conversation_of(
        ticket, departments, holds, mail_of, with_notes=notes, cursor=before, children=kin.by_ticket, about=about
    )
    seen = refused.seen_until() if refused is not None else None
    filled = _forms(ticket, can, departments, refused, about, kept)
    every = [shown(reading, at) for reading in sla.rows([ticket], at)[0].clocks]
    clocks = worth_showing(every, staff=staff)
    nearest = next_of(clocks)
    watchers = queries.watchers(ticket.id)
    terms = negotiation_of(ticket, every, may_propose=can["agree"])
    return render_template(
        "tickets/ticket.html", gone=away.away_until([ticket.assignee_id], at).get(ticket.assignee_id or 0), chain=line_of(ticket, at, departments, has_kin=bool(kin.children or kin.parent)), terms=terms, kin=kin, ticket=ticket, at=at, can=can, staff=staff, talk=talk, clocks=clocks,
        next=nearest, next_bar=compact(ticket, nearest, at, holds) if nearest else None, ledger=held(ticket, departments, at, holds, narrow=True, approvals=asked.rows), asked=asked, letters=[clock for clock in every if clock.metric == "reply"], forms=filled,
        kinds=[kind for kind in COMPOSER if can[kind]], hold=hold, about=about, department=departments[ticket.department_id],
        customer=departments.get(ticket.customer_department_id or 0), watchers=watchers,
        watching=any(person.id == me().id for person in watchers), muted=has_muted(me(), ticket.id), rate=question_here(ticket, at), signed=rating_access.signed_of(me(), ticket),
        kept=kept, conflict=conflict, refusal=refusal, changed=talk.since(seen) if conflict and seen else [],
        typed=refused.typed() if refused is not None else "", refused_slot=_slot(refused), before=before,
        registrar=ticket.registrar if ticket.registrar_id != ticket.requester_id else None,
        suggestions=triage.suggestions(ticket) if can["hand_over"] else [],
        seals=queries.seals_of(ticket.id) if rules.sees_seals(me(), ticket) else [],
    )  # fmt: skip


def _forms(
    ticket: Any,
    can: dict[str, bool],
    departments: dict[int, Any],
    refused: forms.TicketForm | None,
    about: Filed,
    kept: Kept,
) -> dict[str, Any]:
    """A fresh form for every change this reader may make; the refused one in its place."""
    fresh: dict[str, forms.TicketForm] = {"composer": forms.ComposerForm(formdata=kept.typed)}
    fresh["composer"].missing.choices = listed(about.choices)
    if can["answer"] and about.missing:
        fresh["missing"] = missing_form(ticket, about, formdata=None)
    if can["reopen"]:
        fresh["reopen"] = forms.ReasonForm(formdata=None)
    if can["decide"]:
        fresh["approval"] = forms.DecisionForm(formdata=None)
    if can["agree"]:
        fresh["term"] = forms.TermForm(formdata=None)
    if can["hand_over"]:
        fresh["handover"] = forms.HandOverForm(formdata=None)
    if can["assign"]:
        fresh["assign"] = forms.AssignForm(formdata=None, assignee=str(ticket.assignee_id or ""))
    if can["ask_others"]:
        fresh["adopt"] = AdoptForm(formdata=None)
    if can["edit"]:
        fresh["priority"] = forms.PriorityForm(formdata=None, priority=ticket.priority)
        fresh["type"] = forms.TypeForm(formdata=None, request_type=str(ticket.request_type_id or ""))
        fresh["subject"] = forms.SubjectForm(formdata=None, subject=ticket.subject)
    if _slot(refused) in fresh:
        fresh[_slot(refused)] = refused  # type: ignore[assignment]
        fresh["composer"].missing.choices = listed(about.choices)
    _offer(fresh, ticket, can, departments)
    return fresh


def _offer(fresh: dict[str, Any], ticket: Any, can: dict[str, bool], departments: dict[int, Any]) -> None:
    """What the lists of choice have, asked only where the reader sees the list."""
    speech = language()
    if can["assign"]:
        team = [
            person for person in people.team(ticket.department_id, with_roles=False) if person.id != ticket.requester_id
        ]
        gone = away.away_until([person.id for person in team], now())
        named = ((person, f" ({until_words(gone[person.id])})" if person.id in gone else "") for person in team)
        fresh["assign"].assignee.choices = listed(
            [("", "—"), *((str(person.id), f"{person.name}{note}") for person, note in named)]
        )
    if can["hand_over"]:
        others = [d for d in departments.values() if d.active and d.id != ticket.department_id]
        by_name = sorted((in_language(d.name, speech), str(d.id)) for d in others)
        fresh["handover"].department.choices = listed((key, name) for name, key in by_name)
    if can["edit"]:
        types = catalog.request_types(department_id=ticket.department_id)
        fresh["type"].request_type.choices = listed((str(row.id), in_language(row.name, speech)) for row in types)


def _slot(form: forms.TicketForm | None) -> str:
    if isinstance(form, forms.MissingForm):
        return "missing"
    return {
        forms.ComposerForm: "composer", forms.ReasonForm: "reopen", forms.HandOverForm: "handover", forms.AssignForm: "assign",
        forms.PriorityForm: "priority", forms.TypeForm: "type", forms.SubjectForm: "subject",
        forms.TermForm: "term", AdoptForm: "adopt", forms.DecisionForm: "approval",
    }.get(type(form), "")  # type: ignore[arg-type]  # fmt: skip


def _hold_of(ticket: Any) -> Any:
    return queries.hold_in_force(ticket.id) if ticket.status in rules.HELD else None


def rating_url(invitation_id: str) -> str:
    """The link an invitation's mail carries."""
    return f"{request.script_root}/rate/{rating_rules.sign(settings().secret_key, invitation_id)}"
