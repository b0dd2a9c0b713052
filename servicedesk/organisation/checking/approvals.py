"""Checks steps of approval; whether a form has the amounts that they look at is decided by the catalog."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from servicedesk.organisation.checking.notebook import Notebook, nearest, plain
from servicedesk.organisation.reading import Entries, Items, Node, Word

STEP = ("who", "people", "need", "over")
# What the requester's lead is called.
LEAD = ("lead", "lead of the requester")
HOW_TO = (
    "An approval is none, lead, an e-mail address, or steps written like "
    "[lead, boss@example.com, {people: [a@example.com, b@example.com], need: all, over: {field: amount, amount: 100000}}]."
)


def check_approval(notes: Notebook, node: Node, key: str, people: Collection[str]) -> list[tuple[Node, dict[str, Any]]]:
    """The steps with the place of each. `people` are the addresses that the file and the desk have."""
    if isinstance(node, Word) and not node.quoted and node.text == "none":
        return []
    items = node.items if isinstance(node, Items) else (node,)
    found = [(item, _step(notes, item, key, people)) for item in items]
    return [(item, step) for item, step in found if step is not None]


def _step(notes: Notebook, node: Node, key: str, people: Collection[str]) -> dict[str, Any] | None:
    if isinstance(node, Word) and not node.is_nothing and node.text in LEAD:
        return {"who": "lead"}
    if isinstance(node, Word) and "@" in node.text:
        return _named(notes, (node,), key, people)
    if not isinstance(node, Entries) or not {"who", "people"} & node.entries.keys():
        notes.fault(node, HOW_TO)
        return None
    said = notes.entries(node, f"a step of approval of {key}", STEP).entries
    step = _who(notes, node, said, key, people)
    if step is None:
        return None
    if step["who"] == "people" and "need" in said:
        step["need"] = notes.one_of(said["need"], "need", ("any", "all")) or "any"
    return step | ({"over": _over(said["over"])} if "over" in said else {})


def _who(
    notes: Notebook, node: Entries, said: Mapping[str, Node], key: str, people: Collection[str]
) -> dict[str, Any] | None:
    who = said.get("who")
    if isinstance(who, Word) and who.text in LEAD:
        if "people" in said:
            notes.fault(node, "A step asks the requester's lead or named people, not both.")
        return {"who": "lead"}
    if "people" not in said or not (who is None or (isinstance(who, Word) and who.text == "people")):
        notes.fault(node, HOW_TO)
        return None
    named = said["people"]
    items = (named,) if isinstance(named, Word) else notes.items(named, f"the people of a step of {key}")
    if not items:
        notes.fault(node, "A step with people names at least one.")
        return None
    return _named(notes, items, key, people)


def _named(notes: Notebook, items: tuple[Node, ...], key: str, people: Collection[str]) -> dict[str, Any]:
    found = []
    for item in items:
        address = notes.address(item, f"approval of {key}")
        if address is not None and address not in people:
            guess = nearest(address, people) or "."
            notes.fault(item, f"There is nobody with the address {address!r} in this file or on the desk{guess}")
        elif address is not None:
            found.append(address)
    return {"who": "people", "people": list(dict.fromkeys(found)), "need": "any"}


def _over(node: Node) -> Any:
    """A plain amount is a number written as a text, as the catalog keeps it."""
    return plain(node)
