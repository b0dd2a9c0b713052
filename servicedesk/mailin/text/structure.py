"""What tags, classes and styles of mail programs say: this is quoted, this is a signature, this is not to be seen."""

from __future__ import annotations

import re
from collections.abc import Mapping

from servicedesk.mailin.text.lines import Role

_STYLE_LENGTH = 2000

# By class or id. Outlook on the web and others put "x_" before those of the letter they quote.
_NAMES = {
    # Gmail, Thunderbird, Roundcube.
    Role.ATTRIBUTION: "gmail_attr moz-cite-prefix reply-intro",
    # Outlook on the web, on phones and on the Mac, Hotmail, Yahoo, Zoho, Outlook Express.
    Role.QUOTED_FROM_HERE: "divrplyfwdmsg appendonsend mail-editor-reference-message-container olk_src_body_section stopspelling"
    " yahoo_quoted zmail_extra outlookmessageheader",
    # Gmail, Thunderbird, Outlook, Apple, Proton, Zimbra, Samsung.
    Role.SIGNATURE: "gmail_signature moz-signature signature ms-outlook-mobile-signature applemailsignature"
    " protonmail_signature_block zmsignature composer_signature",
}
_ROLES = {name: role for role, names in _NAMES.items() for name in names.split()}
_QUOTES = frozenset(
    ("gmail_quote", "protonmail_quote", "tutanota_quote", "yahoo_quoted_msg", "mail-quote", "mail-quote-collapse")
)
# Outlook for Windows: a rule above the head of the quoted letter, a blue bar beside quoted text.
_RULED = re.compile(
    r"border-top:(?:solid)?(?:#(?:e1e1e1|b5c4df)|windowtext)?(?:1\.0pt)?(?:solid)?(?:#(?:e1e1e1|b5c4df)|windowtext)"
)
_BARRED = re.compile(r"border-left:solidblue")
_HIDDEN = re.compile(
    r"(?:^|;)(?:display:none|visibility:hidden|max-height:0(?![.\d])|font-size:0(?![.\d])|opacity:0(?![.\d]))"
)
_VERBATIM = re.compile(r"(?:^|;)white-space:pre")
_SPACED = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "pre", "table", "blockquote", "hr"))
_NO_GAP = re.compile(r"(?:^|;)margin(?:-bottom)?:0")


def role_of(tag: str, attributes: Mapping[str, str]) -> Role | None:
    for name in _names(attributes):
        if role := _ROLES.get(name):
            return role
        # Yandex puts its own letters and digits before the name.
        if name.endswith("wmi-sign"):
            return Role.SIGNATURE
    if not attributes:
        return None
    if "data-signature-widget" in attributes or attributes.get("data-smartmail") == "gmail_signature":
        return Role.SIGNATURE
    return Role.QUOTED_FROM_HERE if tag == "div" and _RULED.search(style(attributes)) else None


def is_cite(tag: str, attributes: Mapping[str, str]) -> bool | None:
    """Whether an element holds a quoted letter; None when what stands above it must tell."""
    if tag == "blockquote":
        named = attributes.get("type", "").lower() == "cite" or "cite" in attributes
        return named or _is_quote(attributes) or "border-left:" in style(attributes) or None
    return tag == "div" and bool(attributes) and bool(_BARRED.search(style(attributes)))


def is_hidden(attributes: Mapping[str, str]) -> bool:
    """Whether it is not to be seen: previews for lists of letters, above all."""
    return bool(attributes) and ("hidden" in attributes or bool(_HIDDEN.search(style(attributes))))


def is_verbatim(tag: str, attributes: Mapping[str, str]) -> bool:
    return tag == "pre" or (bool(attributes) and bool(_VERBATIM.search(style(attributes))))


def is_spaced(tag: str, attributes: Mapping[str, str]) -> bool:
    """Whether an empty line stands around it; Outlook's paragraphs are lines."""
    if tag == "p" and attributes:
        return not attributes.get("class", "").startswith("Mso") and not _NO_GAP.search(style(attributes))
    return tag in _SPACED


def style(attributes: Mapping[str, str]) -> str:
    """The style in lower case and without spaces."""
    found = attributes.get("style") if attributes else None
    return "".join(found[:_STYLE_LENGTH].lower().split()) if found else ""


def _is_quote(attributes: Mapping[str, str]) -> bool:
    return any(name in _QUOTES or name.endswith("wmi-quote") for name in _names(attributes))


def _names(attributes: Mapping[str, str]) -> list[str]:
    if not attributes:
        return []
    both = f"{attributes.get('class', '')} {attributes.get('id', '')}"
    return [name.removeprefix("x_") for name in both[:_STYLE_LENGTH].lower().split()]
