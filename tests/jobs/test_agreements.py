"""Who hears of an agreement, and the daily job that reminds both departments before it ends or is to be reviewed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import select

from servicedesk.jobs.agreements import remind_of_agreements
from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout.models import OutgoingMail
from servicedesk.mailout.render import render
from servicedesk.notifications.models import Notice
from servicedesk.people import actions as people
from servicedesk.people.models import Person
from servicedesk.sla import actions
from tests.cast import at, by, department
from tests.mailout.samples import Links
from tests.sla.test_agreements import ANSWERED, TERMS, accept, agreed, decree, propose


def told() -> set[tuple[str, str]]:
    """(who, "bell:kind" or "mail:template") of everything so far; every mail is rendered on the way."""
    names = {row.id: row.name.lower() for row in db.session.scalars(select(Person))}
    mails = list(db.session.scalars(select(OutgoingMail)))
    for mail in mails:
        assert "/agreements/" in render(mail, Links()).text
    bells = {(names[row.person_id], f"bell:{row.kind}") for row in db.session.scalars(select(Notice))}
    return bells | {(mail.to_address.partition("@")[0], f"mail:{mail.template}") for mail in mails}


def both_ways(name: str, kind: str, template: str | None = None) -> set[tuple[str, str]]:
    return {(name, f"bell:{kind}"), (name, f"mail:{template or kind}")}


def test_a_proposal_asks_the_leads_of_the_other_side(olga, boris):
    first = propose(olga)
    assert told() == both_ways("boris", "agreement_proposed")
    propose(boris, replace(TERMS, mission="Sales sells."), first.agreement, ANSWERED)
    assert told() == both_ways("boris", "agreement_proposed") | both_ways(
        "olga", "agreement_proposed.counter", "agreement_proposed"
    )


def test_an_answer_is_told_to_the_proposer_and_the_leads_of_both(olga, boris, igor):
    with transaction():
        people.grant(by(None, "2026-04-06 09:00"), igor, "lead", department("it"))
    version = propose(olga)
    before = told()
    accept(boris, version)
    assert told() - before == both_ways("olga", "agreement_accepted") | both_ways("igor", "agreement_accepted")


def test_a_refusal_comes_with_its_note(olga, boris):
    version = propose(olga)
    with transaction():
        actions.decline_agreement(by(boris, ANSWERED), version, boris, "Too slow for us.")
    assert both_ways("olga", "agreement_declined") <= told()
    mail = db.session.scalars(select(OutgoingMail).where(OutgoingMail.template == "agreement_declined")).one()
    assert "Too slow for us." in render(mail, Links()).text


def test_what_is_taken_back_leaves_a_line_alone(olga, boris):
    version = propose(olga)
    before = told()
    with transaction():
        actions.withdraw_agreement(by(olga, ANSWERED), version, olga)
    assert told() - before == {("boris", "bell:agreement_withdrawn")}


def test_a_decree_is_told_to_the_leads_of_both(olga, boris):
    decree()
    assert told() == both_ways("olga", "agreement_accepted") | both_ways("boris", "agreement_accepted")


def test_the_job_reminds_both_sides_once_of_the_end_and_of_the_review(olga, boris):
    agreed(olga, boris, replace(TERMS, valid_until=date(2026, 7, 1), review_on=date(2026, 6, 1)))
    before = told()
    assert remind_of_agreements(at("2026-05-01 10:00")) == 0
    assert remind_of_agreements(at("2026-05-02 10:00")) == 1
    assert remind_of_agreements(at("2026-05-03 10:00")) == 0
    review = {("olga", "bell:agreement_ends.review"), ("boris", "bell:agreement_ends.review")}
    mails = {("olga", "mail:agreement_ends"), ("boris", "mail:agreement_ends")}
    assert told() - before == review | mails
    assert remind_of_agreements(at("2026-06-05 10:00")) == 1
    assert remind_of_agreements(at("2026-06-06 10:00")) == 0
    assert told() - before - review - mails == {
        ("olga", "bell:agreement_ends.end"),
        ("boris", "bell:agreement_ends.end"),
    }
    count = db.session.scalars(select(OutgoingMail.id).where(OutgoingMail.template == "agreement_ends")).all()
    assert len(count) == 4


def test_the_bell_leads_to_the_agreement(client, olga, boris):
    version = propose(olga)
    page = client.sign_in(boris).get("/notifications").text
    assert "Olga proposes an agreement: It for Sales" in page
    assert f'value="/agreements/{version.agreement_id}"' in page
