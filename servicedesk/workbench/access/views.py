"""Gives a saved view to the person who sees it, else `NotFound`; who may not change it gets `NotAllowed`."""

from __future__ import annotations

from servicedesk.kernel.errors import NotAllowed, NotFound
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.workbench import queries, rules
from servicedesk.workbench.models import SavedView


def view_for(person: Person, view_id: int, to: str = "look", *, removed: bool = False) -> SavedView:
    """The view, if `person` sees it and may do `to` with it: look or change. One that was removed only where it is asked
    for."""
    view = queries.saved_view(view_id)
    if view is None or not rules.sees_view(person, view) or (view.removed_at is not None) != removed:
        raise NotFound(N_("There is no such view, or it is not shared with you."))
    if to == "change" and not rules.may_change_view(person, view):
        raise NotAllowed(N_("This view is shared with you; its owner and the leads of the department may change it."))
    return view
