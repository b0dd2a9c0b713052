"""The demo door: an invented company and its history, told through the same actions as everything else."""

from servicedesk.demo.founding import PASSWORD, is_told, sign_ins
from servicedesk.demo.telling import Summary, refuse_unless_empty, tell

__all__ = ["PASSWORD", "Summary", "is_told", "refuse_unless_empty", "sign_ins", "tell"]
