"""What becomes of letters, from their bytes to rows of requests, messages and mails."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from servicedesk.audit.models import Entry
from servicedesk.catalog import actions as catalog
from servicedesk.files import actions as files
from servicedesk.jobs import upkeep
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, Invalid, NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.letters import actions as letter_actions
from servicedesk.letters import queries, rules
from servicedesk.letters.models import ReceivedMail
from servicedesk.mailin import receiving
from servicedesk.mailout.actions.bouncing import count_bounce
from servicedesk.mailout.models import BouncedAddress, OutgoingMail
from servicedesk.mailout.references import message_id
from servicedesk.notifications.models import Notice
from servicedesk.people import actions as people
from servicedesk.people import queries as people_rows
from servicedesk.sla.queries import clocks_of
from servicedesk.tickets import queries as ticket_rows
from servicedesk.tickets.models import Ticket
from tests.build import close, hold, open_ticket, reply, resolve
from tests.cast import at, by, department, request_type
from tests.mailin.letters import arrive, letter, messages, row, settings, thread, ticket_of, token

pytestmark = pytest.mark.usefixtures("mail")
PASS = "dmarc=pass header.from=example.com"
LATER = "2026-04-07 12:00"


def mails(template=None):
    found = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()
    return [mail for mail in found if template in (None, mail.template)]


def told(person, kind):
    return db.session.scalar(select(func.count()).where(Notice.person_id == person.id, Notice.kind == kind))


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def set_triage(key):
    with transaction():
        company = people_rows.company()
        company.triage_department_id = department(key).id if key else None


# A new request


def test_a_letter_becomes_a_request_whose_promises_run_from_when_it_came(maria):
    received = arrive(letter())
    ticket = ticket_of(received)
    assert (received.outcome, received.why) == ("opened", "new")
    assert (ticket.subject, ticket.description) == ("The printer is silent", "It does not even blink.")
    assert (ticket.requester_id, ticket.department_id, ticket.request_type_id) == (maria.id, department("it").id, None)
    assert ticket.created_at == at("2026-04-06 10:00")
    clocks = {clock.metric: clock for clock in clocks_of([ticket.id])[ticket.id]}
    assert clocks["first_reply"].started_at == at("2026-04-06 10:00")
    assert clocks["first_reply"].due_at == at("2026-04-06 14:00")
    (entry,) = db.session.scalars(select(Entry).where(Entry.what == "TicketOpened"))
    assert (entry.at, entry.door, entry.actor_id) == (at("2026-04-06 10:05"), "mail", maria.id)


def test_its_row_says_what_it_was(maria):
    kept = row(arrive(letter(), uid_validity=5, uid=17))
    assert (kept.mailbox, kept.uid_validity, kept.uid, kept.outcome) == ("it", 5, 17, "opened")
    assert (kept.from_address, kept.recipient, kept.subject) == (
        "maria@example.com",
        "it@example.com",
        "The printer is silent",
    )
    assert (kept.received_at, kept.fetched_at) == (at("2026-04-06 10:00"), at("2026-04-06 10:05"))
    assert (kept.verified, kept.person_id, kept.answered) == ("none", maria.id, True)


def test_the_raw_letter_stays_on_the_shelf_as_long_as_its_row_names_it(mail):
    raw = letter(files=[("run.exe", b"MZ\0\0")])
    kept = row(arrive(raw))
    shelf = receiving._shelf()
    assert shelf.path_of(kept.digest).read_bytes() == raw
    later = at("2026-04-09 10:00")
    upkeep.clear_files(later)
    assert shelf.path_of(kept.digest).exists()
    files.clear(shelf, later)
    assert not shelf.path_of(kept.digest).exists()


def test_letters_from_which_nothing_came_are_forgotten_after_a_season(mail):
    refused = row(arrive(letter("nobody@outside.example")))
    opened = row(arrive(letter()))
    paths = [receiving._shelf().path_of(kept.digest) for kept in (refused, opened)]
    for moment in (at("2026-07-05 10:00"), at("2026-07-06 10:00")):
        with transaction():
            letter_actions.forget_old(moment)
        upkeep.clear_files(moment)
        still = [path.exists() for path in paths]
        assert still == [moment < refused.fetched_at + rules.KEPT_FOR, True]
    assert (refused.outcome, refused.digest, bool(opened.digest)) == ("refused", "", True)


def test_promises_run_from_now_where_the_server_s_clock_is_ahead():
    assert ticket_of(arrive(letter(), came="2026-04-06 11:00")).created_at == at("2026-04-06 10:05")


def test_without_a_server_s_word_the_newest_received_header_says_when_it_came():
    raw = letter()
    received = receiving.receive(receiving.Arrival(raw, recipient="it@example.com"), at("2026-04-06 10:05"))
    assert row(received).received_at == at("2026-04-06 10:00")
    old = receiving.receive(receiving.Arrival(letter(), recipient="it@example.com"), at("2026-05-06 10:05"))
    assert row(old).received_at == at("2026-05-06 10:05")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Re: Fwd: Отв: RE[2]: AW: printer", "printer"),
        ("  Re:Re:  FW : printer  ", "printer"),
        ("[#17] Re: [#18] printer", "printer"),
        ("Reset: the printer", "Reset: the printer"),
        ("Re:", "(no subject)"),
        ("", "(no subject)"),
        ("\u200b \u2060", "(no subject)"),
        ("p" * 400, "p" * 299 + "…"),
    ],
)
def test_the_subject_is_what_the_sender_wrote(written, kept):
    assert ticket_of(arrive(letter(subject=written))).subject == kept


def test_a_letter_without_words_says_so_in_the_company_s_language():
    with transaction():
        people_rows.company().language = "ru"
    assert ticket_of(arrive(letter(text=" \n ", subject=""))).description == "(В письме нет текста.)"
    assert ticket_of(arrive(letter(text=" \n ", subject=""))).subject == "(без темы)"


def test_a_long_text_is_cut_and_says_so():
    said = ticket_of(arrive(letter(text="word " * 20_000))).description
    assert len(said) <= 50_000
    assert said.endswith("The whole letter is kept beside it.")


def test_what_a_new_letter_quotes_is_part_of_it():
    text = "See below.\n\nOn Mon, 6 Apr 2026 at 09:00, Boris <boris@example.com> wrote:\n> It is on fire.\n"
    assert "on fire" in ticket_of(arrive(letter(text=text))).description


def test_files_become_files_of_the_request_and_what_is_not_taken_is_named():
    taken, empty = ("photo.txt", b"A photograph in words."), ("nothing.txt", b"")
    ticket = ticket_of(arrive(letter(files=[taken, ("run.exe", b"MZ" + b"\0" * 99), empty])))
    (attached,) = ticket_rows.attachments(ticket.id, with_notes=False)
    assert (attached.file.name, attached.message_id) == ("photo.txt", None)
    assert "Not taken: run.exe. Files that run a program" in ticket.description
    assert "Not taken: nothing.txt. This file is empty." in ticket.description


def test_a_file_that_is_too_large_does_not_stop_the_letter(mail):
    with settings(file_max_bytes=2000):
        ticket = ticket_of(arrive(letter(files=[("a.txt", b"a" * 1500), ("b.txt", b"b" * 10)])))
        assert {one.file.name for one in ticket_rows.attachments(ticket.id, with_notes=False)} == {"a.txt", "b.txt"}


def test_a_letter_asks_for_what_letters_to_the_department_ask_for(adam):
    with transaction():
        catalog.change_request_type(by(adam, "2026-04-06 09:00"), request_type("it.access"), {"mail": True})
    ticket = ticket_of(arrive(letter()))
    assert (ticket.request_type_id, ticket.answers) == (request_type("it.access").id, [])


def test_where_that_is_confidential_the_request_is_and_nobody_follows(adam, boris):
    with transaction():
        catalog.change_request_type(by(adam, "2026-04-06 09:00"), request_type("hr.trouble"), {"mail": True})
        department("hr").email = "hr@example.com"
    received = arrive(letter(to="hr@example.com", Cc="boris@example.com"), mailbox=None)
    ticket = ticket_of(received)
    assert (ticket.confidential, ticket.department_id) == (True, department("hr").id)
    assert ticket_rows.watchers(ticket.id) == []


def test_what_needs_approval_goes_its_way(adam, boris):
    with transaction():
        catalog.change_request_type(
            by(adam, "2026-04-06 09:00"), request_type("it.access"), {"mail": True, "approvals": [{"who": "lead"}]}
        )
    assert ticket_of(arrive(letter())).status == "awaiting_approval"
    assert told(boris, "approval_asked") == 1


@pytest.mark.parametrize(
    ("to", "more", "key"),
    [
        ("hr@example.com", {}, "hr"),
        ("HR+anything@example.com", {}, "hr"),
        ("somebody@example.com", {"recipient": "hr@example.com"}, "hr"),
        ("somebody@example.com", {"Delivered_To": "hr@example.com"}, "hr"),
        ("boris@example.com", {"Cc": "hr@example.com"}, "hr"),
        ("desk@example.com", {}, "legal"),
    ],
)
def test_the_address_says_which_department_gets_it(to, more, key):
    with transaction():
        department("hr").email = "hr@example.com"
    set_triage("legal")
    recipient = more.pop("recipient", None)
    received = arrive(letter(to=to, **more), mailbox=None, recipient=recipient)
    assert ticket_of(received).department_id == department(key).id


def test_without_anybody_to_take_it_a_letter_waits():
    received = arrive(letter(to="desk@example.com"), mailbox=None)
    assert (received.outcome, received.why, received.ticket_id) == ("quarantined", "no_department", None)


# Who writes


def test_somebody_of_our_domain_need_not_be_known():
    received = arrive(letter('"Пётр Новый" <petr@example.com>', text="Здравствуйте, у меня не открывается программа."))
    person = people_rows.person_by_email("petr@example.com")
    assert (received.outcome, person.name, person.language, person.department_id) == (
        "opened",
        "Пётр Новый",
        "ru",
        None,
    )
    assert [mail.language for mail in mails("request_received")] == ["ru"]


def test_only_so_many_become_known_by_letters_within_an_hour_unless_our_server_vouches_for_them(monkeypatch):
    monkeypatch.setattr(rules, "NEWCOMERS_AN_HOUR", 2)
    told = [arrive(letter(f"new{number}@example.com")) for number in range(3)]
    assert [(one.outcome, one.why) for one in told] == [
        ("opened", "new"),
        ("opened", "new"),
        ("quarantined", "too_many_new"),
    ]
    assert people_rows.person_by_email("new2@example.com") is None
    assert arrive(letter("new3@example.com", authentication="dmarc=pass header.from=example.com")).outcome == "opened"
    assert arrive(letter("new4@example.com"), now="2026-04-06 11:06").outcome == "opened"
    assert arrive(letter()).outcome == "opened"


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ("p.new@example.com", "p.new"),
        ('"boss@example.com" <p.new@example.com>', "p.new"),
        ("\"'P. New'\" <p.new@example.com>", "P. New"),
    ],
)
def test_a_name_is_a_name(sender, name):
    arrive(letter(sender))
    assert people_rows.person_by_email("p.new@example.com").name == name


def test_a_stranger_is_answered_once_ever_without_a_word_of_theirs():
    first = arrive(letter("Eve <eve@elsewhere.example>", subject="Buy my pills", text="Pills!"))
    second = arrive(letter("Eve <eve@elsewhere.example>", subject="Again"), now="2026-05-06 10:00")
    assert [(one.outcome, one.why, one.ticket_id) for one in (first, second)] == [
        ("refused", "unknown_sender", None)
    ] * 2
    (answer,) = mails()
    assert (answer.template, answer.to_address) == ("sender_unknown", "eve@elsewhere.example")
    assert "ills" not in str(answer.facts)
    assert [row(one).answered for one in (first, second)] == [True, False]
    assert people_rows.person_by_email("eve@elsewhere.example") is None


def test_who_is_switched_off_writes_to_nobody(adam, maria):
    with transaction():
        people.change_person(by(adam, "2026-04-06 09:00"), maria, {"active": False})
    assert arrive(letter()).why == "switched_off"


def test_machines_that_are_named_open_requests_and_are_not_answered():
    alarm = {"sender": "Alarm <alarm@machines.example>", "Auto_Submitted": "auto-generated"}
    received = arrive(letter(**alarm, subject="Disk full"))
    assert (received.outcome, received.why) == ("opened", "machine")
    assert mails() == []
    assert arrive(letter(**(alarm | {"sender": "Other <other@machines.example>"}))).outcome == "logged"


def test_known_colleagues_who_got_a_copy_follow_and_nobody_else(boris):
    copied = "boris@example.com, eve@elsewhere.example, nobody@example.com, desk@example.com"
    ticket = ticket_of(arrive(letter(Cc=copied)))
    assert [person.name for person in ticket_rows.watchers(ticket.id)] == ["Boris"]
    assert people_rows.person_by_email("nobody@example.com") is None


# Answers to requests


def test_an_answer_becomes_a_message_at_the_moment_when_it_came(maria, igor):
    ticket = open_ticket(maria)
    reply(ticket, igor, "2026-04-06 11:00")
    text = "It is the left one.\n\nOn Mon, 6 Apr 2026 at 11:00, Desk <desk@example.com> wrote:\n> Which one?\n"
    received = arrive(letter(to=token(ticket), text=text), "2026-04-07 11:50", LATER)
    message = messages(ticket)[-1]
    assert (received.outcome, received.why, received.ticket_id) == ("replied", "address", ticket.id)
    assert (message.text, message.side, message.created_at) == (
        "It is the left one.",
        "requester",
        at("2026-04-07 11:50"),
    )
    (clock,) = [one for one in clocks_of([ticket.id])[ticket.id] if one.metric == "reply"]
    assert clock.started_at == at("2026-04-07 11:50")
    assert row(received).message_id == message.id


def test_files_of_an_answer_are_the_message_s(maria):
    ticket = open_ticket(maria)
    arrive(letter(to=token(ticket), files=[("log.txt", b"Line after line.")]), LATER, LATER)
    (attached,) = ticket_rows.attachments(ticket.id, with_notes=False)
    assert attached.message_id == messages(ticket)[-1].id


def test_an_answer_by_reference_and_one_by_number(maria):
    ticket = open_ticket(maria)
    by_reference = arrive(letter(In_Reply_To=thread(ticket), References=thread(ticket)), LATER, LATER)
    by_number = arrive(letter(subject=f"Re: Request #{ticket.id} received", authentication="dmarc=pass"), LATER, LATER)
    assert [one.why for one in (by_reference, by_number)] == ["reference", "tag"]
    assert len(messages(ticket)) == 2


def test_an_answer_is_never_before_what_happened_since(maria, igor):
    ticket = open_ticket(maria)
    reply(ticket, igor, "2026-04-07 11:55")
    arrive(letter(to=token(ticket)), "2026-04-07 11:00", LATER)
    assert messages(ticket)[-1].created_at == at("2026-04-07 11:55")


def test_an_answer_ends_a_hold_and_reopens_what_is_resolved(maria, igor):
    ticket, done = open_ticket(maria), open_ticket(maria)
    hold(ticket, igor, "2026-04-06 11:00")
    resolve(done, igor, "2026-04-06 11:00")
    arrive(letter(to=token(ticket)), LATER, LATER)
    arrive(letter(to=token(done), text="It is silent again."), LATER, LATER)
    assert (ticket.status, done.status, done.reopen_count) == ("new", "open", 1)


def test_what_was_closed_lately_is_reopened_and_what_was_closed_long_ago_is_not(maria, igor):
    lately, long_ago = open_ticket(maria), open_ticket(maria)
    for ticket in (lately, long_ago):
        resolve(ticket, igor, "2026-04-06 11:00")
        close(ticket, maria, "2026-04-06 12:00")
    assert (
        arrive(letter(to=token(lately), text="Broken again!"), "2026-05-06 12:00", "2026-05-06 12:00").outcome
        == "replied"
    )
    assert lately.status == "open"
    received = arrive(letter(to=token(long_ago), text="Broken again!"), "2026-05-06 12:01", "2026-05-06 12:01")
    assert (received.outcome, received.why, row(received).related_ticket_id) == ("opened", "ended", long_ago.id)
    assert ticket_of(received).department_id == long_ago.department_id


def test_thanks_reopen_nothing(maria, igor):
    ticket = open_ticket(maria)
    resolve(ticket, igor, "2026-04-06 11:00")
    received = arrive(letter(to=token(ticket), text="Thank you very much!"), LATER, LATER)
    assert (received.outcome, ticket.status, messages(ticket)[-1].thanks) == ("thanked", "resolved", True)
    with_file = letter(to=token(ticket), text="Thank you very much!", files=[("log.txt", b"It failed again.")])
    assert arrive(with_file, LATER, LATER).outcome == "replied"


def test_an_agent_answers_by_mail_and_the_clock_stops_when_the_letter_came(maria, igor):
    ticket = open_ticket(maria)
    raw = letter("Igor <igor@example.com>", to=token(ticket), text="On my way.", authentication=PASS)
    received = arrive(raw, "2026-04-06 13:59", "2026-04-06 14:30")
    clocks = {clock.metric: clock for clock in clocks_of([ticket.id])[ticket.id]}
    assert (received.outcome, messages(ticket)[-1].side, messages(ticket)[-1].author_id) == (
        "replied",
        "supplier",
        igor.id,
    )
    assert (clocks["first_reply"].state, clocks["first_reply"].stopped_at) == ("met", at("2026-04-06 13:59"))
    assert row(received).verified == "pass"


def test_a_promise_that_was_seen_broken_stays_broken(maria, igor):
    from servicedesk.jobs import promises

    ticket = open_ticket(maria)
    promises.look_at_clocks(at("2026-04-06 14:01"))
    raw = letter("Igor <igor@example.com>", to=token(ticket), text="On my way.", authentication=PASS)
    arrive(raw, "2026-04-06 13:59", "2026-04-06 14:30")
    clocks = {clock.metric: clock for clock in clocks_of([ticket.id])[ticket.id]}
    assert clocks["first_reply"].breached_at == at("2026-04-06 14:00")
    assert clocks["first_reply"].stopped_at == at("2026-04-06 14:01")


# Reports and automatic answers


def test_an_automatic_answer_is_a_line_of_the_history_and_nothing_else(maria, igor):
    ticket = open_ticket(maria)
    resolve(ticket, igor, "2026-04-06 11:00")
    before = count(OutgoingMail)
    received = arrive(letter(to=token(ticket), subject="I am away", Auto_Submitted="auto-replied"), LATER, LATER)
    assert (received.outcome, received.ticket_id, ticket.status) == ("noted", ticket.id, "resolved")
    assert len(messages(ticket)) == 1
    assert count(OutgoingMail) == before
    (entry,) = db.session.scalars(select(Entry).where(Entry.what == "AnswerNoted"))
    assert (entry.subject_id, entry.data["letter_id"], entry.data["person_id"]) == (ticket.id, received.id, maria.id)


REPORT = """\
From: Mail Delivery Subsystem <mailer-daemon@elsewhere.example>
To: {to}
Subject: Undelivered
Message-ID: <report@elsewhere.example>
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

It did not arrive.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; elsewhere.example

Final-Recipient: rfc822; maria@example.com
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 no such user

--b--
"""


def test_a_report_marks_the_mail_it_is_about(mail, maria):
    from servicedesk.mailout import addresses

    ticket = open_ticket(maria)
    (sent,) = mails("request_received")
    to = addresses.bounce_address("desk@example.com", sent.id, mail.secret_key)
    received = arrive(REPORT.format(to=to).encode(), LATER, LATER)
    assert (received.outcome, received.why, received.ticket_id) == ("bounced", "report", None)
    assert (sent.state, ticket.status, messages(ticket)) == ("bounced", "new", [])
    assert [one.address for one in db.session.scalars(select(BouncedAddress))] == ["maria@example.com"]


@pytest.mark.parametrize("envelope", ["<>", "<maria@example.com>"])
def test_who_is_away_is_still_reached(mail, maria, envelope):
    """Programs that answer for somebody write to the sender of the envelope (RFC 3834)."""
    from servicedesk.mailout import addresses

    open_ticket(maria)
    (sent,) = mails("request_received")
    to = addresses.bounce_address("desk@example.com", sent.id, mail.secret_key)
    away = letter(
        to=to, subject="Out of office", text="Back on Monday.", Auto_Submitted="auto-replied", Return_Path=envelope
    )
    assert arrive(away, LATER, LATER).outcome == "logged"
    named = letter(to=to, Auto_Submitted="auto-replied", In_Reply_To=message_id(sent.id, "desk.test", mail.keys))
    assert arrive(named, LATER, LATER).outcome == "noted"
    assert (sent.state, count(BouncedAddress)) == ("queued", 0)


def test_a_report_that_anybody_could_have_written_marks_nothing(maria):
    open_ticket(maria)
    received = arrive(REPORT.format(to="it@example.com").encode(), LATER, LATER)
    assert (received.outcome, received.why) == ("bounced", "other_mail")
    assert count(BouncedAddress) == 0


def test_who_cannot_be_reached_gets_no_automatic_answer(maria):
    with transaction():
        count_bounce(by(None, "2026-04-06 09:00"), "maria@example.com", 1, "550")
    assert arrive(letter()).outcome == "opened"
    assert mails("request_received") == []


# Twice


def test_the_same_letter_is_handled_once():
    raw = letter()
    first, second = arrive(raw, uid_validity=1, uid=1), arrive(raw, uid_validity=1, uid=2)
    again = arrive(raw, uid_validity=1, uid=1)
    assert (second.outcome, second.ticket_id) == ("duplicate", None)
    assert again == first
    assert (count(Ticket), count(ReceivedMail)) == (1, 2)


def test_copies_through_two_addresses_are_one_letter():
    raw = letter()
    copy = (
        b"Received: from alias by mx.example.com; Mon, 6 Apr 2026 10:01:00 +0300\nDelivered-To: alias@example.com\n"
        + raw
    )
    arrive(raw)
    assert arrive(copy).outcome == "duplicate"


def test_another_letter_under_the_same_name_is_delivered_and_marked():
    named = {"Message-ID": "<same@elsewhere.example>"}
    arrive(letter(**named))
    received = arrive(letter(text="Something else.", **named))
    assert (received.outcome, row(received).same_id_differs) == ("opened", True)


def test_letters_without_a_name_are_told_apart():
    raw = letter().replace(b"Message-ID:", b"X-Other:")
    assert arrive(raw).outcome == "opened"
    assert arrive(raw).outcome == "duplicate"
    assert arrive(raw.replace(b"blink", b"hum")).outcome == "opened"


def test_what_cannot_be_taken_apart_has_its_row_and_is_kept_once():
    raw = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(3000))
    first, second = arrive(raw), arrive(raw)
    assert (first.outcome, second.outcome) == ("unparsable", "duplicate")
    assert row(first).why
    assert receiving._shelf().path_of(row(first).digest).read_bytes() == raw


def test_what_is_too_large_has_its_row_and_administrators_hear_of_it(mail, adam):
    came, now = at("2026-04-06 10:00"), at("2026-04-06 10:05")
    first = receiving.leave_on_server(mail.mailboxes[0], 1, 9, 80_000_000, came, now)
    assert receiving.leave_on_server(mail.mailboxes[0], 1, 9, 80_000_000, came, now) == first
    assert (first.outcome, row(first).size, row(first).digest) == ("too_large", 80_000_000, "")
    assert told(adam, "letter_too_large") == 1


# How much


def test_automatic_answers_keep_to_their_rate():
    opened = [
        arrive(letter(), moment, moment)
        for moment in ("2026-04-06 10:00", "2026-04-06 10:30", "2026-04-06 11:01", "2026-04-06 12:02", "2026-04-06 14:00",
                       "2026-04-07 10:01")
    ]  # fmt: skip
    assert [row(one).answered for one in opened] == [True, False, True, True, False, True]
    assert len(mails("request_received")) == 4


def test_the_twenty_first_request_of_an_hour_waits(maria):
    start = at("2026-04-06 10:00")
    outcomes = [arrive(letter(), start + timedelta(minutes=number), LATER).outcome for number in range(22)]
    assert outcomes == ["opened"] * 20 + ["quarantined"] * 2
    assert arrive(letter(), start + timedelta(minutes=70), LATER).outcome == "opened"


def test_letters_that_keep_coming_are_kept_and_told_of_once(maria, igor):
    ticket = open_ticket(maria)
    start = at("2026-04-07 10:00")
    came = [start + timedelta(seconds=30 * number) for number in range(13)]
    received = [arrive(letter(to=token(ticket), text=f"Number {n}."), moment, moment) for n, moment in enumerate(came)]
    assert {one.outcome for one in received} == {"replied"}
    assert len(messages(ticket)) == 13
    assert (told(igor, "requester_wrote"), told(igor, "exchange_stopped")) == (10, 1)
    assert [one.why for one in received] == ["address"] * 10 + ["exchange"] * 3


def test_an_acknowledgement_answers_the_letter_and_repeats_only_who_is_vouched_for():
    arrive(letter(subject="Cheap pills", **{"Message-ID": "<pills@elsewhere.example>"}))
    arrive(letter(subject="A printer", authentication=PASS, **{"Message-ID": "<p@elsewhere.example>"}), LATER, LATER)
    doubted, believed = mails("request_received")
    assert (doubted.facts["subject"], believed.facts["subject"]) == ("", "A printer")
    assert doubted.facts["answers_message_id"] == "pills@elsewhere.example"


# Delivered after all


def test_who_decides_has_a_letter_delivered(adam):
    waiting = arrive(letter("Eve <eve@elsewhere.example>"))
    received = receiving.release(adam, waiting.id, at(LATER))
    kept = row(received)
    assert (received.id, kept.outcome, kept.released_by_id) == (waiting.id, "opened", adam.id)
    assert ticket_of(received).created_at == at("2026-04-06 10:00")
    assert people_rows.person_by_email("eve@elsewhere.example") is not None
    with pytest.raises((NotFound, Conflict)):
        receiving.release(adam, waiting.id, at(LATER))
    assert count(Ticket) == 1


def test_nobody_else_does(maria, igor):
    waiting = arrive(letter("Eve <eve@elsewhere.example>"))
    for person in (maria, igor):
        with pytest.raises(NotFound):
            receiving.release(person, waiting.id, at(LATER))


def test_a_letter_by_nobody_cannot_be_delivered(adam):
    waiting = arrive(letter("Maria <maria@example.com>, Boris <boris@example.com>"))
    assert waiting.why == "several_senders"
    with pytest.raises(Invalid):
        receiving.release(adam, waiting.id, at(LATER))
    assert queries.count_waiting(ReceivedMail.id == waiting.id) == 1


def test_an_answer_that_waited_goes_into_its_request(adam, maria):
    ticket = open_ticket(maria)
    waiting = arrive(letter(to=token(ticket), authentication="dmarc=fail"), LATER, LATER)
    assert waiting.why == "spoofed"
    assert receiving.release(adam, waiting.id, at(LATER)).outcome == "replied"
    assert messages(ticket)[-1].author_id == maria.id


def test_a_look_ahead_changes_nothing(mail):
    before = sorted(Path(mail.files_dir).rglob("*"))
    arrival = receiving.Arrival(letter(), mail.mailboxes[0], received_at=at("2026-04-06 10:00"))
    assert receiving.preview(arrival, at("2026-04-06 10:05")) == ("opened", "new", None)
    assert receiving.preview(receiving.Arrival(b"\0" * 10), at(LATER))[0] in ("quarantined", "unparsable")
    assert (count(Ticket), count(ReceivedMail)) == (0, 0)
    assert sorted(Path(mail.files_dir).rglob("*")) == before


# Odd letters


def test_signs_that_no_database_keeps_stop_nothing():
    raw = letter("Maria <maria@example.com>", subject="A", text="B", files=[("c.txt", b"C")])
    raw = raw.replace(b"Subject: A", b"Subject: =?utf-8?b?QQBC?= =?utf-8?b?7aCA?=").replace(
        b"\n\nB\n", b"\n\nB\0B\xed\xa0\x80\n"
    )
    received = arrive(raw.replace(b'filename="c.txt"', b"filename*=utf-8''c%00%ED%A0%80.txt"))
    assert received.outcome == "opened"
    assert "\0" not in ticket_of(received).description


def test_who_has_no_head_needs_no_approval_of_one(adam):
    """A newcomer's first letter, to a department whose letters need an approval."""
    with transaction():
        catalog.change_request_type(
            by(adam, "2026-04-06 09:00"), request_type("it.access"), {"mail": True, "approvals": [{"who": "lead"}]}
        )
    assert arrive(letter("New <new@example.com>")).outcome == "opened"


def test_a_letter_that_names_many_requests_is_answered_in_time(maria, count_queries):
    ticket = open_ticket(maria)
    numbers = " ".join(f"#{number}" for number in range(10_000, 10_200))
    count_queries()
    received = arrive(
        letter(
            subject=f"{numbers} #{ticket.id}", References=" ".join([thread(ticket).replace("ticket", "tickets")] * 100)
        )
    )
    assert received.outcome == "opened"
    assert count_queries() < 70
