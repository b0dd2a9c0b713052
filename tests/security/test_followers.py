"""Following a request gives nothing once it is confidential: neither sight of it nor news."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout.models import OutgoingMail
from servicedesk.notifications.models import Notice
from servicedesk.tickets import access, actions
from tests.build import hand_over, open_ticket, switch_request_type
from tests.cast import by

FOLLOWERS = ("boris", "anna", "adam")


def follow(ticket, person):
    with transaction():
        actions.watch(access.ticket_for(person, ticket.id, to="watch"), person)


def sees(person, ticket):
    listed = db.session.scalars(access.own_tickets(person)).all()
    try:
        access.ticket_for(person, ticket.id)
    except NotFound:
        assert ticket not in listed
        return False
    return True


def told(ticket):
    rows = db.session.scalars(
        select(Notice.person_id).where(Notice.ticket_id == ticket.id, Notice.kind.startswith("reply"))
    )
    return set(rows), set(db.session.scalars(select(OutgoingMail.to_address).where(OutgoingMail.template == "reply")))


@pytest.fixture
def ticket(cast):
    """A certificate that many follow and that turns out to be about trouble."""
    ticket = open_ticket(cast.maria, "hr.certificate")
    for name in FOLLOWERS:
        follow(ticket, getattr(cast, name))
    switch_request_type(ticket, cast.anna, "2026-04-06 11:00", "hr.trouble")
    return ticket


def test_it_hides_a_followed_request_that_became_confidential(cast, ticket):
    assert {name: sees(getattr(cast, name), ticket) for name in ("maria", *FOLLOWERS)} == {
        "maria": True, "boris": False, "anna": True, "adam": False,
    }  # fmt: skip


def test_it_hides_a_confidential_request_from_the_team_that_gave_it_away(cast, ticket):
    hand_over(ticket, cast.anna, "2026-04-06 12:00", "it")
    assert not sees(cast.anna, ticket)
    assert sees(cast.igor, ticket)


def test_outsiders_hear_no_more_of_it(cast, ticket):
    with transaction():
        actions.reply(
            by(cast.anna, "2026-04-06 12:00"),
            access.ticket_for(cast.anna, ticket.id, to="reply"),
            cast.anna,
            "Come by.",
        )
    assert told(ticket) == ({cast.maria.id}, {cast.maria.email})
