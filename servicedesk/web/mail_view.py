"""A queued mail as the administrator may see it: never a ticket that is not theirs, never somebody's rating link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from jinja2 import TemplateError

from servicedesk.kernel.errors import NotFound
from servicedesk.mailout.render import Rendered, render
from servicedesk.mailout.sending import Sender, is_answerable
from servicedesk.notifications.links import Links
from servicedesk.papers.saying import sentence
from servicedesk.tickets.access import ticket_for, visible_ids

# For the frame that shows the mail: its own styles, no scripts, nothing loaded, and only inside our page.
FRAME_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox",
    "X-Frame-Options": "SAMEORIGIN",
}


@dataclass(frozen=True)
class View:
    """`rendered` is None where `why_not` says the reason."""

    rendered: Rendered | None
    why_not: str | None = None
    link_hidden: bool = False


class _WithoutEnding(Links):
    """Whoever has this link can end the mails in their addressee's place."""

    def unsubscribe(self, person_id: int) -> str:
        return self.wishes()


class _WithoutRatingLinks(_WithoutEnding):
    """A rating link is a right of its addressee: whoever has it can answer in their place."""

    def rate(self, invitation_id: str) -> str:
        return _("(personal link, for the addressee alone)")

    survey = rate


def of(mail: Any, reader: Any, settings: Any) -> View:
    """Raises `NotFound` for a mail about a ticket that the reader may not see: its address alone would tell who asked."""
    addressed = mail.to_address == reader.email
    facts = mail.facts if addressed else _readable(mail.facts, reader)
    masked = not addressed and not settings.demo and "invitation_id" in mail.facts
    links = (Links if addressed else _WithoutRatingLinks if masked else _WithoutEnding)(
        settings.public_url, settings.secret_key, sentence
    )
    try:
        by_mail = is_answerable(mail, Sender.of(settings))
        return View(render(mail, links, facts, by_mail=by_mail), link_hidden=masked)
    except (TemplateError, LookupError, ValueError, TypeError) as fault:
        # A mail that cannot be written is exactly what this page is opened for.
        return View(None, _("The mail cannot be written: %(why)s", why=str(fault)[:300]))


def _readable(facts: Mapping[str, Any], reader: Any) -> Mapping[str, Any]:
    """What a reader may know of somebody else's mail: of a digest the lines about tickets that the reader may see."""
    if facts.get("ticket_id") is not None:
        ticket_for(reader, facts["ticket_id"])
    if "lines" not in facts:
        return facts
    seen = visible_ids(reader, [line["ticket_id"] for line in facts["lines"] if line["ticket_id"] is not None])
    lines = [line for line in facts["lines"] if line["ticket_id"] in seen]
    if not lines:
        raise NotFound()
    broken = sum(line.get("broken", False) for line in lines)
    known = {"lines": lines, "count": len(lines), "broken": broken, "warned": len(lines) - broken, "more": 0}
    return {**facts, **known}
