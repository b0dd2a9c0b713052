"""Signing in: passwords, throttle, sessions."""

from __future__ import annotations

from datetime import timedelta

import pytest

from servicedesk.kernel.errors import Busy, Invalid, NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions, queries, rules
from servicedesk.people.actions import signing_in
from tests.cast import at, by

NOW = at("2026-04-06 09:00")
PASSWORD = "correct horse battery"


@pytest.fixture
def known(maria):
    with transaction():
        actions.set_password(by(maria, NOW), maria, PASSWORD)
    return maria


def fail(email, when=NOW, times=1):
    for _ in range(times):
        with transaction():
            actions.count_failure(by(None, when), email)


def test_address_and_password_prove_a_person(known):
    assert actions.prove(email=" Maria@Example.COM ", password=PASSWORD, at=NOW) == known


@pytest.mark.parametrize("email", ["maria@example.com", "nobody@example.com", "igor@example.com", ""])
def test_wrong_unknown_and_without_password_are_answered_alike(known, email, monkeypatch):
    """Also in time: each asks the hasher exactly once."""
    asked = []
    fits = signing_in._fits
    monkeypatch.setattr(signing_in, "_fits", lambda *pair: asked.append(pair) or fits(*pair))
    assert actions.prove(email=email, password="wrong horse", at=NOW) is None
    assert len(asked) == 1


def test_somebody_switched_off_proves_nothing(known, adam):
    with transaction():
        actions.change_person(by(adam, NOW), known, {"active": False})
    assert actions.prove(email="maria@example.com", password=PASSWORD, at=NOW) is None


def test_nobody_signs_in_with_the_password_of_nobody(cast):
    assert actions.prove(email="igor@example.com", password="nobody has this password", at=NOW) is None
    assert actions.prove(email="unknown@example.com", password="nobody has this password", at=NOW) is None


def test_guessing_is_slowed_down_and_later_allowed_again(known):
    fail("maria@example.com", times=rules.FAILURES_ALLOWED - 1)
    assert actions.prove(email="maria@example.com", password=PASSWORD, at=NOW)
    fail("MARIA@example.com ")
    with pytest.raises(Busy) as refusal:
        actions.prove(email="maria@example.com", password=PASSWORD, at=NOW)
    assert refusal.value.params["seconds"] == 900
    assert actions.prove(email="maria@example.com", password=PASSWORD, at=NOW + rules.FAILURES_WINDOW)


def test_unknown_addresses_are_slowed_down_too_and_others_are_not(known):
    fail("nobody@example.com", times=rules.FAILURES_ALLOWED)
    with pytest.raises(Busy):
        actions.prove(email="nobody@example.com", password=PASSWORD, at=NOW)
    assert actions.prove(email="maria@example.com", password=PASSWORD, at=NOW)


@pytest.mark.parametrize("password", ["short", "x" * 201])
def test_a_password_has_a_length(maria, password):
    with transaction(), pytest.raises(Invalid) as refusal:
        actions.set_password(by(maria, NOW), maria, password)
    assert set(refusal.value.fields) == {"password"}


def test_passwords_are_kept_as_argon2(known):
    assert known.password_hash.startswith("$argon2id$")
    assert PASSWORD not in known.password_hash


def open_session(person, when=NOW):
    with transaction():
        return actions.open_session(by(person, when), person, "Firefox " * 100)


def test_a_session_is_found_by_its_key_until_it_ends(maria):
    key = open_session(maria)
    row = queries.session_of(key, NOW)
    assert row.person == maria
    assert len(row.browser) == 200
    assert key not in (row.key_hash, row.browser)
    assert queries.session_of(key, NOW + rules.SESSION_LASTS - timedelta(seconds=1))
    assert queries.session_of(key, NOW + rules.SESSION_LASTS) is None
    assert queries.session_of("", NOW) is None
    assert queries.session_of(row.key_hash, NOW) is None


def test_signing_out_ends_this_session_alone(maria):
    key, other = open_session(maria), open_session(maria)
    with transaction():
        actions.sign_out(by(maria, NOW), queries.session_of(key, NOW))
    assert queries.session_of(key, NOW) is None
    assert queries.session_of(other, NOW)


def test_nobody_ends_the_session_of_somebody_else(maria, igor):
    key = open_session(maria)
    number = queries.session_of(key, NOW).id
    for session_id in (number, number + 1000):
        with transaction(), pytest.raises(NotFound):
            actions.end_session(by(igor, NOW), igor, session_id)
    with transaction():
        actions.end_session(by(maria, NOW), maria, number)
    assert queries.session_of(key, NOW) is None


@pytest.mark.parametrize("change", ["password", "switched off"])
def test_sessions_end_with_a_new_password_or_a_person_switched_off(maria, adam, change):
    key = open_session(maria)
    with transaction():
        if change == "password":
            actions.set_password(by(maria, NOW), maria, PASSWORD)
        else:
            actions.change_person(by(adam, NOW), maria, {"active": False})
    assert queries.session_of(key, NOW) is None
    assert queries.sessions_of(maria.id) == []


def test_the_sweep_drops_what_is_over(maria):
    open_session(maria, NOW - rules.SESSION_LASTS)
    living = open_session(maria)
    fail("maria@example.com", NOW - rules.FAILURES_WINDOW)
    fail("maria@example.com", NOW)
    with transaction():
        actions.sweep(by(None, NOW))
    assert [row.key_hash for row in queries.sessions_of(maria.id)] == [queries.hash_of(living)]
    assert queries.recent_failures(signing_in._who("maria@example.com"), NOW) == 1
