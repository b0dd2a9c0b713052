"""The demo door: an invented company and its history, told through the same actions as everything else."""

from servicedesk.demo.founding import PASSWORD, sign_ins
from servicedesk.demo.telling import Summary, tell

__all__ = ["PASSWORD", "Summary", "sign_ins", "tell"]
