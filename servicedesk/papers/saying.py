"""Figures as words in the language that is written now: what kernel.shown says, without naming the language each time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from servicedesk.kernel import shown
from servicedesk.papers.names import here

Json = Mapping[str, Any]


def sentence(marked: str, language: str) -> str:
    """A sentence that was marked for the catalogue, in a language that is not the one written now."""
    with force_locale(language):
        return str(_(marked))


def number(value: float | None) -> str:
    return "–" if value is None else shown.number(value, here())


def percent(share: float | None) -> str:
    return shown.percent(share, here())


def score(value: float | None) -> str:
    return shown.score(value, here())


def duration(seconds: float | None, *, days: bool = False) -> str:
    return "–" if seconds is None else shown.duration(seconds, here(), days)


def month(key: str) -> str:
    return shown.month(key, here())


def between(low: float | None, high: float | None, *, scores: bool) -> str:
    """The interval of a score or of a share; a dash where there is none."""
    if low is None or high is None:
        return "–"
    say = score if scores else percent
    return f"{say(low)} – {say(high)}"


def interval() -> str:
    """The head of a column of intervals; the catalog has its percent sign twice, as templates write it."""
    return str(_("95 %% interval") % ())


def score_note(part: Json) -> str:
    """Under an index: its interval and who answered, or why there is none."""
    if part["hidden"]:
        return _("too few answers to show")
    if part["value"] is None:
        return _("too few answers") if part["n"] else _("no ratings")
    told = [
        ngettext("%(num)d rating", "%(num)d ratings", part["n"]), ngettext("%(num)d person", "%(num)d people", part["raters"]),
    ]  # fmt: skip
    interval = [between(part["low"], part["high"], scores=True)] if part["low"] is not None else []
    return " · ".join([*interval, ", ".join(told)])


def asked(response: Json) -> str:
    """How many answered of how many that were asked."""
    if response["answered"] is None:
        return _("too few answers to show")
    return _(
        "%(answered)s of %(invited)s asked", answered=number(response["answered"]), invited=number(response["invited"])
    )


def part_of(some: float | None, whole: float) -> str:
    return _("%(kept)s of %(all)s", kept=number(some), all=number(whole))


def moved(change: Json, since: str, by: str) -> str:
    """How a figure differs from the month before."""
    when = shown.month(since, here(), inflected=True)
    if not change["clear"]:
        return _("no clear change since %(month)s", month=when)
    if change["difference"] > 0:
        return _("better than in %(month)s by %(by)s", month=when, by=by)
    return _("worse than in %(month)s by %(by)s", month=when, by=by)


def points(difference: float) -> str:
    return ngettext("%(num)d point", "%(num)d points", round(abs(difference) * 100))


def in_short(part: Json) -> list[str]:
    """The month in two sentences: the index and the resolutions in time, each with what changed."""
    changes = part["changes"] or {}
    return [_index_sentence(part["ratings"]["index"], changes), _kept_sentence(part["promises"]["resolution"], changes)]


def _index_sentence(index: Json, changes: Json) -> str:
    if index["value"] is None:
        if index["hidden"] or index["n"]:
            return _("The index is not shown: too few people answered.")
        return _("Nobody has rated in this month.")
    told = _("Index %(value)s", value=score(index["value"]))
    if index["low"] is not None:
        told += f" ({between(index['low'], index['high'], scores=True)})"
    if changes.get("index"):
        told += f", {moved(changes['index'], changes['since'], score(abs(changes['index']['difference'])))}"
    return f"{told}."


def _kept_sentence(promise: Json, changes: Json) -> str:
    if promise["share"] is None:
        return _("No resolution fell due.")
    told = _("%(share)s of resolutions in time", share=percent(promise["share"]))
    if changes.get("kept"):
        told += f", {moved(changes['kept'], changes['since'], points(changes['kept']['difference']))}"
    return f"{told}."
