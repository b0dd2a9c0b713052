"""A complete set of facts for every template, and links as a door would give them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from servicedesk.mailout.models import OutgoingMail

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TICKET = {
    "ticket_id": 1042,
    "subject": "Printer *does* <b>not</b> print",
    "department": {"ru": "ИТ", "en": "IT"},
    "company": "Север & Co",
    "why": "requester",
}
MESSAGE = TICKET | {
    "author": "Anna Serva",
    "text": "Changed the **toner**.\n\n1. Print\n2. Enjoy\n<script>alert(1)</script>",
}
RATING = TICKET | {"invitation_id": "f00d", "valid_until": "2026-12-04"}
CLOCK = TICKET | {"metric": "resolution", "why": "assignee"}

FACTS: dict[str, dict[str, Any]] = {
    "request_received": TICKET
    | {"registrar": "Olga", "answer_by": "2026-11-23T11:05:00+00:00", "resolve_by": "2026-11-25T11:05:00+00:00"},
    "reply": MESSAGE,
    "requester_wrote": MESSAGE | {"why": "assignee"},
    "assigned": TICKET | {"author": "Leo Lead", "due_at": "2026-11-23T11:05:00+00:00", "why": "assignee"},
    "on_hold": TICKET
    | {"reason": "waiting_for_requester", "note": "Which floor?", "until": "2026-11-23T11:05:00+00:00"},
    "resolved": MESSAGE | {"silence_days": 3},
    "rating_asked": RATING,
    "rating_reminder": RATING,
    "closed": TICKET | {"reopen_days": 30},
    "clock_warned": CLOCK | {"percent": 80, "due_at": "2026-11-23T11:05:00+00:00"},
    "clock_breached": CLOCK | {"breached_at": "2026-11-23T11:05:00+00:00", "why": "lead"},
    "month_closed": {"company": "Север & Co", "month": "2026-10", "number": 1, "why": "reader"},
}


class Links:
    """Addresses of an imaginary desk."""

    def home(self) -> str:
        return "https://desk.example/"

    def ticket(self, ticket_id: int) -> str:
        return f"https://desk.example/tickets/{ticket_id}"

    def rate(self, invitation_id: str) -> str:
        return f"https://desk.example/rate/{invitation_id}_signed-with_marks"

    def report(self, month: str) -> str:
        return f"https://desk.example/reports/{month}"


def mail_of(template: str, language: str = "en", **facts: Any) -> OutgoingMail:
    return OutgoingMail(
        id=7, once="x", to_address="rita@example.com", language=language, timezone="Europe/Moscow", template=template,
        facts=FACTS[template] | facts, state="queued", queued_at=AT, try_at=AT, tries=0,
    )  # fmt: skip
