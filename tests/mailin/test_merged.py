"""Letters about requests that were merged into others: where they go, and whom they never reach."""

from __future__ import annotations

import pytest

from tests.build import merge, open_ticket, reply, resolve
from tests.mailin.letters import LATER, PASS, arrive, letter, messages, token

pytestmark = pytest.mark.usefixtures("mail")
NOON = "2026-04-06 12:00"


def of(person):
    return f"{person.name} <{person.email}>"


@pytest.fixture
def ticket(maria):
    return open_ticket(maria)


def test_a_letter_of_who_asked_for_both_goes_on_to_the_other(maria, igor, ticket):
    twin = open_ticket(maria)
    merge(twin, ticket, igor, NOON)
    received = arrive(letter(to=token(twin), text="Any news?"), LATER, LATER)
    assert (received.outcome, received.ticket_id) == ("replied", ticket.id)
    assert messages(ticket)[-1].text == "Any news?" and messages(twin) == []


def test_it_reopens_the_other_one_where_that_is_resolved(maria, igor, ticket):
    twin = open_ticket(maria)
    merge(twin, ticket, igor, NOON)
    resolve(ticket, igor, "2026-04-06 13:00")
    arrive(letter(to=token(twin), text="It is silent again."), LATER, LATER)
    assert ticket.status == "open"


def test_a_letter_of_somebody_else_takes_the_merge_back_and_reaches_nobody_else(stranger, igor, ticket):
    theirs = open_ticket(stranger)
    merge(theirs, ticket, igor, NOON)
    received = arrive(letter(of(stranger), to=token(theirs), text="Mine smells of fire."), LATER, LATER)
    assert (received.outcome, received.ticket_id) == ("replied", theirs.id)
    assert messages(ticket) == [] and messages(theirs)[-1].text == "Mine smells of fire."
    assert (theirs.merged_into_id, theirs.status) == (None, "new")


def test_thanks_take_nothing_back(stranger, igor, ticket):
    theirs = open_ticket(stranger)
    merge(theirs, ticket, igor, NOON)
    received = arrive(letter(of(stranger), to=token(theirs), text="Thank you!"), LATER, LATER)
    assert (received.outcome, theirs.merged_into_id) == ("thanked", ticket.id)


def test_when_the_other_one_is_done_it_is_a_new_request(stranger, igor, ticket):
    theirs = open_ticket(stranger)
    merge(theirs, ticket, igor, NOON)
    resolve(ticket, igor, "2026-04-06 13:00")
    received = arrive(letter(of(stranger), to=token(theirs), text="Not for me."), LATER, LATER)
    assert received.outcome == "opened" and received.ticket_id not in (ticket.id, theirs.id)
    assert messages(ticket)[-1].author_id == igor.id


def test_what_the_department_writes_to_one_never_reaches_the_other(stranger, igor, ticket):
    theirs = open_ticket(stranger)
    reply(theirs, igor, "2026-04-06 11:00")
    merge(theirs, ticket, igor, NOON)
    arrive(letter(of(igor), to=token(theirs), text="Dear stranger …", authentication=PASS), LATER, LATER)
    assert messages(ticket) == []
