"""The key that seals: what happens when it changes or is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from servicedesk.cli import doctor
from servicedesk.jobs.months import close_months
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict
from servicedesk.kernel.transaction import transaction
from servicedesk.ratings import access, actions, queries, rules
from servicedesk.ratings.models import Invitation, Rating
from servicedesk.reports import queries as reports
from servicedesk.reports.actions import close_month
from tests.build import open_ticket, resolve
from tests.cast import at, by
from tests.opinions import GOOD, KEYS, opinions, rate

NEW = ("a new key of the desk", *KEYS)
LOST = NEW[:1]


@pytest.fixture
def sealed(maria, igor):
    """Maria was asked twice in April and has answered once, under the key of the tests."""
    for _ in range(2):
        resolve(open_ticket(maria), igor, "2026-04-06 16:00")
    first, second = db.session.scalars(select(Invitation).order_by(Invitation.ticket_id))
    rate(first, "2026-04-07 10:00", comment="Before the change.")
    return first, second


def closed(keys):
    with transaction():
        return close_month(by(None, "2026-05-12 09:00", "worker"), "2026-04", keys=keys)


def test_with_the_former_key_everything_goes_on(sealed):
    first, second = sealed
    link = rules.sign(KEYS[0], second.id)
    assert access.invitation_for(NEW, link, at("2026-04-08 10:00")) is second
    with pytest.raises(Conflict, match="used already"):
        access.invitation_for(NEW, rules.sign(KEYS[0], first.id), at("2026-04-08 10:00"))
    with transaction():
        actions.rate(by(None, "2026-04-08 10:00"), second, keys=NEW, scores=GOOD)
    assert len({row.rater for row in opinions()}) == 1
    assert closed(NEW).number == 1


def test_without_it_nothing_is_taken_closed_or_lost(sealed):
    with pytest.raises(Conflict, match="try this link again"), transaction():
        actions.rate(by(None, "2026-04-08 10:00"), sealed[1], keys=LOST, scores=GOOD)
    with pytest.raises(Conflict, match="SECRET_KEY_BEFORE"):
        closed(LOST)
    db.session.expire_all()
    assert reports.issue("2026-04") is None
    assert [row.comment for row in opinions()] == ["Before the change."]


def test_the_doctor_says_so_in_time(sealed, app):
    class Settings:
        keys = LOST

    assert [found.level for found in doctor.check_sealed(Settings)] == ["FAULT"]
    Settings.keys = NEW
    assert list(doctor.check_sealed(Settings)) == []


def test_the_worker_leaves_that_month_and_closes_the_next(sealed, maria, igor, app, monkeypatch):
    resolve(open_ticket(maria, when="2026-05-04 10:00"), igor, "2026-05-04 16:00")
    monkeypatch.setattr("servicedesk.jobs.months.wipe_traces_of_opinions", lambda: True)
    settings = app.config["SETTINGS"]
    monkeypatch.setitem(app.config, "SETTINGS", type("Settings", (), {"keys": LOST}))
    assert close_months(at("2026-06-10 12:00")) == 1
    assert (reports.issue("2026-04"), reports.issue("2026-05").number) == (None, 1)
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    assert close_months(at("2026-06-10 13:00")) == 1


def test_a_lost_key_can_be_given_up_and_only_a_lost_one(sealed):
    with pytest.raises(Conflict), transaction():
        actions.give_up_opinions("2026-04", keys=NEW)
    with transaction():
        actions.give_up_opinions("2026-04", keys=LOST)
    assert db.session.scalar(select(func.count()).select_from(Rating)) == 0
    document = reports.whole_document_of(closed(LOST))
    assert (document["responses"]["invited"], document["responses"]["rate"]) == (0, None)


def test_a_token_signed_with_no_key_at_all_is_never_ours(sealed):
    assert rules.signed_by_us(("",), rules.sign("", sealed[1].id)) is None
    assert queries.answered((), [sealed[1].id]) == set()
