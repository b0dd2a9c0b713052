"""Gathers what the decision about a letter depends on, through the queries of the slices. Decides nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

from servicedesk.catalog import queries as catalog
from servicedesk.kernel.errors import NotFound
from servicedesk.letters import queries as letters
from servicedesk.mailin.parse import Limits
from servicedesk.mailin.parse.parts import END_OF_HEADERS
from servicedesk.mailin.route import Known, Lately, Sender, Thread
from servicedesk.mailin.shapes import IncomingMail
from servicedesk.mailin.vouching import verdict
from servicedesk.mailin.wording import numbers_in
from servicedesk.mailout import addresses, references
from servicedesk.mailout import queries as mailout
from servicedesk.people import queries as people
from servicedesk.people.rules import is_address
from servicedesk.tickets import access, rules
from servicedesk.tickets import queries as ticket_rows

# Anything like an address.
_ADDRESS = re.compile(r"[^\s<>\"(),;:]{1,64}@[^\s<>\"(),;:]{1,190}")
# Of the numbers in a subject so many are looked at.
_MOST_TAGS = 3


@dataclass(frozen=True)
class Letter:
    """A letter that was taken apart, and how it came. `mailbox` is the one of the settings, `recipient` the address that a
    mail server named beside the letter."""

    mail: IncomingMail
    mailbox: Any | None
    recipient: str | None
    received_at: datetime

    @property
    def addressed(self) -> list[str]:
        """To whom it was written, what servers name first."""
        named = [*((self.recipient,) if self.recipient else ()), *self.mail.delivered_to]
        written = [one.address for one in (*self.mail.to, *self.mail.cc)]
        return list(dict.fromkeys(address.lower() for address in (*named, *written)))


@dataclass(frozen=True)
class Case:
    """The facts, and the rows they are about. `department` gets what is new, as a `kind` of its catalog or none;
    `near_id` is the request whose signs the letter bears or of whose mail it reports, whoever sees that request."""

    known: Known
    recipient: str
    same_id_differs: bool
    person: Any = None
    department: Any | None = None
    kind: Any | None = None
    near_id: int | None = None


@dataclass(frozen=True)
class _Homes:
    """The departments, and the addresses of the desk without tags."""

    departments: Sequence[Any]
    ours: frozenset[str]

    def of_address(self, address: str) -> Any | None:
        plain = addresses.without_tag(address)
        return next((one for one in self.departments if one.active and _plain(one.email) == plain), None)

    def of_key(self, key: str | None) -> Any | None:
        return next((one for one in self.departments if one.active and one.key == key), None)

    def of_id(self, number: int | None) -> Any | None:
        return next((one for one in self.departments if one.active and one.id == number), None)


def case_of(
    letter: Letter,
    settings: Any,
    at: datetime,
    *,
    says_thanks: bool,
    released: bool = False,
    department: Any | None = None,
) -> Case:
    """Everything known about a letter at `at`; one that is released is no copy of itself. `department` gets what is new where
    the letter leads to none."""
    mail, homes = letter.mail, _homes(settings)
    came, differs = letters.came_before(mail.message_key, mail.canonical)
    address = mail.sender.address if mail.sender is not None else ""
    person = people.person_by_email(address) if address else None
    ticket, thread = _thread_of(letter, person, settings, at)
    related = ticket or _claimed(letter, person)
    department = _department_of(letter, homes, related) or department
    kind, bares_secret = _kind_for(department, ticket)
    mail_id, about_id = _bounced_mail(letter, settings)
    verified = _verified(mail, address, settings)
    known = Known(
        ours=homes.ours, own=references.is_own(mail.own_header or "", settings.keys), copy=came and not released,
        bounced_mail_id=mail_id, to_bounces=any(_mail_of(one, settings) is not None for one in letter.addressed),
        thread=thread, claimed_id=related.id if related is not None and ticket is None else None,
        sender=_sender(address, person, settings), verified=verified,
        vouches=settings.mail_authserv_id is not None,
        lately=_lately(
            address, ticket.id if ticket is not None else None, letter.received_at, at, known=person is not None,
            vouched=verified == "pass",
        ),
        undeliverable=bool(address) and mailout.has_bounced(address, at), has_department=department is not None or kind is not None,
        bares_secret=bares_secret, says_thanks=says_thanks,
    )  # fmt: skip
    home = kind.department if kind is not None else department
    near_id = thread.ticket_id if thread is not None and thread.proven else about_id
    return Case(known, _recipient_of(letter, homes), differs, person, home, kind, near_id)


def signs_of(raw: bytes, recipient: str | None, settings: Any) -> tuple[str, int | None]:
    """Of a letter that cannot be taken apart: the address of ours to which it was written, and the request whose signs its
    headers bear. Whoever may not know of that request must not read the letter either."""
    head = raw[: Limits().header_bytes]
    end = END_OF_HEADERS.search(head)
    text = head[: end.start() if end else None].decode("utf-8", "replace")
    written = [*((recipient,) if recipient else ()), *_ADDRESS.findall(text)]
    ours = _homes(settings).ours
    found = next((one for one in written if addresses.without_tag(one) in ours), recipient or "")
    by_address = (addresses.ticket_of_address(one, settings.keys) for one in written)
    ticket_id = next((one for one in by_address if one is not None), None) or references.ticket_of(text, settings.keys)
    if ticket_id is None:
        ticket_id = _ticket_of(mailout.mail_of_reference(text, settings.keys))
    known = ticket_id is not None and ticket_rows.tickets_by_id([ticket_id])
    return (addresses.without_tag(found) if addresses.is_signed(found) else found)[:254], ticket_id if known else None


def _homes(settings: Any) -> _Homes:
    departments = people.departments(active_only=False)
    boxes = [address for box in settings.mailboxes for address in (box.address, box.user) if address and "@" in address]
    named = [parseaddr(settings.mail_from)[1], *boxes, *(one.email for one in departments if one.email)]
    return _Homes(departments, frozenset(addresses.without_tag(address) for address in named if address))


def _sender(address: str, person: Any | None, settings: Any) -> Sender:
    welcome = is_address(address) and address.rpartition("@")[2] in settings.mail_domains
    machine = is_address(address) and address in settings.mail_machines
    return Sender(known=person is not None, active=person is None or person.active, welcome=welcome, machine=machine)


def _verified(mail: IncomingMail, address: str, settings: Any) -> str:
    return verdict(mail.authentication_results, settings.mail_authserv_id, address) if address else "none"


def _lately(
    address: str, ticket_id: int | None, received_at: datetime, at: datetime, *, known: bool, vouched: bool
) -> Lately:
    if not address:
        return Lately()
    return Lately(
        **letters.lately(address, ticket_id, received_at, at),
        refused=not known and letters.was_refused(address),
        newcomers=0 if known or vouched else letters.newcomers_since(at - timedelta(hours=1)),
    )


def _thread_of(letter: Letter, person: Any, settings: Any, at: datetime) -> tuple[Any | None, Thread | None]:
    """The request that the letter names with the best proof it has; a bare number counts only for who may write there."""
    for ticket_id, proof in _named(letter, settings):
        ticket = _seen(person, ticket_id)
        if ticket is None:
            # A number that a database before this one gave is nobody's.
            if proof != "tag" and ticket_rows.tickets_by_id([ticket_id]):
                return None, Thread(ticket_id, proof, status="", asked=False, serves=False, seen=False)
            continue
        ticket = _onward(person, ticket)
        serves = rules.serves(person, ticket)
        asked = rules.is_requester(person, ticket) and not serves
        if proof == "tag" and not (asked or (serves and _is_at_home(letter, ticket, settings))):
            continue
        moment = max(min(letter.received_at, at), ticket.updated_at)
        reopens = ticket.closed_at is not None and moment - ticket.closed_at <= rules.REOPEN_WITHIN
        thread = Thread(
            ticket.id, proof, ticket.status, asked=asked, serves=serves, seen=True, reopens=reopens,
            returns=asked and rules.is_possible(ticket, "contest_merge"),
        )  # fmt: skip
        return ticket, thread
    return None, None


def _onward(person: Any, ticket: Any) -> Any:
    """Where letters about a merged request go: on to the other one, if one person asked for both and the sender sees that.
    Else it would be read by somebody for whom it was not written."""
    if ticket.merged_into_id is None:
        return ticket
    target = _seen(person, ticket.merged_into_id)
    return target if target is not None and rules.is_same_requester(ticket, target) else ticket


def _is_at_home(letter: Letter, ticket: Any, settings: Any) -> bool:
    """Whether a letter came where the request is: colleagues of another department are asked for something new."""
    home = _department_of(letter, _homes(settings), ticket)
    return home is not None and home.id == ticket.department_id


def _named(letter: Letter, settings: Any) -> list[tuple[int, str]]:
    keys, mail = settings.keys, letter.mail
    found = [(addresses.ticket_of_address(one, keys), "address") for one in letter.addressed]
    found.append((references.ticket_of(mail.references, keys), "reference"))
    answered = mailout.mail_of_reference(mail.references, keys) if mail.references else None
    found.append((answered.facts.get("ticket_id") if answered is not None else None, "reference"))
    found += [(number, "tag") for number in numbers_in(mail.subject)[:_MOST_TAGS]]
    return [(number, proof) for number, proof in found if number is not None]


def _claimed(letter: Letter, person: Any | None) -> Any | None:
    """What a letter names without proof, a forged seal or a number in the subject: only where its sender sees it anyway."""
    claims = [addresses.claimed_ticket(one) for one in letter.addressed]
    claims += [*references.claimed_tickets(letter.mail.references)[:_MOST_TAGS], *numbers_in(letter.mail.subject)]
    numbers = [number for number in dict.fromkeys(claims) if number is not None][:_MOST_TAGS]
    return next((ticket for number in numbers if (ticket := _seen(person, number)) is not None), None)


def _seen(person: Any | None, ticket_id: int) -> Any | None:
    if person is None or not person.active:
        return None
    try:
        return access.ticket_for(person, ticket_id)
    except NotFound:
        return None


def _department_of(letter: Letter, homes: _Homes, related: Any | None) -> Any | None:
    """Whose mailbox it came to, else to whose address, else who has the request it may belong to, else whoever finds out."""
    of_mailbox = homes.of_key(letter.mailbox.department) if letter.mailbox is not None else None
    of_address = next((one for address in letter.addressed if (one := homes.of_address(address)) is not None), None)
    company = people.company()
    of_related = homes.of_id(related.department_id) if related is not None else None
    triage = homes.of_id(company.triage_department_id) if company is not None else None
    return of_mailbox or of_address or of_related or triage


def _kind_for(department: Any | None, thread: Any | None) -> tuple[Any | None, bool]:
    """What the letter asks for, and whether it would bare what was said in confidence: a late word about a confidential
    request is of its kind, whatever letters ask for otherwise."""
    if thread is not None and thread.confidential:
        kind = thread.request_type
        secret = kind is not None and kind.active and kind.confidential and kind.department.active
        return (kind, False) if secret else (None, True)
    return (catalog.type_of_letters(department.id) if department is not None else None), False


def _bounced_mail(letter: Letter, settings: Any) -> tuple[int | None, int | None]:
    """The queued mail that a report is about, found by signs that only we can make, and the request it was about."""
    by_address = (_mail_of(one, settings) for one in letter.addressed)
    found = next((number for number in by_address if number is not None), None)
    if found is not None:
        return found, _ticket_of(mailout.mail_if_kept(found))
    if letter.mail.bounce is None:
        return None, None
    mail = mailout.mail_of_reference(letter.mail.bounce.message_ids, settings.keys)
    return (mail.id, _ticket_of(mail)) if mail is not None else (None, None)


def _ticket_of(mail: Any | None) -> int | None:
    return mail.facts.get("ticket_id") if mail is not None else None


def _mail_of(address: str, settings: Any) -> int | None:
    return addresses.mail_of_address(address, settings.keys)


def _recipient_of(letter: Letter, homes: _Homes) -> str:
    """The address of ours to which it was written; what a signed one is made of is for nobody's eyes."""
    ours = (one for one in letter.addressed if addresses.without_tag(one) in homes.ours)
    named = letter.recipient or (letter.mailbox.address if letter.mailbox is not None else None) or ""
    found = next(ours, named)
    return (addresses.without_tag(found) if addresses.is_signed(found) else found)[:254]


def _plain(address: str | None) -> str | None:
    return addresses.without_tag(address) if address else None
