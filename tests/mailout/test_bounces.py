"""Mail that came back: counted once a mail, and against an address only where the mail is proven to be ours."""

from __future__ import annotations

from datetime import timedelta

import pytest

from servicedesk.kernel.transaction import transaction
from servicedesk.mailout import actions, queries, rules
from servicedesk.mailout.actions.bouncing import count_bounce
from servicedesk.mailout.references import message_id
from tests.mailout.samples import AT
from tests.mailout.test_queue import MINUTE, at, claim, fail, queue

pytestmark = pytest.mark.usefixtures("mail_room")
RITA = "rita@example.com"
DAY = timedelta(days=1)


def send(once: str, after: timedelta = timedelta(0), **facts) -> int:
    queue(once, **facts)
    mail = claim(after)
    with transaction():
        actions.mark_sent(at(after), mail.id)
    return mail.id


def bounce(
    mail_id: int | None, after: timedelta = timedelta(0), *, status="5.1.1", permanent=None, address=RITA
) -> bool:
    with transaction():
        return actions.mark_bounced(
            at(after), mail_id=mail_id, address=address, status=status, permanent=permanent, diagnostic="no such  user"
        )


def test_the_mail_says_that_it_came_back_and_why():
    number = send("a")
    assert bounce(number, MINUTE)
    mail = queries.mail(number)
    assert (mail.state, mail.bounced_at, mail.failure) == ("bounced", AT + MINUTE, "5.1.1 no such user")
    assert queries.counts()["bounced"] == 1
    assert [mail.id for mail in queries.page(state="bounced").items] == [number]


def test_two_reports_about_one_mail_count_once():
    number = send("a")
    assert [bounce(number), bounce(number)] == [True, False]
    assert queries.bounced(RITA).score == rules.HARD


def test_a_report_about_no_mail_of_ours_counts_against_nobody():
    assert not bounce(None) and not bounce(4711)
    assert queries.bounced(RITA) is None


def test_it_counts_against_the_address_that_was_written_to():
    number = send("a")
    bounce(number, address="victim@example.com")
    assert queries.bounced("victim@example.com") is None
    assert queries.bounced("Rita@Example.com").words == "5.1.1 victim@example.com: no such user"


@pytest.mark.parametrize(
    ("status", "permanent", "weight"),
    [("5.1.1", None, 2), ("4.2.2", None, 1), ("", None, 1), ("", True, 2), ("4.7.1", True, 2), ("5.0.0", False, 1), ("2.0.0", None, 0)],
)  # fmt: skip
def test_for_good_weighs_more_than_for_now(status, permanent, weight):
    number = send("a")
    assert bounce(number, status=status, permanent=permanent) is bool(weight)
    row = queries.bounced(RITA)
    assert (row.score if row else 0) == weight


def test_after_repeated_bounces_nothing_is_sent_to_the_address():
    first, second = send("a"), send("b")
    bounce(first)
    assert not queries.is_undeliverable(RITA, AT)
    bounce(second)
    assert queries.is_undeliverable("RITA@example.com", AT)
    queue("c")
    queue("d", to="max@example.com")
    assert claim().once == "d"
    lost = queries.page(state="failed").items[0]
    assert (lost.once, lost.failure, lost.tries) == ("c", rules.NOT_TRUSTED, 0)


def test_somebody_can_trust_the_address_again():
    for once in "ab":
        bounce(send(once))
    queue("c")
    assert claim() is None
    with transaction():
        actions.trust_again(RITA)
        actions.trust_again("nobody@example.com")
        actions.send_again(at(), queries.page(state="failed").items[0].id)
    assert claim().once == "c"


def test_what_came_back_long_ago_counts_no_more():
    for once in "ab":
        bounce(send(once))
    late = rules.BOUNCES_COUNT_FOR + MINUTE
    assert not queries.is_undeliverable(RITA, AT + late) and not queries.has_bounced(RITA, AT + late)
    bounce(send("c", late), late)
    assert queries.bounced(RITA).score == rules.HARD


def test_an_automatic_answer_goes_to_no_address_from_which_anything_came_back():
    number = send("a")
    bounce(number, status="4.2.2")
    queue("answer", answers_message_id="<their@example.com>")
    queue("news")
    assert claim().once == "news"
    assert queries.page(state="failed").items[0].once == "answer"


def test_a_report_that_comes_before_the_mail_is_written_down_as_sent_is_kept():
    queue("a")
    mail = claim()
    assert bounce(mail.id)
    with transaction():
        actions.mark_sent(at(), mail.id)
    assert queries.mail(mail.id).state == "bounced"


def test_a_mail_that_came_back_can_be_sent_again():
    number = send("a")
    bounce(number)
    with transaction():
        actions.send_again(at(DAY), number)
    assert claim(DAY).id == number


def test_the_mail_is_found_by_its_message_id():
    number = send("a")
    reference = message_id(number, "desk.example", ["former", "x"])
    assert queries.mail_of_reference(["<x@example.com>", reference], ["new", "former"]).id == number
    assert queries.mail_of_reference(reference.strip("<>"), ["former"]).id == number
    assert queries.mail_of_reference(reference, ["new"]) is None
    assert queries.mail_of_reference(message_id(2**40, "desk.example", ["x"]), ["x"]) is None


@pytest.fixture
def missed(monkeypatch):
    """The requests and mails of what was told to be missed."""
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(
        "servicedesk.mailout.actions.bouncing.publish", lambda event: told.append((event.ticket_id, event.mail_id))
    )
    return told


def test_what_a_requester_was_to_read_and_did_not_is_told(missed):
    number = send("a", ticket=5)
    assert bounce(number, MINUTE) and not bounce(number, 2 * MINUTE)
    assert missed == [(5, number)]


def test_what_others_were_told_is_not(missed):
    bounce(send("a", ticket=5, why="watcher"), MINUTE)
    bounce(send("b"), MINUTE)
    assert missed == []
    assert not rules.is_word_to_requester("rating_asked", {"why": "requester"})


def test_so_is_what_was_refused_given_up_or_never_sent(missed):
    for once, ticket in (("a", 5), ("b", 6)):
        queue(once, ticket=ticket)
    refused = claim()
    with transaction():
        actions.mark_refused(at(MINUTE), refused.id, "550 no such user")
    given_up = claim()
    fail(given_up.id, MINUTE, final=True)
    with transaction():
        count_bounce(at(MINUTE), RITA, rules.MOST_BOUNCES, "550 no such user")
    queue("c", ticket=7)
    assert claim(2 * MINUTE) is None
    assert [ticket for ticket, _ in missed] == [5, 6, 7]
