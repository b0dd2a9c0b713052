"""Sends queued mail through SMTP, one at a time; without SMTP_URL it stays queued and readable."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from io import BytesIO
from typing import Any

import structlog
from flask import current_app

from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout import actions
from servicedesk.mailout.render import render
from servicedesk.mailout.sending import Attached, Sender, envelope_sender, message_for
from servicedesk.mailout.smtp import DeliveryFailed, SmtpDelivery, Unreachable
from servicedesk.notifications.links import Links
from servicedesk.papers.making import paper_for
from servicedesk.papers.saying import sentence
from servicedesk.people import queries as people
from servicedesk.surveys import queries as surveys

log = structlog.get_logger()
BATCH = 200


def send_queued(at: datetime) -> int:
    """Claim, send, mark: a crash between sending and marking sends the same mail again under the same Message-ID."""
    settings = current_app.config["SETTINGS"]
    if settings.smtp_url is None:
        return 0
    stamp, sent = Stamp(None, at, "worker"), 0
    with SmtpDelivery(settings.smtp_url) as server:
        for _ in range(BATCH):
            with transaction():
                claimed = actions.claim(stamp)
            if not claimed:
                break
            (mail,) = claimed
            outcome = _try(partial(_send, server, mail, settings))
            with transaction():
                goes_on = _mark(stamp, mail.id, outcome)
            sent += outcome is None
            if not goes_on:
                break
    return sent


def _send(server: SmtpDelivery, mail: Any, settings: Any) -> None:
    """A reminder of a survey to who has finished it goes nowhere and counts as sent: everybody's is queued, so that no
    row says who has answered."""
    if mail.template == "survey_reminder" and surveys.is_finished(mail.facts["invitation_id"], settings.keys):
        return
    sender, links = Sender.of(settings), Links(settings.public_url, settings.secret_key, sentence)
    server.deliver(message_for(render(mail, links), mail, sender, _papers_of(mail)), envelope_sender(mail, sender))


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


def _try(send: Callable[[], None]) -> Exception | None:
    try:
        send()
    except Exception as fault:  # whatever is wrong with one mail is written to its row and must not stop the others
        log.warning("a mail could not be sent", error=repr(fault))
        return fault
    return None


def _mark(stamp: Stamp, mail_id: int, fault: Exception | None) -> bool:
    """Write down what became of the mail; False when the server is away and the rest need not be tried."""
    if fault is None:
        actions.mark_sent(stamp, mail_id)
    elif isinstance(fault, Unreachable):
        actions.put_back(stamp, mail_id, str(fault))
        return False
    else:
        actions.mark_failed(
            stamp, mail_id, str(fault) or repr(fault), final=isinstance(fault, DeliveryFailed) and fault.final
        )
    return True
