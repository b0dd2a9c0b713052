"""A complete set of facts for every template, and links as a door would give them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.support import Translations

import servicedesk
from servicedesk.mailout.models import OutgoingMail
from servicedesk.notifications import rules

CATALOGUES = Path(servicedesk.__file__).parent / "web" / "translations"

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
SURVEY = {
    "invitation_id": "f00d", "departments": 4, "valid_until": "2026-12-04", "company": "Север & Co", "why": "surveyed",
}  # fmt: skip
PROMISE = {
    "ticket_id": 1042, "subject": "Printer *does* <b>not</b> print", "department": {"ru": "ИТ", "en": "IT"},
    "metric": "resolution", "due_at": "2026-11-23T11:05:00+00:00", "broken": False, "late_seconds": 0.0, "linked": True,
}  # fmt: skip
CHILD = {
    "child_id": 1043, "child_subject": "A *toner* <b>order</b>", "child_department": {"ru": "Закупки", "en": "Buyers"},
    "outcome": "resolved", "why": "assignee",
}  # fmt: skip
COVERED = {"ticket_id": 1042, "subject": "Printer *does* <b>not</b> print"}
STANDING_IN = {
    "company": "Север & Co", "absent": "Olga *Lead*", "until": "2026-12-04", "count": 2, "more": 0,
    "lines": [COVERED, {"ticket_id": 1043, "subject": ""}],
}  # fmt: skip
AGREEMENT = {
    "agreement_id": 7, "supplier": {"ru": "ИТ", "en": "IT"}, "customer": {"ru": "Продажи", "en": "Sales"}, "version": 3,
    "author": "Anna *Serva*", "company": "Север & Co", "why": "lead",
}  # fmt: skip

WHOLE = {
    "index": {"value": 7.42, "low": 7.0, "high": 7.83, "few": True}, "kept": {"share": 0.732, "kept": 71, "all": 97},
    "rate": 0.48, "since": "2026-09", "index_moved": {"certain": False, "difference": -0.1},
    "kept_moved": {"certain": True, "difference": -0.09},
}  # fmt: skip

FACTS: dict[str, dict[str, Any]] = {
    "request_received": TICKET
    | {
        "registrar": "Olga",
        "awaits": True,
        "approvers": "Boris, *Olga*",
        "answer_by": "2026-11-23T11:05:00+00:00",
        "resolve_by": "2026-11-25T11:05:00+00:00",
    },
    "approval_asked": MESSAGE | {"whom": "", "why": "approver"},
    "approval_reminder": MESSAGE | {"whom": "Olga *Lead*", "why": "cover"},
    "approval_granted": TICKET | {"author": "Olga *Lead*"},
    "approval_refused": MESSAGE | {"whom": "Olga *Lead*"},
    "reply": MESSAGE,
    "requester_wrote": MESSAGE | {"why": "assignee"},
    "mentioned": MESSAGE | {"internal": True, "why": "mentioned"},
    "follower_added": TICKET | {"author": "Leo Lead", "why": "watcher"},
    "assigned": TICKET | {"author": "Leo Lead", "due_at": "2026-11-23T11:05:00+00:00", "why": "assignee"},
    "on_hold": TICKET
    | {"reason": "waiting_for_requester", "note": "Which floor?", "until": "2026-11-23T11:05:00+00:00"},
    "resolved": MESSAGE | {"silence_days": 3},
    "rating_asked": RATING,
    "rating_reminder": RATING,
    "rating_signed": MESSAGE | {"scores": {"quality": 9, "speed": None, "helpfulness": 4}, "why": "lead"},
    "survey_asked": SURVEY,
    "survey_reminder": SURVEY,
    "closed": TICKET | {"reopen_days": 30},
    "merged": TICKET | {"target_id": 1040, "target_subject": "The *printer* again"},
    "merged_done": TICKET,
    "unmerged": TICKET,
    "split_off": TICKET | {"from_id": 1040},
    "term_proposed": MESSAGE | {"due_at": "2026-12-01T12:00:00+00:00", "counter": False},
    "term_accepted": MESSAGE
    | {"due_at": "2026-12-01T12:00:00+00:00", "due_before": "2026-11-25T11:05:00+00:00", "why": "assignee"},
    "term_refused": MESSAGE | {"due_at": "2026-12-01T12:00:00+00:00", "how": "declined", "why": "team"},
    "promises_digest": {
        "company": "Север & Co",
        "why": "promises",
        "broken": 1,
        "warned": 1,
        "more": 0,
        "explains": True,
        "lines": [PROMISE | {"ticket_id": 1043, "broken": True, "late_seconds": 12000.0}, PROMISE],
    },
    "child_resolved": MESSAGE | CHILD,
    "children_done": MESSAGE | CHILD,
    "answer_held": TICKET | {"vouched": False, "answers_message_id": "their.2@example.com", "why": "wrote"},
    "sender_unknown": {"company": "Север & Co", "why": "stranger", "answers_message_id": "their.1@example.com"},
    "seal_broken": TICKET
    | {
        "administrator": "Adam *Admin*",
        "reason": "A complaint says that it was leaked.",
        "linked": True,
        "why": "lead",
        "began_at": "2026-11-23T11:05:00+00:00",
        "until": "2026-11-23T15:05:00+00:00",
    },
    "calendar_runs_out": {
        "company": "Север & Co",
        "calendar": "office",
        "year": 2027,
        "why_unsure": "missing",
        "why": "admin",
    },
    "breaches_unexplained": {
        "company": "Север & Co",
        "month": "2026-10",
        "count": 12,
        "closes_on": "2026-11-04",
        "open": 2,
        "overdue": 1,
        "actions": [
            {"title": "Two *on* duty <b>on Fridays</b>", "due_on": "2026-10-30", "overdue": True},
            {"title": "A plain letter", "due_on": "", "overdue": False},
        ],
        "why": "lead",
    },
    "agreement_proposed": AGREEMENT | {"counters": 2, "valid_from": "2026-12-01"},
    "agreement_accepted": AGREEMENT | {"valid_from": "2026-12-01", "valid_until": "2027-11-30"},
    "agreement_declined": AGREEMENT | {"note": "Too *slow*."},
    "agreement_ends": AGREEMENT | {"what": "review", "on": "2026-12-20"},
    "cover_began": TICKET | {"absent": "Olga *Lead*", "cover": "Igor", "until": "2026-12-04"},
    "cover_for_you": STANDING_IN | {"why": "cover"},
    "cover_missing": STANDING_IN | {"why": "team"},
    "absence_summary": {
        "company": "Север & Co",
        "why": "absent",
        "counts": {"resolved": 1, "open": 60, "passed_on": 1, "decided": 1},
        "resolved": [COVERED | {"by": "Igor"}],
        "open": [COVERED | {"by": ""}, COVERED | {"by": "", "subject": ""}],
        "passed_on": [COVERED | {"by": "Anna"}],
        "decided": [COVERED | {"by": "Boris", "decision": "refused"}],
    },
    "gathered": {
        "company": "Север & Co",
        "why": "gathered",
        "count": 60,
        "more": 57,
        "unsubscribe": 4,
        "lines": [
            {
                "kind": "reply",
                "facts": {"author": "Anna *Serva*", "ticket": "#1042 Printer *does* <b>not</b> print"},
                "ticket_id": 1042,
                "at": "2026-11-23T11:05:00+00:00",
            },
            {"kind": "reply.quiet", "facts": {"ticket": "#1043"}, "ticket_id": 1043, "at": "2026-11-23T11:05:00+00:00"},
            {
                "kind": "thanks_kept",
                "facts": {"month": "2026-10"},
                "ticket_id": None,
                "at": "2026-11-23T11:05:00+00:00",
            },
        ],
    },
    "month_closed": {
        "company": "Север & Co",
        "month": "2026-10",
        "number": 1,
        "why": "lead",
        "paper": None,
        "whole": WHOLE,
        "weakest": {
            "link": {"ru": "ИТ", "en": "IT"},
            "route": [{"ru": "Кадры", "en": "HR"}, {"ru": "ИТ", "en": "IT"}],
            "kept": 0.5,
        },
        "departments": [
            WHOLE
            | {
                "key": "it",
                "name": {"ru": "ИТ", "en": "IT *and* <b>more</b>"},
                "broken": 7,
                "unexplained": 2,
                "actions": {
                    "listed": [{"title": "Second shift on *Mondays*", "due_on": "2026-10-31", "overdue": True}],
                    "more": 2,
                },
                "index": {"value": None, "low": None, "high": None, "few": True},
                "index_moved": None,
                "rate": None,
            }
        ],
    },
}


class Links:
    """Addresses of an imaginary desk."""

    def home(self) -> str:
        return "https://desk.example/"

    def mine(self) -> str:
        return "https://desk.example/queue?assignee=me"

    def ticket(self, ticket_id: int) -> str:
        return f"https://desk.example/tickets/{ticket_id}"

    def rate(self, invitation_id: str) -> str:
        return f"https://desk.example/rate/{invitation_id}_signed-with_marks"

    def survey(self, invitation_id: str) -> str:
        return f"https://desk.example/survey/{invitation_id}_signed-with_marks"

    def report(self, month: str) -> str:
        return f"https://desk.example/reports/{month}"

    def department_report(self, month: str, key: str) -> str:
        return f"https://desk.example/reports/{month}/{key}"

    def unexplained(self, month: str) -> str:
        return f"https://desk.example/reports/breaches?month={month}&standing=unexplained"

    def actions(self) -> str:
        return "https://desk.example/improvements"

    def agreement(self, agreement_id: int) -> str:
        return f"https://desk.example/agreements/{agreement_id}"

    def calendar(self, key: str, year: int) -> str:
        return f"https://desk.example/admin/calendars?calendar={key}&year={year}"

    def bell(self) -> str:
        return "https://desk.example/notifications"

    def wishes(self) -> str:
        return "https://desk.example/account/notifications"

    def unsubscribe(self, person_id: int) -> str:
        return f"https://desk.example/unsubscribe/{person_id}_signed-with_marks"

    def said(self, kind: str, facts: Mapping[str, Any], language: str) -> str:
        catalogue = Translations.load(CATALOGUES, [language])
        return catalogue.gettext(rules.SENTENCES[kind]) % rules.sentence_values(facts, language)


def mail_of(template: str, language: str = "en", **facts: Any) -> OutgoingMail:
    return OutgoingMail(
        id=7, once="x", to_address="rita@example.com", language=language, timezone="Europe/Moscow", template=template,
        facts=FACTS[template] | facts, state="queued", queued_at=AT, try_at=AT, tries=0,
    )  # fmt: skip
