"""A desk in which only this slice reacts, and its cast: one asks, two serve, one leads, one follows, strangers hear nothing."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select

from servicedesk.catalog import actions as catalog
from servicedesk.kernel import events
from servicedesk.kernel.db import db, engine_options, listen_to_sqlite
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout.models import OutgoingMail
from servicedesk.mailout.render import render
from servicedesk.notifications import reactions as notify
from servicedesk.notifications.models import Notice
from servicedesk.people import actions as people
from servicedesk.ratings import events as ratings
from servicedesk.reports import events as reports
from servicedesk.sla import events as sla
from servicedesk.tickets import actions as tickets
from servicedesk.tickets import events as ticket_events
from tests.mailout.samples import Links

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

WIRED = {
    ticket_events.TicketOpened: [notify.confirm_request, notify.tell_team],
    ticket_events.MessageAdded: [notify.tell_other_side],
    ticket_events.TicketAssigned: [notify.tell_assignee],
    ticket_events.TicketHeld: [notify.tell_requester_of_hold],
    ticket_events.TicketHandedOver: [notify.tell_new_team],
    ticket_events.TicketResolved: [notify.tell_requester_of_solution],
    ticket_events.TicketClosed: [notify.tell_requester_of_closing],
    ticket_events.TicketCancelled: [notify.tell_of_withdrawal],
    sla.ClockWarned: [notify.alert_of_warning],
    sla.ClockEscalated: [notify.alert_of_breach],
    sla.TermProposed: [notify.ask_about_term],
    sla.TermAccepted: [notify.tell_of_agreed_term],
    sla.TermRefused: [notify.tell_of_refused_term],
    ratings.RatingAsked: [notify.ask_for_rating],
    ratings.RatingWithdrawn: [notify.drop_question],
    reports.MonthClosed: [notify.announce_report],
}


def silence() -> dict[type[events.Event], list[events.Reaction]]:
    """Every event, with nobody listening."""
    found, look_at = {}, [events.Event]
    while look_at:
        kind = look_at.pop()
        found[kind] = []
        look_at.extend(kind.__subclasses__())
    return found


class Desk:
    """The cast by name, and what each of them was told since the last look."""

    def __init__(self) -> None:
        self.minute = 0
        self.seen_notice = self.seen_mail = 0
        self.statements = 0

    def count(self, _connection, _cursor, statement, *_) -> None:
        self.statements += not statement.startswith("BEGIN")

    def stamp(self, actor=None, door: str = "web") -> Stamp:
        self.minute += 1
        return Stamp(actor.id if actor else None, AT + timedelta(minutes=self.minute), door)

    def do(self, action, actor, *args, door: str = "web", **named):
        with transaction():
            return action(self.stamp(actor, door), *args, **named)

    def open(self, *, actor=None, door: str = "web", **named):
        named = {"subject": "Printer <b>jams</b>", "description": "It does.", "request_type": self.incident} | named
        requester = named.pop("requester", self.rita)
        return self.do(tickets.open_ticket, actor or requester, requester, door=door, **named)

    def publish(self, kind, actor=None, door: str = "worker", **named):
        with transaction():
            events.publish(kind(stamp=self.stamp(actor, door), **named))

    def told(self) -> dict[str, set[str]]:
        """By name: "bell:kind" and "mail:template" since the last call. Every mail is rendered on the way."""
        found: dict[str, set[str]] = defaultdict(set)
        for notice in self.notices():
            found[self.names[notice.person_id]].add(f"bell:{notice.kind}")
        for mail in self.mails():
            assert render(mail, Links()).subject
            found[mail.to_address.partition("@")[0]].add(f"mail:{mail.template}")
        self.forget()
        return dict(found)

    def notices(self) -> list[Notice]:
        return list(db.session.scalars(select(Notice).where(Notice.id > self.seen_notice).order_by(Notice.id)))

    def mails(self) -> list[OutgoingMail]:
        return list(db.session.scalars(select(OutgoingMail).where(OutgoingMail.id > self.seen_mail)))

    def forget(self) -> None:
        self.seen_notice = max([self.seen_notice, *(n.id for n in self.notices())])
        self.seen_mail = max([self.seen_mail, *(m.id for m in self.mails())])


@pytest.fixture
def notified_desk(tmp_path):
    app = Flask("notified_desk")
    url = f"sqlite:///{tmp_path / 'desk.sqlite'}"
    app.config |= {"SQLALCHEMY_DATABASE_URI": url, "SQLALCHEMY_ENGINE_OPTIONS": engine_options(url)}
    db.init_app(app)
    with app.app_context():
        listen_to_sqlite(db.engine)
        db.create_all()
        events.connect(silence() | WIRED)
        desk = Desk()
        with transaction():
            _cast(desk)
        event.listen(db.engine, "before_cursor_execute", desk.count)
        yield desk
        db.session.remove()
        db.engine.dispose()


def _cast(desk: Desk) -> None:
    stamp = desk.stamp()
    people.describe_company(stamp, name="North", language="en", timezone="Europe/Moscow")
    for key in ("it", "hr", "sales"):
        setattr(desk, key, people.add_department(stamp, key=key, name={"ru": key, "en": key.upper()}))
    cast = {
        "rita": (desk.sales, None), "olga": (desk.sales, None), "stranger": (desk.hr, ("agent", desk.hr)),
        "anna": (desk.it, ("agent", desk.it)), "boris": (desk.it, ("agent", desk.it)), "leo": (desk.it, ("lead", desk.it)),
        "reader": (desk.hr, ("report_reader", None)), "gone": (desk.it, ("agent", desk.it)),
    }  # fmt: skip
    for name, (department, role) in cast.items():
        language = "ru" if name in ("rita", "anna") else "en"
        person = people.add_person(
            stamp, email=f"{name}@example.com", name=name.title(), department=department, language=language
        )
        if role:
            people.grant(stamp, person, *role)
        setattr(desk, name, person)
    people.change_person(stamp, desk.gone, {"active": False})
    desk.names = {getattr(desk, name).id: name for name in cast}
    for name, hidden in (("incident", False), ("secret", True)):
        labels = {"ru": name, "en": name}
        row = catalog.add_request_type(stamp, desk.it, key=f"it.{name}", name=labels, confidential=hidden)
        setattr(desk, name, row)
