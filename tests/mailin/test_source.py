"""Mailboxes on a real mail server: every letter comes in once, whoever reads, whatever breaks in between."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from servicedesk.jobs import worker
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Busy
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.letters import actions, queries, rules
from servicedesk.letters.models import MailboxState, ReceivedMail
from servicedesk.mailin import receiving, source
from servicedesk.mailin.source import holding, reading, trying, watching
from tests.imap import free_port

NOW = datetime.now(UTC)


def letter(number=1, size=0, **headers):
    lines = {
        "From": "maria@example.com", "To": "it@example.com", "Subject": f"Printer {number}",
        "Message-ID": f"<{number}@example.com>",
    } | {name.replace("_", "-"): value for name, value in headers.items()}  # fmt: skip
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{head}\r\nNumber {number} does not print.\r\n{'x' * 70 * (size // 70)}\r\n".encode()


@pytest.fixture
def desk(own_desk, dovecot, user, tmp_path):
    """A desk with one mailbox, of a user who is this test's alone."""
    settings = own_desk.config["SETTINGS"]
    mailbox = dovecot.mailbox(user, name="it", department="it", address="it@example.com")
    own_desk.config["SETTINGS"] = replace(
        settings, mailboxes=(mailbox,), files_dir=tmp_path / "files", mail_domains=frozenset({"example.com"})
    )
    yield own_desk
    own_desk.config["SETTINGS"] = settings


def change(desk, **changes):
    """The mailbox is set up differently."""
    settings = desk.config["SETTINGS"]
    (mailbox,) = settings.mailboxes
    desk.config["SETTINGS"] = replace(settings, mailboxes=(replace(mailbox, **changes),))


def read(desk):
    with desk.app_context():
        return source.read_mailboxes(NOW)


def rows(desk):
    with desk.app_context():
        return list(db.session.scalars(select(ReceivedMail).order_by(ReceivedMail.id)))


def outcomes(desk):
    return [row.outcome for row in rows(desk)]


def state(desk, name="it"):
    with desk.app_context():
        return db.session.get(MailboxState, name)


def try_at_once(desk):
    """As if the pause after a failure were over."""
    with desk.app_context(), transaction():
        for row in db.session.scalars(select(MailboxState)):
            row.leased_until = None


def until(is_so, seconds=60):
    end, pause = time.monotonic() + seconds, threading.Event()
    while not is_so():
        assert time.monotonic() < end, "it did not come to that"
        pause.wait(0.05)


@contextlib.contextmanager
def watched(desk):
    """The mailbox is watched, as the worker does it."""
    stop = threading.Event()
    threads = source.start_watching(desk, stop)
    try:
        yield threads
    finally:
        stop.set()
        began = time.monotonic()
        for thread in threads:
            thread.join(20)
        assert not any(thread.is_alive() for thread in threads) and time.monotonic() - began < 10


def test_letters_come_in_and_are_put_away(desk, dovecot, user):
    came = NOW.replace(microsecond=0) - timedelta(hours=3)
    dovecot.deliver(user, letter(1), at=came)
    dovecot.deliver(user, letter(2), at=came + timedelta(minutes=1))
    assert read(desk) == 2
    first, second = rows(desk)
    assert (first.outcome, first.uid, first.size) == ("opened", 1, len(letter(1)))
    assert (first.received_at, second.received_at) == (came, came + timedelta(minutes=1))
    assert (dovecot.letters(user), dovecot.letters(user, "Processed")) == ([], [letter(1), letter(2)])
    known = state(desk)
    assert (known.last_uid, known.newest_at, known.waiting) == (2, came + timedelta(minutes=1), 0)
    assert known.failure is None and known.reader is None and known.looked_at >= NOW
    assert read(desk) == 0


def test_the_server_still_calls_them_unread(desk, dovecot, user):
    dovecot.deliver(user, letter())
    read(desk)
    with dovecot.open(user, "Processed") as box:
        assert box.uids("UNSEEN") == ["1"]


def test_several_mailboxes_each_by_itself(desk, dovecot, user):
    (first,) = desk.config["SETTINGS"].mailboxes
    broken = replace(first, name="broken", port=free_port())
    second = replace(first, name="hr", user=f"{user}-hr", department="hr", address="hr@example.com")
    desk.config["SETTINGS"] = replace(desk.config["SETTINGS"], mailboxes=(broken, first, second))
    dovecot.deliver(user, letter(1))
    dovecot.deliver(f"{user}-hr", letter(2, To="hr@example.com"))
    assert read(desk) == 2
    assert [(row.mailbox, row.uid) for row in rows(desk)] == [("it", 1), ("hr", 1)]
    assert state(desk, "broken").failure and not state(desk, "hr").failure


def test_what_people_had_read_before_there_was_a_desk_is_not_asked_of_it(desk, dovecot, user):
    dovecot.deliver(user, letter(1), seen=True)
    dovecot.deliver(user, letter(2))
    dovecot.deliver(user, letter(3), seen=True)
    assert read(desk) == 1
    dovecot.deliver(user, letter(4), seen=True)
    assert read(desk) == 1
    assert [row.subject for row in rows(desk)] == ["Printer 2", "Printer 4"]
    assert dovecot.letters(user) == [letter(1), letter(3)]


def test_a_letter_that_was_passed_over_is_found_because_nobody_has_read_it(desk, dovecot, user):
    dovecot.deliver(user, letter(1))
    read(desk)
    dovecot.deliver(user, letter(2))
    with desk.app_context(), transaction():
        db.session.get(MailboxState, "it").last_uid = 99
    read(desk)
    assert len(rows(desk)) == 2


def test_numbers_begun_anew_bring_nothing_twice(desk, dovecot, user):
    """The folder was made anew, with letters that came in before and one that did not."""
    for number in (1, 2):
        dovecot.deliver(user, letter(number))
    read(desk)
    before = state(desk).uid_validity
    change(desk, folder="Requests")
    with dovecot.open(user) as box:
        box.folder.create("Requests")
    for number in (1, 2, 3):
        dovecot.deliver(user, letter(number), seen=number != 3, folder="Requests")
    read(desk)
    assert state(desk).uid_validity != before and state(desk).last_uid == 3
    assert outcomes(desk) == ["opened", "opened", "duplicate", "duplicate", "opened"]
    assert dovecot.letters(user, "Requests") == []


def test_a_number_that_another_letter_had_hides_nothing(desk, dovecot, user):
    """Another server under the same name, whose numbers begin like those of the first."""
    dovecot.deliver(user, letter(1))
    read(desk)
    with desk.app_context(), transaction():
        row = db.session.scalars(select(ReceivedMail)).one()
        row.uid = 2
    dovecot.deliver(user, letter(2))
    read(desk)
    assert [(row.subject, row.outcome) for row in rows(desk)] == [("Printer 1", "opened"), ("Printer 2", "opened")]


def test_one_that_is_too_large_stays_and_is_told_once(desk, dovecot, user, monkeypatch):
    fetched = []
    monkeypatch.setattr(receiving, "most_bytes", lambda: 20_000)
    monkeypatch.setattr(
        "servicedesk.mailin.source.server.Server.letter",
        lambda self, uid, fetch=source.server.Server.letter: fetched.append(uid) or fetch(self, uid),
    )
    dovecot.deliver(user, letter(1, size=30_000))
    dovecot.deliver(user, letter(2))
    for _ in range(2):
        read(desk)
    assert outcomes(desk) == ["too_large", "opened"]
    assert rows(desk)[0].size == len(letter(1, size=30_000)) and rows(desk)[0].digest == ""
    assert fetched == [2]
    assert dovecot.letters(user) == [letter(1, size=30_000)]
    # The limit is raised: now it comes in.
    monkeypatch.setattr(receiving, "most_bytes", lambda: 50_000)
    read(desk)
    assert outcomes(desk) == ["too_large", "opened", "opened"]
    assert dovecot.letters(user) == []


def test_a_bad_letter_stops_none_of_the_others_and_is_tried_again(desk, dovecot, user, monkeypatch):
    def receive(arrival, at, take=receiving.receive):
        if b"Printer 2" in arrival.raw:
            raise ValueError("nobody expected this letter")
        return take(arrival, at)

    with monkeypatch.context() as broken:
        broken.setattr(receiving, "receive", receive)
        for number in (1, 2, 3):
            dovecot.deliver(user, letter(number))
        read(desk)
        assert [row.subject for row in rows(desk)] == ["Printer 1", "Printer 3"]
        known = state(desk)
        assert (known.last_uid, known.waiting) == (1, 1)
        assert rules.told_failure(known.failure) == (reading.NOT_TAKEN_IN, "")
    # Somebody has looked at it in a mail program meanwhile.
    with dovecot.open(user) as box:
        box.client.uid("STORE", "2", "+FLAGS", r"(\Seen)")
    read(desk)
    assert [row.subject for row in rows(desk)] == ["Printer 1", "Printer 3", "Printer 2"]
    assert state(desk).failure is None and state(desk).waiting == 0


@pytest.mark.parametrize("fault", [Busy("later"), OSError("no room left")])
def test_a_fault_of_ours_stops_it_and_loses_nothing(desk, dovecot, user, monkeypatch, fault):
    tried = []

    def receive(arrival, at):
        tried.append(arrival.uid)
        raise fault

    for number in (1, 2):
        dovecot.deliver(user, letter(number))
    with monkeypatch.context() as broken:
        broken.setattr(receiving, "receive", receive)
        read(desk)
        assert (tried, rows(desk)) == ([1], [])
        assert rules.told_failure(state(desk).failure) == (holding.OUR_FAULT, "")
        # It is left alone for a moment, by all.
        read(desk)
        assert tried == [1]
    try_at_once(desk)
    read(desk)
    assert outcomes(desk) == ["opened", "opened"]
    assert state(desk).failure is None


def test_three_bad_letters_in_a_row_are_no_fault_of_theirs(desk, dovecot, user, monkeypatch):
    tried = []
    monkeypatch.setattr(receiving, "receive", lambda arrival, _at: tried.append(arrival.uid) or 1 / 0)
    for number in range(1, 6):
        dovecot.deliver(user, letter(number))
    read(desk)
    assert tried == [1, 2, 3]
    assert rules.told_failure(state(desk).failure) == (holding.OUR_FAULT, "")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"password": "wrong one"}, "The mail server does not accept user and password."),
        ({"folder": "Nowhere"}, "The folder does not exist, or may not be opened."),
    ],
)
def test_a_mailbox_that_cannot_be_read_says_why_and_since_when(desk, dovecot, user, changes, sentence):
    dovecot.deliver(user, letter())
    right = desk.config["SETTINGS"].mailboxes[0]
    change(desk, **changes)
    read(desk)
    known = state(desk)
    told, detail = rules.told_failure(known.failure)
    assert told == sentence and detail and "wrong one" not in detail
    since = known.failing_since
    try_at_once(desk)
    read(desk)
    assert state(desk).failing_since == since
    try_at_once(desk)
    change(desk, password=right.password, folder=right.folder)
    read(desk)
    assert state(desk).failure is None and state(desk).failing_since is None
    assert outcomes(desk) == ["opened"]


def test_a_test_letter_is_left_to_the_test_until_it_is_old(desk, dovecot, user, monkeypatch):
    keys = desk.config["SETTINGS"].keys
    fresh = trying._sealed(f"{int(time.time())}.{'1' * 16}", keys[0])
    old = trying._sealed(f"{int(time.time()) - 700}.{'2' * 16}", keys[0])
    for seal in (fresh, old):
        dovecot.deliver(user, bytes(trying._letter("it@example.com", "desk@localhost", seal)))
    read(desk)
    assert outcomes(desk) == ["loop"]
    assert len(dovecot.letters(user)) == 1


class CutLine:
    """Stands before the mail server, and hangs up after so many bytes of its answers."""

    def __init__(self, port):
        self.port, self.left = port, None
        self.server = socket.create_server(("127.0.0.1", 0))
        self.threads = [threading.Thread(target=self._serve, daemon=True)]
        self.threads[0].start()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                line, _ = self.server.accept()
                far = socket.create_connection(("127.0.0.1", self.port))
                for there, back in ((line, far), (far, line)):
                    thread = threading.Thread(target=self._pass, args=(there, back, there is far), daemon=True)
                    thread.start()

    def _pass(self, source, target, answers):
        with contextlib.suppress(OSError), source, target:
            while words := source.recv(2000):
                if answers and self.left is not None:
                    words, self.left = words[: self.left], self.left - len(words)
                target.sendall(words)
                if answers and self.left is not None and self.left <= 0:
                    break
            for line in (source, target):
                line.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("cut", [200, 1500, 4000, 12_000])
def test_a_line_that_breaks_anywhere_loses_and_doubles_nothing(desk, dovecot, user, cut):
    line = CutLine(dovecot.port)
    change(desk, port=line.server.getsockname()[1])
    for number in range(1, 6):
        dovecot.deliver(user, letter(number, size=3000))
    line.left = cut
    read(desk)
    assert state(desk).failure
    assert len(rows(desk)) < 5
    line.left = None
    try_at_once(desk)
    read(desk)
    assert sorted(row.subject for row in rows(desk)) == [f"Printer {number}" for number in range(1, 6)]
    assert set(outcomes(desk)) == {"opened"}
    assert dovecot.letters(user) == []
    line.server.close()


def test_readers_at_once_bring_each_letter_once(desk, dovecot, user):
    for number in range(12):
        dovecot.deliver(user, letter(number))
    start = threading.Barrier(4)

    def one(_):
        start.wait()
        return read(desk)

    with ThreadPoolExecutor(4) as pool:
        handled = list(pool.map(one, range(4)))
    assert sorted(handled) == [0, 0, 0, 12]
    assert outcomes(desk) == ["opened"] * 12


def test_even_readers_that_know_nothing_of_each_other_bring_it_once(desk, dovecot, user, monkeypatch):
    """The lease saves work; what must not happen is kept by the keys."""
    for number in range(8):
        dovecot.deliver(user, letter(number))
    monkeypatch.setattr(actions, "claim", lambda *_: actions.Progress())
    monkeypatch.setattr(actions, "keep", lambda *_: NOW + timedelta(hours=1))
    monkeypatch.setattr(actions, "finish_look", lambda *_, **__: True)
    monkeypatch.setattr(actions, "let_go", lambda *_: None)
    start = threading.Barrier(3)

    def one(_):
        start.wait()
        return read(desk)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(one, range(3)))
    assert sorted(row.subject for row in rows(desk)) == [f"Printer {number}" for number in range(8)]
    assert outcomes(desk) == ["opened"] * 8
    assert dovecot.letters(user) == []


def test_a_reader_that_was_frozen_does_nothing_more(desk, dovecot, user, monkeypatch):
    """It wakes between the letters, when its time is over and another has the mailbox."""
    for number in (1, 2):
        dovecot.deliver(user, letter(number))
    away = []

    def receive(arrival, at, take=receiving.receive):
        done = take(arrival, at)
        # Frozen here, for ten minutes; meanwhile somebody else claims it.
        later = datetime.now(UTC) + timedelta(minutes=10)
        monkeypatch.setattr(holding, "now", lambda: later)
        with transaction():
            assert actions.claim(Stamp(None, later, "mail"), "it", "another") is not None
        away.append(arrival.uid)
        return done

    monkeypatch.setattr(receiving, "receive", receive)
    read(desk)
    assert away == [1] and outcomes(desk) == ["opened"]
    known = state(desk)
    assert (known.reader, known.failure, known.looked_at) == ("another", None, None)


def test_news_are_read_at_once(desk, dovecot, user):
    with watched(desk):
        until(lambda: state(desk) is not None and state(desk).looked_at is not None)
        dovecot.deliver(user, letter(1))
        until(lambda: len(rows(desk)) == 1)
        # The job finds that the mailbox is watched.
        assert read(desk) == 0
        dovecot.deliver(user, letter(2))
        until(lambda: len(rows(desk)) == 2)
        until(lambda: dovecot.letters(user) == [])
    assert state(desk).reader is None and state(desk).leased_until is None


def test_watchers_of_two_workers_read_it_once_and_the_second_takes_over(desk, dovecot, user, monkeypatch):
    monkeypatch.setattr(watching, "ASK_AGAIN", 0.1)
    with watched(desk):
        with watched(desk):
            for number in range(4):
                dovecot.deliver(user, letter(number))
            until(lambda: len(rows(desk)) == 4)
        dovecot.deliver(user, letter(5))
        until(lambda: len(rows(desk)) == 5)
    assert outcomes(desk) == ["opened"] * 5


def test_a_watcher_comes_back_after_the_server_was_away(desk, dovecot, user, monkeypatch):
    monkeypatch.setattr(watching, "ASK_AGAIN", 0.1)
    line = CutLine(dovecot.port)
    change(desk, port=line.server.getsockname()[1])
    with watched(desk):
        until(lambda: state(desk) is not None and state(desk).looked_at is not None)
        line.left = 0
        dovecot.deliver(user, letter(1))
        until(lambda: state(desk).failure is not None)
        line.left = None
        try_at_once(desk)
        until(lambda: len(rows(desk)) == 1)
        until(lambda: state(desk).failure is None)
    line.server.close()


def test_the_worker_watches_and_stops_in_seconds(desk, dovecot, user, monkeypatch):
    monkeypatch.setattr(worker, "JOBS", ())
    stop = threading.Event()
    running = threading.Thread(target=worker.run_for_ever, args=(desk, stop))
    running.start()
    dovecot.deliver(user, letter())
    until(lambda: len(rows(desk)) == 1)
    until(lambda: state(desk).looked_at is not None)
    began = time.monotonic()
    stop.set()
    running.join(30)
    assert not running.is_alive() and time.monotonic() - began < 10
    assert state(desk).reader is None


def test_a_mailbox_of_another_name_begins_anew(desk):
    with desk.app_context():
        assert queries.mailbox_states() == {}
