"""Which part of a ticket's story is asked for and in which order: from the address and a cookie, never from rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

# What is shown; notes are offered to who reads them.
ALL, MESSAGES, NOTES, FILES, CHANGES = "all", "messages", "notes", "files", "changes"
SHOWN = (ALL, MESSAGES, NOTES, FILES, CHANGES)
ORDERS = ("oldest", "newest")
# The browser remembers in which order its person reads; one year.
COOKIE = "timeline"
REMEMBERED_SECONDS = 365 * 86400


@dataclass(frozen=True)
class View:
    """`before` is the cursor of an earlier page; `whole` asks for all pages at once, for paper."""

    show: str = ALL
    newest_first: bool = False
    before: str | None = None
    whole: bool = False

    @property
    def of_all(self) -> bool:
        """Whether this is the newest part of the whole story: what one comes back to after writing."""
        return self.show == ALL and self.before is None


def asked_view(args: Mapping[str, Any], cookies: Mapping[str, Any]) -> View:
    """The view an address asks for; what is not one of ours means the usual."""
    show, order = args.get("show", ALL), args.get("order") or cookies.get(COOKIE)
    return View(show if show in SHOWN else ALL, order == "newest", args.get("before"))


def view_here() -> View:
    return asked_view(request.args, request.cookies)


def address(ticket_id: int, view: View, **changes: Any) -> str:
    """The page of the ticket with this view, changed in these things."""
    wanted = {"show": view.show, "before": None} | changes
    if wanted["show"] == ALL:
        wanted["show"] = None
    return url_for("tickets.ticket", ticket_id=ticket_id, **wanted)


def remember_order(answer: Any, order: str) -> None:
    secure = request.is_secure
    answer.set_cookie(
        COOKIE, order, max_age=REMEMBERED_SECONDS, secure=secure, httponly=True, samesite="Lax",
        path=request.script_root or "/",
    )  # fmt: skip
