"""Use cases of letters and of the mailboxes they come from, one file per subject."""

from servicedesk.letters.actions.leaving import leave_undelivered
from servicedesk.letters.actions.mailboxes import Progress, claim, fail, finish_look, keep, let_go

__all__ = ["Progress", "claim", "fail", "finish_look", "keep", "leave_undelivered", "let_go"]
