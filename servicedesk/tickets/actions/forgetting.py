"""Dropping what nobody refers to."""

from __future__ import annotations

from servicedesk.files.actions import UNUSED_FOR
from servicedesk.kernel.stamp import Stamp
from servicedesk.tickets import queries


def forget_files(stamp: Stamp, *wanted: queries.Wanted) -> int:
    """Drop the rows of files that were sent a day ago and are part of no request; their bytes go afterwards. Says how many
    were looked at: fewer than 500 were all. `wanted` are files that other slices refer to: those that wait with drafts."""
    return queries.drop_unused_files(stamp.at - UNUSED_FOR, wanted)
