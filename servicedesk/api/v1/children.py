"""What other departments are asked from within a request."""

from __future__ import annotations

from typing import Any

from flask import Response

from servicedesk.api import answers, auth, bodies, child_shapes, lookup
from servicedesk.api.auth import me, stamp
from servicedesk.api.doors import PREFIX, lists, new_door, says
from servicedesk.api.gathering import names, ticket_as_json
from servicedesk.api.reading import body, read_object
from servicedesk.api.replying import Answer, change, finished, listed
from servicedesk.api.ticket_changes import ticket_to_change
from servicedesk.kernel.errors import DeskError, Invalid, NotAllowed, NotFound
from servicedesk.kernel.text import N_
from servicedesk.tickets import access, actions, rules

door = new_door("children", "Work on a ticket")
EXAMPLE = {
    "request_type": "hr.certificate", "subject": "A badge for the newcomer", "description": "She begins on Monday.",
    "fields": {}, "waits": True,
}  # fmt: skip
# What stands beside the name that says which of the three it is.
_BESIDE = {"ticket": {"waits"}, "template": {"chosen"}}
_NEEDED = N_("This field is needed.")


@door.get("/tickets/<int:ticket_id>/children")
@lists(door, answers.ChildRequest)
@auth.needs("tickets:read")
def children(ticket_id: int) -> Response:
    """What was asked from this request, planned requests too, in their order

    Of one that is more secret than this request there is nothing for who may not see it.
    """
    ticket = access.ticket_for(me(), ticket_id)
    known, staff = names(), rules.serves(me(), ticket)
    found = access.known_children(me(), [ticket])
    return listed([child_shapes.child(one.row, visible=one.visible, staff=staff, names=known) for one in found])


@door.post("/tickets/<int:ticket_id>/children")
@says(door, answers.Ticket, 201)
@auth.needs("tickets:write")
@body(door, bodies.NewChild, EXAMPLE)
def ask(ticket_id: int, sent: dict[str, Any]) -> Response:
    """Ask another department from within a request

    With `ticket` an existing request is put below this one; the answer is the request below. With `template` several
    are asked, step by step; the answer is this request, Location the list of its children.
    """
    _refuse_mixed(sent)

    def make() -> Answer:
        if "template" in sent:
            parent = ticket_to_change(ticket_id, "ask_others")
            template = lookup.template(sent["template"], "template")
            actions.ask_by_template(stamp(), parent, me(), template, sent.get("chosen"))
            return _made(parent, f"{PREFIX}/tickets/{ticket_id}/children")
        child = _put_below(ticket_id, sent) if "ticket" in sent else _ask(ticket_id, sent)
        return _made(child, f"{PREFIX}/tickets/{child.id}")

    return change(make)


def _ask(ticket_id: int, sent: dict[str, Any]) -> Any:
    parent = ticket_to_change(ticket_id, "ask_others")
    return actions.ask_department(
        stamp(), parent, me(), request_type=lookup.request_type(sent["request_type"], "request_type"),
        subject=sent["subject"], description=sent["description"], answers=sent["fields_"], priority=sent["priority"],
        waits=sent["waits"],
    )  # fmt: skip


def _put_below(ticket_id: int, sent: dict[str, Any]) -> Any:
    """The lower one is locked first, as whoever ends it does; whether one may ask from the upper one is seen before."""
    if not rules.may(me(), access.ticket_for(me(), ticket_id), "ask_others"):
        raise NotAllowed(N_("You see this ticket, but this is for others to do."))
    try:
        child = access.ticket_for(me(), sent["ticket"], to="reply")
    except (NotFound, NotAllowed) as error:
        sentence = N_("This request is not yours to put below another one.")
        raise Invalid(fields={"ticket": error if isinstance(error, NotFound) else sentence}) from error
    actions.adopt(stamp(), ticket_to_change(ticket_id, "ask_others"), child, me(), waits=sent["waits"])
    return child


def _made(ticket: Any, location: str) -> Answer:
    finished()
    return Answer(ticket_as_json(ticket), 201, ticket.version, location)


def _refuse_mixed(sent: dict[str, Any]) -> None:
    """The names that were sent must belong to one of the three."""
    given = set(read_object())
    which = next((name for name in _BESIDE if name in given), None)
    if which is None:
        faults = {name: DeskError(_NEEDED) for name in ("request_type", "subject") if name not in sent}
        faults |= {"chosen": DeskError(N_("This goes only with template."))} if "chosen" in given else {}
    else:
        sentence = N_("This does not go together with %(name)s.")
        faults = {name: DeskError(sentence, name=which) for name in sorted(given - _BESIDE[which] - {which})}
    if faults:
        raise Invalid(fields=faults)
