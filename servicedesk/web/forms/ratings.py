"""The answer to a rating question as it comes from a form. No CSRF token: the link is the right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from servicedesk.kernel.errors import DeskError
from servicedesk.kernel.text import N_
from servicedesk.ratings.rules import METRICS, SCALE, faults

# How the form says "cannot judge". A row without any answer was forgotten: it is asked for.
CANNOT_JUDGE = "none"


@dataclass(frozen=True)
class Answer:
    """`chosen` is what each row shows as selected; `errors` has a sentence by field."""

    chosen: Mapping[str, str]
    comment: str = ""
    thanks: str = ""
    thanks_shown: bool = False
    signed: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)

    def scores(self) -> dict[str, int | None]:
        """A text that is no score becomes 0, which the rules refuse at its field."""
        return {metric: score_of(self.chosen.get(metric, "")) for metric in METRICS}

    def forgotten(self) -> dict[str, DeskError]:
        """What to say at the fields of an answer in which a row has no choice; empty where every row has one."""
        asked = N_("Choose a score or “Cannot judge”.")
        left = {metric: DeskError(asked) for metric in METRICS if not self.chosen.get(metric)}
        return faults(self.scores(), self.comment) | left if left else {}


def sent(form: Mapping[str, str]) -> Answer:
    return Answer(
        {metric: form.get(metric, "").strip() for metric in METRICS}, form.get("comment", ""), form.get("thanks", ""),
        thanks_shown=form.get("thanks_shown") == "1", signed=form.get("signed") == "1",
    )  # fmt: skip


def preselected(query: Mapping[str, str]) -> Answer:
    """What a link in a mail selects; anything that is no score selects nothing. It never signs."""
    wanted = {metric: query.get(metric, "") for metric in METRICS}
    return Answer({metric: text if score_of(text) in SCALE else "" for metric, text in wanted.items()})


def score_of(text: str) -> int | None:
    if text in ("", CANNOT_JUDGE):
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0
