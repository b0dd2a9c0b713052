"""Clocks of a ticket and where their time went."""

from __future__ import annotations

from flask import Response

from servicedesk.api import answers, auth, shapes
from servicedesk.api.auth import me, stamp
from servicedesk.api.doors import lists, new_door
from servicedesk.api.gathering import clocks_as_json
from servicedesk.api.replying import listed
from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.text import N_
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
@lists(door, answers.Stretch)
@auth.needs("tickets:read")
def explanation(ticket_id: int, clock_id: int) -> Response:
    """Why a clock stands where it stands

    Stretches without gaps; the seconds of the counted ones add up to the clock's elapsed_seconds.
    """
    ticket = access.ticket_for(me(), ticket_id)
    clock = sla.clock_of(ticket, clock_id) if 0 < clock_id < 2**31 else None
    if clock is None:
        raise NotFound(N_("There is no such clock on this ticket."))
    return listed([shapes.stretch(row) for row in sla.explain(clock, stamp().at)])
