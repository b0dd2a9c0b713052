"""Which link broke the end-to-end promise, or is about to. The rules are defended in docs/chains.md."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from servicedesk.sla.chain.judging import worked
from servicedesk.sla.chain.rows import Chain, Culprit, Link
from servicedesk.sla.chain.spans import cut, minus


def blame(chain: Chain, at: datetime) -> Culprit | None:
    """The culprit of a chain whose end-to-end promise is broken or at risk; None for others.

    Broken at T: of the links that had broken a promise of their own by T, the one charged with most late working time up
    to T; where none had, who held the ball at T. At risk now: the same among the links that are not over, and before
    the holder of the ball the link whose own promise is at risk, the nearest due first.
    """
    broken_at = chain.end_to_end.broken_at
    known = [n for n, link in enumerate(chain.links) if link.waited_for and link.begin is not None]
    if broken_at is not None:
        late = [n for n in known if chain.links[n].promise.broke_by(broken_at)]
        if late:
            return Culprit(_most_charged(chain.links, late, broken_at), "late", broke=True)
        held = _holder(chain.links, known, broken_at)
        return None if held is None else Culprit(held, "held", broke=True)
    if chain.end_to_end.state != "at_risk":
        return None
    return _threat(chain.links, [n for n in known if chain.links[n].running], at)


def charged(links: Sequence[Link], index: int, until: datetime) -> float:
    """Late working seconds of a link up to `until` for which nobody inside it is to blame.

    A late second belongs to the innermost link that was late in it: what a late child inside has used is the child's.
    Time on hold is nobody's lateness.
    """
    link = links[index]
    if link.promise.broken_at is None or link.promise.hours is None:
        return 0.0
    own = cut(link.spans, link.promise.broken_at, until)
    for number in _inside(links, index):
        inner = links[number]
        if inner.kind == "wait":
            own = minus(own, inner.spans)
        elif inner.waited_for and inner.promise.broke_by(until) and inner.promise.broken_at is not None:
            own = minus(own, cut(inner.spans, inner.promise.broken_at, until))
    return worked(link.promise.hours, own)


def _threat(links: Sequence[Link], running: Sequence[int], at: datetime) -> Culprit | None:
    late = [n for n in running if links[n].promise.broke_by(at)]
    if late:
        return Culprit(_most_charged(links, late, at), "late", broke=False)
    tight = [n for n in running if links[n].promise.own and links[n].state == "at_risk"]
    if tight:
        nearest = min(tight, key=lambda n: (links[n].promise.due_at or at, -links[n].depth, n))
        return Culprit(nearest, "at_risk", broke=False)
    held = _holder(links, running, at)
    return None if held is None else Culprit(held, "held", broke=False)


def _most_charged(links: Sequence[Link], late: Sequence[int], until: datetime) -> int:
    """Where that is equal the innermost one, then the one that broke first."""

    def guilt(n: int) -> tuple[float, int, float, int]:
        broken_at = links[n].promise.broken_at or until
        return -charged(links, n, until), -links[n].depth, broken_at.timestamp(), n

    return min(late, key=guilt)


def _holder(links: Sequence[Link], known: Sequence[int], at: datetime) -> int | None:
    """Who had the ball: the innermost link under way, unless it is within a promise.

    Who is within a promise is spared, and the one who waits for it answers instead; a wait or an approver inside is not
    spared, since nothing was promised of them. Where nothing was under way, the last link that had begun.
    """
    active = [n for n in known if links[n].covers(at)]
    outer = {parent for n in active for parent in _above(links, n)}
    found = [_answering(links, n, at) for n in active if n not in outer]
    if found:
        return min(found, key=lambda n: (_is_spared(links, n, at), -links[n].depth, links[n].begin or at, n))
    begun = [n for n in known if (links[n].begin or at) <= at] or list(known)
    return max(begun, key=lambda n: (links[n].begin or at, -n), default=None)


def _answering(links: Sequence[Link], tip: int, at: datetime) -> int:
    """The link itself, or the nearest one around it that is not within a promise; else the outermost."""
    if links[tip].kind in ("wait", "approval"):
        return tip
    path = [tip, *_above(links, tip)]
    return next((n for n in path if not _is_spared(links, n, at)), path[-1])


def _is_spared(links: Sequence[Link], n: int, at: datetime) -> bool:
    """Within a promise of its own, or of the request of which it is a part."""
    if links[n].kind in ("wait", "approval"):
        return False
    own = next((m for m in [n, *_above(links, n)] if links[m].promise.own and _is_of(links, m, n)), None)
    return own is not None and not links[own].promise.broke_by(at)


def _is_of(links: Sequence[Link], outer: int, inner: int) -> bool:
    return links[outer].ticket_id == links[inner].ticket_id


def _above(links: Sequence[Link], n: int) -> list[int]:
    """The links around it, the nearest first."""
    found, parent = [], links[n].parent
    while parent is not None:
        found.append(parent)
        parent = links[parent].parent
    return found


def _inside(links: Sequence[Link], n: int) -> list[int]:
    """The links inside it, at any depth: they follow it."""
    depth = links[n].depth
    after = range(n + 1, len(links))
    end = next((m for m in after if links[m].depth <= depth), len(links))
    return list(range(n + 1, end))
