"""How fast the queue of outgoing mail drains into a mail server on this machine, and whether memory stays flat.

    python benchmarks/mail_out.py [mails]

Queues replies with a text and the parts around it, starts an SMTP server in a process of its own, and runs the job until nothing is
queued. Prints mails a second, the share of the time in which this process computed, and how much memory it took at its peak before,
after the first run of the job and at the end: the last two should hardly differ.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import flask_migrate

sys.path.insert(0, str(Path(__file__).parents[1]))

from config import for_tests
from servicedesk.app import create_app
from servicedesk.jobs import mail
from servicedesk.kernel.db import db
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout import actions, queries

AT = datetime(2026, 4, 6, 9, tzinfo=UTC)
TEXT = "The part has come. **Please** try again:\n\n1. Switch it off\n2. Switch it on\n\n" + "It should work now. " * 20


def main(mails: int) -> None:
    ports: Any = multiprocessing.Queue()
    server = multiprocessing.Process(target=_serve, args=(ports,), daemon=True)
    server.start()
    port = ports.get()
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ.get("DATABASE_URL") or f"sqlite:///{folder}/desk.sqlite"
        with create_app(for_tests(url, smtp_url=f"smtp://127.0.0.1:{port}")).app_context():
            flask_migrate.upgrade()
            _queue(mails)
            _drain(mails)
            db.session.remove()
            db.engine.dispose()
    server.terminate()


def _drain(mails: int) -> None:
    began, computed, sent, early = time.perf_counter(), time.process_time(), 0, 0.0
    before = _memory()
    while sent < mails:
        sent += mail.send_queued(AT)
        early = early or _memory()
    took, busy = time.perf_counter() - began, time.process_time() - computed
    assert queries.counts() == {"queued": 0, "sent": mails, "failed": 0, "bounced": 0}
    print(
        f"{mails} mails in {took:.1f} s: {mails / took:.0f} a second, computing {100 * busy / took:.0f} % of the time"
    )
    print(
        f"memory at its peak: {before:.0f} MB before, {early:.0f} MB after the first run, {_memory():.0f} MB at the end"
    )


def _queue(mails: int) -> None:
    for number in range(0, mails, 100):
        letters = [_letter(number + one) for one in range(min(100, mails - number))]
        with transaction():
            actions.queue_mails(Stamp(None, AT, "worker"), letters)


def _letter(number: int) -> actions.Letter:
    facts = {
        "ticket_id": number // 4 + 1, "subject": f"The printer on floor {number} does not print",
        "department": {"ru": "ИТ", "en": "IT"}, "author": "Anna Serva", "text": TEXT, "company": "North", "why": "requester",
    }  # fmt: skip
    return actions.Letter(
        to=f"person{number % 500}@example.com", language="ru" if number % 2 else "en", timezone="Europe/Moscow",
        template="reply", facts=facts, once=f"benchmark:{number}",
    )  # fmt: skip


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _serve(ports: Any) -> None:
    import asyncio

    from aiosmtpd.handlers import Sink
    from aiosmtpd.smtp import SMTP

    async def run() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(Sink()), "127.0.0.1", 0)
        ports.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
