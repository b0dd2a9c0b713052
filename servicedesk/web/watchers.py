"""Following a request: oneself, others whom both sides may add, and whom a message can call by name."""

from __future__ import annotations

from typing import Any

from flask import jsonify, request
from flask_babel import gettext as _

from servicedesk.kernel.errors import Invalid
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_, in_language
from servicedesk.people import queries as people
from servicedesk.tickets import access, actions, queries
from servicedesk.web.forms import tickets as forms
from servicedesk.web.kept import signed_in_or_kept
from servicedesk.web.session import language, me, signed_in
from servicedesk.web.ticket_changes import Act, change
from servicedesk.web.tickets import tickets

OFFERED_AT_MOST = 8


@tickets.post("/tickets/<int:ticket_id>/watch")
@signed_in_or_kept
def watch(ticket_id: int) -> Any:
    """`watch` is 1 to follow the ticket, 0 to stop. Changes no version: followers do not disturb each other."""
    follow = request.form.get("watch") != "0"
    act: Act = lambda _at, ticket: (actions.watch if follow else actions.unwatch)(ticket, me())  # noqa: E731
    told = _("You follow this request now.") if follow else _("You do not follow this request any more.")
    return change(ticket_id, "watch", forms.TicketForm(formdata=None), act, told)


@tickets.post("/tickets/<int:ticket_id>/followers")
@signed_in_or_kept
def add_follower(ticket_id: int) -> Any:
    """`who` is a name or an address. Changes no version, as above."""
    form = forms.FollowerForm()
    typed = form.typed().strip()

    def act(at: Stamp, ticket: Any) -> None:
        meant = people.people_meant([typed]).get(typed, []) if typed else []
        if not meant:
            raise Invalid(fields={"who": N_("Nobody here has this name or address.")})
        if len(meant) > 1:
            raise Invalid(fields={"who": N_("Several people have this name: give the address.")})
        actions.add_follower(at, ticket, meant[0])

    return change(ticket_id, "add_followers", form, act, _("They follow this request now and are told so."))


@tickets.post("/tickets/<int:ticket_id>/followers/<int:person_id>/removal")
@signed_in_or_kept
def remove_follower(ticket_id: int, person_id: int) -> Any:
    act: Act = lambda at, ticket: actions.remove_follower(at, ticket, person_id)  # noqa: E731
    return change(
        ticket_id, "add_followers", forms.TicketForm(formdata=None), act, _("They do not follow this request any more.")
    )


@tickets.get("/tickets/<int:ticket_id>/people")
@signed_in
def people_here(ticket_id: int) -> Any:
    """Whom a message (or with `kind=note` a note) on this request may name: people who may read it, and nobody else, by
    what was typed of their name. First those who have to do with it."""
    ticket = access.ticket_for(me(), ticket_id, to="reply")
    typed, internal = request.args.get("q", "")[:100].strip(), request.args.get("kind") == "note"
    near = people.team(ticket.department_id)
    if not internal:
        near = [*near, ticket.requester, *queries.watchers(ticket.id)]
    fitting = [row for row in near if typed.lower() in f"{row.name} {row.email}".lower()]
    known = {row.id: row for row in [*fitting, *people.people_suggested(typed, OFFERED_AT_MOST)]}
    known.pop(me().id, None)
    found: list[Any] = []
    for row in known.values():
        if len(found) < OFFERED_AT_MOST and actions.reads(row, ticket, internal=internal):
            found.append(row)
    alike = people.people_meant([row.name for row in found])
    departments = people.departments_by_id()
    return jsonify(items=[_offered(row, departments, alone=len(alike.get(row.name, [])) == 1) for row in found])


def _offered(row: Any, departments: dict[int, Any], *, alone: bool) -> dict[str, str]:
    """`called` is what names this person in a text and nobody else."""
    department = departments.get(row.department_id or 0)
    return {
        "name": row.name, "called": row.name if alone else row.email,
        "department": in_language(department.name, language()) if department else "",
    }  # fmt: skip
