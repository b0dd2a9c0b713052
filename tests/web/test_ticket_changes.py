"""What people do on the page of a ticket."""

import pytest

from servicedesk.kernel.now import now
from servicedesk.tickets import queries
from tests import build
from tests.cast import department, request_type
from tests.web.ticket_pages import TEN, fresh, page_of, path_of, texts


def test_a_reply_is_sent_and_leads_back_to_the_ticket(client, igor, ticket):
    answer = client.sign_in(igor).post(
        path_of(ticket, "messages"), data={"text": "On my way.", "version": ticket.version}
    )
    assert (answer.status_code, answer.location) == (303, path_of(ticket))
    assert "Your message is sent." in client.get(answer.location).text
    assert texts(ticket, with_notes=False) == ["On my way."]


@pytest.mark.parametrize("kind", ["reply", "note"])
def test_an_empty_message_is_refused_at_its_field(client, igor, ticket, kind):
    answer = client.sign_in(igor).post(path_of(ticket, "messages"), data={"text": "  ", "kind": kind})
    assert answer.status_code == 422
    assert "Write something first." in answer.text
    assert texts(ticket) == []


def test_a_kind_of_message_that_is_not_one_publishes_nothing(client, igor, ticket):
    answer = client.sign_in(igor).post(path_of(ticket, "messages"), data={"text": "Do not lose me.", "kind": "shout"})
    assert answer.status_code == 422
    assert "Do not lose me." in answer.text
    assert texts(ticket) == []


def test_the_composer_saves_a_note(client, igor, ticket):
    client.sign_in(igor).post(path_of(ticket, "messages"), data={"text": "Between us.", "kind": "note"})
    assert (texts(ticket), texts(ticket, with_notes=False)) == (["Between us."], [])


@pytest.mark.parametrize("address", ["messages", "hold"])
def test_the_composer_puts_on_hold_with_the_reason(client, igor, ticket, address):
    given = {"kind": "hold", "text": "Which room?", "reason": "waiting_for_requester"}
    assert client.sign_in(igor).post(path_of(ticket, address), data=given).status_code == 303
    assert fresh(ticket).status == "waiting"
    assert [hold.note for hold in queries.holds(ticket.id)] == ["Which room?"]
    assert client.post(path_of(ticket, "hold", "end"), data={}).status_code == 303
    assert fresh(ticket).status == "new"


def test_the_end_of_a_hold_is_read_in_the_writers_time_zone(client, igor, ticket):
    given = {"reason": "scheduled", "text": "On the day of the move.", "until": "2030-01-15T12:00"}
    assert client.sign_in(igor).post(path_of(ticket, "hold"), data=given).status_code == 303
    until = queries.holds(ticket.id)[0].until
    assert until.isoformat() == "2030-01-15T09:00:00+00:00"


@pytest.mark.parametrize(
    ("until", "sentence"),
    [
        ("", "Say until when the work is scheduled."),
        ("2020-01-01T10:00", "The end of a hold lies in the future."),
        ("soon", "A day and time are expected here"),
    ],
)
def test_a_hold_without_a_right_end_comes_back_filled(client, igor, ticket, until, sentence):
    given = {"kind": "hold", "reason": "scheduled", "text": "When the part is here.", "until": until}
    answer = client.sign_in(igor).post(path_of(ticket, "messages"), data=given)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "When the part is here." in answer.text
    assert f'value="{until}"' in answer.text
    assert queries.holds(ticket.id) == []


@pytest.mark.parametrize("address", ["messages", "resolution"])
def test_the_composer_resolves(client, igor, ticket, address):
    client.sign_in(igor).post(path_of(ticket, address), data={"kind": "resolve", "text": "It prints."})
    assert fresh(ticket).status == "resolved"
    assert texts(ticket) == ["It prints."]


def test_resolving_without_a_word_is_refused(client, igor, ticket):
    answer = client.sign_in(igor).post(path_of(ticket, "resolution"), data={"text": ""})
    assert answer.status_code == 422
    assert fresh(ticket).status == "new"


def test_the_requester_confirms_a_solution(client, maria, igor, ticket):
    build.resolve(ticket, igor, TEN)
    assert "It says that it is done. Is it?" in page_of(client, maria, ticket)
    assert client.post(path_of(ticket, "closure"), data={}).status_code == 303
    assert fresh(ticket).status == "closed"


def test_the_requester_opens_it_again_and_says_why(client, maria, igor, ticket):
    build.resolve(ticket, igor, TEN)
    client.sign_in(maria)
    refused = client.post(path_of(ticket, "reopening"), data={"text": ""})
    assert (refused.status_code, fresh(ticket).status) == (422, "resolved")
    assert client.post(path_of(ticket, "reopening"), data={"text": "Silent again."}).status_code == 303
    assert fresh(ticket).status == "open"
    assert texts(ticket)[-1] == "Silent again."


def test_the_requester_withdraws(client, maria, ticket):
    assert client.sign_in(maria).post(path_of(ticket, "cancellation"), data={}).status_code == 303
    assert fresh(ticket).status == "cancelled"


def test_the_requester_can_rate_on_the_page(client, maria, igor):
    ticket = build.open_ticket(maria, when=now())
    build.resolve(ticket, igor, now())
    assert 'action="/rate/' in page_of(client, maria, ticket)
    assert 'href="/rate/' not in page_of(client, igor, ticket)


def test_an_agent_takes_gives_and_gives_back(client, igor, olga, ticket):
    client.sign_in(igor)
    for wanted, assignee in (("me", igor.id), (str(olga.id), olga.id), ("", None)):
        assert client.post(path_of(ticket, "assignment"), data={"assignee": wanted}).status_code == 303
        assert fresh(ticket).assignee_id == assignee


@pytest.mark.parametrize("wanted", ["maria", "anna", "nobody"])
def test_only_the_team_can_have_it(client, cast, igor, ticket, wanted):
    person = getattr(cast, wanted, None)
    answer = client.sign_in(igor).post(
        path_of(ticket, "assignment"), data={"assignee": str(person.id) if person else "99999"}
    )
    assert answer.status_code == 422
    assert "Only people of the department that holds the ticket can have it." in answer.text


def test_handing_over_carries_the_note_along(client, igor, ticket):
    given = {"department": str(department("hr").id), "note": "This is about a contract."}
    assert client.sign_in(igor).post(path_of(ticket, "handovers"), data=given).status_code == 303
    assert fresh(ticket).department_id == department("hr").id
    assert texts(ticket) == ["This is about a contract."]


def test_a_hand_over_to_nowhere_keeps_the_note(client, igor, ticket):
    answer = client.sign_in(igor).post(path_of(ticket, "handovers"), data={"department": "", "note": "Do not lose me."})
    assert answer.status_code == 422
    assert "Do not lose me." in answer.text


def test_who_hands_a_confidential_ticket_away_goes_back_to_the_queue(client, maria, anna):
    ticket = build.open_ticket(maria, "hr.trouble")
    answer = client.sign_in(anna).post(path_of(ticket, "handovers"), data={"department": str(department("legal").id)})
    assert answer.location == "/queue"


def test_priority_type_and_subject_can_be_corrected(client, igor, ticket):
    client.sign_in(igor)
    changes = {
        "priority": {"priority": "urgent"}, "type": {"request_type": str(request_type("it.access").id)},
        "subject": {"subject": "The scanner, not the printer"},
    }  # fmt: skip
    for part, given in changes.items():
        assert client.post(path_of(ticket, part), data=given).status_code == 303
    row = fresh(ticket)
    assert (row.priority, row.request_type_id, row.subject) == (
        "urgent",
        request_type("it.access").id,
        "The scanner, not the printer",
    )


@pytest.mark.parametrize(
    ("part", "given"),
    [
        ("priority", {"priority": "yesterday"}),
        ("type", {"request_type": ""}),
        ("type", {"request_type": "hr"}),
        ("subject", {"subject": " "}),
    ],
)
def test_a_wrong_correction_is_refused_on_the_page(client, igor, ticket, part, given):
    answer = client.sign_in(igor).post(path_of(ticket, part), data=given)
    assert answer.status_code == 422
    assert "Please correct one thing" in answer.text


def test_somebody_who_sees_it_follows_it(client, boris, ticket):
    client.sign_in(boris)
    client.post(path_of(ticket, "watch"), data={"watch": "1"})
    assert [person.name for person in queries.watchers(ticket.id)] == ["Boris"]
    client.post(path_of(ticket, "watch"), data={"watch": "0"})
    assert queries.watchers(ticket.id) == []
