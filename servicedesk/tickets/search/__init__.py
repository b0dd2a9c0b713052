"""Search over requests: everything a person may see, and nothing of anything else.

`language` reads what is typed, `filters` says what filters mean, `finding` asks, `passages` shows where it stands.
"""

from servicedesk.tickets.search.filters import Asking, Chip, PromiseWish, Understood, asking, understood
from servicedesk.tickets.search.finding import Found, Hit, found, narrowed, quick
from servicedesk.tickets.search.language import LONGEST, Asked, Question, Word, read, written
from servicedesk.tickets.search.passages import Passage, Piece
from servicedesk.tickets.search.terms import Span

__all__ = [
    "LONGEST", "Asked", "Asking", "Chip", "Found", "Hit", "Passage", "Piece", "PromiseWish", "Question", "Span", "Understood", "Word",
    "asking", "found", "narrowed", "quick", "read", "understood", "written",
]  # fmt: skip
