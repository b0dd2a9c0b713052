"""Merging a request into another one, and taking that back.

No word moves: messages and files stay where they were said and are shown in the other request to those alone who may see
both. So a merge opens no door, and taking it back has nothing to sort out.
"""

from __future__ import annotations

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, Invalid
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.tickets import access, queries, rules
from servicedesk.tickets.actions.returning import open_children_known_to
from servicedesk.tickets.actions.states import begin, expire_hold, hold_in_force, lift_hold
from servicedesk.tickets.actions.talking import add_message, checked_text
from servicedesk.tickets.events import MergeReceived, MergeReturned, TicketMerged, TicketUnmerged
from servicedesk.tickets.models import Hold, Merge, Message, Ticket, Watcher


def merge_into(stamp: Stamp, ticket: Ticket, target: Ticket, person: Person) -> Merge:
    """Go on with the ticket in `target`; both are locked. It counts as taken back, its promises end without a verdict.

    Those of its people who see the target anyway follow that one from now on. Publishes `TicketMerged` and
    `MergeReceived`. Raises `Invalid` at into for what cannot go together, `Conflict` while others wait for this ticket
    or it waits for others.
    """
    stamp = begin(stamp.not_before(target.updated_at), ticket, "merge")
    expire_hold(stamp, target)
    fault = rules.merge_fault(person, ticket, target)
    if fault is not None:
        raise Invalid(fields={"into": fault})
    _refuse_entangled(ticket, target, person)
    hold = hold_in_force(ticket) if ticket.status in rules.HELD else None
    merge = Merge(
        ticket_id=ticket.id, target_id=target.id, by_id=person.id, merged_at=stamp.at, status_before=ticket.status,
        ball_before=ticket.ball, hold_id=hold.id if hold is not None else None, followers=_let_follow(ticket, target),
    )  # fmt: skip
    db.session.add(merge)
    if hold is not None:
        # Without a word about it: the promises end here, and go on in the hold where the merge is taken back.
        hold.ended_at = stamp.at
    ticket.status, ticket.ball, ticket.closed_at, ticket.updated_at = "cancelled", "none", stamp.at, stamp.at
    ticket.merged_into_id, ticket.merged_into = target.id, target
    target.updated_at = stamp.at
    db.session.flush()
    publish(
        TicketMerged(
            stamp=stamp, ticket_id=ticket.id, target_id=target.id, merge_id=merge.id, followers=tuple(merge.followers)
        )
    )
    publish(MergeReceived(stamp=stamp, ticket_id=target.id, merged_id=ticket.id, by_id=person.id))
    return merge


def unmerge(stamp: Stamp, ticket: Ticket) -> None:
    """Go on with the ticket by itself, as if it had never been merged: its promises have run all the time.

    Publishes `TicketUnmerged` and `MergeReturned`. Raises `Conflict` where it is not merged, or the other one is done.
    """
    stamp = _begin(stamp, ticket, "unmerge")
    _return(stamp, ticket, queries.locked(ticket.merged_into_id or 0))


def contest_merge(stamp: Stamp, ticket: Ticket, author: Person, text: str) -> Message:
    """Its requester says that it is not the same. Their word takes the merge back, as it ends a hold.

    Publishes as `unmerge`, then `MessageAdded`.
    """
    stamp = _begin(stamp, ticket, "contest_merge")
    text = checked_text(text)
    _return(stamp, ticket, queries.locked(ticket.merged_into_id or 0), contested=True)
    if ticket.status in rules.HELD:
        lift_hold(stamp, ticket)
    return add_message(stamp, ticket, author, text, rules.side_of(author, ticket))


def release_merged(stamp: Stamp, target: Ticket) -> None:
    """The target is taken back by who asked for it: what others asked for goes on by itself. Publishes as `unmerge`."""
    for row in queries.merged_into([target.id]):
        if not rules.is_same_requester(row, target):
            ticket = queries.locked(row.id)
            _return(stamp.not_before(ticket.updated_at), ticket, target, by_itself=True)


def _begin(stamp: Stamp, ticket: Ticket, what: str) -> Stamp:
    if not rules.is_possible(ticket, what):
        raise Conflict(
            N_("It cannot go on by itself any more: the request into which it was merged is done.")
            if ticket.merged_into_id is not None
            else N_("This request is not merged into another one."),
        )
    return stamp.not_before(ticket.updated_at)


def _return(
    stamp: Stamp, ticket: Ticket, target: Ticket, *, contested: bool = False, by_itself: bool = False
) -> None:  # fmt: skip
    merge = queries.merge_in_force(ticket.id)
    if merge is None:
        raise Conflict(N_("This request is not merged into another one."))
    stamp = stamp.not_before(target.updated_at)
    merge.undone_at, merge.undone_by_id = stamp.at, None if by_itself else stamp.actor_id
    ticket.merged_into_id = ticket.merged_into = None
    ticket.status, ticket.ball, ticket.closed_at = merge.status_before, merge.ball_before, None
    hold = db.session.get_one(Hold, merge.hold_id) if merge.hold_id is not None else None
    if hold is not None:
        hold.ended_at = None
    for person_id in merge.followers:
        follower = db.session.get(Watcher, (target.id, person_id))
        if follower is not None:
            db.session.delete(follower)
    target.updated_at = stamp.at
    publish(
        TicketUnmerged(stamp=stamp, ticket_id=ticket.id, target_id=target.id, merge_id=merge.id, contested=contested)
    )
    publish(MergeReturned(stamp=stamp, ticket_id=target.id, merged_id=ticket.id))
    # Its end may have passed meanwhile: then it ended at that moment.
    expire_hold(stamp, ticket)
    ticket.updated_at = stamp.at
    db.session.flush()


def _refuse_entangled(ticket: Ticket, target: Ticket, person: Person) -> None:
    if queries.count_merged_into(ticket.id):
        raise Conflict(N_("Others were merged into this request. Merge the other one into this one instead."))
    if queries.count_merged_into(target.id) >= rules.MOST_MERGED:
        raise Conflict(N_("At most %(most)d requests are merged into one."), most=rules.MOST_MERGED)
    if queries.parent_of(ticket.id) is not None:
        raise Conflict(N_("Another request waits for this one. Merge the other one into this one instead."))
    running = open_children_known_to(person, ticket)
    if running:
        raise Conflict(
            N_("Requests asked from here are not done: %(numbers)s. Merge the other one into this one instead."),
            numbers=", ".join(running),
        )


def _let_follow(ticket: Ticket, target: Ticket) -> list[int]:
    """Ids of those who begin to follow the target: whoever asked for the ticket or follows it and sees the target anyway.
    Nobody comes to see a request by a merge."""
    there = {target.requester_id, target.registrar_id, *(person.id for person in queries.watchers(target.id))}
    asked = {person.id: person for person in (ticket.requester, ticket.registrar, *queries.watchers(ticket.id))}
    added = [
        person.id
        for person in asked.values()
        if person.id not in there and person.active and access.visible_ids(person, [target.id])
        and (not target.confidential or rules.serves(person, target))
    ]  # fmt: skip
    db.session.add_all(Watcher(ticket_id=target.id, person_id=number) for number in added)
    return added
