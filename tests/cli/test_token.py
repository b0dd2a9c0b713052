"""flask desk token: the secret alone on stdout, once."""

from __future__ import annotations

import pytest

from servicedesk.kernel.now import now
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions, queries


def test_it_prints_the_token_alone(run, igor):
    result = run(
        "desk", "token", "Igor@example.com", "--name", "a script", "--scope", "tickets:read", "--scope", "people:read"
    )
    assert (result.exit_code, result.stderr, result.stdout.count("\n")) == (0, "", 1)
    token = queries.token_of(result.stdout.strip(), now())
    assert (token.person_id, token.name, token.scopes) == (igor.id, "a script", ["people:read", "tickets:read"])


def test_without_scopes_it_may_what_its_person_may(run, igor):
    token = queries.token_of(run("desk", "token", igor.email, "--name", "x").stdout.strip(), now())
    assert token.scopes == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nobody@example.com", "--name", "x"], "Nobody on this desk has the address nobody@example.com."),
        (["igor@example.com", "--name", " "], "name: A token needs a name"),
        (["igor@example.com", "--name", "x", "--scope", "all"], "There is no scope all"),
        (["igor@example.com"], "Missing option '--name'"),
    ],
)
def test_it_refuses(run, igor, words, sentence):
    result = run("desk", "token", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert queries.tokens_of(igor.id) == []


def test_it_refuses_somebody_who_is_switched_off(run, igor):
    with transaction():
        actions.change_person(Stamp(None, now(), "cli"), igor, {"active": False})
    result = run("desk", "token", igor.email, "--name", "x")
    assert (result.exit_code, "switched off" in result.stderr) == (2, True)
