"""HTML of a letter made fit to be shown: nothing that runs, asks, hides an address or reports that it was read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

import nh3

_TAGS = frozenset(
    """
    a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn div dl dt
    em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q rp rt ruby s samp section
    small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr
    """.split()  # noqa: SIM905 — a list of words is read best as words
)
# Gone with all that they hold: no text for people.
_HOLLOW = frozenset(
    """
    script style title template noscript noembed noframes iframe object applet xmp plaintext textarea select option svg math frameset
    audio video canvas
    """.split()  # noqa: SIM905
)
_EVERYWHERE = frozenset({"align", "valign", "bgcolor", "dir", "lang", "title", "style"})
_ATTRIBUTES = {
    "*": set(_EVERYWHERE),
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "table": {"width", "height", "border", "cellpadding", "cellspacing", "summary"},
    "td": {"width", "height", "colspan", "rowspan", "nowrap"},
    "th": {"width", "height", "colspan", "rowspan", "nowrap", "scope"},
    "col": {"width", "span"},
    "colgroup": {"width", "span"},
    "font": {"color", "face", "size"},
    "ol": {"start", "type"},
    "ul": {"type"},
    "li": {"value"},
    "hr": {"width", "size", "color"},
    "time": {"datetime"},
}
# None of them takes an address, leaves its box, covers or hides something.
_STYLES = frozenset(
    """
    color background-color font-family font-size font-style font-weight text-align text-decoration text-indent vertical-align
    line-height white-space direction width max-width padding padding-top padding-right padding-bottom padding-left border border-top
    border-right border-bottom border-left border-color border-style border-width border-collapse border-spacing
    """.split()  # noqa: SIM905
)
_SCHEMES = frozenset({"http", "https", "mailto", "cid"})
_LINK = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x20]", re.IGNORECASE)
_REMOTE = re.compile(r"https?://[^/]", re.IGNORECASE)
# Words, numbers, colours; an address needs more than that, and so does what is written differently each time.
_PLAIN_VALUE = re.compile(r"[\w#%., +-]{1,100}|(?:rgb|hsl)a?\([\d.,% ]{1,40}\)", re.ASCII)
# Stands for an address that is left out until it is known which pictures nobody would see; no letter can write a quote there.
_BLOCKED = "blocked:"
_BLOCKED_SOURCE = ' src="blocked:"'
# As nh3 writes them: quotes within values are escaped.
_IMAGE = re.compile(r'<img(?: [a-z]+="[^"]*")*>')
_LINKED = re.compile(r"<a(?=[ >])")
_TINY = re.compile(r' (?:width|height)="\s*0*[01](?:px)?\s*"')


@dataclass(frozen=True)
class CleanHtml:
    """HTML to be shown in a frame of its own, and how many pictures from elsewhere were left out of it: they stand there as
    an `img` without `src`."""

    html: str
    blocked_images: int


def safe_html(html: str, images: Mapping[str, str], remote_images: bool) -> CleanHtml:
    """`images` says at which address of ours the picture of a content-id is; links lead to the web and to mail programs
    alone, in a new window and without saying whence. Pictures that nobody sees are dropped even where others are asked for:
    they tell their sender who read it when. Written once, it is not changed by a second time."""
    ours = frozenset(images.values())

    def filtered(_tag: str, name: str, value: str) -> str | None:
        if name == "href":
            return value.strip() if _LINK.match(value.strip()) else None
        if name == "style":
            return _style(value)
        if name != "src":
            return value
        if value in ours:
            return value
        if value[:4].lower() == "cid:":
            return images.get(unquote(value[4:])) or images.get(value[4:])
        if not _REMOTE.match(value):
            return None
        return value if remote_images else _BLOCKED

    clean = nh3.clean(
        html, tags=set(_TAGS), clean_content_tags=set(_HOLLOW), attributes=_ATTRIBUTES, attribute_filter=filtered,
        url_schemes=set(_SCHEMES), link_rel=None,
    )  # fmt: skip
    # A second time it would be taken for the mark of an encoding and be dropped.
    clean = clean.lstrip("\ufeff")
    # nh3 can add these too, in an order that changes from call to call.
    clean = _LINKED.sub('<a target="_blank" rel="noopener noreferrer nofollow"', clean)
    blocked = 0

    def shown(image: re.Match[str]) -> str:
        nonlocal blocked
        if _TINY.search(image[0]):
            return ""
        blocked += _BLOCKED_SOURCE in image[0]
        return image[0].replace(_BLOCKED_SOURCE, "")

    clean = _IMAGE.sub(shown, clean)
    return CleanHtml(clean, blocked)


def _style(value: str) -> str | None:
    """Its declarations that are of a known kind and plain."""
    kept = []
    for declaration in value.split(";"):
        name, _, said = (part.strip() for part in declaration.partition(":"))
        said = " ".join(re.sub(r"[\"']|!important", "", said).split())
        if name.lower() in _STYLES and _PLAIN_VALUE.fullmatch(said):
            kept.append(f"{name.lower()}:{said}")
    return ";".join(kept) or None
