"""Finding whom to ask, the form of a request, the promise before sending, sending once."""

import io
import re

import pytest

from servicedesk.catalog import actions as catalog
from servicedesk.kernel.transaction import transaction
from servicedesk.sla import actions as sla
from servicedesk.tickets.queries import tickets_by_id
from servicedesk.web.offers import offers
from tests import build
from tests.cast import FOUNDED, at, by, request_type

PATH = "/requests/new/it.access"
FILLED = {
    "key": "one",
    "subject": "CRM please",
    "description": "For the new colleague.",
    "priority": "normal",
    "fields.system": "crm",
}


def number_of(answer) -> int:
    return int(re.fullmatch(r"/tickets/(\d+)/sent", answer.location)[1])


def offered(kind: str, when: str, customer_department_id: int | None = None) -> list:
    type_ = request_type(kind)
    return offers(
        at(when),
        department_id=type_.department_id,
        request_type_id=type_.id,
        customer_department_id=customer_department_id,
    )


@pytest.mark.parametrize("path", ["/requests/new", PATH])
def test_it_leads_a_visitor_to_the_sign_in_page(client, path):
    assert client.get(path).location.startswith("/sign-in")


def test_the_catalog_lists_what_every_department_offers(client, maria):
    page = client.sign_in(maria).get("/requests/new").text
    assert all(name in page for name in ("Something is broken", "Access", "Certificate", "Offer"))


@pytest.mark.parametrize("words", ["доступа", "ACCESS", "my accesses are gone"])
def test_plain_words_find_a_request_whatever_their_ending(client, maria, words):
    page = client.sign_in(maria).get("/requests/new", query_string={"q": words}).text
    found = page.split('id="all"')[0]
    assert "/requests/new/it.access" in found
    assert "/requests/new/hr.certificate" not in found


def test_words_that_fit_nothing_get_advice(client, maria):
    page = client.sign_in(maria).get("/requests/new", query_string={"q": "xylophone"}).text
    assert "Nothing fits “xylophone”" in page


def test_a_request_nobody_offers_is_not_found(client, maria, app):
    assert client.sign_in(maria).get("/requests/new/it.nonsense").status_code == 404
    with transaction():
        catalog.change_request_type(by(None, "2026-04-06 09:00"), request_type("it.access"), {"active": False})
    assert client.get(PATH).status_code == 404
    assert client.post(PATH, data=FILLED).status_code == 404


def test_the_form_speaks_the_readers_language(client, maria):
    page = client.sign_in(maria).get(PATH).text
    assert "System" in page
    client.post("/account/language", data={"language": "ru"})
    assert "Система" in client.get(PATH).text


def test_every_kind_of_field_can_be_filled(client, maria):
    kinds = ("text", "long_text", "number", "date", "yes_no")
    form = [{"key": kind, "type": kind, "label": {"en": f"A {kind}"}} for kind in kinds]
    options = [{"key": "a", "label": {"en": "Apples"}}, {"key": "b", "label": {"en": "Pears"}}]
    form.append({"key": "subject", "type": "choices", "label": {"en": "Fruit"}, "options": options})
    with transaction():
        catalog.change_request_type(by(None, FOUNDED), request_type("it.incident"), {"fields": form})
    given = {
        "fields.text": "one", "fields.long_text": "two", "fields.number": "1 000,50", "fields.date": "2026-05-09",
        "fields.yes_no": "no", "fields.subject": ["a", "b"],
    }  # fmt: skip
    answer = client.sign_in(maria).post("/requests/new/it.incident", data={**FILLED, **given})
    assert answer.status_code == 303
    kept = {row["key"]: row["value"] for row in tickets_by_id([number_of(answer)])[number_of(answer)].answers}
    assert kept == {
        "text": "one", "long_text": "two", "number": "1000.50", "date": "2026-05-09", "yes_no": False, "subject": ["a", "b"],
    }  # fmt: skip
    page = client.get(f"/tickets/{number_of(answer)}").text
    assert "Apples" in page and "Pears" in page and "9 May 2026" in page


def test_the_promise_stands_on_the_form_before_sending(client, maria):
    page = client.sign_in(maria).get(PATH).text
    assert "An answer by" in page and "done by" in page
    assert "This is what It promises for all requests." in page


def test_the_promise_follows_the_priority_and_the_working_hours(app):
    by_priority = {offer.priority: offer for offer in offered("it.access", "2026-04-06 10:00")}
    assert by_priority["normal"].answer_at == at("2026-04-06 14:00")
    assert by_priority["normal"].done_at == at("2026-04-09 10:00")
    assert by_priority["urgent"].answer_at == at("2026-04-06 11:00")
    assert by_priority["urgent"].begins_at is None


def test_the_promise_says_when_counting_begins_and_what_is_left_out(app):
    offer = next(o for o in offered("it.access", "2026-04-30 20:00") if o.priority == "normal")
    assert offer.begins_at == at("2026-05-04 09:00")
    assert [why for why, _ in offer.not_counted] == ["holiday", "weekend", "night"]


def test_one_sentence_is_enough_where_priority_changes_nothing(app):
    assert [offer.priority for offer in offered("hr.certificate", "2026-04-06 10:00")] == [None]


def test_an_agreement_is_promised_to_its_customer(app, maria):
    with transaction():
        sla.set_policy(
            by(None, FOUNDED), name="it for sales", department_id=request_type("it.access").department_id,
            customer_department_id=maria.department_id, targets={"resolution": "2h"},
        )  # fmt: skip
    offer = next(o for o in offered("it.access", "2026-04-06 10:00", maria.department_id) if o.priority == "normal")
    assert offer.done_at == at("2026-04-06 12:00")


def test_no_promise_is_said_so(client, maria, monkeypatch):
    monkeypatch.setattr("servicedesk.web.offers.queries.promise_for", lambda *_, **__: None)
    assert "No promise: It has not said how fast this is done." in client.sign_in(maria).get(PATH).text


def test_sending_opens_a_request_with_its_answers(client, maria):
    answer = client.sign_in(maria).post(PATH, data=FILLED)
    assert answer.status_code == 303
    ticket = tickets_by_id([number_of(answer)])[number_of(answer)]
    assert (ticket.subject, ticket.requester_id, ticket.priority) == ("CRM please", maria.id, "normal")
    assert [(row["key"], row["value"]) for row in ticket.answers] == [("system", "crm")]
    assert f"It has the number #{ticket.id}." in client.get(answer.location).text


def test_what_is_wrong_is_said_at_every_field_and_nothing_typed_is_lost(client, maria):
    answer = client.sign_in(maria).post(
        PATH, data={"subject": " ", "description": "A long story", "fields.until": "soon"}
    )
    assert answer.status_code == 422
    page = answer.text
    assert "Please correct 3 things" in page
    assert "Say in a few words what it is about." in page
    assert "This field is needed." in page
    assert "A date is expected here" in page
    assert "A long story" in page and 'value="soon"' in page


def test_an_unknown_priority_is_refused_at_its_field(client, maria):
    answer = client.sign_in(maria).post(PATH, data={**FILLED, "priority": "yesterday"})
    assert answer.status_code == 422
    assert "The priorities are low, normal, high and urgent." in answer.text


def test_pressing_the_button_twice_asks_once(client, maria):
    client.sign_in(maria)
    first, second = client.post(PATH, data=FILLED), client.post(PATH, data=FILLED)
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    third = client.post(PATH, data={**FILLED, "key": "another"})
    assert third.location != first.location


def test_a_refused_form_can_be_sent_again_with_the_same_key(client, maria):
    client.sign_in(maria)
    assert client.post(PATH, data={**FILLED, "subject": ""}).status_code == 422
    assert client.post(PATH, data=FILLED).status_code == 303


def test_the_key_of_one_person_is_not_the_key_of_another(client, maria, boris):
    first = client.sign_in(maria).post(PATH, data=FILLED)
    second = client.sign_in(boris).post(PATH, data=FILLED)
    assert first.location != second.location


def test_an_agent_asks_on_behalf_of_a_colleague(client, maria, igor):
    answer = client.sign_in(igor).post(PATH, data={**FILLED, "on_behalf_of": " Maria@Example.com "})
    ticket = tickets_by_id([number_of(answer)])[number_of(answer)]
    assert (ticket.requester_id, ticket.registrar_id) == (maria.id, igor.id)


def test_an_unknown_colleague_is_refused_together_with_everything_else(client, igor):
    answer = client.sign_in(igor).post(PATH, data={"subject": "", "on_behalf_of": "nobody@example.com"})
    assert answer.status_code == 422
    assert "Nobody here has this address." in answer.text
    assert "Say in a few words what it is about." in answer.text
    assert "This field is needed." in answer.text
    assert 'value="nobody@example.com"' in answer.text


def test_somebody_who_serves_nobody_speaks_for_nobody(client, maria, boris, stranger):
    page = client.sign_in(stranger).get(PATH).text
    assert "on_behalf_of" not in page
    answer = client.post(PATH, data={**FILLED, "on_behalf_of": "maria@example.com"})
    assert tickets_by_id([number_of(answer)])[number_of(answer)].requester_id == stranger.id


def test_who_was_signed_out_meanwhile_gets_everything_typed_back(client):
    answer = client.post(PATH, data=FILLED)
    assert answer.status_code == 401
    assert "CRM please" in answer.text and "For the new colleague." in answer.text


def test_a_form_without_its_token_is_refused(client, maria):
    assert client.sign_in(maria).post(PATH, data=FILLED, csrf=False).status_code == 400


def test_what_was_asked_already_is_said_while_the_subject_is_typed(client, maria, anna):
    build.open_ticket(anna, subject="The red printer smokes")
    own = build.open_ticket(maria, subject="The red printer smokes again")
    found = client.sign_in(maria).get("/requests/new/it.incident/known?subject=red+printers").text
    assert f"#{own.id} The red printer smokes again" in found and found.count("<li>") == 1
    assert client.get("/requests/new/it.incident/known?subject=a+new+chair").text.count("<li>") == 0


def test_a_draft_fills_the_form_and_goes_with_what_is_sent(client, maria):
    client.sign_in(maria).put("/drafts/new:it.access", json={"fields": {"subject": "CRM, half", "description": "For"}})
    page = client.get(PATH).text
    assert 'value="CRM, half"' in page and 'data-draft="new:it.access"' in page
    assert client.post(PATH, data=FILLED).status_code == 303
    assert "CRM, half" not in client.get(PATH).text


def test_files_of_the_form_belong_to_the_description(client, maria):
    given = FILLED | {"files": [(io.BytesIO(b"%PDF-1.4 one"), "one.pdf"), (io.BytesIO(b"%PDF-1.4 two"), "two.pdf")]}
    answer = client.sign_in(maria).post(PATH, data=given, content_type="multipart/form-data")
    page = client.get(f"/tickets/{number_of(answer)}").text
    assert "one.pdf" in page and "two.pdf" in page


def test_after_sending_one_reads_the_number_by_when_one_hears_and_what_comes(client, maria, stranger):
    answer = client.sign_in(maria).post(PATH, data=FILLED)
    page = client.get(answer.location).text
    assert f"#{number_of(answer)}" in page and "You hear from" in page and "What happens next" in page
    assert client.sign_in(stranger).get(answer.location).status_code == 404
