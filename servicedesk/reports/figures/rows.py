"""The plain rows that figures are summed over. No session, no tables: anybody can write them down by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    id: int
    key: str
    name: Mapping[str, str]
    active: bool = True


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A promise decided in the month. Seconds are business time; `stopped` is false while a broken one runs on."""

    clock_id: int
    ticket_id: int
    metric: str
    department_id: int
    customer_department_id: int | None
    kept: bool
    elapsed_seconds: float
    paused_seconds: float = 0.0
    target_seconds: float = 0.0
    stopped: bool = True
    breached_at: datetime | None = None
    confidential: bool = False
    requester_id: int = 0
    excused: bool = False
    reason_code: str | None = None
    reason_text: str | None = None
    # Who had to act when it broke.
    ball: str | None = None


@dataclass(frozen=True, slots=True)
class TermRow:
    """A ticket with agreed dates whose resolution was decided in the month. `kept` is by the last of them, `agreed` is
    how many there were; `stopped_at` is None while a broken one runs on."""

    ticket_id: int
    department_id: int
    first_due_at: datetime
    agreed: int
    kept: bool
    stopped_at: datetime | None


@dataclass(frozen=True, slots=True)
class RatingRow:
    """Three scores 1-10 or None; `token` tells raters of one month apart and is None once it is erased."""

    department_id: int
    customer_department_id: int | None
    quality: int | None
    speed: int | None
    helpfulness: int | None
    token: bytes | None
    comment: str = ""
    # The department's leads know whose this one is.
    signed: bool = False
    served_by_id: int | None = None
    # A note for the person who served, which the report may show.
    thanks: str = ""


@dataclass(frozen=True, slots=True)
class TicketRow:
    """`department_id` is the department that held the ticket at the end of the month."""

    ticket_id: int
    department_id: int
    customer_department_id: int | None
    created_at: datetime
    confidential: bool = False
    requester_id: int = 0


@dataclass(frozen=True, slots=True)
class ResolutionRow:
    """The first time a ticket was resolved, and when it was reopened after that, if it was."""

    ticket_id: int
    department_id: int
    resolved_at: datetime
    reopened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HandOverRow:
    """`because` says why it moved: misdirected, next_step, triage, or None where nobody said."""

    ticket_id: int
    from_department_id: int
    to_department_id: int
    because: str | None = None
    confidential: bool = False


@dataclass(frozen=True, slots=True)
class StayRow:
    department_id: int
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class HoldRow:
    reason: str
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class BallRow:
    """Seconds of a ticket in which `holder` had to act while the department had it; outside its hours that is "closed"."""

    ticket_id: int
    department_id: int | None
    holder: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Link:
    """A part of a ticket's way: a stay (`kind` "stay") or waiting (the reason of the hold, no department)."""

    kind: str
    department_id: int | None
    seconds: float
    broke: bool = False


@dataclass(frozen=True, slots=True)
class Journey:
    """A resolved ticket that crossed departments. `promised` says that a promise on it has been decided."""

    ticket_id: int
    links: tuple[Link, ...]
    promised: bool
    confidential: bool = False


@dataclass(frozen=True, slots=True)
class MonthRows:
    """Everything one month's report is made of. `clocks` may be a generator: they are passed once and not kept."""

    month: str
    begin: datetime
    end: datetime
    departments: Sequence[DepartmentRow] = ()
    clocks: Iterable[ClockRow] = ()
    tickets: Sequence[TicketRow] = ()
    backlog: Sequence[TicketRow] = ()
    resolutions: Sequence[ResolutionRow] = ()
    hand_overs: Sequence[HandOverRow] = ()
    # Requests that came to the triage department because nobody knew whose they were.
    triaged: int = 0
    journeys: Sequence[Journey] = ()
    balls: Sequence[BallRow] = ()
    terms: Sequence[TermRow] = ()
    # Invitations of the month by department: sent, and held back by the quota.
    invited: Mapping[int, int] = field(default_factory=dict)
    held_back: Mapping[int, int] = field(default_factory=dict)
