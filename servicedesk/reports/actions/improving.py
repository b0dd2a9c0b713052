"""What a department heard and what it changed: "you said — we did"."""

from __future__ import annotations

from datetime import date

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, DeskError, Invalid
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people.models import Department, Person
from servicedesk.reports.events import ImprovementSet
from servicedesk.reports.models import Improvement

LONGEST_IMPROVEMENT = 2000


def set_improvement(
    stamp: Stamp, department: Department, by: Person, *, said: str, did: str, done_on: date, published: bool = True,
    improvement: Improvement | None = None, seen: int | None = None,
) -> Improvement:  # fmt: skip
    """Tell what was heard and done, or correct it. Publishes `ImprovementSet`.

    `seen` is the version that was on the page: `Conflict` if somebody has changed it since. Raises `Invalid` by field.
    """
    faults: dict[str, DeskError | str] = {}
    for name, text in (("said", said), ("did", did)):
        if not text.strip():
            faults[name] = N_("Write something first.")
        elif len(text) > LONGEST_IMPROVEMENT:
            faults[name] = DeskError(N_("At most %(most)d characters fit here."), most=LONGEST_IMPROVEMENT)
    if faults:
        raise Invalid(fields=faults)
    if improvement is None:
        improvement = Improvement(department_id=department.id, by_id=by.id, made_at=stamp.at, version=0)
        db.session.add(improvement)
    else:
        db.session.refresh(improvement, with_for_update=True)
        if seen is not None and seen != improvement.version:
            raise Conflict(N_("Somebody has changed this meanwhile. Read it below; what you wrote is kept."))
    improvement.said, improvement.did = said.strip(), did.strip()
    improvement.done_on, improvement.published = done_on, published
    improvement.version += 1
    db.session.flush()
    publish(ImprovementSet(stamp=stamp, department_id=department.id, improvement_id=improvement.id))
    return improvement
