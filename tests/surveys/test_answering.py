"""Answering behind the link: one department at a time, resumed, changed, refused, and never lost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, Invalid, NotFound
from servicedesk.kernel.now import now
from servicedesk.kernel.transaction import transaction
from servicedesk.reports.actions import close_wave
from servicedesk.surveys import actions, queries, rules
from servicedesk.surveys.models import SurveySheet
from tests.build import open_ticket
from tests.cast import by
from tests.surveys.waves import KEYS, SCORES, answer, ask_all, dealt, invitation_of, start

FORM = {
    "in_time": "8",
    "quality": "9",
    "findability": "none",
    "friendliness": "10",
    "suggestion": "A sign at the door.",
}


@pytest.fixture
def link(client, maria):
    """The running survey of Maria about IT and HR, begun now, and its link."""
    for kind in ("it.incident", "it.incident", "hr.certificate"):
        open_ticket(maria, kind, now() - timedelta(days=3))
    with transaction():
        actions.start_wave(by(None, now(), "worker"), KEYS[0])
    ask_all(now())
    return f"/survey/{rules.sign(KEYS[0], invitation_of(maria).id)}"


def sheets():
    db.session.expire_all()
    return db.session.scalars(select(SurveySheet)).all()


def sheet_of(person):
    return rules.answers_in(queries.sheet_of(queries.running(), invitation_of(person).id, KEYS))


def test_looking_saves_nothing_and_presets_nothing(client, link):
    page = client.get(link)
    assert page.status_code == 200 and "How does It work with you?" in page.text
    assert "0 of 2 departments" in page.text and "checked" not in page.text
    assert client.head(link).status_code == 200
    assert sheets() == []
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_it_goes_on_with_the_next_department_and_thanks_at_the_end(client, link, maria):
    answered = client.post(f"{link}/it", data=FORM)
    assert answered.status_code == 303
    page = client.get(link).text
    assert "How does Hr work with you?" in page and "1 of 2 departments" in page
    client.post(f"{link}/hr", data={"dealt": "no"})
    assert "That was all." in client.get(link).text
    (it, hr) = sheet_of(maria).values()
    assert it == {"dealt": True, "scores": [8, 9, None, None, 10], "suggestion": "A sign at the door."}
    assert hr == {"dealt": False, "scores": [None] * 5, "suggestion": ""}


def test_an_answer_is_shown_to_who_holds_the_link_and_can_be_changed(client, link, maria):
    client.post(f"{link}/it", data=FORM)
    page = client.get(f"{link}?department=it").text
    assert "A sign at the door." in page
    assert len(re.findall(r"value=\"(8|9|10|none)\" ?[^>]*checked", page)) == 5
    client.post(f"{link}/it", data={"quality": "2"})
    assert sheet_of(maria)[str(invitation_of(maria).department_ids[0])]["scores"] == [None, 2, None, None, None]
    assert len(sheets()) == 1


def test_what_was_typed_comes_back_with_the_error_at_its_field(client, link):
    page = client.post(f"{link}/it", data=FORM | {"quality": "11", "suggestion": "Long. " * 200})
    assert page.status_code == 422
    assert "A score is a whole number from 1 to 10." in page.text and "At most 1000 characters fit here." in page.text
    assert "Long. Long." in page.text and 'href="#suggestion"' in page.text
    assert sheets() == []


@pytest.mark.parametrize(
    "form",
    [{}, {"quality": "0"}, {"quality": "-1"}, {"quality": "8.5"}, {"quality": "many"}, {"quality": "٨"},
     {"quality": "8", "suggestion": "x" * 100_000}, {"quality": "8", "suggestion": "a\0b"}],
)  # fmt: skip
def test_what_does_not_fit_is_refused_and_stored_nowhere(client, link, form):
    assert client.post(f"{link}/it", data=form).status_code == 422
    assert sheets() == []


@pytest.mark.parametrize("key", ["legal", "sales", "nowhere"])
def test_a_department_they_did_not_deal_with_is_not_asked_about(client, link, key):
    assert client.post(f"{link}/{key}", data=FORM).status_code == 404
    assert sheets() == []


def test_a_forged_link_and_one_of_another_kind_are_refused(client, link, maria):
    from servicedesk.ratings.rules import sign

    number = invitation_of(maria).id
    for token in (
        "abc",
        link.removeprefix("/survey/") + "x",
        sign(KEYS[0], number),
        rules.sign("another key of 16", number),
    ):
        assert client.get(f"/survey/{token}").status_code == 404
        assert client.post(f"/survey/{token}/it", data=FORM).status_code == 404
    assert rules.signed_by_us([""], rules.sign("", number)) is None


def test_a_closed_survey_says_so(client, link):
    with transaction():
        close_wave(by(None, now()), queries.running().key, KEYS)
    for page in (client.get(link), client.post(f"{link}/it", data=FORM)):
        assert page.status_code == 409 and "This survey is closed" in page.text


def test_it_speaks_the_language_of_its_addressee_and_the_one_chosen(client, link, maria):
    maria.language = "ru"
    db.session.commit()
    assert "Как с вами работает" in client.get(link).text
    assert "How does It work with you?" in client.get(f"{link}?lang=en").text


def test_home_shows_the_survey_until_it_is_finished(client, link, maria):
    home = client.sign_in(maria).get("/").text
    assert "A survey waits for you" in home and "0 of 2 departments" in home and link in home
    for key in ("it", "hr"):
        client.post(f"{link}/{key}", data=FORM)
    assert "A survey waits for you" not in client.get("/").text


def test_after_the_last_day_nothing_is_taken(maria, igor):
    dealt(maria, "it.incident", server=igor)
    start()
    with pytest.raises(Conflict):
        answer(maria, "it", when="2026-05-06 10:00")


def test_suggestions_that_do_not_fit_the_seal_together_are_refused(maria, igor, monkeypatch):
    dealt(maria, "it.incident", server=igor)
    start()
    monkeypatch.setattr("servicedesk.ratings.sealing.SIZES", (64,))
    with pytest.raises(Invalid):
        answer(maria, "it", suggestion="".join(chr(0x400 + (n * 7919) % 250) for n in range(900)))


def test_another_secret_key_opens_nothing_and_says_why(maria, igor):
    dealt(maria, "it.incident", server=igor)
    start()
    with pytest.raises(Conflict, match="SECRET_KEY"):
        answer(maria, "it", keys=("another key of the desk",))
    answer(maria, "it", keys=("another key of the desk", *KEYS))


def test_a_department_is_asked_of_its_own_people_alone(maria, igor, anna):
    dealt(maria, "it.incident", server=igor)
    dealt(igor, "hr.certificate", server=anna)
    start()
    with pytest.raises(NotFound):
        answer(maria, "hr")
    answer(igor, "hr", SCORES)
