"""The page of a request that needs approval: who is asked, the two buttons, the rework; and what waits for one's word."""

from __future__ import annotations

import pytest

from servicedesk.tickets import queries
from tests import build
from tests.build import approve, open_ticket, refuse
from tests.cast import at
from tests.tickets.approving import AMOUNT, BOSS, away, named, offer, words

TEN, ELEVEN, NOON = (f"2026-04-06 {hour}:00" for hour in (10, 11, 12))
FRIDAY = "2026-04-10 18:00"


@pytest.fixture
def ticket(maria):
    """Waits for Boris."""
    offer(BOSS)
    return open_ticket(maria, "it.purchase", TEN, answers={"amount": "900"})


def decide(client, ticket, decision, reason="", number=0, **more):
    approval = queries.approvals(ticket.id)[number]
    sent = {"decision": decision, "reason": reason, "version": str(ticket.version), **more}
    return client.post(f"/tickets/{ticket.id}/approvals/{approval.id}", data=sent)


def page(client, ticket):
    return client.get(f"/tickets/{ticket.id}").get_data(as_text=True)


def test_the_approver_reads_it_and_approves(client, ticket, boris):
    client.sign_in(boris)
    said = page(client, ticket)
    assert "Your approval is needed" in said and 'value="approved"' in said and 'value="refused"' in said
    answer = decide(client, ticket, "approved", "Buy it.")
    assert (answer.status_code, answer.location) == (303, f"/tickets/{ticket.id}")
    assert words(ticket) == [(1, 1, "Boris", "approved")]
    said = page(client, ticket)
    assert "Buy it." in said and 'value="approved"' not in said


def test_others_see_who_is_asked_and_no_button(client, ticket, maria, igor):
    for person in (maria, igor):
        client.sign_in(person)
        said = page(client, ticket)
        assert "Boris" in said and 'value="approved"' not in said


def test_the_requester_reads_for_whom_it_waits(client, ticket, maria):
    client.sign_in(maria)
    assert "Waiting for the approval of Boris." in page(client, ticket)


def test_a_refusal_without_a_reason_comes_back_at_its_field(client, ticket, boris):
    client.sign_in(boris)
    answer = decide(client, ticket, "refused", " ")
    assert answer.status_code == 422
    assert "Say why, so that it can be reworked." in answer.get_data(as_text=True)
    assert words(ticket) == [(1, 1, "Boris", "asked")]


@pytest.mark.parametrize("decision", ["", "void", "maybe"])
def test_a_word_that_is_none_keeps_what_was_typed(client, ticket, boris, decision):
    client.sign_in(boris)
    answer = decide(client, ticket, decision, "Because of the budget.")
    assert answer.status_code == 422
    assert "Because of the budget." in answer.get_data(as_text=True)


def test_a_ticket_that_moved_on_meanwhile_keeps_what_was_typed(client, ticket, boris, igor):
    seen = ticket.version
    build.reply(ticket, igor, ELEVEN)
    client.sign_in(boris)
    answer = decide(client, ticket, "refused", "Because of the budget.", version=str(seen))
    said = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert (
        "Your change is not made yet" in said and "Because of the budget." in said and "We are looking at it." in said
    )
    assert words(ticket) == [(1, 1, "Boris", "asked")]


def test_somebody_else_decided_meanwhile(client, maria, olga, anna):
    offer(named(olga, anna))
    ticket = open_ticket(maria, "it.purchase", TEN)
    approve(ticket, olga, ELEVEN)
    client.sign_in(anna)
    answer = decide(client, ticket, "refused", "Because of the budget.", version="")
    assert answer.status_code == 409
    assert "This has been decided meanwhile." in answer.get_data(as_text=True)
    assert "Because of the budget." in answer.get_data(as_text=True)


def test_a_confidential_request_that_was_decided_meanwhile_keeps_the_text_and_shows_nothing(client, maria, olga, boris):
    offer(named(boris, olga), key="hr.leave", fields=(), confidential=True)
    ticket = open_ticket(maria, "hr.leave", TEN, subject="Leave for a secret reason")
    approve(ticket, olga, ELEVEN)
    client.sign_in(boris)
    said = decide(client, ticket, "refused", "Because of the budget.", version="").get_data(as_text=True)
    assert "Because of the budget." in said and "secret reason" not in said


def test_signed_out_meanwhile_nothing_is_lost(client, ticket):
    answer = decide(client, ticket, "refused", "Because of the budget.")
    assert answer.status_code == 401
    assert "Because of the budget." in answer.get_data(as_text=True)


def test_looking_changes_nothing(client, ticket, boris):
    """A mail scanner follows every link."""
    client.sign_in(boris)
    for path in ("", "/rework", f"/approvals/{queries.approvals(ticket.id)[0].id}", "/why"):
        client.get(f"/tickets/{ticket.id}{path}?decision=approved&reason=x")
    client.get("/approvals")
    assert words(ticket) == [(1, 1, "Boris", "asked")]


def test_who_stands_in_is_told_so_and_both_are_named_afterwards(client, maria, boris, stranger):
    offer(BOSS)
    away(boris, stranger, "2026-04-06 09:00", FRIDAY)
    ticket = open_ticket(maria, "it.purchase", TEN)
    client.sign_in(stranger)
    assert "You stand in for Boris." in page(client, ticket)
    decide(client, ticket, "approved")
    client.sign_in(maria)
    said = page(client, ticket)
    assert "Approved by Stranger for Boris" in said and "Stranger approved it for Boris" in said


def test_reasons_are_for_both_sides_and_not_for_who_follows(client, ticket, boris, maria, igor, cast):
    colleague = cast.rita
    with build.transaction():
        build.actions.watch(ticket, colleague)
    refuse(ticket, boris, ELEVEN, "Because of the budget.")
    for person, reads in ((maria, True), (igor, True), (boris, True), (colleague, False)):
        client.sign_in(person)
        said = page(client, ticket)
        assert ("Because of the budget." in said) is reads, person.name
        assert "Refused" in said


# Rework


def test_a_refused_request_comes_back_filled_and_is_sent_again(client, ticket, boris, maria):
    refuse(ticket, boris, ELEVEN, "Half of it.")
    client.sign_in(maria)
    said = page(client, ticket)
    assert "Refused by Boris." in said and "Half of it." in said and f"/tickets/{ticket.id}/rework" in said
    form = client.get(f"/tickets/{ticket.id}/rework").get_data(as_text=True)
    assert 'value="900"' in form and 'value="The printer is silent"' in form and "It does not even blink." in form
    assert "Half of it." in form
    sent = {"subject": "A small one", "description": "Half.", "fields.amount": "450", "version": str(ticket.version)}
    answer = client.post(f"/tickets/{ticket.id}/rework", data=sent)
    assert (answer.status_code, answer.location) == (303, f"/tickets/{ticket.id}")
    assert words(ticket)[-1] == (2, 1, "Boris", "asked")
    assert ticket.subject == "A small one"


def test_faults_of_a_rework_stand_at_their_fields(client, ticket, boris, maria):
    refuse(ticket, boris, ELEVEN)
    client.sign_in(maria)
    sent = {"subject": " ", "description": "Half.", "fields.amount": "a lot"}
    answer = client.post(f"/tickets/{ticket.id}/rework", data=sent)
    said = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "A number is expected here." in said and "Say in a few words" in said
    assert 'value="a lot"' in said and "Half." in said


def test_pressed_twice_the_second_says_so_and_keeps_the_text(client, ticket, boris, maria):
    refuse(ticket, boris, ELEVEN)
    client.sign_in(maria)
    sent = {"subject": "A small one", "description": "Half.", "fields.amount": "450", "version": str(ticket.version)}
    client.post(f"/tickets/{ticket.id}/rework", data=sent)
    answer = client.post(f"/tickets/{ticket.id}/rework", data=sent)
    assert answer.status_code == 409
    assert "Half." in answer.get_data(as_text=True)
    assert len(words(ticket)) == 2


def test_what_was_not_refused_leads_back_to_its_page(client, ticket, maria):
    client.sign_in(maria)
    answer = client.get(f"/tickets/{ticket.id}/rework")
    assert (answer.status_code, answer.location) == (303, f"/tickets/{ticket.id}")


def test_a_step_that_was_waived_stands_in_the_story(client, boris):
    offer(BOSS)
    ticket = open_ticket(boris, "it.purchase", TEN)
    client.sign_in(boris)
    assert "Nobody but the requester could approve it" in page(client, ticket)


# Lists


def test_what_waits_for_me_is_listed_oldest_first_and_counted(client, maria, boris, stranger, count_queries):
    offer(BOSS)
    for hour in (12, 10, 11):
        open_ticket(maria, "it.purchase", f"2026-04-06 {hour}:00", subject=f"Printer of {hour} o'clock")
    client.sign_in(boris)
    said = client.get("/approvals").get_data(as_text=True)
    places = [said.index(f"Printer of {hour} o") for hour in (10, 11, 12)]
    assert places == sorted(places)
    assert "Approvals" in client.get("/").get_data(as_text=True)
    client.sign_in(stranger)
    assert "/approvals" not in client.get("/").get_data(as_text=True)
    assert "Nothing waits for your approval" in client.get("/approvals").get_data(as_text=True)


def test_the_list_is_paged_with_the_same_number_of_queries(client, maria, boris, count_queries):
    offer(BOSS)
    client.sign_in(boris)
    for _ in range(2):
        open_ticket(maria, "it.purchase", TEN)
    client.get("/approvals")
    count_queries()
    client.get("/approvals")
    few = count_queries()
    for _ in range(31):
        open_ticket(maria, "it.purchase", TEN)
    count_queries()
    said = client.get("/approvals").get_data(as_text=True)
    assert count_queries() == few
    assert "/approvals?cursor=" in said


def test_the_queue_hides_what_is_not_approved_and_shows_it_on_request(client, ticket, igor):
    client.sign_in(igor)
    assert f"#{ticket.id}<" not in client.get("/queue").get_data(as_text=True)
    assert f"#{ticket.id}<" in client.get("/queue?status=awaiting_approval").get_data(as_text=True)
    assert f"#{ticket.id}<" not in client.get("/queue?status=new").get_data(as_text=True)


def test_a_refused_request_waits_for_its_requester(client, ticket, maria, boris):
    client.sign_in(maria)
    assert f"#{ticket.id}<" not in client.get("/requests?tab=waiting").get_data(as_text=True)
    refuse(ticket, boris, ELEVEN)
    said = client.get("/requests?tab=waiting").get_data(as_text=True)
    assert f"#{ticket.id}<" in said and "It was refused." in said


def test_the_way_of_the_time_names_the_approver(client, ticket, boris, maria):
    approve(ticket, boris, NOON)
    client.sign_in(maria)
    assert "Approver" in client.get(f"/tickets/{ticket.id}/why").get_data(as_text=True)
    assert AMOUNT["label"]["en"] in page(client, ticket)
    assert ticket.approved_at == at(NOON)
