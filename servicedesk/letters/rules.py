"""What may become of a letter, and how often the desk answers by itself. Pure."""

from __future__ import annotations

from datetime import timedelta

from servicedesk.letters.models import ReceivedMail

# Outcomes after which an administrator can have a letter delivered after all.
RELEASABLE = ("quarantined", "refused", "logged", "unparsable")
# Outcomes that wait for somebody to look at the letter.
WAITING = ("quarantined", "unparsable", "too_large")
# Outcomes of letters that a request shows.
IN_TICKET = ("opened", "replied", "thanked", "noted")

# At most so many requests by mail from one sender in an hour.
TICKETS_AN_HOUR = 20
# Automatic acknowledgements to one sender.
ANSWERS_AN_HOUR, ANSWERS_A_DAY = 1, 3
# More mails than this in so long from one address about one request: the desk stops answering and tells who works on it.
EXCHANGE, EXCHANGE_WINDOW = 10, timedelta(minutes=10)


def waits(letter: ReceivedMail) -> bool:
    """Nobody has decided about it yet."""
    return letter.outcome in WAITING and letter.released_at is None and letter.left_at is None


def can_release(letter: ReceivedMail) -> bool:
    """Whether it can be delivered after all: once, and only what the desk has taken from the server."""
    return letter.outcome in RELEASABLE and letter.released_at is None and bool(letter.digest)
