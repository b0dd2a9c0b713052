"""Does what was decided about a letter, through the actions of the slices, inside a transaction that is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from servicedesk.kernel.stamp import Stamp
from servicedesk.letters import actions as letters
from servicedesk.letters.actions import Fate
from servicedesk.mailin import wording
from servicedesk.mailin.facts import Case, Letter
from servicedesk.mailin.route import Decision
from servicedesk.mailin.shelving import Brought
from servicedesk.mailin.text import Stripped
from servicedesk.mailout import actions as mailout
from servicedesk.people import actions as people
from servicedesk.people import queries as people_rows
from servicedesk.sla import queries as promises
from servicedesk.tickets import access, actions

# Colleagues in Cc who follow a new request.
MOST_FOLLOWERS = 20


@dataclass(frozen=True)
class Delivery:
    """A letter with everything that is needed to deliver it. `by_id` is who had it delivered after all, None for the desk;
    `language` the company's, in which the desk writes into requests."""

    letter: Letter
    text: Stripped
    case: Case
    brought: Brought
    settings: Any
    at: datetime
    language: str
    by_id: int | None = None

    @property
    def moment(self) -> datetime:
        """When it was said: when our mail server took it, never later than now."""
        return min(self.letter.received_at, self.at)

    def stamp(self, person: Any | None = None, at: datetime | None = None) -> Stamp:
        """Of what its sender does, unless somebody else had it done."""
        return Stamp(self.by_id or (person.id if person is not None else None), at or self.at, "mail")

    def fate(self, decision: Decision, **more: Any) -> Fate:
        person = self.case.person
        about: dict[str, Any] = {"person_id": person.id if person is not None else None, "why": decision.why}
        about |= {"verified": self.case.known.verified, "answered": decision.answers}
        # Who may not see that request may not see the letter in the log either, whatever became of it.
        about["related_ticket_id"] = decision.related_id or (self.case.near_id if decision.ticket_id is None else None)
        return Fate(outcome=decision.outcome, **(about | more))


def deliver(given: Delivery, decision: Decision) -> Fate:
    with wording.speaking(given.language):
        return _HOW.get(decision.outcome, Delivery.fate)(given, decision)


def _open(given: Delivery, decision: Decision) -> Fate:
    """A new request, for which promises run from when the letter came. Files of the letter are files of the request."""
    mail, case = given.letter.mail, given.case
    person = case.person or _add_sender(given)
    stamp = given.stamp(person)
    ticket = actions.open_ticket(
        stamp, person, subject=wording.cleaned_subject(mail.subject),
        description=wording.body(given.text.whole, given.brought.refused), request_type=case.kind,
        department=case.department, asked_at=given.moment, complete=False,
    )  # fmt: skip
    actions.attach(ticket, given.brought.register(stamp, person.id))
    if not ticket.confidential:
        for colleague in _colleagues(given, person):
            actions.watch(ticket, colleague)
    _trust(given)
    return given.fate(decision, person_id=person.id, ticket_id=ticket.id)


def _reply(given: Delivery, decision: Decision) -> Fate:
    """A message at the moment at which the letter came, but never before what happened to the request since. A promise
    that was seen broken meanwhile stays broken, as it does for everybody."""
    returns = given.case.known.thread is not None and given.case.known.thread.returns
    person, ticket = given.case.person, _ticket(given, decision, ("contest_merge",) if returns else ("reply", "reopen"))
    moment = given.moment
    if given.case.known.thread is not None and given.case.known.thread.serves:
        moment = max(moment, promises.seen_broken_until(ticket.id) or moment)
    say = actions.contest_merge if returns else actions.reopen if ticket.status == "closed" else actions.reply
    return _said(given, decision, ticket, partial(say, given.stamp(person, moment), ticket, person))


def _thank(given: Delivery, decision: Decision) -> Fate:
    person, ticket = given.case.person, _ticket(given, decision, ("thank",))
    return _said(given, decision, ticket, partial(actions.thank, given.stamp(person, given.moment), ticket, person))


def _said(given: Delivery, decision: Decision, ticket: Any, say: Callable[[str], Any]) -> Fate:
    message = say(wording.body(given.text.text, given.brought.refused))
    actions.attach(ticket, given.brought.register(given.stamp(given.case.person), message.author_id), message)
    _trust(given)
    return given.fate(
        decision, ticket_id=ticket.id, message_id=message.id, stops_exchange=decision.first_flood,
        why="exchange" if decision.floods else decision.why,
    )  # fmt: skip


def _note(given: Delivery, decision: Decision) -> Fate:
    return given.fate(decision, ticket_id=decision.ticket_id)


def _bounce(given: Delivery, decision: Decision) -> Fate:
    report, mail_id = given.letter.mail.bounce, given.case.known.bounced_mail_id
    if mail_id is not None:
        mailout.mark_bounced(
            given.stamp(), mail_id=mail_id, address=report.recipients[0] if report and report.recipients else "",
            status=report.status if report else "", permanent=report.permanent if report else None,
            diagnostic=report.diagnostic if report else "",
        )  # fmt: skip
    return given.fate(decision)


def _refuse(given: Delivery, decision: Decision) -> Fate:
    mail = given.letter.mail
    if decision.answers and mail.sender is not None:
        language = wording.language_of(given.text.whole, given.language)
        letters.answer_stranger(given.stamp(), mail.sender.address, language, mail.message_id)
    return given.fate(decision)


def _ticket(given: Delivery, decision: Decision, ways: tuple[str, ...]) -> Any:
    """The request, locked; of a closed one what is done is reopening."""
    thread = given.case.known.thread
    closed = thread is not None and thread.status == "closed"
    return access.ticket_for(given.case.person, decision.ticket_id or 0, ways[-1] if closed else ways[0])


def _add_sender(given: Delivery) -> Any:
    sender = given.letter.mail.sender
    assert sender is not None
    language = wording.language_of(given.text.whole, given.language)
    name = wording.name_of(sender.name, sender.address)
    return people.add_person(given.stamp(), email=sender.address, name=name, language=language)


def _colleagues(given: Delivery, sender: Any) -> list[Any]:
    """Known people of our own domains who got a copy. Nobody else is ever added by a letter."""
    domains, ours = given.settings.mail_domains, given.case.known.ours
    copied = [one.address for one in given.letter.mail.cc if one.address.rpartition("@")[2] in domains]
    found: Mapping[str, Any] = people_rows.people_by_address([one for one in copied if one not in ours])
    return [person for person in found.values() if person.active and person.id != sender.id][:MOST_FOLLOWERS]


def _trust(given: Delivery) -> None:
    """Mail can reach an address from which a letter came for sure."""
    sender = given.letter.mail.sender
    if given.case.known.undeliverable and given.case.known.verified == "pass" and sender is not None:
        mailout.trust_again(sender.address)


_HOW: Mapping[str, Callable[[Delivery, Decision], Fate]] = {
    "opened": _open, "replied": _reply, "thanked": _thank, "noted": _note, "bounced": _bounce, "refused": _refuse,
}  # fmt: skip
