"""Letters that came in: the log, one letter, what waits; who sees what is in tests/letters."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config import Mailbox
from servicedesk.kernel.db import db
from servicedesk.letters.models import OUTCOMES, ReceivedMail
from servicedesk.web.letter_words import BECAUSE, OUTCOME_NAMES
from tests import build
from tests.cast import at
from tests.letters.rows import received, state_of
from tests.uploads import shelf

DESK = Mailbox("desk", "imaps", "mail.example.com", 993, "desk", "a secret word")


@pytest.fixture
def mailbox(app, monkeypatch):
    """The settings name one mailbox."""
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], mailboxes=(DESK,)))


def test_every_outcome_has_a_name_and_a_sentence():
    assert set(OUTCOME_NAMES) == set(BECAUSE) == set(OUTCOMES)


def test_the_log_says_of_each_letter_what_became_of_it(client, adam, maria):
    ticket = build.open_ticket(maria)
    received("opened", ticket_id=ticket.id, subject="The lamp", from_address="maria@example.com")
    received("refused", subject="Cheap watches")
    page = client.sign_in(adam).get("/admin/mail/incoming").text
    assert "The lamp" in page
    assert f'href="/tickets/{ticket.id}"' in page
    assert "It became a new request." in page
    assert "Its sender is not known here." in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"A", "B", "C"}),
        ("show=refused", {"B"}),
        ("show=waiting", {"A"}),
        ("mailbox=desk", {"A", "B"}),
        ("mailbox=-", {"C"}),
        ("sender=Spam", {"B"}),
        ("from=2026-04-07", {"C"}),
        ("to=2026-04-06", {"A", "B"}),
        ("from=nonsense&to=0001-01-01", {"A", "B", "C"}),
        ("show=refused&mailbox=-", set()),
    ],
)
def test_the_log_is_narrowed(client, adam, query, shown):
    received("quarantined", subject="Letter A")
    received("refused", subject="Letter B", from_address="spam@outside.example")
    received("duplicate", subject="Letter C", mailbox="", fetched_at=at("2026-04-07 00:00"))
    page = client.sign_in(adam).get(f"/admin/mail/incoming?{query}").text
    assert {name for name in "ABC" if f"Letter {name}<" in page} == shown


def test_what_nobody_can_ask_for_has_no_page(client, adam):
    assert client.sign_in(adam).get("/admin/mail/incoming?show=nonsense").status_code == 404


def test_the_log_is_paged_and_keeps_its_filter(client, adam):
    for _ in range(51):
        received("refused")
    page = client.sign_in(adam).get("/admin/mail/incoming?show=refused").text
    assert "Letter number" in page
    link = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "show=refused" in link
    assert client.get(link).text.count("Letter number") == 1


def test_the_log_asks_the_same_questions_however_long_it_is(client, adam, count_queries):
    client.sign_in(adam)
    received()
    client.get("/admin/mail/incoming")
    count_queries()
    client.get("/admin/mail/incoming")
    few = count_queries()
    for outcome in OUTCOMES:
        received(outcome)
    count_queries()
    client.get("/admin/mail/incoming")
    assert count_queries() == few


def test_the_overview_says_that_letters_wait(client, adam):
    client.sign_in(adam)
    assert "wait for a decision" not in client.get("/admin").text
    received(), received("unparsable"), received("opened")
    assert "2 letters wait for a decision." in client.get("/admin").text


def test_the_overview_says_that_a_mailbox_cannot_be_read(client, adam, mailbox):
    state_of("desk", failure="The password is not accepted.", failing_since=at("2026-04-06 08:00"))
    state_of("former", failure="Gone.", failing_since=at("2026-04-06 08:00"))
    page = client.sign_in(adam).get("/admin").text
    assert "Mailbox desk cannot be read since" in page
    assert "Mailbox former" not in page


def test_one_letter_says_whose_it_is_and_why_it_waits(client, adam):
    letter = received("quarantined", subject="A question", recipient="help@example.com")
    page = client.sign_in(adam).get(f"/admin/mail/incoming/{letter.id}").text
    for text in (
        "A question",
        "stranger@outside.example",
        "help@example.com",
        BECAUSE["quarantined"],
        "Leave as it is",
    ):
        assert text in page


def test_a_letter_left_as_it_is_waits_no_more_and_names_who_decided(client, adam):
    letter = received("quarantined")
    answer = client.sign_in(adam).post(f"/admin/mail/incoming/{letter.id}/leave")
    assert answer.location == "/admin/mail/incoming?show=waiting"
    assert "Nothing waits" in client.get(answer.location).text
    page = client.get(f"/admin/mail/incoming/{letter.id}").text
    assert "Adam left it as it is" in page
    assert "Leave as it is" not in page
    assert "Letter left undelivered" in client.get("/admin/audit").text
    assert client.post(f"/admin/mail/incoming/{letter.id}/leave").status_code == 409


def test_a_letter_is_downloaded_and_never_shown_as_it_came(client, adam):
    import io

    kept = shelf().put(
        io.BytesIO(b"Subject: <script>alert(1)</script>\r\n\r\nHello\r\n"), "x.eml", at("2026-04-06 10:00")
    )
    letter = received(digest=kept.digest)
    answer = client.sign_in(adam).get(f"/admin/mail/incoming/{letter.id}/raw")
    assert answer.data.endswith(b"Hello\r\n")
    assert answer.headers["Content-Disposition"] == f"attachment; filename=letter-{letter.id}.eml"
    assert answer.headers["Content-Type"] == "message/rfc822"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("digest", ["", "f" * 64])
def test_what_is_not_on_the_shelf_cannot_be_downloaded(client, adam, digest):
    letter = received("too_large", digest=digest)
    assert client.sign_in(adam).get(f"/admin/mail/incoming/{letter.id}/raw").status_code == 404


def test_letters_of_a_confidential_request_are_neither_listed_nor_opened(client, adam, maria):
    letter = received("opened", subject="My boss", ticket_id=build.open_ticket(maria, "hr.trouble").id)
    assert "My boss" not in client.sign_in(adam).get("/admin/mail/incoming").text
    for path in ("", "/raw"):
        assert client.get(f"/admin/mail/incoming/{letter.id}{path}").status_code == 404
    assert client.post(f"/admin/mail/incoming/{letter.id}/leave").status_code == 404
    assert db.session.get(ReceivedMail, letter.id).left_at is None


def test_without_mailboxes_the_page_explains_how_to_set_one(client, adam):
    page = client.sign_in(adam).get("/admin/mailboxes").text
    assert "MAILBOXES=" in page
    assert page.count("<li>") >= 3


def test_a_mailbox_says_how_far_it_was_read_and_never_its_password(client, adam, mailbox):
    client.sign_in(adam)
    assert "not read yet" in client.get("/admin/mailboxes").text
    state_of(
        "desk", looked_at=at("2026-04-06 10:00"), newest_at=at("2026-04-06 09:58"), waiting=2, failing_since=at("2026-04-06 10:00"),
        failure="The password is not accepted.\nAUTHENTICATIONFAILED",
    )  # fmt: skip
    page = client.get("/admin/mailboxes").text
    for text in (
        "cannot be read",
        "The password is not accepted.",
        "AUTHENTICATIONFAILED",
        "2 letters that were not taken in",
    ):
        assert text in page
    assert "a secret word" not in page
    assert "AUTHENTICATIONFAILED" not in client.get("/admin/mail/incoming").text


def test_a_mailbox_that_nobody_reads_any_more_says_so(client, adam, mailbox):
    state_of("desk", looked_at=at("2026-04-06 10:00"), waiting=0)
    page = client.sign_in(adam).get("/admin/mailboxes").text
    assert "nobody reads it" in page
    assert "flask worker" in page
