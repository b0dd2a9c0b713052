"""Fills the places in stories: rooms, firms, sums, dates. Each request draws its own, so that no two read the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date

_FIRMS = {
    "ru": ("ООО «Ветвь»", "«Прибой-Сервис»", "«Северный мост»", "АО «Кирпичный ряд»", "«Гранит-Лес»", "ООО «Тёплый дом»",
           "«Вектор-Снаб»", "«Белая пристань»", "ООО «Двинские краски»", "«Ладожский картон»", "«Мастер-Крепёж»",
           "АО «Речные перевозки»", "«Полярный экспресс-груз»", "ООО «Сталь и кромка»", "«Добрый склад»"),
    "en": ("Harbourline", "Northbridge Parts", "Granite & Wood", "Vectra Supply", "White Pier Ltd", "Ladoga Board",
           "Riverfreight", "Edgewise Steel", "Good Storage", "Dvina Paints"),
}  # fmt: skip
_COLLEAGUES = {
    "ru": ("Арсений Вихрев", "Мила Закатова", "Савелий Громыкин", "Вероника Подснежникова", "Тихон Берегов", "Злата Морозкина",
           "Захар Тропинин", "Аглая Рассветова", "Лев Каменкин", "Эльвира Низамова"),
    "en": ("Noah Fernley", "Isla Brookmont", "Mateo Riverado", "Freya Holmsund", "Kenji Morisawa"),
}  # fmt: skip
_JOBS = {
    "ru": ("менеджер по продажам", "инженер-технолог", "диспетчер", "бухгалтер", "оператор линии", "кладовщик", "аналитик", "мастер участка"),
    "en": ("account manager", "process engineer", "dispatcher", "line operator", "analyst"),
}  # fmt: skip
_PLACES = {
    "ru": {"shop": "цех {n}", "store": "склад {n}", "line": "линия {n}"},
    "en": {"shop": "shop {n}", "store": "warehouse {n}", "line": "line {n}"},
}  # fmt: skip
_LETTERS = "АВЕКМНОРСТУХ"


def draw(chance: Random, at: datetime, language: str, zone: str) -> dict[str, Any]:
    """Slots of one request made at `at`, in `language`."""
    floor, n, day = chance.randint(1, 6), chance.randint(2, 5), at.astimezone(ZoneInfo(zone)).date()
    amount = chance.choice((1, 1, 4)) * chance.randint(12, 780) * 500
    spent = chance.randint(7, 118) * 500
    a, b, c = (chance.choice(_LETTERS) for _ in range(3))
    near, far = (_weekday(day + timedelta(days=chance.randint(*days))) for days in ((1, 4), (12, 25)))
    last_month = day.replace(day=1) - timedelta(days=1)
    return {
        "floor": floor, "room": f"{floor}{chance.randint(1, 38):02d}", "n": n, "pc": f"NB-{chance.randint(101, 988)}",
        "printer": f"P-{floor}{chance.randint(1, 9)}", "inv": f"{chance.randint(104, 4970)}", "time": f"{chance.randint(8, 9)}:{chance.randint(1, 5)}0",
        "firm": chance.choice(_FIRMS[language]), "col": chance.choice(_COLLEAGUES[language]), "job": chance.choice(_JOBS[language]),
        "car": f"{a}{chance.randint(101, 989)}{b}{c}", "amount": str(amount), "spent": str(spent), "year": str(day.year),
        "sum": _grouped(amount, language), "cost": _grouped(spent, language),
        "iso1": near.isoformat(), "iso2": far.isoformat(), "iso3": (far + timedelta(days=14)).isoformat(),
        "d0": _said(day - timedelta(days=chance.randint(6, 12)), language), "d1": _said(near, language), "d2": _said(far, language),
        "mon": format_date(last_month, "LLLL", locale=language),
        **{key: text.format(n=chance.randint(1, 4)) for key, text in _PLACES[language].items()},
    }  # fmt: skip


def spoken(text: str, slots: Mapping[str, Any], *, sex: str, to: str = "") -> str:
    """The text with its places filled and the endings of the speaker. `to` is the first name spoken to."""
    woman = sex == "f"
    said = text.format_map({**slots, "a": "а" * woman, "la": "ла" * woman, "sya": "ась" if woman else "ся", "to": to})
    # A sentence begins with a capital even where a slot opens it.
    return said[:1].upper() + said[1:]


def _weekday(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def _grouped(amount: int, language: str) -> str:
    return f"{amount:,}".replace(",", "\u00a0" if language == "ru" else ",")


def _said(day: Any, language: str) -> str:
    return format_date(day, "d MMMM", locale=language)
