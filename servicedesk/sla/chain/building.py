"""From rows to links: cuts the life of each ticket into approvals, stays and waits, and hangs its children into it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from servicedesk.sla.chain.blaming import blame
from servicedesk.sla.chain.judging import judge_child, judge_stay, late_in, resolution_of, share_of, worked
from servicedesk.sla.chain.rows import NO_PROMISE, REWORK, Ask, Case, Chain, Child, Link, Span
from servicedesk.sla.chain.spans import cut, minus
from servicedesk.sla.ledger import Hours, Stay


def build(root_id: int, cases: Mapping[int, Case], at: datetime, hours: Hours) -> Chain:
    """The chain of the ticket `root_id` as known at `at`. `cases` are its tickets; a child that is not among them is
    left out."""
    writer = _Writer(cases, at, hours)
    root = cases[root_id]
    writer.ticket(root, depth=0, parent=None, since=root.begin, waited_for=True)
    links = tuple(writer.links)
    begins = [link.begin for link in links if link.begin is not None]
    ends = [end for link in links for _, end in link.spans]
    promise = judge_child(root.timers)
    due = [promise.due_at] if promise.due_at is not None else []
    chain = Chain(root_id, min([root.begin, *begins]), max([root.begin, *ends, *due]), promise, links)
    return replace(chain, culprit=blame(chain, at))


class _Writer:
    """Writes links in their order, each followed by those inside it."""

    def __init__(self, cases: Mapping[int, Case], at: datetime, hours: Hours) -> None:
        self.links: list[Link] = []
        self._cases, self._at, self._hours = cases, at, hours
        self._written: set[int] = set()

    def ticket(self, case: Case, *, depth: int, parent: int | None, since: datetime, waited_for: bool) -> None:
        """The links of one ticket from `since` on. A single stay is not repeated inside the child that it fills: what lies
        inside it stands directly below the child."""
        self._written.add(case.id)
        stays = self._stays(case, since)
        parts = [*self._approvals(case, since), *self._reworks(case, since), *stays]
        parts.sort(key=lambda link: link.begin or since)
        plain = parent is not None and len(parts) == 1 and bool(stays)
        children = self._children_by_stay(case, stays)
        for part in parts:
            place, inside = parent, depth
            if not plain:
                place, inside = self._add(replace(part, depth=depth, parent=parent, waited_for=waited_for)), depth + 1
            if part.kind == "stay":
                below: list[Link | Child] = [*self._waits(case, part), *children.get(stays.index(part), [])]
                self._inside(case, below, depth=inside, parent=place, waited_for=waited_for)
        if not stays:
            self._inside(case, list(case.children), depth=depth, parent=parent, waited_for=waited_for)

    def _inside(
        self, case: Case, below: Iterable[Link | Child], *, depth: int, parent: int | None, waited_for: bool
    ) -> None:
        for row in sorted(below, key=lambda row: (row.begin is None, row.begin or case.begin)):
            if isinstance(row, Link):
                self._add(replace(row, depth=depth, parent=parent, waited_for=waited_for))
            elif row.ticket_id is None:
                self._add(_planned(row, depth, parent, waited_for))
            elif row.ticket_id in self._cases and row.ticket_id not in self._written:
                self._child(row, self._cases[row.ticket_id], depth, parent, waited_for and row.waits)

    def _child(self, row: Child, case: Case, depth: int, parent: int | None, waited_for: bool) -> None:
        since = row.begin or case.begin
        spans = self._under_way(case, [(case.begin, self._end(case))], since)
        promise = judge_child(case.timers)
        if not promise.own and len(case.stays) == 1 and not case.withdrawn:
            promise = judge_stay(case.timers, *self._whole_stays(case)[0]) or promise
        link = Link(
            "child", case.id, case.department_id, since, self._end_of(case, spans), spans, depth, parent, promise,
            seconds=sum(
                worked(self._hours(stay), self._under_way(case, [span], since)) for stay, span in self._whole_stays(case)
            ),
            late_seconds=late_in(promise, spans), waited_for=waited_for, person_ids=_known(case.person_id),
            reason="withdrawn" if case.withdrawn else None,
        )  # fmt: skip
        self.ticket(case, depth=depth + 1, parent=self._add(link), since=since, waited_for=waited_for)

    def _stays(self, case: Case, since: datetime) -> list[Link]:
        """A stay is the time a department has the ticket to work on: not while approvers have it, not once resolved."""
        found, resolution = [], resolution_of(case.timers)
        for number, (stay, span) in enumerate(self._whole_stays(case)):
            spans = self._under_way(case, minus([span], [(a.begin, a.end or self._at) for a in case.asked]), since)
            if not spans:
                continue
            last = number == len(case.stays) - 1
            end = self._end_of(case, spans) if last else spans[-1][1]
            promise = judge_stay(case.timers, stay, span) or share_of(resolution, spans, end)
            own = minus(spans, [s for hold in self._holds(case) for s in hold[1]])
            link = Link(
                "stay", case.id, stay.department_id, spans[0][0], end, spans, 0, None, promise, worked(self._hours(stay), own),
                late_in(promise, spans), person_ids=_known(case.person_id) if last and end is None else (),
            )  # fmt: skip
            found.append(link)
        return found

    def _waits(self, case: Case, stay: Link) -> list[Link]:
        """Holds within a stay; one that goes on over a hand-over is a wait of each of the two."""
        found = []
        for reason, whole, over in self._holds(case):
            spans = tuple(piece for span in stay.spans for piece in cut(whole, *span))
            if spans:
                goes_on = not over and stay.end is None and spans[-1][1] == stay.spans[-1][1]
                found.append(self._wait(case, reason, spans, None if goes_on else spans[-1][1], stay.department_id))
        return found

    def _holds(self, case: Case) -> list[tuple[str, list[Span], bool]]:
        """Each hold with the time in which it is the newest one, and whether it is over."""
        ends = [min(hold.end or self._at, self._at) for hold in case.holds]
        whole = [(hold.begin, end) for hold, end in zip(case.holds, ends, strict=True)]
        return [
            (hold.reason, minus([span], whole[number + 1 :]), hold.end is not None and hold.end <= self._at)
            for number, (hold, span) in enumerate(zip(case.holds, whole, strict=True))
        ]

    def _reworks(self, case: Case, since: datetime) -> list[Link]:
        """The requester reworks what an approver has refused."""
        found = []
        for wait in case.asked:
            spans = self._under_way(case, [(wait.begin, wait.end or self._at)], since)
            if wait.holder == "requester" and spans:
                department_id = self._department_at(case, wait.begin)
                found.append(self._wait(case, REWORK, spans, wait.end or case.end, department_id))
        return found

    def _wait(
        self, case: Case, reason: str, spans: tuple[Span, ...], end: datetime | None, department_id: int | None
    ) -> Link:
        seconds = self._by_hours(case, spans)
        return Link("wait", case.id, department_id, spans[0][0], end, spans, 0, None, seconds=seconds, reason=reason)

    def _approvals(self, case: Case, since: datetime) -> list[Link]:
        """One link for a step that any one may grant; where all must, one for each of them, side by side."""
        begun = sorted((ask for ask in case.asks if ask.begin is not None), key=lambda ask: (ask.round, ask.step))
        found = []
        for (round_, _), group in groupby(begun, key=lambda ask: (ask.round, ask.step)):
            asks = list(group)
            found += [
                link
                for one in ([asks] if asks[0].need == "any" else [[ask] for ask in asks])
                if (link := self._approval(case, one, round_, since)) is not None
            ]
        return found

    def _approval(self, case: Case, asks: Sequence[Ask], round_: int, since: datetime) -> Link | None:
        begin = min(ask.begin for ask in asks if ask.begin is not None)
        given = [ask.end for ask in asks if ask.end is not None]
        end = max(given) if len(given) == len(asks) else None
        end = end or case.end
        spans = self._under_way(case, [(begin, end or self._at)], since)
        if not spans and end != begin:
            return None
        said = [ask for ask in asks if ask.decision in ("approved", "refused")]
        return Link(
            "approval", case.id, self._department_at(case, begin), max(begin, since), end, spans, 0, None,
            seconds=self._by_hours(case, spans), person_ids=tuple(ask.person_id for ask in said or asks),
            reason=said[-1].decision if said else "void" if end is not None else None, round=round_,
        )  # fmt: skip

    def _children_by_stay(self, case: Case, stays: Sequence[Link]) -> dict[int, list[Child]]:
        """Each child with the stay in which it was asked; what is planned, with the present one."""
        found: dict[int, list[Child]] = {}
        for child in case.children:
            begun = [
                n for n, stay in enumerate(stays) if child.begin is None or (stay.begin or case.begin) <= child.begin
            ]
            if stays:
                found.setdefault(begun[-1] if begun else 0, []).append(child)
        return found

    def _whole_stays(self, case: Case) -> list[tuple[Stay, Span]]:
        """As in the ledger: a stay lasts until the next begins, the first one from the first word on."""
        begins = [case.begin, *(stay.begin for stay in case.stays[1:]), self._end(case)]
        return [(stay, (begins[n], max(begins[n], begins[n + 1]))) for n, stay in enumerate(case.stays)]

    def _under_way(self, case: Case, spans: Iterable[Span], since: datetime) -> tuple[Span, ...]:
        """Those parts in which the ticket was neither resolved nor ended."""
        pieces = cut(spans, since, self._end(case))
        return tuple(minus(pieces, [(rest.begin, rest.end or self._end(case)) for rest in case.rests]))

    def _by_hours(self, case: Case, spans: Sequence[Span]) -> float:
        """Working time of the departments that had the ticket in these spans."""
        return sum(worked(self._hours(stay), cut(spans, *span)) for stay, span in self._whole_stays(case))

    def _department_at(self, case: Case, at: datetime) -> int | None:
        held = [stay.department_id for stay, span in self._whole_stays(case) if span[0] <= at]
        return held[-1] if held else None

    def _end(self, case: Case) -> datetime:
        return max(case.begin, self._at if case.end is None else min(case.end, self._at))

    def _end_of(self, case: Case, spans: Sequence[Span]) -> datetime | None:
        """When a ticket's last part ended: None while somebody is to act."""
        resting = any(rest.end is None for rest in case.rests)
        if case.end is None and not resting:
            return None
        return spans[-1][1] if spans else case.end or self._end(case)

    def _add(self, link: Link) -> int:
        self.links.append(link)
        return len(self.links) - 1


def _planned(row: Child, depth: int, parent: int | None, waited_for: bool) -> Link:
    return Link(
        "child", None, row.department_id, None, None, (), depth, parent, NO_PROMISE, waited_for=waited_for and row.waits,
        subject=row.subject,
    )  # fmt: skip


def _known(person_id: int | None) -> tuple[int, ...]:
    return () if person_id is None else (person_id,)
