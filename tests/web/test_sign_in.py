"""Signing in and out: one answer for known and unknown, slowed guessing, and a way back that never leaves the desk."""

import re
from dataclasses import replace

import pytest

from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions, queries
from servicedesk.web.return_path import is_local_path
from servicedesk.web.session import settings
from tests.cast import by

PASSWORD = "seven quiet printers"


@pytest.fixture
def maria_with_password(maria):
    with transaction():
        actions.set_password(by(maria, "2026-04-06 09:00"), maria, PASSWORD)
    return maria


def sign_in(client, email, password, **more):
    return client.post("/sign-in", data={"email": email, "password": password, **more})


def test_it_leads_to_the_page_that_was_wanted(client, maria_with_password):
    wanted = client.get("/account").location
    assert wanted == "/sign-in?next=/account"
    answer = sign_in(client, "maria@example.com", PASSWORD, next="/account")
    assert (answer.status_code, answer.location) == (303, "/account")
    assert client.get("/account").status_code == 200


def test_the_address_may_be_written_in_capitals(client, maria_with_password):
    assert sign_in(client, " MARIA@Example.com ", PASSWORD).status_code == 303


def test_known_and_unknown_addresses_get_the_same_answer(client, maria_with_password):
    known = sign_in(client, "maria@example.com", "wrong")
    unknown = sign_in(client, "nobody@example.com", "wrong")
    assert known.status_code == unknown.status_code == 422
    pages = [re.sub(r"[\w.-]{30,}|(maria|nobody)@example.com", "…", answer.text) for answer in (known, unknown)]
    assert pages[0] == pages[1]
    assert "do not fit together" in known.text


def test_the_refused_form_keeps_the_address_and_never_the_password(client):
    page = sign_in(client, "maria@example.com", "my secret words").text
    assert 'value="maria@example.com"' in page
    assert "my secret words" not in page


def test_an_empty_form_comes_back_with_an_error_at_each_field(client):
    answer = sign_in(client, "", "")
    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text
    assert 'id="password-error"' in answer.text


def test_guessing_is_slowed_down_also_for_the_right_password(client, maria_with_password):
    for _ in range(8):
        assert sign_in(client, "maria@example.com", "wrong").status_code == 422
    answer = sign_in(client, "maria@example.com", PASSWORD)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "Too many attempts" in answer.text


def test_whoever_is_switched_off_is_not_let_in(client, maria_with_password, adam):
    with transaction():
        actions.change_person(by(adam, "2026-04-06 10:00"), queries.person(maria_with_password.id), {"active": False})
    assert sign_in(client, "maria@example.com", PASSWORD).status_code == 422


def test_somebody_without_a_password_is_not_let_in(client, igor):
    assert sign_in(client, "igor@example.com", "").status_code == 422
    assert sign_in(client, "igor@example.com", "None").status_code == 422


def test_a_form_without_its_token_is_refused(client, maria_with_password):
    answer = client.post("/sign-in", data={"email": "maria@example.com", "password": PASSWORD}, csrf=False)
    assert answer.status_code == 400


def test_signing_in_forgets_what_the_cookie_held_before(client, maria_with_password):
    with client.application.app_context(), client.session_transaction() as kept:
        kept["planted"] = "by somebody else"
        kept["theme"] = "dark"
    sign_in(client, "maria@example.com", PASSWORD)
    with client.application.app_context(), client.session_transaction() as kept:
        assert "planted" not in kept
        assert kept["theme"] == "dark"


def test_signing_out_ends_the_session_itself_and_not_only_the_cookie(client, maria):
    client.sign_in(maria)
    assert len(queries.sessions_of(maria.id)) == 1
    assert client.post("/sign-out").location == "/sign-in"
    assert queries.sessions_of(maria.id) == []
    assert client.get("/account").status_code == 302


def test_who_is_signed_in_is_led_on(client, maria):
    assert client.sign_in(maria).get("/sign-in?next=/directory").location == "/directory"


def test_a_way_back_to_another_site_is_not_taken(client, maria_with_password):
    answer = sign_in(client, "maria@example.com", PASSWORD, next="https://elsewhere.example/")
    assert answer.location == "/"
    page = client.sign_out().get("/sign-in?next=//elsewhere.example").text
    assert '<input id="next" name="next" type="hidden" value="">' in page


@pytest.mark.parametrize(
    "path", ["/", "/tickets/5", "/queue/it?sort=due&q=a%20b", "/search?q=%2F%2Fprinter", "/запросы"]
)
def test_paths_of_the_desk_are_taken(path):
    assert is_local_path(path)


@pytest.mark.parametrize(
    "path",
    [
        "", "account", "https://elsewhere.example", "HTTPS:elsewhere.example", "//elsewhere.example", "///elsewhere.example",
        "/\\elsewhere.example", "\\\\elsewhere.example", "/\t/elsewhere.example", "/\n/elsewhere.example", " /account", "/a b",
        "/%2F/elsewhere.example", "/%5Celsewhere.example", "/%09/elsewhere.example", "/%252F%252Felsewhere.example",
        "/\x00", "javascript:alert(1)", "/" + "a" * 3000,
    ],
)  # fmt: skip
def test_other_ways_are_refused(path):
    assert not is_local_path(path)


def test_demo_people_are_offered_on_a_demo_alone(app, client, maria, igor):
    with transaction():
        guest = actions.add_person(
            by(None, "2026-04-06 09:00", "demo"), email="lena@north.example", name="Lena Petrova"
        )
        actions.set_password(by(None, "2026-04-06 09:00", "demo"), guest, "demo demo demo")
    assert "Lena Petrova" not in client.get("/sign-in").text
    app.config["SETTINGS"] = replace(settings(), demo=True)
    try:
        page = client.get("/sign-in").text
        assert "Lena Petrova" in page
        assert "Maria" not in page
        assert sign_in(client, "lena@north.example", "demo demo demo").status_code == 303
    finally:
        app.config["SETTINGS"] = replace(settings(), demo=False)
