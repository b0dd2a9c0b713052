"""What the demo company's departments have prepared: replies that are written once and sent often."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from servicedesk.demo.texts import replies
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import settle
from servicedesk.workbench import actions as workbench

if TYPE_CHECKING:
    from servicedesk.demo.founding import Cast


def prepare_replies(stamp: Stamp, cast: Cast) -> None:
    """The lead of each department writes them."""
    for key, rows in replies().items():
        lead = cast.leads[key].row
        for row in rows:
            said = workbench.Prepared(row["shortcut"], row["title"], row["text"], row.get("kind"))
            workbench.add_reply(replace(stamp, actor_id=lead.id), cast.departments[key], lead, said)
    settle()
