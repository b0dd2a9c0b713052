"""A worker that handles the letters of a folder, as one reads a mailbox, in a process of its own that may be killed.

`python -m tests.flows.receiving_mail DATABASE_URL FILES INBOX POINT NUMBER` dies the NUMBERth time that it comes to POINT:
fetched (nothing is done yet), shelved (the raw letter is kept), before and after the commit, moved (the letter is put away on
the server). 0 means that it lives. What it prints is put away.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from config import for_tests
from servicedesk.app import create_app
from servicedesk.files.shelf import Shelf
from servicedesk.kernel.db import db
from servicedesk.mailin.receiving import Arrival, receive
from tests.cast import at
from tests.mailin.letters import DESK, IT

NOW = at("2026-04-07 12:00")
POINTS = ("fetched", "shelved", "before", "after", "moved")


class Death:
    def __init__(self, point: str, number: int) -> None:
        self.point, self.left = point, number

    def __call__(self, point: str) -> None:
        if point == self.point:
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def around(owner: Any, name: str, before: Callable[[], None], after: Callable[[], None]) -> None:
    real = getattr(owner, name)

    def wrapped(*args: Any, **named: Any) -> Any:
        before()
        result = real(*args, **named)
        after()
        return result

    setattr(owner, name, wrapped)


def main(url: str, files: str, inbox: str, point: str, number: str) -> None:
    app = create_app(
        for_tests(url, files_dir=Path(files), mail_from=DESK, mailboxes=(IT,), mail_domains=frozenset({"example.com"}))
    )
    death = Death(point, int(number))
    put_away = Path(inbox) / "put away"
    with app.app_context():
        around(Shelf, "put_mail", lambda: death("fetched"), lambda: death("shelved"))
        around(type(db.session()), "commit", lambda: death("before"), lambda: death("after"))
        for path in sorted(Path(inbox).glob("*.eml")):
            raw = path.read_bytes()
            receive(Arrival(raw, IT, 1, int(path.stem), received_at=NOW - timedelta(minutes=5)), NOW)
            path.replace(put_away / path.name)
            death("moved")
            print(path.stem, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
