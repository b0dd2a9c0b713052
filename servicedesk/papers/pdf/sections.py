"""The sections that a company and a department share: the month in short, promises, times, scores, what was left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from servicedesk.papers import saying
from servicedesk.papers.busiest import MOST_IN_A_DRAWING
from servicedesk.papers.names import department_name, holder_name, metric_name, question_name, score_name, wave_name
from servicedesk.papers.pdf import blocks, drawings
from servicedesk.papers.pdf.blocks import Block, plain
from servicedesk.reports.figures import METRICS, SCORES

Json = Mapping[str, Any]


def summary(part: Json, more: list[str]) -> Iterator[Block]:
    """What fits on one page: sentences, six figures, two trends, the promises."""
    yield blocks.text(*saying.in_short(part), *more, style="lead")
    yield _six(part)
    yield blocks.pair(
        [blocks.heading(2, _("Index by month")), drawings.index_trend(part["trend"])],
        [blocks.heading(2, _("Resolutions in time by month")), drawings.kept_trend(part["trend"])],
    )
    drawn = drawings.kept(part["promises"])
    yield blocks.heading(2, _("Promises kept"))
    yield drawn or blocks.text(_("No promise was decided in this month."), style="soft")


def _six(part: Json) -> Block:
    index, resolution = part["ratings"]["index"], part["promises"]["resolution"]
    answers, fix = part["responses"], part["first_time_fix"]
    return blocks.tiles([
        blocks.tile(_("Index"), saying.score(index["value"]), saying.score_note(index)),
        blocks.tile(
            _("Resolutions in time"), saying.percent(resolution["share"]),
            saying.part_of(resolution["kept"], resolution["kept"] + resolution["broken"]),
        ),
        blocks.tile(_("Response rate"), saying.percent(answers["rate"]), saying.asked(answers)),
        blocks.tile(_("Solved at first try"), saying.percent(fix["share"]), saying.part_of(fix["fixed"], fix["fixed"] + fix["reopened"])),
        blocks.tile(_("Requests filed"), saying.number(part["tickets"])),
        blocks.tile(
            _("Bounced"), saying.number(part["bounces"]["given"]),
            _("%(count)s received", count=saying.number(part["bounces"]["received"])),
        ),
    ])  # fmt: skip


def work(part: Json, names: Json) -> Iterator[Block]:
    """Promises and times as tables, scores, who held the ball, agreed dates, what was left."""
    yield from promises(part)
    yield from times(part)
    yield from scores(part)
    yield from survey(part)
    yield from ball(part, names)
    yield from agreed_dates(part)
    yield from backlog(part)


def promises(part: Json) -> Iterator[Block]:
    heads = [
        _("Promise"), _("Kept"), _("Broken"), _("of them excused"), _("Share kept"), saying.interval(), _("Time on hold"),
    ]  # fmt: skip
    rows = [
        [
            metric_name(metric), saying.number(row["kept"]), saying.number(row["broken"]), saying.number(row["excused"]),
            saying.percent(row["share"]), saying.between(row["low"], row["high"], scores=False),
            saying.percent(row["pause_share"]),
        ]
        for metric in METRICS if (row := part["promises"][metric])["kept"] + row["broken"]
    ]  # fmt: skip
    if rows:
        yield blocks.heading(2, _("Promises in numbers"))
        yield blocks.table(heads, rows)


def times(part: Json) -> Iterator[Block]:
    heads = [_("Promise"), _("Half took at most"), _("Nine of ten took at most"), _("Promises"), _("Still running")]
    rows = [
        [
            metric_name(metric), saying.duration(row["median"]), saying.duration(row["p90"]), saying.number(row["n"]),
            saying.number(row["running"]),
        ]
        for metric in METRICS if (row := part["times"][metric])["n"]
    ]  # fmt: skip
    if rows:
        yield blocks.heading(2, _("How long it took"))
        yield blocks.table(heads, rows)


def scores(part: Json) -> Iterator[Block]:
    yield blocks.heading(2, _("What colleagues thought"))
    ratings = part["ratings"]
    if ratings["index"]["hidden"]:
        yield blocks.text(
            _("Fewer than five people answered, so no score is shown: nobody shall be recognised by an answer."),
            style="soft",
        )
    elif not ratings["index"]["n"]:
        yield blocks.text(_("Nobody has answered in this month."), style="soft")
    else:
        heads = [_("Question"), _("Mean"), saying.interval(), _("Ratings"), _("People")]
        rows = [
            [
                score_name(name), saying.score(row["value"]), saying.between(row["low"], row["high"], scores=True),
                saying.number(row["n"]), saying.number(row["raters"]),
            ]
            for name in (*SCORES, "index") for row in [ratings[name]]
        ]  # fmt: skip
        yield blocks.table(heads, rows, totals=[len(SCORES)])


def survey(part: Json) -> Iterator[Block]:
    """The newest closed survey; nothing where there was none."""
    found = part.get("survey")
    if not found:
        return
    yield blocks.heading(2, _("Survey: %(wave)s", wave=wave_name(found["wave"])))
    response = found["response"]
    rate = "" if response["rate"] is None else f" ({saying.percent(response['rate'])})"
    yield blocks.text(saying.asked(response) + rate, style="soft")
    heads = [_("Question"), _("Mean"), saying.interval(), _("People")]
    rows = [
        [
            question_name(question), saying.score(row["value"]), saying.between(row["low"], row["high"], scores=True),
            saying.number(row["raters"]),
        ]
        for question, row in found["questions"].items()
    ]  # fmt: skip
    yield blocks.table(heads, rows)


def ball(part: Json, names: Json) -> Iterator[Block]:
    """Nothing for months that were closed before this was counted."""
    found = part.get("ball")
    if not found or not found["holders"]:
        return
    yield blocks.heading(2, _("Who held the ball"))
    resolved = ngettext("%(num)d request resolved.", "%(num)d requests resolved.", found["tickets"])
    closed = _("Besides, %(time)s lay outside working hours.", time=saying.duration(found["closed"], days=True))
    yield blocks.text(f"{resolved} {closed}", style="soft")
    yield drawings.ball(found["holders"], names)
    if len(found["holders"]) > MOST_IN_A_DRAWING:
        yield blocks.table(
            [_("Held by"), _("Working time"), _("Share")],
            [
                [plain(holder_name(row, names)), saying.duration(row["seconds"]), saying.percent(row["share"])]
                for row in found["holders"]
            ],
        )


def agreed_dates(part: Json) -> Iterator[Block]:
    found = part.get("agreed_terms")
    if not found or not found["tickets"]:
        return
    whole = found["tickets"]
    yield blocks.heading(2, _("Agreed dates"))
    yield blocks.tiles([
        blocks.tile(_("Kept the first date"), saying.percent(found["kept_first"] / whole), saying.part_of(found["kept_first"], whole)),
        blocks.tile(_("Kept the last agreed date"), saying.percent(found["kept_last"] / whole), saying.part_of(found["kept_last"], whole)),
        blocks.tile(_("Agreed on anew"), saying.number(found["renegotiated"]), _("of %(all)s", all=saying.number(whole))),
    ])  # fmt: skip


def backlog(part: Json) -> Iterator[Block]:
    yield blocks.heading(2, _("What was left at the end of the month"))
    if sum(band["tickets"] for band in part["backlog"]):
        yield drawings.backlog(part["backlog"])
    else:
        yield blocks.text(_("Nothing was left over."), style="soft")


def customers(part: Json, names: Json) -> Iterator[Block]:
    yield blocks.heading(2, _("For whom"))
    if not part["load_by_customer"]:
        yield blocks.text(_("No request was filed in this month."), style="soft")
        return
    rows = [
        [
            plain(department_name(names, row["customer"])),
            _("hidden") if row["hidden"] else saying.number(row["tickets"]),
        ]
        for row in part["load_by_customer"]
    ]
    yield blocks.table([_("Customer"), _("Requests")], rows)
