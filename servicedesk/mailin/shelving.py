"""Files of a letter on their way into a request: bytes on the shelf before the transaction, rows inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any

from servicedesk.files import actions as files
from servicedesk.files.shelf import Shelf
from servicedesk.kernel.errors import DeskError, Invalid, TooLarge
from servicedesk.kernel.stamp import Stamp
from servicedesk.mailin.shapes import Attached


@dataclass
class Brought:
    """What came with a letter: what was taken, and what was not, with the reason."""

    taken: list[files.Put] = field(default_factory=list)
    refused: list[tuple[str, DeskError]] = field(default_factory=list)

    def register(self, stamp: Stamp, owner_id: int) -> list[Any]:
        """Rows for what lies on the shelf."""
        return [files.register(stamp, one, owner_id) for one in self.taken]


def put_on(shelf: Shelf, attached: Sequence[Attached], at: datetime) -> Brought:
    """Never fails over a file: one that is not taken is only named. Bytes that no request gets are cleared away in time."""
    brought = Brought()
    for one in attached:
        try:
            brought.taken.append(files.put(shelf, BytesIO(one.content), one.name, at))
        except TooLarge as fault:
            brought.refused.append((one.name, fault))
        except Invalid as fault:
            brought.refused.append((one.name, fault.fields.get("file", fault)))
    return brought
