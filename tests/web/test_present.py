"""How dates, durations and numbers look to a person; how typed text becomes HTML."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from servicedesk.web import present

MOSCOW = ZoneInfo("Europe/Moscow")
NOON = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def plain(text: str) -> str:
    """Breaks that only keep a number with its unit are not what these tests are about."""
    return str(text).replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(("locale", "text"), [("ru", "21 нояб. 2026, 12:00"), ("en", "21 Nov 2026, 12:00")])
def test_a_moment_is_shown_in_the_persons_zone(locale: str, text: str) -> None:
    assert present.when(NOON, locale, MOSCOW) == text


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        present.when(datetime(2026, 11, 21, 9, 0), "en", MOSCOW)


def test_the_time_tag_carries_the_utc_moment() -> None:
    assert 'datetime="2026-11-21T09:00:00Z"' in present.when_tag(NOON, "en", MOSCOW)


def test_a_day_is_that_of_the_persons_zone() -> None:
    late = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)
    assert present.day(late, "en", MOSCOW) == "22 Nov 2026"
    assert present.day(date(2026, 11, 21), "ru", MOSCOW) == "21 нояб. 2026"


@pytest.mark.parametrize(("locale", "text"), [("ru", "апрель 2026"), ("en", "April 2026")])
def test_a_month_stands_in_the_nominative(locale: str, text: str) -> None:
    assert present.month("2026-04", locale) == text


@pytest.mark.parametrize(
    ("seconds", "days", "russian", "english"),
    [
        (0, False, "0 мин", "0 min"),
        (59, False, "меньше минуты", "under a minute"),
        (60, False, "1 мин", "1 min"),
        (3600, False, "1 ч", "1 h"),
        (12000, False, "3 ч 20 мин", "3 h 20 min"),
        (183600, False, "51 ч", "51 h"),
        (183600, True, "2 д 3 ч", "2 d 3 h"),
        (12000, True, "3 ч 20 мин", "3 h 20 min"),
        (5_400_000, False, "1 500 ч", "1,500 h"),
    ],
)
def test_a_duration_is_short(seconds: int, days: bool, russian: str, english: str) -> None:
    assert plain(present.duration(seconds, "ru", days=days)) == russian
    assert plain(present.duration(seconds, "en", days=days)) == english


@pytest.mark.parametrize(
    ("seconds", "russian", "english"),
    [
        (12000, "осталось 3 ч 20 мин", "in 3 h 20 min"),
        (30, "осталось меньше минуты", "in under a minute"),
        (0, "срок только что прошёл", "just missed"),
        (-59, "срок только что прошёл", "just missed"),
        (-7200, "просрочено на 2 ч", "2 h late"),
    ],
)
def test_a_countdown_turns_at_the_due_moment(seconds: int, russian: str, english: str) -> None:
    assert plain(present.countdown(seconds, "ru")) == russian
    assert plain(present.countdown(seconds, "en")) == english


def test_numbers_follow_the_language() -> None:
    assert plain(present.score(7.84, "ru")) == "7,8"
    assert present.score(8, "en") == "8.0"
    assert plain(present.percent(0.873, "ru")) == "87 %"
    assert present.percent(0.873, "en") == "87%"
    assert plain(present.file_size(1_234_567, "ru")) == "1,2 МБ"
    assert plain(present.file_size(999, "en")) == "999 B"


def test_what_is_not_known_is_a_dash_and_not_zero() -> None:
    assert present.score(None, "ru") == "–"
    assert present.percent(None, "en") == "–"


@pytest.mark.parametrize(
    ("name", "letters"), [("Анна Смирнова", "АС"), ("Bob", "B"), ("", "?"), ("Иван Иванович Иванов", "ИИ")]
)
def test_initials_are_at_most_two(name: str, letters: str) -> None:
    assert present.initials(name) == letters


def test_markdown_keeps_the_useful_marks() -> None:
    html = present.markdown("**жирно**\n\n- один\n- [два](https://example.com)\n\n| a | b |\n|---|---|\n| 1 | 2 |")
    assert "<strong>жирно</strong>" in html
    assert '<a href="https://example.com" rel="nofollow noopener">два</a>' in html
    assert "<td>1</td>" in html


def test_markdown_keeps_line_breaks_as_typed() -> None:
    assert "<br>" in present.markdown("одна\nдругая")


def test_a_number_sign_is_not_a_heading() -> None:
    assert "<h1" not in present.markdown("# 1042\n\nтема\n====")


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](https://tracker.example/pixel.png)",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        '<a href="#" hx-get="/admin" style="position:fixed">x</a>',
    ],
)
def test_markdown_lets_nothing_active_through(evil: str) -> None:
    html = present.markdown(evil).lower()
    for opened in ("<script", "<img", 'href="javascript', 'href="data', '<a href="#"'):
        assert opened not in html
