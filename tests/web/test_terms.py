"""Agreeing on a date on the page of a ticket: what each side sees, sends and reads of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from servicedesk.kernel.now import now
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.sla import actions as sla
from servicedesk.sla import queries
from tests import build
from tests.cast import PROMISES, by

START = now() - timedelta(minutes=2)
DUE = (now() + timedelta(hours=3)).replace(second=0, microsecond=0)
LATER = DUE + timedelta(days=4)


@pytest.fixture
def ticket(maria):
    return build.open_ticket(maria, when=START)


def path_of(ticket, *parts) -> str:
    return "/".join(["/tickets", str(ticket.id), *(str(part) for part in parts)])


def page_of(client, person, ticket) -> str:
    answer = client.sign_in(person).get(path_of(ticket))
    assert answer.status_code == 200
    return answer.text


def wall(moment) -> str:
    """As a datetime-local field of somebody in Moscow sends it."""
    return (moment + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")


def states(ticket) -> list[str]:
    return [term.state for term in queries.terms(ticket.id).items]


def test_the_department_proposes_and_the_requester_reads_it_in_plain_words(client, maria, igor, ticket):
    sent = client.sign_in(igor).post(
        path_of(ticket, "terms"), data={"due_at": wall(DUE), "reason": "The part comes then."}
    )
    assert sent.status_code == 303
    own = client.get(path_of(ticket)).text
    assert "You propose: done by" in own and "The other side has not answered yet." in own
    assert "Take the proposal back" in own and "Agree to this date" not in own
    read = page_of(client, maria, ticket)
    assert re.search(r"It proposes: done by .+\.", read) and "The part comes then." in read
    assert "Agree to this date" in read and "Decline" in read and "Propose another date" in read
    agreed = client.post(path_of(ticket, "terms", 1, "acceptance"))
    assert agreed.status_code == 303
    page = client.get(path_of(ticket)).text
    assert "agreed date:" in page and "as agreed." in page and "Without an agreement it was due" in page
    assert "Igor proposed a date:" in page and "Maria agreed to the date:" in page
    assert build.clocks(ticket)["resolution"].due_at == DUE
    assert client.get(path_of(ticket, "why")).status_code == 200


def test_the_requester_proposes_too(client, maria, igor, ticket):
    assert "Propose a date" in page_of(client, maria, ticket)
    client.post(path_of(ticket, "terms"), data={"due_at": wall(DUE), "reason": "I travel."})
    assert "Maria proposes: done by" in page_of(client, igor, ticket)
    client.post(path_of(ticket, "terms"), data={"due_at": wall(LATER), "reason": "Not before."})
    page = client.get(path_of(ticket)).text
    assert "Igor proposed another date:" in page
    assert states(ticket) == ["countered", "proposed"]


def test_a_date_is_read_and_shown_in_the_writers_zone(client, igor, ticket):
    with transaction():
        people.change_person(by(igor, START), igor, {"timezone": "Asia/Yekaterinburg"})
    local = (DUE + timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M")
    client.sign_in(igor).post(path_of(ticket, "terms"), data={"due_at": local, "reason": "Parts."})
    assert queries.open_term(ticket.id).due_at == DUE


@pytest.mark.parametrize(
    ("due", "sentence"),
    [
        ("", "A day and time are expected here"),
        ("soon", "A day and time are expected here"),
        ("0001-01-01T00:00", "A day and time are expected here"),
        ("2020-01-01T10:00", "The date lies in the past"),
        ("2060-01-01T10:00", "Nobody plans more than 5 years ahead"),
    ],
)
def test_a_wrong_date_comes_back_with_everything_typed(client, maria, ticket, due, sentence):
    refused = client.sign_in(maria).post(
        path_of(ticket, "terms"), data={"due_at": due, "reason": "I am away until then."}
    )
    assert refused.status_code == 422
    assert sentence in refused.text and "I am away until then." in refused.text
    assert f'value="{due}"' in refused.text
    assert 'aria-invalid="true"' in refused.text and states(ticket) == []


def test_a_date_without_a_reason_comes_back(client, maria, ticket):
    refused = client.sign_in(maria).post(path_of(ticket, "terms"), data={"due_at": wall(DUE), "reason": " "})
    assert refused.status_code == 422 and "Say in a sentence why this date." in refused.text
    assert wall(DUE) in refused.text


@pytest.mark.parametrize(("who", "state", "words"), [("maria", "declined", "Maria declined the date"), ("igor", "withdrawn", "Igor took the proposed date back")])  # fmt: skip
def test_a_proposal_is_declined_or_taken_back(client, cast, ticket, who, state, words):
    build.propose(ticket, cast.igor, now(), DUE)
    client.sign_in(getattr(cast, who)).post(path_of(ticket, "terms", 1, "refusal"))
    assert states(ticket) == [state]
    assert words in client.get(path_of(ticket)).text


def test_what_was_countered_meanwhile_is_a_conflict_that_shows_the_new_one(client, maria, igor, ticket):
    build.propose(ticket, maria, now(), DUE)
    version = ticket.version
    build.propose(ticket, maria, now(), LATER, "I was wrong.")
    stale = client.sign_in(igor).post(path_of(ticket, "terms", 1, "acceptance"), data={"version": version})
    assert stale.status_code == 409 and "I was wrong." in stale.text
    gone = client.post(path_of(ticket, "terms", 1, "acceptance"))
    assert gone.status_code == 409 and "This proposal was withdrawn." in gone.text
    assert client.post(path_of(ticket, "terms", 9, "acceptance")).status_code == 404


def test_somebody_who_follows_reads_but_answers_nothing(client, boris, igor, stranger, ticket):
    build.propose(ticket, igor, now(), DUE)
    page = page_of(client, boris, ticket)
    assert "It proposes: done by" in page and "Agree to this date" not in page and "Decline" not in page
    assert client.post(path_of(ticket, "terms", 1, "acceptance")).status_code == 403
    assert client.post(path_of(ticket, "terms"), data={"due_at": wall(DUE), "reason": "x"}).status_code == 403
    client.sign_in(stranger)
    assert client.post(path_of(ticket, "terms", 1, "acceptance")).status_code == 404


def test_after_the_breach_nothing_is_offered(client, maria, igor):
    ticket = build.open_ticket(maria)
    build.propose(ticket, igor, "2026-04-06 12:00", "2026-04-10 15:00")
    page = page_of(client, maria, ticket)
    assert "there is nothing left to agree on" in page
    assert "Agree to this date" not in page and "Propose another date" not in page
    refused = client.post(path_of(ticket, "terms", 1, "acceptance"))
    assert refused.status_code == 409 and "broken already" in refused.text
    kept = client.post(path_of(ticket, "terms"), data={"due_at": wall(DUE), "reason": "My long reason."})
    assert kept.status_code == 409 and "My long reason." in kept.text


def test_while_it_waits_the_agreed_date_stays_in_sight(client, maria, igor, ticket):
    build.agree(ticket, igor, maria, now(), DUE)
    build.hold(ticket, igor, now())
    page = page_of(client, maria, ticket)
    assert "agreed date:" in page and "No pause moves the agreed date." in page
    assert "stands still" not in page
    assert "In time" in page_of(client, igor, ticket) or f"#{ticket.id}" in client.get("/queue").text


def test_the_first_of_several_dates_is_told(client, maria, igor, ticket):
    build.agree(ticket, igor, maria, now(), DUE)
    build.agree(ticket, igor, maria, now(), LATER)
    page = page_of(client, maria, ticket)
    assert "First agreed date:" in page and "it was due" in page


def test_a_promise_of_an_agreed_date_alone_is_shown_everywhere(client, cast):
    with transaction():
        for name in PROMISES:
            sla.withdraw_policy(by(None, "2026-04-01 09:00"), name)
    ticket = build.open_ticket(cast.maria, when=START)
    assert "No promise covers this request." in page_of(client, cast.maria, ticket)
    build.agree(ticket, cast.igor, cast.maria, now(), DUE)
    assert "agreed date:" in page_of(client, cast.maria, ticket)
    for person, path in (
        (cast.maria, path_of(ticket, "why")),
        (cast.maria, "/requests"),
        (cast.maria, "/"),
        (cast.igor, "/queue"),
    ):
        assert client.sign_in(person).get(path).status_code == 200
    build.resolve(ticket, cast.igor, now())
    assert "agreed date:" in page_of(client, cast.igor, ticket)


def test_no_field_of_the_page_has_the_name_of_another(client, igor, ticket):
    ids = re.findall(r'\bid="([^"]+)"', page_of(client, igor, ticket))
    assert {name for name in ids if ids.count(name) > 1} <= {"text"}


def test_a_text_typed_while_the_session_ended_is_shown_to_be_copied(client, ticket):
    kept = client.post(path_of(ticket, "terms"), data={"due_at": wall(DUE), "reason": "My long reason."})
    assert kept.status_code == 401 and "My long reason." in kept.text


def test_what_people_write_as_a_reason_cannot_run_in_the_page(client, maria, igor, ticket):
    build.propose(ticket, igor, now(), DUE, "<script>alert(1)</script>")
    assert "<script>alert(1)" not in page_of(client, maria, ticket)


def test_a_long_negotiation_asks_no_more_of_the_database(client, maria, igor, ticket, count_queries):
    build.propose(ticket, igor, START, DUE)
    page_of(client, maria, ticket)
    count_queries()
    client.get(path_of(ticket))
    before = count_queries()
    for minute in range(10):
        build.propose(ticket, (maria, igor)[minute % 2], START, DUE + timedelta(minutes=minute + 1))
    count_queries()
    client.get(path_of(ticket))
    assert count_queries() <= before


def test_dates_of_the_past_are_told_in_their_place(client, maria, igor):
    ticket = build.open_ticket(maria, door="import")
    build.propose(ticket, igor, "2026-04-06 12:00", "2026-04-07 12:00", "Parts on Tuesday.")
    build.accept(ticket, maria, "2026-04-06 12:30")
    build.resolve(ticket, igor, "2026-04-07 11:00", "It prints.")
    page = page_of(client, maria, ticket)
    order = [
        page.index(words) for words in ("proposed a date", "Parts on Tuesday.", "agreed to the date", "resolved it")
    ]
    assert order == sorted(order)
