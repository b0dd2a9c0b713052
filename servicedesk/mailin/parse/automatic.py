"""Whether a person wrote a letter (RFC 3834, and what programs do instead). Facts and one weak hint; decides nothing."""

from __future__ import annotations

import re

from servicedesk.mailin.parse.headers import Headers, keyword
from servicedesk.mailin.parse.parts import Part
from servicedesk.mailin.shapes import Address, Automatic

_BULK = frozenset({"bulk", "list", "junk"})
_NO_REPLY = re.compile(
    r"(?:do[-_.]?not|no|nao|ne)[-_.]?(?:reply|responda|pas[-_.]?repondre)(?:[-_.+].*)?|(?:mailer-daemon|postmaster)(?:[-_.+].*)?"
)
_SUBJECT = re.compile(
    r"\W*(?:"
    r"авто\W?ответ|автоматический\s+ответ|вне\s+офиса|нет\s+на\s+(?:рабочем\s+)?месте|(?:я\s+)?в\s+отпуске|отсутствую|меня\s+не\s+будет"
    r"|out\s+of\s+(?:the\s+)?office|automatic\s+reply|auto\W?(?:matic\s+)?(?:reply|response|respon[ds]er)|vacation|away\s+from|on\s+(?:vacation|leave|holiday)"
    r"|abwesenheit\w*|automatische\s+antwort|réponse\s+automatique|absence\s+du\s+bureau|risposta\s+automatica|respuesta\s+automática"
    r")\b",
    re.IGNORECASE,
)
_METHOD = re.compile(r"^METHOD:REPLY\s*$", re.MULTILINE | re.IGNORECASE)


def automatic_of(
    headers: Headers,
    root: Part,
    senders: tuple[Address, ...],
    subject: str,
    envelope_from: str | None,
    *,
    has_text: bool,
) -> Automatic | None:
    """None for a letter of a person."""
    return (
        _receipt(root)
        or _calendar(root)
        or _declared(headers)
        or _bulk(headers)
        or _responder(headers)
        or _report(root)
        or _sender(senders)
        or _hint(headers, subject, envelope_from, has_text=has_text)
    )


def wants_no_answer(headers: Headers) -> bool:
    """Whether X-Auto-Response-Suppress asks for it. Ordinary letters of Exchange carry that header; it does not say that
    the letter is automatic."""
    return any(
        word.strip().lower() in ("all", "oof", "autoreply")
        for value in headers.all("x-auto-response-suppress")
        for word in value.split(",")
    )


def _receipt(root: Part) -> Automatic | None:
    kinds = {part.kind for part in root.walk()}
    if "message/disposition-notification" in kinds or _report_type(root) == "disposition-notification":
        return Automatic("receipt", "disposition-notification")
    return None


def _calendar(root: Part) -> Automatic | None:
    for part in root.walk():
        if part.kind == "text/calendar" and (
            part.parameters.get("method", "").lower() == "reply" or _METHOD.search(part.text()[:100_000])
        ):
            return Automatic("calendar", "METHOD:REPLY")
    return None


def _declared(headers: Headers) -> Automatic | None:
    for value in headers.all("auto-submitted"):
        word = keyword(_without_comments(value))
        if word != "no":
            return Automatic("replied" if word == "auto-replied" else "generated", "Auto-Submitted")
    return None


def _bulk(headers: Headers) -> Automatic | None:
    words = {keyword(_without_comments(value)) for value in headers.all("precedence")}
    if words & _BULK:
        return Automatic("bulk", "Precedence")
    if "auto_reply" in words:
        return Automatic("replied", "Precedence")
    named = next((name for name in ("List-Id", "List-Unsubscribe", "Feedback-ID") if headers.has(name.lower())), None)
    return Automatic("bulk", named) if named else None


def _responder(headers: Headers) -> Automatic | None:
    if headers.has("x-autoreply"):
        return Automatic("replied", "X-Autoreply")
    if any(name.startswith("x-autorespond") for name in headers.names()):
        return Automatic("replied", "X-Autorespond")
    return Automatic("generated", "X-Loop") if headers.has("x-loop") else None


def _report(root: Part) -> Automatic | None:
    """A report is made by a machine, whatever about (RFC 6522)."""
    return Automatic("generated", "multipart/report") if root.kind == "multipart/report" else None


def _sender(senders: tuple[Address, ...]) -> Automatic | None:
    if any(_NO_REPLY.fullmatch(sender.address.rpartition("@")[0]) for sender in senders):
        return Automatic("generated", "sender")
    return None


def _hint(headers: Headers, subject: str, envelope_from: str | None, *, has_text: bool) -> Automatic | None:
    """A subject like "Out of office" alone says nothing: people write about their absence too. It counts in a letter that
    answers another one without a "Re:" before it, beside an empty envelope sender, beside the wish for no automatic answer, or
    where no text stands below it."""
    if not _SUBJECT.match(subject):
        return None
    answers = headers.has("in-reply-to") or headers.has("references")
    if answers or envelope_from == "" or wants_no_answer(headers) or not has_text:
        return Automatic("replied", "subject")
    return None


def _report_type(part: Part) -> str:
    return part.parameters.get("report-type", "").lower() if part.kind == "multipart/report" else ""


def _without_comments(value: str) -> str:
    """Comments may stand before the keyword."""
    out, depth = [], 0
    for sign in value:
        depth += sign == "("
        if not depth:
            out.append(sign)
        depth -= sign == ")" and depth > 0
    return "".join(out)
