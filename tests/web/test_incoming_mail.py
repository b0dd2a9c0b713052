"""Letters that came in: the log, one letter, what waits; who sees what is in tests/letters."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config import Mailbox
from servicedesk.catalog import actions as catalog
from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.letters.models import OUTCOMES, ReceivedMail
from servicedesk.mailin.source import Step
from servicedesk.people import actions as people
from servicedesk.web import mailboxes
from servicedesk.web.letter_words import BECAUSE
from tests import build
from tests.cast import at, by, department
from tests.letters.rows import received, shelved, state_of, written

DESK = Mailbox("desk", "imaps", "mail.example.com", 993, "desk", "a secret word")


@pytest.fixture
def mailbox(app, monkeypatch):
    """The settings name one mailbox."""
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], mailboxes=(DESK,)))


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
    letter = shelved(raw=written("Hello"))
    answer = client.sign_in(adam).get(f"/admin/mail/incoming/{letter.id}/raw")
    assert answer.data.endswith(b"Hello\n")
    assert answer.headers["Content-Disposition"] == f"attachment; filename=letter-{letter.id}.eml"
    assert answer.headers["Content-Type"] == "message/rfc822"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_one_letter_is_read_as_plain_text_whatever_it_is_made_of(client, adam):
    markup = "<p>Please <b>help</b></p><script>alert(1)</script><img src='https://spy.example/x.png'>"
    letter = shelved(raw=written("", markup, files=[("scan.pdf", b"%PDF-1.4")]))
    page = client.sign_in(adam).get(f"/admin/mail/incoming/{letter.id}").text
    assert "Please help" in page
    assert "scan.pdf" in page
    assert "1 attachment" in page
    assert "alert(1)" not in page
    assert "spy.example" not in page
    typed = shelved(raw=written("<script>alert(2)</script>"))
    assert "&lt;script&gt;alert(2)" in client.get(f"/admin/mail/incoming/{typed.id}").text


def test_a_letter_that_cannot_be_taken_apart_says_so_and_can_be_downloaded(client, adam):
    letter = shelved(
        "unparsable", b"Subject: x\r\n" + b"X-Long: " + b"y" * 300_000 + b"\r\n\r\nHello\r\n", why="too long headers"
    )
    page = client.sign_in(adam).get(f"/admin/mail/incoming/{letter.id}").text
    assert "could not be taken apart. You can download it" in page
    assert f"/admin/mail/incoming/{letter.id}/raw" in page


@pytest.mark.parametrize("digest", ["", "f" * 64])
def test_what_is_not_on_the_shelf_cannot_be_downloaded(client, adam, digest):
    letter = received("too_large", digest=digest)
    assert client.sign_in(adam).get(f"/admin/mail/incoming/{letter.id}/raw").status_code == 404


def test_of_a_letter_that_was_not_fetched_nothing_is_claimed_but_its_size(client, adam):
    letter = received("too_large", digest="", size=57_500_000, subject="", from_address="")
    web = client.sign_in(adam)
    for page in (web.get("/admin/mail/incoming").text, web.get(f"/admin/mail/incoming/{letter.id}").text):
        assert "A letter of 57.5" in page
        assert "unknown sender" not in page and "no subject" not in page and "vouches" not in page


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


def test_a_mailbox_is_tried_step_by_step(client, adam, mailbox, monkeypatch):
    def steps(box, settings):
        assert box == DESK
        yield Step("connect", True, "The mail server answers.", detail="mail.example.com:993")
        yield Step("send", False, "The test letter to %(address)s was not taken.", {"address": "<b>"}, "550 no")

    monkeypatch.setattr(mailboxes, "test_mailbox", steps)
    answer = client.sign_in(adam).post("/admin/mailboxes/desk/test")
    assert answer.status_code == 200
    for text in (
        "The mail server answers.",
        "mail.example.com:993",
        "The test letter to &lt;b&gt; was not taken.",
        "550 no",
    ):
        assert text in answer.text
    assert "a secret word" not in answer.text


def test_only_mailboxes_of_the_settings_are_tried(client, adam, mailbox):
    state_of("former")
    assert client.sign_in(adam).post("/admin/mailboxes/former/test").status_code == 404


# delivering after all


@pytest.fixture
def stranger_s(app):
    """A letter that Maria wrote from home, to an address that leads nowhere."""
    return shelved(
        "quarantined",
        written("The lamp flickers.", subject="The lamp"),
        why="no_department",
        from_address="maria@example.com",
    )


def test_a_letter_is_delivered_after_all_to_the_department_that_is_chosen(client, adam, maria, stranger_s):
    page = client.sign_in(adam).get(f"/admin/mail/incoming/{stranger_s.id}").text
    assert "No department is found" in page
    assert '<option value="it">' in page
    path = f"/admin/mail/incoming/{stranger_s.id}/release"
    refused = client.post(path)
    assert refused.status_code == 409
    assert "No department takes it. Choose one." in refused.text
    answer = client.post(path, data={"department": "it"})
    row = db.session.get(ReceivedMail, stranger_s.id)
    assert answer.location == f"/tickets/{row.ticket_id}"
    assert (row.outcome, row.released_by_id, row.person_id) == ("opened", adam.id, maria.id)
    assert "The lamp flickers." in client.get(answer.location).text
    page = client.get(f"/admin/mail/incoming/{row.id}").text
    assert "Adam had it delivered after all" in page
    assert "Deliver after all" not in page
    assert "Letter delivered after all" in client.get("/admin/audit").text
    assert client.post(path, data={"department": "it"}).status_code == 409


def test_a_letter_that_leads_somewhere_asks_for_no_department(client, adam):
    letter = shelved("quarantined", why="spoofed")
    page = client.sign_in(adam).get(f"/admin/mail/incoming/{letter.id}").text
    assert "Deliver after all" in page
    assert 'name="department"' not in page


@pytest.mark.parametrize("outcome", ["opened", "bounced", "loop", "duplicate"])
def test_what_was_delivered_or_is_our_own_is_not_delivered_again(client, adam, outcome):
    letter = shelved(outcome, why="new")
    assert "Deliver after all" not in client.sign_in(adam).get(f"/admin/mail/incoming/{letter.id}").text
    assert client.post(f"/admin/mail/incoming/{letter.id}/release", data={"department": "it"}).status_code == 409


def test_what_cannot_be_taken_apart_can_only_be_left(client, adam):
    letter = shelved("unparsable", b"X-Long: " + b"y" * 300_000 + b"\r\n\r\nHello\r\n", why="too long headers")
    page = client.sign_in(adam).get(f"/admin/mail/incoming/{letter.id}").text
    assert "Deliver after all" not in page
    assert "Leave as it is" in page
    answer = client.post(f"/admin/mail/incoming/{letter.id}/release")
    assert answer.status_code == 409
    assert "cannot be taken apart" in answer.text


@pytest.fixture
def lena(app):
    """Leads legal, where letters become confidential requests."""
    stamp = by(None, "2026-04-01 09:00")
    legal = department("legal")
    with transaction():
        catalog.add_request_type(stamp, legal, key="legal.case", name={"en": "A case"}, confidential=True, mail=True)
        people.change_department(stamp, legal, {"email": "legal@example.com"})
        person = people.add_person(stamp, email="lena@example.com", name="Lena", department=legal, language="en")
        people.grant(stamp, person, "lead", legal)
    return person


def test_who_leads_a_confidential_department_decides_about_its_letters_and_sees_no_others(
    client, adam, maria, olga, lena
):
    raw = written("My boss shouts.", subject="My boss", To="legal@example.com")
    letter = shelved(
        "quarantined",
        raw,
        why="too_many",
        recipient="legal@example.com",
        from_address="maria@example.com",
        subject="My boss",
    )
    received("quarantined", subject="To another department")
    path = f"/admin/mail/incoming/{letter.id}"
    client.sign_in(adam)
    assert "My boss" not in client.get("/admin/mail/incoming").text
    assert client.get(path).status_code == client.post(f"{path}/release").status_code == 404
    assert client.sign_in(olga).get("/admin/mail/incoming").status_code == 404
    page = client.sign_in(lena).get("/admin/mail/incoming").text
    assert "My boss" in page
    assert "To another department" not in page
    assert "1 letter waits for a decision." in client.get("/queue").text
    assert "My boss shouts." in client.get(path).text
    answer = client.post(f"{path}/release")
    ticket = db.session.get(ReceivedMail, letter.id).ticket_id
    assert answer.location == f"/tickets/{ticket}"
    assert client.get(answer.location).status_code == 200
    assert client.sign_in(adam).get(answer.location).status_code == 404
    assert client.get("/admin/mailboxes").status_code == 200
    assert client.sign_in(lena).get("/admin/mailboxes").status_code == 404


def test_a_letter_of_nobody_in_particular_is_filed_by_hand(client, adam):
    letter = shelved(raw=written(From="maria@example.com, igor@example.com"), why="several_senders")
    page = client.sign_in(adam).get(f"/admin/mail/incoming/{letter.id}").text
    assert "It names several senders" in page
    assert "The desk cannot deliver it." in page
    assert "Deliver after all" not in page
    assert "Leave as it is" in page
