"""Does what the script says: one step, one action, if the ticket's state and the rights of the actor allow it."""

from __future__ import annotations

from random import Random
from typing import Any

from servicedesk.demo import habits
from servicedesk.demo.arrivals import Case, Frame
from servicedesk.demo.founding import Cast
from servicedesk.demo.opinions import opinion
from servicedesk.demo.script import Step
from servicedesk.demo.slots import spoken
from servicedesk.kernel.stamp import Stamp
from servicedesk.ratings import actions as ratings
from servicedesk.ratings import queries as invitations
from servicedesk.tickets import actions as tickets
from servicedesk.tickets import rules

# What of `rules.can` each step needs.
_NEEDS = {
    "assign": "assign", "reply": "reply", "note": "note", "hold": "hold", "resume": "resume", "hand_over": "hand_over",
    "change_priority": "edit", "resolve": "resolve", "close": "close", "cancel": "cancel",
}  # fmt: skip


def open_case(stamp: Stamp, case: Case, cast: Cast) -> None:
    """File the request; now and then somebody of the department files it for a caller."""
    story, chance, requester = case.story, case.chance, case.requester
    def said(text: str) -> str:
        return spoken(text, case.slots, sex=requester.sex)

    registrar = None
    if not case.fate and chance.random() < habits.ON_BEHALF:
        registrar = chance.choice([agent for agent in cast.agents[story.department] if agent is not requester])
    priority = story.priority or chance.choices(list(habits.PRIORITIES), list(habits.PRIORITIES.values()))[0]
    case.ticket = tickets.open_ticket(
        stamp if registrar is None else Stamp(registrar.row.id, stamp.at, stamp.door), requester.row,
        subject=said(story.subject), description=said(story.text), request_type=cast.types[story.type],
        answers={key: said(value) if isinstance(value, str) and "{" in value else value for key, value in story.answers.items()},
        priority="normal" if case.fate in ("risk", "late") else priority, registrar=registrar.row if registrar else None,
    )  # fmt: skip


def act(step: Step, case: Case, cast: Cast, frame: Frame, door: str, seed: int) -> bool:
    """Do the step; False when it is not possible any more."""
    if step.what == "rate":
        return _rate(step, case, cast, frame, seed)
    ticket, person, stamp = case.ticket, step.who.row, Stamp(step.who.row.id, step.at, door)
    if not rules.can(person, ticket, _NEEDS[step.what]):
        return False
    _DO[step.what](stamp, ticket, person, step, cast)
    return True


def _assign(stamp: Stamp, ticket: Any, person: Any, step: Step, cast: Cast) -> None:
    agent = next(a for team in cast.agents.values() for a in team if a.name == step.value)
    tickets.assign(stamp, ticket, agent.row)


def _reply(stamp: Stamp, ticket: Any, person: Any, step: Step, cast: Cast) -> None:
    tickets.reply(stamp, ticket, person, step.text)


def _note(stamp: Stamp, ticket: Any, person: Any, step: Step, cast: Cast) -> None:
    tickets.note(stamp, ticket, person, step.text)


def _hold(stamp: Stamp, ticket: Any, person: Any, step: Step, cast: Cast) -> None:
    tickets.put_on_hold(stamp, ticket, person, reason=step.value, note=step.text, until=step.until)


def _resume(stamp: Stamp, ticket: Any, person: Any, step: Step, cast: Cast) -> None:
    tickets.resume(stamp, ticket)


def _hand_over(stamp: Stamp, ticket: Any, person: Any, step: Step, cast: Cast) -> None:
    tickets.hand_over(stamp, ticket, person, cast.departments[step.value], step.text)


def _change_priority(stamp: Stamp, ticket: Any, person: Any, step: Step, cast: Cast) -> None:
    tickets.change_priority(stamp, ticket, step.value)


def _resolve(stamp: Stamp, ticket: Any, person: Any, step: Step, cast: Cast) -> None:
    tickets.resolve(stamp, ticket, person, step.text)


def _close(stamp: Stamp, ticket: Any, person: Any, step: Step, cast: Cast) -> None:
    tickets.close(stamp, ticket, confirmed=True)


def _cancel(stamp: Stamp, ticket: Any, person: Any, step: Step, cast: Cast) -> None:
    tickets.cancel(stamp, ticket)


_DO = {
    "assign": _assign, "reply": _reply, "note": _note, "hold": _hold, "resume": _resume, "hand_over": _hand_over,
    "change_priority": _change_priority, "resolve": _resolve, "close": _close, "cancel": _cancel,
}  # fmt: skip


def _rate(step: Step, case: Case, cast: Cast, frame: Frame, seed: int) -> bool:
    """Answer the question about this ticket, if it was asked and is still open. Nobody's stamp: nobody's opinion."""
    asked = invitations.waiting_of(case.ticket.id, case.ticket.requester_id, frame.day(step.at))
    if asked is None:
        return False
    scores, comment = opinion(case, Random(f"{seed} opinion {case.number}"), frame)
    ratings.rate(Stamp(None, step.at, "demo"), asked, scores=scores, comment=comment)
    return True
