"""A letter beside its request, as it came: headers a person cares about, what it says, its files. Reading changes nothing."""

from __future__ import annotations

from functools import partial

from flask import Response, render_template, request, url_for

from servicedesk.kernel.now import now
from servicedesk.letters import access
from servicedesk.web import letter_view
from servicedesk.web.session import me, signed_in
from servicedesk.web.tickets import tickets


@tickets.get("/tickets/<int:ticket_id>/mail/<int:letter_id>")
@signed_in
def letter(ticket_id: int, letter_id: int) -> str:
    ticket, row = access.letter_of_ticket(me(), ticket_id, letter_id)
    content = letter_view.content_of(row)
    return render_template(
        "letters/whole.html", ticket=ticket, letter=row, content=content, at=now(), pictures=_wants_pictures(),
        blocked=letter_view.blocked_pictures(content),
    )  # fmt: skip


@tickets.get("/tickets/<int:ticket_id>/mail/<int:letter_id>/page")
@signed_in
def letter_page(ticket_id: int, letter_id: int) -> Response:
    """The letter's own page, for a frame. With `pictures=1` those from elsewhere are loaded."""
    ticket, row = access.letter_of_ticket(me(), ticket_id, letter_id)
    inline = partial(_part_address, ticket.id, row.id)
    return letter_view.frame(letter_view.content_of(row), inline, elsewhere=_wants_pictures())


@tickets.get("/tickets/<int:ticket_id>/mail/<int:letter_id>/files/<int:number>")
@signed_in
def letter_file(ticket_id: int, letter_id: int, number: int) -> Response:
    _ticket, row = access.letter_of_ticket(me(), ticket_id, letter_id)
    return letter_view.part_of(letter_view.content_of(row), number, inline=request.args.get("inline") == "1")


@tickets.get("/tickets/<int:ticket_id>/mail/<int:letter_id>/raw")
@signed_in
def letter_raw(ticket_id: int, letter_id: int) -> Response:
    return letter_view.download(access.letter_of_ticket(me(), ticket_id, letter_id)[1])


def _wants_pictures() -> bool:
    return request.args.get("pictures") == "1"


def _part_address(ticket_id: int, letter_id: int, number: int) -> str:
    return url_for("tickets.letter_file", ticket_id=ticket_id, letter_id=letter_id, number=number, inline=1)
