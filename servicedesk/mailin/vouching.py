"""What our own mail server says about who sent a letter (Authentication-Results, RFC 8601). Pure; trusts nobody else.

A sender can write such a header too, in our server's name. So a pass counts only from the topmost header that bears our
server's name: what our server adds stands above everything that came in. A fail counts from each of them, since nobody gains
by accusing themselves. Servers are to remove headers in their own name from what comes in; docs/mail.md says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_HARMLESS = re.compile(r"[\w.@+-]+")
_RESULT = re.compile(r"([a-z][a-z0-9_.-]*)(?:\s*/\s*\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)
# Everything in it is bounded: whoever writes such a header must not make us look at it for long.
_PROPERTY = re.compile(
    r"(?<![a-z])([a-z]{1,20})\s{0,9}\.\s{0,9}([a-z0-9_.-]{1,60})\s{0,9}=\s{0,9}([^\s;]+)", re.IGNORECASE
)
_MOST = 20_000


@dataclass(frozen=True)
class _Said:
    method: str
    result: str
    properties: dict[str, str] = field(default_factory=dict)


def verdict(headers: Sequence[str], authserv_id: str | None, sender: str) -> str:
    """pass, fail or none: whether the server of that name vouches for the address in From.

    DMARC decides where the server names it, unless the server read another domain in From than we did; else a signature or
    an envelope of the sender's own domain passes, and without one a signature or envelope that failed fails.
    """
    ours = [_results(value) for value in headers if authserv_id and _server_of(value) == authserv_id.lower()]
    domain = sender.rpartition("@")[2].lower()
    if any(_judged(said, domain) == "fail" for said in ours):
        return "fail"
    return _judged(ours[0], domain) if ours else "none"


def _judged(said: Sequence[_Said], domain: str) -> str:
    dmarc = [one for one in said if one.method == "dmarc" and one.result in ("pass", "fail")]
    if dmarc:
        if any(one.result == "fail" for one in dmarc):
            return "fail"
        return "pass" if all(one.properties.get("header.from", domain) == domain for one in dmarc) else "none"
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
    properties = {f"{kind}.{name}".lower(): text.lower() for kind, name, text in _PROPERTY.findall(rest)}
    return _Said(found[1].lower(), found[2].lower(), properties)


def _plain(value: str) -> str:
    """Without comments and with quoted texts as blanks: neither can then be taken for a result."""
    return "".join(_pieces(value[:_MOST]))


def _pieces(value: str) -> Iterator[str]:
    """What stands outside of comments, sign by sign, quoted texts as one piece."""
    depth, skip = 0, False
    quoted: list[str] | None = None
    for sign in value:
        if skip or sign == "\\":
            skip = not skip
            if quoted is not None:
                quoted.append(sign)
            elif not depth:
                yield sign
        elif quoted is not None:
            if sign != '"':
                quoted.append(sign)
                continue
            text, quoted = "".join(quoted), None
            yield text if _HARMLESS.fullmatch(text) else " "
        elif sign == '"' and not depth:
            quoted = []
        elif sign in "()":
            depth = max(0, depth + (1 if sign == "(" else -1))
        elif not depth:
            yield sign
