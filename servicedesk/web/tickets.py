"""Pages of requests: one's own list, the ticket for both sides, why a deadline is when it is. Changes: ticket_changes.py."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from servicedesk.kernel.now import now
from servicedesk.people import queries as people
from servicedesk.sla import queries as sla
from servicedesk.tickets import access, queries, rules
from servicedesk.web import chains, near, ticket_page, timeline
from servicedesk.web.conversation import MESSAGES_A_PAGE
from servicedesk.web.held import held
from servicedesk.web.quoted import parts_of
from servicedesk.web.readings import shown, worth_showing
from servicedesk.web.session import me, signed_in
from servicedesk.web.svg import textures
from servicedesk.web.why import cause_words, explanations_of, left_out, words_of
from servicedesk.web.why_bar import swatch

tickets = Blueprint("tickets", __name__)
tickets.record_once(lambda state: near.install(state.app))
tickets.add_app_template_filter(words_of, "why_words")
tickets.add_app_template_filter(left_out)
tickets.add_app_template_filter(cause_words)
tickets.add_app_template_filter(swatch)
tickets.add_app_template_global(textures)
tickets.add_app_template_filter(parts_of, "quoted_apart")
tickets.add_app_template_global(timeline.address, "timeline_address")

OTHERS_AT_MOST = 30


@tickets.get("/tickets/<int:ticket_id>")
@signed_in
def ticket(ticket_id: int) -> Any:
    return ticket_page.page(ticket_id)


@tickets.get("/tickets/<int:ticket_id>/live")
@signed_in
def live(ticket_id: int) -> Any:
    return ticket_page.live(ticket_id)


@tickets.get("/tickets/<int:ticket_id>/messages/<int:message_id>")
@signed_in
def message(ticket_id: int, message_id: int) -> Any:
    """A link to one message that holds however long the conversation becomes: it leads to the page on which the message is."""
    row = access.ticket_for(me(), ticket_id)
    cursor = access.page_with(me(), row, message_id, limit=MESSAGES_A_PAGE)
    return redirect(url_for(".ticket", ticket_id=ticket_id, before=cursor, _anchor=f"message-{message_id}"), 303)


@tickets.post("/tickets/<int:ticket_id>/order")
@signed_in
def choose_order(ticket_id: int) -> Any:
    """Whether conversations are read from their beginning or from their end: this browser remembers it."""
    access.ticket_for(me(), ticket_id)
    order = request.form.get("order", "")
    answer = redirect(timeline.address(ticket_id, timeline.asked_view(request.form, {})) + "#conversation", 303)
    if order in timeline.ORDERS:
        timeline.remember_order(answer, order)
    return answer


@tickets.get("/tickets/<int:ticket_id>/print")
@signed_in
def printed(ticket_id: int) -> str:
    """All of it on paper: what was asked, said and promised; `notes=1` with what only the department reads."""
    return ticket_page.printed(ticket_id, with_notes=request.args.get("notes") == "1")


@tickets.get("/tickets/<int:ticket_id>/why")
@signed_in
def why(ticket_id: int) -> str:
    """Where the time of each promise went, and who held the ball. Everyone who sees the ticket sees this."""
    row, at = access.ticket_for(me(), ticket_id), now()
    every = [shown(reading, at) for reading in sla.rows([row], at)[0].clocks]
    wanted = request.args.get("clock", type=int)
    staff = rules.serves(me(), row)
    told = [clock for clock in every if clock.id == wanted] or worth_showing(every, staff=staff)
    others = [clock for clock in every if clock not in told and (staff or clock.metric != "stay")]
    holds = queries.holds(row.id)
    approvals = queries.approvals(row.id) if rules.was_to_be_approved(row) else []
    return render_template(
        "tickets/why.html", ticket=row, asked=queries.approval_waits(row, approvals), at=at, explanations=explanations_of(row, told, at, holds), others=others[-OTHERS_AT_MOST:],
        ledger=held(row, people.departments_by_id(), at, holds, narrow=False, approvals=approvals),
    )  # fmt: skip


@tickets.get("/tickets/<int:ticket_id>/chain")
@signed_in
def chain(ticket_id: int) -> str:
    """Every link of the chain in which this request stands, on one axis of time."""
    row, at = access.ticket_for(me(), ticket_id), now()
    found = chains.shown(row, at, people.departments_by_id())
    return render_template("tickets/chain.html", ticket=row, at=at, chain=found, drawing=chains.drawings(found, at))
