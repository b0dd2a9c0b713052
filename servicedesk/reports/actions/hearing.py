"""What a closed month brings to people: low ratings to answer, notes of thanks. Nothing here knows who wrote them."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import insert, update

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, DeskError, Invalid
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_, is_blank
from servicedesk.people.models import Department, Person
from servicedesk.people.queries import departments, people_by_id
from servicedesk.reports import rules
from servicedesk.reports.actions.improving import LONGEST_IMPROVEMENT, set_improvement, today_of
from servicedesk.reports.events import CaseAnswered, CasesOpened, ThanksKept
from servicedesk.reports.models import Improvement, LowRatingCase, ThankYou

Json = dict[str, Any]


def open_cases(stamp: Stamp, month: str, low_ratings: Mapping[str, Sequence[Json]]) -> None:
    """A case for each low rating, by the key of the department. Called once for a month, when it is closed; publishes
    `CasesOpened` for each department that has some."""
    for department, rows in _by_department(low_ratings):
        cases = [{"id": secrets.token_hex(16), "month": month, "department_id": department.id, **row} for row in rows]
        # PostgreSQL keeps rows as they come in.
        db.session.execute(insert(LowRatingCase), sorted(cases, key=lambda case: str(case["id"])))
        publish(CasesOpened(stamp=stamp, department_id=department.id, month=month, count=len(rows)))


def keep_thanks(
    stamp: Stamp, month: str, thanks: Mapping[str, Sequence[Json]], unpublished: Collection[str] = ()
) -> None:
    """Keep the notes (`to_id`, `text`) of a closed month by the key of the department; publishes one `ThanksKept` for
    each person, however many they got. Of departments that are `unpublished` only notes for a person are kept."""
    thanked: set[int] = set()
    for department, rows in _by_department(thanks):
        published = department.key not in unpublished
        notes = [
            {
                "id": secrets.token_hex(16), "month": month, "department_id": department.id, "person_id": row["to_id"],
                "text": row["text"], "published": published,
            }
            for row in rows if published or row["to_id"] is not None
        ]  # fmt: skip
        if notes:
            db.session.execute(insert(ThankYou), sorted(notes, key=lambda note: str(note["id"])))
        thanked |= {row["to_id"] for row in rows if row["to_id"] is not None}
    for person_id in sorted(thanked):
        publish(ThanksKept(stamp=stamp, person_id=person_id, month=month))


def named_by_consent(thanks: Mapping[str, Sequence[Json]]) -> dict[str, list[Json]]:
    """The notes as a report holds them: `to` is the name of who lets everybody read it, else None. A note that itself
    gives away a name that may not stand is left out."""
    people = people_by_id((row["to_id"] for rows in thanks.values() for row in rows), with_roles=False)
    told: dict[str, list[Json]] = {}
    for key, rows in thanks.items():
        named = [(row["text"], people.get(row["to_id"])) for row in rows]
        told[key] = [
            {"to": person.name if person and person.thanks_name == "all" else None, "text": text}
            for text, person in named
            if person is None or person.thanks_name == "all" or not rules.gives_away(text, person.name)
        ]
    return told


def answer_case(
    stamp: Stamp, case: LowRatingCase, by: Person, *, title: str, said: str = "", did: str = "", quote: bool = False
) -> Improvement:
    """Answer the author, whom nobody knows, on the department's page: with `did` something is different already, without
    it is decided on. The comment is quoted with `quote` alone. Publishes `ImprovementSet` and `CaseAnswered`.

    `Conflict` for one that is answered, `Invalid` by field.
    """
    heard = "\n\n".join(text for text in (said.strip(), f"“{case.comment}”" if quote else "") if text)
    if is_blank(heard):
        raise Invalid(fields={"said": N_("Say in your own words what was heard, or quote the comment.")})
    if len(heard) > LONGEST_IMPROVEMENT:
        raise Invalid(fields={"said": DeskError(N_("At most %(most)d characters fit here."), most=LONGEST_IMPROVEMENT)})
    told = set_improvement(
        stamp, case.department, by, title=title, said=heard, metric=case.metric, published=True, did=did,
        done_on=today_of(stamp) if did.strip() else None,
    )  # fmt: skip
    _take(stamp, case, by, improvement_id=told.id)
    publish(CaseAnswered(stamp=stamp, department_id=case.department_id, how="published"))
    return told


def close_case(stamp: Stamp, case: LowRatingCase, by: Person, *, note: str) -> None:
    """Close it with a note that leads read. Publishes `CaseAnswered`; `Conflict` for one that is answered."""
    if is_blank(note):
        raise Invalid(fields={"note": N_("Write something first.")})
    if len(note) > LONGEST_IMPROVEMENT:
        raise Invalid(fields={"note": DeskError(N_("At most %(most)d characters fit here."), most=LONGEST_IMPROVEMENT)})
    _take(stamp, case, by, note=note.strip())
    publish(CaseAnswered(stamp=stamp, department_id=case.department_id, how="noted"))


def _take(stamp: Stamp, case: LowRatingCase, by: Person, **answer: Any) -> None:
    """Answered once, whoever is faster."""
    once = update(LowRatingCase).where(LowRatingCase.id == case.id, LowRatingCase.answered_at.is_(None))
    values = {"answered_at": stamp.at, "answered_by_id": by.id, **answer}
    done = db.session.execute(once.values(values).execution_options(synchronize_session=False))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(N_("Somebody has answered this already."))
    db.session.expire(case)


def _by_department(rows: Mapping[str, Sequence[Json]]) -> Iterable[tuple[Department, Sequence[Json]]]:
    known = {row.key: row for row in departments(active_only=False)}
    return ((known[key], found) for key, found in sorted(rows.items()) if found)
