"""The keys of pages: one table that the help dialog and the page of keys both tell. Pressing them is done by js/keys.js."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions
from servicedesk.web.session import me, signed_in, stamp

keys = Blueprint("keys", __name__)
keys.record_once(lambda state: install(state.app))

# Where g and a letter lead, by the page's name; only the sections that the reader has are offered.
GO = {
    "home.home": "h", "queue.queue": "q", "tickets.mine": "r", "approvals.waiting": "a", "sla.breaches": "b",
    "agreements.listed": "t", "reports.reports": "p", "people.directory": "d", "admin.overview": "s",
}  # fmt: skip


@dataclass(frozen=True)
class Key:
    """`of_rows`: it works wherever a page has rows, no element says it."""

    key: str
    label: Any
    of_rows: bool = False


PARTS: Sequence[tuple[Any, Sequence[Key]]] = (
    (_l("Lists"), (
        Key("j", _l("Next row"), of_rows=True),
        Key("k", _l("Row before"), of_rows=True),
        Key("Enter", _l("Open the row"), of_rows=True),
        Key("x", _l("Choose the row"), of_rows=True),
        Key("s", _l("Show what is new")),
        Key("z", _l("Undo the last change")),
    )),
    (_l("Requests, one or all that are chosen"), (
        Key("a", _l("Take it")),
        Key("r", _l("Reply")),
        Key("n", _l("Note")),
        Key("h", _l("Put on hold")),
        Key("e", _l("Resolve")),
        Key("]", _l("Next request of the list")),
        Key(".", _l("Next request of the list")),
        Key("[", _l("Request before it")),
        Key("u", _l("Back to the list")),
    )),
)  # fmt: skip


def install(app: Any) -> None:
    app.jinja_env.globals["key_parts"] = PARTS
    app.jinja_env.globals["keys_to_go"] = keys_to_go


def keys_to_go(sections: Sequence[tuple[str, str, str, bool, int | None]]) -> list[tuple[str, str, str]]:
    """(key, label, address) of the sections in the reader's navigation."""
    letters = {url_for(name): letter for name, letter in GO.items()}
    return [(f"g {letters[address]}", label, address) for address, label, *_rest in sections if address in letters]


@keys.get("/keys")
@signed_in
def listed() -> str:
    """The page of all keys; with `part` what the help dialog adds to those of its page."""
    return render_template("_key_parts.html" if "part" in request.args else "keys.html")


@keys.post("/keys")
@signed_in
def choose() -> Any:
    """Switch single keys on or off for oneself (WCAG 2.1.4)."""
    on = request.form.get("keys") == "on"
    with transaction():
        actions.choose_keys(stamp(), me(), on)
    flash(_("Single keys are on.") if on else _("Single keys are off."), "success")
    return redirect(url_for(".listed"), 303)
