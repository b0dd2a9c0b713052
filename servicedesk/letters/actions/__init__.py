"""Use cases of letters, one file per subject."""

from servicedesk.letters.actions.leaving import leave_undelivered

__all__ = ["leave_undelivered"]
