"""Set pieces of the demo: requests that cross departments, with approvals, child requests and a link that breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from servicedesk.catalog import actions as catalog
from servicedesk.catalog import queries as catalog_rows
from servicedesk.demo.arrivals import Frame
from servicedesk.demo.founding import Cast
from servicedesk.demo.improving import undertakings
from servicedesk.demo.texts import chains
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import settle
from servicedesk.people import actions as people
from servicedesk.tickets import actions as tickets
from servicedesk.tickets import queries as ticket_rows
from servicedesk.tickets import rules

Happening = tuple[datetime, Callable[[], None]]


def count_of_pieces() -> int:
    """How many requests the set pieces have, child requests too."""
    lines = {key: len(row["lines"]) for key, row in chains()["templates"].items()}
    steps = [step for piece in chains()["pieces"] for step in piece["steps"]]
    # What a template plans for later steps opens when those before have ended: the last of the newcomer's has not.
    return sum("open" in step for step in steps) + sum(lines[step["key"]] - 1 for step in steps if "template" in step)


def set_templates(stamp: Stamp, cast: Cast) -> None:
    """Templates, what people answer, who lets others read of thanks."""
    for key, row in chains()["templates"].items():
        lines = [
            {"request_type_id": cast.types[line["type"]].id, "step": line["step"], "subject": line["subject"], "waits": True}
            for line in row["lines"]
        ]  # fmt: skip
        catalog.set_template(
            stamp, cast.departments[row["department"]], key=key, name=row["name"], description=row["description"],
            lines=lines,
        )  # fmt: skip
    for name, topics in chains()["topics"].items():
        people.change_person(stamp, cast.named(name).row, {"topics": topics})
        settle()
    for name, told in chains()["thanks_name"].items():
        people.change_person(stamp, cast.named(name).row, {"thanks_name": told})
        settle()


def happenings(frame: Frame, cast: Cast, door: Callable[[datetime], str]) -> Iterator[Happening]:
    """What happens when; `door` says whether that is history by then."""
    for piece in chains()["pieces"]:
        told: dict[str, Any] = {}
        begins = frame.hours.add(frame.end, -piece["begins"] * 3600)
        for step in piece["steps"]:
            at = frame.hours.add(begins, step["at"] * 3600)
            yield at, partial(_do, step, Stamp(None, at, door(at)), cast, told)
    for row in chains()["absences"]:
        at = max(frame.begin, frame.end + timedelta(days=row["from"] - 10))
        yield at, partial(_plan_absence, row, Stamp(None, at, door(at)), cast, frame)
    yield from undertakings(frame, cast, door)


def _do(step: Mapping[str, Any], stamp: Stamp, cast: Cast, told: dict[str, Any]) -> None:
    who = cast.named(step["who"]).row
    what = next(name for name in _DEEDS if name in step)
    _DEEDS[what](replace(stamp, actor_id=who.id), who, step, cast, told)
    settle()


def _open(stamp: Stamp, who: Any, step: Mapping[str, Any], cast: Cast, told: dict[str, Any]) -> None:
    told[step["open"]] = tickets.open_ticket(
        stamp, who, subject=step["subject"], description=step["text"], request_type=cast.types[step["type"]],
        answers=step["answers"],
    )  # fmt: skip


def _take(stamp: Stamp, who: Any, step: Mapping[str, Any], _cast: Cast, told: dict[str, Any]) -> None:
    tickets.take(stamp, _ticket(step["take"], told), who)


def _reply(stamp: Stamp, who: Any, step: Mapping[str, Any], _cast: Cast, told: dict[str, Any]) -> None:
    tickets.reply(stamp, _ticket(step["reply"], told), who, step["text"])


def _resolve(stamp: Stamp, who: Any, step: Mapping[str, Any], _cast: Cast, told: dict[str, Any]) -> None:
    tickets.resolve(stamp, _ticket(step["resolve"], told), who, step["text"])


def _ask(stamp: Stamp, who: Any, step: Mapping[str, Any], _cast: Cast, told: dict[str, Any]) -> None:
    template = catalog_rows.template_by_key(step["key"])
    assert template is not None
    tickets.ask_by_template(stamp, _ticket(step["template"], told), who, template)


def _approve(stamp: Stamp, who: Any, step: Mapping[str, Any], _cast: Cast, told: dict[str, Any]) -> None:
    ticket = _ticket(step["approve"], told)
    tickets.approve(stamp, ticket, _asked(ticket, who), who, step["text"])


def _refuse(stamp: Stamp, who: Any, step: Mapping[str, Any], _cast: Cast, told: dict[str, Any]) -> None:
    ticket = _ticket(step["refuse"], told)
    tickets.refuse(stamp, ticket, _asked(ticket, who), who, step["text"])


def _rework(stamp: Stamp, _who: Any, step: Mapping[str, Any], _cast: Cast, told: dict[str, Any]) -> None:
    ticket = _ticket(step["rework"], told)
    tickets.resubmit(stamp, ticket, subject=ticket.subject, description=step["text"], answers=step["answers"])


_DEEDS: dict[str, Callable[[Stamp, Any, Mapping[str, Any], Cast, dict[str, Any]], None]] = {
    "open": _open, "take": _take, "reply": _reply, "resolve": _resolve, "template": _ask, "approve": _approve,
    "refuse": _refuse, "rework": _rework,
}  # fmt: skip


def _ticket(name: str, told: Mapping[str, Any]) -> Any:
    """The ticket of a step: "newcomer", or "newcomer/it.access" for the child of that type."""
    parent, _, child = name.partition("/")
    if not child:
        return told[parent]
    rows = ticket_rows.children(told[parent].id)
    return next(row.ticket for row in rows if row.ticket and row.request_type and row.request_type.key == child)


def _asked(ticket: Any, who: Any) -> Any:
    found = rules.waiting_for(who, ticket, ticket_rows.approvals(ticket.id))
    assert found is not None, f"nobody asks {who.name} about {ticket.subject}"
    return found


def _plan_absence(row: Mapping[str, Any], stamp: Stamp, cast: Cast, frame: Frame) -> None:
    who = cast.named(row["who"]).row
    first = datetime.combine(frame.day(frame.end) + timedelta(days=row["from"]), time(), ZoneInfo(frame.zone))
    people.plan_absence(
        replace(stamp, actor_id=who.id), who, who, begins_at=first.astimezone(UTC),
        ends_at=(first + timedelta(days=row["days"])).astimezone(UTC), substitute=cast.named(row["substitute"]).row,
        note=row["note"],
    )  # fmt: skip
    settle()
