"""The page on which people choose what they are written about, muting on a request's page, the link that ends gathered mail."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from servicedesk.jobs.gathering import write_gathered
from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout.models import OutgoingMail
from servicedesk.mailout.render import render
from servicedesk.mailout.sending import Sender, message_for
from servicedesk.notifications import actions, queries
from servicedesk.notifications.links import Links
from servicedesk.notifications.rules import sign, signed_by_us
from servicedesk.papers.saying import sentence
from servicedesk.people import actions as people
from tests import build
from tests.cast import at, by

MARIAS = {
    "way_own": "gathered", "way_named": "bell", "way_dates": "mail", "way_approvals": "gathered", "way_questions": "mail",
    "way_absences": "mail", "way_learning": "bell", "rhythm": "hourly", "quiet_from": "22:00", "quiet_until": "07:30",
}  # fmt: skip


@pytest.fixture
def link(app, maria):
    return f"/unsubscribe/{sign(app.config['SETTINGS'].secret_key, maria.id)}"


def test_the_page_shows_what_holds_and_keeps_what_is_chosen(client, maria):
    page = client.sign_in(maria).get("/account/notifications").text
    assert "Answers to my requests" in page and "Requests I work on" not in page
    assert client.post("/account/notifications", data=MARIAS).status_code == 303
    db.session.expire_all()
    assert queries.choices_of(maria) == {
        "own": "gathered", "named": "bell", "dates": "mail", "approvals": "gathered", "questions": "mail", "absences": "mail",
        "learning": "bell",
    }  # fmt: skip
    assert queries.hours_of(maria) == queries.Hours("hourly", (1320, 450))
    page = client.get("/account/notifications").text
    assert 'value="22:00"' in page and 'value="07:30"' in page
    client.post("/account/notifications", data=MARIAS | {"quiet_from": "", "quiet_until": ""})
    assert queries.hours_of(maria).quiet is None


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"way_own": "never"}, "way_own"), ({"way_approvals": "bell"}, "way_approvals"), ({"rhythm": ""}, "rhythm"),
        ({"quiet_until": ""}, "quiet_until"), ({"quiet_from": ""}, "quiet_from"), ({"quiet_from": "late"}, "quiet_from"),
        ({"quiet_until": "22:00"}, "quiet_until"),
    ],
)  # fmt: skip
def test_what_does_not_fit_comes_back_with_a_sentence_at_its_field(client, maria, sent, field):
    answer = client.sign_in(maria).post("/account/notifications", data=MARIAS | sent)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert queries.choices_of(maria)["own"] == "mail"


def test_a_group_that_is_not_ones_own_cannot_be_sent(client, maria):
    client.sign_in(maria).post("/account/notifications", data=MARIAS | {"way_queue": "mail", "way_guard": "bell"})
    assert queries.wishes_of([maria.id])[maria.id].choices.keys() == {"own", "named", "approvals"}


def test_the_page_speaks_russian(client, maria):
    with transaction():
        people.change_person(by(maria, "2026-04-06 09:00"), maria, {"language": "ru"})
    page = client.sign_in(maria).get("/account/notifications").text
    assert "Ответы на мои запросы" in page and "Подборкой в одном письме" in page


def test_a_request_is_muted_on_its_page_and_heard_of_again_from_the_account(client, maria):
    ticket = build.open_ticket(maria)
    client.sign_in(maria)
    assert client.post(f"/tickets/{ticket.id}/mute", data={"mute": "1"}).location == f"/tickets/{ticket.id}"
    assert "You muted this request" in client.get(f"/tickets/{ticket.id}").text
    page = client.get("/account/notifications").text
    assert f"#{ticket.id} The printer is silent" in page
    answer = client.post(f"/tickets/{ticket.id}/mute", data={"mute": "0", "next": "/account/notifications"})
    assert answer.location == "/account/notifications"
    assert not queries.has_muted(maria, ticket.id)
    assert "You muted this request" not in client.get(f"/tickets/{ticket.id}").text


def test_muted_requests_are_paged_and_cost_the_same(client, maria, count_queries):
    client.sign_in(maria)
    costs = []
    for number in range(1, 26):
        ticket = build.open_ticket(maria)
        with transaction():
            actions.mute(by(maria, "2026-04-06 11:00"), ticket, maria)
        if number in (1, 25):
            count_queries()
            page = client.get("/account/notifications").text
            costs.append(count_queries())
    assert costs[0] == costs[1]
    assert "cursor=" in page


def test_looking_at_the_link_changes_nothing_and_its_button_ends_gathered_mail(app, client, maria, link):
    with transaction():
        actions.choose(by(maria, "2026-04-06 10:30"), maria, {"own": "gathered"}, rhythm="morning", quiet=None)
    assert "End gathered mail?" in client.get(link).text
    assert queries.choices_of(maria)["own"] == "gathered"
    # As a mail program sends it (RFC 8058): no cookie, no token of a form, no redirect to follow.
    for _ in range(2):
        answer = client.post(link, data={"List-Unsubscribe": "One-Click"}, csrf=False)
        assert answer.status_code == 200 and "No more gathered mail" in answer.text
        assert queries.choices_of(maria)["own"] == "bell"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("token", ["nothing", "MQ.forged", ""])
def test_a_forged_link_ends_nothing(client, token):
    assert client.post(f"/unsubscribe/{token}", csrf=False).status_code == 404


def test_the_link_of_somebody_who_is_not_there_any_more_is_none(app, client):
    link = f"/unsubscribe/{sign(app.config['SETTINGS'].secret_key, 10**6)}"
    assert client.get(link).status_code == client.post(link, csrf=False).status_code == 404


def test_the_link_works_after_the_key_was_changed():
    link = sign("the key before", 4)
    assert signed_by_us(("the key now", "the key before"), link) == 4
    assert signed_by_us(("the key now",), link) is None
    assert signed_by_us((), link) is None


def gathered(maria, igor):
    ticket = build.open_ticket(maria)
    with transaction():
        actions.choose(by(maria, "2026-04-06 10:30"), maria, {"own": "gathered"}, rhythm="morning", quiet=None)
    build.reply(ticket, igor, "2026-04-06 11:00")
    write_gathered(at("2026-04-07 09:00"))
    return db.session.scalars(select(OutgoingMail).where(OutgoingMail.template == "gathered")).one()


def message_of(mail, settings):
    links = Links(settings.public_url, settings.secret_key, sentence)
    return message_for(render(mail, links), mail, Sender.of(settings))


def test_gathered_mail_says_how_to_end_it_and_other_mail_does_not(app, client, maria, igor, link):
    mail = gathered(maria, igor)
    message = message_of(mail, app.config["SETTINGS"])
    header = f"List-Unsubscribe: <{app.config['SETTINGS'].public_url}{link}>"
    assert header in bytes(message).decode().replace("\r\n ", " ")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in message.get_body(("plain",)).get_content()
    assert link.rpartition("/")[2] not in str(mail.facts)
    other = db.session.scalars(select(OutgoingMail).where(OutgoingMail.template == "request_received")).one()
    assert message_of(other, app.config["SETTINGS"])["List-Unsubscribe"] is None


def test_an_administrator_reads_gathered_mail_without_its_link(client, adam, maria, igor, link):
    mail = gathered(maria, igor)
    page = client.sign_in(adam).get(f"/admin/mail/{mail.id}").text
    assert "Igor replied" in page and "/unsubscribe/" not in page
