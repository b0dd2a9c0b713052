"""Pages of a ticket tell those who serve it who else is there; the other side learns nothing of it."""

from __future__ import annotations

import pytest

from servicedesk.kernel.now import now
from servicedesk.web.presence import writing_words
from servicedesk.workbench.queries import Present
from tests import build


@pytest.fixture
def ticket(maria):
    return build.open_ticket(maria)


def say(client, person, ticket, **given):
    return client.sign_in(person).post(f"/tickets/{ticket.id}/presence", data=given)


def test_each_learns_of_the_other(client, igor, olga, ticket):
    assert say(client, igor, ticket).json == {"there": "", "writing": ""}
    assert say(client, olga, ticket, writing="reply").json == {"there": "Igor is here too", "writing": ""}
    assert say(client, igor, ticket).json == {"there": "", "writing": "Olga is writing a reply"}
    assert say(client, olga, ticket, leaving="1").status_code == 204
    assert say(client, igor, ticket).json == {"there": "", "writing": ""}


def test_the_requester_and_readers_are_told_nothing_and_seen_by_nobody(client, maria, adam, boris, igor, ticket):
    say(client, igor, ticket)
    for person in (maria, adam, boris):
        assert say(client, person, ticket).status_code == 403
        assert "data-presence" not in client.get(f"/tickets/{ticket.id}").text
    assert say(client, igor, ticket).json == {"there": "", "writing": ""}
    assert "data-presence=" in client.get(f"/tickets/{ticket.id}").text


def test_a_confidential_request_is_there_for_its_team_alone(client, maria, anna, igor, adam):
    secret = build.open_ticket(maria, "hr.trouble")
    assert say(client, anna, secret).status_code == 200
    assert [say(client, person, secret).status_code for person in (igor, adam)] == [404, 404]


def test_it_costs_few_statements_however_many_are_there(client, igor, olga, ticket, count_queries):
    say(client, olga, ticket)
    say(client, igor, ticket)
    count_queries()
    client.post(f"/tickets/{ticket.id}/presence", data={})
    # Who asks and their roles, the company, the ticket, who is there: what was said seconds ago is not written again.
    assert count_queries() <= 5


def test_many_are_told_shortly(app):
    names = ["Anna", "Boris", "Igor", "Maria", "Olga"]
    with app.test_request_context():
        assert writing_words([Present(number, name, "reply", now(), False) for number, name in enumerate(names)]) == (
            "Anna, Boris, Igor, and 2 more are writing replies"
        )
        assert writing_words([Present(1, "Anna", "note", now(), False), Present(2, "Igor", "hold", now(), False)]) == (
            "Igor is writing a reply · Anna is writing a note"
        )
