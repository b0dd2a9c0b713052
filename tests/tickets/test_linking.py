"""Links between requests: how they read from either end, who may set them, and what nobody learns by them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from servicedesk.audit.models import Entry
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.tickets import access, actions, rules
from servicedesk.tickets.models import TicketLink
from tests.build import link, open_ticket, resolve, split
from tests.cast import by

NOON = "2026-04-06 12:00"


@pytest.fixture
def other(maria):
    return open_ticket(maria, subject="No network")


def kinds(person, ticket):
    return [(found.kind, found.ticket.id) for found in access.links_of(person, ticket)]


@pytest.mark.parametrize(
    ("kind", "back"), [("related", "related"), ("duplicate_of", "has_duplicate"), ("caused_by", "causes")]
)
def test_it_reads_from_either_end(ticket, other, igor, kind, back):
    link(ticket, other, igor, kind=kind)
    assert kinds(igor, ticket) == [(kind, other.id)]
    assert kinds(igor, other) == [(back, ticket.id)]


def test_two_are_linked_once_and_the_newer_kind_holds(ticket, other, igor):
    link(ticket, other, igor, kind="related")
    link(ticket, other, igor, kind="related")
    link(other, ticket, igor, kind="caused_by")
    assert kinds(igor, ticket) == [("causes", other.id)]
    said = db.session.scalars(
        select(Entry.what).where(Entry.what.in_(("TicketLinked", "LinkRemoved"))).order_by(Entry.id)
    )
    assert list(said) == ["TicketLinked"] * 2 + ["LinkRemoved"] * 2 + ["TicketLinked"] * 2


def test_it_changes_nothing_of_the_requests(ticket, other, igor):
    before = [(row.version, row.updated_at) for row in (ticket, other)]
    link(ticket, other, igor)
    assert [(row.version, row.updated_at) for row in (ticket, other)] == before


def test_what_has_ended_can_be_linked(ticket, other, igor):
    resolve(other, igor, "2026-04-06 11:00")
    link(ticket, other, igor)
    assert kinds(igor, ticket) == [("related", other.id)]


def test_nobody_learns_of_an_end_that_they_do_not_see(cast, ticket):
    theirs = open_ticket(cast.stranger, subject="My secret plan")
    link(ticket, theirs, cast.igor)
    assert kinds(cast.maria, ticket) == [] == kinds(cast.stranger, theirs) == kinds(cast.boris, ticket)


def test_an_end_that_becomes_confidential_is_gone_for_others(cast, ticket):
    secret = open_ticket(cast.maria, "hr.trouble")
    with pytest.raises(Invalid):
        link(ticket, secret, cast.igor)
    assert db.session.scalars(select(TicketLink)).all() == []


@pytest.mark.parametrize("name", ["maria", "boris", "adam"])
def test_only_who_serves_the_request_links_it(cast, ticket, other, name):
    with pytest.raises(NotAllowed):
        link(ticket, other, getattr(cast, name))


@pytest.mark.parametrize("kind", ["split_from", "causes", "", "nonsense"])
def test_other_kinds_are_refused(ticket, other, igor, kind):
    with pytest.raises(Invalid) as refused:
        link(ticket, other, igor, kind=kind)
    assert set(refused.value.fields) == {"kind"}


def test_a_request_is_not_linked_to_itself(ticket, igor):
    with pytest.raises(Invalid):
        link(ticket, ticket, igor)


def test_from_one_lead_at_most_so_many(ticket, maria, igor, monkeypatch):
    monkeypatch.setattr(rules, "MOST_LINKS", 1)
    link(ticket, open_ticket(maria), igor)
    with pytest.raises(Conflict):
        link(open_ticket(maria), ticket, igor)


def test_it_is_removed_from_either_end(ticket, other, igor):
    row = link(ticket, other, igor)
    with transaction():
        _ticket, found = access.link_for(igor, other.id, row.id)
        actions.remove_link(by(igor, NOON), found.row)
    assert kinds(igor, ticket) == []


def test_nobody_removes_what_they_do_not_see(cast, ticket, other):
    row = link(ticket, other, cast.igor)
    with pytest.raises(NotFound):
        access.link_for(cast.stranger, ticket.id, row.id)
    with pytest.raises(NotFound):
        access.link_for(cast.igor, open_ticket(cast.maria).id, row.id)


def test_where_one_was_split_from_stays(ticket, igor):
    new = split(ticket, igor, NOON)
    [found] = access.links_of(igor, new)
    with pytest.raises(Conflict):
        actions.remove_link(by(igor, NOON), found.row)
    with pytest.raises(Invalid):
        link(ticket, new, igor)
