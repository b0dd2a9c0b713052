"""What an address of the queue asks for: its words, or those of the view that it names, as whoever looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for

from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.now import now
from servicedesk.web.near import end_of_day, wall
from servicedesk.web.present import here
from servicedesk.web.session import me
from servicedesk.workbench import access, rules
from servicedesk.workbench import queries as workbench
from servicedesk.workbench.rules import Asked


@dataclass(frozen=True)
class View:
    """What an address names: a saved one (`row`) or one that everybody has (`row` None), and what it asks for."""

    name: str
    asked: Asked
    row: Any = None


@dataclass(frozen=True)
class AskedQueue:
    """A list of requests as an address asks for it. `query` selects the requests, access included; `order` sorts them.

    `department` is the one whose queue it is, None for all in which the reader works; `view` the one that it began with.
    """

    reader: Any
    asked: Asked
    query: Any
    order: Any
    department: Any
    place: str
    view: View | None
    # Whether the queue opens with something else for this reader, so that "everything" has to be said.
    opens_elsewhere: bool

    @property
    def changed(self) -> bool:
        """Whether it asks for something else than the view that it began with."""
        return self.view is not None and self.view.asked != self.asked

    @property
    def told(self) -> str:
        """The list as one string, which `asked_for` understands without a key: links to tickets carry it."""
        where = {"department": self.department.key} if self.department else {}
        return rules.joined(where | self._said(self.asked))

    def address(self, **changes: Any) -> str:
        """The same list with other words in its address; None or "" takes a word away. Never of a later page."""
        words = rules.parts(self.asked) | {name: "" if value is None else str(value) for name, value in changes.items()}
        said = self._said(rules.read(words.items()))
        said |= {"cursor": words["cursor"]} if words.get("cursor") else {}
        return f"{self.place}?{rules.joined(said)}" if said else self.place

    def _said(self, asked: Asked) -> dict[str, str]:
        if self.view is not None and self.view.asked == asked:
            return {"view": self.view.name}
        parts = rules.parts(asked)
        if not parts:
            return {"view": "all"} if self.opens_elsewhere else {}
        return parts | ({"view": self.view.name} if self.view is not None and self.view.row is not None else {})


def asked_for(args: Any, key: str | None = None) -> AskedQueue:
    """The list that these arguments of an address ask for, of the department `key` (or the one that they name), or of
    all of the reader's.

    Raises `NotFound` to who serves nobody, for a department that is not theirs, and for a view that they do not see.
    """
    if not me().serves:
        raise NotFound()
    at, key = now(), key or args.get("department") or None
    reader = workbench.Reader(me(), at, end_of_day(at, wall()), here())
    pairs = list(args.items(multi=True)) if hasattr(args, "getlist") else list(args.items())
    said = any(name in rules.NAMES for name, _value in pairs)
    opening = workbench.opening_view(me().id)
    name = args.get("view") or ("" if said or key or opening is None else opening.built_in or str(opening.view_id))
    view = _view(name, by_choice=bool(args.get("view"))) if name else None
    if key is None and view is not None and view.row is not None and view.row.department_id is not None:
        key = reader.departments[view.row.department_id].key
    department = next((row for row in reader.departments.values() if row.key == key), None) if key else None
    if key is not None and (department is None or department.id not in me().serves):
        raise NotFound()
    asked = view.asked if view is not None and not said else rules.read(pairs)
    return AskedQueue(
        reader, asked, workbench.queue(reader, asked, department.id if department else None),
        workbench.order_of(reader, asked), department, url_for("queue.queue", key=key), view, opening is not None,
    )  # fmt: skip


def _view(name: str, *, by_choice: bool) -> View | None:
    """Raises `NotFound` for one that the reader does not see, where they have asked for it."""
    if name in rules.BUILT_IN:
        return View(name, rules.BUILT_IN[name])
    try:
        row = access.view_for(me(), int(name) if name.isdecimal() and name.isascii() and len(name) < 10 else 0)
    except NotFound:
        if by_choice:
            raise
        return None
    return View(name, rules.asked_by(row.query), row)
