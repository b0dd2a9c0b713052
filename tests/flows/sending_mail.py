"""A worker that sends queued mail, in a process of its own that may be killed.

`python -m tests.flows.sending_mail DATABASE_URL SMTP_URL INSTANT COMMIT before|after` dies around that commit; 0 means that it
lives until nothing is due.
"""

from __future__ import annotations

import sys
from datetime import datetime

from config import for_tests
from servicedesk.app import create_app
from servicedesk.jobs.mail import send_queued
from tests.flows.crashing import die_at


def main(url: str, smtp_url: str, instant: str, number: str, when: str) -> None:
    with create_app(for_tests(url, smtp_url=smtp_url)).app_context():
        die_at(int(number), when)
        while send_queued(datetime.fromisoformat(instant)):
            pass


if __name__ == "__main__":
    main(*sys.argv[1:])
