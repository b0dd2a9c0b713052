"""An administrator opens a confidential request for a reason: it is read for a while, and those who lead are told."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from servicedesk.audit.models import Entry
from servicedesk.jobs.upkeep import close_seals
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout.models import OutgoingMail
from servicedesk.notifications.models import Notice
from servicedesk.people import actions as people
from servicedesk.tickets import access, actions, queries, rules
from servicedesk.tickets.models import BrokenSeal
from tests.build import hand_over, note, open_ticket
from tests.cast import at, by, department

WHY = "Somebody says that this was told around."
WHEN = "2026-04-06 12:00"


@pytest.fixture
def secret(cast):
    ticket = open_ticket(cast.maria, "hr.trouble", subject="Quarrel", description="With the boss.")
    note(ticket, cast.anna, "2026-04-06 11:00")
    return ticket


@pytest.fixture
def grace(cast):
    """Leads HR from now on."""
    with transaction():
        person = people.add_person(by(None, "2026-04-06 09:00"), email="grace@example.com", name="Grace")
        people.grant(by(None, "2026-04-06 09:00"), person, "lead", department("hr"))
    return person


def open_it(person, ticket, when=WHEN, reason=WHY):
    with transaction():
        row = access.sealed_ticket_for(person, ticket.id)
        return actions.break_seal(by(person, when), row, person, reason)


def sees(person, ticket):
    try:
        access.ticket_for(person, ticket.id)
    except NotFound:
        return False
    return True


def told(ticket):
    bell = set(db.session.scalars(select(Notice.person_id).where(Notice.kind == "seal_broken")))
    mails = db.session.scalars(select(OutgoingMail).where(OutgoingMail.template == "seal_broken")).all()
    return bell, {mail.to_address: mail.facts for mail in mails}


def test_until_then_an_administrator_does_not_know_of_it(adam, secret):
    assert not sees(adam, secret)


def test_the_administrator_reads_it_and_its_notes(adam, secret):
    open_it(adam, secret)
    assert sees(adam, secret)
    assert access.reads_notes(adam, secret)
    assert secret.id in access.visible_ids(adam, [secret.id])


def test_nothing_about_it_may_be_changed(adam, secret):
    open_it(adam, secret)
    assert [what for what in rules.POSSIBLE if what != "approve" and rules.may(adam, secret, what)] == []
    for what in rules.POSSIBLE:
        if what != "approve":
            with pytest.raises(NotAllowed), transaction():
                access.ticket_for(adam, secret.id, to=what)


def test_other_administrators_see_it_no_more_than_before(cast, secret):
    with transaction():
        people.grant(by(None, "2026-04-06 09:00"), cast.rita, "admin", None)
    open_it(cast.adam, secret)
    assert not sees(cast.rita, secret)


def test_it_is_read_for_four_hours(adam, secret):
    open_it(adam, secret)
    assert close_seals(at("2026-04-06 15:59")) == 0
    assert sees(adam, secret)
    assert close_seals(at("2026-04-06 16:00")) == 1
    assert not sees(adam, secret) and not access.reads_notes(adam, secret)
    assert close_seals(at("2026-04-06 16:01")) == 0


def test_it_can_be_closed_before(adam, secret):
    seal = open_it(adam, secret)
    with transaction():
        actions.close_seal(by(adam, "2026-04-06 12:30"), access.seal_for(adam, seal.id))
    assert not sees(adam, secret)
    with pytest.raises(Conflict), transaction():
        actions.close_seal(by(adam, "2026-04-06 12:31"), access.seal_for(adam, seal.id))


def test_opening_it_twice_is_opening_it_once(adam, secret, grace):
    assert open_it(adam, secret).id == open_it(adam, secret, "2026-04-06 13:00", "Another reason for it.").id
    assert len(db.session.scalars(select(BrokenSeal)).all()) == 1
    assert len(told(secret)[1]) == 1


def test_one_whose_time_has_passed_is_opened_anew(adam, secret):
    first = open_it(adam, secret)
    second = open_it(adam, secret, "2026-04-06 18:00")
    assert second.id != first.id and first.ended_at is not None
    assert queries.open_seal(adam.id, secret.id).id == second.id


@pytest.mark.parametrize("reason", ["", "   ", "Because", "a b c d e", "x" * 2001])
def test_a_reason_is_needed(adam, secret, reason):
    with pytest.raises(Invalid) as refusal:
        open_it(adam, secret, reason=reason)
    assert set(refusal.value.fields) == {"reason"}
    assert not sees(adam, secret)


def test_every_number_that_cannot_be_opened_is_answered_alike(cast, secret):
    own = open_ticket(cast.adam, "hr.trouble")
    sentences = set()
    for number in (0, -1, 2**31, secret.id + 500, open_ticket(cast.maria).id, own.id):
        with pytest.raises(NotFound) as refusal:
            access.sealed_ticket_for(cast.adam, number)
        sentences.add(refusal.value.sentence)
    for name in ("maria", "boris", "igor", "olga", "anna", "stranger", "rita"):
        with pytest.raises(NotFound) as refusal:
            access.sealed_ticket_for(getattr(cast, name), secret.id)
        sentences.add(refusal.value.sentence)
    assert len(sentences) == 1


def test_only_administrators_close_what_is_open(cast, secret):
    seal = open_it(cast.adam, secret)
    for name in ("maria", "anna", "olga", "stranger"):
        with pytest.raises(NotFound):
            access.seal_for(getattr(cast, name), seal.id)


def test_who_is_no_administrator_any_more_reads_no_more(adam, secret):
    open_it(adam, secret)
    with transaction():
        people.set_roles(by(None, "2026-04-06 13:00"), adam, set())
    assert not sees(adam, secret)


def test_those_who_lead_the_department_are_told_who_when_which_and_why(adam, secret, grace):
    open_it(adam, secret)
    bell, mails = told(secret)
    assert bell == {grace.id}
    assert set(mails) == {grace.email}
    facts = mails[grace.email]
    assert (facts["administrator"], facts["ticket_id"], facts["reason"]) == ("Adam", secret.id, WHY)
    assert facts["began_at"] == at(WHEN).isoformat() and facts["until"] == at("2026-04-06 16:00").isoformat()
    assert "Quarrel" not in str(facts) and "boss" not in str(facts)


def test_those_above_are_told_where_the_administrator_leads_the_department(cast, secret):
    with transaction():
        stamp = by(None, "2026-04-06 09:00")
        people.grant(stamp, cast.adam, "lead", department("hr"))
        people.change_department(stamp, department("hr"), {"parent_id": department("it").id})
    open_it(cast.adam, secret)
    bell, mails = told(secret)
    assert bell == {cast.olga.id}
    assert mails[cast.olga.email]["linked"] is False
    assert not sees(cast.olga, secret)


def test_the_former_team_is_not_told(cast, secret, grace):
    hand_over(secret, cast.anna, "2026-04-06 11:30", "it")
    open_it(cast.adam, secret)
    assert told(secret)[0] == {cast.olga.id}


def test_it_is_in_the_audit(adam, secret):
    seal = open_it(adam, secret)
    entry = db.session.scalars(select(Entry).where(Entry.what == "SealBroken")).one()
    assert (entry.actor_id, entry.subject_id, entry.data) == (
        adam.id,
        secret.id,
        {"seal_id": seal.id, "person_id": adam.id},
    )
