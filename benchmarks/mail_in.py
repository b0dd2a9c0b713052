"""How fast letters are taken apart, here and in the process of its own.

    python benchmarks/mail_in.py [folder of letters]

Without a folder it writes letters of the usual shapes: a line of text, text and HTML, a file of 200 kB, a report. Prints letters a second
both ways, the best of three runs, and what the largest letter allowed (25 MB of files) takes.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from servicedesk.mailin.parse import Limits, parse, parse_apart
from servicedesk.mailin.shapes import Unparsable

TEXT = (
    "Здравствуйте! Не печатает принтер в кабинете 305, бумага есть, горит красная лампа. Посмотрите, пожалуйста.\n" * 5
)


def main() -> None:
    letters = (
        [path.read_bytes() for path in sorted(Path(sys.argv[1]).rglob("*")) if path.is_file()]
        if len(sys.argv) > 1
        else written()
    )
    parse_apart(letters[0])
    here, apart = (max(rate(reader, letters) for _ in range(3)) for reader in (parse, parse_apart))
    print(f"{len(letters)} letters: {here:.0f}/s here, {apart:.0f}/s in the other process")
    large = letter(24_900_000)
    began = time.perf_counter()
    parse_apart(large, Limits())
    print(f"25 MB of files: {time.perf_counter() - began:.2f} s of {Limits().for_size(len(large)).seconds:.1f} s")


def rate(reader: Callable[[bytes], object], letters: Sequence[bytes]) -> float:
    began = time.perf_counter()
    for raw in letters:
        try:
            reader(raw)
        except Unparsable as error:
            print(f"not taken apart: {error}")
    return len(letters) / (time.perf_counter() - began)


def written() -> list[bytes]:
    return [raw for _ in range(100) for raw in (letter(0, html=False), letter(0), letter(200_000), report())]


def letter(size: int, *, html: bool = True) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = (
        "Анна Ёлкина <anna@example.org>",
        "desk@example.org",
        "Не печатает принтер",
    )
    message.set_content(TEXT)
    if html:
        message.add_alternative(f"<html><body><p>{TEXT}</p></body></html>", subtype="html")
    if size:
        content = bytes(range(256)) * (size // 256)
        message.add_attachment(content, maintype="application", subtype="zip", filename="Журнал.zip")
    return message.as_bytes()


def report() -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = (
        "MAILER-DAEMON@example.org",
        "desk@example.org",
        "Undelivered Mail Returned to Sender",
    )
    message["Return-Path"] = "<>"
    message.set_content("<gone@example.org>: host mx.example.org said: 550 5.1.1 User unknown\n")
    return message.as_bytes()


if __name__ == "__main__":
    main()
