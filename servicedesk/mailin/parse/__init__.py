"""Bytes of a letter to facts, and its HTML to what may be shown. Pure but for the process in which it may work; decides
nothing about requests."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from servicedesk.mailin.parse import markup
from servicedesk.mailin.parse.apart import new_text_apart, parse_apart, safe_html_apart
from servicedesk.mailin.parse.letter import parse
from servicedesk.mailin.parse.limits import Limits
from servicedesk.mailin.parse.markup import CleanHtml
from servicedesk.mailin.shapes import Unparsable

__all__ = ["CleanHtml", "Limits", "new_text_apart", "parse", "parse_apart", "safe_html"]

# The time for elements in elements grows with the square of their depth: 2,000 take some hundredths of a second.
_QUICK = 2000
# Somebody waits for the page, in seconds.
_PATIENCE = 2.0
_TAG = re.compile(r"<[^<>]{0,2000}>?")


def safe_html(written: str, images: Mapping[str, str], remote_images: bool) -> CleanHtml:
    """`markup.safe_html`; in the other process, under its limits, where there is so much of it that it could be made to take
    long. What is past them is shown as its bare words."""
    if written.count("<") <= _QUICK:
        return markup.safe_html(written, images, remote_images)
    try:
        return safe_html_apart(written, images, remote_images, Limits(seconds=_PATIENCE))
    except Unparsable:
        return CleanHtml(f"<pre>{html.escape(html.unescape(_TAG.sub(' ', written)))}</pre>", 0)
