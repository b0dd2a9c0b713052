"""Every route is tried by everybody, against the access table."""

from __future__ import annotations

import re

import pytest

from tests.security.access_table import ACCESS, API, EVERYBODY, WEB, Access
from tests.security.trying import TABLE, outcome, routes_of


def test_every_route_has_its_line_and_every_line_its_route(app):
    assert set(routes_of(app)) == set(TABLE)


def expected(access: Access, name: str) -> str:
    if name == "nobody":
        return "in" if access.nobody else "sign in"
    return "in" if name in access.inside.split() else "refused" if name in access.refused.split() else "hidden"


@pytest.mark.parametrize("name", TABLE)
def test_who_gets_in(app, scene, browsers, programs, writes, name):
    route, wrong = TABLE[name], {}
    for caller in (programs if name in API else browsers).values():
        writes.clear()
        answer = caller.call(app, name, route, scene)
        got, wanted = outcome(answer), expected(ACCESS[route.access], caller.name)
        if route.access == "public" and got == "sign in":
            got = "in"  # signing out leads there
        if got != wanted:
            wrong[caller.name] = f"{got} ({answer.status_code}) instead of {wanted}"
        if name.startswith("GET") or got != "in":
            allowed = [] if name.startswith("GET") else [s for s in writes if "sign_in_failure" not in s]
            assert (writes if name.startswith("GET") else allowed) == [], f"{caller.name} wrote by {name}"
    assert wrong == {}


TICKET_ROUTES = [name for name, route in TABLE.items() if "ticket_id" in route.values]


@pytest.mark.parametrize("name", TICKET_ROUTES)
def test_a_confidential_ticket_does_not_exist_for_others(app, scene, browsers, programs, name):
    callers = programs if name in API else browsers
    for caller in callers.values():
        got = outcome(caller.call(app, name, TABLE[name], scene, ticket_id=scene.confidential))
        if caller.name == "nobody":
            assert got == "sign in"
        elif caller.name in ("maria", "anna"):
            # What the address names besides the ticket is another ticket's.
            others = {"clock_id", "letter_id", "attachment_id", "message_id", "link_id"} & set(
                TABLE[name].values
            ) or TABLE[name].values.get("number") == "approval"
            assert got in ("in", "refused") or others
        else:
            assert got == "hidden", caller.name


@pytest.mark.parametrize("name", TICKET_ROUTES)
def test_what_is_forbidden_and_what_is_missing_are_answered_alike(app, scene, browsers, programs, name):
    caller = (programs if name in API else browsers)["stranger"]
    forbidden = caller.call(app, name, TABLE[name], scene, ticket_id=scene.ticket)
    missing = caller.call(app, name, TABLE[name], scene, ticket_id=scene.ticket + 5000)
    assert forbidden.status_code == missing.status_code == 404
    assert _told(forbidden, scene.ticket) == _told(missing, scene.ticket + 5000)
    assert {k: v for k, v in forbidden.headers.items() if k not in CHANGING} == {
        k: v for k, v in missing.headers.items() if k not in CHANGING
    }


CHANGING = {"Content-Security-Policy", "X-Request-Id", "Set-Cookie", "Date", "Content-Length"}


def _told(answer, number):
    """The answer without its numbers, nonces and tokens."""
    text = re.sub(rf"tickets/{number}\b", "tickets/#", answer.get_data(as_text=True))
    return re.sub(r'(nonce|content|value)="[\w.\-]{16,}"|[0-9a-f]{16}|X-CSRFToken[^}]*}', "", text)


# The link itself, known to its reader alone, is what allows this; mail programs may drop the cookie of the form.
WITHOUT_TOKEN = {"POST ratings.answer", "POST surveys.answer", "POST unsubscribing.end"}


@pytest.mark.parametrize("name", [name for name in WEB if not name.startswith("GET") and name not in WITHOUT_TOKEN])
def test_a_form_without_its_token_is_refused_and_writes_nothing(app, scene, browsers, writes, name):
    for who in ("maria", "olga", "adam", "nobody"):
        writes.clear()
        answer = browsers[who].call(app, name, WEB[name], scene, csrf=False)
        assert (answer.status_code, writes) == (400, []), who


def test_the_table_is_about_the_whole_cast(cast):
    assert set(EVERYBODY.split()) == set(cast.everybody())
    for access in ACCESS.values():
        assert not set(access.inside.split()) & set(access.refused.split())
    assert {route.access for route in TABLE.values()} <= set(ACCESS)
