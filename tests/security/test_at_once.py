"""Several at the same moment: each is counted, nobody meets a fault."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, Invalid
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as actions_of_people
from servicedesk.people import queries as people
from servicedesk.ratings import access as access_of_ratings
from servicedesk.ratings.models import RatingMonth, SkippedInvitation
from servicedesk.tickets import access, actions
from tests.build import open_ticket, resolve
from tests.cast import by, load_cast

AT_ONCE = 8


def test_invitations_held_back_at_the_same_moment_are_all_counted(own_desk):
    with own_desk.app_context():
        cast = load_cast()
        for _ in range(access_of_ratings.questions_a_week()):
            resolve(open_ticket(cast.maria), cast.igor, "2026-04-06 11:00")
        numbers = [open_ticket(cast.maria).id for _ in range(AT_ONCE)]
        igor_id = cast.igor.id
    ready = threading.Barrier(AT_ONCE)

    def work(number):
        with own_desk.app_context():
            igor = people.person(igor_id)
            ready.wait()
            with transaction():
                ticket = access.ticket_for(igor, number, to="resolve")
                actions.resolve(by(igor, "2026-04-06 12:00"), ticket, igor, "It prints again.")

    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(work, numbers))
    with own_desk.app_context():
        assert db.session.scalars(select(SkippedInvitation.held_back)).all() == [AT_ONCE]


def test_whoever_makes_the_same_row_a_moment_later_meets_a_conflict(own_desk):
    ready = threading.Barrier(AT_ONCE)

    def work(number):
        with own_desk.app_context():
            ready.wait()
            try:
                with transaction():
                    actions_of_people.add_person(
                        by(None, "2026-04-06 12:00"), email="new@example.com", name=f"New {number}"
                    )
            except (Conflict, Invalid) as refusal:
                return refusal.code
        return "added"

    with ThreadPoolExecutor(AT_ONCE) as threads:
        outcomes = list(threads.map(work, range(AT_ONCE)))
    assert outcomes.count("added") == 1
    assert set(outcomes) <= {"added", "conflict", "invalid"}


def test_a_row_that_stands_there_already_is_a_conflict(app):
    row = {"month": "2026-04", "secret": None}
    with transaction():
        db.session.add(RatingMonth(**row))
    db.session.expunge_all()
    with pytest.raises(Conflict), transaction():
        db.session.add(RatingMonth(**row))
