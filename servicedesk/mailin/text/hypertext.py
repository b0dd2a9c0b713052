"""HTML of letters as lines of text. Reads tags as they come and builds no tree, so neither depth nor breadth can hurt.

What is not seen (styles, scripts, hidden previews) is left out; what the structure says about quoting goes along.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from servicedesk.mailin.text.attributions import attribution
from servicedesk.mailin.text.layout import Layout
from servicedesk.mailin.text.lines import Line, Role, written
from servicedesk.mailin.text.structure import is_cite, is_hidden, is_spaced, is_verbatim, role_of


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


_SILENT = _tags(
    "head style script title template object applet svg math xml iframe frameset select datalist audio video map"
)
_VOID = _tags(
    "area base basefont bgsound br col command embed frame hr img input isindex keygen link meta param source track wbr"
)
_BLOCKS = _tags(
    """
    address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol p pre section summary table tbody tfoot thead tr ul
    """
)
_CELLS = frozenset(("td", "th"))
_LISTS = frozenset(("ul", "ol", "menu", "dir"))
# Lists and quotations within each other are shown no deeper.
_DEEPEST = 20


def readable(html: str) -> str:
    """The whole letter as text: links as `text (address)`, lists with their marks, a table's rows as lines."""
    return written(hypertext_lines(html))


def hypertext_lines(html: str) -> list[Line]:
    """The lines of an HTML letter, in time that grows with its length. Never raises."""
    reader = _Reader()
    parser = etree.HTMLParser(target=reader, huge_tree=True, encoding="utf-8")
    parser.feed(html.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace"))
    return list(parser.close() or reader.close())


@dataclass(slots=True)
class _Element:
    tag: str
    silent: bool = False
    cite: bool = False
    verbatim: bool = False
    spaced: bool = False
    role: Role | None = None
    href: str = ""


class _Reader:
    """Is told of every tag and text in turn. Knows the open elements, nothing else of the document."""

    def __init__(self) -> None:
        self._layout = Layout()
        self._open: list[_Element] = []
        self._silent = self._verbatim = 0
        self._roles = [Role.TEXT]
        self._link: _Element | None = None
        self._label: list[str] = []
        # For every open list the number of its last item, None where items have no numbers.
        self._lists: list[int | None] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in _VOID:
            self._void(tag, attributes)
            return
        element = _Element(tag, silent=tag in _SILENT or is_hidden(attributes))
        self._open.append(element)
        self._silent += element.silent
        if self._silent:
            return
        element.spaced = not self._lists and is_spaced(tag, attributes)
        if tag in _CELLS:
            self._layout.cell()
        self._edge(element)
        self._quote(element, attributes)
        self._list(tag, attributes)
        element.verbatim = is_verbatim(tag, attributes)
        self._verbatim += element.verbatim
        if tag == "a":
            element.href = attributes.get("href", "").strip()
            self._link, self._label = element, []
        elif "@" in tag:
            # «Name <name@example.com>» of a program that forgot to escape.
            self._layout.text(f"<{tag}>")

    def end(self, tag: str) -> None:
        if tag in _VOID or not self._open:
            return
        element = self._open.pop()
        if self._silent:
            self._silent -= element.silent
            return
        if element is self._link:
            self._link = None
            self._address(element.href)
        self._verbatim -= element.verbatim
        if element.cite or element.role:
            self._layout.flush()
        self._layout.depth -= element.cite
        if element.role:
            self._roles.pop()
            self._layout.role = self._roles[-1]
        if tag in _LISTS and self._lists:
            self._lists.pop()
        self._edge(element)

    def data(self, data: str) -> None:
        if self._silent:
            return
        if self._link:
            self._label.append(data)
        self._layout.text(data, verbatim=bool(self._verbatim))

    def close(self) -> list[Line]:
        self._layout.flush()
        return self._layout.lines

    def _void(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._silent or is_hidden(attributes):
            return
        if tag == "br":
            self._layout.line_break()
        elif tag == "hr":
            self._layout.block(spaced=True)
            if role_of(tag, attributes) is Role.QUOTED_FROM_HERE:
                self._begin_quoted()
        elif tag == "img" and (words := " ".join(attributes.get("alt", "").split())):
            # A picture of a face stands for itself.
            self._layout.text(f"[{words}]" if any(map(str.isalnum, words)) else words)

    def _edge(self, element: _Element) -> None:
        if element.tag == "tr":
            self._layout.flush()
        elif element.tag in _BLOCKS:
            self._layout.block(spaced=element.spaced)

    def _quote(self, element: _Element, attributes: Mapping[str, str]) -> None:
        cite = is_cite(element.tag, attributes)
        if cite is None or cite:
            self._layout.flush()
            element.cite = (self._is_introduced() if cite is None else cite) and self._layout.depth < _DEEPEST
            self._layout.depth += element.cite
        role = role_of(element.tag, attributes)
        if role is Role.QUOTED_FROM_HERE:
            self._begin_quoted()
        elif role:
            self._layout.flush()
            element.role = self._layout.role = role
            self._roles.append(role)

    def _begin_quoted(self) -> None:
        self._layout.flush()
        self._layout.next_role = Role.QUOTED_FROM_HERE

    def _is_introduced(self) -> bool:
        lines = self._layout.lines
        for index in range(len(lines) - 1, max(-1, len(lines) - 4), -1):
            if not lines[index].is_blank:
                return lines[index].depth == self._layout.depth and attribution(lines, index) is not None
        return False

    def _list(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in _LISTS:
            first = attributes.get("start", "1")
            before = int(first) - 1 if first.isascii() and first.isdigit() and len(first) < 7 else 0
            self._lists.append(before if tag == "ol" else None)
        elif tag == "li":
            indent = "  " * (min(len(self._lists), _DEEPEST) - 1)
            number = self._lists[-1] if self._lists else None
            if number is None:
                self._layout.item(f"{indent}- ")
            else:
                self._lists[-1] = number + 1
                self._layout.item(f"{indent}{number + 1}. ")

    def _address(self, href: str) -> None:
        """Adds where a link leads, unless its words say so."""
        label = " ".join("".join(self._label).split())
        if not label:
            return
        scheme, _, rest = href.partition(":")
        if scheme.lower() == "mailto":
            address = rest.partition("?")[0]
            if address and address.lower() not in label.lower():
                self._layout.text(f" ({address})")
        elif scheme.lower() in ("http", "https", "ftp") and _bare(href) != _bare(label):
            self._layout.text(f" ({href})")


def _bare(address: str) -> str:
    address = address.lower().rstrip("/")
    for beginning in ("https://", "http://", "ftp://", "www."):
        address = address.removeprefix(beginning)
    return address
