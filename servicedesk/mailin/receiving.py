"""What happens to a letter, from its bytes to its row: kept, taken apart, decided about, delivered. docs/mail.md tells it.

The raw letter is on the shelf before anything else; everything that follows from it is one transaction with its row. Who dies
in between leaves the letter where it was, and its unique keys let nothing happen twice when it comes again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask import current_app

from servicedesk.files.shelf import Shelf
from servicedesk.kernel.errors import Conflict, Invalid, NotFound
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.kernel.transaction import transaction
from servicedesk.letters import access, actions, queries, rules
from servicedesk.letters.actions import Fate
from servicedesk.mailin.delivering import Delivery, deliver
from servicedesk.mailin.facts import Case, Letter, case_of, signs_of
from servicedesk.mailin.parse import Limits, new_text_apart, parse_apart
from servicedesk.mailin.personal import masked
from servicedesk.mailin.route import Decision, decide, decide_released
from servicedesk.mailin.shapes import IncomingMail, Unparsable
from servicedesk.mailin.shelving import Brought, put_on
from servicedesk.mailin.text import Stripped, is_forward, is_thanks
from servicedesk.people import queries as people

# Workers who handle copies of one letter at the same moment: the later one looks again and sees the first one's row.
_TRIES = 5
# Why a letter cannot be delivered though somebody wants it.
_UNDELIVERED = {
    "no_department": N_("No department takes it. Choose one."),
    "confidential": N_(
        "It belongs to a confidential request that takes no more, and no request made of it would be confidential. Download it, "
        "and speak with the department."
    ),
}  # fmt: skip
# A letter does not wait longer than this between servers; older dates in its headers are not ours.
_LONGEST_WAY = timedelta(days=5)


@dataclass(frozen=True)
class Arrival:
    """A letter as it came. `mailbox` is one of the settings, None for the command, which has no `uid` either; `recipient` the
    address the mail server named beside it. `received_at` None: when the letter's own newest Received header says so."""

    raw: bytes
    mailbox: Any | None = None
    uid_validity: int | None = None
    uid: int | None = None
    recipient: str | None = None
    received_at: datetime | None = None

    @property
    def box(self) -> str:
        return self.mailbox.name if self.mailbox is not None else ""


@dataclass(frozen=True)
class Received:
    """What became of it; `id` is the row's."""

    id: int
    outcome: str
    why: str
    ticket_id: int | None


@dataclass(frozen=True)
class _Opened:
    """A letter out of its envelope, or the reason why it cannot be taken apart."""

    letter: Letter | None
    text: Stripped
    fault: str = ""


def receive(arrival: Arrival, at: datetime) -> Received:
    """Handle a letter once, whatever it is; the same number of the same mailbox again gives its old row.

    Raises `Busy` where the database is, and OSError where the shelf cannot be written: nothing has happened then.
    """
    known = _known(arrival)
    if known is not None:
        return known
    digest = _shelf().put_mail(arrival.raw, at)
    opened = _open(arrival, at)
    brought = _bring(opened, at)
    return _again(lambda: _handle(arrival, digest, opened, brought, at), lambda: _known(arrival))


def preview(arrival: Arrival, at: datetime) -> tuple[str, str, int | None]:
    """What would become of it: outcome, cause, request. Writes nothing."""
    opened = _open(arrival, at)
    if opened.letter is None:
        return "unparsable", opened.fault, None
    _, decision = _decided(opened, opened.letter, at)
    return decision.outcome, decision.why, decision.ticket_id


def leave_on_server(
    mailbox: Any | None, uid_validity: int | None, uid: int | None, size: int, received_at: datetime, at: datetime
) -> Received:
    """A letter that is larger than letters may be: it is not fetched, and administrators are told."""
    box = mailbox.name if mailbox is not None else ""

    def leave() -> Received:
        with transaction():
            row = queries.letter_at(box, uid_validity, uid) or actions.keep_too_large(
                Stamp(None, at, "mail"), mailbox=box, uid_validity=uid_validity, uid=uid, size=size,
                received_at=min(received_at, at),
            )  # fmt: skip
            return _told(row)

    return _again(leave, lambda: None)


def release(person: Any, received_mail_id: int, at: datetime, department: Any | None = None) -> Received:
    """Deliver a letter after all: whoever may decide about it vouches for its sender. `department` gets the request where
    the letter leads to none.

    Raises `NotFound`, `Conflict` where that has been done or nothing can be made of the letter, `Invalid` where it has no
    sender.
    """
    boxes = _settings().mailboxes
    row = access.letter_for(person, received_mail_id, boxes)
    opened = _open(_arrival_of(row), at)
    if opened.letter is None:
        raise Conflict(N_("This letter cannot be taken apart. Download it and file what it asks for as a request."))
    brought, letter = _bring(opened, at), opened.letter
    with transaction():
        row = access.letter_for(person, received_mail_id, boxes, lock=True)
        if not rules.can_release(row):
            raise Conflict(N_("Somebody has decided about this letter meanwhile."))
        case, decision = _decided(opened, letter, at, released=True, department=department)
        if letter.mail.sender is None:
            raise Invalid(N_("It does not say who wrote it: one From with one address is needed."))
        if case.person is not None and not case.person.active:
            raise Conflict(N_("Its sender is switched off. Switch the person on first."))
        if decision.outcome == "quarantined":
            raise Conflict(_UNDELIVERED[decision.why])
        fate = deliver(_delivery(opened, letter, case, brought, at, by_id=person.id), decision)
        actions.change_fate(Stamp(person.id, at, "mail"), row, fate)
        return _told(row)


def most_bytes() -> int:
    """How large a letter may be: a file of the largest size grows by a third in mail, and text comes with it."""
    return int(_settings().file_max_bytes) * 3 // 2


def _handle(arrival: Arrival, digest: str, opened: _Opened, brought: Brought, at: datetime) -> Received:
    with transaction():
        stamp = Stamp(None, at, "mail")
        if opened.letter is None:
            return _told(_keep_unparsable(stamp, arrival, digest, opened.fault, at))
        case, decision = _decided(opened, opened.letter, at)
        fate = deliver(_delivery(opened, opened.letter, case, brought, at), decision)
        return _told(actions.keep_letter(stamp, _columns(arrival, digest, opened.letter, case), fate))


def _decided(
    opened: _Opened, letter: Letter, at: datetime, *, released: bool = False, department: Any | None = None
) -> tuple[Case, Decision]:
    thanks = is_thanks(opened.text.text) and not letter.mail.attachments
    case = case_of(letter, _settings(), at, says_thanks=thanks, released=released, department=department)
    return case, (decide_released if released else decide)(letter.mail, case.known)


def _delivery(
    opened: _Opened, letter: Letter, case: Case, brought: Brought, at: datetime, by_id: int | None = None
) -> Delivery:
    company = people.company()
    return Delivery(
        letter, opened.text, case, brought, _settings(), at, company.language if company is not None else "en", by_id
    )


def _open(arrival: Arrival, at: datetime) -> _Opened:
    try:
        mail = parse_apart(arrival.raw, Limits(decoded_bytes=_settings().file_max_bytes))
        read = new_text_apart(mail.text, mail.html, forwarded=is_forward(mail.subject))
    except Unparsable as fault:
        return _Opened(None, Stripped("", False, ""), str(fault))
    letter = Letter(mail, arrival.mailbox, arrival.recipient, _received_at(arrival, mail, at))
    text, whole = (masked(one, _settings().public_url) for one in (read.text, read.whole))
    return _Opened(letter, replace(read, text=text, whole=whole))


def _bring(opened: _Opened, at: datetime) -> Brought:
    """Only what may become part of a request: reports and receipts bring nothing."""
    letter = opened.letter
    if letter is None or letter.mail.sender is None or letter.mail.bounce is not None:
        return Brought()
    return put_on(_shelf(), letter.mail.attachments, at)


def _received_at(arrival: Arrival, mail: IncomingMail, at: datetime) -> datetime:
    if arrival.received_at is not None:
        return min(arrival.received_at, at)
    said = mail.received_at
    return said if said is not None and at - _LONGEST_WAY <= said <= at else at


def _known(arrival: Arrival) -> Received | None:
    row = queries.letter_at(arrival.box, arrival.uid_validity, arrival.uid)
    return _told(row) if row is not None else None


def _keep_unparsable(stamp: Stamp, arrival: Arrival, digest: str, fault: str, at: datetime) -> Any:
    came, _ = queries.came_before(f"raw:{digest}", digest)
    recipient, near_id = signs_of(arrival.raw, arrival.recipient, _settings())
    values = _place(arrival, digest) | {
        "message_key": f"raw:{digest}", "recipient": recipient, "canonical": digest, "received_at": min(arrival.received_at or at, at),
    }  # fmt: skip
    outcome, why = ("duplicate", "same_letter") if came else ("unparsable", fault[:40])
    fate = Fate(outcome=outcome, why=why, related_ticket_id=near_id)
    return actions.keep_letter(stamp, values, fate)


def _columns(arrival: Arrival, digest: str, letter: Letter, case: Case) -> dict[str, Any]:
    mail = letter.mail
    return _place(arrival, digest) | {
        "message_key": mail.message_key, "canonical": mail.canonical, "received_at": letter.received_at,
        "from_address": (mail.senders[0].address if mail.senders else "")[:254], "recipient": case.recipient,
        "subject": " ".join(mail.subject.split())[:300], "same_id_differs": case.same_id_differs,
    }  # fmt: skip


def _place(arrival: Arrival, digest: str) -> dict[str, Any]:
    return {
        "mailbox": arrival.box, "uid_validity": arrival.uid_validity, "uid": arrival.uid, "digest": digest,
        "size": len(arrival.raw),
    }  # fmt: skip


def _arrival_of(row: Any) -> Arrival:
    """The letter of a row, from the shelf."""
    path = _shelf().path_of(row.digest)
    if not row.digest or not path.is_file():
        raise NotFound()
    box = next((one for one in _settings().mailboxes if one.name == row.mailbox), None)
    return Arrival(path.read_bytes(), box, row.uid_validity, row.uid, row.recipient or None, row.received_at)


def _again(handle: Callable[[], Received], known: Callable[[], Received | None]) -> Received:
    """Another worker had the same letter, or somebody changed its request, at the very same moment: look anew."""
    for _ in range(_TRIES - 1):
        try:
            return handle()
        except Conflict:
            found = known()
            if found is not None:
                return found
    return handle()


def _told(row: Any) -> Received:
    return Received(row.id, row.outcome, row.why, row.ticket_id)


def _settings() -> Any:
    return current_app.config["SETTINGS"]


def _shelf() -> Shelf:
    settings = _settings()
    return Shelf(settings.files_dir, settings.file_max_bytes)
