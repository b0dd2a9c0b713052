"""Which rule decides about a letter: facts in, a decision out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from servicedesk.letters.models import OUTCOMES
from servicedesk.mailin.route import STRANGERS_AN_HOUR, Known, Lately, Sender, Thread, decide, decide_released
from servicedesk.mailin.shapes import Address, Automatic, Bounce, IncomingMail

MARIA = Address("maria@example.com", "Maria")
COLLEAGUE, STRANGER = Sender(known=True), Sender()


def mail(**changes):
    plain = IncomingMail(
        message_id="1@elsewhere", message_key="1@elsewhere", canonical="c" * 64, senders=(MARIA,), envelope_from="maria@example.com",
        to=(Address("it@example.com"),), cc=(), reply_to=(), delivered_to=(), subject="Printer", sent_at=None, received_at=None,
        references=(), text="It is silent.", html=None, attachments=(), automatic=None, wants_no_answer=False, bounce=None,
        own_header=None, received_count=2, authentication_results=(),
    )  # fmt: skip
    return replace(plain, **changes)


def automatic(kind):
    return mail(automatic=Automatic(kind, "Auto-Submitted"))


def known(**changes):
    return Known(**({"ours": frozenset({"it@example.com", "desk@example.com"}), "sender": COLLEAGUE} | changes))


def thread(proof="address", status="open", **changes):
    return Thread(7, proof, status, **({"asked": True, "serves": False, "seen": True} | changes))


AGENT = {"asked": False, "serves": True}
WATCHER = {"asked": False}
UNSEEN = {"asked": False, "seen": False, "status": ""}
REPORT = Bounce(("igor@example.com",), "5.1.1", True, "no such user", ("x@desk",))
TO_BOUNCES = {"to_bounces": True, "bounced_mail_id": 3}
DELIVERED = replace(REPORT, status="2.0.0", permanent=None)

# What came and what is known of it -> outcome, cause, request, and the one it may belong to.
TABLE = {
    "an ordinary letter": (mail(), known(), "opened new"),
    "the same letter again": (mail(), known(copy=True), "duplicate same_letter"),
    "a bounce again": (mail(bounce=REPORT), known(copy=True, bounced_mail_id=3), "duplicate same_letter"),
    # Our own
    "our own header": (mail(), known(own=True), "loop own_header"),
    "from our address": (mail(senders=(Address("it@example.com"),)), known(), "loop own_address"),
    "from our address with a tag": (mail(senders=(Address("desk+r1.ab@example.com"),)), known(), "loop own_address"),
    "one of two senders is us": (mail(senders=(MARIA, Address("desk@example.com"))), known(), "loop own_address"),
    "fifty servers": (mail(received_count=50), known(), "opened new"),
    "more than fifty servers": (mail(received_count=51), known(), "loop hops"),
    "our own bounce": (mail(bounce=REPORT), known(own=True), "loop own_header"),
    # Reports
    "a report about our mail": (mail(bounce=REPORT), known(bounced_mail_id=3), "bounced report"),
    "a report about another mail": (mail(bounce=REPORT), known(), "bounced other_mail"),
    "a report in a thread": (mail(bounce=REPORT), known(thread=thread()), "bounced other_mail"),
    "something without a sender to the bounce address": (mail(envelope_from=""), known(**TO_BOUNCES), "bounced report"),
    "something of a machine to the bounce address": (automatic("generated"), known(**TO_BOUNCES), "bounced report"),
    "away, to the bounce address": (automatic("replied"), known(**TO_BOUNCES, thread=thread("reference")), "noted auto_replied #7"),
    "away, without more, to the bounce address": (automatic("replied"), known(**TO_BOUNCES), "logged auto_replied"),
    "a receipt to the bounce address": (automatic("receipt"), known(**TO_BOUNCES), "logged receipt"),
    "a person to the bounce address": (mail(), known(**TO_BOUNCES), "opened new"),
    "a report of success": (mail(bounce=DELIVERED), known(bounced_mail_id=3), "logged delivered"),
    # Automatic letters
    "a receipt": (automatic("receipt"), known(thread=thread()), "logged receipt"),
    "an answer to an appointment": (automatic("calendar"), known(), "logged calendar"),
    "away, to a mail of ours": (automatic("replied"), known(thread=thread(status="resolved")), "noted auto_replied #7"),
    "away, by reference": (automatic("replied"), known(thread=thread("reference")), "noted auto_replied #7"),
    "away, only by a number": (automatic("replied"), known(thread=thread("tag")), "logged auto_replied"),
    "away, to nothing": (automatic("replied"), known(), "logged auto_replied"),
    "away, of a machine": (automatic("replied"), known(sender=Sender(machine=True)), "logged auto_replied"),
    "generated": (automatic("generated"), known(), "logged auto_generated"),
    "generated, in a thread": (automatic("generated"), known(thread=thread()), "noted auto_generated #7"),
    "of a machine that is named": (automatic("generated"), known(sender=Sender(machine=True)), "opened machine"),
    "of a machine, as bulk": (automatic("bulk"), known(sender=Sender(machine=True)), "opened machine"),
    "of a machine, forged": (automatic("generated"), known(sender=Sender(machine=True), verified="fail"), "quarantined spoofed"),
    "of a machine, by nobody": (replace(automatic("generated"), senders=()), known(sender=Sender(machine=True)), "logged auto_generated"),
    "a newsletter": (automatic("bulk"), known(), "logged auto_bulk"),
    "somebody unknown is away": (automatic("replied"), known(sender=STRANGER), "logged auto_replied"),
    # Who wrote
    "nobody": (mail(senders=()), known(), "quarantined no_sender"),
    "two senders": (mail(senders=(MARIA, Address("b@example.com"))), known(thread=thread()), "quarantined several_senders"),
    "two From headers": (mail(from_headers=2), known(thread=thread()), "quarantined several_senders"),
    "a stranger": (mail(), known(sender=STRANGER), "refused unknown_sender answers"),
    "a stranger with a token": (mail(), known(sender=STRANGER, thread=thread(**UNSEEN)), "refused unknown_sender answers"),
    "somebody of our domain": (mail(), known(sender=Sender(welcome=True)), "opened new"),
    "switched off": (mail(), known(sender=Sender(known=True, active=False)), "quarantined switched_off"),
    "failed checks": (mail(), known(verified="fail"), "quarantined spoofed"),
    "failed checks, with a token": (mail(), known(verified="fail", thread=thread()), "quarantined spoofed"),
    "failed checks, of our domain": (mail(), known(verified="fail", sender=Sender(welcome=True)), "quarantined spoofed"),
    "failed checks, of a stranger": (mail(), known(verified="fail", sender=STRANGER), "refused unknown_sender"),
    # Into a request
    "an answer": (mail(), known(thread=thread()), "replied address #7"),
    "an answer by reference": (mail(), known(thread=thread("reference")), "replied reference #7"),
    "an answer by number": (mail(), known(thread=thread("tag")), "replied tag #7"),
    "an answer by number that our server vouches for": (mail(), known(thread=thread("tag"), vouches=True, verified="pass"), "replied tag #7"),
    "an answer by number that it says nothing of": (mail(), known(thread=thread("tag"), vouches=True), "opened number_alone ~7"),
    "thanks by number that it says nothing of": (mail(), known(thread=thread("tag", "resolved"), vouches=True, says_thanks=True), "opened number_alone ~7"),
    "an answer by reference that it says nothing of": (mail(), known(thread=thread("reference"), vouches=True), "replied reference #7"),
    "an answer to what is resolved": (mail(), known(thread=thread(status="resolved")), "replied address #7"),
    "an answer to what was just closed": (mail(), known(thread=thread(status="closed", reopens=True)), "replied address #7"),
    "an answer to what was closed long ago": (mail(), known(thread=thread(status="closed")), "opened ended ~7"),
    "an answer to what was withdrawn": (mail(), known(thread=thread(status="cancelled")), "opened ended ~7"),
    "thanks": (mail(), known(thread=thread(status="resolved"), says_thanks=True), "thanked address #7"),
    "thanks, late": (mail(), known(thread=thread(status="closed"), says_thanks=True), "thanked address #7"),
    "thanks, while it runs": (mail(), known(thread=thread(), says_thanks=True), "replied address #7"),
    "thanks of an agent": (mail(), known(thread=thread(status="resolved", **AGENT), says_thanks=True, verified="pass"), "replied address #7"),
    "an agent": (mail(), known(thread=thread(**AGENT), verified="pass"), "replied address #7"),
    "an agent nobody vouches for": (mail(), known(thread=thread(**AGENT)), "quarantined unproven ~7 answers"),
    "an agent without the token": (mail(), known(thread=thread("reference", **AGENT), verified="pass"), "quarantined unproven ~7 answers"),
    "an agent with a number": (mail(), known(thread=thread("tag", **AGENT), verified="pass"), "quarantined unproven ~7 answers"),
    "an agent nobody vouches for, again": (mail(), known(thread=thread(**AGENT), lately=Lately(answered_hour=1)), "quarantined unproven ~7"),
    "an agent, failed checks": (mail(), known(thread=thread(**AGENT), verified="fail"), "quarantined spoofed"),
    "who follows": (mail(), known(thread=thread(**WATCHER), verified="pass"), "opened not_part ~7"),
    "who does not see it": (mail(), known(thread=thread(**UNSEEN), verified="pass"), "opened new"),
    "a forged seal": (mail(), known(claimed_id=7), "opened new ~7"),
    # How much
    "the twentieth request": (mail(), known(lately=Lately(opened=19)), "opened new"),
    "one more": (mail(), known(lately=Lately(opened=20)), "quarantined too_many"),
    "the fiftieth newcomer": (mail(), known(sender=Sender(welcome=True), lately=Lately(newcomers=49)), "opened new"),
    "one more newcomer": (mail(), known(sender=Sender(welcome=True), lately=Lately(newcomers=50)), "quarantined too_many_new"),
    "an answer after twenty requests": (mail(), known(lately=Lately(opened=20), thread=thread()), "replied address #7"),
    "the tenth answer": (mail(), known(lately=Lately(exchanged=9), thread=thread()), "replied address #7"),
    "the eleventh answer": (mail(), known(lately=Lately(exchanged=10), thread=thread()), "replied address #7 floods first"),
    "the twelfth answer": (mail(), known(lately=Lately(exchanged=11), thread=thread()), "replied address #7 floods"),
    # Where to
    "no department": (mail(), known(has_department=False), "quarantined no_department"),
    "a late word about a secret": (mail(), known(thread=thread(status="closed"), bares_secret=True), "quarantined confidential ~7"),
    "an answer to a secret": (mail(), known(thread=thread(), bares_secret=True), "replied address #7"),
}  # fmt: skip


def told(decision):
    words = [decision.outcome, decision.why]
    words += [f"#{decision.ticket_id}"] if decision.ticket_id else []
    words += [f"~{decision.related_id}"] if decision.related_id else []
    words += ["answers"] if decision.answers and decision.outcome != "opened" else []
    words += ["floods"] if decision.floods else []
    return " ".join(words + (["first"] if decision.first_flood else []))


@pytest.mark.parametrize("name", TABLE)
def test_the_first_rule_that_fits_decides(name):
    came, facts, wanted = TABLE[name]
    assert told(decide(came, facts)) == wanted


def test_every_outcome_that_is_decided_here_is_in_the_table():
    elsewhere = {"too_large", "unparsable"}
    assert {wanted.split()[0] for _, _, wanted in TABLE.values()} == set(OUTCOMES) - elsewhere


# What is known or came, and whether a new request is acknowledged.
ACKNOWLEDGED = {
    "a letter": (mail(), known(), True),
    "of a machine": (automatic("generated"), known(sender=Sender(machine=True)), False),
    "asked not to": (mail(wants_no_answer=True), known(), False),
    "an empty envelope sender": (mail(envelope_from=""), known(), False),
    "an unknown envelope sender": (mail(envelope_from=None), known(), True),
    "mail came back from there": (mail(), known(undeliverable=True), False),
    "within the hour": (mail(), known(lately=Lately(answered_hour=1, answered_day=1)), False),
    "twice today": (mail(), known(lately=Lately(answered_day=2)), True),
    "three times today": (mail(), known(lately=Lately(answered_day=3)), False),
    "a late answer": (mail(), known(thread=thread(status="closed")), True),
}


@pytest.mark.parametrize("name", ACKNOWLEDGED)
def test_automatic_answers_to_requests_are_few(name):
    came, facts, wanted = ACKNOWLEDGED[name]
    decision = decide(came, facts)
    assert (decision.outcome, decision.answers) == ("opened", wanted)


@pytest.mark.parametrize(
    ("came", "facts", "wanted"),
    [
        (mail(), {}, True),
        (mail(wants_no_answer=True), {}, False),
        (mail(envelope_from=""), {}, False),
        (mail(), {"undeliverable": True}, False),
        (mail(), {"verified": "fail"}, False),
        (mail(), {"lately": Lately(refused=True)}, False),
        (mail(), {"lately": Lately(strangers_answered=STRANGERS_AN_HOUR)}, False),
        (mail(), {"lately": Lately(answered_day=3)}, True),
    ],
)
def test_a_stranger_is_answered_once_and_politely(came, facts, wanted):
    decision = decide(came, known(sender=STRANGER, **facts))
    assert (decision.outcome, decision.answers) == ("refused", wanted)


RELEASED = {
    "a forged sender": (mail(), known(verified="fail"), "opened released"),
    "a forged sender in a thread": (mail(), known(verified="fail", thread=thread()), "replied address #7"),
    "a forged agent": (mail(), known(verified="fail", thread=thread(**AGENT)), "replied address #7"),
    "an agent without the token": (mail(), known(thread=thread("reference", **AGENT)), "replied reference #7"),
    "a stranger": (mail(), known(sender=STRANGER), "opened released"),
    "too many": (mail(), known(lately=Lately(opened=99)), "opened released"),
    "a newsletter": (automatic("bulk"), known(), "opened released"),
    "no department": (mail(), known(has_department=False), "quarantined no_department"),
}


@pytest.mark.parametrize("name", RELEASED)
def test_who_has_a_letter_delivered_vouches_for_it(name):
    came, facts, wanted = RELEASED[name]
    assert told(decide_released(came, facts)) == wanted


def test_an_automatic_letter_is_not_acknowledged_when_it_is_delivered_after_all():
    assert not decide_released(automatic("bulk"), known()).answers
    assert decide_released(mail(), known()).answers
