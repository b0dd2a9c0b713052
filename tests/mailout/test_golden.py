"""What every mail says, word for word, in both languages, as its reader gets it where the desk reads mail."""

from __future__ import annotations

import pytest

from servicedesk.mailout.render import TEMPLATES, render
from servicedesk.mailout.sending import Sender, is_answerable, message_for
from tests.mailout.samples import FACTS, Links, mail_of
from tests.papers.golden import agrees_with

LANGUAGES = ("en", "ru")
READS = Sender("desk@example.com", "desk.example", ("secret",), {"": "desk@example.com"}, verifies=True)
# Of a confidential request a mail has the number alone.
HIDDEN = {"subject": "", "author": "", "text": "", "note": "", "whom": "", "registrar": "", "approvers": ""}
SECRET = (
    "approval_asked",
    "follower_added",
    "mentioned",
    "on_hold",
    "reply",
    "request_received",
    "requester_wrote",
    "resolved",
    "term_proposed",
)
PAGES = sorted({path.name.partition(".")[0] for path in TEMPLATES.glob("[a-z]*.??.html")} | {"reply"})
WIRE = ("reply", "request_received", "sender_unknown", "gathered")


def rendered(mail):
    return render(mail, Links(), by_mail=is_answerable(mail, READS))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", FACTS)
def test_the_text_of_a_mail(kind, language):
    found = rendered(mail_of(kind, language))
    agrees_with(f"mails/{kind}.{language}.txt", f"{found.subject}\n\n{found.text}")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", SECRET)
def test_the_text_of_a_mail_about_a_confidential_request(kind, language):
    hidden = {key: value for key, value in HIDDEN.items() if key in FACTS[kind]}
    found = rendered(mail_of(kind, language, department={}, **hidden))
    agrees_with(f"mails/{kind}.confidential.{language}.txt", f"{found.subject}\n\n{found.text}")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", PAGES)
def test_the_page_of_a_mail(kind, language):
    agrees_with(f"mails/{kind}.{language}.html", rendered(mail_of(kind, language)).html)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", WIRE)
def test_a_mail_on_the_wire(kind, language):
    mail = mail_of(kind, language)
    agrees_with(f"mails/{kind}.{language}.eml", bytes(message_for(rendered(mail), mail, READS)).decode("ascii"))
