"""Words as they are typed: how they are cut, stemmed, and typed on the wrong keyboard. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from threading import Lock

import Stemmer

_WORD = re.compile(r"\w+(?:[-‐‑]\w+)*")
_PART = re.compile(r"\w+")
_HYPHEN = re.compile(r"[-‐‑]")

_LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>"
_RUSSIAN = "ёйцукенгшщзхъфывапролджэячсмитьбюЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ"
_OTHER_KEYBOARD = str.maketrans(_LATIN + _RUSSIAN, _RUSSIAN + _LATIN)
_ROWS = ("qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю.")

# They stand in nearly every question and say nothing about whom it is for.
_SAY_NOTHING = """
а без бы быть в вам вас вы где да для до его ее если есть еще же за и из или их к как какой когда ко кто ли меня мне мы
мой моя мое мои мою моего моей моих моему моим на нам нас наш не нет ни но ну о об он она оно они от по под при про с со
так то тоже у уже хочу что чтобы это этот эта я мочь могу можно можете надо нужно нужен нужна нужны пожалуйста помогите
a am an and any are at be been but by can cannot cant could did do does doesn doesnt don dont for from has have how i if
in is me my need needs no not of on or our please some that the their there this to us want was we what when where which
who why with would you your help
"""
# They tell what is wrong and not with what: they count, but little.
_SAY_LITTLE = """
it работает работают работал работала сломался сломалась сломалось сломали сломан сломана пропал пропала заказать получить
сделать оформить узнать взять дайте проблема проблемы вопрос новый новая новое
work works working worked broken broke get make order problem issue question new
"""
_EMPTY, _WEAK = frozenset(_SAY_NOTHING.split()), frozenset(_SAY_LITTLE.split())
WEAK_COUNTS = 0.3

_stemmers = {"russian": Stemmer.Stemmer("russian"), "english": Stemmer.Stemmer("english")}
_one_at_a_time = Lock()  # a stemmer keeps its state between calls


def plain(text: str) -> str:
    """As texts are compared: small letters, ё as е."""
    return text.casefold().replace("ё", "е")


@lru_cache(maxsize=50_000)
def words(text: str) -> tuple[str, ...]:
    """The words of a text; one with a hyphen also in parts: "wi-fi" is wifi, wi and fi. Kept: an index is made anew often
    and of nearly the same texts."""
    return tuple(cut(text))


def cut(text: str) -> Iterator[str]:
    """As `words`, one after the other and not kept: for texts that are long, or read once."""
    for found in _WORD.findall(plain(text)):
        if _HYPHEN.search(found):
            yield _HYPHEN.sub("", found)
            yield from _PART.findall(found)
        else:
            yield found


@lru_cache(maxsize=50_000)
def whole(text: str) -> str:
    """The text reduced to what is compared as a whole: its words with blanks between them."""
    return " ".join(_PART.findall(plain(text)))


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The word without its ending, by the Snowball rules of the language its letters are of."""
    language = "english" if word.isascii() else "russian"
    with _one_at_a_time:
        found: str = _stemmers[language].stemWord(word)
    return found


def other_keyboard(text: str) -> str:
    """What would stand here, had the other of the two keyboards been switched on: "ghjgecr" is "пропуск"."""
    return text.translate(_OTHER_KEYBOARD)


def weight(word: str) -> float:
    """How much a typed word counts: 0 for those that say nothing by themselves, as single letters do."""
    if len(word) == 1 or word in _EMPTY:
        return 0.0
    return WEAK_COUNTS if word in _WEAK else 1.0


def typos_allowed(word: str) -> int:
    """Letters that may be wrong, missing, doubled or swapped. Short words are too like one another to guess."""
    return 0 if len(word) <= 3 else 1 if len(word) <= 6 else 2


def slipped(typed: str, known: str) -> bool:
    """Whether a finger hit the neighbouring key, once, and all else is right."""
    if len(typed) != len(known):
        return False
    wrong = [(a, b) for a, b in zip(typed, known, strict=True) if a != b]
    return len(wrong) == 1 and _are_neighbours(*wrong[0])


def _are_neighbours(one: str, other: str) -> bool:
    return any(one in row and other in row and abs(row.index(one) - row.index(other)) == 1 for row in _ROWS)
