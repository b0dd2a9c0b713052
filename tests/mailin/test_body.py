"""What is read as the text of a letter, and what is one of its files."""

from __future__ import annotations

import base64

import pytest

from servicedesk.files.rules import cleaned_name
from servicedesk.mailin.parse import Limits, parse
from servicedesk.mailin.shapes import Attached, Unparsable
from tests.mailin.corpus import sample
from tests.mailin.written import file, letter, multipart, read, with_parts

PLAIN = "Content-Type: text/plain; charset=utf-8\r\n\r\nThe printer burns."
HTML = "Content-Type: text/html; charset=utf-8\r\n\r\n<p>The printer <b>burns</b>.</p>"
PICTURE = "Content-Type: image/png\r\nContent-ID: <pic@1>\r\nContent-Disposition: inline; filename=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0="


def test_a_letter_without_parts_is_its_text():
    assert read("Hello.\r\nBye.").text == "Hello.\nBye."
    mail = read("<p>Hello.</p>", "Content-Type: text/html")
    assert (mail.text, mail.html) == (None, "<p>Hello.</p>")


def test_of_alternatives_there_are_both():
    mail = parse(with_parts("alternative", PLAIN, HTML))
    assert (mail.text, mail.html, mail.attachments) == ("The printer burns.", "<p>The printer <b>burns</b>.</p>", ())


def test_the_last_alternative_is_the_best():
    mail = parse(
        with_parts("alternative", PLAIN, PLAIN.replace("burns", "smokes"), HTML, HTML.replace("burns", "smokes"))
    )
    assert "smokes" in mail.text and "smokes" in mail.html


def test_an_invitation_among_alternatives_is_a_file():
    mail = parse(with_parts("alternative", PLAIN, "Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR"))
    assert mail.text == "The printer burns."
    assert [part.content_type for part in mail.attachments] == ["text/calendar"]
    assert mail.automatic is None


def test_a_picture_in_the_text_is_one():
    related = multipart("related", HTML.replace("burns", '<img src="cid:pic@1">'), PICTURE, boundary="r")
    mail = parse(with_parts("alternative", PLAIN, related))
    assert mail.attachments == (Attached("a.png", "image/png", b"\x89PNG\r", "pic@1", inline=True),)
    assert "cid:pic@1" in mail.html


def test_one_that_the_text_does_not_show_is_a_file_like_others():
    (picture,) = parse(with_parts("related", HTML, PICTURE)).attachments
    assert (picture.content_id, picture.inline) == ("pic@1", False)


def test_text_before_and_after_a_file_is_one_text():
    mail = parse(with_parts("mixed", PLAIN, file("filename=a.pdf"), "Content-Type: text/plain\r\n\r\nThank you."))
    assert mail.text == "The printer burns.\nThank you."
    assert [part.name for part in mail.attachments] == ["a.pdf"]


def test_a_text_that_lacks_a_piece_is_no_text():
    mail = parse(with_parts("mixed", "Content-Type: text/plain\r\n\r\n1 < 2", HTML))
    assert mail.text is None
    assert mail.html.startswith("<pre>1 &lt; 2</pre>") and "burns" in mail.html


def test_a_text_with_a_name_is_a_file():
    mail = parse(
        with_parts(
            "mixed",
            PLAIN,
            'Content-Type: text/plain; name="log.txt"\r\n\r\nlog',
            file("filename=a.txt", b"x", "text/plain"),
        )
    )
    assert mail.text == "The printer burns."
    assert [part.name for part in mail.attachments] == ["log.txt", "a.txt"]


def test_a_forwarded_letter_is_a_file_and_not_in_the_text():
    inner = letter("Secret words", "Content-Type: text/plain", Subject="=?utf-8?B?0J/RgNC40LI=?=")
    mail = parse(with_parts("mixed", PLAIN, b"Content-Type: message/rfc822\r\n\r\n" + inner))
    (forwarded,) = mail.attachments
    assert mail.text == "The printer burns."
    assert (forwarded.name, forwarded.content_type) == ("Прив.eml", "message/rfc822")
    assert forwarded.content.replace(b"\r\n", b"\n") == inner.replace(b"\r\n", b"\n")
    assert parse(forwarded.content).text == "Secret words"


def test_a_forwarded_letter_in_base64_is_one():
    inner = letter("Secret words", Subject="Inner")
    part = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(inner)
    (forwarded,) = parse(with_parts("mixed", PLAIN, part)).attachments
    assert (forwarded.name, forwarded.content) == ("Inner.eml", inner)


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ("filename=a.pdf", "a.pdf"),
        ('filename="a b.pdf"', "a b.pdf"),
        ('filename="a\\"b.pdf"', 'a"b.pdf'),
        ("filename*=utf-8''%D0%AF.pdf", "Я.pdf"),
        ("filename*0*=utf-8''%D0; filename*1*=%AF; filename*2=.pdf", "Я.pdf"),
        ("filename*1=b.pdf; filename*0=a", "ab.pdf"),
        ('filename="=?utf-8?B?0K8=?=.pdf"', "Я.pdf"),
        ('filename="=?koi8-r?Q?=F1?=.pdf"', "Я.pdf"),
        ("filename=Отчёт.pdf", "Отчёт.pdf"),
        ('filename="../../etc/passwd"', "../../etc/passwd"),
        ("filename*=utf-8''..%2F..%2Fetc%2Fpasswd", "../../etc/passwd"),
        ('filename="C:\\\\Windows\\\\a.exe"', "C:\\Windows\\a.exe"),
        ("filename*=''a%00b.exe", "ab.exe"),
        ("filename*=utf-8''a%0D%0Ab.exe", "a\r\nb.exe"),
        ("filename*=nonsense", "nonsense"),
    ],
)
def test_a_file_is_called_as_its_sender_calls_it(parameters, name):
    (found,) = parse(with_parts("mixed", PLAIN, file(parameters))).attachments
    assert found.name == name
    clean = cleaned_name(found.name)
    assert not set(clean) & set("/\\\0\r\n") and clean.isprintable() and not clean.startswith(".")


def test_a_file_without_a_name_gets_one():
    parts = [
        "Content-Type: image/png\r\n\r\nx",
        "Content-Type: application/octet-stream\r\n\r\nx",
        "Content-Type: nonsense\r\n\r\n",
    ]
    assert [part.name for part in parse(with_parts("mixed", PLAIN, *parts)).attachments] == ["file-1.png", "file-2.bin"]


def test_flowed_text_is_put_together():
    text = "This is a \r\nlong line.\r\n> It was \r\n> quoted.\r\n>> deeper \r\n> less\r\n-- \r\nAnna\r\n  a blank\r\n"
    mail = read(text, "Content-Type: text/plain; format=flowed")
    assert mail.text == "This is a long line.\n> It was quoted.\n>> deeper \n> less\n-- \nAnna\n a blank\n"
    assert read("a \r\nb", "Content-Type: text/plain; format=flowed; delsp=yes").text == "ab"


def test_a_signed_letter_shows_its_text_and_keeps_its_signature():
    mail = parse(with_parts("signed", PLAIN, file("filename=smime.p7s", b"x", "application/pkcs7-signature")))
    assert (mail.text, mail.encrypted) == ("The printer burns.", False)
    assert [part.name for part in mail.attachments] == ["smime.p7s"]


def test_an_encrypted_letter_is_said_to_be_one():
    parts = [
        "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1",
        file("filename=a.asc", b"x", "application/octet-stream"),
    ]
    mail = parse(with_parts("encrypted", *parts))
    assert (mail.text, mail.encrypted, len(mail.attachments)) == (None, True, 2)
    assert parse(sample("rt--4-encrypted-plain.eml")).encrypted
    assert read("-----BEGIN PGP MESSAGE-----\r\n\r\nabc").encrypted


def test_what_outlook_hides_is_taken_out():
    mail = parse(sample("tnefparse--two-files.tnef"))
    assert [(part.name, len(part.content)) for part in mail.attachments] == [("AUTHORS", 244), ("README", 893)]
    assert "<HTML>" in parse(sample("tnefparse--body.tnef")).html
    assert parse(sample("tnefparse--rtf.tnef")).text.startswith("aafgag'alga'kgk")


@pytest.mark.parametrize("cut", [0, 1, 6, 40, 300])
def test_where_that_fails_the_file_stays(cut):
    (whole,) = parse(sample("tnefparse--garbage-at-end.tnef")).attachments
    data = whole.content[:cut] + b"\xff" * 50
    mail = parse(with_parts("mixed", PLAIN, file("filename=winmail.dat", data, "application/ms-tnef")))
    assert (mail.text, [(part.name, part.content) for part in mail.attachments]) == (
        "The printer burns.",
        [("winmail.dat", data)],
    )


def test_html_says_its_encoding_where_the_headers_do_not():
    html = '<html><head><meta charset="koi8-r"></head><body>Привет</body></html>'
    assert "Привет" in read(html.encode("koi8-r"), "Content-Type: text/html").html


@pytest.mark.parametrize(
    "kind", ["multipart/mixed", "multipart/mixed; boundary=", "multipart/mixed; boundary=x", "text", "/", "multipart/"]
)
def test_a_body_under_a_wrong_name_is_still_read(kind):
    assert "Hello" in (read("Hello.", f"Content-Type: {kind}").text or "")


def test_limits_of_files_and_sizes():
    parts = [file(f"filename=a{number}.pdf") for number in range(51)]
    assert len(parse(with_parts("mixed", *parts[:50])).attachments) == 50
    with pytest.raises(Unparsable, match="too many attachments"):
        parse(with_parts("mixed", *parts))
    with pytest.raises(Unparsable, match="too large"):
        parse(with_parts("mixed", PLAIN, file("filename=a", b"x" * 100)), Limits(decoded_bytes=100))
    assert parse(with_parts("mixed", PLAIN, file("filename=a", b"x" * 100)), Limits(decoded_bytes=118)).attachments
