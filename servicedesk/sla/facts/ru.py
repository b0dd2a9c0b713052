"""The Russian production calendar of a five-day week.

The Labour Code fixes the holidays (art. 112) and makes the working day before one an hour shorter (art. 95). The
Government moves days off by a decree in the autumn before. A weekend day that is worked instead of another has the
length of the day it stands for: it is shortened when that one lay before a holiday.
"""

from __future__ import annotations

from datetime import date

from servicedesk.sla.facts.year import Year

YEARS = {
    2025: Year(
        source={
            "en": "Decree of the Government of the Russian Federation No. 1335 of 4 October 2024",
            "ru": "Постановление Правительства РФ от 4 октября 2024 г. № 1335",
        },
        shortened=(date(2025, 3, 7), date(2025, 4, 30), date(2025, 6, 11), date(2025, 11, 1)),
        moved={
            date(2025, 1, 4): date(2025, 5, 2),
            date(2025, 1, 5): date(2025, 12, 31),
            date(2025, 2, 23): date(2025, 5, 8),
            date(2025, 3, 8): date(2025, 6, 13),
            date(2025, 11, 1): date(2025, 11, 3),
        },
    ),
    2026: Year(
        source={
            "en": "Decree of the Government of the Russian Federation No. 1466 of 24 September 2025",
            "ru": "Постановление Правительства РФ от 24 сентября 2025 г. № 1466",
        },
        shortened=(date(2026, 4, 30), date(2026, 5, 8), date(2026, 6, 11), date(2026, 11, 3)),
        moved={date(2026, 1, 3): date(2026, 1, 9), date(2026, 1, 4): date(2026, 12, 31)},
    ),
    # The days off moved in 2027 are those of the holidays package; the decree was not seen here. The shortened days
    # follow from them by law. Once it is read: its number and date into `source`, and `provisional` away.
    2027: Year(
        source={
            "en": "Labour Code, articles 95 and 112; moved days off as in the holidays package 0.109",
            "ru": "Трудовой кодекс РФ, статьи 95 и 112; переносы выходных – по пакету holidays 0.109",
        },
        shortened=(date(2027, 2, 20), date(2027, 4, 30), date(2027, 6, 11), date(2027, 11, 3)),
        moved={
            date(2027, 1, 2): date(2027, 11, 5),
            date(2027, 1, 3): date(2027, 12, 31),
            date(2027, 2, 20): date(2027, 2, 22),
        },
        provisional=True,
    ),
}
