"""Clocks of a ticket and where their time went; who held the ball; the links of its chain."""

from __future__ import annotations

from flask import Response

from servicedesk.api import answers, auth, chain_shapes, shapes, time_answers, time_shapes
from servicedesk.api.auth import me, stamp
from servicedesk.api.doors import lists, new_door, says
from servicedesk.api.gathering import clocks_as_json, names
from servicedesk.api.replying import Answer, listed, reply
from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.text import N_
from servicedesk.sla import ledger as ledgers
from servicedesk.sla import queries as sla
from servicedesk.tickets import access

door = new_door("clocks", "Clocks")


@door.get("/tickets/<int:ticket_id>/clocks")
@lists(door, answers.Clock)
@auth.needs("tickets:read")
def clocks(ticket_id: int) -> Response:
    """The promises running on a ticket, as of now"""
    return listed(clocks_as_json(access.ticket_for(me(), ticket_id)))


@door.get("/tickets/<int:ticket_id>/clocks/<int:clock_id>/explanation")
@says(door, time_answers.Explanation)
@auth.needs("tickets:read")
def explanation(ticket_id: int, clock_id: int) -> Response:
    """Why a clock stands where it stands

    Stretches without gaps; the seconds of the counted ones add up to the clock's elapsed_seconds. Beside them which
    policy or agreement set the target, and every change of it.
    """
    ticket = access.ticket_for(me(), ticket_id)
    wanted = [clock_id] if 0 < clock_id < 2**31 else []
    found = sla.explained(ticket, wanted, stamp().at).get(clock_id)
    if found is None:
        raise NotFound(N_("There is no such clock on this ticket."))
    clock, told = found.clock, sla.in_steps(found.rows, digits=3)
    known = names(people_ids={row.by_id for row in found.rows})
    source = sla.promise_names([clock.policy_version_id]).get(clock.policy_version_id or 0)
    return listed(
        [time_shapes.stretch(row, seconds, known) for row, seconds in zip(found.rows, told, strict=True)],
        **time_shapes.promise_source(clock, source), retargets=[time_shapes.retarget(row) for row in found.retargets],
        elapsed_seconds=shapes.seconds(found.reading.elapsed), due_at=shapes.moment(found.reading.due_at),
    )  # fmt: skip


@door.get("/tickets/<int:ticket_id>/ledger")
@says(door, time_answers.Ledger)
@auth.needs("tickets:read")
def ledger(ticket_id: int) -> Response:
    """Who held the ball

    Every second from the requester's first word to the end of the ticket, or to now, belongs to one holder.
    """
    rows = sla.ledger_of(access.ticket_for(me(), ticket_id), stamp().at)
    known, sums = names(), dict.fromkeys([(held.holder, held.department_id) for held in ledgers.sums(rows)], 0.0)
    told = ledgers.in_steps(rows, digits=3)
    for row, seconds in zip(rows, told, strict=True):
        sums[ledgers.holder_of(row)] += seconds
    return listed(
        [time_shapes.ledger_line(row, seconds, known) for row, seconds in zip(rows, told, strict=True)],
        sums=[
            time_shapes.held(holder, department_id, seconds, known) for (holder, department_id), seconds in sums.items()
        ],
        seconds=shapes.seconds(sum(told)),
    )


@door.get("/tickets/<int:ticket_id>/chain")
@says(door, time_answers.Chain)
@auth.needs("tickets:read")
def chain(ticket_id: int) -> Response:
    """The chain in which a ticket stands, and which link of it lost the time

    It begins with the topmost ticket above this one that you may see. Each link is followed by those inside it. Of a
    ticket that you may not see it is said whose turn it was, how it stood and when; of a confidential one nothing.
    """
    found = sla.chain_of(access.ticket_for(me(), ticket_id), me(), stamp().at)
    return reply(Answer(chain_shapes.chain(found, names())))
