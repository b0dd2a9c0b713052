"""What of a request came by mail: marks beside its messages, automatic answers, and letters that the reader may open whole.

Asks letters/access.py who may; holds no words.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from servicedesk.letters import access, queries
from servicedesk.tickets.access import visible_ids


@dataclass(frozen=True)
class Mark:
    """One letter beside the request. `whole` whether the reader may open it; `doubts` is none where
    our mail server does not vouch for its sender, fail where it contradicts, else empty: told to the department alone."""

    letter_id: int
    subject: str
    came_at: datetime
    whole: bool
    doubts: str


@dataclass(frozen=True)
class ByMail:
    """`opened` is the letter that the request came by; `marks` are those of messages; `noted` the automatic answers, for
    who reads notes. `related` are requests it may belong to, as far as the reader sees them."""

    opened: Mark | None
    marks: Mapping[int, Mark]
    noted: Sequence[Mark]
    related: Sequence[int]


NO_MAIL = ByMail(None, {}, (), ())


def by_mail(reader: Any, ticket: Any, message_ids: Collection[int], *, reads_notes: bool, vouches: bool) -> ByMail:
    """`vouches`: our mail server says whether senders are who they claim to be (MAIL_AUTHSERV_ID)."""
    letters = queries.letters_of_ticket(ticket.id, message_ids)
    near = {row.related_ticket_id for row in letters if row.related_ticket_id is not None}
    marks = {
        row.id: Mark(
            row.id, row.subject, row.received_at, access.reads_whole(reader, row, reads_notes=reads_notes),
            doubts=row.verified if vouches and reads_notes and row.verified != "pass" else "",
        )
        for row in letters
    }  # fmt: skip
    return ByMail(
        next((marks[row.id] for row in letters if row.outcome == "opened"), None),
        {row.message_id: marks[row.id] for row in letters if row.message_id is not None},
        [marks[row.id] for row in letters if row.outcome == "noted" and reads_notes],
        sorted(visible_ids(reader, near)) if near else (),
    )
