"""Patterns that answers must match, by RE2: its time grows with the text alone, so no pattern can stop the desk. Pure."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2

from servicedesk.kernel.errors import DeskError
from servicedesk.kernel.text import N_

LONGEST_PATTERN = 200
# What a compiled pattern may take, in bytes; RE2 refuses what needs more.
_MEMORY = 1 << 20


def pattern_fault(pattern: Any) -> DeskError | None:
    """Why this can be no pattern; None where it can."""
    if not isinstance(pattern, str) or not pattern:
        return DeskError(N_("A pattern is a text."))
    if len(pattern) > LONGEST_PATTERN:
        return DeskError(N_("A pattern has at most %(most)d characters."), most=LONGEST_PATTERN)
    try:
        _compiled(pattern)
    except UnicodeEncodeError:
        return DeskError(N_("The pattern has characters that cannot be kept."))
    except re2.error as error:
        said = error.args[0] if error.args else ""
        reason = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        return DeskError(N_("The pattern cannot be computed: %(reason)s"), reason=reason)
    return None


def fits(pattern: str, text: str) -> bool:
    """Whether the whole text is what the pattern describes."""
    try:
        return _compiled(pattern).fullmatch(text) is not None
    except UnicodeEncodeError:
        return False


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors, options.max_mem = False, _MEMORY
    return re2.compile(pattern, options)
