"""Pure answers about a mail: what may be queued, when to try again. Knows no subject of a mail."""

from __future__ import annotations

from datetime import datetime, timedelta

STATES = ("queued", "sent", "failed")

# A worker that died while sending is forgotten after this; then another one takes the mail.
LEASE = timedelta(minutes=5)
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8))
MOST_TRIES = 8
# How long to leave a mail alone when the mail server itself was out of reach.
UNREACHABLE = timedelta(minutes=1)
WHY_LENGTH = 2000


def next_try(mail_id: int, tries: int, at: datetime) -> datetime | None:
    """When to try again after `tries` failures, None when that was the last one.

    Up to half a minute is added by number, so that mails which failed together do not all return at once.
    """
    if tries >= MOST_TRIES:
        return None
    return at + PAUSES[min(tries, len(PAUSES)) - 1] + timedelta(seconds=mail_id % 30)


def is_one_line(text: str) -> bool:
    """Whether `text` may stand in a header: a line break there would begin another header."""
    return len(text.splitlines()) == 1 and text.isprintable()
