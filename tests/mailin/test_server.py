"""What the desk asks of a mail server, on a real one: connections, faults in sentences, letters left unread, putting away."""

from __future__ import annotations

import socket
import threading
import time
from datetime import UTC, datetime

import pytest

from servicedesk.mailin.source.server import MailboxFault, connected, opened
from tests.imap import PASSWORD, free_port

LETTER = b"From: maria@example.com\r\nSubject: Printer\r\n\r\nIt is \xd0\xbd\xd0\xb5 well.\r\n"
AT = datetime(2026, 4, 6, 9, 30, tzinfo=UTC)


def fault_of(mailbox):
    with pytest.raises(MailboxFault) as fault, opened(mailbox, 5) as server:
        server.open_folder()
    assert PASSWORD not in str(fault.value) and "wrong one" not in str(fault.value)
    return fault.value.sentence


def test_a_letter_is_seen_with_its_size_and_date_and_stays_unread(dovecot, user):
    dovecot.deliver(user, LETTER, at=AT)
    with opened(dovecot.mailbox(user)) as server:
        validity, following = server.open_folder()
        assert validity > 0 and following == 2
        (waiting,) = server.sizes(server.find("UNSEEN"))
        assert (waiting.uid, waiting.size, waiting.received_at) == (1, len(LETTER), AT)
        assert server.letter(1) == LETTER
        assert server.find("UNSEEN") == [1]
        assert server.letter(2) is None and list(server.sizes([2])) == []


def test_an_empty_letter_is_one(dovecot, user):
    dovecot.deliver(user, b"\r\n")
    with opened(dovecot.mailbox(user)) as server:
        server.open_folder()
        assert server.letter(1) == b"\r\n"


def test_sizes_of_many_are_asked_some_hundred_at_once(dovecot, user):
    with dovecot.open(user) as box:
        for number in range(450):
            box.append(b"Subject: %d\r\n\r\n" % number)
    with opened(dovecot.mailbox(user)) as server:
        server.open_folder()
        assert [row.uid for row in server.sizes(server.find("ALL"))] == list(range(1, 451))


def test_a_letter_is_moved_into_a_folder_that_is_made(dovecot, user):
    for _ in range(2):
        dovecot.deliver(user, LETTER, at=AT)
    with opened(dovecot.mailbox(user)) as server:
        server.open_folder()
        assert server.put_away(1) and server.put_away(2) and server.put_away(99)
    assert (dovecot.letters(user), dovecot.letters(user, "Processed")) == ([], [LETTER] * 2)
    with dovecot.open(user, "Processed") as box:
        assert box.uids("UNSEEN") == ["1", "2"]
        assert [folder.name for folder in box.folder.list(subscribed_only=True)] == ["Processed"]


def test_a_server_that_cannot_move_copies(dovecot, user):
    for _ in range(2):
        dovecot.deliver(user, LETTER)
    with dovecot.open(user) as box:
        box.client.uid("STORE", "2", "+FLAGS", r"(\Deleted)")
    with opened(dovecot.mailbox(user)) as server:
        server.open_folder()
        server._abilities -= {"MOVE"}
        assert server.put_away(1)
    # What a person has marked is not erased with it.
    assert (dovecot.letters(user), dovecot.letters(user, "Processed")) == ([LETTER], [LETTER])


def test_where_no_folder_can_be_made_it_is_marked_as_read(dovecot, user, monkeypatch):
    dovecot.deliver(user, LETTER)
    with opened(dovecot.mailbox(user)) as server:
        server.open_folder()
        monkeypatch.setattr("servicedesk.mailin.source.server.PROCESSED", "../no such place")
        assert server.put_away(1)
        assert server.find("SEEN") == [1]


def test_a_removed_letter_is_gone_and_no_other_with_it(dovecot, user):
    for _ in range(2):
        dovecot.deliver(user, LETTER)
    with dovecot.open(user) as box:
        box.client.uid("STORE", "2", "+FLAGS", r"(\Deleted)")
    with opened(dovecot.mailbox(user)) as server:
        server.open_folder()
        assert server.remove(1)
        assert server.find("ALL") == [2]


def test_news_end_the_waiting_at_once(dovecot, user):
    with opened(dovecot.mailbox(user)) as server:
        server.open_folder()
        waits = threading.Event()
        heard = threading.Thread(target=server.wait_for_news, args=(60, threading.Event(), waits.set))
        heard.start()
        assert waits.wait(20)
        dovecot.deliver(user, LETTER)
        heard.join(20)
        assert not heard.is_alive()
        assert server.find("UNSEEN") == [1]


def test_news_that_were_told_in_passing_count(dovecot, user):
    """A letter that comes while the last one is moved is told of with that, and never again."""
    dovecot.deliver(user, LETTER)
    with opened(dovecot.mailbox(user)) as server:
        server.open_folder()
        dovecot.deliver(user, LETTER)
        assert server.put_away(1)
        server.find("ALL")
        began = time.monotonic()
        server.wait_for_news(60, threading.Event(), lambda: None)
        assert time.monotonic() - began < 10


@pytest.mark.parametrize("idle", [True, False])
def test_whoever_is_told_to_stop_waits_no_longer(dovecot, user, idle):
    stop = threading.Event()
    with opened(dovecot.mailbox(user)) as server:
        server.open_folder()
        server._abilities -= set() if idle else {"IDLE"}
        began = time.monotonic()
        server.wait_for_news(60, stop, stop.set)
        assert time.monotonic() - began < 10


def test_a_name_and_a_password_in_any_letters_and_any_folder(dovecot):
    with dovecot.open("ida") as box:
        box.folder.create("Заявки")
    with opened(dovecot.mailbox("ida", folder="Заявки")) as server:
        assert server.open_folder()[1] == 1
    assert "does not accept" in fault_of(dovecot.mailbox("ida", password="пароль"))


def test_a_wrong_password_and_a_missing_folder_have_their_sentences(dovecot, user):
    assert fault_of(dovecot.mailbox(user, password="wrong one")) == "The mail server does not accept user and password."
    assert fault_of(dovecot.mailbox(user, folder="Nowhere")) == "The folder does not exist, or may not be opened."


def test_nobody_there_and_no_such_host(dovecot):
    assert fault_of(dovecot.mailbox("nobody", port=free_port())) == "The mail server cannot be reached."
    with socket.create_server(("127.0.0.1", 0)) as other:
        threading.Thread(target=_say, args=(other, b"220 I speak SMTP\r\n"), daemon=True).start()
        strange = dovecot.mailbox("nobody", port=other.getsockname()[1])
        assert fault_of(strange) == "What answers there is no IMAP server."


def test_a_server_that_says_nothing_is_not_waited_for(dovecot):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        with pytest.raises(MailboxFault), connected(dovecot.mailbox("nobody", port=silent.getsockname()[1]), 0.5):
            pass
        assert time.monotonic() - began < 10


def _say(server, words):
    line, _ = server.accept()
    with line:
        line.sendall(words)
        line.recv(100)


@pytest.mark.parametrize("scheme", ["imaps", "imap+starttls"])
def test_tls_is_verified(dovecot, scheme, monkeypatch):
    port = dovecot.tls_port if scheme == "imaps" else dovecot.port
    mailbox = dovecot.mailbox("tina", scheme=scheme, host="localhost", port=port)
    assert fault_of(mailbox) == "The certificate of the mail server is not trusted."
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
    with opened(mailbox) as server:
        assert server.open_folder()[1] == 1
    elsewhere = dovecot.mailbox("tina", scheme=scheme, port=port)
    assert fault_of(elsewhere) == "The certificate of the mail server is not trusted."


def test_a_server_without_tls_gets_no_password(dovecot):
    said = []
    with socket.create_server(("127.0.0.1", 0)) as plain:
        threading.Thread(target=_without_tls, args=(plain, said), daemon=True).start()
        mailbox = dovecot.mailbox("tina", scheme="imap+starttls", port=plain.getsockname()[1])
        assert fault_of(mailbox) == "The mail server offers no STARTTLS."
    assert not any(b"LOGIN" in words for words in said)
    assert (
        fault_of(dovecot.mailbox("tina", scheme="imaps")) == "No encrypted connection to the mail server comes about."
    )


def _without_tls(server, said):
    line, _ = server.accept()
    with line, line.makefile("rb") as words:
        line.sendall(b"* OK hello\r\n")
        for command in words:
            said.append(command)
            line.sendall(b"* CAPABILITY IMAP4rev1\r\n" + command.split()[0] + b" OK done\r\n")
