"""The list of those who serve, as somebody asks for it: what breaks next stands first unless they choose otherwise.

Which requests those are is said by tickets.access; what an address can ask for by workbench.rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from flask import Blueprint, redirect, render_template, request, url_for

from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.now import now
from servicedesk.letters.access import waiting_for_lead
from servicedesk.tickets import access
from servicedesk.tickets.queries import Filter, counts, filtered
from servicedesk.web import live, looks, queue_list
from servicedesk.web.near import end_of_day, wall
from servicedesk.web.present import here
from servicedesk.web.queue_facets import chips, cleared, facets, names_of
from servicedesk.web.queue_list import listed
from servicedesk.web.session import me, settings, signed_in
from servicedesk.workbench import queries as workbench
from servicedesk.workbench import rules
from servicedesk.workbench.rules import Asked

queue_pages = Blueprint("queue", __name__)
queue_pages.record_once(lambda state: queue_list.install(state.app))
ROWS = 50


@dataclass(frozen=True)
class AskedQueue:
    """A list of requests as an address asks for it. `query` selects the requests, access included; `order` sorts them.

    `department` is the one whose queue it is, None for all in which the reader works.
    """

    reader: Any
    asked: Asked
    query: Any
    order: Any
    department: Any
    place: str
    said: Mapping[str, str] = field(default_factory=dict)

    @property
    def told(self) -> str:
        """The list as one string, which `asked_for` understands without a key: links to tickets carry it."""
        where = {"department": self.department.key} if self.department else {}
        return rules.joined({**where, **self.said})

    def address(self, **changes: Any) -> str:
        """The same list with other words in its address; None or "" takes a word away. Never of a later page."""
        changed = {**self.said, **{name: "" if value is None else str(value) for name, value in changes.items()}}
        kept = rules.parts(rules.read(changed.items()))
        kept |= {name: changed[name] for name in ("cursor",) if changed.get(name)}
        return f"{self.place}?{rules.joined(kept)}" if kept else self.place


def asked_for(args: Any, key: str | None = None) -> AskedQueue:
    """The list that these arguments of an address ask for, of the department `key` (or the one that they name), or of
    all of the reader's.

    Raises `NotFound` to who serves nobody, and for a department that is not theirs.
    """
    if not me().serves:
        raise NotFound()
    at, key = now(), key or args.get("department") or None
    reader = workbench.Reader(me(), at, end_of_day(at, wall()), here())
    department = None
    if key is not None:
        department = next((row for row in reader.departments.values() if row.key == key), None)
        if department is None or department.id not in me().serves:
            raise NotFound()
    pairs = list(args.items(multi=True)) if hasattr(args, "getlist") else list(args.items())
    asked = rules.read(pairs)
    return AskedQueue(
        reader, asked, workbench.queue(reader, asked, department.id if department else None), workbench.order_of(reader, asked),
        department, url_for("queue.queue", key=key), rules.parts(asked),
    )  # fmt: skip


@queue_pages.get("/queue")
@queue_pages.get("/queue/<key>")
@signed_in
def queue(key: str | None = None) -> Any:
    """Only for people who serve; to others there is no queue, and none of departments that are not theirs."""
    wanted = asked_for(request.args, key)
    if "apply" in request.args:
        # What a form sends, put in order: an address that can be kept and told.
        return redirect(wanted.address(), 303)
    cursor = request.args.get("cursor")
    same = looks.unchanged(wanted, cursor, ROWS)
    if same:
        return same
    shown = listed(wanted, cursor=cursor, limit=ROWS)
    held = access.queue_of(me(), wanted.department.id if wanted.department else None)
    mine = sorted((row for row in wanted.reader.departments.values() if row.id in me().serves), key=lambda row: row.key)
    return render_template(
        "queue/_list.html" if live.asks_again() else "queue/queue.html", news=looks.News(wanted, shown.lines), mark=looks.mark_of(wanted, cursor, shown), wanted=wanted, asked=wanted.asked, shown=shown, departments=mine, chosen=wanted.department,
        counts=counts({
            "all": held, "mine": filtered(held, Filter(worker_id=me().id)), "unassigned": filtered(held, Filter(unassigned=True)),
        }),
        names=names_of(wanted.reader), facets=facets, chips=chips(wanted), cleared=cleared(wanted), address=wanted.address,
        sorts=_sorts(wanted), statuses=rules.STATUSES, priorities=rules.PRIORITIES, groups=rules.GROUPS,
        next_url=wanted.address(cursor=shown.next) if shown.next else None, first_url=wanted.address() if cursor else None,
        letters=waiting_for_lead(me(), settings().mailboxes), at=wanted.reader.at,
        from_here=f"?queue={quote(wanted.told, safe='')}",
    )  # fmt: skip


def _sorts(wanted: AskedQueue) -> dict[str, tuple[str, str | None]]:
    """By column, the address that sorts by it (turned round where it is sorted by), and how it is sorted now."""
    found = {}
    for column in wanted.asked.columns:
        sort = rules.SORT_OF.get(column, column)
        now_by = wanted.asked.sort == sort
        descending = now_by and not wanted.asked.descending
        # The older a request, the earlier it was made.
        turned = wanted.asked.descending != (column == "age")
        found[column] = (
            wanted.address(sort=f"-{sort}" if descending else sort),
            ("descending" if turned else "ascending") if now_by else None,
        )
    return found
