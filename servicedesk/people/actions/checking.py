"""What several use cases check and set. Only the files beside this one call it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

from servicedesk.kernel.errors import DeskError, Invalid
from servicedesk.kernel.text import LANGUAGES, N_
from servicedesk.people import rules

THEMES = ("system", "light", "dark")


def assign(row: Any, values: Mapping[str, Any]) -> tuple[str, ...]:
    changed = tuple(sorted(key for key, value in values.items() if getattr(row, key) != value))
    for key in changed:
        setattr(row, key, values[key])
    return changed


def check(
    language: str | None = None,
    timezone: str | None = None,
    theme: str | None = None,
    topics: Sequence[str] = (),
    thanks_name: str | None = None,
    start_page: str | None = None,
) -> None:
    faults: dict[str, Any] = {}
    if language is not None and language not in LANGUAGES:
        faults["language"] = N_("The languages are ru and en.")
    if timezone is not None and timezone not in available_timezones():
        faults["timezone"] = N_("There is no such time zone; write it like Europe/Moscow.")
    if theme is not None and theme not in THEMES:
        faults["theme"] = N_("The themes are system, light and dark.")
    if thanks_name is not None and thanks_name not in rules.THANKS_NAME:
        faults["thanks_name"] = N_("Choose one of the three.")
    if start_page is not None and start_page not in rules.START_PAGES:
        faults["start_page"] = N_("Begin with the home page or with the queue.")
    if not rules.are_topics(topics):
        most, longest = rules.TOPICS
        sentence = N_("Topics are at most %(most)d short texts of at most %(longest)d characters each.")
        faults["topics"] = DeskError(sentence, most=most, longest=longest)
    if faults:
        raise Invalid(fields=faults)
