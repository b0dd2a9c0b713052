"""A reader of a mailbox in a process that is killed at one of the points of reading a letter.

`python -m tests.flows.dying DATABASE_URL FILES MAILBOXES POINT NUMBER` dies at that point of that letter; 0 means that it lives.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from config import for_tests, from_env
from servicedesk.app import create_app
from servicedesk.kernel.db import db
from servicedesk.kernel.now import now
from servicedesk.mailin import receiving, source
from servicedesk.mailin.source.server import Server

# found: before it is fetched; fetched: before anything of it is saved; inside: before the commit of its transaction;
# saved: before it is moved; moved: before anything is known of that.
POINTS = ("found", "fetched", "inside", "saved", "moved")
DOMAIN = "example.com"


def main(url: str, files: str, mailboxes: str, point: str, number: str) -> None:
    boxes = from_env({"MAILBOXES": mailboxes, "DATABASE_URL": url}).mailboxes
    app = create_app(for_tests(url, files_dir=Path(files), mailboxes=boxes, mail_domains=frozenset({DOMAIN})))
    with app.app_context():
        if int(number):
            die_at(point, int(number))
        print(source.read_mailboxes(now()))


def die_at(point: str, number: int) -> None:
    if point == "found":
        Server.letter = _dying(Server.letter, number, before=True)  # type: ignore[method-assign]
    elif point == "fetched":
        Server.letter = _dying(Server.letter, number, before=False)  # type: ignore[method-assign]
    elif point == "inside":
        receiving.receive = _dying_inside(receiving.receive, number)
    else:
        Server.put_away = _dying(Server.put_away, number, before=point == "saved")  # type: ignore[method-assign]


def _dying(work: Callable[..., Any], number: int, *, before: bool) -> Callable[..., Any]:
    seen = 0

    def counted(*words: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == number and before:
            _die()
        done = work(*words)
        if seen == number:
            _die()
        return done

    return counted


def _dying_inside(receive: Callable[..., Any], number: int) -> Callable[..., Any]:
    seen, session = 0, type(db.session())
    commit = session.commit

    def counted(*words: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == number:
            session.commit = lambda _self: _die()  # type: ignore[method-assign]
        try:
            return receive(*words)
        finally:
            session.commit = commit  # type: ignore[method-assign]

    return counted


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(*sys.argv[1:])
