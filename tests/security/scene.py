"""What the addresses of the access table lead to: Maria's requests, a broken promise, a question, a closed month."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from servicedesk import web
from servicedesk.kernel.db import db
from servicedesk.kernel.now import now
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout.models import OutgoingMail
from servicedesk.notifications.models import Notice
from servicedesk.people import actions as people
from servicedesk.people import queries as people_rows
from servicedesk.ratings.models import Invitation
from servicedesk.ratings.rules import sign
from servicedesk.reports.actions import close_month
from servicedesk.web.assets import read_manifest
from tests.build import clocks, open_ticket, reply, resolve
from tests.cast import Cast, by

STATIC = Path(web.__file__).parent / "static"


@dataclass(frozen=True)
class Scene:
    """Each name is what a value in the access table stands for."""

    ticket: int
    confidential: int
    resolved: int
    breach: int
    link: str
    session: int
    token: int
    notice: int
    mail: int
    person: int
    built: str

    def value(self, name: str) -> Any:
        return getattr(self, name, name)


def set_scene(cast: Cast, secret: str) -> Scene:
    ticket = open_ticket(cast.maria)
    reply(ticket, cast.igor, "2026-04-07 10:00")
    confidential = open_ticket(cast.maria, "hr.trouble")
    reply(confidential, cast.anna, "2026-04-07 11:00")
    resolved = open_ticket(cast.maria)
    resolve(resolved, cast.igor, "2026-04-07 10:00")
    present = Stamp(cast.maria.id, now(), "web")
    with transaction():
        close_month(by(None, "2026-05-12 09:00", "worker"), "2026-04")
    with transaction():
        key = people.open_session(present, cast.maria, "another browser")
        people.issue_token(present, cast.maria, name="script")
    question = db.session.scalars(select(Invitation).where(Invitation.ticket_id == resolved.id)).one()
    with transaction():
        question.expires_on = now().date().replace(year=now().year + 1, day=1)
    session = people_rows.session_of(key, now())
    assert session is not None
    return Scene(
        ticket=ticket.id, confidential=confidential.id, resolved=resolved.id, breach=clocks(ticket)["first_reply"].id,
        link=sign(secret, question.id), session=session.id, token=people_rows.tokens_of(cast.maria.id)[0].id,
        notice=db.session.scalars(select(Notice.id).where(Notice.person_id == cast.maria.id)).first() or 0,
        mail=db.session.scalars(select(OutgoingMail.id).where(OutgoingMail.template == "rating_asked")).first() or 0, person=cast.stranger.id,
        built=next(iter(read_manifest(STATIC).values())),
    )  # fmt: skip
