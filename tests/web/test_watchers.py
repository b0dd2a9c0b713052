"""Followers and mentions at the door: who can be added, who is offered, who is told."""

from __future__ import annotations

import pytest

from servicedesk.kernel.db import db
from servicedesk.notifications.models import Notice
from servicedesk.tickets import queries
from tests import build


@pytest.fixture
def ticket(maria):
    return build.open_ticket(maria)


def offered(client, ticket, q, kind="reply"):
    return {item["name"] for item in client.get(f"/tickets/{ticket.id}/people?q={q}&kind={kind}").json["items"]}


def lines_of(person):
    return [row.kind for row in db.session.scalars(db.select(Notice).where(Notice.person_id == person.id))]


def test_a_follower_is_added_told_shown_and_removed(client, maria, stranger, ticket):
    client.sign_in(maria)
    assert client.post(f"/tickets/{ticket.id}/followers", data={"who": stranger.email}).status_code == 303
    assert "follower_added" in lines_of(stranger)
    page = client.get(f"/tickets/{ticket.id}").text
    assert f"{stranger.name}</span>" in page
    assert client.post(f"/tickets/{ticket.id}/followers/{stranger.id}/removal").status_code == 303
    assert queries.watchers(ticket.id) == []


@pytest.mark.parametrize("who", ["", "Nobody At All", "nobody@example.com"])
def test_who_is_not_here_is_said_at_the_field(client, maria, ticket, who):
    answer = client.sign_in(maria).post(f"/tickets/{ticket.id}/followers", data={"who": who})
    assert answer.status_code == 422 and "Nobody here has this name" in answer.text


def test_only_people_who_may_read_it_are_offered(client, igor, olga, maria, stranger, ticket):
    client.sign_in(igor)
    for kind, expected in (("reply", True), ("note", False)):
        assert (maria.name in offered(client, ticket, maria.email, kind)) == expected
        assert stranger.name not in offered(client, ticket, stranger.email, kind)
        assert olga.name in offered(client, ticket, olga.email, kind)
        assert igor.name not in offered(client, ticket, igor.email, kind)


def test_a_mention_is_told_once_and_not_as_a_plain_note(client, igor, olga, maria, ticket):
    build.assign(ticket, olga, "2026-04-07 09:00", olga)
    client.sign_in(igor)
    client.post(f"/tickets/{ticket.id}/messages", data={"kind": "note", "text": f"@{olga.name} have a look"})
    assert lines_of(olga).count("mentioned") == 1 and "note" not in lines_of(olga)
    client.post(f"/tickets/{ticket.id}/messages", data={"kind": "reply", "text": f"@{maria.name}, done."})
    assert "reply" in lines_of(maria) and "mentioned" not in lines_of(maria)
