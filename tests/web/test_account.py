"""One's own account: preferences, password, browsers, tokens; language and appearance for strangers too."""

from datetime import timedelta

import pytest

from servicedesk.kernel.db import db
from servicedesk.kernel.now import now
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions, queries
from tests import doors
from tests.cast import by

PASSWORD = "seven quiet printers"
PREFERENCES = {"name": "Maria", "language": "ru", "timezone": "Asia/Omsk", "theme": "dark"}


@pytest.fixture
def maria_with_password(maria):
    with transaction():
        actions.set_password(by(maria, "2026-04-06 09:00"), maria, PASSWORD)
    return maria


def fresh(person):
    """The person as the database has them now, not as the test once read them."""
    db.session.expire_all()
    return queries.person(person.id)


def test_preferences_are_saved_and_used_at_once(client, maria):
    client.sign_in(maria)
    assert client.post("/account", data=PREFERENCES).status_code == 303
    page = client.get("/account").text
    assert '<html lang="ru" data-bs-theme="dark">' in page
    found = fresh(maria)
    assert (found.language, found.timezone, found.theme) == ("ru", "Asia/Omsk", "dark")


def test_an_empty_zone_means_that_of_the_company(client, maria):
    client.sign_in(maria).post("/account", data=PREFERENCES)
    client.post("/account", data=PREFERENCES | {"timezone": ""})
    assert fresh(maria).timezone is None


def test_a_name_cannot_be_empty_and_the_form_comes_back_filled(client, maria):
    answer = client.sign_in(maria).post("/account", data=PREFERENCES | {"name": "  "})
    assert answer.status_code == 422
    assert 'id="name-error"' in answer.text
    assert 'value="Asia/Omsk"' in answer.text
    assert fresh(maria).name == "Maria"


def test_a_zone_that_is_none_is_refused(client, maria):
    assert client.sign_in(maria).post("/account", data=PREFERENCES | {"timezone": "Mars/Base"}).status_code == 422


def test_the_new_password_works_and_other_browsers_are_signed_out(app, client, maria_with_password):
    other = doors.browser(app).sign_in(maria_with_password)
    client.sign_in(maria_with_password)
    new = {"current": PASSWORD, "password": "eight loud printers", "again": "eight loud printers"}
    assert client.post("/account/password", data=new).status_code == 303
    assert client.get("/account").status_code == 200
    assert other.get("/account").status_code == 302
    db.session.expire_all()
    assert actions.prove(email="maria@example.com", password="eight loud printers", at=now()) is not None


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"current": "wrong"}, "current"),
        ({"password": "short", "again": "short"}, "password"),
        ({"again": "something else"}, "again"),
        ({"password": "", "again": ""}, "password"),
    ],
)
def test_a_password_is_not_changed_by(client, maria_with_password, sent, field):
    good = {"current": PASSWORD, "password": "eight loud printers", "again": "eight loud printers"}
    answer = client.sign_in(maria_with_password).post("/account/password", data=good | sent)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert actions.prove(email="maria@example.com", password=PASSWORD, at=now()) is not None


def test_guessing_the_present_password_in_an_open_browser_is_slowed_down(client, maria_with_password):
    client.sign_in(maria_with_password)
    wrong = {"current": "wrong", "password": "eight loud printers", "again": "eight loud printers"}
    for _ in range(8):
        assert client.post("/account/password", data=wrong).status_code == 422
    assert client.post("/account/password", data=wrong | {"current": PASSWORD}).status_code == 429


def test_another_browser_can_be_signed_out_from_here(app, client, maria):
    other = doors.browser(app).sign_in(maria)
    other_id = queries.sessions_of(maria.id)[0].id
    client.sign_in(maria)
    assert client.post(f"/account/sessions/{other_id}/end").status_code == 303
    assert other.get("/account").status_code == 302
    assert client.get("/account").status_code == 200


def test_sessions_and_tokens_of_others_do_not_exist(app, client, maria, igor):
    doors.browser(app).sign_in(igor)
    with transaction():
        actions.issue_token(by(igor, "2026-04-06 09:00"), igor, name="a script")
    client.sign_in(maria)
    assert client.post(f"/account/sessions/{queries.sessions_of(igor.id)[0].id}/end").status_code == 404
    assert client.post(f"/account/tokens/{queries.tokens_of(igor.id)[0].id}/revoke").status_code == 404
    assert queries.tokens_of(igor.id)


def test_a_token_is_shown_once_and_works(client, api, maria):
    page = client.sign_in(maria).post("/account/tokens", data={"name": "nightly", "scope": ["tickets:read"]})
    assert page.status_code == 200
    secret = page.text.split('id="new-token" class="form-control token-text" value="')[1].split('"')[0]
    assert queries.token_of(secret, now()).person_id == maria.id
    again = client.get("/account").text
    assert secret not in again
    assert "nightly" in again


def test_a_revoked_token_opens_nothing(client, maria):
    with transaction():
        secret = actions.issue_token(by(maria, "2026-04-06 09:00"), maria, name="nightly")
    client.sign_in(maria).post(f"/account/tokens/{queries.tokens_of(maria.id)[0].id}/revoke")
    assert queries.token_of(secret, now()) is None


@pytest.mark.parametrize(
    "sent", [{"name": ""}, {"name": "x", "scope": ["everything"]}, {"name": "x", "until": "2020-01-01"}]
)
def test_a_token_is_not_made_of(client, maria, sent):
    assert client.sign_in(maria).post("/account/tokens", data=sent).status_code == 422
    assert queries.tokens_of(maria.id) == []


def test_a_token_ends_with_its_last_day(client, maria):
    day = (now() + timedelta(days=10)).date()
    client.sign_in(maria).post("/account/tokens", data={"name": "x", "until": day.isoformat()})
    ends = queries.tokens_of(maria.id)[0].expires_at
    assert timedelta(0) <= ends - now() - timedelta(days=9) < timedelta(days=2, hours=1)


def test_a_stranger_chooses_language_and_appearance_for_the_browser(client):
    answer = client.post("/account/language", data={"language": "ru", "next": "/sign-in"})
    assert answer.location == "/sign-in"
    client.post("/account/theme", data={"theme": "light", "next": "/sign-in"})
    assert '<html lang="ru" data-bs-theme="light">' in client.get("/sign-in").text


def test_a_signed_in_person_keeps_them_everywhere(client, maria):
    client.sign_in(maria).post("/account/language", data={"language": "ru", "next": "//elsewhere.example"})
    assert fresh(maria).language == "ru"


@pytest.mark.parametrize(("what", "value"), [("language", "xx"), ("language", ""), ("theme", "pink")])
def test_a_choice_that_is_none_is_refused(client, what, value):
    assert client.post(f"/account/{what}", data={what: value}).status_code == 422


def test_the_way_back_stays_on_the_desk(client):
    assert client.post("/account/theme", data={"theme": "dark", "next": "//elsewhere.example"}).location == "/"


def test_one_part_is_saved_without_the_others(client, maria):
    client.sign_in(maria).post("/account", data=PREFERENCES)
    answer = client.post("/account", data={"part": "screen", "theme": "light", "keys_on": "y"})
    assert answer.location == "/account#screen"
    found = fresh(maria)
    assert (found.theme, found.keys_on, found.language, found.timezone) == ("light", True, "ru", "Asia/Omsk")


def test_a_refused_part_keeps_what_was_typed_and_the_rest_as_it_is(client, maria):
    answer = client.sign_in(maria).post("/account", data={"part": "speech", "language": "ru", "timezone": "Mars/Base"})
    assert answer.status_code == 422
    assert 'value="Mars/Base"' in answer.text and 'value="Maria"' in answer.text


@pytest.mark.parametrize(
    ("typed", "zone"), [("Омск", "Asia/Omsk"), ("omsk", "Asia/Omsk"), (" new york ", "America/New_York")]
)
def test_a_zone_may_be_typed_as_a_city_in_either_language(client, maria, typed, zone):
    client.sign_in(maria).post("/account", data={"part": "speech", "language": "en", "timezone": typed})
    assert fresh(maria).timezone == zone


def test_who_serves_may_begin_with_the_queue(app, igor):
    with transaction():
        actions.set_password(by(igor, "2026-04-06 09:00"), igor, PASSWORD)
        actions.change_person(by(igor, "2026-04-06 09:00"), igor, {"start_page": "queue"})
    browser = doors.browser(app)
    given = {"email": "igor@example.com", "password": PASSWORD}
    assert browser.post("/sign-in", data=given).location == "/queue"
    assert browser.get("/").status_code == 200


def test_all_other_browsers_are_signed_out_at_once_and_this_one_stays(app, client, maria, igor):
    others = [doors.browser(app).sign_in(maria) for _ in range(2)]
    stranger = doors.browser(app).sign_in(igor)
    client.sign_in(maria)
    assert client.post("/account/sessions/end-others").location == "/account#sessions"
    assert [one.get("/account").status_code for one in others] == [302, 302]
    assert (client.get("/account").status_code, stranger.get("/account").status_code) == (200, 200)
