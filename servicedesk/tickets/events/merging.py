"""What happens between requests: merged, split off again, split, linked."""

from __future__ import annotations

from dataclasses import dataclass

from servicedesk.tickets.events.of_ticket import TicketEvent


@dataclass(frozen=True, kw_only=True)
class TicketMerged(TicketEvent):
    """It goes on in the target, and its promises end with it. `followers` are those who follow the target since."""

    target_id: int
    merge_id: int
    followers: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MergeReceived(TicketEvent):
    """Another request goes on in this one."""

    merged_id: int
    by_id: int


@dataclass(frozen=True, kw_only=True)
class TicketUnmerged(TicketEvent):
    """It goes on by itself again, as if it had never been merged. `contested`: its requester said that it is not the
    same."""

    target_id: int
    merge_id: int
    contested: bool = False


@dataclass(frozen=True, kw_only=True)
class MergeReturned(TicketEvent):
    """A request that went on in this one goes on by itself again."""

    merged_id: int


@dataclass(frozen=True, kw_only=True)
class TicketSplit(TicketEvent):
    """A part of this request goes on as one of its own; `message_id` is where it was said, None for the description."""

    new_id: int
    message_id: int | None


@dataclass(frozen=True, kw_only=True)
class TicketLinked(TicketEvent):
    """Said of each end; `kind` is read from this ticket to the other, see `rules.READ_FROM_OTHER`."""

    other_id: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class LinkRemoved(TicketEvent):
    """Said of each end."""

    other_id: int
    kind: str
