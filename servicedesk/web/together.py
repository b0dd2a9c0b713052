"""What a ticket has to do with others, as far as its page may tell its reader: merged into it, merged away, linked.

Made from what access gives; hides nothing itself and holds no words.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from servicedesk.tickets import access, queries, rules

# Events that name another request, and by which name.
BESIDE = {
    "TicketMerged": "target_id", "TicketUnmerged": "target_id", "MergeReceived": "merged_id", "MergeReturned": "merged_id",
    "TicketSplit": "new_id", "TicketLinked": "other_id", "LinkRemoved": "other_id",
}  # fmt: skip
# That a request was merged is told to everybody who sees it, without the other one where they do not see that.
_ANYWAY = frozenset({"TicketMerged", "TicketUnmerged"})
# Which of other requests the reader sees.
Sees = Callable[[Collection[int]], Collection[int]]


@dataclass(frozen=True)
class MergedHere:
    """A request that goes on in this one. `messages` are those that the reader may read, `attached` its files by the id of
    their message (None: of the description), `files` those that answer its form, by key. `same`: who asked for either is
    one person."""

    merge: Any
    ticket: Any
    messages: Sequence[Any]
    attached: Mapping[int | None, Sequence[Any]]
    files: Mapping[str, Any]
    same: bool

    @property
    def lines(self) -> Sequence[Mapping[str, Any]]:
        return rules.lines((), self.ticket.answers)


@dataclass(frozen=True)
class Together:
    """`target` is the request in which this one goes on, None where the reader does not see that one."""

    merged: Mapping[int, MergedHere] = field(default_factory=dict)
    links: Sequence[Any] = ()
    merge: Any = None
    target: Any = None

    def unlinked(self, numbers: Iterable[int]) -> list[int]:
        """Those to which no link leads yet."""
        linked = {link.ticket.id for link in self.links} | self.merged.keys()
        return [number for number in numbers if number not in linked]


def together_of(reader: Any, ticket: Any, *, linked: bool) -> Together:
    """`linked`: something is merged into it or linked with it. No statement for tickets that stand alone, as most do; else a
    number that does not grow with what there is."""
    merge = target = None
    if ticket.merged_into_id is not None:
        merge = queries.merge_in_force(ticket.id)
        target = access.seen(reader, ticket.merged_into_id)
    if not linked:
        return Together(merge=merge, target=target)
    return Together(_merged(reader, ticket), access.links_of(reader, ticket), merge, target)


def beside(entries: Iterable[Any], together: Together, sees: Sees) -> list[tuple[Any, dict[str, Any]]]:
    """Merges, splits and links among a ticket's entries, with what their lines say. What was said in a merged request stands
    where it was merged last."""
    told = [entry for entry in entries if entry.what in BESIDE]
    numbers = {entry.data[BESIDE[entry.what]] for entry in told}
    visible = sees(numbers) if numbers else ()
    newest = {entry.data["merged_id"]: entry.id for entry in told if entry.what == "MergeReceived"}
    found = []
    for entry in told:
        number = entry.data[BESIDE[entry.what]]
        if number not in visible and entry.what not in _ANYWAY:
            continue
        facts = {name: entry.data[name] for name in ("kind", "contested") if name in entry.data}
        facts["other"] = number if number in visible else None
        if newest.get(number) == entry.id:
            facts["merged"] = together.merged.get(number)
        found.append((entry, facts))
    return found


def _merged(reader: Any, ticket: Any) -> dict[int, MergedHere]:
    merges = access.merges_into(reader, ticket)
    if not merges:
        return {}
    ids = [merge.ticket_id for merge in merges]
    messages, files = queries.messages_of(ids, limit=rules.MERGED_MESSAGES), queries.files_of(ids)
    found = {}
    for merge in merges:
        row = merge.ticket
        # Earlier holders of it read its notes on its own page.
        notes = rules.reads_notes(reader, row, frozenset({row.department_id}))
        readable = [m for m in messages if m.ticket_id == row.id and (notes or m.visibility == "public")]
        shown = {None, *(message.id for message in readable)}
        own = [one for one in files if one.ticket_id == row.id and one.message_id in shown]
        attached: dict[int | None, list[Any]] = {}
        for one in own:
            if one.field is None:
                attached.setdefault(one.message_id, []).append(one)
        found[row.id] = MergedHere(
            merge, row, readable, attached, {one.file.key: one for one in own}, rules.is_same_requester(row, ticket)
        )
    return found
