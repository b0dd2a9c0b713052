"""The mail about a closed month: what its facts hold, and the report as PDF for who wishes it."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage
from typing import Any

import pytest

from servicedesk.jobs import mail as job
from servicedesk.kernel.db import db
from servicedesk.kernel.events import publish
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout.models import OutgoingMail
from servicedesk.people import actions as people
from servicedesk.people.models import Person
from servicedesk.reports.events import MonthClosed
from tests.cast import Cast, at, by
from tests.doors import Browser
from tests.papers.conftest import text_of_pdf

CLOSED = "2026-05-06 18:00"


def announce() -> dict[str, OutgoingMail]:
    with transaction():
        publish(MonthClosed(stamp=by(None, CLOSED), month="2026-04", number=1))
    return {mail.to_address.partition("@")[0]: mail for mail in db.session.query(OutgoingMail)}


@pytest.fixture
def sent(app: Any, monkeypatch: pytest.MonkeyPatch) -> list[EmailMessage]:
    """What the worker hands to the mail server."""
    taken: list[EmailMessage] = []

    class Taking:
        def __init__(self, _url: str) -> None: ...
        def __enter__(self) -> Taking:
            return self

        def __exit__(self, *_: object) -> None: ...
        def deliver(self, message: EmailMessage, sender: str) -> None:
            taken.append(message)

    monkeypatch.setattr(job, "SmtpDelivery", Taking)
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], smtp_url="smtp://mail.example"))
    return taken


def attached(messages: list[EmailMessage], person: Person) -> list[tuple[str | None, bytes]]:
    (message,) = [message for message in messages if person.email in message["To"]]
    return [(part.get_filename(), part.get_payload(decode=True)) for part in message.iter_attachments()]  # type: ignore[misc]


def test_leads_get_their_departments_and_readers_the_company_alone(the_month: object, cast: Cast) -> None:
    mails = announce()
    assert {name: [row["key"] for row in mail.facts["departments"]] for name, mail in mails.items()} == {
        "olga": ["it"], "boris": ["sales"], "rita": [],
    }  # fmt: skip
    assert mails["olga"].facts["whole"] == mails["rita"].facts["whole"]


def test_a_hidden_figure_is_in_no_mail(the_month: object, cast: Cast) -> None:
    with transaction():
        people.grant(by(None, CLOSED), cast.anna, "lead", cast.anna.department)
    (row,) = announce()["anna"].facts["departments"]
    assert (row["key"], row["index"], row["rate"]) == (
        "hr", {"value": None, "low": None, "high": None, "few": True}, None,
    )  # fmt: skip


def test_the_report_comes_as_pdf_to_who_wishes_it(the_month: object, cast: Cast, sent: list[EmailMessage]) -> None:
    with transaction():
        people.change_person(by(cast.olga, CLOSED), cast.olga, {"report_as_pdf": True})
    assert announce()["olga"].facts["paper"] == cast.olga.id
    job.send_queued(at("2026-05-06 18:01"))
    ((name, data),) = attached(sent, cast.olga)
    assert name == "report-2026-04.pdf"
    assert "Ответили вечером, спасибо." in text_of_pdf(data)
    assert attached(sent, cast.rita) == []


def test_a_right_that_has_ended_brings_no_file(the_month: object, cast: Cast, sent: list[EmailMessage]) -> None:
    with transaction():
        people.change_person(by(cast.olga, CLOSED), cast.olga, {"report_as_pdf": True})
    announce()
    with transaction():
        people.set_roles(by(None, CLOSED), cast.olga, [])
    job.send_queued(at("2026-05-06 18:01"))
    assert attached(sent, cast.olga) == []


def test_the_wish_stands_on_the_account_page_of_who_reads_reports(client: Browser, cast: Cast) -> None:
    assert "report_as_pdf" not in client.sign_in(cast.maria).get("/account").text
    page = client.sign_in(cast.olga).get("/account").text
    assert "report_as_pdf" in page
    values = {"name": cast.olga.name, "language": "ru", "timezone": "", "theme": "system", "report_as_pdf": "y"}
    assert client.post("/account", data=values).status_code == 303
    assert db.session.get_one(Person, cast.olga.id).report_as_pdf
