"""The company's pages: the month in short with its weakest link, departments side by side, who serves whom, chains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from servicedesk.papers import actions, saying
from servicedesk.papers.names import department_name, link_name
from servicedesk.papers.pdf import blocks, drawings, sections
from servicedesk.papers.pdf.blocks import Block, plain
from servicedesk.papers.reading import Json, Reading
from servicedesk.reports.figures import weakest_of

MOST_CHAINS = 8
MOST_ACTIONS = 4
LONGEST_TITLE = 120


def company(reading: Reading) -> Iterator[Block]:
    document = reading.document
    yield blocks.heading(1, _("The month in short"))
    yield from sections.summary(document, _weakest(document))
    yield from _actions(reading)
    yield blocks.heading(1, _("Departments"))
    yield _departments(reading)
    yield blocks.text(
        _("By name: departments are never ranked."),
        _("A dash: nothing was counted, or fewer than five people answered."),
        style="soft",
    )
    yield blocks.heading(2, _("Who serves whom"))
    yield from _matrix(document)
    yield blocks.heading(2, _("Chains and their weakest links"))
    yield from _chains(document)
    yield blocks.heading(1, _("All departments together"))
    yield from sections.work(document, reading.names)
    yield from _findability(document)


def _actions(reading: Reading) -> Iterator[Block]:
    """What was done since the last report and what is overdue, measured outcomes first: as much as the page bears."""
    found = [
        (part, row) for part in by_name(reading) for row in part["improvements"]
        if row["state"] == "done" or row["overdue"]
    ]  # fmt: skip
    if not found:
        return
    found.sort(key=lambda pair: pair[1]["outcome"] != "measured")
    yield blocks.heading(2, _("What departments undertook"))
    rows = [
        [
            plain(department_name(reading.names, part["key"])), plain(row["title"])[:LONGEST_TITLE], actions.state_words(row),
            actions.outcome_words(row) or "–",
        ]
        for part, row in found[:MOST_ACTIONS]
    ]  # fmt: skip
    yield blocks.table([_("Department"), _("Action"), _("State"), _("What came of it")], rows, wide=3, left=4)
    if len(found) > MOST_ACTIONS:
        count = len(found) - MOST_ACTIONS
        yield blocks.text(ngettext("and %(num)d more", "and %(num)d more", count), style="soft")


def by_name(reading: Reading) -> list[Json]:
    return sorted(reading.parts, key=lambda part: department_name(reading.names, part["key"]).casefold())


def _weakest(document: Json) -> list[str]:
    found = weakest_of(document["chains"])
    if found is None:
        return []
    chain, place = found
    link = chain["links"][place]
    told = _("Weakest link: %(department)s", department=plain(link_name(link, document["names"])))
    route = _("route %(route)s", route=_route(chain, document["names"]))
    return [f"{told}, {route} ({_('%(share)s kept', share=saying.percent(link['kept_share']))})."]


def _departments(reading: Reading) -> Block:
    heads = [
        _("Department"),
        _("Index"),
        saying.interval(),
        _("In time"),
        _("Broken"),
        _("Response rate"),
        _("Requests"),
    ]
    rows = []
    for part in by_name(reading):
        index, promise = part["ratings"]["index"], part["promises"]["resolution"]
        rows.append([
            plain(department_name(reading.names, part["key"])), saying.score(index["value"]),
            saying.between(index["low"], index["high"], scores=True),
            saying.percent(promise["share"]), saying.number(promise["broken"]), saying.percent(part["responses"]["rate"]),
            saying.number(part["tickets"]),
        ])  # fmt: skip
    return blocks.table(heads, rows)


def _findability(document: Json) -> Iterator[Block]:
    """Nothing where nobody was at a loss, and for months that were closed before this was counted."""
    found = document.get("findability")
    if not found or not (found["arrived"] or found["handed_on"]):
        return
    yield blocks.heading(2, _("Whom to ask"))
    yield blocks.tiles([
        blocks.tile(_("Did not know whom to ask"), saying.number(found["arrived"]), _("requests that came to the triage")),
        blocks.tile(_("Handed on by the triage"), saying.number(found["handed_on"]), _("not counted as bounces")),
    ])  # fmt: skip


def _matrix(document: Json) -> Iterator[Block]:
    drawn = drawings.matrix(document)
    if drawn is None:
        yield blocks.text(
            _("No pair of departments has answers of five people in this month, so the index is hidden everywhere."),
            style="soft",
        )
        return
    yield blocks.text(_("Index by supplier (rows) and customer (columns)"), style="soft")
    yield drawn
    yield blocks.text(
        _("A dash: no ratings, or fewer than five people answered. Where a hidden figure could be worked out from the others, the next smallest is hidden too."),
        style="soft",
    )  # fmt: skip


def _chains(document: Json) -> Iterator[Block]:
    names = document["names"]
    for chain in document["chains"][:MOST_CHAINS]:
        yield blocks.heading(3, _route(chain, names))
        counts = ngettext("%(num)d request", "%(num)d requests", chain["tickets"])
        broken = ngettext("%(num)d promise broken", "%(num)d promises broken", chain["broken"])
        yield blocks.text(f"{counts}, {broken}.", style="under")
        yield drawings.chain(chain, names)
    if not document["chains"]:
        yield blocks.text(_("No request crossed departments in this month."), style="soft")
    more = len(document["chains"]) - MOST_CHAINS
    if more > 0:
        yield blocks.text(ngettext("and %(num)d more route", "and %(num)d more routes", more), style="soft")


def _route(chain: Mapping[str, Any], names: Json) -> str:
    return " → ".join(plain(department_name(names, key)) for key in chain["route"])
