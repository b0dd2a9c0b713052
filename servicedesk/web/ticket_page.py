"""The page of one ticket, put together from the slices for whoever looks at it. Used by every door to a ticket's changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from flask import render_template, request

from servicedesk.kernel.now import now
from servicedesk.notifications.queries import has_muted
from servicedesk.people import away
from servicedesk.people import queries as people
from servicedesk.ratings import access as rating_access
from servicedesk.ratings import rules as rating_rules
from servicedesk.sla import queries as sla
from servicedesk.tickets import access, queries, rules
from servicedesk.web import triage
from servicedesk.web.asked import asked_of
from servicedesk.web.by_mail import NO_MAIL, by_mail
from servicedesk.web.chains import line_of
from servicedesk.web.conversation import INTERNAL, Conversation, conversation_of
from servicedesk.web.drafts import Kept, kept_of
from servicedesk.web.filed import Filed, filed
from servicedesk.web.forms import tickets as forms
from servicedesk.web.held import held
from servicedesk.web.kin import Kin, kin_of
from servicedesk.web.live import conditional, mark_of, minute
from servicedesk.web.negotiation import negotiation_of
from servicedesk.web.onward import onward
from servicedesk.web.opinions import question_here
from servicedesk.web.readings import next_of, shown, worth_showing
from servicedesk.web.session import me, settings
from servicedesk.web.ticket_forms import forms_of, slot_of
from servicedesk.web.timeline import View, view_here
from servicedesk.web.together import Together, together_of
from servicedesk.web.wanted import Again, wanted
from servicedesk.web.why import compact
from servicedesk.workbench.queries import replies_for, surroundings_of

COMPOSER = ("reply", "note", "hold", "resolve")


@dataclass(frozen=True)
class Refused:
    """Why a form comes back: `conflict` when the ticket moved on meanwhile, `refusal` when it is not this person's to
    change any more; neither where the form itself is at fault. `again` makes the same change on what is shown now."""

    form: forms.TicketForm
    conflict: str | None = None
    refusal: str | None = None
    again: Again | None = None


def page(ticket_id: int, *, refused: Refused | None = None) -> Any:
    """`refused` comes back with what was typed. A merged ticket leads on to the one in which it goes on."""
    ticket, at = access.ticket_for(me(), ticket_id), now()
    elsewhere = onward(ticket) if refused is None else None
    if elsewhere is not None:
        return elsewhere
    return render_template("tickets/ticket.html", **told_of(ticket, at, view_here(), refused))


def live(ticket_id: int) -> Any:
    """The parts of the page that change by themselves, for a page that asks whether they have; 304 where they have not."""
    ticket, at = access.ticket_for(me(), ticket_id), now()
    unchanged = conditional(*_marks(ticket, sla.clocks_of([ticket.id])[ticket.id], at, view_here()))
    return unchanged or render_template("tickets/live.html", **told_of(ticket, at, view_here()))


def printed(ticket_id: int, *, with_notes: bool) -> str:
    """The whole ticket for paper; what only the department reads is on it when it was asked for."""
    ticket, at = access.ticket_for(me(), ticket_id), now()
    told = told_of(ticket, at, View(whole=True))
    wanted = with_notes and told["reads_notes"]
    items = [item for item in told["talk"].items if wanted or not (item.internal or item.kind in INTERNAL)]
    return render_template("tickets/print.html", with_notes=wanted, items=items, **told)


def told_of(ticket: Any, at: datetime, view: View, refused: Refused | None = None) -> dict[str, Any]:
    """Everything the templates of the page say, in a number of statements that does not grow with the story."""
    reader, form = me(), refused.form if refused else None
    departments, asked = people.departments_by_id(), asked_of(reader, ticket)
    can = {what: rules.can(reader, ticket, what) for what in rules.POSSIBLE} | {"decide": asked.mine is not None}
    places = f"ticket:{ticket.id}", f"reopen:{ticket.id}"
    has = surroundings_of(ticket.id, reader.id, places)
    staff, holds = rules.serves(reader, ticket), queries.holds(ticket.id) if has.holds else []
    kept, reopening = (kept_of(place) if has.draft else Kept(place, at) for place in places)
    hold, kin = _hold_of(ticket, holds), kin_of(reader, ticket, at) if has.kin else Kin([])
    notes = access.reads_notes(reader, ticket, frozenset(stay.department_id for stay in sla.stays_of(ticket.id)))
    about, together = (
        filed(ticket, hold, with_notes=notes, has_files=has.files),
        together_of(reader, ticket, linked=has.linked),
    )
    talk = _talk(ticket, departments, holds, view, notes, kin, about, together, by_mail_too=has.letters)
    readings = sla.rows([ticket], at)[0].clocks
    every = [shown(reading, at) for reading in readings]
    clocks, watchers = worth_showing(every, staff=staff), queries.watchers(ticket.id) if has.watchers else []
    nearest, terms = next_of(clocks), negotiation_of(ticket, every, may_propose=can["agree"], proposed_ever=has.terms)
    team = _team(ticket) if can["assign"] else []
    gone = away.away_until({person.id for person in team} | {ticket.assignee_id}, at)
    return {
        "mark": mark_of(*_marks(ticket, [reading.clock for reading in readings], at, view)),
        "ticket": ticket, "at": at, "view": view, "can": can, "staff": staff, "reads_notes": notes, "talk": talk, "kin": kin, "asked": asked, "terms": terms,
        "department": departments[ticket.department_id], "customer": departments.get(ticket.customer_department_id or 0),
        "registrar": ticket.registrar if ticket.registrar_id != ticket.requester_id else None,
        "gone": gone.get(ticket.assignee_id or 0), "hold": hold, "about": about,
        "chain": line_of(ticket, at, departments, has_kin=bool(kin.children or kin.parent)),
        "clocks": clocks, "next": nearest, "next_bar": compact(ticket, nearest, at, holds, [reading.clock for reading in readings]) if nearest else None,
        "letters": [clock for clock in every if clock.metric == "reply"],
        "ledger": held(ticket, departments, at, holds, narrow=True, approvals=asked.rows, turned=has.turns),
        "watchers": watchers, "watching": any(person.id == reader.id for person in watchers), "muted": has_muted(reader, ticket.id),
        "rate": question_here(ticket, at), "signed": rating_access.signed_of(reader, ticket),
        "suggestions": triage.suggestions(ticket) if can["hand_over"] else [],
        "seals": queries.seals_of(ticket.id) if rules.sees_seals(reader, ticket) else [],
        "canned": replies_for(reader, ticket.department_id) if staff else [], "together": together, "came": request.args.get("came", type=int), "kept": kept, "reopening": reopening, "kinds": [kind for kind in COMPOSER if can[kind]],
        "forms": _preset(forms_of(ticket, can, departments, gone, form, about, team, kept, reopening), can, form),
        **_refused(refused, talk),
    }  # fmt: skip


def _marks(ticket: Any, clocks: Sequence[Any], at: datetime, view: View) -> tuple[Any, ...]:
    """What the page depends on. A message, a hold, a change: each moves the ticket's own version; what has none, like
    followers or an absence, is seen within a minute."""
    promises = [(clock.id, clock.state, clock.due_at, clock.breached_at) for clock in clocks]
    return (ticket.id, ticket.version, ticket.updated_at, promises, minute(at), view)


def _talk(
    ticket: Any, departments: dict[int, Any], holds: Any, view: View, notes: bool, kin: Any, about: Filed,
    together: Together, *, by_mail_too: bool,
) -> Conversation:  # fmt: skip
    reader = me()
    vouches = settings().mail_authserv_id is not None
    read = partial(by_mail, reader, ticket, reads_notes=notes, vouches=vouches)
    mail_of = read if by_mail_too else lambda _ids: NO_MAIL
    met = (reader, ticket.requester, ticket.assignee, ticket.cover)
    return conversation_of(
        ticket, departments, holds, mail_of, with_notes=notes, view=view, children=kin.by_ticket, about=about,
        known={person.id: person for person in met if person is not None},
        together=together, sees=partial(access.visible_ids, reader),
    )  # fmt: skip


def _team(ticket: Any) -> list[Any]:
    """Who can have the ticket: nobody works on what they asked for themselves."""
    return [row for row in people.team(ticket.department_id, with_roles=False) if row.id != ticket.requester_id]


def _refused(refused: Refused | None, talk: Conversation) -> dict[str, Any]:
    if refused is None:
        return {
            "conflict": None,
            "refusal": None,
            "changed": [],
            "typed": "",
            "refused_slot": "",
            "wanted": [],
            "again": None,
        }
    seen = refused.form.seen_until()
    return {
        "conflict": refused.conflict, "refusal": refused.refusal, "typed": refused.form.typed(),
        "changed": talk.since(seen) if refused.conflict and seen else [], "refused_slot": slot_of(refused.form),
        "wanted": wanted(refused.form) if refused.conflict or refused.refusal else [], "again": refused.again,
    }  # fmt: skip


def _preset(filled: dict[str, Any], can: dict[str, bool], refused: forms.TicketForm | None) -> dict[str, Any]:
    """`?do=hold` opens the composer for a hold: what buttons of the page lead to where no script runs."""
    wanted = request.args.get("do", "")
    if wanted in COMPOSER and can[wanted] and filled["composer"] is not refused:
        filled["composer"].kind.data = wanted
    return filled


def _hold_of(ticket: Any, holds: Any) -> Any:
    """The hold in force: the newest that has not ended."""
    if ticket.status not in rules.HELD:
        return None
    return next((row for row in reversed(holds) if row.ended_at is None), None)


def rating_url(invitation_id: str) -> str:
    """The link an invitation's mail carries."""
    return f"{request.script_root}/rate/{rating_rules.sign(settings().secret_key, invitation_id)}"
