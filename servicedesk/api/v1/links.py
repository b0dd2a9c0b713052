"""How requests belong together: links, merging one into another, taking that back."""

from __future__ import annotations

from typing import Any

from flask import Response

from servicedesk.api import answers, auth, link_shapes
from servicedesk.api.auth import me, stamp
from servicedesk.api.doors import PREFIX, lists, new_door, says
from servicedesk.api.gathering import ticket_as_json
from servicedesk.api.reading import body
from servicedesk.api.replying import Answer, change, finished, listed, must_match
from servicedesk.api.ticket_changes import change_ticket
from servicedesk.tickets import access, actions, rules

door = new_door("links", "Work on a ticket")


@door.get("/tickets/<int:ticket_id>/links")
@lists(door, link_shapes.TicketLink)
@auth.needs("tickets:read")
def links(ticket_id: int) -> Response:
    """The links of a ticket, as far as you see what is at their other ends"""
    ticket = access.ticket_for(me(), ticket_id)
    return listed([link_shapes.link(one) for one in access.links_of(me(), ticket)])


@door.post("/tickets/<int:ticket_id>/links")
@says(door, link_shapes.TicketLink, 201)
@auth.needs("tickets:write")
@body(door, link_shapes.NewLink, {"kind": "duplicate_of", "to": 1041})
def add_link(ticket_id: int, sent: dict[str, Any]) -> Response:
    """Link it with another ticket; another kind takes the place of the one before

    Changes no version: `If-Match` is only compared.
    """

    def make() -> Answer:
        ticket, other = access.ticket_with_other(me(), ticket_id, sent["to"], "link", "to")
        must_match(ticket.version)
        row = actions.link(stamp(), ticket, other, me(), sent["kind"])
        finished()
        _ticket, made = access.link_for(me(), ticket_id, row.id)
        return Answer(link_shapes.link(made), 201, ticket.version, f"{PREFIX}/tickets/{ticket_id}/links/{row.id}")

    return change(make)


@door.delete("/tickets/<int:ticket_id>/links/<int:link_id>")
@says(door, answers.Ticket)
@auth.needs("tickets:write")
def remove_link(ticket_id: int, link_id: int) -> Response:
    """Remove a link; that one was split from the other stays"""

    def make() -> Answer:
        ticket, linked = access.link_for(me(), ticket_id, link_id)
        must_match(ticket.version)
        actions.remove_link(stamp(), linked.row)
        finished()
        return Answer(ticket_as_json(ticket), 200, ticket.version)

    return change(make)


@door.put("/tickets/<int:ticket_id>/merge")
@says(door, answers.Ticket)
@auth.needs("tickets:write")
@body(door, link_shapes.Merging, {"into": 1042})
def merge(ticket_id: int, sent: dict[str, Any]) -> Response:
    """Merge it into another ticket of your department; once more changes nothing

    It counts as cancelled and its clocks are cancelled; no word of it moves. What was said in it is shown in the other one
    to those who see both. The answer is the merged ticket.
    """

    def make() -> Answer:
        ticket, target = access.ticket_with_other(me(), ticket_id, sent["into"], "merge")
        if ticket.merged_into_id != target.id:
            must_match(ticket.version)
            actions.merge_into(stamp(), ticket, target, me())
            finished()
        return Answer(ticket_as_json(ticket), 200, ticket.version)

    return change(make)


@door.delete("/tickets/<int:ticket_id>/merge")
@says(door, answers.Ticket)
@auth.needs("tickets:write")
@body(door, link_shapes.Contest, {"text": "Mine is another printer."})
def unmerge(ticket_id: int, sent: dict[str, Any]) -> Response:
    """Let it go on by itself again, as if it had never been merged

    The department needs no text; the requester says what is different. Possible until the other ticket is done.
    """
    if rules.may(me(), access.ticket_for(me(), ticket_id), "unmerge"):
        return change_ticket(ticket_id, "unmerge", lambda ticket: actions.unmerge(stamp(), ticket))
    return change_ticket(
        ticket_id, "contest_merge", lambda ticket: actions.contest_merge(stamp(), ticket, me(), sent["text"])
    )
