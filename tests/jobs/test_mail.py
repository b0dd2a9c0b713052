"""A run of the mail job: order, what a bad server costs, and that nobody waits for somebody else's."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from servicedesk.jobs import mail
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout import actions, queries, rules
from tests.mailout.samples import AT, FACTS
from tests.mailout.server import Mailbox, serving

LATER = timedelta(hours=1)


@pytest.fixture
def server(app, monkeypatch):
    with serving(Mailbox()) as box:
        monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], smtp_url=box.url))
        yield box


def queue(once, to="rita@example.com", template="reply", **facts):
    with transaction():
        actions.queue_mail(
            Stamp(None, AT, "worker"), to=to, language="en", timezone="UTC", template=template, once=once,
            facts=FACTS[template] | {"subject": once} | facts,
        )  # fmt: skip


def arrived(server):
    """The subjects, in the order in which they came."""
    mails = [email.message_from_bytes(content, policy=email.policy.default) for _, _, content in server.got]
    return [str(one["Subject"]).rpartition(": ")[2] for one in mails]


def states():
    return {row.once: row.state for row in queries.page().items}


def tries(state):
    return {row.once: row.tries for row in queries.page(state=state).items}


def test_all_that_is_due_goes_out(server):
    for number in range(2 * mail.BATCH + 1):
        queue(f"m{number}", ticket_id=number + 1)
    assert mail.send_queued(AT) == 2 * mail.BATCH + 1
    assert arrived(server) == [f"m{number}" for number in range(2 * mail.BATCH + 1)]
    assert server.connections == 1
    assert mail.send_queued(AT) == 0


def test_mails_about_one_request_reach_one_reader_in_their_order(server):
    server.refuse["example.com"] = "450 later"
    queue("first")
    assert mail.send_queued(AT) == 0
    server.refuse.clear()
    queue("second")
    queue("to another", to="max@example.com")
    queue("about another", ticket_id=7)
    assert mail.send_queued(AT) == 2
    assert arrived(server) == ["to another", "about another"]
    assert mail.send_queued(AT + LATER) == 2
    assert arrived(server)[2:] == ["first", "second"]


def test_a_mail_that_was_given_up_holds_up_nothing(server):
    server.refuse["RCPT"] = "550 5.7.1 not today"
    queue("first")
    mail.send_queued(AT)
    server.refuse.clear()
    queue("second")
    assert mail.send_queued(AT) == 1
    assert states() == {"first": "failed", "second": "sent"}


def test_a_domain_that_refuses_is_left_alone_and_holds_up_nobody(server):
    server.refuse["slow.example"] = "451 later"
    for number in range(8):
        queue(f"slow {number}", to=f"p{number}@slow.example")
        queue(f"quick {number}", to=f"p{number}@example.com")
    assert mail.send_queued(AT) == 8
    assert sorted(tries("queued").values()) == [0] * 3 + [1] * rules.MOST_REFUSALS
    assert queries.held_domains(AT + timedelta(minutes=4)) == ["slow.example"]
    queue("new", to="new@slow.example")
    assert mail.send_queued(AT + timedelta(minutes=4)) == 0 and tries("queued")["new"] == 0
    server.refuse.clear()
    assert mail.send_queued(AT + LATER) == 9
    assert queries.troubled_domains() == set()


def test_one_refusal_after_the_pause_is_enough_for_the_next_one(server):
    server.refuse["slow.example"] = "451 later"
    for number in range(8):
        queue(f"slow {number}", to=f"p{number}@slow.example")
    mail.send_queued(AT)
    late = AT + timedelta(minutes=6)
    mail.send_queued(late)
    assert sum(tries("queued").values()) == rules.MOST_REFUSALS + 1
    assert queries.held_domains(late + timedelta(minutes=14)) == ["slow.example"]


def test_a_mailbox_that_does_not_exist_is_counted_like_a_report(server):
    server.refuse["gone.example"] = "550 5.1.1 no such mailbox"
    for once in ("first", "second", "third"):
        queue(once, to="p@gone.example")
        mail.send_queued(AT)
    assert states() == dict.fromkeys(("first", "second", "third"), "failed")
    assert tries("failed") == {"first": 1, "second": 1, "third": 0}
    assert queries.is_undeliverable("p@gone.example", AT)


@pytest.mark.parametrize("fault", ["hang_up", "say_nothing"])
def test_a_server_that_breaks_every_mail_is_left_alone_for_a_moment(server, monkeypatch, fault):
    monkeypatch.setattr(mail, "SmtpDelivery", partial(mail.SmtpDelivery, seconds=0.2))
    setattr(server, fault, True)
    for number in range(6):
        queue(f"m{number}", to=f"p@d{number}.example")
    assert mail.send_queued(AT) == 0
    assert sorted(tries("queued").values()) == [0, 0, 0, 1, 1, 1]
    setattr(server, fault, False)
    server.got.clear()
    assert mail.send_queued(AT + LATER) == 6


def test_a_server_that_is_away_costs_no_try(app, monkeypatch):
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], smtp_url="smtp://127.0.0.1:1"))
    for number in range(3):
        queue(f"m{number}", ticket_id=number + 1)
    assert mail.send_queued(AT) == 0
    assert set(tries("queued").values()) == {0}
    assert all("cannot be reached" in row.failure for row in queries.page().items)


def test_a_mail_that_cannot_be_written_stops_no_other(server):
    queue("broken", why="nobody", ticket_id=2)
    queue("fine", ticket_id=3)
    assert mail.send_queued(AT) == 1
    assert arrived(server) == ["fine"]
    assert queries.troubled_domains() == set()


def test_reports_of_mail_that_cannot_arrive_name_the_mail_where_mailboxes_are_read(app, server, monkeypatch):
    from config import from_env

    read = from_env({"MAILBOXES": "imap://it:secret@mail.example.com?department=it&address=it@example.com"}).mailboxes
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], mailboxes=read))
    queue("reply", department_key="it")
    queue("request", template="request_received", ticket_id=2)
    mail.send_queued(AT)
    senders = [sender for sender, _, _ in server.got]
    assert senders[0].startswith("it+b") and senders[0].endswith("@example.com")
    assert senders[1] == "<>"


def test_a_slow_batch_is_given_back_before_its_lease_ends(server, monkeypatch):
    seconds = iter(range(25, 10_000, 25))
    monkeypatch.setattr(mail._Run, "_passed", lambda _self: timedelta(seconds=next(seconds)))
    for number in range(4):
        queue(f"m{number}", ticket_id=number + 1)
    mail.send_queued(AT)
    assert 0 < len(server.got) < 4
    assert {row.leased_until for row in queries.page().items} == {None}
