"""Drops what is over: ended sessions, old sign-in failures, kept answers, job runs, traces of erased rows; closes
confidential requests that were opened for a reason; removes files that nobody refers to."""

from __future__ import annotations

from datetime import datetime

from flask import current_app

from servicedesk.files import actions as files
from servicedesk.files.shelf import Shelf
from servicedesk.kernel import once
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.letters import actions as letter_actions
from servicedesk.letters import queries as letters
from servicedesk.mailout import actions as mailout
from servicedesk.people import actions as people
from servicedesk.ratings import access as rating_access
from servicedesk.ratings import actions as ratings
from servicedesk.ratings import rules as rating_rules
from servicedesk.reports import actions as reports
from servicedesk.tickets import actions as tickets
from servicedesk.tickets import queries as ticket_rows
from servicedesk.workbench import actions as workbench
from servicedesk.workbench import queries as workbench_rows


def sweep(at: datetime) -> int:
    with transaction():
        once.forget_old(at)
        letter_actions.forget_old(at)
        people.sweep(Stamp(None, at, "worker"))
        workbench.forget_old_drafts(at)
        workbench.forget_presence(at)
        workbench.forget_old_looks(at)
        workbench.forget_old_changes(at)
        workbench.forget_removed_views(at)
        today = rating_rules.day_of(at, rating_access.company_timezone())
        ratings.forget_invitations(today, keys=current_app.config["SETTINGS"].keys)
        # That somebody needed a reminder says that they had not answered by then, and of the others that they had. That of
        # a survey is queued for everybody, but fails only for who has not finished.
        mailout.forget_ended("rating_reminder", "survey_reminder")
    # Again, for a month or a survey whose closing was interrupted before this, or when somebody was reading.
    ratings.wipe_traces_of_opinions()
    reports.wipe_traces_of_answers()
    return 1


def close_seals(at: datetime) -> int:
    """Confidential requests are read by who opened them for so long and no longer."""
    handled = 0
    for seal_id in ticket_rows.seals_to_end(at):
        with transaction():
            handled += tickets.end_seal_of(Stamp(None, at, "worker"), seal_id)
    return handled


def clear_files(at: datetime) -> int:
    """Files that were sent and never used: their rows, then all bytes that no row names."""
    with transaction():
        tickets.forget_files(Stamp(None, at, "worker"), workbench_rows.files_of_drafts())
    settings = current_app.config["SETTINGS"]
    return files.clear(Shelf(settings.files_dir, settings.file_max_bytes), at, letters.known_digests)
