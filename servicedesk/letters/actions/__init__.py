"""Use cases of letters and of the mailboxes they come from, one file per subject."""

from servicedesk.letters.actions.keeping import Fate, answer_stranger, change_fate, keep_letter, keep_too_large
from servicedesk.letters.actions.leaving import forget_old, leave_undelivered
from servicedesk.letters.actions.mailboxes import Progress, claim, fail, finish_look, keep, let_go

__all__ = [
    "Fate",
    "Progress",
    "answer_stranger",
    "change_fate",
    "claim",
    "fail",
    "finish_look",
    "forget_old",
    "keep",
    "keep_letter",
    "keep_too_large",
    "leave_undelivered",
    "let_go",
]
