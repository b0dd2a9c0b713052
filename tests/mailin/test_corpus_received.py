"""Every letter of the corpus through the whole river: each has its row, none stops the next, and kinds end as they should."""

from __future__ import annotations

import time
from collections import Counter, defaultdict

import pytest
from sqlalchemy import func, select

from servicedesk.kernel.db import db
from servicedesk.letters.models import ReceivedMail
from servicedesk.mailin.receiving import Arrival, receive
from servicedesk.mailout.models import BouncedAddress, OutgoingMail
from servicedesk.tickets.models import Message, Ticket
from tests.cast import at
from tests.mailin.corpus import samples
from tests.mailin.letters import IT, settings

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("mail")]
NOW = at("2026-04-06 10:05")
SECONDS = 5

# What may become of letters of a kind whose senders are all unknown here.
FROM_PEOPLE = {"refused", "quarantined", "duplicate"}
ALLOWED = {
    "auto-reply": {"logged", "duplicate"},
    "bounce-dsn": {"bounced", "logged", "refused", "duplicate", "quarantined"},
    "receipt": {"logged", "duplicate"},
    "mailing-list": {"logged", "refused", "duplicate"},
    "notification": {"logged", "duplicate"},
    "spam": {"logged", "duplicate"},
    "feedback-report": {"logged", "refused", "bounced", "duplicate"},
    "huge": FROM_PEOPLE | {"unparsable"},
    "malformed": FROM_PEOPLE | {"unparsable", "logged"},
}


def received_all(end):
    """Outcomes by kind; every fourth letter alone where line ends are changed."""
    found = defaultdict(Counter)
    letters = samples() if end == b"\n" else samples()[::4]
    for number, one in enumerate(letters, start=1):
        began = time.monotonic()
        received = receive(Arrival(one.with_line_ends(end), IT, 1, number, received_at=NOW), NOW)
        assert time.monotonic() - began < SECONDS * 3, one.name
        found[one.kind][received.outcome] += 1
    return found, len(letters)


@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["lf", "crlf"])
def test_each_letter_ends_where_its_kind_belongs(end, mail):
    # Many samples come from example.com, whose people may write here otherwise.
    with settings(mail_domains=frozenset()):
        found, many = received_all(end)
    assert db.session.scalar(select(func.count()).select_from(ReceivedMail)) == many
    astray = {kind: outcomes for kind, outcomes in found.items() if set(outcomes) - ALLOWED.get(kind, FROM_PEOPLE)}
    assert astray == {}, found
    # Nobody of them is known here: no request, no message, nobody marked, and strangers are answered once each at most.
    assert [
        db.session.scalar(select(func.count()).select_from(table)) for table in (Ticket, Message, BouncedAddress)
    ] == [0] * 3
    answered = Counter(db.session.scalars(select(OutgoingMail.to_address)))
    assert set(db.session.scalars(select(OutgoingMail.template))) <= {"sender_unknown"}
    assert not answered or max(answered.values()) == 1
    assert sum(answered.values()) <= 30


def test_of_people_we_know_the_letters_become_requests(mail):
    """The same letters, each from a person of our own domain: what people wrote opens a request, what machines sent does not."""
    people = [
        one
        for one in samples()
        if one.kind in ("plain", "reply-text", "reply-html", "html-body", "charset", "attachment")
    ]
    outcomes = Counter()
    for number, one in enumerate(people[::4], start=1):
        head, _, body = one.with_line_ends(b"\n").partition(b"\n\n")
        lines, skip = [], False
        for line in head.split(b"\n"):
            skip = (
                line[:1] in b" \t" and skip
                if line[:1] in (b" ", b"\t")
                else line.lower().startswith((b"from:", b"from "))
            )
            if not skip:
                lines.append(line)
        raw = b"\n".join([b"From: P <p%d@example.com>" % (number // 15), *lines]) + b"\n\n" + body
        moment = at("2026-04-06 10:05")
        outcomes[receive(Arrival(raw, IT, 2, number, received_at=moment), moment).outcome] += 1
    assert set(outcomes) <= {"opened", "duplicate", "logged"}
    assert outcomes["opened"] > 0.9 * sum(outcomes.values())
