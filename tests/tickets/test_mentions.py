"""Calling people by name: who is meant, who hears of it, and who must not."""

from __future__ import annotations

import pytest

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Invalid
from servicedesk.kernel.transaction import transaction
from servicedesk.tickets import actions, queries
from servicedesk.tickets.models import Mention
from servicedesk.tickets.rules import called, can, meant_by
from tests import build
from tests.cast import by

TEN = "2026-04-07 10:00"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("@Anna Serva, please", ["Anna Serva"]), ("Ask @Anna Serva.", ["Anna Serva"]), ("(@Anna)", ["Anna"]),
        ("@anna@example.com knows", ["anna@example.com"]), ("mail me@example.com", []), ("@nobody here", []), ("@", []),
        ("**@Anna Serva** and @Anna", ["Anna Serva", "Anna"]), ("@Anna Serva knows it", ["Anna Serva"]),
    ],
)  # fmt: skip
def test_the_longest_name_that_somebody_has_is_meant(text, meant):
    known = {name: [name] for name in ("Anna", "Anna Serva", "anna@example.com")}
    assert meant_by(called(text), known) == meant


def test_a_name_of_two_means_nobody():
    assert meant_by(called("@Anna"), {"Anna": ["one", "other"]}) == []


@pytest.fixture
def ticket(maria):
    return build.open_ticket(maria)


def named():
    return set(db.session.execute(db.select(Mention.person_id)).scalars())


def test_who_may_read_it_is_kept_and_follows(igor, olga, ticket):
    build.note(ticket, igor, TEN, f"@{olga.name} knows more, @{igor.email} does not.")
    assert named() == {olga.id}
    assert [row.id for row in queries.watchers(ticket.id)] == [olga.id]


def test_who_may_not_read_it_is_a_word_in_a_text(igor, maria, stranger, ticket):
    build.note(ticket, igor, TEN, f"@{maria.name} must not hear of it, nor @{stranger.email}.")
    assert named() == set() and queries.watchers(ticket.id) == []
    build.reply(ticket, igor, TEN, f"@{maria.name}, it is done.")
    assert named() == {maria.id} and queries.watchers(ticket.id) == []


def test_of_a_confidential_request_only_its_team_can_be_called(maria, anna, igor, olga):
    secret = build.open_ticket(maria, "hr.trouble")
    build.note(secret, anna, TEN, f"@{igor.name} and @{olga.name}, look at this.")
    assert named() == set()


def follow(ticket, by_whom, who):
    with transaction():
        actions.add_follower(by(by_whom, TEN), ticket, who)


def test_both_sides_add_followers_and_take_them_away(igor, maria, stranger, boris, ticket):
    follow(ticket, maria, stranger)
    follow(ticket, maria, stranger)
    assert [row.id for row in queries.watchers(ticket.id)] == [stranger.id]
    with transaction():
        actions.remove_follower(by(igor, TEN), ticket, stranger.id)
        actions.remove_follower(by(igor, TEN), ticket, stranger.id)
    assert queries.watchers(ticket.id) == []
    assert can(igor, ticket, "add_followers") and can(maria, ticket, "add_followers")
    assert not can(boris, ticket, "add_followers") and not can(stranger, ticket, "add_followers")
    with pytest.raises(Invalid):
        follow(ticket, igor, maria)


def test_nobody_outside_the_team_follows_a_confidential_request(maria, anna, igor):
    secret = build.open_ticket(maria, "hr.trouble")
    assert can(anna, secret, "add_followers") and not can(maria, secret, "add_followers")
    with pytest.raises(Invalid):
        follow(secret, anna, igor)
