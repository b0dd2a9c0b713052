"""Where the signature at the end of a text begins: dashes, closing phrases, phones that present themselves, disclaimers.

A doubt leaves everything as it is: a signature shown costs a line, a sentence cut off may cost the answer.
"""

from __future__ import annotations

import re

from servicedesk.mailin.text.complaints import complains
from servicedesk.mailin.text.lines import LONGEST, Line, Role

_MOST_LINES = 15
# Nobody closes a letter in more pieces; lines of dashes by the thousand are content.
_MOST_PIECES = 50

CLOSINGS = {
    "ru, uk": r"с (?:глубоким |большим |искренним |наилучшим )?уважением|с наилучшими пожеланиями|всего (?:доброго|хорошего|наилучшего)"
    r"|хорошего (?:дня|вечера)|с благодарностью|искренне ваш[аи]?|з повагою|з найкращими побажаннями",
    "en": r"(?:with )?(?:best|kind|warm|warmest|kindest|many)? ?regards|(?:with )?(?:best|warm) wishes|all the best|cheers"
    r"|yours? (?:sincerely|faithfully|truly)|sincerely(?: yours)?|cordially|respectfully",
    "de": r"mit freundlichen grüßen|mit freundlichem gruß|(?:freundliche|viele|liebe|beste|schöne) grüße|mfg|mit lieben grüßen",
    "others": r"cordialement|bien cordialement|bien à vous|sincères salutations|un saludo|saludos(?: cordiales)?|atentamente|cordial saludo"
    r"|atenciosamente|cumprimentos|cordiali saluti|distinti saluti|saluti|met vriendelijke groet(?:en)?|mvg|groet(?:en|jes)?"
    r"|med vennlig hilsen|med venlig hilsen|mvh|med vänliga hälsningar|vänliga hälsningar|z poważaniem|pozdrawiam|s pozdravem"
    r"|ystävällisin terveisin",
}
# What phones, programs and scanners for viruses put under every letter.
_DEVICE = (
    r"iphone|ipad|ipod|android|samsung|galaxy|blackberry|huawei|honor|xiaomi|redmi|htc|nokia|alcatel|pixel|mobile|phone|smartphone"
    r"|handy|mobil\w*|cell|handheld|tablet|outlook|mail|mailbox|airmail|typeapp|bluemail|k-9|spark|windows|яндекс|yandex|почт\w+"
    r"|телефон\w*|смартфон\w*|mymail"
)
_WORDS = r"(?:[\w'.-]+\s){0,4}?"
FOOTERS = {
    "phones, en": rf"[<(]{{0,2}}(?:sent|from my|sent by)\s{_WORDS}[\[(]?(?:{_DEVICE})\b[^?]{{0,120}}",
    "phones, ru, uk": rf"(?:отправлено|послано|написано|надіслано)\s(?:из|с|со|через|с помощью|з)\s{_WORDS}[«\"]?(?:{_DEVICE})\b[^?]{{0,120}}",
    "phones, de": rf"(?:von|gesendet von|gesendet mit)\s{_WORDS}(?:{_DEVICE})\b[^?]{{0,60}}",
    "phones, others": rf"(?:envoyé|enviado|inviato|verzonden|sendt|skickat|wysłane|wysłano|lähetetty|odesláno)\s{_WORDS}(?:{_DEVICE})\b[^?]{{0,60}}",
    "phones, in a sentence": rf"(?:this (?:e-?mail|message) was|diese nachricht wurde|это (?:письмо|сообщение)) (?:sent|von|отправлено)\s{_WORDS}"
    rf"(?:{_DEVICE})\b[^?]{{0,80}}",
    "Outlook": r"(?:get|загрузить|скачать|скачайте|obtenir|télécharger|obtener)\s\[?outlook (?:for|для|pour|para) (?:ios|android)[^?]{0,120}",
    "phones, zh, ja": r"(?:從我的|发自我的|發自我的).{1,30}|iPhoneから送信",
    "scanners, bare": r"(?:без вирусов|не содержит вирусов|virus-free|virenfrei)\b[^?]{0,120}",
    "scanners, in a sentence": r"(?:это (?:письмо|сообщение)|this e-?mail|diese e-mail) (?:проверено|has been (?:checked|scanned)|wurde)\b"
    r"[^?]{0,60}(?:вирус|virus|viren)[^?]{0,160}",
}
DISCLAIMERS = {
    "en": r"(?:this|the information (?:contained )?in this) (?:e-?mail|message|communication|transmission)\b.{0,80}"
    r"(?:attach|confidential|privileged|intended)|confidentiality (?:notice|note)|disclaimer\b|legal notice"
    r"|please consider the environment",
    "ru": r"(?:настоящее|данное|это) (?:электронное )?(?:сообщение|письмо)\b.{0,120}(?:вложени|конфиденциальн|предназначен|приложени)"
    r"|информация,? (?:содержащаяся|содержащиеся|в этом|в данном|в настоящем).{0,120}(?:конфиденциальн|предназначен|письм|сообщени)"
    r"|уведомление о конфиденциальности|внимание! (?:это|данное|настоящее) (?:письмо|сообщение)|ограничение ответственности"
    r"|пожалуйста, подумайте об? (?:окружающей среде|природе)",
    "others": r"diese (?:e-mail|nachricht)\b.{0,80}(?:vertraulich|bestimmt)|ce (?:message|courriel|mail)\b.{0,80}confidentiel"
    r"|este (?:mensaje|correo)\b.{0,80}confidencial|esta mensagem\b.{0,80}confidencial|le informazioni contenute in questo messaggio",
}
_DISCLAIMER_WORDS = re.compile(
    r"confidential|privileged|intended|recipient|liab|environment|print|virus|legal|конфиденциал|предназнач|получател|отправител"
    r"|ответственност|уведом|удал|распечат|природ|оферт|юридическ|vertraulich|confidentiel|confidencial|destinat|riservat",
    re.IGNORECASE,
)

_CLOSING = re.compile(rf"(?:{'|'.join(CLOSINGS.values())})\b(?P<name>.{{0,60}})", re.IGNORECASE)
_FOOTER = re.compile("|".join(f"(?:{one})" for one in FOOTERS.values()), re.IGNORECASE)
_DISCLAIMER = re.compile("|".join(f"(?:{one})" for one in DISCLAIMERS.values()), re.IGNORECASE)
_DASHES = re.compile(r"(?:-{2,3}|[—–]{1,10}|_{2,10})\s*")
_DECORATION = re.compile(r"[-*#~=_+—–ᐧ]{2,}|ᐧ")
_CONTACT = re.compile(
    r"\S@\S|https?:|www\.|(?:\d[\s().-]{0,2}){6}|(?<!\w)(?:тел|моб|факс|доб|tel|mob|phone|fax|ext|skype|telegram|e-?mail)\b"
    r"|(?<!\w)(?:ооо|оао|зао|ао|пао|ип|гбуз|фгуп|ltd|inc|llc|gmbh|corp|s\.a\.)(?!\w)",
    re.IGNORECASE,
)
# An office may begin with a small letter, a sentence may not pass for one.
_OFFICE = re.compile(
    r"директор|менеджер|бухгалтер|инженер|специалист|руководител|начальник|аналитик|администратор|секретар|юрист|экономист"
    r"|заведующ|заместител|помощни|программист|разработчик|консультант|преподавател|manager|engineer|director|officer"
    r"|accountant|analyst|administrator|assistant|developer|consultant|specialist|department|отдел",
    re.IGNORECASE,
)
_POSTSCRIPT = re.compile(r"(?:p\.?\s?p?\.?s|п\.?\s?с|з\.?\s?ы)\b\.?", re.IGNORECASE)


def signature_start(lines: list[Line], *, may_be_all: bool = False) -> int:
    """The index where what closes the text begins; `len(lines)` where there is nothing to leave out.

    `may_be_all`: the writer's own words stand elsewhere, so these lines may be a signature altogether.
    """
    least = 0 if may_be_all else 1 + next((index for index, line in enumerate(lines) if line.is_own), len(lines))
    end = _without_blanks(lines, len(lines))
    for _ in range(_MOST_PIECES):
        if not end:
            break
        found = min(rule(lines, end) for rule in _RULES)
        if found >= end or found < least:
            break
        end = _without_blanks(lines, found)
    return end


def _without_blanks(lines: list[Line], end: int) -> int:
    while end and lines[end - 1].is_blank:
        end -= 1
    return end


def _footer(lines: list[Line], end: int) -> int:
    text = lines[end - 1].inner.strip()
    if len(text) <= LONGEST and (_FOOTER.fullmatch(text) or _DECORATION.fullmatch(text)):
        return end - 1
    return end


def _marked(lines: list[Line], end: int) -> int:
    """What the program itself marked as signature, unless somebody wrote a question into it."""
    start = end
    while start and (lines[start - 1].role is Role.SIGNATURE or lines[start - 1].is_blank):
        start -= 1
    return start if _is_calm(lines[start:end], 2 * _MOST_LINES) else end


def _dashes(lines: list[Line], end: int) -> int:
    for index in _backwards(lines, end):
        line = lines[index]
        if line.inner.startswith("-- ") and not line.inner.strip("- "):
            return index if _is_calm(lines[index + 1 : end], _MOST_LINES) else end
        if _DASHES.fullmatch(line.inner.strip()[:LONGEST]):
            rest = lines[index + 1 : end]
            sure = line.inner.strip() == "--" or any(_is_contact(one) or _closing_line(one) for one in rest)
            short = all(len(one.inner) <= 100 and not complains(one.inner) for one in rest)
            return index if sure and short and _is_calm(rest, _MOST_LINES) else end
    return end


def _closing(lines: list[Line], end: int) -> int:
    for index in _backwards(lines, end):
        if _closing_line(lines[index]):
            return index if _is_about_the_writer(lines[index + 1 : end]) else end
    return end


def _disclaimer(lines: list[Line], end: int) -> int:
    """The first of the closing paragraphs that are all disclaimers, each long or with a beginning that we know."""
    start, paragraph_end, kept = end, end, end
    while start and end - start < 60:
        start -= 1
        if start and not lines[start - 1].is_blank:
            continue
        text = " ".join(line.inner.strip() for line in lines[start:paragraph_end])
        known = bool(_DISCLAIMER.match(text[:LONGEST]) and _DISCLAIMER_WORDS.search(text[: 8 * LONGEST]))
        if not known and (len(text) < 100 or len(_DISCLAIMER_WORDS.findall(text[: 8 * LONGEST])) < 2):
            break
        kept = start if known else kept
        start = paragraph_end = _without_blanks(lines, start)
    return kept


_RULES = (_footer, _marked, _dashes, _closing, _disclaimer)


def _backwards(lines: list[Line], end: int) -> list[int]:
    """The indexes of the last lines that say something, the very last one first."""
    found: list[int] = []
    for index in range(end - 1, max(-1, end - 4 * _MOST_LINES), -1):
        if not lines[index].is_blank:
            found.append(index)
        if len(found) > _MOST_LINES:
            break
    return found


def _is_calm(lines: list[Line], most: int) -> bool:
    own = [line for line in lines if not line.is_blank]
    return len(own) <= most and not any("?" in line.inner or _POSTSCRIPT.match(line.inner.strip()) for line in own)


def _closing_line(line: Line) -> bool:
    text = line.inner.strip().strip("*_")
    found = _CLOSING.fullmatch(text) if len(text) <= LONGEST else None
    if not found or complains(text):
        return False
    name = found["name"].strip(" ,.!;:-—–")
    return "?" not in name and len(name.split()) <= 5 and (name == text or not name[:1].islower())


def _is_about_the_writer(lines: list[Line]) -> bool:
    """Whether the lines under a closing phrase are a name, an office and ways to reach somebody, nothing else."""
    paragraph = 0
    for index, line in enumerate(lines):
        if line.is_blank:
            paragraph += index > 0 and not lines[index - 1].is_blank
        elif not (_is_contact(line) or _is_bare(line) or (paragraph <= 1 and _is_name(line))):
            return False
    return _is_calm(lines, _MOST_LINES)


def _is_contact(line: Line) -> bool:
    text = line.inner.strip()
    return len(text) <= 200 and bool(_CONTACT.search(text)) and not complains(text)


def _is_bare(line: Line) -> bool:
    text = line.inner.strip()
    return not any(map(str.isalpha, text)) and "?" not in text and "!" not in text


def _is_name(line: Line) -> bool:
    text = line.inner.strip()
    if len(text) > 80 or len(text.split()) > 7 or "!" in text or complains(text):
        return False
    return not text[:1].islower() or bool(_OFFICE.search(text))
