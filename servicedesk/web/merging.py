"""Merging a request into another one: choosing that one, saying what will happen, doing it, taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from servicedesk.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from servicedesk.kernel.now import now
from servicedesk.kernel.text import N_
from servicedesk.kernel.transaction import transaction
from servicedesk.sla import queries as sla
from servicedesk.tickets import access, actions, rules
from servicedesk.web import errors
from servicedesk.web.forms.merging import ContestForm, MergeForm, number_in
from servicedesk.web.forms.tickets import TicketForm
from servicedesk.web.kept import signed_in_or_kept
from servicedesk.web.readings import Shown, next_of, shown
from servicedesk.web.session import me, signed_in, stamp
from servicedesk.web.ticket_changes import change
from servicedesk.web.tickets import tickets

SUGGESTED, FOUND = 8, 20


@dataclass(frozen=True)
class Outlook:
    """What a merge will do, for the sentences of the preview. `knows` whether who asked for the merged request sees the other
    one; `ends` are its running promises, `broken` those that are broken for good; `later` the other one's promise of a
    solution where it is due later than the one that ends."""

    same: bool
    knows: bool
    ends: list[Shown]
    broken: list[Shown]
    later: Shown | None
    held: bool
    fault: str | None


@tickets.get("/tickets/<int:ticket_id>/merge")
@signed_in
def choose_target(ticket_id: int) -> Any:
    """The picker; with `into` in the address what would happen."""
    ticket = _mergeable(ticket_id)
    into = number_in(request.args.get("into"))
    if into:
        return _preview(ticket, into)
    text = request.args.get("q", "").strip()[:200]
    number = number_in(text)
    if number and access.visible_ids(me(), [number]):
        return redirect(url_for("tickets.choose_target", ticket_id=ticket_id, into=number))
    return _picker(ticket, text)


@tickets.post("/tickets/<int:ticket_id>/merge")
@signed_in_or_kept
def merge(ticket_id: int) -> Any:
    form = MergeForm()
    try:
        with transaction():
            ticket, target = access.ticket_with_other(me(), ticket_id, form.number(), "merge")
            _refuse_stale(form, ticket, target)
            actions.merge_into(stamp(), ticket, target, me())
    except (Invalid, Conflict) as error:
        ticket = access.ticket_for(me(), ticket_id)
        sentence = errors.sentence_of(error.fields["into"] if isinstance(error, Invalid) else error)
        if access.seen(me(), form.number()) is None or ticket.merged_into_id is not None:
            return _picker(ticket, "", sentence), errors.status_of(error)
        return _preview(ticket, form.number(), sentence), errors.status_of(error)
    flash(_("#%(number)d goes on in this request.", number=ticket_id), "success")
    return redirect(url_for("tickets.ticket", ticket_id=form.number(), _anchor=f"merged-{ticket_id}"), 303)


@tickets.post("/tickets/<int:ticket_id>/merge/end")
@signed_in_or_kept
def unmerge(ticket_id: int) -> Any:
    """Split it off again."""
    return change(
        ticket_id,
        "unmerge",
        TicketForm(formdata=None),
        actions.unmerge,
        _("The request goes on by itself again, as if it had never been merged."),
    )


@tickets.post("/tickets/<int:ticket_id>/merge/contest")
@signed_in_or_kept
def contest_merge(ticket_id: int) -> Any:
    """Its requester says that it is not the same."""
    form = ContestForm()
    return change(
        ticket_id,
        "contest_merge",
        form,
        lambda at, ticket: actions.contest_merge(at, ticket, me(), form.typed()),
        _("Your request goes on by itself again, and the department reads what you wrote."),
    )


def _mergeable(ticket_id: int) -> Any:
    """The ticket that somebody is about to merge. Raises as merging would."""
    ticket = access.ticket_for(me(), ticket_id)
    if not rules.may(me(), ticket, "merge"):
        raise NotAllowed(N_("You see this ticket, but this is for others to do."))
    if not rules.is_possible(ticket, "merge"):
        raise Conflict(N_("Only a request that is being worked on can be merged into another one."))
    return ticket


def _picker(ticket: Any, text: str, refusal: str | None = None) -> str:
    found = access.merge_targets(me(), ticket, text, FOUND) if text else []
    suggested = access.merge_targets(me(), ticket, most=SUGGESTED)
    rows = [row for row, _likeness in (*found, *suggested)]
    return render_template(
        "merging/choose.html", ticket=ticket, text=text, refusal=refusal, at=now(), found=[row for row, _ in found],
        suggested=[row for row, _ in suggested], next=_next_of(rows), alike={row.id for row in rows if rules.is_alike(ticket, row)},
    )  # fmt: skip


def _preview(ticket: Any, into: int, refusal: str | None = None) -> str:
    target = access.seen(me(), into)
    if target is None:
        raise NotFound(N_("There is no such ticket, or you may not see it."))
    at = now()
    return render_template(
        "merging/preview.html",
        ticket=ticket,
        target=target,
        at=at,
        outlook=_outlook(ticket, target, at),
        refusal=refusal,
    )


def _outlook(ticket: Any, target: Any, at: datetime) -> Outlook:
    here, there = sla.rows([ticket, target], at)
    own, other = [shown(r, at) for r in here.clocks], [shown(r, at) for r in there.clocks]
    running = [clock for clock in own if clock.open]
    solved_by = next((c.due_at for c in running if c.metric == "resolution"), None)
    later = next((c for c in other if c.metric == "resolution" and c.open and _is_after(c.due_at, solved_by)), None)
    return Outlook(
        same=rules.is_same_requester(ticket, target), knows=bool(access.visible_ids(ticket.requester, [target.id])),
        ends=[c for c in running if not c.breached_at], broken=[c for c in own if c.breached_at], later=later,
        held=ticket.status in rules.HELD, fault=rules.merge_fault(me(), ticket, target),
    )  # fmt: skip


def _is_after(moment: datetime | None, other: datetime | None) -> bool:
    return moment is not None and other is not None and moment > other


def _next_of(rows: list[Any]) -> dict[int, Shown | None]:
    """The nearest promise of each, in one statement."""
    at = now()
    unique = list({row.id: row for row in rows}.values())
    return {
        row.ticket.id: next_of(shown(r, at) for r in row.clocks if r.clock.metric != "stay")
        for row in sla.rows(unique, at)
    }


def _refuse_stale(form: MergeForm, ticket: Any, target: Any) -> None:
    seen = form.version_seen(), form.other_seen()
    if seen[0] not in (None, ticket.version) or seen[1] not in (None, target.version):
        raise Conflict(N_("Somebody changed one of the two meanwhile. Look at what would happen now, and merge again."))
