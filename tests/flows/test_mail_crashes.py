"""kill -9 while mail is sent: nothing is lost, and what arrives twice is the same mail to its receiver."""

from __future__ import annotations

import contextlib
import email
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random

import pytest

from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout import actions, queries, rules
from tests.mailout.samples import AT, FACTS
from tests.mailout.server import Mailbox, serving

pytestmark = [pytest.mark.flow, pytest.mark.slow]
ROOT = Path(__file__).parents[2]
# Each round comes when the leases of those who were killed have ended.
ROUND = rules.LEASE + timedelta(minutes=2)


class Killing(Mailbox):
    """Kills a process when a mail has come so far: at MAIL, or at DATA, before it has acknowledged it."""

    def __init__(self) -> None:
        super().__init__()
        self.victim, self.at = None, None

    async def handle_MAIL(self, server, session, envelope, address, options):
        self._kill("MAIL")
        return await super().handle_MAIL(server, session, envelope, address, options)

    async def handle_DATA(self, server, session, envelope):
        answer = await super().handle_DATA(server, session, envelope)
        self._kill("DATA")
        return answer

    def _kill(self, at):
        if self.victim is not None and self.at == at and len(self.got) > 3:
            os.kill(self.victim.pid, signal.SIGKILL)
            self.victim.wait()
            self.victim = None


@pytest.fixture
def server():
    with serving(Killing()) as box:
        yield box


def queue(desk, mails):
    """Four mails about each request, to two readers in turn."""
    letters = [
        actions.Letter(
            to=f"reader{number % 2}@example.com", language="ru" if number % 3 else "en", timezone="UTC", template="reply",
            facts=FACTS["reply"] | {"ticket_id": number // 4 + 1, "subject": f"mail {number}"}, once=f"m{number}",
        )
        for number in range(mails)
    ]  # fmt: skip
    with desk.app_context(), transaction():
        actions.queue_mails(Stamp(None, AT, "worker"), letters)


def start(desk, server, at, number=0, when="after"):
    settings = desk.config["SETTINGS"]
    command = [sys.executable, "-m", "tests.flows.sending_mail", settings.database_url, server.url, at.isoformat(), str(number), when]  # fmt: skip
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def is_told_well(desk, server, mails, kills):
    """Everything has arrived; at most one mail for each kill came twice, as itself; each reader read in order."""
    came, order, bytes_of = Counter(), defaultdict(list), {}
    for _, receivers, content in server.got:
        read = email.message_from_bytes(content)
        number = read["Message-ID"]
        if number not in came:
            order[receivers[0], read["References"]].append(int(number.split(".")[1]))
        came[number] += 1
        assert bytes_of.setdefault(number, content) == content
    assert len(came) == mails
    assert sum(came.values()) - mails <= kills
    assert all(numbers == sorted(numbers) for numbers in order.values())
    with desk.app_context():
        assert queries.counts() == {"queued": 0, "sent": mails, "failed": 0, "bounced": 0}


def test_a_worker_that_dies_at_every_step_loses_nothing(own_desk, server):
    mails, rounds = 60, count()
    queue(own_desk, mails)
    for number, when in [(1, "before"), (1, "after"), (2, "before"), (2, "after"), (5, "before"), (4, "after")]:
        worker = start(own_desk, server, AT + next(rounds) * ROUND, number, when)
        assert worker.wait(timeout=120) == -signal.SIGKILL
    for at in ("MAIL", "DATA", "DATA"):
        server.at, server.victim = at, (worker := start(own_desk, server, AT + next(rounds) * ROUND))
        assert worker.wait(timeout=120) == -signal.SIGKILL
    assert start(own_desk, server, AT + next(rounds) * ROUND).wait(timeout=120) == 0
    is_told_well(own_desk, server, mails, kills=9)


@pytest.mark.parametrize("workers", [2, 4])
def test_several_workers_that_are_killed_at_any_moment_lose_nothing(own_desk, server, workers):
    mails, chance, kills = 240, Random(workers), 0
    queue(own_desk, mails)
    for round_ in range(4):
        at, aim = AT + round_ * ROUND, len(server.got) + chance.randint(5, 40)
        started = [start(own_desk, server, at) for _ in range(workers)]
        _until(
            lambda aim=aim, started=started: len(server.got) >= aim or all(one.poll() is not None for one in started)
        )
        for worker in chance.sample(started, chance.randint(1, workers)):
            with contextlib.suppress(ProcessLookupError):
                worker.kill()
            kills += 1
            threading.Event().wait(chance.random() / 20)
        for worker in started:
            worker.kill()
            kills += worker.wait(timeout=60) == -signal.SIGKILL
    for late in (4, 5):
        last = [start(own_desk, server, AT + late * ROUND) for _ in range(6 - workers)]
        assert [worker.wait(timeout=120) for worker in last] == [0] * len(last)
    is_told_well(own_desk, server, mails, kills)


def _until(is_so, seconds=120):
    end, pause = time.monotonic() + seconds, threading.Event()
    while not is_so():
        assert time.monotonic() < end, "it did not come to that"
        pause.wait(0.005)
