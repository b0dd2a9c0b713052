"""Does what the script says: one step, one action, if the ticket's state and the rights of the actor allow it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from servicedesk.demo import habits
from servicedesk.demo.arrivals import Case, Frame
from servicedesk.demo.founding import Cast
from servicedesk.demo.opinions import note_of_thanks, opinion, signs
from servicedesk.demo.script import Step
from servicedesk.demo.slots import spoken
from servicedesk.kernel.errors import Conflict
from servicedesk.kernel.stamp import Stamp
from servicedesk.ratings import actions as ratings
from servicedesk.ratings import queries as invitations
from servicedesk.sla import actions as sla
from servicedesk.sla import queries as promises
from servicedesk.tickets import actions as tickets
from servicedesk.tickets import rules


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


def act(step: Step, case: Case, cast: Cast, frame: Frame, door: str, seed: int, keys: Sequence[str]) -> bool:
    """Do the step; False when it is not possible any more."""
    if step.what == "rate":
        return _rate(step, case, frame, seed, keys)
    person = step.who.row
    right, do = _DEEDS[step.what]
    if not rules.can(person, case.ticket, right):
        return False
    try:
        do(Deed(Stamp(person.id, step.at, door), case.ticket, person, step, cast))
    except Conflict:
        # The state allows it, but not the promise: it broke before the two could agree.
        return False
    return True


@dataclass(frozen=True)
class Deed:
    """A step with everything an action wants to know."""

    stamp: Stamp
    ticket: Any
    person: Any
    step: Step
    cast: Cast

    def assign(self) -> None:
        agent = next(a for team in self.cast.agents.values() for a in team if a.name == self.step.value)
        tickets.assign(self.stamp, self.ticket, agent.row)

    def reply(self) -> None:
        tickets.reply(self.stamp, self.ticket, self.person, self.step.text)

    def note(self) -> None:
        tickets.note(self.stamp, self.ticket, self.person, self.step.text)

    def hold(self) -> None:
        step = self.step
        tickets.put_on_hold(self.stamp, self.ticket, self.person, reason=step.value, note=step.text, until=step.until)

    def resume(self) -> None:
        tickets.resume(self.stamp, self.ticket)

    def hand_over(self) -> None:
        to = self.cast.departments[self.step.value]
        tickets.hand_over(self.stamp, self.ticket, self.person, to, self.step.text)

    def change_priority(self) -> None:
        tickets.change_priority(self.stamp, self.ticket, self.step.value)

    def propose(self) -> None:
        if self.step.until is not None:
            sla.propose_term(self.stamp, self.ticket, self.person, due_at=self.step.until, reason=self.step.text)

    def accept(self) -> None:
        term = promises.open_term(self.ticket.id)
        if term is not None:
            sla.accept_term(self.stamp, self.ticket, term, self.person)

    def resolve(self) -> None:
        tickets.resolve(self.stamp, self.ticket, self.person, self.step.text)

    def close(self) -> None:
        tickets.close(self.stamp, self.ticket, confirmed=True)

    def cancel(self) -> None:
        tickets.cancel(self.stamp, self.ticket)


# Each step with what of `rules.can` it needs.
_DEEDS = {
    "assign": ("assign", Deed.assign), "reply": ("reply", Deed.reply), "note": ("note", Deed.note), "hold": ("hold", Deed.hold),
    "resume": ("resume", Deed.resume), "hand_over": ("hand_over", Deed.hand_over), "resolve": ("resolve", Deed.resolve),
    "change_priority": ("edit", Deed.change_priority), "close": ("close", Deed.close), "cancel": ("cancel", Deed.cancel),
    "propose": ("agree", Deed.propose), "accept": ("agree", Deed.accept),
}  # fmt: skip


def _rate(step: Step, case: Case, frame: Frame, seed: int, keys: Sequence[str]) -> bool:
    """Answer the question about this ticket, if it was asked and is still open. Nobody's stamp: nobody's opinion."""
    asked = invitations.waiting_of(keys, case.ticket.id, case.ticket.requester_id, frame.day(step.at))
    if asked is None:
        return False
    chance = Random(f"{seed} signature {case.number}")
    scores, comment = opinion(case, Random(f"{seed} opinion {case.number}"), frame)
    thanks = note_of_thanks(case, Random(f"{seed} thanks {case.number}"), scores)
    ratings.rate(
        Stamp(None, step.at, "demo"), asked, keys=keys, scores=scores, comment=comment, thanks=thanks,
        thanks_shown=bool(thanks), signed=signs(case, chance, comment),
    )  # fmt: skip
    return True
