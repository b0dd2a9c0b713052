"""Who hears what became of a child request: whoever has the request it was asked from."""

from __future__ import annotations

from servicedesk.notifications import rules
from servicedesk.notifications.actions import News, tell
from servicedesk.notifications.reactions.telling import (
    in_the_present,
    news_of,
    those_who_answer,
    those_who_have,
    ticket_of,
)
from servicedesk.people.models import Person
from servicedesk.tickets import queries as tickets
from servicedesk.tickets.events import ChildEnded, ChildReopened
from servicedesk.tickets.models import Message, Ticket
from servicedesk.tickets.rules import ACTIVE, is_known, serves


@in_the_present
def tell_of_result(event: ChildEnded) -> None:
    """The result of one; of the last one the request waited for, that everything is back."""
    parent, child = ticket_of(event.ticket_id), ticket_of(event.child_id)
    told = _told(event, parent, child)
    if parent.status not in ACTIVE or not told:
        return
    done = event.waited and not event.waited_left
    kind = "children_done" if done else "child_resolved" if event.outcome == "resolved" else "child_cancelled"
    # Its own requester has the mail about the solution already; that everything is back is more than that.
    by_mail = {person.id for person, _ in told if done or person.id != child.requester_id}
    tell(event.stamp, _news(event, parent, child, kind), told, by_mail=by_mail)


@in_the_present
def tell_of_reopened_child(event: ChildReopened) -> None:
    parent, child = ticket_of(event.ticket_id), ticket_of(event.child_id)
    told = _told(event, parent, child)
    if told:
        tell(event.stamp, _news(event, parent, child, "child_reopened"), told)


def _news(event: ChildEnded | ChildReopened, parent: Ticket, child: Ticket, kind: str) -> News:
    result = _result(parent, child) if isinstance(event, ChildEnded) and event.outcome == "resolved" else None
    secret = parent.confidential or child.confidential
    news = news_of(
        parent, kind, f"{kind}:{child.id}:{child.version}", text=result.text if result else "",
        child_id=child.id, child_subject="" if secret else child.subject,
        child_department={} if secret else dict(child.department.name),
        outcome="" if secret else getattr(event, "outcome", ""),
    )  # fmt: skip
    return news if secret else _named(news, child)


def _named(news: News, child: Ticket) -> News:
    return News(
        kind=news.kind, line=news.line, about=news.about, mail=news.mail, ticket_id=news.ticket_id,
        bell={**news.bell, "department": dict(child.department.name)},
    )  # fmt: skip


def _told(event: ChildEnded | ChildReopened, parent: Ticket, child: Ticket) -> list[tuple[Person, str]]:
    """Whoever has it; where nobody does who asked, and the team. Of a child more secret than its parent who asked alone."""
    audience = those_who_have(parent, event.stamp.at)
    if not audience:
        audience = those_who_answer(parent, event.stamp.at)
        if serves(child.requester, parent):
            audience.append((child.requester, "team"))
    if not is_known(parent_is_secret=parent.confidential, child_is_secret=child.confidential):
        audience = [(person, why) for person, why in audience if person is not None and person.id == child.requester_id]
    why_told = {person.id: why for person, why in audience if person is not None}
    people = rules.those_told((person for person, _ in audience), but=[event.stamp.actor_id])
    return [(person, why_told[person.id]) for person in people]


def _result(parent: Ticket, child: Ticket) -> Message | None:
    """The note that the result has become."""
    page = tickets.messages(parent.id, with_notes=True, limit=20, newest_first=True)
    return next((message for message in page.items if message.child_id == child.id), None)
