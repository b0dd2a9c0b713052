"""Sets texts into lines the way a browser would: spaces folded, breaks where blocks meet, the cells of a row in one line."""

from __future__ import annotations

import re

from servicedesk.mailin.text.lines import Line, Role, quoted_line, seen

_SPACE = re.compile(r"[ \t\n\f]+")
_CELL_BORDER = " | "


class Layout:
    """The lines so far and the one being written. Breaks wait for the next text, so that none stand at the end."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.depth = 0
        self.role = Role.TEXT
        # For the next line that says something.
        self.next_role: Role | None = None
        self._written: list[str] = []
        self._prefix = ""
        self._ended = self._gap = self._cell = False

    def text(self, data: str, *, verbatim: bool = False) -> None:
        if not verbatim:
            self._text(seen(_SPACE.sub(" ", data)), hard="\xa0" in data)
            return
        first, *others = seen(data).split("\n")
        self._text(first, verbatim=True)
        for line in others:
            self.line_break()
            self._text(line, verbatim=True)

    def line_break(self) -> None:
        if self._ended:
            self.flush()
        if self._written:
            self.flush()
        else:
            self._close_gap()
            self.lines.append(quoted_line("", self.depth, Role.TEXT))

    def block(self, *, spaced: bool = False) -> None:
        """The edge of a block."""
        self._ended = True
        self._gap = self._gap or (spaced and not self._prefix)

    def cell(self) -> None:
        """Another cell of the row; it goes on in the line of the one before."""
        self._ended = self._cell = bool(self._written)

    def item(self, mark: str) -> None:
        """What stands before the first text of a list's item."""
        self.flush()
        self._prefix = mark

    def flush(self) -> None:
        """Ends the line being written; needed before what lines have in common (depth, role) changes."""
        written = "".join(self._written).rstrip()
        is_empty = not self._written
        self._written = []
        self._ended = self._cell = False
        if not written.strip():
            if not is_empty:
                self.lines.append(quoted_line("", self.depth, Role.TEXT))
            return
        role = self.role
        if self.next_role:
            role, self.next_role = self.next_role, None
        self.lines.append(quoted_line(written, self.depth, role))

    def _text(self, text: str, *, verbatim: bool = False, hard: bool = False) -> None:
        """`hard`: with a space that is meant, so that it makes a line alone."""
        fresh = self._ended or not self._written
        if not text or (fresh and text.isspace() and not (verbatim or hard)):
            return
        if self._ended and self._cell and self._written:
            self._written.append(_CELL_BORDER)
            self._ended = self._cell = self._gap = False
        elif self._ended:
            self.flush()
        if not self._written:
            self._close_gap()
            self._written.append(self._prefix + (text if verbatim else text.lstrip(" ")))
            self._prefix = ""
        elif self._written[-1].endswith(" ") and not verbatim:
            self._written.append(text.lstrip(" "))
        else:
            self._written.append(text)

    def _close_gap(self) -> None:
        if self._gap and self.lines and not self.lines[-1].is_blank:
            self.lines.append(quoted_line("", min(self.depth, self.lines[-1].depth), Role.TEXT))
        self._gap = False
