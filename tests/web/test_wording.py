"""What a promise allows, said to a person: in their language and, where a date was agreed, in their zone."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import g
from flask_babel import force_locale

from servicedesk.web.wording import ball_name, promise_source, target_words


@dataclass
class Thing:
    name: object = None
    number: int = 1
    policy: object = None
    agreement_version: object = None
    agreement: object = None
    supplier: object = None
    customer: object = None
    target: str = "4h"
    policy_version: object = None


@pytest.fixture
def page(app):
    """Inside a request of somebody who reads English."""
    with app.test_request_context("/"), force_locale("en"):
        yield


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("4h", "4 h of working time"), ("1bd", "1 working day"), ("3bd", "3 working days"),
        ("24h wall", "24 h round the clock"), ("at 2026-12-01T15:00:00Z", "until 1 Dec 2026, 18:00, as agreed"),
    ],
)  # fmt: skip
def test_a_target_in_words(page, target, words):
    assert plain(target_words(target)) == words


def test_an_agreed_date_is_said_in_the_readers_zone(page):
    from zoneinfo import ZoneInfo

    g.zone_shown = ZoneInfo("Asia/Tokyo")
    assert target_words("at 2026-12-01T15:00:00Z") == "until 2 Dec 2026, 00:00, as agreed"


def test_where_a_promise_comes_from(page):
    policy = Thing(number=3, policy=Thing(name="department=it"))
    it, sales = ({"ru": ru, "en": en} for ru, en in (("ИТ", "IT"), ("Продажи", "Sales")))
    wording = Thing(number=2, agreement=Thing(supplier=Thing(name=it), customer=Thing(name=sales)))
    agreement = Thing(number=9, policy=Thing(name="…"), agreement_version=wording)
    agreed = "at 2026-12-01T15:00:00Z"
    assert promise_source(Thing(policy_version=policy)) == "policy “department=it”, version 3"
    assert promise_source(Thing(policy_version=agreement)) == "agreement IT – Sales, version 2"
    assert promise_source(Thing(policy_version=policy, target=agreed)) == "date agreed for this request"
    assert promise_source(Thing(policy_version=None, target=agreed)) == "date agreed for this request"


def test_whose_turn_it_was(page):
    assert ball_name("third_party") == "With a third party"
    assert ball_name(None) == ""
