"""One reader a mailbox: a lease that ends, is kept, is lost; what is told of a mailbox that fails."""

from __future__ import annotations

from datetime import timedelta

import pytest

from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.letters import actions, queries, rules
from servicedesk.letters.actions import Progress
from tests.cast import at

NOON = at("2026-04-06 12:00")
SECOND = timedelta(seconds=1)
READ = Progress(uid_validity=7, last_uid=41, newest_at=at("2026-04-06 11:59"))


@pytest.fixture(autouse=True)
def _desk(app):
    pass


def stamp(after=timedelta()):
    return Stamp(None, NOON + after, "mail")


def claim(reader, after=timedelta()):
    with transaction():
        return actions.claim(stamp(after), "it", reader)


def keep(reader, after=timedelta(), progress=READ, size=0):
    with transaction():
        return actions.keep(stamp(after), "it", reader, progress, size)


def fail(reader, after=timedelta()):
    with transaction():
        return actions.fail(stamp(after), "it", reader, rules.failure_of("It is away.", "connection\r\n refused"))


def state():
    return queries.mailbox_states()["it"]


def test_a_mailbox_has_one_reader():
    assert claim("one") == Progress()
    assert claim("two", SECOND) is None
    assert claim("one", SECOND) == Progress()
    with transaction():
        assert actions.claim(stamp(), "hr", "two") == Progress()


def test_a_reader_that_keeps_silent_loses_it_and_hears_so():
    claim("one")
    assert claim("two", rules.LEASE - SECOND) is None
    assert claim("two", rules.LEASE) == Progress()
    assert keep("one", rules.LEASE) is None
    assert state().reader == "two" and state().last_uid is None


def test_whoever_was_late_but_alone_goes_on():
    claim("one")
    assert keep("one", 2 * rules.LEASE) == NOON + 3 * rules.LEASE
    assert claim("two", 2 * rules.LEASE) is None


def test_the_next_reader_goes_on_where_the_last_one_stopped():
    claim("one")
    keep("one")
    with transaction():
        actions.let_go("it", "one")
    assert claim("two", SECOND) == READ


def test_a_large_letter_has_the_time_that_it_needs():
    claim("one")
    assert keep("one", size=50 * rules.SLOWEST) == NOON + rules.LEASE + timedelta(seconds=50)


def test_who_lost_it_lets_nothing_go():
    claim("one")
    claim("two", rules.LEASE)
    with transaction():
        actions.let_go("it", "one")
    assert fail("one", rules.LEASE) is None
    assert claim("three", rules.LEASE + SECOND) is None
    assert state().failure is None


def test_a_look_that_ended_says_what_waits_and_clears_the_failure():
    claim("one")
    fail("one")
    claim("one", timedelta(minutes=1))
    with transaction():
        assert actions.finish_look(stamp(timedelta(minutes=1)), "it", "one", READ, waiting=3)
    assert (state().waiting, state().failure, state().failing_since) == (3, None, None)
    assert state().looked_at == NOON + timedelta(minutes=1)
    with transaction():
        assert not actions.finish_look(stamp(), "it", "two", READ, waiting=0)


def test_a_failure_is_kept_with_its_beginning_and_nobody_tries_at_once():
    claim("one")
    assert fail("one") == NOON + rules.SHORTEST_PAUSE
    assert rules.told_failure(state().failure) == ("It is away.", "connection refused")
    assert claim("two", rules.SHORTEST_PAUSE - SECOND) is None
    claim("two", timedelta(minutes=1))
    assert fail("two", timedelta(minutes=1)) == NOON + timedelta(minutes=2)
    assert state().failing_since == NOON
    claim("one", timedelta(hours=1))
    assert fail("one", timedelta(hours=1)) == NOON + timedelta(hours=1) + rules.LONGEST_PAUSE


def test_a_failure_of_few_words_has_no_second_line():
    assert rules.told_failure(rules.failure_of("It is away.", "")) == ("It is away.", "")
