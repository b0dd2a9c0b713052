"""Letters made to break what reads them: name -> (the letter, what must be said of it; None where it is simply read)."""

from __future__ import annotations

import base64
import io
import zipfile

from tests.mailin.written import file, letter, multipart, with_parts

PLAIN = "Content-Type: text/plain\r\n\r\nHello."


def hostile() -> dict[str, tuple[bytes, str | None]]:
    return _headers() | _trees() | _bodies() | _files()


def _headers() -> dict[str, tuple[bytes, str | None]]:
    words = " ".join(["=?utf-8?B?0J/RgNC40LLQtdGC?="] * 6000)
    return {
        "20,000 recipients": (letter(To="a@b.c, " * 20_000), "too many addresses"),
        "20,000 recipients of no address": (letter(To="a, " * 20_000), None),
        "5,000 comments in comments": (letter(From="(" * 5000 + ")" * 5000 + " <a@b.c>"), None),
        "200,000 brackets": (letter(From="<" * 200_000), None),
        "200,000 quotes": (letter(From='"' * 200_000), None),
        "encoded words without end": (letter(Subject=words), None),
        "halves of encoded words": (letter(Subject="=?utf-8?q?" * 10_000, From="=?" * 50_000), None),
        "line breaks in encoded words": (letter(Subject="=?utf-8?Q?Hi=0D=0ABcc:_all=40b.c=0D=0A=0D=0Abody?="), None),
        "two From headers": (letter("Hello.", "From: head@example.org"), None),
        "200 From headers": (letter("Hello.", *["From: a@b.c"] * 200), "too many addresses"),
        "NULs": (letter(b"a\0b\0" * 1000, Subject="a\0b", From="a\0 <a@b.c\0>"), None),
        "signs of no width and from right to left": (
            letter(Subject="in\u200bvoice\u202efdp.exe", From="\u200b <a@b.c>"),
            None,
        ),
        "a header block of 300 kB": (letter("x", *["X-Filler: " + "a" * 70] * 4000), "too long headers"),
        "one header of 300 kB": (letter(Subject="a" * 300_000), "too long headers"),
        "a header that never ends": (b"Subject: " + b"a" * 5_000_000, "too long headers"),
        "a header folded 50,000 times": (letter(Subject="a" + "\r\n b" * 50_000), None),
        "20,000 Received lines": (letter("x", *["Received: a"] * 15_000), None),
        "40,000 references": (letter("x", "References: " + "<a@b> " * 40_000), None),
        "parameters without end": (letter("x", "Content-Type: text/plain" + "; a=b" * 20_000), "too many parameters"),
        "segments of a name without end": (
            letter("x", "Content-Disposition: attachment" + "; filename*0=a" * 99),
            None,
        ),
        "quotes in a parameter": (letter("x", 'Content-Type: text/plain; name="' + '\\"' * 100_000), None),
        "a comment before a keyword": (letter("x", "Auto-Submitted: " + "(" * 200_000), None),
        "nothing": (b"", None),
        "line ends alone": (b"\r\n" * 100_000, None),
        "noise": (bytes(range(256)) * 1000, None),
    }


def _trees() -> dict[str, tuple[bytes, str | None]]:
    nested, enclosed = letter(b"").removesuffix(b"\r\n"), b""
    for number in range(2000):
        nested += f'Content-Type: multipart/mixed; boundary="b{number}"\r\n\r\n--b{number}\r\n'.encode()
    enclosed = letter(b"").removesuffix(b"\r\n") + b"Content-Type: message/rfc822\r\n\r\n" * 2000
    flat = letter(b"").removesuffix(b"\r\n")
    return {
        "2,000 multiparts in each other": (nested, "too many levels"),
        "2,000 letters in each other": (enclosed, "too many levels"),
        "10,000 parts": (flat + multipart("mixed", *[PLAIN] * 10_000), "too many parts"),
        "a letter in base64 in base64": (_matryoshka(15), None),
        "a boundary that is a pattern": (flat + multipart("mixed", PLAIN, boundary="(a+)+$"), None),
        "a boundary of nothing": (flat + b'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n\r\n--\r\nx', None),
        "200,000 lines like boundaries": (
            flat + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n" + b"--\r\n" * 200_000,
            None,
        ),
        "the same boundary inside": (with_parts("mixed", multipart("mixed", PLAIN), PLAIN), None),
    }


def _bodies() -> dict[str, tuple[bytes, str | None]]:
    encoded = "Content-Transfer-Encoding: base64"
    return {
        "garbage for base64": (letter(b"=\xff\x00!A" * 200_000, encoded, "Content-Type: image/png; name=a.png"), None),
        "equals signs for quoted-printable": (letter(b"=\n" * 200_000, "Content-Transfer-Encoding: quoted-printable"), None),
        "uuencode of nothing": (letter(b"begin 644 a\n" + b"M\n" * 100_000, "Content-Transfer-Encoding: x-uuencode"), None),
        "an encoding that is none": (letter(b"\xff\xfe" * 1000, "Content-Type: text/plain; charset=" + "x" * 5000), None),
        "an encoding in quadratic time": (letter(b"a-" * 100_000, "Content-Type: text/plain; charset=punycode"), None),
        "quotes of great depth": (letter(b">" * 1_000_000, "Content-Type: text/plain; format=flowed"), None),
        "a paragraph of 200,000 lines": (letter(b"a \r\n" * 200_000, "Content-Type: text/plain; format=flowed"), None),
        "tags that never end": (letter(b"<style><a " * 100_000, "Content-Type: text/html", "Return-Path: <>"), None),
        "a report of 100,000 lines": (
            letter(b"a@b.c a@b.c: to <a@b.c> 5.1\r\n" * 100_000, From="MAILER-DAEMON@x.y", Subject="Undeliverable"), None,
        ),
        "a report of one line": (letter(b"a@b.c to " * 300_000, From="MAILER-DAEMON@x.y", Subject="Undeliverable"), None),
        "a table of 50,000 fields": (
            with_parts("report", PLAIN, "Content-Type: message/delivery-status\r\n\r\n" + "Final-Recipient: a@b.c\r\n" * 5_000), None,
        ),
        "a calendar of 100,000 lines": (letter(b"METHOD:REPLY x\r\n" * 100_000, "Content-Type: text/calendar"), None),
    }  # fmt: skip


def _files() -> dict[str, tuple[bytes, str | None]]:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../invoice.pdf.exe", b"MZ" + b"\0" * 100)
    names = ["filename=../../../etc/cron.d/x", "filename*=utf-8''..%5C..%5Cboot.ini", 'filename="CON"', "filename=.htaccess", "filename*=utf-8''a%00.exe",
             "filename*=utf-8''%E2%80%8B.php", f"filename={'a' * 100_000}", "filename*99=a", "filename*0*=x'y; filename*1*=%", 'filename="\\']  # fmt: skip
    return {
        "names that lead elsewhere": (with_parts("mixed", PLAIN, *[file(name) for name in names]), None),
        "a program in an archive": (with_parts("mixed", PLAIN, file("filename=a.zip", packed.getvalue(), "application/zip")), None),
        "51 files": (with_parts("mixed", *[file("filename=a")] * 51), "too many attachments"),
        "30 MB": (letter(b"a" * 30_000_000), "too large"),
        "a winmail.dat of noise": (with_parts("mixed", PLAIN, file("filename=winmail.dat", b"\x78\x9f\x3e\x22" + bytes(range(256)) * 300)), None),
        "a winmail.dat of small pieces": (
            with_parts("mixed", PLAIN, file("filename=winmail.dat", b"\x78\x9f\x3e\x22\0\0" + (b"\1" + b"\0" * 10) * 5000)), None,
        ),
    }  # fmt: skip


def _matryoshka(depth: int) -> bytes:
    inner = letter("Hello.")
    for _ in range(depth):
        head = letter(b"", "Content-Type: message/rfc822", "Content-Transfer-Encoding: base64")
        inner = head + base64.encodebytes(inner)
    return inner
