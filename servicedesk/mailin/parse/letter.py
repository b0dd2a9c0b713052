"""A letter as facts: puts together what the rooms beside it read."""

from __future__ import annotations

import html

from servicedesk.mailin.parse.addresses import addresses
from servicedesk.mailin.parse.automatic import automatic_of, wants_no_answer
from servicedesk.mailin.parse.body import Content, content_of
from servicedesk.mailin.parse.bounces import bounce_of
from servicedesk.mailin.parse.canonical import canonical, message_key
from servicedesk.mailin.parse.headers import Headers, identifiers, moment, readable
from servicedesk.mailin.parse.limits import Limits
from servicedesk.mailin.parse.parts import FAULTS, Tree
from servicedesk.mailin.shapes import Address, IncomingMail, Unparsable
from servicedesk.mailout.references import OWN_HEADER

SUBJECT_LENGTH, MOST_REFERENCES = 998, 200
# What later decisions and the page of a letter ask for besides.
_KEPT = frozenset(
    {
        "from", "sender", "subject", "date", "message-id", "in-reply-to", "references", "auto-submitted", "precedence", "list-id",
        "list-unsubscribe", "x-auto-response-suppress", "x-autoreply", "x-loop", "feedback-id", "return-path", "importance",
        "x-priority", "content-language",
    }
)  # fmt: skip
_DELIVERED = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
# How much of a text in HTML is read for rules.
_HTML_LENGTH = 200_000


def parse(raw: bytes, limits: Limits = Limits()) -> IncomingMail:  # noqa: B008 — frozen
    """Takes a letter apart, in this process. Raises `Unparsable` for one that is broken or past a limit, and nothing else."""
    try:
        return _parsed(raw, limits)
    except FAULTS as error:
        raise Unparsable(f"broken: {type(error).__name__}") from error


def _parsed(raw: bytes, limits: Limits) -> IncomingMail:
    tree = Tree(raw, limits)
    headers, root = tree.root.headers, tree.root
    people = _People(headers, limits)
    senders, to, cc, reply_to = (people.of(name) for name in ("from", "to", "cc", "reply-to"))
    envelope_from = people.envelope_from()
    subject = readable(headers.first("subject"), SUBJECT_LENGTH)
    content = content_of(tree)
    readable_text = _readable(content)
    ids = identifiers(headers.first("message-id"))
    message_id = ids[0] if ids else None
    received = headers.all("received")
    return IncomingMail(
        message_id=message_id,
        message_key=message_key(message_id, headers, raw),
        canonical=canonical(headers, raw),
        senders=senders,
        from_headers=len(headers.all("from")),
        envelope_from=envelope_from,
        to=to,
        cc=cc,
        reply_to=reply_to,
        delivered_to=people.delivered_to(),
        subject=subject,
        sent_at=moment(headers.first("date")),
        received_at=moment(received[0].rpartition(";")[2]) if received else None,
        references=_references(headers),
        text=content.text,
        html=content.html,
        attachments=content.attachments,
        encrypted=content.encrypted,
        automatic=automatic_of(headers, root, senders, subject, envelope_from, has_text=bool(readable_text.strip())),
        wants_no_answer=wants_no_answer(headers),
        bounce=bounce_of(headers, root, to, subject, readable_text, envelope_from),
        own_header=headers.first(OWN_HEADER.lower()) or None,
        received_count=len(received),
        authentication_results=headers.all("authentication-results"),
        headers=tuple((name, readable(value, 2000)) for name, value in headers.items if name in _KEPT),
    )


class _People:
    """Addresses of all headers together count towards the limit."""

    def __init__(self, headers: Headers, limits: Limits) -> None:
        self.headers, self.left = headers, limits.addresses

    def of(self, name: str) -> tuple[Address, ...]:
        found = tuple(address for value in self.headers.all(name) for address in addresses(value, self.left))
        self.left -= len(found)
        if self.left < 0:
            raise Unparsable("too many addresses")
        return found

    def delivered_to(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(address.address for name in _DELIVERED for address in self.of(name)))

    def envelope_from(self) -> str | None:
        """What the last server was told; empty where it was told nothing, None where it does not say."""
        value = next(iter(self.headers.all("return-path")), None)
        if value is None:
            return None
        found = addresses(value, 10)
        return found[0].address if found else ""


def _references(headers: Headers) -> tuple[str, ...]:
    """In their order, the last ones where there are many; what the letter answers comes last."""
    found = [name for value in headers.all("references") for name in identifiers(value)]
    found += [name for value in headers.all("in-reply-to") for name in identifiers(value)]
    return tuple(dict.fromkeys(found))[-MOST_REFERENCES:]


def _readable(content: Content) -> str:
    """All that stands in it to be read, roughly: for rules about reports, never shown."""
    if content.text is not None or content.html is None:
        return content.text or ""
    return html.unescape(_bare(content.html[:_HTML_LENGTH])).replace("\xa0", " ")


def _bare(written: str) -> str:
    """Without tags and what no one reads; a tag that ends a line ends one here. Looks at every sign once."""
    out: list[str] = []
    lower, at = written.lower(), 0
    while (start := written.find("<", at)) >= 0:
        out.append(written[at:start])
        end = written.find(">", start)
        if end < 0:
            return "".join(out)
        name = lower[start + 1 : start + 8].split(">")[0].split(" ")[0]
        at = end + 1
        if name in ("style", "script", "title"):
            closing = lower.find(f"</{name}", at)
            at = len(written) if closing < 0 else closing
        elif name.lstrip("/").rstrip("/") in ("br", "p", "div", "tr", "li", "h1", "h2", "h3"):
            out.append("\n")
    return "".join([*out, written[at:]])
