"""Who edits a catalog, and how long the texts that are said about a request type may be. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from servicedesk.people.models import Person
from servicedesk.people.rules import is_admin

# How many other words a request type is found by, and how long each may be.
KEYWORDS = (50, 60)


def edits_catalog(person: Person, department_id: int) -> bool:
    """Request types and templates of a department."""
    return is_admin(person) or department_id in person.leads


def are_keywords(words: Sequence[str]) -> bool:
    most, longest = KEYWORDS
    return len(words) <= most and all(isinstance(word, str) and 0 < len(word.strip()) <= longest for word in words)
