"""The head of an earlier letter as Outlook and phones copy it, and the lines that set off quoted and forwarded letters."""

from __future__ import annotations

import re

from servicedesk.mailin.text.lines import LONGEST, Line

# Kinds of header lines and what they are called, by language: en ru uk de fr es pt it nl da/no sv pl cs fi.
LABELS = {
    "from": "from|от|от кого|від|von|de|da|van|fra|från|od|lähettäjä",
    "date": "sent|date|отправлено|дата|дата отправки|надіслано|gesendet|datum|envoyé|envoyé le|enviado|enviado el|enviada em"
    "|fecha|data|inviato|verzonden|sendt|dato|skickat|wysłano|wysłane|odesláno|lähetetty|päivämäärä",
    "to": "to|кому|an|à|a|para|per|aan|til|till|do|komu|vastaanottaja",
    "copy": "cc|bcc|копия|копія|скрытая копия|kopie|kopi|kopia|dw",
    "subject": "subject|тема|betreff|objet|sujet|asunto|assunto|oggetto|onderwerp|emne|ämne|temat|předmět|aihe",
    "other": "reply-to|importance|priority|attachments|важность|вложения|priorität|wichtigkeit|anlagen|risposta|importância",
}
_KINDS = {label: kind for kind, labels in LABELS.items() for label in labels.split("|")}
_HEADER = re.compile(r"[*_ \t]{0,8}([^\W\d_][\w -]{0,20}?)\s?[*_]{0,2}[:：][*_]{0,2}(.*)")
_RAW_HEADER = re.compile(r"[A-Za-z][A-Za-z-]{1,40}:\s|\s+\S")
# A header line may go on in the next ones, a long list of addressees in many.
_MOST_GOING_ON = 8

# «-----Original Message-----»: what follows was answered.
ANSWERED = (
    r"original message|исходное сообщение|первоначальное сообщение|оригинальное сообщение|вихідне повідомлення"
    r"|ursprüngliche nachricht|originalnachricht|message d'origine|message original|mensaje original|mensagem original"
    r"|messaggio originale|oorspronkelijk bericht|oprindelig besked|original meddelelse|opprinnelig melding"
    r"|originalmeddelande|ursprungligt meddelande|oryginalna wiadomość|wiadomość oryginalna|původní zpráva"
    r"|alkuperäinen viesti"
)
# What follows was sent on: the writer wants it read.
FORWARDED = (
    r"forwarded message|begin forwarded message|forwarded by .{1,80}"
    r"|пересылаемое сообщение|пересланное сообщение|перенаправленное сообщение|переадресованное сообщение"
    r"|пересилається повідомлення|переслане повідомлення"
    r"|начало переадресованного сообщения|начало пересылаемого сообщения|начало пересланного сообщения"
    r"|weitergeleitete nachricht|anfang der weitergeleiteten (?:e-mail|nachricht)|message transféré|message transfere"
    r"|début du message (?:transféré|réexpédié)|mensaje reenviado|inicio del mensaje reenviado|mensagem encaminhada"
    r"|início da mensagem (?:encaminhada|reencaminhada)|messaggio inoltrato|inizio messaggio inoltrato"
    r"|doorgestuurd bericht|begin doorgestuurd bericht|videresendt (?:meddelelse|besked|melding)"
    r"|vidarebefordrat (?:meddelande|brev)|wiadomość przekazana dalej|przekazana wiadomość|přeposlaná zpráva"
    r"|välitetty viesti"
)
_ANSWERED = re.compile(rf"[*_ ]{{0,4}}-{{2,20}}\s?(?:{ANSWERED})\s?-{{2,20}}[*_ ]{{0,4}}", re.IGNORECASE)
_FORWARDED = re.compile(
    rf"[*_ ]{{0,4}}-{{2,20}}\s?(?:{FORWARDED})\s?-{{2,20}}[*_ ]{{0,4}}|(?:{FORWARDED})\s?:", re.IGNORECASE
)
_RULER = re.compile(r"[_*]{10,100}")
_FORWARD_SUBJECT = re.compile(
    r"(?:fwd?|пересл|пер|вых|wg|tr|rv|enc|i|vs|vb|vl|pd|fs)\s?(?:\[\d{1,3}\])?\s?:", re.IGNORECASE
)


def is_forward(subject: str) -> bool:
    """Whether a letter with this subject sends another one on: «Fwd: …», «FW: …», «Пересл: …»."""
    return bool(_FORWARD_SUBJECT.match(subject.strip()[:LONGEST]))


def announces_forwarded(line: Line) -> bool:
    text = line.inner.strip()
    return len(text) <= LONGEST and bool(_FORWARDED.fullmatch(text))


def announces_answered(line: Line) -> bool:
    text = line.inner.strip()
    return len(text) <= LONGEST and bool(_ANSWERED.fullmatch(text))


def is_ruler(line: Line) -> bool:
    """Outlook draws a line of underscores above the head of the letter that it quotes."""
    return bool(_RULER.fullmatch(line.inner.strip()[:LONGEST]))


def is_head(lines: list[Line], first: int) -> bool:
    """Whether the head of a letter begins at `first`.

    A sender, a subject and one line more make a head, or a sender with an address and two lines more: a journey
    written down as «From: …, To: …, Date: …» is none. Nor is a part of something longer, such as all the headers of
    a letter that somebody copied to ask about it.
    """
    if first and _RAW_HEADER.match(lines[first - 1].inner[:LONGEST]):
        return False
    kinds: set[str] = set()
    address, going_on = False, 0
    for index in range(first, min(len(lines), first + 40)):
        line = lines[index]
        if line.is_blank or line.depth != lines[first].depth:
            break
        found = _header(line)
        if found is None:
            going_on += 1
            if index == first or going_on > _MOST_GOING_ON:
                break
            continue
        kind, value = found
        if kind in kinds and kind != "other":
            break
        kinds.add(kind)
        going_on, address = 0, address or (kind == "from" and "@" in value)
        known = kinds - {"other", "copy"}
        if "from" in kinds and len(kinds) >= 3 and ("subject" in kinds or (address and len(known) >= 3)):
            return True
    return False


def _header(line: Line) -> tuple[str, str] | None:
    found = _HEADER.match(line.inner[:LONGEST])
    kind = _KINDS.get(" ".join(found[1].casefold().split())) if found else None
    return (kind, found[2]) if found and kind else None
