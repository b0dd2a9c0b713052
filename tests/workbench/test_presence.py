"""Who is at a ticket: a matter of seconds, told among those who serve it, and kept nowhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from servicedesk.audit.models import Entry
from servicedesk.kernel.transaction import transaction
from servicedesk.workbench.actions import forget_presence, look_at, look_away
from servicedesk.workbench.models import Presence
from servicedesk.workbench.queries import present_at
from servicedesk.workbench.rules import PRESENT_FOR, SAID_ANEW_AFTER, is_told_of, says_nothing_new
from tests import build
from tests.cast import at, by

WHEN = at("2026-06-17 15:00")


@pytest.fixture
def ticket(maria):
    return build.open_ticket(maria)


def look(person, ticket, when=WHEN, writing="", known=()):
    with transaction():
        look_at(by(person, when), person, ticket, writing, known)


def there(ticket, when=WHEN):
    return [(row.name, row.writing) for row in present_at(ticket.id, when) if not row.old]


def test_the_last_word_of_each_counts(db, igor, olga, ticket):
    look(igor, ticket)
    look(igor, ticket, writing="reply")
    look(olga, ticket, writing="a poem")
    assert there(ticket) == [("Igor", "reply"), ("Olga", "")]


def test_who_says_nothing_more_is_gone_after_half_a_minute(db, igor, ticket):
    look(igor, ticket)
    assert there(ticket, WHEN + PRESENT_FOR - timedelta(seconds=1)) == [("Igor", "")]
    assert there(ticket, WHEN + PRESENT_FOR) == []


def test_who_goes_is_gone_at_once(db, igor, ticket):
    look(igor, ticket)
    with transaction():
        look_away(igor, ticket)
    assert there(ticket) == []


def rows(db):
    return db.session.scalar(select(func.count()).select_from(Presence))


def test_who_looks_takes_old_rows_of_the_ticket_away(db, igor, olga, ticket):
    look(igor, ticket)
    later = WHEN + PRESENT_FOR
    look(olga, ticket, later, known=present_at(ticket.id, later))
    assert (rows(db), there(ticket, later)) == (1, [("Olga", "")])


def test_who_came_back_meanwhile_is_not_taken_away(db, igor, olga, ticket):
    look(igor, ticket)
    later = WHEN + PRESENT_FOR
    known = present_at(ticket.id, later)
    look(igor, ticket, later)
    look(olga, ticket, later, known=known)
    assert there(ticket, later) == [("Igor", ""), ("Olga", "")]


def test_a_sweep_leaves_those_who_are_there(db, igor, olga, ticket):
    look(igor, ticket)
    look(olga, ticket, WHEN + PRESENT_FOR)
    with transaction():
        forget_presence(WHEN + PRESENT_FOR)
    assert rows(db) == 1


def test_nobody_can_read_it_afterwards(db, igor, ticket):
    before = db.session.scalar(select(func.count()).select_from(Entry))
    look(igor, ticket, writing="note")
    assert db.session.scalar(select(func.count()).select_from(Entry)) == before


def test_it_is_told_to_those_who_serve_alone(cast, ticket):
    told = {
        name for name in ("maria", "boris", "igor", "olga", "anna", "adam") if is_told_of(getattr(cast, name), ticket)
    }
    assert told == {"igor", "olga"}


def test_the_same_is_not_written_twice_in_seconds():
    assert says_nothing_new(WHEN, "reply", "reply", WHEN + SAID_ANEW_AFTER - timedelta(seconds=1))
    assert not says_nothing_new(WHEN, "reply", "reply", WHEN + SAID_ANEW_AFTER)
    assert not says_nothing_new(WHEN, "", "reply", WHEN)
