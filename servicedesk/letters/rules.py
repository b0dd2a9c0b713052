"""What may become of a letter, and how often the desk answers by itself. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from servicedesk.letters.models import ReceivedMail

# Outcomes after which an administrator can have a letter delivered after all.
RELEASABLE = ("quarantined", "refused", "logged", "unparsable")
# Outcomes that wait for somebody to look at the letter.
WAITING = ("quarantined", "unparsable", "too_large")
# Outcomes of letters that a request shows.
IN_TICKET = ("opened", "replied", "thanked", "noted")

# At most so many requests by mail from one sender in an hour.
TICKETS_AN_HOUR = 20
# At most so many people an hour become known by a letter for which our mail server does not vouch.
NEWCOMERS_AN_HOUR = 50
# Automatic acknowledgements to one sender.
ANSWERS_AN_HOUR, ANSWERS_A_DAY = 1, 3
# More mails than this in so long from one address about one request: the desk stops answering and tells who works on it.
EXCHANGE, EXCHANGE_WINDOW = 10, timedelta(minutes=10)

# Letters from which nothing came are kept for so long as they were; their rows stay.
KEPT_FOR = timedelta(days=90)
FORGETTABLE = ("refused", "logged", "bounced", "duplicate", "loop")

# For so long a mailbox is its reader's without another word.
LEASE = timedelta(minutes=2)
# A line slower than this, in bytes a second, is as good as broken.
SLOWEST = 50_000
# How long a mailbox that fails is left alone.
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(minutes=5)


def waits(letter: ReceivedMail) -> bool:
    """Nobody has decided about it yet."""
    return letter.outcome in WAITING and letter.released_at is None and letter.left_at is None


def can_release(letter: ReceivedMail) -> bool:
    """Whether it can be delivered after all: once, and only what the desk has taken from the server."""
    return letter.outcome in RELEASABLE and letter.released_at is None and bool(letter.digest)


def lease_for(size: int) -> timedelta:
    """Long enough to fetch a letter of so many bytes."""
    return LEASE + timedelta(seconds=size / SLOWEST)


def pause(failing_since: datetime, at: datetime) -> timedelta:
    """As long again as it has failed: a fault of a moment is over at once, a locked account is not hammered."""
    return min(max(at - failing_since, SHORTEST_PAUSE), LONGEST_PAUSE)


def failure_of(sentence: str, detail: str) -> str:
    """How a failure is kept: a sentence that is translated when it is shown, and below it what the server said."""
    return f"{sentence}\n{' '.join(detail.split())}".strip()


def told_failure(failure: str) -> tuple[str, str]:
    """The sentence (to be translated) and what the server said, which may be empty."""
    sentence, _, detail = failure.partition("\n")
    return sentence, detail
