"""What somebody hostile sends through the doors: it is refused with a sentence, or kept as the text it is."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import func, select

from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.people.models import Absence
from servicedesk.sla import actions as sla
from servicedesk.tickets.models import Ticket
from tests.build import all_clocks, open_ticket
from tests.cast import by, department

FORMULAS = ("=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")')


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_subject_is_no_formula_in_an_export(client, maria, olga, formula):
    ticket = open_ticket(maria, subject=formula, when="2026-04-06 10:00")
    with transaction():
        for clock in all_clocks(ticket):
            sla.look_at_clock(by(None, "2026-04-20 12:00", "worker"), clock.id)
    client.sign_in(olga)
    said = client.get("/reports/breaches.csv").data.decode("utf-8-sig")
    cells = [
        cell
        for row in csv.reader(io.StringIO(said), delimiter=";" if ";" in said.splitlines()[0] else ",")
        for cell in row
    ]
    assert any(formula.strip() in cell for cell in cells)
    assert [cell for cell in cells if cell[:1] in ("=", "+", "@", "\t", "\r") or cell.startswith("-1+1")] == []


MORE = {
    "status": "closed", "requester_id": 1, "requester": "adam@example.com", "confidential": False, "department_id": 1,
    "customer_department_id": 1, "assignee_id": 3, "id": 4242, "version": 99, "created_at": "2020-01-01T00:00:00Z",
    "approved_at": "2020-01-01T00:00:00Z", "ball": "none", "roles": ["admin"],
}  # fmt: skip


@pytest.mark.parametrize("name", MORE)
def test_json_sets_nothing_that_is_not_asked_for(api, maria, name):
    body = {"request_type": "hr.trouble", "subject": "Mine", "description": "", name: MORE[name]}
    answer = api.as_person(maria).post("/api/v1/tickets", json=body)
    rows = db.session.scalars(select(Ticket).where(Ticket.subject == "Mine")).all()
    assert answer.status_code in (201, 400, 422)
    for row in rows:
        assert (row.status, row.requester_id, row.confidential, row.assignee_id) == ("new", maria.id, True, None)
        assert row.department_id == department("hr").id and row.id != 4242


def test_a_form_sets_nothing_that_is_not_asked_for(client, maria):
    data = {"subject": "Mine", "description": "It is."} | {name: str(value) for name, value in MORE.items()}
    assert client.sign_in(maria).post("/requests/new/hr.trouble", data=data).status_code in (302, 303)
    row = db.session.scalars(select(Ticket).where(Ticket.subject == "Mine")).one()
    assert (row.status, row.requester_id, row.registrar_id, row.confidential, row.assignee_id) == (
        "new", maria.id, maria.id, True, None,
    )  # fmt: skip


def test_an_account_gives_itself_no_role(client, maria):
    data = {
        "name": "Maria",
        "language": "en",
        "timezone": "",
        "theme": "system",
        "admin": "y",
        "lead": "2",
        "email": "adam@example.com",
    }
    client.sign_in(maria).post("/account", data=data)
    db.session.expire_all()
    assert (maria.email, maria.leads, maria.has("admin")) == ("maria@example.com", frozenset(), False)


def test_the_key_of_another_person_gives_their_answer_to_nobody(api, maria, stranger):
    body, key = {"request_type": "hr.trouble", "subject": "Secret"}, {"Idempotency-Key": "the-same-key"}
    first = api.as_person(maria).post("/api/v1/tickets", json=body, headers=key)
    second = api.as_person(stranger).post("/api/v1/tickets", json=body, headers=key)
    assert first.status_code == second.status_code == 201
    assert second.json["requester"] == stranger.email and second.json["id"] != first.json["id"]
    assert "Idempotency-Replayed" not in second.headers


@pytest.mark.parametrize("tag", ['"0"', 'W/"1"', '"x"', "1", '"999999999"'])
def test_a_stale_or_broken_tag_changes_nothing(api, maria, igor, tag):
    ticket = open_ticket(maria)
    answer = api.as_person(igor).patch(
        f"/api/v1/tickets/{ticket.id}", json={"priority": "urgent"}, headers={"If-Match": tag}
    )
    assert answer.status_code == 412
    assert db.session.get(Ticket, ticket.id).priority == "normal"


def test_a_stale_tag_on_a_hidden_ticket_tells_nothing(api, maria, stranger):
    secret = open_ticket(maria, "hr.trouble").id
    answers = [
        api.as_person(stranger).patch(
            f"/api/v1/tickets/{number}", json={"priority": "low"}, headers={"If-Match": '"0"'}
        )
        for number in (secret, secret + 500)
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json["detail"] == answers[1].json["detail"]


@pytest.mark.parametrize(
    "text",
    ["a\u202eb", "\u2066x\u2069", "<script>alert(1)</script>", "{{ 8191*8191 }}", "' OR 1=1 --", "%s%n", "\ud7ff"],
)
def test_strange_characters_are_text(client, maria, text):
    client.sign_in(maria)
    answer = client.post("/requests/new/it.incident", data={"subject": f"S {text}", "description": text})
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert (
        page.status_code == 200
        and "<script>alert(1)" not in page.text
        and "67092481" not in page.text.partition("<h1>")[2][:80]
    )


@pytest.mark.parametrize(
    "where", ["/admin/seals?cursor=%00", "/search?q=%00", "/api/v1/tickets?q=%00", "/notifications?cursor=%F0"]
)
def test_no_address_makes_a_fault(client, api, adam, where):
    door = api.as_person(adam) if where.startswith("/api") else client.sign_in(adam)
    assert door.get(where).status_code in (200, 400, 404, 422)


@pytest.mark.parametrize("text", ["x" * 50_001, "\x00", "\x00 hidden"])
def test_a_reason_that_cannot_be_kept_opens_nothing(client, adam, maria, text):
    secret = open_ticket(maria, "hr.trouble").id
    answer = client.sign_in(adam).post("/admin/seals", data={"number": str(secret), "reason": text})
    assert answer.status_code == 422
    assert client.get(f"/tickets/{secret}").status_code == 404


@pytest.mark.parametrize(
    "away",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "/%0d%0aX: y",
    ],
)
def test_nobody_is_led_elsewhere(client, maria, away):
    client.sign_in(maria)
    for where, data in (("/language", {"language": "en", "next": away}), ("/theme", {"theme": "dark", "next": away})):
        answer = client.post(where, data=data)
        assert "evil" not in (answer.headers.get("Location") or "") and "javascript" not in (
            answer.headers.get("Location") or ""
        )


def test_who_says_they_come_from_here_is_not_believed(client):
    for header in ("X-Forwarded-For", "X-Real-Ip", "Forwarded"):
        assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 401


def test_links_in_pages_do_not_follow_the_host_that_was_sent(client, maria):
    answer = client.sign_in(maria).get(
        "/requests", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    )
    assert "evil.example" not in answer.text


EVENT = "BEGIN:VEVENT\r\nUID:{uid}\r\nSUMMARY:{summary}\r\nDTSTART;VALUE=DATE:{first}\r\nDTEND;VALUE=DATE:{last}\r\n{more}END:VEVENT\r\n"


def _calendar(*events):
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + "".join(events) + "END:VCALENDAR\r\n"


def _event(uid="1", summary="Off", first="20270503", last="20270505", more=""):
    return EVENT.format(uid=uid, summary=summary, first=first, last=last, more=more)


HOSTILE = {
    "nothing": "x",
    "not closed": "BEGIN:VCALENDAR\r\n" + "BEGIN:VEVENT\r\n" * 500,
    "for ever": _calendar(_event(more="RRULE:FREQ=SECONDLY;COUNT=999999999\r\n")),
    "a thousand years": _calendar(_event(first="00010101", last="99991231")),
    "backwards": _calendar(_event(first="20270505", last="20270501")),
    "zero": _calendar(_event(summary="a\x00b")),
    "huge": _calendar(_event(summary="x" * 200_000)),
    "a place on the disk": _calendar(_event(more="ATTACH:file:///etc/passwd\r\nURL:http://evil.example\r\n")),
    "many": _calendar(*(_event(uid=str(number)) for number in range(3000))),
    "markup": _calendar(_event(summary="<script>alert(1)</script>")),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_calendar_is_refused_or_read_as_it_stands(client, olga, name):
    data = {"kind": "ical", "person": "olga@example.com", "text": HOSTILE[name], "do": "preview"}
    answer = client.sign_in(olga).post("/absences/import", data=data)
    assert answer.status_code in (200, 413, 422)
    assert "<script>alert(1)" not in answer.text and "root:" not in answer.text
    assert db.session.scalar(select(func.count()).select_from(Absence)) == 0
