"""A zero character, which only an attacker sends, gets a sentence from every door and never a fault."""

from __future__ import annotations

import pytest

PAGES = (
    "/search?q=%00",
    "/queue?q=%00",
    "/directory?q=%00",
    "/requests/new?q=%00",
    "/admin/people?q=%00",
    "/admin/audit?what=%00",
)


@pytest.mark.parametrize("path", PAGES)
def test_pages_refuse_to_look_for_it(client, adam, path):
    answer = client.sign_in(adam).get(path)
    assert answer.status_code == 422
    assert "cannot be kept" in answer.text


def test_nobody_signs_in_with_it(client):
    assert client.post("/sign-in", data={"email": "a\0b@example.com", "password": "x" * 12}).status_code == 422
