"""What becomes of a letter, decided from facts alone, in the order in which docs/mail.md tells it. Reads no rows.

Each rule answers with a decision or leaves the letter to the next one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from servicedesk.letters import rules
from servicedesk.mailin.shapes import Automatic, IncomingMail
from servicedesk.mailout.addresses import without_tag

# A letter that passed more servers than this goes round in circles.
MOST_HOPS = 50
# Automatic answers to people we do not know, in an hour: forged senders must not make us write to the whole world.
STRANGERS_AN_HOUR = 30


@dataclass(frozen=True)
class Thread:
    """The request that a letter names. `proof`: address (the signed one of an answer), reference (a Message-ID of ours,
    signed) or tag (a bare number, which everybody can write). The rest is about the sender: whether they asked, whether they
    work on it, whether they see it. `reopens`: ended so lately that a word of theirs opens it again. `returns`: merged
    into a request of somebody else, and their word takes that back."""

    ticket_id: int
    proof: str
    status: str
    asked: bool
    serves: bool
    seen: bool
    reopens: bool = False
    returns: bool = False

    @property
    def proven(self) -> bool:
        return self.proof in ("address", "reference")


@dataclass(frozen=True)
class Sender:
    """Who wrote, as far as the desk knows: `known` somebody here, `active` not switched off; `welcome` from a domain whose
    people may write without being known, `machine` one of those whose automatic letters are requests."""

    known: bool = False
    active: bool = True
    welcome: bool = False
    machine: bool = False


@dataclass(frozen=True)
class Lately:
    """What came from this sender, and what the desk answered by itself: counts within the times that `rules` names."""

    opened: int = 0
    answered_hour: int = 0
    answered_day: int = 0
    # Ever, to somebody it does not know; and in an hour, to all of those.
    refused: bool = False
    strangers_answered: int = 0
    # People that became known in an hour by letters; asked where this sender would be another one, unvouched.
    newcomers: int = 0
    # Letters of this sender about this request.
    exchanged: int = 0


@dataclass(frozen=True)
class Known:
    """Everything a decision depends on beside the letter. `ours` are the addresses of the desk, without tags; `own` that
    our own mark stands in the letter, with a seal that is right."""

    ours: frozenset[str] = frozenset()
    own: bool = False
    copy: bool = False
    bounced_mail_id: int | None = None
    # It came to an address to which nobody writes but those who report about our mails, or answer them by themselves.
    to_bounces: bool = False
    thread: Thread | None = None
    # A request that the letter names without proof, if its sender sees it.
    claimed_id: int | None = None
    sender: Sender = field(default_factory=Sender)
    verified: str = "none"
    # Our mail server says of letters whether they come from whom they name.
    vouches: bool = False
    lately: Lately = field(default_factory=Lately)
    # From this address mail came back: it gets no automatic answers.
    undeliverable: bool = False
    has_department: bool = True
    # What it may belong to is confidential, and no request made of the letter could be.
    bares_secret: bool = False
    says_thanks: bool = False
    # Somebody who may has looked at it and wants it delivered.
    released: bool = False


@dataclass(frozen=True)
class Decision:
    """`why` names the rule. `ticket_id` is the request it goes to, `related_id` one it may belong to; `answers`: the desk
    answers by itself; `floods`: so many letters about one request that nobody is told of each, `first_flood` of them the
    first."""

    outcome: str
    why: str
    ticket_id: int | None = None
    related_id: int | None = None
    answers: bool = False
    floods: bool = False
    first_flood: bool = False


def decide(mail: IncomingMail, known: Known) -> Decision:
    for rule in _RULES:
        decision = rule(mail, known)
        if decision is not None:
            return decision
    return _place(mail, known)


def decide_released(mail: IncomingMail, known: Known) -> Decision:
    """The same for a letter that somebody vouches for: who wrote it is believed, rates and machines do not count."""
    known = replace(known, released=True)
    return _in_thread(mail, known) or _new(mail, known, known.claimed_id, "released")


def _copy(_: IncomingMail, known: Known) -> Decision | None:
    """First of all, since nothing may follow from any letter twice: neither a request nor a report of a bounce."""
    return Decision("duplicate", "same_letter") if known.copy else None


def _own(mail: IncomingMail, known: Known) -> Decision | None:
    if known.own:
        return Decision("loop", "own_header")
    if any(without_tag(sender.address) in known.ours for sender in mail.senders):
        return Decision("loop", "own_address")
    return Decision("loop", "hops") if mail.received_count > MOST_HOPS else None


def _bounce(mail: IncomingMail, known: Known) -> Decision | None:
    if mail.bounce is None and not (known.to_bounces and _may_report(mail)):
        return None
    if mail.bounce is not None and mail.bounce.status.startswith("2"):
        return Decision("logged", "delivered")
    return Decision("bounced", "report" if known.bounced_mail_id is not None else "other_mail")


def _may_report(mail: IncomingMail) -> bool:
    """Whether what came to an address for reports is one that was not understood. Whoever is away answers there too (RFC 3834
    asks for it), and so do people whose programs do not know better: neither says that the mail did not arrive."""
    if mail.automatic is None:
        return mail.envelope_from == "" or mail.sender is None
    return mail.automatic.kind in ("generated", "bulk")


def _automatic(mail: IncomingMail, known: Known) -> Decision | None:
    """No automatic answer, nothing reopened, no promise touched. Of machines that are named letters are requests."""
    automatic, thread = mail.automatic, known.thread
    if automatic is None:
        return None
    if automatic.kind in ("receipt", "calendar"):
        return Decision("logged", automatic.kind)
    if thread is not None and thread.proven:
        return Decision("noted", f"auto_{automatic.kind}", ticket_id=thread.ticket_id)
    if _is_told_by_machine(automatic, known) and mail.sender is not None:
        return None
    return Decision("logged", f"auto_{automatic.kind}")


def _sender(mail: IncomingMail, known: Known) -> Decision | None:
    if mail.sender is None:
        return Decision("quarantined", "no_sender" if not mail.senders else "several_senders")
    sender = known.sender
    if not (sender.known or sender.welcome or sender.machine):
        return Decision("refused", "unknown_sender", answers=_answers_stranger(mail, known))
    if sender.known and not sender.active:
        return Decision("quarantined", "switched_off")
    return Decision("quarantined", "spoofed") if known.verified == "fail" else None


def _place(mail: IncomingMail, known: Known) -> Decision:
    return _in_thread(mail, known) or _new(mail, known, known.claimed_id, _kind_of_new(mail))


def _in_thread(mail: IncomingMail, known: Known) -> Decision | None:
    """Into the request it names, if its sender may write there; else it stays near it where the sender sees it."""
    thread = known.thread
    if thread is None or not thread.seen:
        return None
    if not (thread.asked or thread.serves):
        return _new(mail, known, thread.ticket_id, "not_part")
    if not thread.asked and not _is_believed(known, thread):
        # Not near the request either: there it would be a request of its own, with promises that nobody made.
        return Decision("quarantined", "unproven", related_id=thread.ticket_id, answers=_acknowledges(mail, known))
    if thread.proof == "tag" and known.vouches and known.verified != "pass" and not known.released:
        # Numbers are guessed and senders are written by anybody; beside the request it does no harm.
        return _new(mail, known, thread.ticket_id, "number_alone")
    if thread.asked and known.says_thanks and thread.status in ("resolved", "closed", "cancelled"):
        return Decision("thanked", thread.proof, ticket_id=thread.ticket_id)
    if (thread.status == "cancelled" and not thread.returns) or (thread.status == "closed" and not thread.reopens):
        return _new(mail, known, thread.ticket_id, "ended")
    exchanged = known.lately.exchanged
    return Decision(
        "replied", thread.proof, ticket_id=thread.ticket_id, floods=exchanged >= rules.EXCHANGE,
        first_flood=exchanged == rules.EXCHANGE,
    )  # fmt: skip


def _is_believed(known: Known, thread: Thread) -> bool:
    """Whether a department answers with this letter: our server vouches for its sender and the signed address got it, or
    somebody who may decide vouches."""
    return known.released or (known.verified == "pass" and thread.proof == "address")


def _new(mail: IncomingMail, known: Known, related_id: int | None, why: str) -> Decision:
    if known.lately.opened >= rules.TICKETS_AN_HOUR and not known.released:
        return Decision("quarantined", "too_many", related_id=related_id)
    if known.lately.newcomers >= rules.NEWCOMERS_AN_HOUR and not known.released:
        return Decision("quarantined", "too_many_new", related_id=related_id)
    if not known.has_department:
        return Decision("quarantined", "no_department", related_id=related_id)
    if known.bares_secret:
        return Decision("quarantined", "confidential", related_id=related_id)
    return Decision("opened", why, related_id=related_id, answers=_acknowledges(mail, known))


def _kind_of_new(mail: IncomingMail) -> str:
    return "machine" if mail.automatic is not None else "new"


def _is_told_by_machine(automatic: Automatic, known: Known) -> bool:
    return known.sender.machine and automatic.kind in ("generated", "bulk")


def _acknowledges(mail: IncomingMail, known: Known) -> bool:
    lately = known.lately
    within_rate = lately.answered_hour < rules.ANSWERS_AN_HOUR and lately.answered_day < rules.ANSWERS_A_DAY
    return _takes_answers(mail, known) and within_rate


def _answers_stranger(mail: IncomingMail, known: Known) -> bool:
    """Once ever for each address, and not to one that was plainly forged."""
    new = not known.lately.refused and known.lately.strangers_answered < STRANGERS_AN_HOUR
    return _takes_answers(mail, known) and new and known.verified != "fail"


def _takes_answers(mail: IncomingMail, known: Known) -> bool:
    silent = mail.wants_no_answer or mail.envelope_from == "" or known.undeliverable
    return mail.automatic is None and not silent


# The first that answers decides.
_RULES: tuple[Callable[[IncomingMail, Known], Decision | None], ...] = (_copy, _own, _bounce, _automatic, _sender)
