"""Reports that a mail did not arrive (RFC 3464, and what servers wrote before it and still do), as facts. Believes none of
them: whether the mail was ours, its identifiers and addresses must prove."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from servicedesk.mailin.parse import plain_bounces
from servicedesk.mailin.parse.charsets import one_line
from servicedesk.mailin.parse.headers import Headers, identifiers
from servicedesk.mailin.parse.parts import Part
from servicedesk.mailin.shapes import Address, Bounce

_REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_HEADER_PARTS = frozenset({"text/rfc822-headers", "message/rfc822-headers", "message/global-headers", "text/rfc822"})
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]{1,60})[ \t]*:[ \t]*(.*)")
_STATUS = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})\b")
_ADDRESS = re.compile(r"[^\s<>,;\"()\[\]]{1,64}@[^\s<>,;\"()\[\]]{1,190}")
_ORIGINAL_ID = re.compile(
    r"^[>\s]{0,8}(?:x-original-)?message-id:[ \t]*(?:\r?\n[ \t]+)?<([^<>\s]{1,998})>", re.IGNORECASE | re.MULTILINE
)
# Worst first.
_ACTIONS = ("failed", "delayed", "relayed", "expanded", "delivered")


@dataclass(frozen=True)
class _Recipient:
    address: str
    action: str
    status: str
    diagnostic: str


def bounce_of(
    headers: Headers, root: Part, to: tuple[Address, ...], subject: str, text: str, envelope_from: str | None
) -> Bounce | None:
    """None for a letter that is no such report. `text` is all that can be read in it."""
    reports = [part for part in root.walk() if part.kind in _REPORTS]
    sent_to = frozenset(address.address for address in to)
    if not reports and not (
        root.kind == "multipart/report" and root.parameters.get("report-type", "").lower() == "delivery-status"
    ):
        found = plain_bounces.read(headers, subject, text, envelope_from, sent_to)
        return found and _with_ids(found, _ids(headers, root, text))
    rows = [row for part in reports for row in _rows(part.text())]
    action = next((known for known in _ACTIONS if any(row.action == known for row in rows)), "")
    rows = [row for row in rows if row.action == action] or rows
    status = next((row.status for row in rows if row.status), "")
    diagnostic = next((row.diagnostic for row in rows if row.diagnostic), "")
    recipients = tuple(dict.fromkeys(row.address for row in rows if row.address))
    said = plain_bounces.facts(headers, text, sent_to)
    # Some reports say in their text what their table leaves out or has as "5.0.0".
    if (not status or status.endswith(".0.0")) and said.status[:1] == (status or said.status)[:1] and said.status:
        status = said.status
    return Bounce(
        recipients or said.recipients, status, _permanent(action, status),
        (diagnostic or said.diagnostic)[: plain_bounces.DIAGNOSTIC_LENGTH], _ids(headers, root, text),
    )  # fmt: skip


def _rows(text: str) -> Iterator[_Recipient]:
    for fields in _groups(text):
        address = _address(fields.get("final-recipient", "")) or _address(fields.get("original-recipient", ""))
        address = _address(fields.get("original-recipient", "")) or address
        if not (address or "action" in fields or "status" in fields):
            continue
        diagnostic = fields.get("diagnostic-code", "")
        status = _STATUS.match(fields.get("status", "")) or _STATUS.search(diagnostic)
        precise = _STATUS.search(diagnostic)
        if status and precise and status[0].endswith(".0.0") and precise[1] == status[1]:
            status = precise
        yield _Recipient(
            address, fields.get("action", "").split(" ")[0].strip().lower(), status[0] if status else "",
            one_line(diagnostic.partition(";")[2] or diagnostic),
        )  # fmt: skip


def _groups(text: str) -> Iterator[dict[str, str]]:
    """Fields between blank lines; the first of a name counts."""
    fields: dict[str, str] = {}
    last = ""
    for line in [*text.split("\n"), ""]:
        found = _FIELD.match(line)
        if not line.strip():
            if fields:
                yield fields
            fields, last = {}, ""
        elif line[0] in " \t" and last:
            fields[last] = f"{fields[last]} {line.strip()}"[:4000]
        elif found:
            last = found[1].lower()
            if last in fields:
                last = ""
            else:
                fields[last] = found[2].strip()[:4000]


def _address(value: str) -> str:
    """Of "rfc822; user@example.com"."""
    found = _ADDRESS.search(value.partition(";")[2] or value)
    return found[0].lower().strip(".'") if found else ""


def _permanent(action: str, status: str) -> bool | None:
    if action == "delayed" or status.startswith("4"):
        return False
    if action == "failed" or status.startswith("5"):
        return True
    return None


def _ids(headers: Headers, root: Part, text: str) -> tuple[str, ...]:
    """Of the mail it is about: in the letter or the headers it encloses or quotes, or what it says it answers."""
    found: list[str] = []
    for part in root.walk():
        inner = part.enclosed()
        if inner is not None:
            found += identifiers(inner.headers.first("message-id"))
        if part.kind in _HEADER_PARTS:
            found += _ORIGINAL_ID.findall(part.text()[:300_000])
    if not found:
        found = _ORIGINAL_ID.findall(text)
    for name in ("in-reply-to", "references"):
        found += identifiers(headers.first(name))
    return tuple(dict.fromkeys(found))[:20]


def _with_ids(bounce: Bounce, ids: tuple[str, ...]) -> Bounce:
    return Bounce(bounce.recipients, bounce.status, bounce.permanent, bounce.diagnostic, ids)
