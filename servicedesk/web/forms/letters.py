"""The filter of the log of letters. Shape only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from servicedesk.kernel.errors import NotFound
from servicedesk.letters.queries import Filter
from servicedesk.web.letter_words import OUTCOME_NAMES

# In place of an outcome: all that wait for a decision. In place of a mailbox: what came by the command.
WAITING, BY_COMMAND = "waiting", "-"


@dataclass(frozen=True)
class LetterQuery:
    """What the address asks for; `show` is an outcome or `WAITING`, days are those of the reader. Empty is everything."""

    show: str = ""
    mailbox: str = ""
    sender: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def narrows(self) -> bool:
        """Whether more than what `show` says is asked for."""
        return bool(self.mailbox or self.sender or self.since or self.until)

    def narrowed(self, zone: str) -> Filter:
        begin = datetime.combine(self.since, time(), ZoneInfo(zone)) if self.since else None
        end = datetime.combine(self.until + timedelta(days=1), time(), ZoneInfo(zone)) if self.until else None
        return Filter(
            outcome="" if self.show == WAITING else self.show, waiting=self.show == WAITING, sender=self.sender,
            mailbox=("" if self.mailbox == BY_COMMAND else self.mailbox) if self.mailbox else None, since=begin, until=end,
        )  # fmt: skip

    def as_query(self, **changes: Any) -> dict[str, Any]:
        """The same, with changes, as an address writes it: without what is not asked for."""
        asked = replace(self, **changes)
        values = {
            "show": asked.show,
            "mailbox": asked.mailbox,
            "sender": asked.sender,
            "from": asked.since,
            "to": asked.until,
        }
        return {
            name: value.isoformat() if isinstance(value, date) else value for name, value in values.items() if value
        }


def asked(args: Mapping[str, str]) -> LetterQuery:
    """What an address says. A choice that is none of ours has no page; a day that is none asks for nothing."""
    show = args.get("show", "")
    if show not in ("", WAITING, *OUTCOME_NAMES):
        raise NotFound()
    days = {name: _day(args.get(key, "")) for name, key in (("since", "from"), ("until", "to"))}
    return LetterQuery(show, args.get("mailbox", "")[:64], args.get("sender", "").strip()[:254], **days)


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    # The last days of time have no next one, and the first no place in every zone.
    return found if 1970 <= found.year < 9000 else None
