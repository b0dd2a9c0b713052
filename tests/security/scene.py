"""What the addresses of the access table lead to: Maria's requests, a broken promise, a question, a closed month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from servicedesk import web
from servicedesk.catalog import actions as catalog
from servicedesk.catalog import queries as catalog_rows
from servicedesk.kernel.db import db
from servicedesk.kernel.now import now
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout.models import OutgoingMail
from servicedesk.notifications.models import Notice
from servicedesk.notifications.rules import sign as sign_ending
from servicedesk.people import actions as people
from servicedesk.people import queries as people_rows
from servicedesk.ratings.models import Invitation
from servicedesk.ratings.rules import sign
from servicedesk.reports.actions import close_month, close_wave, set_improvement
from servicedesk.reports.actions.hearing import keep_thanks, open_cases
from servicedesk.reports.models import LowRatingCase
from servicedesk.sla import access, queries
from servicedesk.sla import actions as sla
from servicedesk.sla.actions import rolling_out
from servicedesk.sla.agreement_rules import Line, Terms
from servicedesk.sla.models import AgreementVersion, Rollout
from servicedesk.surveys import actions as surveys
from servicedesk.surveys.models import SurveyInvitation
from servicedesk.surveys.rules import sign as sign_survey
from servicedesk.tickets import access as tickets
from servicedesk.tickets import actions
from servicedesk.tickets import queries as ticket_rows
from servicedesk.tickets.models import Attachment, Ticket
from servicedesk.web.assets import read_manifest
from servicedesk.workbench import actions as workbench
from servicedesk.workbench.rules import Asked, Picked
from tests.build import clocks, link, open_ticket, propose, refuse, reply, resolve, thank
from tests.cast import Cast, by, department, request_type
from tests.letters.rows import shelved, written
from tests.uploads import upload

STATIC = Path(web.__file__).parent / "static"


@dataclass(frozen=True)
class Scene:
    """Each name is what a value in the access table stands for."""

    ticket: int
    # A public message of that one.
    word: int
    confidential: int
    resolved: int
    # A message of that one, by which Maria only says thank you.
    thanks: int
    # Waits for Boris's approval, and one that he refused.
    unapproved: int
    approval: int
    disapproved: int
    breach: int
    link: str
    # Ends Maria's gathered mail.
    ending: str
    # Maria's of the running survey, and that survey. The one of 2026-Q2 is closed.
    survey: str
    running_survey: str
    session: int
    token: int
    notice: int
    mail: int
    person: int
    # Between the first ticket and the resolved one.
    link_between: int
    # Number of the date that the holding department proposes, the same on both open tickets.
    term: int
    # Between IT and sales.
    agreement: int
    accepted_version: int
    proposed_version: int
    # What IT promises, and its being applied to running promises.
    promise: int
    policy_version: int
    rollout: int
    improvement: int
    # A low rating of IT.
    case: str
    # A confidential request that Adam has opened for a reason, and that opening.
    sealed: int
    seal: int
    # Igor's, a year ahead.
    absence: int
    # Igor's view, shared with IT; and one that he has removed.
    view: int
    removed_view: int
    # Part of the first ticket.
    file: int
    # Waits for a decision.
    letter: int
    # Maria's letter, by which the first ticket was opened, and a file of it.
    came_by: int
    part: int
    # Igor has begun to follow Maria's request together with others.
    bulk: int
    # Prepared replies: of IT, and Igor's own.
    reply: int
    own_reply: int
    built: str

    def value(self, name: str) -> Any:
        return getattr(self, name, name)


def set_scene(cast: Cast, secret: str) -> Scene:
    ticket = open_ticket(cast.maria)
    word = reply(ticket, cast.igor, "2026-04-07 10:00")
    confidential = open_ticket(cast.maria, "hr.trouble")
    reply(confidential, cast.anna, "2026-04-07 11:00")
    term = propose(ticket, cast.igor, "2026-04-07 12:00", "2027-03-01 15:00")
    propose(confidential, cast.anna, "2026-04-07 12:00", "2027-03-01 15:00")
    sealed = open_ticket(cast.maria, "hr.trouble")
    with transaction():
        row = tickets.sealed_ticket_for(cast.adam, sealed.id)
        seal = actions.break_seal(by(cast.adam, "2026-04-07 12:00"), row, cast.adam, "A complaint about a leak.")
    resolved = open_ticket(cast.maria)
    resolve(resolved, cast.igor, "2026-04-07 10:00")
    thanks = thank(resolved, cast.maria, "2026-04-07 10:30")
    unapproved, disapproved = _ask(cast), _ask(cast)
    refuse(disapproved, cast.boris, "2026-04-07 11:00")
    agreement = _agree(cast)
    _write_template(cast)
    rollout = _apply(cast)
    present = Stamp(cast.maria.id, now(), "web")
    with transaction():
        close_month(by(None, "2026-05-12 09:00", "worker"), "2026-04")
    with transaction():
        key = people.open_session(present, cast.maria, "another browser")
        people.issue_token(present, cast.maria, name="script")
    linked = link(ticket, resolved, cast.igor, "2026-04-07 13:00")
    question = db.session.scalars(select(Invitation).where(Invitation.ticket_id == resolved.id)).one()
    with transaction():
        question.expires_on = now().date().replace(year=now().year + 1, day=1)
    survey, running_survey = _survey(cast, secret)
    session = people_rows.session_of(key, now())
    assert session is not None
    return Scene(
        ticket=ticket.id, word=word.id, confidential=confidential.id, resolved=resolved.id, thanks=thanks.id, unapproved=unapproved.id, disapproved=disapproved.id,
        approval=ticket_rows.approvals(unapproved.id)[0].id, breach=clocks(ticket)["first_reply"].id,
        link=sign(secret, question.id), ending=sign_ending(secret, cast.maria.id), survey=survey, running_survey=running_survey, session=session.id, token=people_rows.tokens_of(cast.maria.id)[0].id,
        notice=db.session.scalars(select(Notice.id).where(Notice.person_id == cast.maria.id)).first() or 0,
        mail=db.session.scalars(select(OutgoingMail.id).where(OutgoingMail.template == "rating_asked")).first() or 0, person=cast.stranger.id,
        link_between=linked.id, term=term.number, agreement=agreement.agreement_id, accepted_version=agreement.number, proposed_version=agreement.number + 1,
        promise=queries.policy_of(rollout.policy_version_id) or 0, policy_version=rollout.policy_version_id or 0, rollout=rollout.id,
        improvement=_improve(cast), case=_hear(cast),
        sealed=sealed.id, seal=seal.id, absence=_plan(cast), view=_save(cast), removed_view=_save(cast, removed=True), file=_attach(cast, ticket), letter=shelved().id, came_by=_came_by(cast, ticket), part=0, reply=_prepare(cast, department("it")), own_reply=_prepare(cast, cast.igor), bulk=_follow_many(cast, ticket), built=next(iter(read_manifest(STATIC).values())),
    )  # fmt: skip


def _survey(cast: Cast, secret: str) -> tuple[str, str]:
    """A closed wave about April, and the link of one that began today."""
    with transaction():
        closed = surveys.start_due_wave(by(None, "2026-07-02 10:00", "worker"), secret)
    assert closed is not None
    for number in db.session.scalars(select(SurveyInvitation.id)).all():
        with transaction():
            surveys.ask(by(None, "2026-07-02 10:00", "worker"), number)
    with transaction():
        close_wave(by(None, "2026-08-02 10:00", "worker"), closed.key, [secret])
    with transaction():
        running = surveys.start_wave(Stamp(None, now(), "worker"), secret)
    invitation = db.session.scalars(select(SurveyInvitation).where(SurveyInvitation.person_id == cast.maria.id)).one()
    with transaction():
        invitation.issued_on = now().date()
    return sign_survey(secret, invitation.id), running.key


def _plan(cast: Cast) -> int:
    """Igor will be away, and Olga stands in."""
    begins = now() + timedelta(days=365)
    with transaction():
        row = people.plan_absence(
            Stamp(cast.igor.id, now(), "web"), cast.igor, cast.igor, begins_at=begins, ends_at=begins + timedelta(days=7),
            substitute=cast.olga, note="An operation",
        )  # fmt: skip
    return row.id


def _save(cast: Cast, *, removed: bool = False) -> int:
    """A view of Igor that is shared with IT."""
    with transaction():
        view = workbench.save_view(
            by(cast.igor, "2026-04-07 12:00"), cast.igor, name="Gone" if removed else "Ours", asked=Asked(assignee="none"),
            shared_with_id=department("it").id,
        )  # fmt: skip
        if removed:
            workbench.remove_view(by(cast.igor, "2026-04-07 12:05"), view)
    return view.id


def _attach(cast: Cast, ticket: Ticket) -> int:
    """A file that Maria sent with her request."""
    file = upload(cast.maria)
    with transaction():
        row = Attachment(ticket_id=ticket.id, file_id=file.id, field="contract")
        db.session.add(row)
        db.session.flush()
    return row.id


def _follow_many(cast: Cast, ticket: Ticket) -> int:
    present = Stamp(cast.igor.id, now(), "web")
    with transaction():
        change = workbench.begin_change(present, cast.igor, "follow", {}, [Picked(ticket.id, None)])
        row = tickets.ticket_for(cast.igor, ticket.id, "watch")
        workbench.change_one(present, change, change.lines[0], row, cast.igor)
        workbench.finish_change(present, change)
    return change.id


def _prepare(cast: Cast, owner: Any) -> int:
    said = workbench.Prepared("bye", {"en": "Goodbye"}, {"en": "Goodbye, {first name}."})
    with transaction():
        return workbench.add_reply(by(cast.igor, "2026-04-07 09:00"), owner, cast.igor, said).id


def _came_by(cast: Cast, ticket: Ticket) -> int:
    raw = written("It is silent.", "<p>It is silent.</p>", files=[("log.txt", b"It failed.")])
    return shelved("opened", raw, ticket_id=ticket.id, person_id=cast.maria.id).id


def _ask(cast: Cast) -> Ticket:
    """A request of Maria's of a type that her lead approves."""
    if catalog_rows.request_type_by_key("it.purchase") is None:
        with transaction():
            catalog.add_request_type(
                by(None, "2026-04-06 09:00"), department("it"), key="it.purchase", name={"en": "Purchase"},
                approvals=[{"who": "lead"}],
            )  # fmt: skip
    return open_ticket(cast.maria, "it.purchase")


def _write_template(cast: Cast) -> None:
    """What IT asks for in one go."""
    lines = [{"request_type_id": request_type("hr.certificate").id, "subject": "A certificate"}]
    with transaction():
        stamp = by(cast.olga, "2026-04-07 13:00")
        catalog.set_template(stamp, department("it"), key="it.newcomer", name={"en": "A newcomer"}, lines=lines)


def _agree(cast: Cast) -> AgreementVersion:
    """The version that both leads accepted; one that Olga proposes is open."""
    terms = Terms(promises=(Line(None, "low", {"stay": "90h"}),), valid_from=date(2026, 4, 1))
    supplier, customer = department("it"), department("sales")
    with transaction():
        version = sla.propose_agreement(by(cast.olga, "2026-04-07 13:00"), cast.olga, supplier, customer, terms)
    with transaction():
        sla.accept_agreement(by(cast.boris, "2026-04-07 14:00"), version, cast.boris)
    with transaction():
        stamp = by(cast.olga, "2026-04-07 15:00")
        sla.propose_agreement(stamp, cast.olga, supplier, customer, terms, version.agreement)
    return version


def _improve(cast: Cast) -> int:
    with transaction():
        stamp, told = by(cast.olga, "2026-04-07 17:00"), {"title": "It is fast", "said": "It is slow."}
        return set_improvement(stamp, department("it"), cast.olga, **told, owner=cast.igor).id


def _hear(cast: Cast) -> str:
    """A low rating of IT and a note of thanks for Igor."""
    with transaction():
        stamp = by(None, "2026-05-12 09:00", "worker")
        open_cases(stamp, "2026-04", {"it": [{"metric": "speed", "score": 3, "comment": "Three days for a cable."}]})
        keep_thanks(stamp, "2026-04", {"it": [{"to_id": cast.igor.id, "text": "The cable fits."}]})
    return str(db.session.scalars(select(LowRatingCase.id)).one())


def _apply(cast: Cast) -> Rollout:
    """What IT promises, asked for to be applied."""
    version_id = next(row.version_id for row in queries.policies() if row.name == "department=it")
    with transaction():
        version = access.applicable_version(cast.olga, "policy", version_id)
        return rolling_out.ask_for_rollout(by(cast.olga, "2026-04-07 16:00"), version, cast.olga)
