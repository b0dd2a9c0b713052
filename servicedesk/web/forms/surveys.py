"""The answer about one department as it comes from a form: five scores and a suggestion. No CSRF token: the link is the right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from servicedesk.surveys.rules import QUESTIONS
from servicedesk.web.forms.ratings import CANNOT_JUDGE, score_of


@dataclass(frozen=True)
class Answer:
    """`chosen` is what each row shows as selected; `errors` has a sentence by field."""

    chosen: Mapping[str, str]
    suggestion: str = ""
    dealt: bool = True
    errors: Mapping[str, str] = field(default_factory=dict)

    def scores(self) -> dict[str, int | None]:
        """A text that is no score becomes 0, which the rules refuse at its field."""
        return {question: score_of(self.chosen.get(question, "")) for question in QUESTIONS}


def sent(form: Mapping[str, str]) -> Answer:
    chosen = {question: form.get(question, "").strip() for question in QUESTIONS}
    return Answer(chosen, form.get("suggestion", ""), form.get("dealt", "yes") != "no")


def kept(said: Mapping[str, Any] | None) -> Answer:
    """What the sheet says of a department already, to be changed; of a new one nothing is preset."""
    if said is None or not said["dealt"]:
        return Answer({})
    pairs = zip(QUESTIONS, said["scores"], strict=True)
    return Answer({name: CANNOT_JUDGE if score is None else str(score) for name, score in pairs}, said["suggestion"])
