"""Queueing, claiming, and what becomes of a mail."""

from __future__ import annotations

from datetime import timedelta

import pytest

from servicedesk.kernel.errors import Conflict, Invalid, NotFound
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout import actions, queries, rules
from tests.mailout.samples import AT, FACTS

pytestmark = pytest.mark.usefixtures("mail_room")

MINUTE = timedelta(minutes=1)


def at(after: timedelta = timedelta(0), door: str = "worker") -> Stamp:
    return Stamp(None, AT + after, door)


def queue(
    once: str = "a",
    stamp: Stamp | None = None,
    to: str = "rita@example.com",
    ticket: int | None = None,
    **facts: object,
) -> None:
    with transaction():
        actions.queue_mail(
            stamp or at(), to=to, language="en", timezone="UTC", template="reply",
            facts=FACTS["reply"] | {"ticket_id": ticket} | facts, once=once,
        )  # fmt: skip


def claim(after: timedelta = timedelta(0)):
    """The next mail, None where nothing is due."""
    with transaction():
        return next(iter(actions.claim(at(after))), None)


def fail(mail_id: int, after: timedelta, **how: bool) -> None:
    with transaction():
        actions.mark_failed(at(after), mail_id, "451 later", **how)


def test_the_same_thing_is_queued_once():
    queue("a")
    queue("a")
    queue("b")
    assert [mail.once for mail in queries.page().items] == ["b", "a"]


def test_nobody_is_written_to_about_the_past():
    queue("a", Stamp(None, AT, "import"))
    assert queries.page().items == []


@pytest.mark.parametrize("to", ["rita@example.com\nBcc: all@example.com", "rita@example.com\r", ""])
def test_an_address_of_two_lines_is_refused(to):
    with pytest.raises(Invalid):
        queue(to=to)


def test_it_dies_with_the_change_that_caused_it():
    with pytest.raises(RuntimeError), transaction():
        actions.queue_mail(
            at(), to="r@example.com", language="en", timezone="UTC", template="reply", facts={}, once="a"
        )
        raise RuntimeError
    assert queries.page().items == []


def test_a_claimed_mail_is_one_workers_until_the_lease_ends():
    queue()
    first = claim()
    assert first is not None and first.tries == 1
    assert claim(rules.LEASE - MINUTE) is None
    again = claim(rules.LEASE)
    assert again is not None and again.id == first.id and again.tries == 2


def test_the_longest_waiting_goes_first():
    queue("late", at(MINUTE))
    queue("early", at())
    assert [claim(MINUTE).once, claim(MINUTE).once, claim(MINUTE)] == ["early", "late", None]


def test_a_sent_mail_is_not_sent_again():
    queue()
    mail = claim()
    with transaction():
        actions.mark_sent(at(MINUTE), mail.id)
    fail(mail.id, MINUTE)
    assert queries.mail(mail.id).state == "sent"
    assert queries.mail(mail.id).sent_at == AT + MINUTE
    assert claim(timedelta(days=1)) is None
    with pytest.raises(Conflict), transaction():
        actions.send_again(at(), mail.id)


def test_the_pauses_grow_and_the_eighth_failure_is_the_last():
    queue()
    now = timedelta(0)
    pauses = []
    for _ in range(rules.MOST_TRIES):
        mail = claim(now)
        fail(mail.id, now)
        row = queries.mail(mail.id)
        pauses.append(row.try_at - (AT + now))
        assert claim(row.try_at - AT - MINUTE / 60) is None
        now = row.try_at - AT
    minutes = [pause // MINUTE for pause in pauses[:-1]]
    assert minutes == [1, 5, 30, 120, 480, 480, 480]
    assert queries.mail(mail.id).state == "failed"
    assert queries.mail(mail.id).failure == "451 later"


def test_a_final_failure_is_not_tried_again_until_somebody_says_so():
    queue()
    mail = claim()
    fail(mail.id, MINUTE, final=True)
    assert queries.counts() == {"queued": 0, "sent": 0, "failed": 1, "bounced": 0}
    assert claim(timedelta(days=9)) is None
    with transaction():
        actions.send_again(at(2 * MINUTE), mail.id)
    again = claim(2 * MINUTE)
    assert again is not None and again.tries == 1


def test_a_mail_that_kills_its_worker_is_given_up():
    queue()
    for turn in range(rules.MOST_TRIES):
        assert claim(turn * rules.LEASE) is not None
    assert claim(rules.MOST_TRIES * rules.LEASE) is None
    assert queries.counts()["failed"] == 1


def test_an_absent_server_costs_no_try():
    queue()
    for turn in range(30):
        mail = claim(turn * MINUTE)
        assert mail is not None and mail.tries == 1
        with transaction():
            actions.put_back(at(turn * MINUTE), [mail.id], "the mail server cannot be reached")
    assert queries.mail(mail.id).state == "queued"


def test_what_is_not_sent_yet_can_be_withdrawn():
    queue("a")
    queue("b")
    with transaction():
        (claimed,) = actions.claim(at())
        actions.withdraw(at(), ["a", "b", "c"])
    assert [mail.id for mail in queries.page().items] == [claimed.id]


def test_reminders_are_forgotten_once_they_have_ended_however_they_did():
    for once in ("sent", "failed", "waiting"):
        queue(once)
    first, second = claim(), claim()
    with transaction():
        actions.mark_sent(at(), first.id)
    fail(second.id, timedelta(0), final=True)
    with transaction():
        actions.forget_ended("another kind")
    assert len(queries.page().items) == 3
    with transaction():
        actions.forget_ended("reply")
    assert [mail.state for mail in queries.page().items] == ["queued"]


def test_a_mail_in_the_hands_of_a_worker_is_left_to_it():
    queue()
    mail = claim()
    with pytest.raises(Conflict), transaction():
        actions.send_again(at(MINUTE), mail.id)


def test_the_page_says_how_long_the_oldest_has_waited():
    assert queries.oldest_queued_age(AT) is None
    queue("a")
    queue("b", at(MINUTE))
    assert queries.oldest_queued_age(AT + 3 * MINUTE) == 3 * MINUTE


def test_the_page_goes_on_where_it_ended():
    for number in range(5):
        queue(str(number))
    first = queries.page(limit=3)
    second = queries.page(first.next, limit=3)
    assert [mail.once for mail in first.items + second.items] == ["4", "3", "2", "1", "0"]
    assert second.next is None
    assert queries.page(state="sent").items == []


@pytest.mark.parametrize("number", [0, 1, 2**40])
def test_a_mail_that_is_not_there_is_not_found(number):
    with pytest.raises(NotFound):
        queries.mail(number)


def queue_for(once, hour, *, after=timedelta(0), ticket=1042):
    """A mail that nobody sends before this hour of the day."""
    letter = actions.Letter(
        to="rita@example.com", language="en", timezone="UTC", template="reply",
        facts=FACTS["reply"] | {"ticket_id": ticket}, once=once, not_before=hour and AT + hour,
    )  # fmt: skip
    with transaction():
        actions.queue_mails(at(after), [letter])


def test_a_mail_waits_until_it_may_be_sent_and_what_comes_after_it_keeps_its_place():
    queue_for("first", 60 * MINUTE)
    queue_for("second", 60 * MINUTE, after=MINUTE)
    assert claim(59 * MINUTE) is None
    assert claim(60 * MINUTE).once == "first"
    assert claim(60 * MINUTE) is None


def test_what_nothing_holds_back_overtakes_a_mail_that_waits_for_the_morning():
    queue_for("waits", 60 * MINUTE)
    queue_for("urgent", None, after=MINUTE)
    assert claim(2 * MINUTE).once == "urgent"


def test_what_nothing_holds_back_does_not_overtake_a_mail_that_could_not_be_sent():
    queue_for("failed", None)
    mail = claim()
    with transaction():
        actions.mark_failed(at(), mail.id, "451 later")
    queue_for("urgent", None, after=MINUTE)
    assert claim(MINUTE) is None
    assert claim(2 * MINUTE).once == "failed"


def test_a_moment_that_has_passed_holds_nothing_back():
    queue_for("late", -MINUTE)
    assert claim().once == "late"


def test_what_waits_can_be_given_another_moment_but_not_what_failed():
    queue_for("failed", None, ticket=1)
    failed = claim()
    with transaction():
        actions.mark_failed(at(), failed.id, "451 later")
    queue_for("waits", 60 * MINUTE, ticket=2)
    again = queries.mail(1).try_at
    with transaction():
        actions.wait_until(at(), "rita@example.com", AT + 30 * MINUTE)
    assert (queries.mail(1).try_at, queries.mail(2).try_at) == (again, AT + 30 * MINUTE)
    with transaction():
        actions.wait_until(at(), "rita@example.com", None)
    assert queries.mail(2).try_at == AT
    with transaction():
        actions.wait_until(at(), "olga@example.com", AT + 30 * MINUTE)
    assert queries.mail(2).try_at == AT
