"""Tickets: lists with filters, filing, reading, changing what a ticket says of itself."""

from __future__ import annotations

from typing import Any

from flask import Response

from servicedesk.api import answers, auth, bodies, lookup
from servicedesk.api.auth import me, stamp
from servicedesk.api.doors import PREFIX, lists, new_door, says
from servicedesk.api.gathering import ticket_as_json, tickets_as_json
from servicedesk.api.reading import body, query
from servicedesk.api.replying import Answer, change, finished, listed, reply
from servicedesk.api.shapes import Json
from servicedesk.api.ticket_changes import change_ticket
from servicedesk.kernel.errors import Invalid, NotAllowed
from servicedesk.kernel.text import N_
from servicedesk.sla import queries as sla
from servicedesk.tickets import access, actions, queries, rules, search

door = new_door("tickets", "Tickets")
EXAMPLE = {
    "request_type": "it.hardware", "subject": "The printer on the third floor is silent",
    "description": "It does not even blink.", "fields": {"device": "HP 4200"}, "priority": "normal",
}  # fmt: skip


@door.get("/tickets")
@lists(door, answers.Ticket)
@auth.needs("tickets:read")
@query(door, bodies.TicketPage)
def tickets(asked: dict[str, Any]) -> Response:
    """The tickets you may see

    Newest first; with `sort=due` the one whose promise breaks next comes first.
    """
    found = queries.filtered(access.tickets_of(me()), _filter(asked))
    if asked["q"]:
        found = _searched(found, asked["q"])
    cut = {"cursor": asked["cursor"], "limit": asked["limit"]}
    page = sla.by_due(found, **cut) if asked["sort"] == "due" else queries.page(found, sort=asked["sort"], **cut)
    return listed(tickets_as_json(page.items, asked_to_rate=True), page.next)


@door.post("/tickets")
@says(door, answers.Ticket, 201)
@auth.needs("tickets:write")
@body(door, bodies.NewTicket, EXAMPLE)
def file_ticket(sent: dict[str, Any]) -> Response:
    """File a request

    `on_behalf_of` is for people who serve some department: the named colleague becomes the requester.
    """

    def make() -> Answer:
        requester = me()
        if sent["on_behalf_of"] is not None:
            if not rules.files_for_others(me()):
                raise NotAllowed(N_("Requests for somebody else are filed by people who serve a department."))
            requester = lookup.person(sent["on_behalf_of"], "on_behalf_of")
        ticket = actions.open_ticket(
            stamp(), requester, subject=sent["subject"], description=sent["description"],
            request_type=lookup.request_type(sent["request_type"], "request_type"), answers=sent["fields_"],
            priority=sent["priority"], registrar=me(),
        )  # fmt: skip
        finished()
        found = ticket_as_json(ticket)
        return Answer(found, 201, ticket.version, f"{PREFIX}/tickets/{ticket.id}")

    return change(make)


@door.get("/tickets/<int:ticket_id>")
@says(door, answers.Ticket)
@auth.needs("tickets:read")
def ticket(ticket_id: int) -> Response:
    """One ticket with its clocks"""
    found = access.ticket_for(me(), ticket_id)
    return reply(Answer(ticket_as_json(found, asked_to_rate=True), version=found.version))


@door.patch("/tickets/<int:ticket_id>")
@says(door, answers.Ticket)
@auth.needs("tickets:write")
@body(door, bodies.TicketChange, {"priority": "high"})
def edit_ticket(ticket_id: int, sent: dict[str, Any]) -> Response:
    """Change priority, request type or subject"""

    def act(ticket: Any) -> None:
        if "request_type" in sent:
            actions.switch_request_type(stamp(), ticket, lookup.request_type(sent["request_type"], "request_type"))
        if "priority" in sent:
            actions.change_priority(stamp(), ticket, sent["priority"])
        if "subject" in sent:
            actions.rename(stamp(), ticket, sent["subject"])

    return change_ticket(ticket_id, "edit", act)


def _filter(asked: Json) -> queries.Filter:
    assignee, requester = asked.get("assignee"), asked.get("requester")
    key, kind = asked.get("department"), asked.get("request_type")
    return queries.Filter(
        department_id=lookup.department(key, "department").id if key is not None else None,
        statuses=asked.get("status"),
        priority=asked.get("priority"),
        assignee_id=lookup.person_id_for_filter(assignee) if assignee not in (None, "none") else None,
        unassigned=assignee == "none",
        requester_id=lookup.person_id_for_filter(requester) if requester is not None else None,
        request_type_id=lookup.request_type(kind, "request_type").id if kind is not None else None,
        external_id=asked.get("external_id"),
    )


def _searched(found: Any, text: str) -> Any:
    """Those of the list that the words and filters of `text` find, as the search of the pages does."""
    question = search.read(text)
    meaning = search.understood(question, search.asking(me(), stamp().at))
    if meaning.faults:
        raise Invalid(fields={"q": meaning.faults[0]})
    promises = sla.promise_conditions(meaning.promises, me())
    return search.narrowed(found, me(), question, [*meaning.conditions, *promises])
