"""What a closed month brings: low ratings that leads answer without knowing whose they are, thanks named by consent."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.reports.actions.hearing import keep_thanks, open_cases
from servicedesk.reports.models import Improvement, LowRatingCase
from servicedesk.reports.rules import gives_away
from tests.cast import by

COMMENT = "Three days for a cable."
REPLY = {"title": "Cables lie ready", "said": "Small things take days.", "did": "Cables lie at the desk."}


@pytest.fixture
def case(cast):
    """The address of a low rating of IT."""
    with transaction():
        low = {"it": [{"metric": "speed", "score": 3, "comment": COMMENT}]}
        open_cases(by(None, "2026-05-06 09:00", "worker"), "2026-04", low)
    return f"/reports/cases/{db.session.scalars(select(LowRatingCase.id)).one()}"


@pytest.fixture
def thanked(cast):
    with transaction():
        notes = [
            {"to_id": cast.igor.id, "text": "The cable fits."},
            {"to_id": cast.igor.id, "text": "Thank you, Igor!"},
        ]
        keep_thanks(by(None, "2026-05-06 09:00", "worker"), "2026-04", {"it": notes})


def consents(person, to):
    with transaction():
        people.change_person(by(person, "2026-05-07 09:00"), person, {"thanks_name": to})


def test_the_lead_hears_once_and_finds_metric_score_and_comment(client, olga, case):
    bell = client.sign_in(olga).get("/notifications").text
    assert "Low ratings of April 2026 to answer, It: 1" in bell
    page = client.get("/reports/cases?standing=open").text
    assert COMMENT in page and "Speed: 3" in page and case in page


def test_an_answer_is_published_and_quotes_the_comment_only_if_told_to(client, olga, maria, case):
    client.sign_in(olga)
    assert client.post(f"{case}/reply", data=REPLY).status_code == 303
    page = client.sign_in(maria).get("/departments/it").text
    assert REPLY["said"] in page and REPLY["did"] in page and COMMENT not in page
    row = db.session.scalars(select(Improvement)).one()
    assert (row.state, row.metric, row.published) == ("done", "speed", True)
    assert "Nothing to answer" in client.sign_in(olga).get("/reports/cases?standing=open").text


def test_a_quoted_comment_stands_on_the_page(client, olga, maria, case):
    client.sign_in(olga).post(f"{case}/reply", data={"title": "Cables lie ready", "quote": "y"})
    assert COMMENT in client.sign_in(maria).get("/departments/it").text
    assert db.session.scalars(select(Improvement)).one().state == "open"


def test_what_is_missing_is_said_and_nothing_typed_is_lost(client, olga, case):
    answer = client.sign_in(olga).post(f"{case}/reply", data=REPLY | {"said": ""})
    assert answer.status_code == 422 and REPLY["did"] in answer.text and "quote the comment." in answer.text
    assert client.post(f"{case}/close", data={"note": " "}).status_code == 422


def test_it_is_answered_once(client, olga, case):
    client.sign_in(olga)
    assert client.post(f"{case}/close", data={"note": "Told to the team."}).status_code == 303
    assert "Told to the team." in client.get("/reports/cases?standing=answered").text
    again = client.post(f"{case}/reply", data=REPLY)
    assert again.status_code == 409 and REPLY["did"] not in client.get("/departments/it").text
    assert db.session.scalars(select(Improvement)).all() == []


def test_thanks_come_to_the_person_at_once_and_uncounted(client, igor, thanked):
    bell = client.sign_in(igor).get("/notifications").text
    assert bell.count("Colleagues thanked you in April 2026") == 1
    page = client.get("/account/thanks").text
    assert "The cable fits." in page and "Thank you, Igor!" in page


def test_a_name_stands_beside_thanks_by_consent_alone(client, igor, olga, maria, thanked):
    place = "/departments/it/thanks"
    for person in (maria, olga):
        page = client.sign_in(person).get(place).text
        assert "The cable fits." in page and "for a colleague" in page and "Igor" not in page
    consents(igor, "lead")
    assert "Igor" not in client.sign_in(maria).get(place).text
    assert "Igor" in client.sign_in(olga).get(place).text
    consents(igor, "all")
    page = client.sign_in(maria).get(place).text
    assert "Thank you, Igor!" in page and "for a colleague" not in page
    consents(igor, "me")
    assert "Igor" not in client.get(place).text


def test_the_choice_is_made_on_the_account_page(client, igor, maria, thanked):
    client.sign_in(igor)
    sent = {"name": "Igor", "language": "en", "timezone": "", "theme": "system", "thanks_name": "all"}
    assert client.post("/account", data=sent).status_code == 303
    assert "Igor" in client.sign_in(maria).get("/departments/it/thanks").text
    assert client.sign_in(igor).post("/account", data=sent | {"thanks_name": "everybody"}).status_code == 422


@pytest.mark.parametrize(
    ("text", "given_away"),
    [
        ("Спасибо, Игорь!", True),
        ("Игорю спасибо за помощь", True),
        ("Thanks, POLOZOV", False),
        ("Полозову привет", True),
        ("Быстро и вежливо", False),
    ],
)
def test_a_note_that_calls_somebody_by_name_is_recognised(text, given_away):
    assert gives_away(text, "Игорь Полозов") is given_away
