"""Puts cover, pages and definitions in their order: what `report.typ` takes as its data."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from servicedesk.kernel import shown
from servicedesk.papers import saying
from servicedesk.papers.names import department_name, here
from servicedesk.papers.pdf import blocks
from servicedesk.papers.pdf.blocks import Block, plain
from servicedesk.papers.pdf.company import by_name, company
from servicedesk.papers.pdf.department import department
from servicedesk.papers.reading import Json, Reading
from servicedesk.reports.figures import DEFINITIONS


def composed(reading: Reading) -> Json:
    document, month = reading.document, saying.month(reading.month)
    firm = plain(document["company"]["name"])
    whole = reading.key is None
    named = plain(department_name(reading.names, reading.key)).replace("\u200b", "") if reading.key else ""
    title = named or _("Internal service report")
    closed = reading.closed_at.astimezone(ZoneInfo(reading.zone))
    return {
        "title": title, "subtitle": month if whole else _("Internal service, %(month)s", month=month), "company": firm,
        "language": here(), "closed": {"year": closed.year, "month": closed.month, "day": closed.day},
        "cover": _cover(reading), "contents": _("Contents"), "small-print": _small_print(reading),
        "header": f"{firm} · {_('Internal service, %(month)s', month=month)}",
        "footer": _("Issue %(number)s", number=document["number"]),
        "page-of": _("{page} of {all}"), "blocks": list(_pages(reading)),
    }  # fmt: skip


def _cover(reading: Reading) -> list[tuple[str, str]]:
    document = reading.document
    lines = [
        (_("Month"), saying.month(reading.month)),
        (_("Issue"), str(document["number"])),
        (_("Closed on"), shown.when(reading.closed_at, here(), ZoneInfo(reading.zone))),
    ]
    if document["number"] > 1 and document["reason"]:
        lines.append((_("Corrected because"), plain(document["reason"])))
    return lines


def _small_print(reading: Reading) -> list[str]:
    return [
        _(
            "The figures of a published report do not change. Where fewer than five people answered, a figure is hidden."
        ),
        _(
            "Method %(method)s · checksum (SHA-256) %(checksum)s",
            method=reading.document["method"],
            checksum=reading.checksum,
        ),
    ]


def _pages(reading: Reading) -> Iterator[Block]:
    if reading.key is None:
        yield from company(reading)
        for part in by_name(reading):
            yield blocks.heading(1, plain(department_name(reading.names, part["key"])))
            yield from department(reading, part)
    else:
        yield blocks.heading(1, _("The month in short"))
        yield from department(reading, reading.parts[0])
    yield blocks.heading(1, _("What the figures mean"))
    unseen = _unseen(reading)
    yield {"kind": "defined", "items": [(name, _(DEFINITIONS[key])) for key, name in titles() if key not in unseen]}


def titles() -> list[tuple[str, str]]:
    """The definitions in the order in which a reader meets the figures, with the names that the pages use."""
    return [
        ("index", _("Index")), ("score", _("Scores")), ("interval", _("Interval")), ("change", _("When do two months differ?")),
        ("hiding", _("Why a figure is hidden")), ("weight_cap", _("Weight of one person")), ("response_rate", _("Response rate")),
        ("month", _("Month")), ("kept", _("Promises kept")), ("times", _("How long it took")),
        ("times_distribution", _("Time used")),
        ("first_time_fix", _("Solved at first try")), ("bounces", _("Bounced")), ("load", _("Requests filed")),
        ("backlog", _("What was left at the end of the month")), ("ball", _("Who held the ball")), ("chain", _("Chains")),
        ("weakest_link", _("Weakest link")), ("agreed_terms", _("Agreed dates")), ("findability", _("Whom to ask")),
        ("survey_score", _("Survey")), ("survey_change", _("When do two surveys differ?")), ("outcome", _("What came of it")),
    ]  # fmt: skip


def _unseen(reading: Reading) -> set[str]:
    """What need not be explained on this paper: no survey was closed before the month, or no action is told of."""
    told = [reading.document, *reading.parts]
    surveys = set() if any(part.get("survey") for part in told) else {"survey_score", "survey_change"}
    actions = set() if any(part.get("improvements") for part in told) else {"outcome"}
    return surveys | actions
