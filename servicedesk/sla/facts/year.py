"""The shape of one year's facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Year:
    """`shortened` are working days that are one hour shorter; `moved` maps a day off to the day it was moved to.

    `source` says in each language where it comes from; `provisional` that the decree itself was not seen by who wrote it down.
    """

    source: Mapping[str, str]
    shortened: tuple[date, ...]
    moved: Mapping[date, date]
    provisional: bool = False
