"""Bytes to text, whatever the letter says they are: names of encodings, wrong and missing ones, encoded words."""

from __future__ import annotations

import binascii
import codecs
import re
from functools import lru_cache

# What people and programs write, and the encoding that holds everything the named one does.
_MEANT = {
    "us-ascii": "ascii", "ansi_x3.4-1968": "ascii", "7bit": "ascii", "8bit": "ascii",
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "x-user-defined": "cp1252",
    "gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030",
    "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "euc-kr": "cp949", "x-windows-949": "cp949", "windows-949": "cp949",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext", "cp50220": "iso2022_jp_ext", "cp50221": "iso2022_jp_ext",
    "big5": "big5hkscs", "koi8": "koi8_r", "unicode": "utf-8", "utf8mb4": "utf-8", "iso-8859-9": "cp1254",
    "iso-8859-8-i": "iso8859_8", "iso-8859-6-e": "iso8859_6", "x-mac-cyrillic": "mac_cyrillic", "tis-620": "cp874",
    "unicode-1-1-utf-7": "utf-7", "x-unicode-2-0-utf-7": "utf-7",
}  # fmt: skip
_WINDOWS = re.compile(r"(?:x-)?(?:windows|win|ms|cp|ibm)[-_]?(\d{3,4})")
# Encodings of text. The library knows others too (idna, punycode, unicode_escape), slow ones among them.
_TEXT = re.compile(
    r"utf-?(?:7|8|8-sig|16|32)|cp\d|iso8859|iso2022|koi8|gb|big5|euc|shift_jis|mac-|tis|ascii|johab|hz|ptcp|kz|hp-roman|viscii"
)
# Whole texts in them are never UTF-8 by chance.
_CHINESE = re.compile(r"gb|big5|euc|cp9|shift_jis|johab")
_HIGH = re.compile(rb"[\x80-\xff]")
_SINGLE = re.compile(r"ascii|cp(?:12|8)|iso8859|koi8|mac-|ptcp|kz|hp-roman")

# Pairs of letters that make up most of a Russian text; words of two letters or more are full of them.
_PAIRS = frozenset(
    """
    ст но то на ен ов ни ра во ко пр ро го ер ал по не ос от ре ть ли ор ка ло ан та ва ет ел ол ом ти ле де ри ак ат ас
    ой ес за ел ти те да ве ла ем ит ме до тр об од ны ие ый ая ия ин ис ил ру бы мо са со си се сл сп св му ми ма об оч чт че
    чи ча ши же жи жа эт ту ки ку кт кл кр из им их ид иш уд ус ут уч вы вс вн вт бо бе бл бу ад аз ай ав ам аю ую ют ез ег ед еж
    ей дн ди др ду дл гр га гу зд зн зо зв лю ля ль лж лу лн мы нь ня ну нн нт оз ож пи пе пл пу ры ря рт рн тс тв хо ход цен цу ци
    """.split()  # noqa: SIM905 — a list of pairs is read best as words
)
_WORD = re.compile(r"[А-Яа-яЁё]{2,}")
ENCODED_WORD = re.compile(r"=\?([^?\s\x00-\x20]{1,80})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN = re.compile(r"[ \t\r\n]*")


@lru_cache(maxsize=256)
def codec_of(name: str) -> str | None:
    """The library's name of an encoding of text; None where there is no such."""
    name = name.strip(" \t\"'").lower().partition("*")[0]
    name = _MEANT.get(name, name)
    if found := _WINDOWS.fullmatch(name):
        name = _MEANT.get(f"cp{found[1]}", f"cp{found[1]}")
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return known if _TEXT.match(known) else None


def decoded(data: bytes, declared: str | None) -> str:
    """The text of `data`. What is declared holds unless it cannot be, or unless something else is plainly meant; sixteen kB
    at the beginning tell. Never raises; what fits nowhere becomes a question mark in a box."""
    codec = codec_of(declared) if declared else None
    head = data[:16384]
    if codec is not None and _CHINESE.match(codec) and len(_HIGH.findall(head)) >= 6 and _is_utf8(head):
        codec = "utf-8"
    if data.isascii() and (codec is None or _SINGLE.match(codec) or codec == "utf-8"):
        return data.decode("ascii")
    if codec is None or codec == "ascii" or (_SINGLE.match(codec) and _means_something_else(head, codec)):
        codec = guessed(head)
    text = data.decode(codec, "replace")
    # Mostly right and broken in places is likelier than another encoding.
    if "\ufffd" in text and not _is_mostly_right(text):
        text = data.decode(guessed(data), "replace")
    return text


def guessed(data: bytes) -> str:
    """The likeliest encoding of bytes of which nothing is known: UTF-8 if they are that, else Russian ones, else Western."""
    if _is_utf8(data):
        return "utf-8"
    scores = {codec: _russian(data, codec) for codec in ("cp1251", "koi8_r", "cp866")}
    best = max(scores, key=lambda codec: scores[codec])
    return best if scores[best] >= 0.3 else "cp1252"


def words_decoded(value: str) -> str:
    """A value of a header with its encoded words (RFC 2047) written out; neighbours in one encoding are one text, because
    some programs cut a letter in two between them."""
    if "=?" not in value:
        return value
    pieces: list[str] = []
    run, run_charset, at = bytearray(), "", 0
    for found in ENCODED_WORD.finditer(value):
        charset, kind, payload = found[1].partition("*")[0], found[2].lower(), found[3]
        data = _from_base64(payload) if kind == "b" else _from_q(payload)
        between = value[at : found.start()]
        joined = at > 0 and _BETWEEN.fullmatch(between) is not None
        if not (joined and charset.lower() == run_charset):
            pieces.append(_run(run, run_charset))
            run, run_charset = bytearray(), charset.lower()
        if not joined:
            pieces.append(between)
        run += data
        at = found.end()
    pieces += [_run(run, run_charset), value[at:]]
    return "".join(pieces)


def header_text(raw: bytes) -> str:
    """The bytes of a header as text; outside of encoded words they have no declared encoding."""
    return raw.decode("ascii") if raw.isascii() else raw.decode(guessed(raw[:16384]), "replace")


def clean(text: str) -> str:
    """Without NUL and halves of pairs, which no database takes."""
    if "\0" in text:
        text = text.replace("\0", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def one_line(text: str) -> str:
    """With single blanks for line ends and other white space, and without control characters."""
    return " ".join("".join(sign if sign.isprintable() or sign.isspace() else "" for sign in clean(text)).split())


def _run(data: bytearray, charset: str) -> str:
    return decoded(bytes(data), charset) if data else ""


def _from_base64(payload: str) -> bytes:
    return from_base64(payload.encode("ascii", "ignore"))


def from_base64(data: bytes) -> bytes:
    """What the signs of the alphabet make; others are passed over and a cut end is forgiven."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
        letters = letters[: len(letters) - (len(letters) % 4 == 1)]
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def _from_q(payload: str) -> bytes:
    return binascii.a2b_qp(payload.encode("utf-8", "surrogateescape"), header=True)


def _is_utf8(data: bytes) -> bool:
    return _is_mostly_right(data.decode("utf-8", "replace"))


def _is_mostly_right(text: str) -> bool:
    """Whether at most one letter of five that are not ASCII could not be read."""
    broken = text.count("\ufffd")
    return broken == 0 or broken * 5 <= sum(1 for sign in text[:16384] if sign > "\x7f")


def _means_something_else(head: bytes, codec: str) -> bool:
    """Whether bytes under a name of one byte a letter are plainly UTF-8, or Russian under another name."""
    if _is_utf8(head):
        return True
    other = guessed(head)
    return (
        other not in (codec.replace("-", "_"), "cp1252")
        and _russian(head, codec) < 0.25 <= _russian(head, other) - 0.25
    )


def _russian(data: bytes, codec: str) -> float:
    """How much it looks like Russian in this encoding, from below 0 to 1: the share of frequent pairs in its words, less what
    words with capitals inside and signs of the wrong kind take away."""
    text = data.decode(codec, "replace")
    foreign = sum(1 for sign in text if ord(sign) > 127 and not ("А" <= sign <= "я" or sign in "Ёё№«»–—…\xa0“”’"))
    pairs = frequent = mixed = 0
    for word in _WORD.findall(text):
        lower = word.lower()
        frequent += sum(lower[at : at + 2] in _PAIRS for at in range(len(word) - 1))
        pairs += len(word) - 1
        mixed += not (word.isupper() or word[1:].islower())
    if not pairs:
        return -1.0
    return (frequent - 2 * mixed - 2 * foreign) / pairs
