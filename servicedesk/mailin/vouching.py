"""What our own mail server says about who sent a letter (Authentication-Results, RFC 8601). Pure; trusts nobody else.

A sender can write such a header too, in our server's name. So a pass counts only from the topmost header that bears our
server's name: what our server adds stands above everything that came in. A fail counts from each of them, since nobody gains
by accusing themselves. Servers are to remove headers in their own name from what comes in; docs/mail.md says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_RESULT = re.compile(r"([a-z][a-z0-9_.-]*)(?:\s*/\s*\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(r"([a-z]+)\s*\.\s*([a-z0-9_.-]+)\s*=\s*([^\s;]+)", re.IGNORECASE)
_MOST = 20_000


@dataclass(frozen=True)
class _Said:
    method: str
    result: str
    properties: dict[str, str] = field(default_factory=dict)


def verdict(headers: Sequence[str], authserv_id: str | None, sender: str) -> str:
    """pass, fail or none: whether the server of that name vouches for the address in From.

    DMARC decides where the server names it; else a signature or an envelope of the sender's own domain passes, and without
    one a signature or envelope that failed fails.
    """
    ours = [_results(value) for value in headers if authserv_id and _server_of(value) == authserv_id.lower()]
    domain = sender.rpartition("@")[2].lower()
    if any(_judged(said, domain) == "fail" for said in ours):
        return "fail"
    return _judged(ours[0], domain) if ours else "none"


def _judged(said: Sequence[_Said], domain: str) -> str:
    dmarc = [one.result for one in said if one.method == "dmarc" and one.result in ("pass", "fail")]
    if dmarc:
        return "fail" if "fail" in dmarc else "pass"
    if any(one.result == "pass" and _domain_in(one) == domain for one in said):
        return "pass"
    return "fail" if any(one.method in ("spf", "dkim") and one.result == "fail" for one in said) else "none"


def _domain_in(said: _Said) -> str:
    """The domain for which a signature or an envelope was found right. It must be the sender's very own: which domains
    belong together is DMARC's to say."""
    if said.method == "dkim":
        named = said.properties.get("header.d") or said.properties.get("header.i", "")
    else:
        named = said.properties.get("smtp.mailfrom", "") if said.method == "spf" else ""
    return named.rpartition("@")[2].lower().strip("<>.")


def _server_of(value: str) -> str:
    words = _plain(value).partition(";")[0].split()
    return words[0].lower() if words else ""


def _results(value: str) -> list[_Said]:
    return [said for part in _plain(value).split(";")[1:] if (said := _said(part)) is not None]


def _said(part: str) -> _Said | None:
    found = _RESULT.match(part.strip())
    if found is None:
        return None
    rest = part.strip()[found.end() :]
    properties = {f"{kind}.{name}".lower(): text for kind, name, text in _PROPERTY.findall(rest)}
    return _Said(found[1].lower(), found[2].lower(), properties)


def _plain(value: str) -> str:
    """Without comments and with quoted texts as blanks: neither can then be taken for a result."""
    return _QUOTED.sub(_unquoted, "".join(_outside_comments(value[:_MOST])))


def _unquoted(found: re.Match[str]) -> str:
    text = found[0][1:-1]
    return text if re.fullmatch(r"[\w.@+-]+", text) else " "


def _outside_comments(value: str) -> Iterable[str]:
    depth, quoted, skip = 0, False, False
    for sign in value:
        if skip or sign == "\\":
            skip = not skip
            if not depth:
                yield sign
        elif quoted or (sign == '"' and not depth):
            quoted = not quoted if sign == '"' else quoted
            yield sign
        elif sign == "(":
            depth += 1
        elif sign == ")":
            depth = max(0, depth - 1)
        elif not depth:
            yield sign
