"""What a letter says, read from the shelf and taken apart for whoever may read it. Who that is, its callers have asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from flask import Response, render_template, send_file
from flask_babel import gettext as _
from markupsafe import Markup

from servicedesk.files import rules
from servicedesk.kernel.errors import NotFound
from servicedesk.mailin.parse import Limits, new_text_apart, parse_apart, safe_html
from servicedesk.mailin.personal import holds_link, is_text, masked, stands_in
from servicedesk.mailin.shapes import Attached, IncomingMail, Unparsable
from servicedesk.web.session import settings
from servicedesk.web.ticket_files import SEALED
from servicedesk.web.uploads import shelf

# For the frame that shows a letter: its own styles and no scripts. It keeps our origin, since a browser sends no cookie for
# the letter's pictures otherwise; links open in windows of their own. With pictures from elsewhere it says nothing of where it stands.
FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'{elsewhere}; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)


@dataclass(frozen=True)
class Part:
    """A file of the letter, `number` its place among them. `kind` is what its content shows; one that is not `offered` runs
    a program when it is opened, or is `personal`: it may hold somebody's personal link."""

    number: int
    name: str
    kind: str
    size: int
    offered: bool
    personal: bool = False

    @property
    def is_picture(self) -> bool:
        return rules.is_shown_inline(self.kind)


@dataclass(frozen=True)
class Content:
    """`mail` is None where `why_not` says the reason. One that is `personal` quotes a mail of ours with a link that is its
    addressee's alone: the link is left out, and the letter is not given away as it came."""

    mail: IncomingMail | None
    why_not: str | None = None
    personal: bool = False

    @property
    def text(self) -> str:
        """All of it as plain text, whatever it quotes, but for personal links."""
        if self.mail is None:
            return ""
        text = (self.mail.text or "").strip() or _words_of(self.mail.html or "")
        return masked(text, settings().public_url)

    @property
    def parts(self) -> list[Part]:
        files = self.mail.attachments if self.mail else ()
        return [_part(number, file, withheld=self.personal and is_text(file)) for number, file in enumerate(files)]

    @property
    def loose_parts(self) -> list[Part]:
        """Without pictures that stand in the text."""
        if self.mail is None:
            return []
        shown = {number for number, file in enumerate(self.mail.attachments) if _stands_in(self.mail.html, file)}
        return [part for part in self.parts if part.number not in shown or not part.is_picture]


def content_of(letter: Any) -> Content:
    if letter.outcome == "too_large":
        return Content(None, _("The letter was not fetched: it lies on the mail server."))
    try:
        mail = parse_apart(_raw(letter), Limits(decoded_bytes=settings().file_max_bytes))
        return Content(mail, personal=holds_link(mail, settings().public_url))
    except NotFound:
        return Content(None, _("The letter as it came is not kept any more."))
    except Unparsable:
        if stands_in(_raw(letter), settings().public_url):
            return Content(None, _("The letter could not be taken apart."), personal=True)
        return Content(None, _("The letter could not be taken apart. You can download it as it came."))


def download(letter: Any) -> Response:
    """As it came: a file for a mail program, never a page."""
    path = shelf().path_of(letter.digest)
    if not letter.digest or not path.is_file() or content_of(letter).personal:
        raise NotFound()
    answer = send_file(path, mimetype="message/rfc822", as_attachment=True, download_name=f"letter-{letter.id}.eml")
    answer.headers["Content-Security-Policy"] = SEALED
    return answer


def part_of(content: Content, number: int, *, inline: bool) -> Response:
    """One file of the letter; only pictures are shown, everything else is downloaded."""
    part = next((part for part in content.parts if part.number == number and part.offered), None)
    if part is None or content.mail is None:
        raise NotFound()
    answer = send_file(
        BytesIO(content.mail.attachments[number].content), mimetype=part.kind, download_name=part.name,
        as_attachment=not (inline and part.is_picture),
    )  # fmt: skip
    answer.headers["Content-Security-Policy"] = SEALED
    return answer


def frame(content: Content, address_of: Callable[[int], str], *, elsewhere: bool) -> Response:
    """The HTML of the letter as a page for a frame; `address_of` gives the address of a part by its number, `elsewhere`
    lets pictures of other servers be loaded, which tells those servers that it is read."""
    if content.mail is None or not content.mail.html:
        raise NotFound()
    images = {
        file.content_id: address_of(part.number)
        for part, file in zip(content.parts, content.mail.attachments, strict=True)
        if file.content_id and part.is_picture and part.offered
    }
    clean = safe_html(content.mail.html, images, elsewhere)
    # Nothing but what safe_html lets through, and the policy below allows no script whatever that is.
    body = Markup(masked(clean.html, settings().public_url))  # noqa: S704
    answer = Response(render_template("letters/frame.html", body=body))
    answer.headers["Content-Security-Policy"] = FRAME_POLICY.format(elsewhere=" https: http:" if elsewhere else "")
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def blocked_pictures(content: Content) -> int:
    """How many pictures of the HTML lie elsewhere."""
    return safe_html(content.mail.html, {}, False).blocked_images if content.mail and content.mail.html else 0


def _words_of(html: str) -> str:
    try:
        return new_text_apart(None, html).whole.strip() if html else ""
    except Unparsable:
        return ""


def _raw(letter: Any) -> bytes:
    path = shelf().path_of(letter.digest)
    if not letter.digest or not path.is_file():
        raise NotFound()
    return path.read_bytes()


def _part(number: int, file: Attached, *, withheld: bool) -> Part:
    name, head = rules.cleaned_name(file.name), file.content[: rules.HEAD]
    place = rules.root_entry_at(head)
    entry = b"" if place is None else file.content[place : place + 128]
    offered = rules.refusal_of(head, name, entry) is None and not withheld
    return Part(number, name, rules.kind_of(head, name), len(file.content), offered, withheld)


def _stands_in(html: str | None, file: Attached) -> bool:
    return bool(html and file.content_id and f"cid:{file.content_id}" in html)
