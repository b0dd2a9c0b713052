"""One entry for every event: who did what, when, by which door."""

from __future__ import annotations

from sqlalchemy import select

from servicedesk.audit import queries
from servicedesk.audit.models import Entry
from servicedesk.kernel.db import db
from tests.build import assign, hold, open_ticket, reply, resolve
from tests.cast import at


def test_a_ticket_tells_its_history_in_order(maria, igor):
    ticket = open_ticket(maria)
    assign(ticket, igor, "2026-04-06 10:30", igor)
    reply(ticket, igor, "2026-04-06 11:00")
    hold(ticket, igor, "2026-04-06 11:30", until="2026-04-07 09:00")
    resolve(ticket, igor, "2026-04-06 12:00")
    told = [(entry.what, entry.actor_id, entry.at, entry.door) for entry in queries.history("ticket", ticket.id).items]
    assert told == [
        ("TicketOpened", maria.id, at("2026-04-06 10:00"), "web"),
        ("TicketAssigned", igor.id, at("2026-04-06 10:30"), "web"),
        ("MessageAdded", igor.id, at("2026-04-06 11:00"), "web"),
        ("TicketHeld", igor.id, at("2026-04-06 11:30"), "web"),
        ("TicketResumed", igor.id, at("2026-04-06 12:00"), "web"),
        ("MessageAdded", igor.id, at("2026-04-06 12:00"), "web"),
        ("TicketResolved", igor.id, at("2026-04-06 12:00"), "web"),
    ]


def test_an_entry_keeps_plain_values(maria, igor):
    ticket = open_ticket(maria)
    hold(ticket, igor, "2026-04-06 11:30", until="2026-04-07 09:00")
    entry = queries.history("ticket", ticket.id, only=["TicketHeld"]).items[0]
    assert entry.data == {"reason": "waiting_for_requester", "until": at("2026-04-07 09:00").isoformat()}


def test_it_is_read_by_pages_and_by_name(maria):
    for _ in range(3):
        open_ticket(maria)
    first = queries.newest(what="TicketOpened", limit=2)
    rest = queries.newest(what="TicketOpened", limit=2, cursor=first.next)
    assert [entry.subject_id for entry in [*first.items, *rest.items]] == sorted(
        (entry.subject_id for entry in [*first.items, *rest.items]), reverse=True
    )
    assert len(rest.items) == 1


def test_no_entry_holds_what_people_wrote(maria, igor):
    ticket = open_ticket(maria, description="A secret of mine")
    reply(ticket, igor, "2026-04-06 11:00", "A secret of ours")
    for entry in db.session.scalars(select(Entry)):
        assert "secret" not in str(entry.data)
