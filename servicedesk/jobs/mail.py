"""Sends queued mail through SMTP; without SMTP_URL it stays queued and readable."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from typing import Any

import structlog
from flask import current_app

from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout import actions, queries, rules
from servicedesk.mailout.render import render
from servicedesk.mailout.rules import domain_of
from servicedesk.mailout.sending import Attached, Sender, envelope_sender, is_answerable, message_for
from servicedesk.mailout.smtp import AddressRefused, ConnectionBroke, DeliveryFailed, SmtpDelivery, Unreachable
from servicedesk.notifications.links import Links
from servicedesk.papers.making import paper_for
from servicedesk.papers.saying import sentence
from servicedesk.people import queries as people
from servicedesk.surveys import queries as surveys

log = structlog.get_logger()
# So many are claimed at once: what a worker that is killed leaves waits for its lease to end.
BATCH = 20
# After this a run ends, and the next one goes on.
RUN = timedelta(seconds=30)
# A batch that has taken this long is given back, so that no lease ends while a mail is being sent.
BATCH_TIME = rules.LEASE / 2
# After so many in a row the server is taken to be out of order.
MOST_BREAKS = 3


def send_queued(at: datetime) -> int:
    """Claim, send, mark: a crash between sending and marking sends the same mail again under the same Message-ID."""
    settings = current_app.config["SETTINGS"]
    if settings.smtp_url is None:
        return 0
    with SmtpDelivery(settings.smtp_url) as server:
        run = _Run(at, server, settings)
        while run.goes_on():
            with transaction():
                mails = actions.claim(run.stamp(), BATCH)
            if not mails:
                break
            run.send(mails)
    return run.sent


class _Run:
    """One worker's turn at the queue. Mails of a domain that is left alone, or of a server that is away, go back untried."""

    def __init__(self, at: datetime, server: SmtpDelivery, settings: Any) -> None:
        self.sent, self.breaks, self.held = 0, 0, set[str]()
        self.away: str | None = None
        self._at, self._began, self._server, self._settings = at, time.monotonic(), server, settings
        self._sender, self._links = Sender.of(settings), Links(settings.public_url, settings.secret_key, sentence)

    def stamp(self) -> Stamp:
        """The instant at which the run began, and what has passed since: a lease is counted from when it was taken."""
        return Stamp(None, self._at + self._passed(), "worker")

    def goes_on(self) -> bool:
        return self.away is None and self._passed() < RUN

    def send(self, mails: Sequence[Any]) -> None:
        until, untried, troubled = self._passed() + BATCH_TIME, list[int](), queries.troubled_domains()
        for mail in mails:
            if self.away is not None or self._passed() > until or domain_of(mail.to_address) in self.held:
                untried.append(mail.id)
                continue
            fault = _fault_of(partial(self._deliver, mail))
            with transaction():
                self._mark(mail, fault)
                if fault is None and domain_of(mail.to_address) in troubled:
                    actions.taken_by(domain_of(mail.to_address))
        if untried:
            with transaction():
                actions.put_back(
                    self.stamp(), untried, self.away or "the mail server of the domain is left alone for a while"
                )

    def _passed(self) -> timedelta:
        return timedelta(seconds=time.monotonic() - self._began)

    def _deliver(self, mail: Any) -> None:
        """A reminder of a survey to who has finished it goes nowhere and counts as sent: everybody's is queued, so that no
        row says who has answered."""
        if mail.template == "survey_reminder" and surveys.is_finished(mail.facts["invitation_id"], self._settings.keys):
            return
        rendered = render(mail, self._links, by_mail=is_answerable(mail, self._sender))
        message = message_for(rendered, mail, self._sender, _papers_of(mail))
        self._server.deliver(message, envelope_sender(mail, self._sender))

    def _mark(self, mail: Any, fault: Exception | None) -> None:
        """Write down what became of the mail, and what that says of its domain and of the server."""
        stamp, why = self.stamp(), str(fault) or repr(fault)
        self.breaks = self.breaks + 1 if isinstance(fault, ConnectionBroke) else 0
        if fault is None:
            self.sent += 1
            actions.mark_sent(stamp, mail.id)
        elif isinstance(fault, Unreachable):
            self.away = why
            actions.put_back(stamp, [mail.id], why)
        elif isinstance(fault, AddressRefused):
            actions.mark_refused(stamp, mail.id, why)
        else:
            final = isinstance(fault, DeliveryFailed) and fault.final
            actions.mark_failed(stamp, mail.id, why, final=final)
            if isinstance(fault, DeliveryFailed) and actions.refused_by(stamp, domain_of(mail.to_address), why):
                self.held.add(domain_of(mail.to_address))
            if self.breaks >= MOST_BREAKS:
                self.away = why


def _papers_of(mail: Any) -> list[Attached]:
    """The report as PDF where its reader wished for it: made now, of what they may read now. Nothing where that has ended."""
    wished_by = mail.facts.get("paper")
    person = people.person(wished_by) if wished_by is not None else None
    if person is None or not person.active or person.email != mail.to_address:
        return []
    file = BytesIO()
    try:
        paper = paper_for(
            person, mail.facts["month"], "pdf", number=mail.facts["number"], language=mail.language, zone=mail.timezone
        )
        paper.write(file)
    except NotFound:
        return []
    return [Attached(paper.filename, paper.content_type, file.getvalue())]


def _fault_of(send: Callable[[], None]) -> Exception | None:
    try:
        send()
    except Exception as fault:  # whatever is wrong with one mail is written to its row and must not stop the others
        log.warning("a mail could not be sent", error=repr(fault))
        return fault
    return None
