"""What departments, promises, links and scores of a report are called, in the language of whoever reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from babel.numbers import format_percent
from flask_babel import get_locale, pgettext
from flask_babel import gettext as _

from servicedesk.kernel.text import in_language

Json = Mapping[str, Any]
# Requesters without a department stand under this key.
NOBODY = "-"


def here() -> str:
    """The language of this answer, or of the file that is written now."""
    locale = get_locale()
    return str(locale.language) if locale else "en"


def department_name(names: Json, key: str) -> str:
    """The name the department had in the month, in the reader's language."""
    if key == NOBODY:
        return _("without a department")
    return in_language(names.get(key), here()) or key


def metric_name(metric: str) -> str:
    return {
        "first_reply": pgettext("promise", "First reply"), "reply": pgettext("promise", "Reply"),
        "resolution": pgettext("promise", "Resolution"), "stay": pgettext("promise", "Stay"),
    }[metric]  # fmt: skip


def ball_name(ball: str | None) -> str:
    """Who had to act when a promise broke; empty where nobody knows."""
    return {
        "supplier": pgettext("ball", "With the department"), "requester": pgettext("ball", "With the requester"),
        "approver": pgettext("ball", "With the approver"), "third_party": pgettext("ball", "With a third party"),
        "none": pgettext("ball", "Done"),
    }.get(ball or "", "")  # fmt: skip


def waiting_name(kind: str) -> str:
    """What a link of a chain is called that is no department's stay."""
    return {
        "waiting_for_requester": _("waiting for the requester"), "third_party": _("waiting for a third party"),
        "scheduled": _("scheduled for later"), "approval": _("approval"),
    }.get(kind, kind)  # fmt: skip


def age_name(up_to_days: int | None) -> str:
    if up_to_days is None:
        return _("over 30 days")
    return {2: _("up to 2 days"), 7: _("3 to 7 days"), 30: _("8 to 30 days")}.get(
        up_to_days, _("up to %(days)s days", days=up_to_days)
    )


def holder_name(part: Json, names: Json) -> str:
    """Who held the ball: a department by its name of the month, or whoever else was to act."""
    if part["holder"] == "supplier":
        return department_name(names, part["department"])
    return {"requester": _("Requester"), "approver": _("Approver"), "third_party": _("Third party")}[part["holder"]]


def link_name(link: Json, names: Json) -> str:
    """A link of a chain: the department that had the request, or what it waited for."""
    return department_name(names, link["department"]) if link["kind"] == "stay" else waiting_name(link["kind"])


def score_name(name: str) -> str:
    return {
        "quality": _("Quality"), "speed": _("Speed"), "helpfulness": _("Helpfulness"), "index": _("Index"),
    }[name]  # fmt: skip


def question_name(key: str) -> str:
    """What the survey asks."""
    return {
        "in_time": _("Reply in the agreed time"), "quality": _("Quality of the solution"),
        "findability": _("Easy to find the right person"), "substitution": _("Help while somebody was away"),
        "friendliness": _("Friendliness"),
    }[key]  # fmt: skip


def wave_name(key: str) -> str:
    """ "2026-Q2" or "2026-H1"."""
    year, part = key.split("-")
    if part[0] == "Q":
        return _("quarter %(number)s of %(year)s", number=part[1], year=year)
    return _("half %(number)s of %(year)s", number=part[1], year=year)


def share_name(up_to: float | None) -> str:
    """A band of the time that was used, as a share of the time promised."""
    if up_to is None:
        return _("more than twice the time")
    return _("up to %(share)s", share=format_percent(up_to, locale=here()))
