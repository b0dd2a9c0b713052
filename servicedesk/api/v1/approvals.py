"""Approvals: who is asked, their words, and sending again what was refused."""

from __future__ import annotations

from typing import Any

from flask import Response

from servicedesk.api import answers, approval_shapes, auth, bodies
from servicedesk.api.auth import me, stamp
from servicedesk.api.doors import PREFIX, lists, new_door, says
from servicedesk.api.gathering import ticket_as_json
from servicedesk.api.reading import body, query
from servicedesk.api.replying import Answer, change, finished, listed, must_match
from servicedesk.api.ticket_changes import ticket_to_change
from servicedesk.tickets import access, actions, queries, rules

door = new_door("approvals", "Approvals")


@door.get("/approvals")
@lists(door, approval_shapes.WaitingApproval)
@auth.needs("tickets:read")
@query(door, bodies.Page)
def waiting(asked: dict[str, Any]) -> Response:
    """What waits for your word, oldest first

    Also what waits for somebody who is away, where you stand in.
    """
    page = queries.approvals_waiting_for(me().id, **asked)
    return listed([approval_shapes.waiting_approval(row) for row in page.items], page.next)


@door.get("/tickets/<int:ticket_id>/approvals")
@lists(door, approval_shapes.Approval)
@auth.needs("tickets:read")
@query(door, bodies.Page)
def approvals(ticket_id: int, asked: dict[str, Any]) -> Response:
    """Everybody who was or will be asked about a ticket, all rounds, in order

    Reasons are for the requester, the holding department and those who are asked.
    """
    ticket = access.ticket_for(me(), ticket_id)
    page = queries.approvals_page(ticket.id, **asked)
    told = rules.reads_reasons(me(), ticket, queries.approvals(ticket.id))
    return listed([approval_shapes.approval(row, with_reason=told) for row in page.items], page.next)


@door.put("/tickets/<int:ticket_id>/approvals/<int:number>")
@says(door, approval_shapes.Approval)
@auth.needs("tickets:write")
@body(door, bodies.Decision, {"decision": "refused", "reason": "Half of it will do this year."})
def decide(ticket_id: int, number: int, sent: dict[str, Any]) -> Response:
    """Approve or refuse

    `number` is the approval's `id`. A refusal needs a reason. The same word once more by the same person changes nothing.
    """

    def make() -> Answer:
        ticket, approval = access.approval_for(me(), ticket_id, number)
        must_match(ticket.version)
        if (approval.decision, approval.decided_by_id) != (sent["decision"], me().id):
            act = actions.approve if sent["decision"] == "approved" else actions.refuse
            act(stamp(), ticket, approval, me(), sent["reason"])
        finished()
        return Answer(approval_shapes.approval(approval, with_reason=True), version=ticket.version)

    return change(make)


@door.post("/tickets/<int:ticket_id>/submissions")
@says(door, answers.Ticket, 201)
@auth.needs("tickets:write")
@body(door, bodies.Submission, {"subject": "A smaller printer", "fields": {"amount": "45000"}})
def send_again(ticket_id: int, sent: dict[str, Any]) -> Response:
    """Send a refused request again, reworked

    Those who approve are asked anew. Without `subject`, `description` or `fields` these stay as they were.
    """

    def make() -> Answer:
        ticket = ticket_to_change(ticket_id, "resubmit")
        known = {answer["key"]: answer["value"] for answer in ticket.answers}
        actions.resubmit(
            stamp(), ticket, subject=sent.get("subject", ticket.subject),
            description=sent.get("description", ticket.description), answers=sent.get("fields_", known),
        )  # fmt: skip
        finished()
        return Answer(ticket_as_json(ticket), 201, ticket.version, f"{PREFIX}/tickets/{ticket.id}")

    return change(make)
