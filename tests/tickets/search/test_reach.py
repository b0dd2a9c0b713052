"""What is passed over unread is nothing that somebody would see: the short cut of search leaves nothing out."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from servicedesk.kernel.db import db as handle
from servicedesk.kernel.transaction import transaction
from servicedesk.tickets import access, actions, queries
from servicedesk.tickets.models import SearchEntry, Ticket
from servicedesk.tickets.search.reach import Reach
from tests import build


@pytest.fixture
def spread(cast):
    """Requests that people see for every reason there is: as departments of all times, as parents, followers, customers."""
    moved = build.open_ticket(cast.maria, subject="Moved")
    build.hand_over(moved, cast.igor, "2026-04-06 11:00", "hr", "Yours.", "misdirected")
    parent = build.open_ticket(cast.boris, subject="Parent")
    child = build.ask(parent, cast.igor, "2026-04-06 11:00")
    build.hand_over(parent, cast.igor, "2026-04-06 12:00", "sales", "And yours.", "misdirected")
    build.open_ticket(cast.stranger, registrar=cast.boris, subject="Filed for somebody")
    build.open_ticket(cast.maria, "hr.trouble", subject="Confidential")
    followed = build.open_ticket(cast.stranger, "hr.certificate", subject="Followed")
    with transaction():
        actions.watch(handle.session.get_one(Ticket, followed.id), cast.maria)
    return {"moved": moved, "parent": parent, "child": child, "followed": followed}


def seen(person) -> set[int]:
    return set(handle.session.scalars(select(Ticket.id).where(access.visible_to(person))))


def test_all_that_somebody_sees_is_near_to_them(cast, spread):
    for name, person in cast.everybody().items():
        near = Reach(person).near(Ticket)
        if near is not None:
            assert seen(person) <= set(handle.session.scalars(select(Ticket.id).where(near))), name


def test_the_index_knows_who_is_near(cast, spread):
    if queries.on_sqlite():
        pytest.skip("SQLite reads its index in the order of places and needs no such knowledge")
    for name, person in cast.everybody().items():
        near = Reach(person).near(SearchEntry)
        if near is not None:
            assert seen(person) <= set(handle.session.scalars(select(SearchEntry.ticket_id).where(near))), name


def test_what_is_asked_one_by_one_is_seen_the_same(cast, spread):
    for person in cast.everybody().values():
        one_by_one = select(Ticket.id).where(access.visible_to(person, one_by_one=True))
        assert set(handle.session.scalars(one_by_one)) == seen(person)
