"""Reports of non-delivery without a table for machines: read line by line, with patterns that cannot run away."""

from __future__ import annotations

import re
from dataclasses import dataclass

from servicedesk.mailin.shapes import Address, Bounce

_DAEMON = re.compile(
    r"(?:mailer-?daemon|postmaster|mdaemon|mail-?daemon|mailerdaemon|mail-?delivery.*)(?:[-_.+].*)?", re.IGNORECASE
)
_DAEMON_NAME = re.compile(r"(?:mail delivery|mailer.daemon|delivery (?:sub)?system|postmaster)", re.IGNORECASE)
_SUBJECT = re.compile(
    r"\W*(?:undeliver|returned mail|mail delivery (?:fail|system|status)|delivery (?:status )?(?:notification|failure|report)|failure notice"
    r"|mail (?:could not be|system error|failure)|message (?:could not be|undeliver|delivery|status)|failed (?:mail|delivery)"
    r"|delivery (?:has )?failed|non.?deliver|unable to deliver|warning: (?:could not|message)|delayed mail|returning message"
    r"|user unknown|unknown user|недостав|не ?удалось доставить|сообщение не доставлено|письмо не доставлено|ошибка доставки"
    r"|unzustellbar|échec de la remise|notificaci.n de error)",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"undeliver|could ?n[o']t be (?:delivered|sent)|(?:not|n't) (?:be )?deliver|deliver\w* (?:has |to .{0,80} )?fail|fail\w* (?:to )?deliver"
    r"|permanent (?:fatal )?err|fatal error|unable to (?:deliver|send)|returned (?:to|by|mail|below)|rejected|bounced|could not send"
    r"|delay|unknown user|user unknown|no such user|не доставлен|недоставлен|не может быть доставлен|не удалось доставить|unzustellbar|ошибка",
    re.IGNORECASE,
)
_ADDRESS = r"([^\s<>,;:\"()\[\]=]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]{0,190}[A-Za-z0-9])"
_ALONE = re.compile(
    rf"\s*(?:to:?\s*)?[<\[(]?(?:mailto:|smtp:|rfc822;\s*)?{_ADDRESS}[>\])]?[:.,;]*\s*(?:\(.{{0,200}}\))?\s*",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"[>\s*-]{{0,8}}(?:(?:intended |failed |original |final )?recipients?(?: address)?|(?:original|final)-recipient|to|rcpt to|failed addresses?|user|address|message for"
    rf"|получател[ья]|адрес получателя)\s*(?:is|was)?\s*[:;>]*\s*(?:rfc822;\s*)?[<\"(]*{_ADDRESS}",
    re.IGNORECASE,
)
_RCPT = re.compile(rf"\brcpt to:\s*<?{_ADDRESS}", re.IGNORECASE)
_STARTS = re.compile(
    rf"\s*[<\[]?{_ADDRESS}[>\]]?(?:\s*:|\.\.\.|\s+-|\s+\(|\s{{2,}}|,?\s+(?:user|delivery|was|is|not|host|no|unknown|relay|message|mailbox|could|unable)\b)",
    re.IGNORECASE,
)
_WITHIN = re.compile(
    rf"(?:to|for|user|recipient|address|mailbox|delivered:?|deliver to|кому|адрес[ау]?)\s+[<\"'(\[]*{_ADDRESS}",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(rf"<{_ADDRESS}>")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,2}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(
    r"(?<![\d.@-])([45]\d\d)[ -](?=\D)|\(#?([45]\.\d\.\d)\)|\b(?:code|error|status)[:\s]{1,3}([45]\d\d)\b",
    re.IGNORECASE,
)
# Words that say what a code would.
_WORDS = (
    (re.compile(r"mailbox (?:is )?full|quota|over ?limit|insufficient (?:disk|storage|system)|exceed\w* .{0,30}(?:size|storage)|переполнен", re.IGNORECASE), "5.2.2"),
    (re.compile(r"(?:host|domain)\w*(?: name)? (?:is )?(?:unknown|not found|does not exist)|unknown (?:host|domain)|unrouteable|couldn't find any host|no mx|dns error|name or service", re.IGNORECASE), "5.1.2"),
    (re.compile(r"user\s?\w{0,10} (?:is )?(?:unknown|not found|doesn't|does not|not listed)|unknown (?:user|recipient|address|local)|no such|not exist|n't exist|not listed|invalid (?:recipient|address|user|mailbox)|no mailbox|not known|recipient .{0,20}(?:rejected|not found)|mailbox (?:unavailable|not found)|не существует|не найден|cannot be found|couldn't be found|not a (?:valid|known)|unknown", re.IGNORECASE), "5.1.1"),
    (re.compile(r"time.?d? ?out|expired|not respond|connection refused|too long|too many hops|retry", re.IGNORECASE), "4.4.0"),
    (re.compile(r"spam|blocked|blacklist|policy|denied|virus|rejected|refused|content", re.IGNORECASE), "5.7.0"),
)  # fmt: skip
_ORIGINAL = re.compile(
    r"[-=_>\s]{0,80}(?:below this line|this is a copy of|original message|included (?:is|below)|your (?:original )?message (?:follows|is included|header)|unsent message"
    r"|message (?:header|text) follows|copy of (?:the|your) message|returned message|original (?:mail|headers)|исходное сообщение|received: from|return-path:)",
    re.IGNORECASE,
)
MOST_LINES, LINE_LENGTH, MOST_RECIPIENTS = 400, 600, 20


@dataclass(frozen=True)
class Facts:
    recipients: tuple[str, ...]
    status: str
    diagnostic: str


def read(senders: tuple[Address, ...], subject: str, text: str, envelope_from: str | None) -> Bounce | None:
    """A letter from a mail server, or with a subject of one, whose text says that something failed. One sign alone, such as
    an empty envelope sender, makes no report: whoever is away answers with it too."""
    daemon = envelope_from == "" or any(
        _DAEMON.fullmatch(sender.address.rpartition("@")[0]) or _DAEMON_NAME.match(sender.name) for sender in senders
    )
    called = _SUBJECT.match(subject) is not None
    if not (daemon or called):
        return None
    found = facts(text)
    said = any(_FAILED.search(line) for line in _lines(text))
    signs = daemon + called + said + bool(found.recipients and found.status)
    if signs < 3:
        return None
    permanent = not found.status.startswith("4") if found.status else None
    return Bounce(found.recipients, found.status, permanent, found.diagnostic, ())


def facts(text: str) -> Facts:
    """Whom it concerns, the code, and the line that says why, from what stands above the returned mail."""
    lines = _lines(text)
    recipients = _recipients(lines)
    status, diagnostic = _why(lines)
    return Facts(recipients, status, diagnostic)


def _lines(text: str) -> list[str]:
    lines = [line[:LINE_LENGTH] for line in text[: MOST_LINES * LINE_LENGTH].split("\n")[:MOST_LINES]]
    for at, line in enumerate(lines):
        if at > 2 and _ORIGINAL.match(line):
            # Some put the returned mail first, and why they return it below.
            return lines[:at] if any(line.strip() for line in lines[:at]) else lines
    return lines


def _recipients(lines: list[str]) -> tuple[str, ...]:
    """The first way of writing that finds one."""
    for match in (_ALONE.fullmatch, _NAMED.match, _RCPT.search, _STARTS.match, _WITHIN.search, _IN_BRACKETS.search):
        found = [hit[1].lower() for line in lines if (hit := match(line))]
        if found:
            return tuple(dict.fromkeys(found))[:MOST_RECIPIENTS]
    return ()


def _why(lines: list[str]) -> tuple[str, str]:
    for line in lines:
        if found := _STATUS.search(line):
            return found[1], line.strip()
    for line in lines:
        if found := _REPLY.search(line):
            code = found[1] or found[3]
            said = _in_words([line])
            if found[2]:
                return found[2], line.strip()
            return (said[0] if said[0][:1] == code[0] else f"{code[0]}.0.0"), line.strip()
    return _in_words(lines)


def _in_words(lines: list[str]) -> tuple[str, str]:
    for words, status in _WORDS:
        for line in lines:
            if words.search(line):
                return status, line.strip()
    return "", ""
