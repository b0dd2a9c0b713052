"""Who else has a ticket open or is writing at it: told among those who serve it, while their pages are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from babel.lists import format_list
from flask import jsonify, request
from flask_babel import ngettext

from servicedesk.kernel.errors import NotAllowed
from servicedesk.kernel.text import N_
from servicedesk.kernel.transaction import transaction
from servicedesk.tickets import access
from servicedesk.web.present import here
from servicedesk.web.session import me, signed_in, stamp
from servicedesk.web.tickets import tickets
from servicedesk.workbench import actions, queries, rules

NAMED = 3


@tickets.post("/tickets/<int:ticket_id>/presence")
@signed_in
def presence(ticket_id: int) -> Any:
    """A page says that it is looked at; `writing` is what its composer is used for, `leaving` that it is closed. Answers
    with sentences about the others: `there` for all of them, `writing` for those who write."""
    reader, at = me(), stamp().at
    ticket = access.ticket_for(reader, ticket_id)
    if not rules.is_told_of(reader, ticket):
        raise NotAllowed(N_("You see this ticket, but this is for others to do."))
    if request.form.get("leaving"):
        with transaction():
            actions.look_away(reader, ticket)
        return "", 204
    writing, known = request.form.get("writing", ""), queries.present_at(ticket_id, at)
    mine = next((row for row in known if row.person_id == reader.id), None)
    if mine is None or not rules.says_nothing_new(mine.seen_at, mine.writing, writing, at):
        with transaction():
            actions.look_at(stamp(), reader, ticket, writing, known)
    others = [row for row in known if row.person_id != reader.id and not row.old]
    return jsonify(there=there_words(others), writing=writing_words(others))


def there_words(others: Sequence[queries.Present]) -> str:
    """Who is there and does not write."""
    looking = [row.name for row in others if not row.writing]
    if not looking:
        return ""
    return ngettext("%(names)s is here too", "%(names)s are here too", len(looking), names=_listed(looking))


def writing_words(others: Sequence[queries.Present]) -> str:
    notes = [row.name for row in others if row.writing == "note"]
    replies = [row.name for row in others if row.writing and row.writing != "note"]
    said = []
    if replies:
        said.append(
            ngettext(
                "%(names)s is writing a reply", "%(names)s are writing replies", len(replies), names=_listed(replies)
            )
        )
    if notes:
        said.append(
            ngettext("%(names)s is writing a note", "%(names)s are writing notes", len(notes), names=_listed(notes))
        )
    return " · ".join(said)


def _listed(names: Sequence[str]) -> str:
    """A few names as a list inside a sentence."""
    more = len(names) - NAMED
    told = [*names[:NAMED], *([ngettext("%(num)d more", "%(num)d more", more)] if more > 0 else [])]
    return format_list(told, locale=here())
