"""Who is told of approvals, by bell and by mail, in both languages and without a word of what is confidential."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from servicedesk.jobs.approvals import remind_of_approvals
from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout.models import OutgoingMail
from servicedesk.mailout.render import render
from servicedesk.notifications import rules
from servicedesk.notifications.models import Notice
from servicedesk.tickets import actions
from tests import build
from tests.build import approve, open_ticket, refuse
from tests.cast import at, by
from tests.mailout.samples import Links
from tests.tickets.approving import BOSS, away, named, offer, words

# A Monday; the office works from 9 to 18.
TEN, ELEVEN, NOON = (f"2026-04-06 {hour}:00" for hour in (10, 11, 12))
FRIDAY = "2026-04-10 18:00"


def ask(person, kind="it.purchase", when=TEN, **more):
    return open_ticket(person, kind, when, **more)


def told(kind):
    """Names by the mails of one kind, in order."""
    query = select(OutgoingMail).where(OutgoingMail.template == kind).order_by(OutgoingMail.id)
    return [mail.to_address.partition("@")[0] for mail in db.session.scalars(query)]


def mails(kind):
    return list(db.session.scalars(select(OutgoingMail).where(OutgoingMail.template == kind).order_by(OutgoingMail.id)))


def lines(person):
    found = db.session.scalars(select(Notice).where(Notice.person_id == person.id).order_by(Notice.id))
    return [
        (row.kind, rules.SENTENCES[row.kind] % (row.facts | {})) for row in found if row.kind.startswith("approval")
    ]


def words_of(mail, language="en"):
    """As the reader gets it, in either language."""
    known = {name: getattr(mail, name) for name in ("template", "timezone", "facts")}
    return render(SimpleNamespace(**known, language=language), Links())


def test_the_approver_is_asked_by_bell_and_by_mail(maria, boris):
    offer(BOSS)
    ticket = ask(maria)
    assert (told("approval_asked"), lines(boris)) == (
        ["boris"],
        [("approval_asked", f"Maria needs your approval: #{ticket.id} The printer is silent")],
    )
    said = words_of(mails("approval_asked")[0])
    assert (
        "Maria asks" in said.text and "It does not even blink." in said.text and f"{ticket.id}#approvals" in said.text
    )


def test_the_department_hears_only_when_it_is_approved(maria, boris, igor):
    offer(BOSS)
    ticket = ask(maria)
    query = select(Notice.kind).where(Notice.person_id == igor.id)
    assert list(db.session.scalars(query)) == []
    approve(ticket, boris, NOON)
    assert list(db.session.scalars(query)) == ["new_request"]
    assert (told("approval_granted"), lines(maria)) == (
        ["maria"],
        [("approval_granted", f"Approved: #{ticket.id} The printer is silent")],
    )


def test_the_confirmation_says_who_must_approve_first(maria, boris, olga):
    offer(named(boris, olga))
    ask(maria)
    [mail] = mails("request_received")
    assert "First it must be approved by: Boris, Olga." in words_of(mail).text
    assert "Сначала его нужно согласовать: Boris, Olga." in words_of(mail, "ru").text
    assert "We answer by" in words_of(mail).text and "We resolve it by" not in words_of(mail).text


def test_a_request_without_approvals_says_nothing_of_them(maria):
    ask(maria, "it.incident")
    assert "approved" not in words_of(mails("request_received")[0]).text
    assert not mails("approval_granted")


def test_where_the_step_is_waived_nobody_hears_of_an_approval(boris):
    offer(BOSS)
    ask(boris)
    assert "approved" not in words_of(mails("request_received")[0]).text
    assert (told("approval_asked"), told("approval_granted")) == ([], [])


def test_the_requester_reads_who_refused_and_why(maria, boris):
    offer(BOSS)
    ticket = ask(maria)
    refuse(ticket, boris, NOON, "Half of it will do.")
    assert lines(maria) == [("approval_refused", f"Boris refused your request: #{ticket.id} The printer is silent")]
    said = words_of(mails("approval_refused")[0]).text
    assert "Boris refused" in said and "Half of it will do." in said


def test_who_stands_in_is_asked_too_and_both_names_are_told(maria, boris, stranger):
    offer(BOSS)
    away(boris, stranger, "2026-04-06 09:00", FRIDAY)
    ticket = ask(maria)
    assert told("approval_asked") == ["boris", "stranger"]
    assert lines(stranger)[0][1].startswith("You stand in for Boris, whose approval is needed")
    refuse(ticket, stranger, NOON)
    assert "Stranger, standing in for Boris, refused" in words_of(mails("approval_refused")[0]).text


def test_who_begins_to_stand_in_is_asked_then(maria, boris, stranger):
    offer(BOSS)
    ask(maria)
    away(boris, stranger, ELEVEN, FRIDAY)
    with transaction():
        actions.cover_approvals(by(None, ELEVEN, "worker"), boris.id)
    assert told("approval_asked") == ["boris", "stranger"]


def test_each_step_is_asked_in_its_turn(maria, boris, olga):
    offer(BOSS, named(olga))
    ticket = ask(maria)
    assert told("approval_asked") == ["boris"]
    approve(ticket, boris, ELEVEN)
    assert (told("approval_asked"), told("approval_granted")) == (["boris", "olga"], [])


def test_of_a_confidential_request_nothing_leaves_the_desk(maria, boris, stranger):
    offer(BOSS, key="hr.leave", fields=(), confidential=True)
    away(boris, stranger, "2026-04-06 09:00", FRIDAY)
    ticket = ask(maria, "hr.leave", subject="A secret", description="Very secret.")
    refuse(ticket, boris, NOON, "A hidden reason.")
    for mail in db.session.scalars(select(OutgoingMail)):
        for language in ("en", "ru"):
            said = words_of(mail, language)
            assert not re.search("secret|hidden|Maria|Boris", said.subject + said.text + said.html)
    for person in (boris, stranger, maria):
        assert all(re.search(r"#\d+$", sentence) for _, sentence in lines(person))
        assert lines(person)


def test_whoever_has_not_answered_is_reminded_in_working_hours_a_few_times(maria, boris):
    offer(BOSS)
    ask(maria)
    assert remind_of_approvals(at("2026-04-07 09:59")) == 0
    assert remind_of_approvals(at("2026-04-07 10:00")) == 1
    assert remind_of_approvals(at("2026-04-07 10:00")) == 0
    assert told("approval_reminder") == ["boris"]
    # At night nobody is reminded, on the next day once.
    assert remind_of_approvals(at("2026-04-08 23:00")) == 0
    assert remind_of_approvals(at("2026-04-09 09:00")) == 1
    # Over the weekend neither.
    assert remind_of_approvals(at("2026-04-11 12:00")) == 0
    for day in ("13", "14", "15", "16", "17", "20"):
        remind_of_approvals(at(f"2026-04-{day} 15:00"))
    assert told("approval_reminder") == ["boris"] * 5


def test_nobody_is_reminded_of_what_is_decided(maria, boris):
    offer(BOSS)
    ticket, other = ask(maria), ask(maria)
    approve(ticket, boris, NOON)
    build.cancel(other, maria, NOON)
    assert remind_of_approvals(at("2026-04-08 10:00")) == 0


def test_who_stands_in_is_reminded_as_well(maria, boris, stranger):
    offer(BOSS)
    away(boris, stranger, "2026-04-06 09:00", FRIDAY)
    ask(maria)
    remind_of_approvals(at("2026-04-07 11:00"))
    assert told("approval_reminder") == ["boris", "stranger"]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_looking_at_every_link_of_every_mail_changes_nothing(client, maria, boris, olga, language):
    """Mail scanners follow links, also with the reader's cookie."""
    offer(named(boris, olga))
    ticket = ask(maria)
    remind_of_approvals(at("2026-04-07 11:00"))
    other = ask(maria)
    refuse(other, boris, NOON)
    before = words(ticket), words(other)
    found = set()
    for mail in db.session.scalars(select(OutgoingMail)):
        found |= set(re.findall(r'href="[a-z]+://[^/"]+(/[^"]*)"', words_of(mail, language).html))
    assert any("#approvals" in path for path in found)
    for person in (boris, maria):
        client.sign_in(person)
        for path in found:
            client.get(path.partition("#")[0])
            client.head(path.partition("#")[0])
    assert (words(ticket), words(other)) == before
