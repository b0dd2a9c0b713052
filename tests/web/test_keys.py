"""Single keys: told on a page of their own, offered as a dialog, and switched off by whom they disturb."""

from __future__ import annotations

import re

from servicedesk.web.keys import PARTS


def test_the_page_tells_every_key_without_scripts(client, igor):
    page = client.sign_in(igor).get("/keys").text
    told = re.findall(r"<dt><kbd>([^<]+)</kbd></dt>", page.split("<main")[1].split("</main>")[0])
    assert {key.key for _name, keys in PARTS for key in keys} <= set(told)


def test_one_goes_only_where_one_may(client, igor, maria):
    assert 'data-key="g q"' in client.sign_in(igor).get("/keys").text
    assert 'data-key="g q"' not in client.sign_in(maria).get("/keys").text


def test_who_switches_them_off_has_none(client, igor):
    client.sign_in(igor)
    assert '<dialog id="keys"' in client.get("/queue").text
    client.post("/keys", data={"keys": "off"})
    assert '<dialog id="keys"' not in client.get("/queue").text
    assert "Single keys are off." in client.get("/keys").text
    client.post("/keys", data={"keys": "on"})
    assert '<dialog id="keys"' in client.get("/queue").text


def test_a_visitor_has_none(client):
    assert '<dialog id="keys"' not in client.get("/sign-in").text
