"""What a visitor of the demo finds: every state, reports, opinions nobody can trace, something to do today."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from servicedesk import demo
from servicedesk.demo.texts import catalog, chains, replies, stories, world
from servicedesk.kernel.db import db
from servicedesk.mailout.models import OutgoingMail
from servicedesk.notifications.models import Notice
from servicedesk.people import actions as people
from servicedesk.people import queries as who
from servicedesk.ratings import queries as invitations
from servicedesk.ratings.models import Rating
from servicedesk.reports import queries as reports
from servicedesk.reports.models import LowRatingCase
from servicedesk.sla import queries as promises
from servicedesk.sla.models import AgreementVersion, BreachReason, Clock, Policy, Term
from servicedesk.tickets import access
from servicedesk.tickets.models import STATUSES, Message, Ticket
from servicedesk.tickets.rules import ACTIVE
from servicedesk.workbench.models import CannedReply
from tests.demo.conftest import END

pytestmark = pytest.mark.flow


def test_it_tells_what_was_asked_for(told: demo.Summary) -> None:
    assert told.tickets == db.session.scalar(select(func.count()).select_from(Ticket)) == 320
    assert told.months == sorted(reports.closed_months()) == ["2026-03", "2026-04"]


def test_it_has_requests_in_every_state(told: demo.Summary) -> None:
    found = set(db.session.scalars(select(Ticket.status).distinct()))
    assert found == set(STATUSES)


def test_nothing_happens_after_the_end_of_the_story(told: demo.Summary) -> None:
    assert db.session.scalar(select(func.max(Ticket.updated_at))) <= END
    assert db.session.scalar(select(func.max(Message.created_at))) <= END


def test_no_place_in_a_text_is_left_unfilled(told: demo.Summary) -> None:
    texts = [*db.session.scalars(select(Ticket.subject)), *db.session.scalars(select(Message.text))]
    texts += [*db.session.scalars(select(Ticket.description)), *db.session.scalars(select(LowRatingCase.comment))]
    texts += [row.comment for row in invitations.opened("2026-05", ())]
    assert [text for text in texts if "{" in text or "}" in text or "««" in text] == []


def test_lists_do_not_look_copied(told: demo.Summary) -> None:
    subjects = Counter(db.session.scalars(select(Ticket.subject)))
    assert len(subjects) > 120
    assert max(subjects.values()) <= 14


def test_it_is_told_in_both_languages(told: demo.Summary) -> None:
    subjects = list(db.session.scalars(select(Ticket.subject)))
    english = sum(subject.isascii() for subject in subjects)
    assert 0.05 < english / len(subjects) < 0.3


def test_departments_have_prepared_replies_in_both_languages(told: demo.Summary) -> None:
    rows = list(db.session.scalars(select(CannedReply)))
    assert set(Counter(row.department_id for row in rows).values()) == {3}
    assert len(rows) == sum(map(len, replies().values()))
    assert all(set(row.title) == set(row.text) == {"ru", "en"} for row in rows)


def test_promises_are_mostly_kept_and_sometimes_broken(told: demo.Summary) -> None:
    for metric in ("first_reply", "resolution"):
        states = Counter(
            db.session.scalars(select(Clock.state).where(Clock.metric == metric, Clock.decided_at.is_not(None)))
        )
        assert 0.65 < states["met"] / states.total() < 0.97


def test_some_breaches_have_a_reason_and_some_have_not(told: demo.Summary) -> None:
    broken = db.session.scalar(select(func.count()).where(Clock.breached_at.is_not(None))) or 0
    explained = db.session.scalar(select(func.count()).select_from(BreachReason)) or 0
    assert 0.2 < explained / broken < 0.95


def test_the_present_has_work_for_today(told: demo.Summary) -> None:
    igor = who.person_by_email("igor.polozov@north.example")
    rows = promises.rows(promises.by_due(access.queue_of(igor), limit=200).items, END)
    assert any(row.ticket.assignee_id is None for row in rows)
    everywhere = promises.rows(list(db.session.scalars(select(Ticket).where(Ticket.status.in_(ACTIVE)))), END)
    readings = [reading for row in everywhere for reading in row.clocks]
    assert any(reading.at_risk for reading in readings)
    yesterday = END - timedelta(days=2)
    assert any(reading.state == "breached" and reading.clock.breached_at > yesterday for reading in readings)


def test_the_visitor_has_requests_and_opinions_waiting(told: demo.Summary) -> None:
    maria = who.person_by_email("mariya.yaseneva@north.example")
    own = list(db.session.scalars(select(Ticket).where(Ticket.requester_id == maria.id)))
    assert {"waiting", "on_hold", "resolved"} <= {ticket.status for ticket in own}
    assert invitations.waiting_for((), maria.id, END.date())


def test_only_the_last_days_ring_bells_and_queue_mail(told: demo.Summary) -> None:
    told_at_a_close = ("month_closed", "cases_opened", "thanks_kept")
    rung = select(func.min(Notice.created_at))
    assert db.session.scalar(rung.where(Notice.kind.not_in(told_at_a_close))) > END - timedelta(days=5)
    assert db.session.scalar(rung) == reports.closing_moment("2026-04") + timedelta(minutes=5)
    assert 0 < db.session.scalar(select(func.count()).select_from(OutgoingMail)) < 600


def test_every_closed_month_has_figures_and_hides_small_groups(told: demo.Summary) -> None:
    cells = []
    for month in told.months:
        document = reports.document_of(month)
        assert document["ratings"]["index"]["value"] is not None
        cells += [row["ratings"]["index"] for row in document["departments"]]
        cells += [cell["index"] for cell in document["matrix"]["cells"]]
    assert any(cell["hidden"] for cell in cells)
    assert sum(not cell["hidden"] and cell["value"] is not None for cell in cells) > 10


def test_closed_months_forgot_who_rated(told: demo.Summary) -> None:
    assert set(db.session.scalars(select(Rating.month).distinct())) == {"2026-05"}


def test_low_scores_come_with_a_comment(told: demo.Summary) -> None:
    rows = invitations.opened("2026-05", ())
    low = [
        row.comment for row in rows if any(score and score <= 5 for score in (row.quality, row.speed, row.helpfulness))
    ]
    assert low and all(low)


def test_whoever_is_printed_can_sign_in(told: demo.Summary) -> None:
    printed = demo.sign_ins()
    assert len(printed) == 14
    for _, email, _ in printed[:3]:
        assert people.prove(email=email, password=demo.PASSWORD, at=END) is not None
    roles = dict(who.one_of_each_role(world()["company"]["domain"]))
    assert {person.email for person in roles.values()} <= {email for _, email, _ in printed}


def test_agreements_between_departments_are_part_of_it(told: demo.Summary) -> None:
    states = Counter(db.session.scalars(select(AgreementVersion.state)))
    assert states == {"accepted": 2, "proposed": 1}
    assert db.session.scalar(select(func.count()).where(Policy.customer_department_id.is_not(None))) == 3


def test_dates_are_proposed_and_agreed_on(told: demo.Summary) -> None:
    states = Counter(db.session.scalars(select(Term.state)))
    assert states["accepted"] > 3 and states["proposed"] >= 1
    assert db.session.scalar(select(func.max(Term.proposed_at))) <= END
    document = reports.document_of("2026-04")
    assert document is not None and document["agreed_terms"]["tickets"] > 0


def test_everything_that_can_be_asked_for_has_words_in_both_languages() -> None:
    for row in catalog().values():
        texts = [row["name"], row["description"], *(field["label"] for field in row["fields"])]
        assert all(set(text) == {"ru", "en"} and all(text.values()) for text in texts)


def test_every_story_can_be_told_to_the_department_it_goes_to() -> None:
    told = {step["type"] for piece in chains()["pieces"] for step in piece["steps"] if "open" in step}
    assert {story.type for story in stories()} | told == set(catalog())
    for story in stories():
        assert set(story.answers) <= {field["key"] for field in catalog()[story.type]["fields"]}
        assert not story.to or (story.handed and story.to in world()["departments"])
