"""Actions of a department: deciding on one, changing it, saying that it is done or dropped, taking it up again."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, DeskError, Invalid
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_, is_blank
from servicedesk.people.models import Department, Person
from servicedesk.reports import document, queries, rules
from servicedesk.reports.events import ImprovementEnded, ImprovementReopened, ImprovementSet
from servicedesk.reports.figures.outcomes import AIMS
from servicedesk.reports.models import Improvement

LONGEST_IMPROVEMENT = 2000
LONGEST_TITLE = 200

_WRITE = N_("Write something first.")
_NOT_OF_IT = N_("An action is given to somebody of the department.")


def set_improvement(
    stamp: Stamp, department: Department, by: Person, *, title: str, said: str = "", owner: Person | None = None,
    due_on: date | None = None, metric: str | None = None, published: bool = False, did: str = "",
    done_on: date | None = None, improvement: Improvement | None = None, seen: int | None = None,
) -> Improvement:  # fmt: skip
    """Decide on an action, or change one; with `did` and `done_on` tell one that is done. Publishes `ImprovementSet`.

    `seen` is the version that was on the page: `Conflict` if somebody has changed it since. Raises `Invalid` by field.
    What was done is told of an action that ended alone, and an action that is done stays so.
    """
    if improvement is not None:
        _lock(improvement, seen)
    done = (done_on if improvement is None else improvement.done_on) is not None
    _check(stamp, department, title=title, said=said, owner=owner, metric=metric, did=did, done_on=done_on, done=done)
    if improvement is None:
        improvement = Improvement(department_id=department.id, by_id=by.id, made_at=stamp.at, version=0)
        db.session.add(improvement)
    given = owner.id if owner is not None and owner.id not in (improvement.owner_id, by.id) else None
    improvement.title, improvement.said, improvement.published = title.strip(), said.strip(), published
    improvement.owner_id, improvement.due_on = owner.id if owner else None, due_on
    _aim(improvement, department, metric)
    if done:
        if improvement.done_on is None:
            improvement.ended_by_id, improvement.ended_at = by.id, stamp.at
        improvement.did, improvement.done_on = did.strip(), done_on
    _saved(improvement)
    publish(
        ImprovementSet(
            stamp=stamp, department_id=department.id, improvement_id=improvement.id, given_to_id=None if done else given
        )
    )
    return improvement


def finish_improvement(
    stamp: Stamp, improvement: Improvement, by: Person, *, did: str, done_on: date, seen: int | None = None
) -> None:
    """Say that it is done, and what was done. Publishes `ImprovementEnded`; `Conflict` where it has ended already."""
    _lock(improvement, seen)
    _must_be_open(improvement)
    faults = _only_faults(
        did=_length(did, LONGEST_IMPROVEMENT) or (_WRITE if is_blank(did) else None), done_on=_day_fault(stamp, done_on)
    )
    if faults:
        raise Invalid(fields=faults)
    improvement.did, improvement.done_on = did.strip(), done_on
    _end(stamp, improvement, by, "done")


def drop_improvement(stamp: Stamp, improvement: Improvement, by: Person, *, why: str, seen: int | None = None) -> None:
    """Give it up, with the reason. Publishes `ImprovementEnded`; `Conflict` where it has ended already."""
    _lock(improvement, seen)
    _must_be_open(improvement)
    fault = _length(why, LONGEST_IMPROVEMENT) or (DeskError(N_("Say why it is given up.")) if is_blank(why) else None)
    if fault:
        raise Invalid(fields={"why": fault})
    improvement.why_dropped, improvement.dropped_on = why.strip(), today_of(stamp)
    _end(stamp, improvement, by, "dropped")


def reopen_improvement(stamp: Stamp, improvement: Improvement, *, seen: int | None = None) -> None:
    """Take up again what was called done or dropped. Publishes `ImprovementReopened`; nothing for one that is open."""
    _lock(improvement, seen)
    if improvement.state == "open":
        return
    improvement.done_on = improvement.dropped_on = improvement.ended_at = improvement.ended_by_id = None
    improvement.outcome, improvement.why_dropped = None, ""
    _saved(improvement)
    publish(ImprovementReopened(stamp=stamp, department_id=improvement.department_id, improvement_id=improvement.id))


def _check(
    stamp: Stamp, department: Department, *, title: str, said: str, owner: Person | None, metric: str | None, did: str,
    done_on: date | None, done: bool,
) -> None:  # fmt: skip
    found = _only_faults(
        title=_length(title, LONGEST_TITLE) or (_WRITE if is_blank(title) else None),
        said=_length(said, LONGEST_IMPROVEMENT),
        did=_length(did, LONGEST_IMPROVEMENT) or (_WRITE if done and is_blank(did) else None),
        done_on=_day_fault(stamp, done_on) if done else None,
        metric=None if metric is None or metric in AIMS else N_("There is no such figure."),
        owner=None if owner is None or rules.may_own(owner, department.id) else _NOT_OF_IT,
    )  # fmt: skip
    if found:
        raise Invalid(fields=found)


def _only_faults(**by_field: DeskError | str | None) -> dict[str, DeskError | str]:
    return {name: fault for name, fault in by_field.items() if fault is not None}


def _length(text: str, most: int) -> DeskError | None:
    return DeskError(N_("At most %(most)d characters fit here."), most=most) if len(text) > most else None


def _day_fault(stamp: Stamp, day: date | None) -> DeskError | None:
    if day is None:
        return DeskError(N_("Enter a day."))
    return DeskError(N_("This day is still to come.")) if day > today_of(stamp) else None


def today_of(stamp: Stamp) -> date:
    """The day in the company's zone."""
    return stamp.at.astimezone(ZoneInfo(queries.company_zone())).date()


def _aim(improvement: Improvement, department: Department, metric: str | None) -> None:
    """Keep the figure of the last closed month before the action with it: later it is compared with the newest."""
    if metric == improvement.metric:
        return
    improvement.metric, improvement.baseline, improvement.outcome = metric, None, None
    if metric is None:
        return
    made_in = rules.month_of(improvement.made_at, queries.company_zone())
    for before in queries.summaries_before(made_in, limit=1):
        improvement.baseline = document.baseline_of(before["departments"].get(department.key), metric, before["month"])


def _lock(improvement: Improvement, seen: int | None) -> None:
    db.session.refresh(improvement, with_for_update=True)
    if seen is not None and seen != improvement.version:
        raise Conflict(N_("Somebody has changed this meanwhile. Read it below; what you wrote is kept."))


def _must_be_open(improvement: Improvement) -> None:
    if improvement.state != "open":
        raise Conflict(N_("This action has ended already."))


def _end(stamp: Stamp, improvement: Improvement, by: Person, how: str) -> None:
    improvement.ended_by_id, improvement.ended_at = by.id, stamp.at
    _saved(improvement)
    publish(
        ImprovementEnded(stamp=stamp, department_id=improvement.department_id, improvement_id=improvement.id, how=how)
    )


def _saved(improvement: Improvement) -> None:
    improvement.version += 1
    db.session.flush()
    # Names that were loaded before may be of somebody else now.
    db.session.expire(improvement, ["owner", "ended_by"])
