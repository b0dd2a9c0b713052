"""Gathered mail by the worker: side by side with another one, and when a run is cut off."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from servicedesk.jobs import gathering, worker
from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout import actions as mailout
from servicedesk.mailout.models import OutgoingMail
from servicedesk.notifications import actions
from servicedesk.notifications.models import Notice
from tests.build import open_ticket, reply
from tests.cast import at, by, load_cast

AT_ONCE = 4
READERS = ("maria", "boris", "stranger")


@pytest.fixture
def gathered(own_desk):
    """Three people, each with three replies that wait for Tuesday morning."""
    with own_desk.app_context():
        cast = load_cast()
        for name in READERS:
            person = getattr(cast, name)
            with transaction():
                actions.choose(
                    by(person, "2026-04-06 09:00"), person, {"own": "gathered"}, rhythm="morning", quiet=None
                )
            ticket = open_ticket(person)
            for minute in (1, 2, 3):
                reply(ticket, cast.igor, f"2026-04-06 11:0{minute}")
    return own_desk


def written():
    query = select(OutgoingMail).where(OutgoingMail.template == "gathered").order_by(OutgoingMail.to_address)
    return [(mail.to_address.partition("@")[0], mail.facts["count"]) for mail in db.session.scalars(query)]


def waiting():
    return db.session.scalar(select(func.count()).select_from(Notice).where(Notice.gather_at.is_not(None)))


def test_many_workers_write_one_mail_to_each(gathered):
    def work(_):
        with gathered.app_context():
            return gathering.write_gathered(at("2026-04-07 09:00"))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        done = list(pool.map(work, range(AT_ONCE)))
    with gathered.app_context():
        assert sum(done) == len(READERS)
        assert written() == [("boris", 3), ("maria", 3), ("stranger", 3)]
        assert waiting() == 0


def test_a_run_that_is_cut_off_loses_nothing_and_the_next_one_doubles_nothing(gathered, monkeypatch):
    """The lines are freed and the mail is queued, or neither."""
    with gathered.app_context():
        whole = mailout.queue_mails

        def dies_at_the_second(stamp, letters):
            if letters[0].to.startswith("boris"):
                raise KeyboardInterrupt
            whole(stamp, letters)

        monkeypatch.setattr(mailout, "queue_mails", dies_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            gathering.write_gathered(at("2026-04-07 09:00"))
        monkeypatch.undo()
        assert [name for name, _ in written()] == ["maria"]
        assert waiting() == 6
        assert gathering.write_gathered(at("2026-04-07 09:00")) == 2
        assert written() == [("boris", 3), ("maria", 3), ("stranger", 3)]


def test_the_worker_has_it_among_its_jobs(gathered, monkeypatch):
    monkeypatch.setattr(worker, "now", lambda: at("2026-04-07 09:30"))
    assert worker.run_once(gathered)["gathered mail"] == len(READERS)
