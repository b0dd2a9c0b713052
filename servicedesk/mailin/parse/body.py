"""What of a letter is read as its text and what is a file. Loses nothing: what is not text is a file, whatever it is."""

from __future__ import annotations

import html
import mimetypes
import re
from dataclasses import dataclass, replace
from urllib.parse import unquote

from servicedesk.mailin.parse import tnef
from servicedesk.mailin.parse.charsets import clean, decoded
from servicedesk.mailin.parse.flowed import unflowed
from servicedesk.mailin.parse.headers import readable
from servicedesk.mailin.parse.parts import Part, Tree
from servicedesk.mailin.shapes import Attached, Unparsable

_READ = frozenset({"text/plain", "text/html"})
# Other ways to say what the text says already.
_OTHER_WAYS = frozenset(
    {"text/enriched", "text/richtext", "text/rtf", "text/x-amp-html", "text/watch-html", "text/x-watch-html"}
)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_CID = re.compile(r"cid:([^\"'\s>)]{1,255})", re.IGNORECASE)
_ENCRYPTED_TEXT = "-----BEGIN PGP MESSAGE-----"
NAME_LENGTH = 1000


@dataclass(frozen=True)
class Content:
    text: str | None
    html: str | None
    attachments: tuple[Attached, ...]
    # It holds something that only its reader's key opens.
    encrypted: bool


@dataclass(frozen=True)
class _Piece:
    """A stretch of the text, as plain text, as HTML, or both ways."""

    plain: str | None = None
    html: str | None = None


def content_of(tree: Tree) -> Content:
    """Raises `Unparsable` past a limit."""
    body = _Body(tree)
    pieces = body.view(tree.root)
    text, written = _joined(pieces)
    if body.opened and not (text or "").strip() and written is None:
        text, written = body.opened.text, body.opened.html
    elif body.opened and written is None:
        written = body.opened.html
    shown = {unquote(found) for found in _CID.findall(written or "")}
    files = tuple(replace(file, inline=file.content_id in shown) if file.content_id else file for file in body.files)
    return Content(text, written, files, body.encrypted or _ENCRYPTED_TEXT in (text or "")[:4000])


class _Body:
    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.files: list[Attached] = []
        self.encrypted = False
        self.opened: tnef.Opened | None = None

    def view(self, part: Part) -> list[_Piece]:
        children = part.children
        if not children:
            return self._leaf(part)
        if part.kind == "multipart/alternative":
            return self._alternative(children)
        if part.kind == "multipart/encrypted":
            self.encrypted = True
            for child in children:
                self._attach(child)
            return []
        if part.kind in ("multipart/related", "multipart/signed", "multipart/report"):
            first = self._start(part, children)
            pieces = self.view(first)
            for child in children:
                if child is not first:
                    self._attach_all(child)
            return pieces
        return [piece for child in children for piece in self.view(child)]

    def _alternative(self, children: list[Part]) -> list[_Piece]:
        """The last plain text and the last HTML: the best comes last."""
        best = _Piece()
        for child in children:
            if child.kind in _OTHER_WAYS:
                continue
            pieces = self.view(child)
            plain = [piece.plain for piece in pieces if piece.plain is not None]
            if plain:
                best = replace(best, plain="\n".join(plain))
            if any(piece.html is not None for piece in pieces):
                best = replace(best, html=_joined(pieces)[1])
        if best == _Piece():
            others = [child for child in children if child.kind in _OTHER_WAYS]
            return [_Piece(plain=child.text()) for child in others[:1]]
        return [best]

    def _leaf(self, part: Part) -> list[_Piece]:
        root = part is self.tree.root
        is_text = part.kind in _READ or part.main == "multipart" or (root and part.kind in _OTHER_WAYS)
        if not is_text or part.disposition == "attachment" or (part.filename and not root):
            self._attach(part)
            return []
        if part.kind == "text/html":
            return [_Piece(html=_html_of(part))]
        text = part.text()
        if part.parameters.get("format", "").lower() == "flowed":
            text = unflowed(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")
        return [_Piece(plain=text)]

    def _start(self, part: Part, children: list[Part]) -> Part:
        start = part.parameters.get("start", "").strip("<>")
        return next((child for child in children if start and child.content_id == start), children[0])

    def _attach_all(self, part: Part) -> None:
        for child in part.children:
            self._attach_all(child)
        if not part.children:
            self._attach(part)

    def _attach(self, part: Part) -> None:
        if part.kind.startswith("application/") and "pkcs7-mime" in part.kind:
            self.encrypted = self.encrypted or part.parameters.get("smime-type", "").lower() != "signed-data"
        content = part.content()
        if not content and not part.filename:
            return
        name = part.filename
        if part.kind in tnef.KINDS or name.lower() == "winmail.dat":
            opened = tnef.opened(content)
            if opened:
                self.opened = opened
                for file_name, data in opened.files:
                    self._keep(
                        Attached(
                            file_name or self._name("application/octet-stream"), _kind(file_name), self.tree.count(data)
                        )
                    )
                if opened.files or opened.text or opened.html:
                    return
        self._keep(Attached(name[:NAME_LENGTH] or self._name(part.kind, part), part.kind, content, part.content_id))

    def _keep(self, file: Attached) -> None:
        if len(self.files) >= self.tree.limits.attachments:
            raise Unparsable("too many attachments")
        self.files.append(file)

    def _name(self, kind: str, part: Part | None = None) -> str:
        """Of a file that came without one: an enclosed letter is called by its subject."""
        inner = part.enclosed() if part else None
        if inner:
            return f"{readable(inner.headers.first('subject'), 100) or 'letter'}.eml"
        ending = ".eml" if kind.startswith("message/") else mimetypes.guess_extension(kind) or ".bin"
        return f"file-{len(self.files) + 1}{ending}"


def _joined(pieces: list[_Piece]) -> tuple[str | None, str | None]:
    """All stretches as one text and one HTML. Where one of them is there as HTML alone, the text would lack it and is left
    out, unless it is empty; the HTML is always whole, or None where there is none."""
    pieces = [piece for piece in pieces if (piece.plain or "").strip() or (piece.html or "").strip()]
    if not pieces:
        return None, None
    text = (
        "\n".join(piece.plain or "" for piece in pieces) if all(piece.plain is not None for piece in pieces) else None
    )
    if all(piece.html is None for piece in pieces):
        return text, None
    written = [
        piece.html if piece.html is not None else f"<pre>{html.escape(piece.plain or '')}</pre>" for piece in pieces
    ]
    return text, "\n".join(written)


def _html_of(part: Part) -> str:
    """Its own words about its encoding count where the headers are silent."""
    declared = part.parameters.get("charset")
    data = part.content()
    if not declared and (found := _META_CHARSET.search(data, 0, 4096)):
        declared = found[1].decode("ascii")
    return clean(decoded(data, declared)).replace("\r\n", "\n").replace("\r", "\n")


def _kind(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
