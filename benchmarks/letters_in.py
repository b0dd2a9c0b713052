"""How many ordinary letters a second become requests and messages, and whether memory and speed stay as they are.

    python benchmarks/letters_in.py [LETTERS]

5,000 letters of 250 people, one in three an answer by a signed address, one in ten with a file of 50 kB, through the whole
river into SQLite on a disk: shelf, taking apart in the other process, decision, transaction. Prints letters a second of wall
clock, the processor time of one in this process, the ratio of the last thousand to the first by both, and the largest memory.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import flask_migrate
from sqlalchemy import func, select

sys.path.insert(0, str(Path(__file__).parents[1]))

from config import Mailbox, for_tests
from servicedesk.app import create_app
from servicedesk.kernel.db import db
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.letters.models import ReceivedMail
from servicedesk.mailin.receiving import Arrival, receive
from servicedesk.mailout import addresses
from servicedesk.people import actions as people
from servicedesk.sla import actions as sla

START = datetime(2026, 4, 6, 7, tzinfo=UTC)
BOX = Mailbox("it", "imaps", "mail.example.com", 993, "it", "secret", department="it", address="it@example.com")
PEOPLE, BLOCK = 250, 1000
WEEK = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
TEXT = "Hello,\n\nthe printer on the second floor does not print since this morning. It blinks red three times.\n\n"
QUOTED = "On Mon, 6 Apr 2026 at 10:00, Desk <desk@example.com> wrote:\n" + "> This is what we wrote to you.\n" * 12


def main(letters: int) -> int:
    with tempfile.TemporaryDirectory() as place:
        config = for_tests(
            f"sqlite:///{place}/desk.sqlite", files_dir=Path(place) / "files", mail_from="desk@example.com", mailboxes=(BOX,),
            mail_domains=frozenset({"example.com"}),
        )  # fmt: skip
        app = create_app(config)
        with app.app_context():
            flask_migrate.upgrade()
            found_company()
            receive(Arrival(letter(0, None), BOX, 1, 0, received_at=START), START)
            blocks = [take(config, first, min(BLOCK, letters - first)) for first in range(0, letters, BLOCK)]
            outcomes = db.session.execute(
                select(ReceivedMail.outcome, func.count()).group_by(ReceivedMail.outcome)
            ).all()
            told(letters, blocks, dict(outcomes))  # type: ignore[arg-type]
    return 0


def take(config: object, first: int, count: int) -> tuple[float, float, int]:
    """Seconds for one of so many letters, by the wall and of this process, and its memory afterwards, in MB."""
    seconds = worked = 0.0
    for number in range(first + 1, first + count + 1):
        at = START + timedelta(minutes=2 * number)
        raw = letter(number, newest_of(number, config))
        begun, began = time.perf_counter(), time.process_time()
        receive(Arrival(raw, BOX, 1, number, received_at=at), at)
        seconds, worked = seconds + time.perf_counter() - begun, worked + time.process_time() - began
    return seconds / count, worked / count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def newest_of(number: int, config: object) -> str | None:
    """The address for an answer to the last request of whoever writes, for one letter in three."""
    if number % 3:
        return None
    query = select(func.max(ReceivedMail.ticket_id)).where(ReceivedMail.from_address == address(number))
    ticket_id = db.session.scalar(query)
    db.session.rollback()
    if ticket_id is None:
        return None
    return addresses.reply_address("desk@example.com", ticket_id, config.secret_key)  # type: ignore[attr-defined]


def address(number: int) -> str:
    return f"person{number * 7 % PEOPLE}@example.com"


def letter(number: int, answers: str | None) -> bytes:
    message = EmailMessage()
    message["Received"] = "from elsewhere by mx.example.com; Mon, 6 Apr 2026 10:00:00 +0300"
    message["From"], message["To"] = f"Person <{address(number)}>", answers or "it@example.com"
    message["Subject"] = f"Re: request {number}" if answers else f"The printer, number {number}"
    message["Date"], message["Message-ID"] = "Mon, 06 Apr 2026 10:00:00 +0300", f"<{number}@elsewhere.example>"
    message.set_content(f"{TEXT}Letter {number}.\n\n{QUOTED if answers else ''}")
    message.add_alternative(f"<p>{TEXT}</p><p>Letter {number}.</p>", subtype="html")
    if number % 10 == 0:
        message.add_attachment(bytes(str(number) * 12_500, "ascii"), "application", "pdf", filename="log.pdf")
    return message.as_bytes()


def found_company() -> None:
    stamp = Stamp(None, START - timedelta(days=30), "cli")
    with transaction():
        people.describe_company(stamp, name="North", language="en", timezone="Europe/Moscow")
        sla.make_company_calendar(sla.set_calendar(stamp, key="office", timezone="Europe/Moscow", week=WEEK))
        department = people.add_department(stamp, key="it", name={"en": "IT"}, email="it@example.com")
        agent = people.add_person(stamp, email="agent@it.example", name="Agent", department=department)
        people.grant(stamp, agent, "agent", department)
        sla.set_policy(
            stamp,
            name="it",
            department_id=department.id,
            targets={"first_reply": "4h", "reply": "9h", "resolution": "27h"},
        )


def told(letters: int, blocks: list[tuple[float, float, int]], outcomes: dict[str, int]) -> None:
    print(f"{letters:,} letters ({', '.join(f'{count:,} {what}' for what, count in sorted(outcomes.items()))})")
    walls, works, memories = zip(*blocks, strict=True)
    wall, work = (sum(each) / len(each) for each in (walls, works))
    print(f"{1 / wall:.0f} letters a second; {1000 * work:.1f} ms of processor time each")
    print(
        f"one of the last thousand takes {walls[-1] / walls[0]:.2f} times one of the first ({works[-1] / works[0]:.2f} of processor time)"
    )
    print(f"memory: {memories[0]} MB after the first thousand, {memories[-1]} MB at the end")


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000))
