"""Who only thanks does not reopen a request; who says one word more does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.mailin.text import is_thanks, new_text

THANKS = """
спасибо
Спасибо!
СПАСИБО!!!
Спасибо большое!
Большое спасибо :)
Огромное спасибо за помощь!
спасибо)))
Спасибо 🙏
Спасибо! 👍🏻
Благодарю, всё работает
Благодарю, все работает.
Благодарим вас!
Спасибо, заработало!
Спасибо, теперь всё работает
Всё работает, спасибо
Отлично, спасибо!
Добрый день! Спасибо, всё получилось.
Здравствуйте. Большое спасибо за быстрый ответ. Хорошего дня!
Спасибо, Иван!
Спасибо большое, Пётр Ильич.
Анна, спасибо!
Спасибо, можно закрывать
Спасибо, вопрос решён
ок, спасибо
Понятно, спасибо
Вы очень помогли, спасибо!
спс
Ещё раз спасибо!
thanks
Thanks!
thanks a lot
Thank you very much!
ok, thank you :)
OK thanks
Many thanks for your help.
Thanks for the quick response!
Thanks, it works now
Thank you, everything works.
It's working now, thanks!
Great, thanks!
Perfect. Thank you so much 😊
Hi, thanks for your help. Have a nice day!
Thanks, John!
Thanks,\\nJohn
thx
Thank you ❤️
Got it, thanks
Thanks - problem solved
Thanks. You can close the ticket.
Much appreciated!
"""
NOT_THANKS = """
спасибо, но не работает
Спасибо, не помогло
Спасибо, но проблема осталась
Спасибо. А когда починят телефон?
Спасибо?
Спасибо, жду
Спасибо, буду ждать
Заранее спасибо
Заранее благодарю!
Спасибо, в 15:00 зайду
Спасибо, ещё вопрос
Спасибо, всё работает, кроме сканера
Спасибо, всё работает плохо
Спасибо, вчера всё работало
Спасибо. Снова сломалось
Спасибо, опять то же самое
Нет, спасибо
Нет спасибо
Спасибо, что ничего не сделали
Спасибо :(
Спасибо 😡
Спасибо 👎
Спасибо 🙄
Хорошо
Ок
Всё работает
👍
Работает
Не работает
Спасибо, Сломалось
Спасибо,\\nПовторилось
Спасибо!\\nСломалось
Спасибо!\\nНаташа пришла
Спасибо, Иван, но принтер молчит
Спасибо, Иван. Принтер молчит
Иван, принтер, спасибо
Спасибо, проверьте ещё второй
Помогите, спасибо
Спасибо, Ошибка
Было бы спасибо
Спасибом не отделаетесь
Спасибо, 305
thanks, but still broken
Thanks, it does not work
Thanks, doesn't work
Thanks, didn't help
Thanks for nothing
No thanks
No, thank you
Thanks in advance
Thanks, waiting
Thanks, can you also check the scanner
Thanks. What about the scanner?
Thanks, still
Thanks, not fixed
Thanks, almost works
Thanks, it works sometimes
Thanks, works but slow
Thanks it worked yesterday
Thanks, will check
Please help, thanks
Thanks :(
Thanks 😞
ok
works
great
Thanks, Still Broken
Thanks, Broken
Thanks, Nothing Works
thanks / no
Thanks, when?
"""


def _cases(table: str) -> list[str]:
    return [line.replace("\\n", "\n") for line in table.strip().splitlines()]


@pytest.mark.parametrize("text", _cases(THANKS))
def test_it_only_thanks(text: str) -> None:
    assert is_thanks(text)


@pytest.mark.parametrize("text", [*_cases(NOT_THANKS), "", " ", "спасибо " * 40])
def test_it_says_something_else(text: str) -> None:
    assert not is_thanks(text)


@pytest.mark.parametrize("text", _cases(THANKS))
@pytest.mark.parametrize(
    "more", ["но не работает", "Но есть вопрос", "когда?", "ошибка 5", "but not really", "broken", "help", "?", "😡"]
)
def test_one_thing_more_makes_it_something_else(text: str, more: str) -> None:
    assert not is_thanks(f"{text} {more}")
    assert not is_thanks(f"{more} {text}")
    assert not is_thanks(f"{text}\n{more}")


@given(st.text(max_size=300))
def test_it_never_raises(text: str) -> None:
    assert is_thanks(text) in (True, False)


def test_what_a_phone_adds_to_thanks_is_no_complaint() -> None:
    letter = 'Спасибо!\n\nС уважением,\nМария\n\nОтправлено с iPhone\n\n21.11.2026, 12:30, "ИТ" <it@example.com>:\n> Не работает?\n'
    assert is_thanks(new_text(letter, None).text)
