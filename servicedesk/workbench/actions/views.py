"""Saving lists under a name: for oneself or a department, in an order, one of them to open the queue with."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Invalid, NotAllowed
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.workbench import queries, rules
from servicedesk.workbench.models import OpeningView, SavedView
from servicedesk.workbench.rules import Asked


def save_view(
    stamp: Stamp, person: Person, *, name: str, asked: Asked, shared_with_id: int | None = None, department_id: int | None = None
) -> SavedView:  # fmt: skip
    """A new view behind the others. Raises `Invalid` for a name that is none or taken, and for too many of them;
    `NotAllowed` for a department in which the person does not work."""
    if not rules.may_share(person, shared_with_id) or not rules.may_share(person, department_id):
        raise NotAllowed(N_("A view is shared with a department in which you work."))
    others = queries.siblings(person.id, shared_with_id)
    name = _fitting(name, others)
    if len(others) >= rules.MOST_VIEWS:
        raise Invalid(N_("There are %(most)d views already; remove one first."), most=rules.MOST_VIEWS)
    view = SavedView(
        name=name, query=rules.written(asked), owner_id=person.id, shared_with_id=shared_with_id, department_id=department_id,
        position=max((other.position for other in others), default=0) + 1, changed_at=stamp.at,
    )  # fmt: skip
    db.session.add(view)
    db.session.flush()
    return view


def rename_view(stamp: Stamp, view: SavedView, name: str) -> None:
    """Raises `Invalid` as `save_view`."""
    view.name, view.changed_at = _fitting(name, queries.beside(view), but=view), stamp.at


def overwrite_view(stamp: Stamp, view: SavedView, asked: Asked) -> None:
    """From now on it asks for this."""
    view.query, view.changed_at = rules.written(asked), stamp.at


def share_view(stamp: Stamp, view: SavedView, person: Person, department_id: int | None) -> None:
    """Show it to another department, or (None) to `person` alone, whose it is then. Raises as `save_view`.

    Who opened the queue with it and does not see it any more opens it as everybody else does.
    """
    if not rules.may_share(person, department_id):
        raise NotAllowed(N_("A view is shared with a department in which you work."))
    others = queries.siblings(person.id, department_id)
    view.name = _fitting(view.name, others, but=view)
    if department_id is None:
        view.owner_id = person.id
    view.shared_with_id, view.changed_at = department_id, stamp.at
    view.position = max((other.position for other in others), default=0) + 1


def move_view(view: SavedView, by: int) -> None:
    """One place towards the front (-1) or the end (1) of those beside it."""
    others = queries.beside(view)
    place = others.index(view)
    other = min(max(place + by, 0), len(others) - 1)
    others.insert(other, others.pop(place))
    for position, one in enumerate(others, 1):
        one.position = position


def remove_view(stamp: Stamp, view: SavedView) -> None:
    """Nobody sees it any more; it can be brought back for some days."""
    db.session.execute(delete(OpeningView).where(OpeningView.view_id == view.id))
    view.removed_at = stamp.at


def bring_view_back(view: SavedView) -> None:
    """Raises `Invalid` where its name is another's by now."""
    view.name = _fitting(view.name, queries.beside(view), but=view)
    view.removed_at = None


def open_with(person: Person, *, view: SavedView | None = None, built_in: str | None = None) -> None:
    """What the queue shows `person` first; nothing of both: what it shows everybody."""
    db.session.execute(delete(OpeningView).where(OpeningView.person_id == person.id))
    if view is not None or built_in in rules.BUILT_IN:
        number = view.id if view is not None else None
        db.session.add(OpeningView(person_id=person.id, view_id=number, built_in=None if number else built_in))
        db.session.flush()


def forget_removed_views(at: datetime) -> None:
    """Forget views that nobody brought back for `rules.VIEW_RETURNS_FOR_DAYS` days."""
    old = select(SavedView.id).where(SavedView.removed_at < at - timedelta(days=rules.VIEW_RETURNS_FOR_DAYS))
    db.session.execute(delete(OpeningView).where(OpeningView.view_id.in_(old)))
    db.session.execute(delete(SavedView).where(SavedView.id.in_(old)))


def _fitting(name: str, others: list[SavedView], but: SavedView | None = None) -> str:
    name = " ".join(name.split())
    fault = rules.view_name_fault(name)
    if fault is None and any(o.name.casefold() == name.casefold() for o in others if o is not but):
        fault = Invalid(N_("There is a view with this name already."))
    if fault is not None:
        raise Invalid(fields={"name": fault})
    return name
