"""What tests of wishes do and read: choosing, muting, mails, lines under the bell."""

from __future__ import annotations

from sqlalchemy import select

from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout.models import OutgoingMail
from servicedesk.notifications import actions
from servicedesk.notifications.models import Notice
from tests.cast import by


def choose(person, *, when="2026-04-06 09:30", rhythm="morning", quiet=None, **modes):
    with transaction():
        actions.choose(by(person, when), person, modes, rhythm=rhythm, quiet=quiet)


def mute(person, ticket, when="2026-04-06 10:30"):
    with transaction():
        actions.mute(by(person, when), ticket, person)


def mails(person, *templates):
    query = select(OutgoingMail).where(OutgoingMail.to_address == person.email).order_by(OutgoingMail.id)
    return [mail for mail in db.session.scalars(query) if not templates or mail.template in templates]


def lines(person, kind=None):
    query = select(Notice).where(Notice.person_id == person.id).order_by(Notice.id)
    return [line for line in db.session.scalars(query) if kind is None or line.kind.partition(".")[0] == kind]
