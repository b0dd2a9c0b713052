"""Words by which a short text may say that something is wrong, is missing or is wanted. Better one too many than one too few."""

from __future__ import annotations

import re

_WORDS = """
не нет ни ничего никто никак никогда нигде но однако зато хотя увы жаль плохо хуже снова опять пока ещё еще до если почему зачем когда как где что кто
прошу просьба пожалуйста нужно надо жду ждем ждём можно
not no nor none never nothing nobody nowhere but however although though yet still again until unless except why when how where what who
please need needs want wait waiting can could
don't doesn't didn't won't can't cannot couldn't isn't aren't wasn't hasn't haven't
"""
_STEMS = (
    "ошиб", "слом", "пробл", "проп", "глюч", "завис", "тормоз", "отказ", "перест", "невозмож", "недоступ", "помоги", "исправ",
    "верните", "срочн", "error", "broke", "break", "fail", "problem", "issue", "wrong", "crash", "bug", "miss", "urgent", "help",
    "unable", "impossible", "stuck",
)  # fmt: skip
_WRONG = frozenset(_WORDS.split())
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def words(text: str) -> list[str]:
    """The words in lower case, ё written as it is."""
    return [word.replace("’", "'") for word in _WORD.findall(text.casefold())]


def complains(text: str) -> bool:
    return any(word in _WRONG or word.startswith(_STEMS) for word in words(text))
