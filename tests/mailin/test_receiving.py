"""A letter that is new: what becomes of its words, files, sender and place. The database is real, the letters are ours."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from servicedesk.audit.models import Entry
from servicedesk.catalog import actions as catalog
from servicedesk.files import actions as files
from servicedesk.jobs import upkeep
from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.letters import actions as letter_actions
from servicedesk.letters import rules
from servicedesk.mailin import receiving
from servicedesk.people import actions as people
from servicedesk.people import queries as people_rows
from servicedesk.sla.queries import clocks_of
from servicedesk.tickets import queries as ticket_rows
from tests.build import open_ticket
from tests.cast import at, by, department, request_type
from tests.mailin.letters import (
    arrive,
    letter,
    mails,
    row,
    set_triage,
    settings,
    thread,
    ticket_of,
    told,
)

pytestmark = pytest.mark.usefixtures("mail")


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
