"""The list of those who serve, as somebody asks for it: what breaks next stands first unless they choose otherwise.

Which requests those are is said by tickets.access; what an address can ask for by workbench.rules.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Blueprint, redirect, render_template, request

from servicedesk.kernel.errors import NotFound
from servicedesk.letters.access import waiting_for_lead
from servicedesk.people import away
from servicedesk.web import live, looks, queue_list
from servicedesk.web.queue_asked import AskedQueue, asked_for
from servicedesk.web.queue_facets import PARTS, chips, cleared, facets, kept, names_of
from servicedesk.web.queue_list import listed
from servicedesk.web.queue_rail import rail_of
from servicedesk.web.session import me, settings, signed_in
from servicedesk.workbench import queries as workbench
from servicedesk.workbench import rules

__all__ = ["AskedQueue", "asked_for", "queue_pages"]

queue_pages = Blueprint("queue", __name__)
queue_pages.record_once(lambda state: queue_list.install(state.app))
ROWS = 50


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
    shown, again = listed(wanted, cursor=cursor, limit=ROWS), live.asks_again()
    return render_template(
        "queue/_list.html" if again else "queue/queue.html", news=looks.News(wanted, shown.lines), looks_like=looks.mark_of(wanted, cursor, shown),
        wanted=wanted, asked=wanted.asked, shown=shown, departments=served(wanted.reader), chosen=wanted.department,
        # Who asks again asks for the list alone: how much stands in other views is counted for whole pages.
        rail=None if again else rail_of(wanted), names=names_of(wanted.reader), facets=facets, kept=kept(wanted.asked), chips=chips(wanted),
        cleared=cleared(wanted), address=wanted.address, sorts=_sorts(wanted), statuses=rules.STATUSES,
        priorities=rules.PRIORITIES, groups=rules.GROUPS,
        next_url=wanted.address(cursor=shown.next) if shown.next else None, first_url=wanted.address() if cursor else None,
        written=rules.written(wanted.asked),
        may_change=wanted.view is not None and wanted.view.row is not None and rules.may_change_view(me(), wanted.view.row),
        letters=waiting_for_lead(me(), settings().mailboxes), at=wanted.reader.at,
        from_here=f"?queue={quote(wanted.told, safe='')}",
    )  # fmt: skip


@queue_pages.get("/queue-filters")
@signed_in
def choices() -> str:
    """What the list asked for can be filtered by: the fields of one part for its panel, or all of them as a page."""
    wanted, part = asked_for(request.args), request.args.get("part", "")
    page = "queue/_part.html" if part in PARTS else "queue/choices.html"
    return render_template(
        page, wanted=wanted, asked=wanted.asked, part=part, said=PARTS.get(part), parts=PARTS, names=names_of(wanted.reader), facets=facets, groups=rules.GROUPS
    )  # fmt: skip


@queue_pages.get("/queue/<key>/load")
@signed_in
def load(key: str) -> str:
    """Who has how much of a department's work: for its leads."""
    wanted = asked_for({}, key)
    if wanted.department.id not in me().leads:
        raise NotFound()
    rows = workbench.team_load(wanted.reader, wanted.department.id)
    led = [row for row in served(wanted.reader) if row.id in me().leads]
    return render_template(
        "queue/load.html", rows=rows, department=wanted.department, departments=led, wanted=wanted, rail=rail_of(wanted, load=True),
        away=away.away_until({row.person_id for row in rows}, wanted.reader.at),
    )  # fmt: skip


def served(reader: Any) -> list[Any]:
    """The departments in which the reader works."""
    return sorted((row for row in reader.departments.values() if row.id in me().serves), key=lambda row: row.key)


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
