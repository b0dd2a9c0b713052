"""Headers of a message, and handing it to a mail server on the loopback."""

from __future__ import annotations

import email
import email.policy
import socket
from dataclasses import replace

import pytest

from servicedesk.mailout.addresses import mail_of_address, ticket_of_address
from servicedesk.mailout.marker import REPLY_ABOVE
from servicedesk.mailout.references import OWN_HEADER, is_own, ticket_of
from servicedesk.mailout.render import Rendered, render
from servicedesk.mailout.rules import ANSWERED
from servicedesk.mailout.sending import Sender, envelope_sender, is_answerable, message_for
from servicedesk.mailout.smtp import AddressRefused, ConnectionBroke, DeliveryFailed, SmtpDelivery, Unreachable
from tests.mailout.samples import FACTS, Links
from tests.mailout.samples import mail_of as a_mail
from tests.mailout.server import Mailbox, serving

KEYS = ("secret", "the secret before")
WRITES = Sender("Служба запросов <desk@example.com>", "desk.example", KEYS)
READS = Sender(
    "desk@example.com", "desk.example", KEYS, {"": "desk@example.com", "it": "it@example.com"}, verifies=True
)


def message(kind: str = "reply", language: str = "ru", sender: Sender = WRITES, **facts):
    mail = a_mail(kind, language, **facts)
    return message_for(render(mail, Links(), by_mail=is_answerable(mail, sender)), mail, sender)


def test_a_mail_is_text_and_html_in_every_language():
    read = email.message_from_bytes(bytes(message(subject="Принтер не печатает")), policy=email.policy.default)
    assert read["Subject"] == "Ответ по запросу #1042: Принтер не печатает"
    assert read["From"].addresses[0].display_name == "Anna Serva · ИТ"
    assert read["To"] == "rita@example.com"
    assert read.get_body(("plain",)).get_content().startswith("Anna Serva пишет:")
    assert '<html lang="ru">' in read.get_body(("html",)).get_content()
    assert all(len(line) <= 998 for line in bytes(message()).splitlines())


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_subject_of_several_lines_keeps_every_space(language):
    for length in range(1, 60):
        for subject in ("Забыт пароль после отпуска " + "ы" * length, "A b " * length):
            wire = bytes(message("request_received", language, subject=subject.strip()))
            read = email.message_from_bytes(wire, policy=email.policy.default)
            told = render(a_mail("request_received", language, subject=subject.strip()), Links()).subject
            assert subject.strip() in told
            assert read["Subject"] == told
            assert all(len(line) <= 78 for line in wire.partition(b"\r\nDate:")[0].splitlines())


def test_no_line_break_comes_out_of_an_encoded_word():
    head = bytes(message("request_received", subject="x =?utf-8?q?a=0D=0ABcc:_eve@example.com?= y")).split(b"\r\n\r\n")[
        0
    ]
    assert b"\nBcc" not in head and b"\rBcc" not in head


def test_sent_twice_it_is_the_same_mail():
    assert message()["Message-ID"] == message()["Message-ID"]
    assert message()["Message-ID"].endswith("@desk.example>")
    assert message()["Date"] == "Fri, 20 Nov 2026 09:00:00 +0000"


@pytest.mark.parametrize("kind", FACTS)
def test_machines_are_told_not_to_answer(kind):
    sent = message(kind)
    answers = ("request_received", "sender_unknown", "answer_held")
    expected = ({"reply": None} | dict.fromkeys(answers, "auto-replied")).get(kind, "auto-generated")
    assert sent["Auto-Submitted"] == expected
    assert sent["X-Auto-Response-Suppress"] == "All"


def test_an_answer_finds_its_ticket_only_by_a_reference_of_ours():
    reference = message()["References"]
    assert ticket_of(f"<other@example.com> {reference}", KEYS) == 1042
    assert ticket_of(reference, ["another secret"]) is None
    assert ticket_of(reference.replace("1042", "1043"), KEYS) is None
    assert message("month_closed")["References"] is None


def test_an_answer_goes_to_the_address_of_the_request_where_the_reader_may_write():
    address = message("reply", sender=READS)["Reply-To"].addresses[0].addr_spec
    assert ticket_of_address(address, KEYS) == 1042 and address.startswith("desk+r1042.")
    assert message("reply", sender=READS, department_key="it")["Reply-To"].startswith("it+r1042.")
    assert message("reply", sender=READS, department_key="hr")["Reply-To"].startswith("desk+r1042.")


@pytest.mark.parametrize(
    ("kind", "facts", "sender"),
    [
        ("reply", {}, WRITES),
        ("reply", {"why": "watcher"}, READS),
        ("reply", {"subject": "", "text": "", "department": {}}, READS),
        ("requester_wrote", {}, replace(READS, verifies=False)),
        ("approval_asked", {}, READS),
        ("approval_refused", {}, READS),
        ("term_proposed", {}, READS),
        ("rating_asked", {}, READS),
        ("month_closed", {}, READS),
    ],
)
def test_nobody_is_asked_to_answer_where_that_leads_nowhere(kind, facts, sender):
    sent = message(kind, sender=sender, **facts)
    assert sent["Reply-To"] is None
    assert REPLY_ABOVE["ru"] not in sent.get_body(("plain",)).get_content()


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("kind", sorted(ANSWERED))
def test_a_mail_that_may_be_answered_begins_with_the_line_that_tells_where_the_answer_ends(kind, language):
    sent = message(kind, language, sender=READS)
    plain, html = (sent.get_body((shape,)).get_content() for shape in ("plain", "html"))
    assert plain.splitlines()[0] == REPLY_ABOVE[language]
    assert 0 < html.index(REPLY_ABOVE[language]) < html.index("<h1")
    assert ("ответ" if language == "ru" else "answer") in plain.casefold() or "thank-you" in plain
    without = message(kind, language).get_body(("plain",)).get_content()
    assert REPLY_ABOVE[language] not in without and len(without) < len(plain)


def test_reports_go_to_an_address_that_names_the_mail_and_answers_have_no_sender():
    back = envelope_sender(a_mail("reply"), READS)
    assert mail_of_address(back, KEYS) == 7 and back.startswith("desk+b7.")
    assert mail_of_address(envelope_sender(a_mail("reply", department_key="it"), READS), KEYS) == 7
    assert envelope_sender(a_mail("reply"), WRITES) == "desk@example.com"
    assert (
        envelope_sender(a_mail("request_received"), READS) == envelope_sender(a_mail("request_received"), WRITES) == ""
    )


def test_an_acknowledgement_answers_the_letter_it_acknowledges():
    sent = message("request_received", answers_message_id="their.1@example.com")
    assert sent["In-Reply-To"] == "<their.1@example.com>"
    assert sent["References"].split()[0] == "<their.1@example.com>" and ticket_of(sent["References"], KEYS) == 1042
    thread = message("request_received")["References"]
    for evil in ("x@y\r\nBcc: all@example.com", "no id", "<a b@c>", "<a@b> <c@d>", "ж@example.com"):
        assert message("request_received", answers_message_id=evil)["References"] == thread


def test_the_sender_is_the_colleague_and_the_department_as_far_as_the_mail_says_so():
    def shown(kind, sender=READS, **facts):
        return message(kind, "en", sender, **facts)["From"].addresses[0]

    assert shown("reply").display_name == "Anna Serva · IT"
    assert shown("request_received").display_name == "IT · Север & Co"
    assert shown("reply", author="", text="", subject="", department={}).display_name == "Север & Co"
    assert shown("month_closed", WRITES).display_name == "Служба запросов"
    assert shown("requester_wrote").display_name == "IT · Север & Co"
    assert {shown(kind).addr_spec for kind in FACTS} == {"desk@example.com"}
    odd = shown("reply", author='Boss <boss@example.com>\r\nBcc: "all"@example.com')
    assert odd.addr_spec == "desk@example.com" and "@" not in odd.display_name and "\n" not in odd.display_name


def test_mails_of_a_department_are_a_list_of_their_own():
    assert message("reply", department_key="it")["List-Id"] == "<it.desk.example>"
    assert message("month_closed")["List-Id"] == "<desk.desk.example>"


def test_our_own_mail_is_known_when_it_comes_back():
    mark = message()[OWN_HEADER]
    assert is_own(mark, KEYS) and is_own(mark, ["a newer secret", "secret"])
    assert not is_own(mark, ["another secret"]) and not is_own("8" + mark[1:], KEYS) and not is_own("", KEYS)


@pytest.mark.parametrize("field", ["sender", "to", "subject", "host"])
def test_a_line_break_in_a_header_is_refused(field):
    mail = a_mail("reply")
    evil = "x@example.com\r\nBcc: all@example.com"
    mail.to_address = evil if field == "to" else mail.to_address
    rendered = Rendered(evil if field == "subject" else "Hello", "text", "<p>text</p>")
    sender = evil if field == "sender" else "desk@example.com"
    with pytest.raises(ValueError):
        bytes(message_for(rendered, mail, Sender(sender, evil if field == "host" else "desk.example", KEYS)))


@pytest.mark.parametrize(
    "url",
    [
        "", "mail.example.com", "http://mail.example.com", "smtp://", "smtp://:25", "smtp://mail:port", "smtp://mail:99999",
        "smtp://user@mail", "smtp://mail/path", "smtp://user:p#w@mail", "smtp://[::1",
    ],
)  # fmt: skip
def test_a_bad_url_gets_a_sentence(url):
    with pytest.raises(ValueError, match=r"^SMTP_URL .*\.$"):
        SmtpDelivery(url)


def test_a_good_url_is_read():
    delivery = SmtpDelivery("smtp+starttls://user%40x:p%2Fw@mail.example.com")
    assert (delivery.host, delivery.port, delivery.scheme) == ("mail.example.com", 587, "smtp+starttls")
    assert SmtpDelivery("smtps://mail").port == 465
    assert SmtpDelivery("smtp://[::1]:2525").port == 2525


@pytest.fixture
def mailbox():
    with serving(Mailbox()) as box:
        yield box


def test_one_connection_serves_a_run(mailbox):
    with SmtpDelivery(f"smtp://{mailbox.address}") as delivery:
        delivery.deliver(message(), "desk@example.com")
        delivery.deliver(message("closed"), "desk@example.com")
    assert mailbox.connections == 1
    sender, receivers, content = mailbox.got[0]
    assert (sender, receivers) == ("desk@example.com", ["rita@example.com"])
    assert email.message_from_bytes(content, policy=email.policy.default)["Message-ID"] == message()["Message-ID"]


def test_it_signs_in(mailbox):
    with SmtpDelivery(f"smtp://user:p%2Fw@{mailbox.address}") as delivery:
        delivery.deliver(message(), "desk@example.com")
    assert len(mailbox.got) == 1
    with SmtpDelivery(f"smtp://user:wrong@{mailbox.address}") as delivery, pytest.raises(Unreachable) as refused:
        delivery.deliver(message(), "desk@example.com")
    assert "wrong" not in str(refused.value)


def test_a_server_without_encryption_gets_nothing_when_it_is_demanded(mailbox):
    with SmtpDelivery(f"smtp+starttls://{mailbox.address}") as delivery, pytest.raises(Unreachable):
        delivery.deliver(message(), "desk@example.com")
    assert mailbox.got == []


@pytest.mark.parametrize(
    ("at", "answer", "kind", "final"),
    [
        ("RCPT", "550 no such person", AddressRefused, True),
        ("RCPT", "554 5.1.1 no such person", AddressRefused, True),
        ("RCPT", "550 5.7.1 not from this place", DeliveryFailed, True),
        ("RCPT", "554 not wanted", DeliveryFailed, True),
        ("RCPT", "450 mailbox busy", DeliveryFailed, False),
        ("MAIL", "550 not from you", Unreachable, False),
        ("MAIL", "552 too large", DeliveryFailed, True),
        ("DATA", "451 later", DeliveryFailed, False),
        ("DATA", "554 not wanted", DeliveryFailed, True),
        ("DATA", "421 going down", Unreachable, False),
    ],
)
def test_a_refusal_says_whether_to_try_again(mailbox, at, answer, kind, final):
    mailbox.refuse[at] = answer
    with SmtpDelivery(f"smtp://{mailbox.address}") as delivery:
        with pytest.raises(DeliveryFailed) as refused:
            delivery.deliver(message(), "desk@example.com")
        assert type(refused.value) is kind and refused.value.final is final
        assert str(refused.value) == answer
        mailbox.refuse.clear()
        delivery.deliver(message(), "desk@example.com")
    assert len(mailbox.got) == 1


def test_a_server_that_takes_no_empty_sender_keeps_no_other_mail_waiting(mailbox):
    mailbox.refuse["MAIL"] = "501 a sender, please"
    with SmtpDelivery(f"smtp://{mailbox.address}") as delivery, pytest.raises(DeliveryFailed) as refused:
        delivery.deliver(message("request_received"), "")
    assert type(refused.value) is DeliveryFailed and not refused.value.final


def test_the_envelope_may_have_an_empty_sender(mailbox):
    with SmtpDelivery(f"smtp://{mailbox.address}") as delivery:
        delivery.deliver(message("request_received"), "")
    assert mailbox.got[0][0] == "<>"


def test_a_server_that_hangs_up_before_it_has_taken_the_mail_is_tried_again(mailbox):
    with SmtpDelivery(mailbox.url) as delivery:
        mailbox.hang_up = True
        with pytest.raises(ConnectionBroke) as broke:
            delivery.deliver(message(), "desk@example.com")
        assert not broke.value.final
        mailbox.hang_up = False
        delivery.deliver(message(), "desk@example.com")
    first, second = (email.message_from_bytes(content)["Message-ID"] for _, _, content in mailbox.got)
    assert first == second


def test_a_server_that_never_answers_is_not_waited_for(mailbox):
    mailbox.say_nothing = True
    with SmtpDelivery(mailbox.url, 0.2) as delivery, pytest.raises(ConnectionBroke):
        delivery.deliver(message(), "desk@example.com")


def test_a_server_that_does_not_even_greet_is_out_of_reach():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        with SmtpDelivery(url, 0.2) as delivery, pytest.raises(Unreachable):
            delivery.deliver(message(), "desk@example.com")


def test_an_absent_server_is_no_fault_of_the_mail():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with SmtpDelivery(f"smtp://127.0.0.1:{port}") as delivery, pytest.raises(Unreachable):
        delivery.deliver(message(), "desk@example.com")


def test_what_machines_read_is_written_as_it_is_however_long_it_is():
    host = "servicedesk.internal.a-very-long-name-of-a-company.example.com"
    mail = a_mail("gathered", ticket_id=1042, company="North")
    rendered = replace(render(mail, Links()), unsubscribe=f"https://{host}/desk/unsubscribe/{'x' * 80}")
    wire = bytes(message_for(rendered, mail, Sender("desk@example.com", host, ["secret"])))
    read = email.message_from_bytes(wire, policy=email.policy.default)
    assert read["List-Unsubscribe"].strip() == f"<{rendered.unsubscribe}>"
    assert read["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert read["References"].strip().endswith(f"@{host}>")
    assert b"=?utf-8" not in wire.partition(b"\r\n\r\n")[0]
