"""What a child request means for its parent: results come back, open ones stand in the way of its end."""

from __future__ import annotations

from servicedesk.kernel.errors import Conflict
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.tickets import access, queries, rules
from servicedesk.tickets.actions.planned import open_next, who_asks
from servicedesk.tickets.actions.states import begin
from servicedesk.tickets.actions.talking import add_message
from servicedesk.tickets.events import ChildEnded, ChildReopened, RequesterReplaced
from servicedesk.tickets.models import ChildRequest, Message, Ticket


def take_result(stamp: Stamp, child: Ticket, row: ChildRequest, outcome: str) -> None:
    """The child has ended: `outcome` is resolved or cancelled. Its solution becomes a note of the parent, the planned
    ones whose turn has come open. Publishes `ChildEnded` and what that publishes."""
    parent = queries.locked(row.parent_id)
    stamp = begin(stamp, parent, "note")
    if outcome == "resolved":
        result = _result_of(child)
        if result is not None and rules.is_known(
            parent_is_secret=parent.confidential, child_is_secret=child.confidential
        ):
            add_message(stamp, parent, result.author, result.text, "supplier", visibility="internal", child_id=child.id)
    if parent.status in rules.WORKABLE:
        open_next(stamp, parent)
    running = [other for other in queries.children(parent.id) if rules.is_open(other)]
    parent.updated_at = stamp.at
    publish(
        ChildEnded(
            stamp=stamp, ticket_id=parent.id, child_id=child.id, outcome=outcome, open_left=len(running),
            waited=row.waits, waited_left=sum(other.waits for other in running),
        )
    )  # fmt: skip


def hear_of_reopening(stamp: Stamp, child: Ticket, row: ChildRequest) -> None:
    """The child is not done after all. What went on meanwhile goes on; nothing new opens. Publishes `ChildReopened`."""
    parent = queries.locked(row.parent_id)
    if parent.status not in rules.ACTIVE:
        return
    stamp = begin(stamp, parent, "note")
    parent.updated_at = stamp.at
    publish(ChildReopened(stamp=stamp, ticket_id=parent.id, child_id=child.id, waits=row.waits))


def replace_requester(stamp: Stamp, row: ChildRequest) -> None:
    """Who asked has left: whoever has the parent now speaks for it. Publishes `RequesterReplaced`."""
    child, parent = queries.locked(row.ticket_id or 0), queries.locked(row.parent_id)
    before, after = child.requester, who_asks(parent, child.requester)
    # Nobody works on a request of their own.
    if after.id in (before.id, child.assignee_id):
        return
    stamp = stamp.not_before(child.updated_at)
    if child.registrar_id == before.id:
        child.registrar_id, child.registrar = after.id, after
    child.requester_id, child.requester, child.updated_at = after.id, after, stamp.at
    publish(RequesterReplaced(stamp=stamp, ticket_id=child.id, before_id=before.id, after_id=after.id))


def refuse_over_children(parent: Ticket, author: Person) -> None:
    """Raises `Conflict` while requests asked from this one, which `author` may know of, are open or planned."""
    running = open_children_known_to(author, parent)
    if running:
        raise Conflict(
            N_("Requests asked from here are not done: %(numbers)s. Wait for them, or resolve it all the same."),
            numbers=", ".join(running),
        )


def open_children_known_to(person: Person, parent: Ticket) -> list[str]:
    """What requests asked from this one that are open or planned are called, as far as `person` may know of them."""
    if not queries.has_children(parent.id):
        return []
    running = [found.row for found in access.known_children(person, [parent]) if rules.is_open(found.row)]
    return [f"#{row.ticket_id}" if row.ticket_id else f"“{row.subject}”" for row in running]


def _result_of(child: Ticket) -> Message | None:
    """The department's last public word: the solution."""
    page = queries.messages(child.id, with_notes=False, limit=5, newest_first=True)
    return next((message for message in page.items if message.side == "supplier"), None)
