"""Opinions that are signed, and thanks: who learns of them at once, and that everybody else stays unknown."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Invalid, NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout.models import OutgoingMail
from servicedesk.notifications.models import Notice
from servicedesk.people import actions as people
from servicedesk.ratings import access
from servicedesk.ratings.models import Invitation, SignedRating
from servicedesk.reports import queries
from servicedesk.reports.actions import close_month
from tests.build import assign, open_ticket, reopen, resolve
from tests.cast import by, department
from tests.opinions import KEYS, opinions, rate

LOW = {"quality": 4, "speed": 9, "helpfulness": None}


def asked(person, server, kind="it.incident"):
    ticket = open_ticket(person, kind)
    assign(ticket, server, "2026-04-06 10:30", server)
    resolve(ticket, server, "2026-04-06 16:00")
    return ticket, db.session.scalars(select(Invitation).where(Invitation.ticket_id == ticket.id)).one()


def signed(person, server, kind="it.incident", scores=LOW):
    ticket, invitation = asked(person, server, kind)
    rate(invitation, "2026-04-07 10:00", scores, "Three visits.", signed=True)
    return ticket


def test_the_lead_sees_who_what_and_which_request_at_once(maria, igor, olga):
    ticket = signed(maria, igor)
    (seen,) = access.signed_for(olga).items
    assert (seen.author.id, seen.ticket.id, seen.row.quality, seen.row.comment) == (
        maria.id,
        ticket.id,
        4,
        "Three visits.",
    )
    assert [one.row.id for one in access.signed_of(olga, ticket)] == [seen.row.id]
    assert db.session.scalar(select(Notice.person_id).where(Notice.kind == "rating_signed")) == olga.id
    mail = db.session.scalars(select(OutgoingMail).where(OutgoingMail.template == "rating_signed")).one()
    assert (mail.to_address, mail.facts["scores"]["quality"], mail.facts["text"]) == (olga.email, 4, "Three visits.")


def test_the_lead_is_told_again_when_the_same_request_is_signed_about_again(maria, igor):
    ticket = signed(maria, igor)
    reopen(ticket, maria, "2026-04-08 10:00")
    resolve(ticket, igor, "2026-04-08 12:00")
    again = select(Invitation).where(Invitation.ticket_id == ticket.id, ~Invitation.withdrawn)
    rate(db.session.scalars(again).one(), "2026-04-09 10:00", LOW, "Once more.", signed=True)
    told = select(OutgoingMail).where(OutgoingMail.template == "rating_signed")
    assert {mail.facts["text"] for mail in db.session.scalars(told)} == {"Three visits.", "Once more."}


def test_nobody_else_does(maria, igor, boris, adam, rita):
    ticket = signed(maria, igor)
    assert access.signed_for(boris).items == []
    for person in (igor, adam, rita, maria):
        with pytest.raises(NotFound):
            access.signed_for(person)
        assert access.signed_of(person, ticket) == []


def test_whoever_does_not_sign_leaves_no_row_and_no_news(maria, igor):
    _, invitation = asked(maria, igor)
    rate(invitation, "2026-04-07 10:00")
    assert db.session.scalar(select(func.count()).select_from(SignedRating)) == 0
    assert db.session.scalar(select(func.count()).where(Notice.kind == "rating_signed")) == 0


def test_of_a_confidential_request_mail_and_bell_carry_the_number_alone(maria, anna, cast):
    with transaction():
        people.grant(by(cast.adam, "2026-04-06 09:00"), cast.rita, "lead", department("hr"))
    ticket = signed(maria, anna, "hr.trouble")
    mail = db.session.scalars(select(OutgoingMail).where(OutgoingMail.template == "rating_signed")).one()
    assert mail.facts["ticket_id"] == ticket.id
    assert "Three visits." not in str(mail.facts) and maria.name not in str(mail.facts)
    assert mail.facts["scores"] == {}


def test_signed_answers_count_in_the_figures_and_not_towards_the_five(cast, igor):
    """Four who do not sign and two who do: the leads could take the two off, so nothing is shown."""
    for name in ("maria", "boris", "stranger", "adam"):
        rate(asked(getattr(cast, name), igor)[1], "2026-04-07 10:00", comment=f"from {name}")
    for name in ("rita", "anna"):
        signed(getattr(cast, name), igor)
    it = closed()
    assert it["ratings"]["index"]["hidden"] and it["comments"] == []


def test_with_five_others_they_are_part_of_the_mean_but_not_of_the_comments(cast, igor):
    for name in ("maria", "boris", "stranger", "adam", "anna"):
        rate(
            asked(getattr(cast, name), igor)[1],
            "2026-04-07 10:00",
            {"quality": 10, "speed": 9, "helpfulness": 9},
            f"by {name}",
        )
    signed(cast.rita, igor)
    it = closed()
    assert (it["ratings"]["quality"]["n"], it["ratings"]["quality"]["value"]) == (6, 9)
    assert sorted(row["text"] for row in it["comments"]) == sorted(
        f"by {name}" for name in ("maria", "boris", "stranger", "adam", "anna")
    )


def test_thanks_come_out_with_the_report_and_reach_who_served(cast, maria, igor):
    _, invitation = asked(maria, igor)
    rate(invitation, "2026-04-07 10:00", thanks="  You saved my day. ", thanks_shown=True)
    assert [(row.thanks, row.served_by_id) for row in opinions()] == [("You saved my day.", igor.id)]
    for name in ("boris", "stranger", "adam", "anna"):
        rate(asked(getattr(cast, name), igor)[1], "2026-04-07 10:00")
    assert [row["text"] for row in closed()["thanks"]] == ["You saved my day."]


def test_thanks_without_consent_are_refused_and_nothing_is_stored(maria, igor):
    _, invitation = asked(maria, igor)
    for words in ({"thanks": "Thanks!"}, {"thanks": "x" * 501, "thanks_shown": True}):
        with pytest.raises(Invalid) as refused:
            rate(invitation, "2026-04-07 10:00", **words)
        assert set(refused.value.fields) == {"thanks"}
    assert opinions() == []


def test_where_nobody_served_there_is_nobody_to_thank(maria, igor):
    ticket = open_ticket(maria)
    resolve(ticket, igor, "2026-04-06 16:00")
    rate(db.session.scalars(select(Invitation)).one(), "2026-04-07 10:00", thanks="Thanks!", thanks_shown=True)
    assert [row.thanks for row in opinions()] == [""]


def closed():
    with transaction():
        issue = close_month(by(None, "2026-05-12 09:00", "worker"), "2026-04", keys=KEYS)
    document = queries.whole_document_of(issue)
    return next(part for part in document["departments"] if part["key"] == "it")
