"""Threads of the worker that wait beside the mail server, one a mailbox, and read at once what comes.

Whoever has the mailbox waits; all others look from time to time whether it is free. Nothing depends on them: a job reads
what nobody watches.
"""

from __future__ import annotations

import threading
from typing import Any

import structlog

from config import Mailbox
from servicedesk.mailin.source.holding import given_back, take
from servicedesk.mailin.source.reading import look
from servicedesk.mailin.source.server import opened

log = structlog.get_logger()
# How long to wait for news before looking all the same, in seconds: a server may forget to tell.
LOOK_AGAIN = 300
# How long until somebody who did not get the mailbox asks for it again, in seconds.
ASK_AGAIN = 10


def start_watching(app: Any, stop: threading.Event) -> list[threading.Thread]:
    """A thread for each mailbox of the settings; a few seconds after `stop` is set, when the letter in hand is saved, all end."""
    threads = [
        threading.Thread(target=_watch, args=(app, mailbox, stop), name=f"mailbox {mailbox.name}", daemon=True)
        for mailbox in app.config["SETTINGS"].mailboxes
    ]
    for thread in threads:
        thread.start()
    return threads


def _watch(app: Any, mailbox: Mailbox, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            with app.app_context():
                _sit_beside(app, mailbox, stop)
        except Exception:  # the database is away, say: the watch goes on, and the mailbox is free when the hold ends
            log.exception("the watch over a mailbox was interrupted", mailbox=mailbox.name)
        stop.wait(ASK_AGAIN)


def _sit_beside(app: Any, mailbox: Mailbox, stop: threading.Event) -> None:
    hold = take(mailbox.name)
    if hold is None:
        return

    def keep() -> None:
        with app.app_context():
            hold.make_sure()

    with given_back(hold), opened(mailbox) as server:
        while not stop.is_set():
            # A context of its own: no connection to the database is kept while nothing happens.
            with app.app_context():
                look(server, mailbox, hold, app.config["SETTINGS"], stop.is_set)
            server.wait_for_news(LOOK_AGAIN, stop, keep)
