"""The mailboxes that the desk reads: how far, by whom, and what is wrong. Part of the admin blueprint.

Mailboxes are set in the environment, passwords among them; pages show neither those nor change anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import render_template

from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.now import now
from servicedesk.letters import queries
from servicedesk.letters.rules import told_failure
from servicedesk.mailin.source import STEPS, test_mailbox
from servicedesk.people import queries as people
from servicedesk.web.admin import admin
from servicedesk.web.session import admin_only, settings

# A mailbox is looked at every five minutes; one that was not for so long has no worker.
SILENT_AFTER = timedelta(minutes=15)
SCHEMES = {"imaps": "TLS", "imap+starttls": "STARTTLS", "imap": None}


@dataclass(frozen=True)
class Shown:
    """A mailbox of the settings as the page shows it; `row` is what is known of it, None before the first look."""

    box: Any
    row: Any
    department: Any
    at: datetime

    @property
    def standing(self) -> str:
        """fails, unread (nobody has looked yet), silent (nobody looks any more) or reads."""
        if self.row is not None and self.row.failing_since is not None:
            return "fails"
        if self.row is None or self.row.looked_at is None:
            return "unread"
        return "silent" if self.at - self.row.looked_at > SILENT_AFTER else "reads"

    @property
    def reader(self) -> str | None:
        """The worker that has it now."""
        held = self.row is not None and self.row.leased_until is not None and self.row.leased_until > self.at
        return self.row.reader if held else None

    @property
    def failure(self) -> tuple[str, str]:
        return told_failure(self.row.failure or "") if self.row is not None else ("", "")

    @property
    def encryption(self) -> str | None:
        """None where the password goes over the wire as it is."""
        return SCHEMES[self.box.scheme]


@admin.get("/mailboxes")
@admin_only
def mailboxes() -> Any:
    return page()


@admin.post("/mailboxes/<path:name>/test")
@admin_only
def try_mailbox(name: str) -> Any:
    """Connect, sign in, list, send a letter to itself and receive it. Takes up to a quarter of a minute; changes nothing here."""
    box = next((box for box in settings().mailboxes if box.name == name), None)
    if box is None:
        raise NotFound()
    return page(tried=name, steps=list(test_mailbox(box, settings())), step_names=STEPS)


def page(**more: Any) -> str:
    at, states, places = now(), queries.mailbox_states(), {row.key: row for row in people.departments()}
    boxes = [Shown(box, states.get(box.name), places.get(box.department or ""), at) for box in settings().mailboxes]
    named = {shown.box.name for shown in boxes}
    return render_template(
        "admin/mailboxes.html", boxes=boxes, former=sorted(name for name in states if name not in named), **more
    )
