"""Use cases of tickets, one file per kind."""

from servicedesk.tickets.actions.answering import answer_fields
from servicedesk.tickets.actions.approving import approve, cover_approvals, refuse
from servicedesk.tickets.actions.asking import adopt, ask_by_template, ask_department
from servicedesk.tickets.actions.attaching import attach, attach_sent, keep_file
from servicedesk.tickets.actions.covering import cover_tickets
from servicedesk.tickets.actions.editing import change_priority, rename, switch_request_type
from servicedesk.tickets.actions.ending import cancel, close, reopen, reopen_after_thanks, resolve
from servicedesk.tickets.actions.forgetting import forget_files
from servicedesk.tickets.actions.holding import end_hold_of, put_on_hold, resume
from servicedesk.tickets.actions.indexing import index_later, index_stale, mark_all_stale
from servicedesk.tickets.actions.linking import link, remove_link
from servicedesk.tickets.actions.mentioning import reads
from servicedesk.tickets.actions.merging import contest_merge, merge_into, unmerge
from servicedesk.tickets.actions.moving import assign, hand_over, take
from servicedesk.tickets.actions.opening import open_ticket
from servicedesk.tickets.actions.reminding import (
    approval_to_remind_of,
    park_reminder,
    put_off_reminder,
    remind_approver,
)
from servicedesk.tickets.actions.resubmitting import resubmit
from servicedesk.tickets.actions.sealing import break_seal, close_seal, end_seal_of
from servicedesk.tickets.actions.splitting import since_when, split
from servicedesk.tickets.actions.states import touch
from servicedesk.tickets.actions.talking import note, reply, thank
from servicedesk.tickets.actions.watching import add_follower, remove_follower, unwatch, watch

__all__ = [
    "add_follower",
    "adopt",
    "answer_fields",
    "approval_to_remind_of",
    "approve",
    "ask_by_template",
    "ask_department",
    "assign",
    "attach",
    "attach_sent",
    "break_seal",
    "cancel",
    "change_priority",
    "close",
    "close_seal",
    "contest_merge",
    "cover_approvals",
    "cover_tickets",
    "end_hold_of",
    "end_seal_of",
    "forget_files",
    "hand_over",
    "index_later",
    "index_stale",
    "keep_file",
    "link",
    "mark_all_stale",
    "merge_into",
    "note",
    "open_ticket",
    "park_reminder",
    "put_off_reminder",
    "put_on_hold",
    "reads",
    "refuse",
    "remind_approver",
    "remove_follower",
    "remove_link",
    "rename",
    "reopen",
    "reopen_after_thanks",
    "reply",
    "resolve",
    "resubmit",
    "resume",
    "since_when",
    "split",
    "switch_request_type",
    "take",
    "thank",
    "touch",
    "unmerge",
    "unwatch",
    "watch",
]
