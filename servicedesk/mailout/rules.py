"""Pure answers about a mail: what may be queued, when to try again. Knows no subject of a mail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

STATES = ("queued", "sent", "failed", "bounced")

# A worker that died while sending is forgotten after this; then another one takes the mail.
LEASE = timedelta(minutes=5)
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8))
MOST_TRIES = 8
# How long to leave a mail alone when the mail server itself was out of reach.
UNREACHABLE = timedelta(minutes=1)
WHY_LENGTH = 2000

# What a mail that came back counts against its address: refused for now, refused for good. At this sum nothing is sent to
# it any more, until nothing has come back for so long or somebody says that the address works. As Discourse does it.
SOFT, HARD, MOST_BOUNCES = 1, 2, 4
BOUNCES_COUNT_FOR = timedelta(days=30)
BOUNCE_WORDS = 500
# Why a mail to such an address is not sent; the page has the sentence.
NOT_TRUSTED = "address bounced"

# After so many refusals in a row a domain is left alone for the first of these pauses; each further refusal takes the next.
MOST_REFUSALS = 5
DOMAIN_PAUSES = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))


def next_try(mail_id: int, tries: int, at: datetime) -> datetime | None:
    """When to try again after `tries` failures, None when that was the last one.

    Up to half a minute is added by number, so that mails which failed together do not all return at once.
    """
    if tries >= MOST_TRIES:
        return None
    return at + PAUSES[min(tries, len(PAUSES)) - 1] + timedelta(seconds=mail_id % 30)


def weight_of(status: str, permanent: bool | None) -> int:
    """What a report counts, 0 where it tells of no failure. `status` is an enhanced status code or empty."""
    if status.startswith("2"):
        return 0
    return HARD if permanent or (permanent is None and status.startswith("5")) else SOFT


def most_bounces(template: str, facts: Mapping[str, Any]) -> int:
    """The score at which a mail is not sent: an automatic answer goes only to addresses from which nothing came back."""
    return 1 if is_answer(template, facts) else MOST_BOUNCES


def is_answer(template: str, facts: Mapping[str, Any]) -> bool:
    """Whether the desk answers a letter by itself."""
    return template == "sender_unknown" or bool(facts.get("answers_message_id"))


# Mails about a request whose reader can say something to it by answering. Approvals, dates and opinions have their pages.
ANSWERED = frozenset(
    {
        "request_received", "reply", "requester_wrote", "assigned", "on_hold", "resolved", "closed", "approval_granted",
        "cover_began", "merged", "unmerged", "split_off",
    }
)  # fmt: skip
# Why somebody gets it who may write in the request; the last three work on it.
_WRITE, _STAFF = frozenset({"requester", "assignee", "team", "cover"}), frozenset({"assignee", "team", "cover"})


def may_answer(template: str, facts: Mapping[str, Any], *, staff: bool) -> bool:
    """Whether its reader may answer by mail; those who work on the request only where `staff`. About a confidential
    request, of which a mail has the number alone, nobody: mail is no place for it."""
    why = facts.get("why")
    return template in ANSWERED and bool(facts.get("department")) and why in _WRITE and (staff or why not in _STAFF)


def is_word_to_requester(template: str, facts: Mapping[str, Any]) -> bool:
    """Whether it tells a requester what the department says or does. Questions how it went are nobody's concern."""
    return template in ANSWERED and facts.get("why") == "requester"


def pause_of(failures: int) -> timedelta | None:
    """How long a domain is left alone after so many refusals in a row, None where it is not."""
    if failures < MOST_REFUSALS:
        return None
    return DOMAIN_PAUSES[min(failures - MOST_REFUSALS, len(DOMAIN_PAUSES) - 1)]


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()


def is_one_line(text: str) -> bool:
    """Whether `text` may stand in a header: a line break there would begin another header."""
    return len(text.splitlines()) == 1 and text.isprintable()
