"""Reports of non-delivery without a table for machines: read line by line, with patterns that cannot run away."""

from __future__ import annotations

import re
from dataclasses import dataclass

from servicedesk.mailin.parse.headers import Headers, readable
from servicedesk.mailin.shapes import Bounce

_DAEMON = re.compile(
    r"(?:^|[<\"\s(])(?:mailer-?daemon|post[_-]?master|mdaemon|mail-?daemon|mail-?delivery[^@\s]{0,40})(?:[-_.+][^@\s]{0,60})?(?:@|\s*$|>)"
    r"|mail deliver(?:y|er)? (?:sub)?system|delivery (?:sub)?system|mailer.daemon",
    re.IGNORECASE,
)
_ANSWER = re.compile(r"\s*(?:re|fwd?|aw|wg|tr|rif|ответ|на|пересл)\s*:", re.IGNORECASE)
_SUBJECT = re.compile(
    r"undeliver|returned (?:e?-?mail|to sender)|failure notice|mail (?:system error|could not be|failed|failure)|returning (?:message|to sender)"
    r"|(?:message|mail|e-mail) (?:could not be|undeliver|delivery)|deliver\w*(?: status)? (?:has )?(?:notification|failure|report|failed|error|problem)"
    r"|(?:fail\w*|error|unable|problem|trouble) (?:to |in |with )?(?:deliver|sending|mail)|non.?deliver|delayed (?:e?-?mail|message)"
    r"|^(?:user unknown|unknown user|warning: )|недостав|не (?:может быть |удалось )?доставл?|ошибка доставки|unzustellbar|échec de la remise",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"undeliver|could ?n[o']t be (?:delivered|sent)|(?:not|n't) (?:be )?deliver|deliver\w* .{0,120}fail|fail\w* .{0,40}deliver|did not reach"
    r"|(?:fatal|permanent|transient|delivery|permanent fatal) err|(?:unable|trouble|error|problem)s? (?:to )?(?:deliver|send)|returned (?:to|by|mail|below)"
    r"|rejected|bounced|could not send|delay|unknown user|user unknown|no such user|invalid user|no valid recipients"
    r"|не доставлен|недоставлен|не может быть доставлен|не удалось доставить|unzustellbar|exceeds allowed size",
    re.IGNORECASE,
)
_ADDRESS = r"([^\s<>,;:\"()\[\]=]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]{0,190}[A-Za-z0-9])"
# Ways in which a line names whom it did not reach, the surest first.
_NAMES_ONE = (
    re.compile(
        rf"[\s>*•-]{{0,12}}(?:to:?\s*)?[<\[(]?(?:mailto:|smtp:|rfc822;\s*)?{_ADDRESS}[>\])]?[:.,;]*\s*(?:\([^()]{{0,200}}\)?)?\s*",
        re.IGNORECASE,
    ).fullmatch,
    re.compile(
        r"[>\s*-]{0,8}(?:(?:intended |failed |original |final )?recipients?(?: address)?|(?:original|final)-recipient|to|rcpt to"
        rf"|failed addresses?|user|address|message for|получател[ья]|адрес получателя)\s*(?:is|was)?\s*[:;>]*\s*(?:rfc822;\s*)?[<\"(]*{_ADDRESS}",
        re.IGNORECASE,
    ).match,
    re.compile(rf"\brcpt to:\s*<?{_ADDRESS}", re.IGNORECASE).search,
    re.compile(
        rf"\s*[<\[]?{_ADDRESS}[>\]]?(?:\s*:|\s*\.\.\.|\s+[-(\[]|\s{{2,}}|,?\s+(?:on|user|delivery|was|is|not|host|no|unknown|relay|message|mailbox|could|unable)\b)",
        re.IGNORECASE,
    ).match,
    re.compile(
        rf"(?=[^:]{{0,120}}(?:deliver|fail|size|mailbox|error|recipient|доставл|ошибк)).{{3,120}}?:\s*[<\"]?{_ADDRESS}",
        re.IGNORECASE,
    ).match,
    re.compile(
        rf"(?:to|for|user|recipient|address|mailbox|delivered|deliver to|кому|адрес[ау]?|получател[юья])\s+[<\"'(\[]*{_ADDRESS}",
        re.IGNORECASE,
    ).search,
    re.compile(rf"<{_ADDRESS}>").search,
)
_CONTACT = re.compile(r"contact|assistance|support|обратитесь|help", re.IGNORECASE)
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,2}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(
    r"(?<![\d.@-])([45]\d\d)[ -](?=\D)|\(#?([45]\.\d\.\d)\)|\b(?:code|error|status)[:\s]{1,3}([45]\d\d)\b",
    re.IGNORECASE,
)
# What the words say where there is no code; the first one found in the text.
_WORDS = (
    (r"(?:mailbox|folder|inbox)\w* (?:is |was )?full|quota|over ?limit|insufficient (?:disk|storage|system)|exceeds? (?:allowed|maximum|storage)|переполнен", "5.2.2"),
    (r"size limit|too (?:large|big)|exceed\w* .{0,30}size", "5.3.4"),
    (r"(?:host|domain)\w*(?: name)? (?:is )?(?:unknown|not found|does not exist)|unknown (?:host|domain)|unrouteable|couldn't find any host|no mx|mx or srv|dns error|name or service", "5.1.2"),
    ((r"user\s?\w{0,10} (?:is )?(?:unknown|not found|doesn't|does not|not listed)|unknown (?:user|recipient|address|local)|no such|n[o']t exist|not listed"
     r"|(?:invalid|incorrect) (?:recipient|address|user|mailbox)|no mailbox|not known|recipient .{0,30}(?:rejected|not found|not recognized|incorrect)"
     r"|mailbox (?:unavailable|not found)|не существует|не найден|(?:cannot|couldn't) be found|not a (?:valid|known)|no valid recipients|(?<!or )unknown"), "5.1.1"),
    (r"delayed|warning message only|will be retried|still (?:trying|being)|temporary (?:failure|error)|задерж", "4.0.0"),
    (r"time.?d? ?out|expired|not respond|connection refused|too many hops|for a long time|\d attempts", "5.4.7"),
    (r"spam|blocked|blacklist|policy|denied|virus|rejected|refused", "5.7.0"),
    (r"permanent|permanently|постоянн", "5.0.0"),
)  # fmt: skip
_WORDS_OF = tuple((re.compile(words, re.IGNORECASE), status) for words, status in _WORDS)
_ORIGINAL = re.compile(
    r"[-=_>|*\s]{0,80}(?:below this line|this is a copy of|original message|included (?:is|below)|your (?:original )?message (?:follows|is included|header)"
    r"|unsent message|message (?:headers?|text) follows?|copy of (?:the|your) message|returned message|original (?:mail|headers)"
    r"|the header of the original|исходное сообщение|received: from|return-path:)",
    re.IGNORECASE,
)
MOST_LINES, LINE_LENGTH, MOST_RECIPIENTS, DIAGNOSTIC_LENGTH = 250, 300, 20, 500


@dataclass(frozen=True)
class Facts:
    """`coded` says that the status is a server's own, not what its words mean."""

    recipients: tuple[str, ...]
    status: str
    diagnostic: str
    coded: bool = False


def read(
    headers: Headers, subject: str, text: str, envelope_from: str | None, sent_to: frozenset[str]
) -> Bounce | None:
    """A letter of a mail server that calls itself a report or names whom it did not reach. One sign alone, such as an empty
    envelope sender, makes no report: whoever is away answers with it too."""
    mailer = any(_DAEMON.search(readable(value, 300)) for value in headers.all("from"))
    empty = envelope_from == ""
    called = not _ANSWER.match(subject) and _SUBJECT.search(subject[:200]) is not None
    if not (mailer or empty or called or headers.has("x-failed-recipients")):
        return None
    found = facts(headers, text, sent_to)
    named = bool(found.recipients) and any(_FAILED.search(line) for line in _lines(text))
    if (
        (called and (mailer or empty))
        or headers.has("x-failed-recipients")
        or (named and mailer)
        or (named and bool(found.status) and (called or (empty and found.coded)))
    ):
        permanent = not found.status.startswith("4") if found.status else None
        return Bounce(found.recipients, found.status, permanent, found.diagnostic[:DIAGNOSTIC_LENGTH], ())
    return None


def facts(headers: Headers, text: str, sent_to: frozenset[str]) -> Facts:
    """Whom it concerns, the code, and the line that says why, from what stands above the returned mail. The report goes to
    who sent that, so `sent_to` are none of its recipients where there are others."""
    lines = _lines(text)
    failed = tuple(
        address.strip().lower() for value in headers.all("x-failed-recipients") for address in value.split(",")
    )
    found = failed or _recipients(lines)
    recipients = tuple(address for address in found if address not in sent_to) or found
    status, diagnostic, coded = _why(lines)
    return Facts(recipients[:MOST_RECIPIENTS], status, diagnostic, coded)


def _lines(text: str) -> list[str]:
    lines = [line[:LINE_LENGTH] for line in text[: MOST_LINES * LINE_LENGTH].split("\n")[:MOST_LINES]]
    for at, line in enumerate(lines):
        if at > 2 and _ORIGINAL.match(line):
            # Some put the returned mail first, and why they return it below.
            return lines[:at] if any(line.strip() for line in lines[:at]) else lines
    return lines


def _recipients(lines: list[str]) -> tuple[str, ...]:
    """As the first way of writing names them that names any."""
    lines = [line for line in lines if "@" in line and not _CONTACT.search(line)]
    for match in _NAMES_ONE:
        found = [hit[1].lower() for line in lines if (hit := match(line))]
        if found:
            return tuple(dict.fromkeys(found))
    return ()


def _why(lines: list[str]) -> tuple[str, str, bool]:
    for line in lines:
        if found := _STATUS.search(line):
            return found[1], line.strip(), True
    for line in lines:
        if found := _REPLY.search(line):
            if found[2]:
                return found[2], line.strip(), True
            code = found[1] or found[3]
            said, _, _ = _in_words([line])
            return said if said[:1] == code[0] else f"{code[0]}.0.0", line.strip(), True
    return _in_words(lines)


def _in_words(lines: list[str]) -> tuple[str, str, bool]:
    for words, status in _WORDS_OF:
        for line in lines:
            if words.search(line):
                return status, line.strip(), False
    return "", "", False
