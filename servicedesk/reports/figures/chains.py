"""Where the time of tickets that crossed departments went, link by link, and which link was the weakest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from servicedesk.reports.figures.hiding import LEAST_RATERS
from servicedesk.reports.figures.promises import nearest_rank
from servicedesk.reports.figures.rows import HoldRow, Journey, Link, StayRow

Span = tuple[datetime, datetime]
# Open seconds between two instants for a department.
Between = Callable[[int, datetime, datetime], float]


@dataclass(frozen=True, slots=True)
class ChainLink:
    """`share` is of the route's business time; `promised`, `broke` and `kept_share` are None for waiting."""

    kind: str
    department_id: int | None
    seconds: float
    median: float | None
    share: float | None
    promised: int | None
    broke: int | None
    kept_share: float | None


@dataclass(frozen=True, slots=True)
class Chain:
    """All journeys of one route. `weakest` is a position in `links`."""

    route: tuple[int, ...]
    tickets: int
    broken: int
    links: tuple[ChainLink, ...]
    weakest: int | None
    ticket_ids: tuple[int, ...]


def links_of(
    stays: Sequence[StayRow],
    holds: Sequence[HoldRow],
    worked: Sequence[Span],
    between: Between,
    broken_at: datetime | None,
) -> tuple[Link, ...]:
    """Business time of each stay without holds, then the waiting by its reason, each on the holder's calendar.

    `worked` are the spans in which the ticket was not resolved. The link that broke the promise is the stay in
    which the resolution fell due.
    """
    links, waiting = [], dict.fromkeys([hold.reason for hold in holds], 0.0)
    for stay in stays:
        pieces = _cut(worked, stay.began_at, stay.ended_at)
        own = sum(between(stay.department_id, a, b) for a, b in pieces)
        for hold in holds:
            held = sum(between(stay.department_id, a, b) for a, b in _cut(pieces, hold.began_at, hold.ended_at))
            waiting[hold.reason] += held
            own -= held
        broke = (
            broken_at is not None
            and stay.began_at <= broken_at
            and (stay.ended_at is None or broken_at < stay.ended_at)
        )
        links.append(Link("stay", stay.department_id, max(0.0, own), broke))
    return (*links, *(Link(reason, None, seconds) for reason, seconds in sorted(waiting.items()) if seconds > 0))


def chains(journeys: Iterable[Journey]) -> list[Chain]:
    """Business time of requests that crossed departments, link by link: each stay, and the waiting by its reason.

    Routes with the most tickets first. A route of fewer than five tickets of which one is confidential is left out.
    """
    routes: dict[tuple[int, ...], list[Journey]] = {}
    for journey in journeys:
        route = tuple(link.department_id for link in journey.links if link.department_id is not None)
        if len(set(route)) > 1:
            routes.setdefault(route, []).append(journey)
    shown = {
        route: group for route, group in routes.items()
        if len(group) >= LEAST_RATERS or not any(journey.confidential for journey in group)
    }  # fmt: skip
    found = [_chain(route, group) for route, group in shown.items()]
    return sorted(found, key=lambda chain: (-chain.tickets, -chain.broken, chain.route))


def weakest_link(links: Sequence[ChainLink]) -> int | None:
    """The stay with the lowest share of kept promises; where that is equal, the one that took more of the time."""
    stays = [i for i, link in enumerate(links) if link.kind == "stay"]

    def strength(i: int) -> tuple[float, float]:
        known = links[i].kept_share
        return (1.0 if known is None else known, -(links[i].share or 0.0))

    return min(stays, key=strength, default=None)


def weakest_of(chains: Iterable[Mapping[str, Any]]) -> tuple[Mapping[str, Any], int] | None:
    """The route of a stored document and the position in it of the weakest link of all routes.

    The lowest share of kept promises counts, then the share of the time. Routes in which fewer than five promises were
    decided are passed over, and so is a link that broke none.
    """
    found = [
        (chain, chain["weakest"])
        for chain in chains
        if chain["weakest"] is not None and (chain["links"][chain["weakest"]]["promised"] or 0) >= LEAST_RATERS
    ]

    def strength(pair: tuple[Mapping[str, Any], int]) -> tuple[float, float]:
        link = pair[0]["links"][pair[1]]
        return link["kept_share"], -(link["share"] or 0.0)

    weak = min(found, key=strength, default=None)
    return weak if weak is not None and weak[0]["links"][weak[1]]["broke"] else None


def _chain(route: tuple[int, ...], group: Sequence[Journey]) -> Chain:
    whole = sum(link.seconds for journey in group for link in journey.links)
    promised = [journey for journey in group if journey.promised]
    links = []
    for position, department_id in enumerate(route):
        seconds = [journey.links[position].seconds for journey in group]
        broke = sum(journey.links[position].broke for journey in promised)
        kept_share = 1 - broke / len(promised) if promised else None
        links.append(_link("stay", department_id, seconds, whole, (len(promised), broke, kept_share)))
    for kind in sorted({link.kind for journey in group for link in journey.links} - {"stay"}):
        seconds = [sum(link.seconds for link in journey.links if link.kind == kind) for journey in group]
        links.append(_link(kind, None, seconds, whole, (None, None, None)))
    return Chain(
        route=route, tickets=len(group), broken=sum(any(link.broke for link in journey.links) for journey in promised),
        links=tuple(links), weakest=weakest_link(links),
        ticket_ids=tuple(sorted(journey.ticket_id for journey in group if not journey.confidential)),
    )  # fmt: skip


def _link(
    kind: str, department_id: int | None, seconds: Sequence[float], whole: float,
    promise: tuple[int | None, int | None, float | None],
) -> ChainLink:  # fmt: skip
    total = sum(seconds)
    return ChainLink(
        kind, department_id, total, nearest_rank(sorted(seconds), 0.5), total / whole if whole > 0 else None, *promise
    )


def _cut(spans: Iterable[Span], begin: datetime, end: datetime | None) -> list[Span]:
    cut = [(max(a, begin), b if end is None else min(b, end)) for a, b in spans]
    return [(a, b) for a, b in cut if a < b]
