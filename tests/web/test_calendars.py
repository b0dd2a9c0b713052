"""Calendars on pages: the year, is it open, editing with everything typed kept, importing, who may."""

from __future__ import annotations

import io
from datetime import date

import pytest

from servicedesk.kernel.errors import DeskError
from servicedesk.kernel.now import now
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.people import queries as person_rows
from servicedesk.sla import actions, queries
from servicedesk.sla.holidays import standing
from servicedesk.web import ical
from servicedesk.web.calendar_year import year_of
from tests.cast import OFFICE, by, department

WEEK = {
    "mon": "09:00–18:00",
    "tue": "9-13, 14-18",
    "wed": "09.00 - 18.00",
    "thu": "09:00—18:00",
    "fri": "9–17",
    "sat": "",
    "sun": "",
}
FORM = {"timezone": "Europe/Moscow", "holidays": "", "version": "1", **WEEK}


def newest(key="office"):
    calendar = queries.calendar_by_key(key)
    return queries.newest_version(calendar.id) if calendar else None


def row(number, day="", hours="", ru="", en=""):
    names = {"date": day, "hours": hours, "name_ru": ru, "name_en": en}
    return {f"exceptions-{number}-{name}": value for name, value in names.items()}


def ru_calendar(adam, when="2026-04-06 09:30"):
    with transaction():
        return actions.set_calendar(by(adam, when), key="ru", timezone="Europe/Moscow", week=OFFICE, holidays="RU")


def make_lead(person, key):
    with transaction():
        people.grant(by(None, "2026-04-06 09:00"), person_rows.person(person.id), "lead", department(key))


def test_the_year_says_each_day_by_word_and_mark(client, adam):
    ru_calendar(adam)
    page = client.sign_in(adam).get("/admin/calendars?calendar=ru&year=2026").text
    assert "Pre-holiday day" in page
    assert "09:00–17:00" in page
    assert '<span class="visually-hidden"> shortened</span>' in page
    assert "Holiday of Spring and Labor" in page
    assert "No. 1466" in page
    assert 'href="/admin/calendars?calendar=ru&amp;year=2027"' in page


def test_what_is_by_law_alone_is_called_provisional(client, adam):
    ru_calendar(adam)
    client.sign_in(adam)
    assert "The holidays of 2027 are provisional" in client.get("/admin/calendars?calendar=ru&year=2027").text
    assert "only the fixed holidays are known" in client.get("/admin/calendars?calendar=ru&year=2028").text
    assert "provisional" not in client.get("/admin/calendars?calendar=ru&year=2026").text


def test_days_of_a_year_are_of_one_kind_each():
    week = OFFICE | {"sat": []}
    exceptions = {
        "2026-01-01": [], "2026-04-30": [["09:00", "17:00"]], "2026-05-04": [["10:00", "20:00"]],
        "2026-05-16": [["09:00", "18:00"]], "2026-05-18": [["09:00", "18:00"]],
    }  # fmt: skip
    days = {day.date.isoformat(): day.kind for month in year_of(week, exceptions, {}, 2026) for day in month.exceptions}
    assert days == {"2026-01-01": "holiday", "2026-04-30": "shorter", "2026-05-04": "changed", "2026-05-16": "extra"}


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-04-06T12:00", "it is working time"),
        ("2026-04-06T08:00", "work has not begun"),
        ("2026-04-06T19:00", "work is over"),
        ("2026-04-11T12:00", "this weekday is not worked"),
        ("2026-05-01T12:00", "this is a day off"),
    ],
)
def test_a_moment_is_open_or_closed_for_a_reason(client, adam, at, said):
    page = client.sign_in(adam).get(f"/admin/calendars?calendar=office&year=2026&at={at}&amount=8h").text
    assert said in page.replace("&#39;", "'")


def test_it_says_when_an_amount_of_work_would_be_over(client, adam):
    client.sign_in(adam)
    page = client.get("/admin/calendars?calendar=office&at=2026-04-30T16:00&amount=3h").text
    assert "4 May 2026, 11:00" in page  # one hour of the shortened Thursday, two of Monday
    assert "4 May 2026, 18:00" in client.get("/admin/calendars?calendar=office&at=2026-04-30T16:00&amount=1bd").text


@pytest.mark.parametrize(
    ("at", "amount", "field"), [("tomorrow", "", "at"), ("", "a while", "amount"), ("", "9e99h", "amount")]
)
def test_a_question_that_cannot_be_read_comes_back(client, adam, at, amount, field):
    page = client.sign_in(adam).get(f"/admin/calendars?calendar=office&at={at}&amount={amount}").text
    assert f'id="{field}-error"' in page
    assert f'value="{at or amount}"' in page


def test_saving_makes_a_version_for_the_future(client, adam):
    data = FORM | row(0, "2026-08-14", "", "День фирмы", "Company day") | row(1, "2026-08-13", "9-12")
    answer = client.sign_in(adam).post("/admin/calendars/office", data=data)
    assert answer.location == "/admin/calendars?calendar=office&saved=2"
    version = newest()
    saved = client.get(answer.location).text
    assert "Version 2 is saved" in saved and f"/rollouts/calendar/{version.id}" in saved
    assert (version.number, version.week["tue"]) == (2, [["09:00", "13:00"], ["14:00", "18:00"]])
    assert version.own_exceptions == {"2026-08-13": [["09:00", "12:00"]], "2026-08-14": []}
    assert version.names["2026-08-14"] == {"ru": "День фирмы", "en": "Company day"}
    assert "Company day" in client.get("/admin/calendars?calendar=office&year=2026").text


def test_saving_what_was_not_changed_makes_no_version(client, adam):
    client.sign_in(adam)
    page = client.get("/admin/calendars/office/edit").text
    assert 'value="2026-04-30"' in page
    data = FORM | dict.fromkeys(OFFICE, "09:00–18:00") | row(0, "2026-04-30", "09:00–17:00") | row(1, "2026-05-01")
    assert "no new version" in client.post("/admin/calendars/office", data=data, follow_redirects=True).text
    assert newest().number == 1


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"mon": "18-9"}, "mon"),
        ({"tue": "9-13, 12-18"}, "tue"),
        ({"wed": "nine to six"}, "wed"),
        ({"thu": "9-25"}, "thu"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"holidays": "XX"}, "holidays"),
        (row(0, "2026-02-30", ""), "exceptions-0-date"),
        (row(0, "2026-05-05", "18-9"), "exceptions-0-hours"),
        (row(0, "", "9-12"), "exceptions-0-date"),
        (row(0, "2026-05-05", "9-12") | row(1, "2026-05-05"), "exceptions-1-date"),
        (row(0, "2026-05-05", "9-12", en="x" * 201), "exceptions-0-name_en"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_everything_typed_comes_back(client, adam, sent, field):
    answer = client.sign_in(adam).post(
        "/admin/calendars/office", data=FORM | row(2, "2026-12-24", "9-12", "Сочельник") | sent
    )
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert f'href="#{field}"' in answer.text
    for typed in (
        "Сочельник",
        "2026-12-24",
        "9-13, 14-18" if field == "wed" else "09.00 - 18.00",
        *(value for value in sent.values() if value),
    ):
        assert f'value="{typed}"' in answer.text
    assert newest().number == 1


def test_all_faults_are_said_at_once(client, adam):
    data = FORM | {"mon": "18-9", "timezone": "Nowhere"} | row(0, "someday", "9-12")
    page = client.sign_in(adam).post("/admin/calendars/office", data=data).text
    assert all(f'href="#{field}"' in page for field in ("mon", "timezone", "exceptions-0-date"))
    assert "Please correct 3 things" in page


def test_a_calendar_that_never_opens_is_refused_above_the_week(client, adam):
    answer = client.sign_in(adam).post("/admin/calendars/office", data=FORM | dict.fromkeys(WEEK, ""))
    assert answer.status_code == 422
    assert "This calendar never opens" in answer.text
    assert 'href="#week"' in answer.text


def test_who_was_overtaken_keeps_what_was_typed_and_may_save_again(client, adam):
    client.sign_in(adam)
    with transaction():
        actions.set_calendar(
            by(adam, "2026-04-06 09:30"), key="office", timezone="Europe/Moscow", week={"mon": [["10:00", "16:00"]]}
        )
    answer = client.post("/admin/calendars/office", data=FORM)
    assert answer.status_code == 409
    assert 'value="09.00 - 18.00"' in answer.text
    assert 'name="version" type="hidden" value="2"' in answer.text
    assert newest().number == 2
    assert client.post("/admin/calendars/office", data=FORM | {"version": "2"}).status_code == 303
    assert newest().number == 3


def test_a_preview_saves_nothing(client, adam):
    answer = client.sign_in(adam).post(
        "/admin/calendars/office", data=FORM | {"holidays": "RU", "do": "preview", "year": "2026"}
    )
    assert answer.status_code == 200
    assert "Preview of 2026" in answer.text
    assert "Victory Day" in answer.text
    assert "What would change against version 1" in answer.text
    assert newest().number == 1


def test_more_rows_keep_what_is_typed(client, adam):
    page = (
        client.sign_in(adam)
        .post("/admin/calendars/office", data=FORM | row(0, "2026-08-14", "odd") | {"do": "rows"})
        .text
    )
    assert 'value="odd"' in page
    assert 'id="exceptions-3-date"' in page


def test_a_new_calendar_begins_with_a_copy(client, adam):
    client.sign_in(adam)
    assert 'value="10:00–16:00"' in client.get("/admin/calendars/new?copy=short").text
    assert (
        client.post("/admin/calendars", data=FORM | {"key": "late", "version": "0"}).location
        == "/admin/calendars?calendar=late&saved=1"
    )
    assert newest("late").number == 1
    again = client.post("/admin/calendars", data=FORM | {"key": "late", "version": "0", "mon": "10-19"})
    assert again.status_code == 422 and 'id="key-error"' in again.text
    assert client.post("/admin/calendars", data=FORM | {"key": "Bad key"}).status_code == 422


def test_versions_tell_who_changed_what(client, adam):
    client.sign_in(adam)
    client.post("/admin/calendars/office", data=FORM | row(0, "2026-08-14"))
    page = client.get("/admin/calendars/office/versions").text
    assert "Adam" in page
    assert "Friday" in page and "<ins>09:00–17:00</ins>" in page
    assert "2026-08-14" in page
    assert "the first version" in page


def test_holidays_are_refreshed_when_somebody_says_so(client, adam):
    calendar = ru_calendar(adam, "2024-04-08 09:30")
    assert "2027-02-22" not in queries.newest_version(calendar.id).exceptions
    client.sign_in(adam)
    assert "Refresh the holidays" in client.get("/admin/calendars?calendar=ru").text
    client.post("/admin/calendars/ru/refresh")
    assert newest("ru").number == 2
    assert newest("ru").exceptions["2027-02-22"] == []
    page = client.post("/admin/calendars/ru/refresh", follow_redirects=True).text
    assert "nothing has changed" in page and "Refresh the holidays" not in page


def test_an_administrator_says_who_works_by_it(client, adam):
    client.sign_in(adam).post("/admin/calendars/short/users", data={"department": ["it"]})
    assert queries.calendar_names() == {department("it").id: "short"}
    client.post("/admin/calendars/short/users", data={"department": ["it"], "company": "1"})
    assert queries.calendar_by_key("short").of_company


def test_a_lead_changes_the_calendar_that_only_their_departments_work_by(client, cast, anna):
    assert client.sign_in(anna).get("/admin/calendars").status_code == 404
    make_lead(anna, "hr")
    client.sign_in(anna)
    page = client.get("/admin/calendars")
    assert page.status_code == 200 and "short" in page.text and "office" not in page.text
    assert "/admin/people" not in page.text
    assert client.post("/admin/calendars/short", data=FORM).status_code == 303
    assert newest("short").number == 2
    for path in ("/admin/calendars?calendar=office", "/admin/calendars/office/edit", "/admin/calendars/new", "/admin"):
        assert client.get(path).status_code == 404
    assert client.post("/admin/calendars/office", data=FORM).status_code == 404
    assert client.post("/admin/calendars/short/users", data={"company": "1"}).status_code == 403


def test_a_lead_loses_it_when_another_department_works_by_it_too(client, adam, anna):
    make_lead(anna, "hr")
    client.sign_in(adam).post("/admin/calendars/short/users", data={"department": ["it", "hr"]})
    assert client.sign_in(anna).get("/admin/calendars").status_code == 404


ICS = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//x//y//EN\r
{}END:VCALENDAR\r
"""


def event(start, more="", name="Party"):
    return f"BEGIN:VEVENT\r\nUID:{start}{name}\r\n{start}\r\nSUMMARY:{name}\r\n{more}END:VEVENT\r\n"


def days_of(*events, today=date(2026, 4, 6)):
    return ical.read(ICS.format("".join(events)).encode(), today)


def test_all_day_events_become_closed_days():
    found = days_of(
        event("DTSTART;VALUE=DATE:20260814", name="День фирмы"),
        event("DTSTART;VALUE=DATE:20261228", "DTEND;VALUE=DATE:20261231\r\n"),
        event("DTSTART:20260501T090000Z", "DTEND:20260501T100000Z\r\n"),
        event("DTSTART;VALUE=DATE:20100101"),
        event("DTSTART;VALUE=DATE:20260601", "RRULE:FREQ=WEEKLY\r\n"),
        event("DTSTART;VALUE=DATE:20260602", "STATUS:CANCELLED\r\n"),
    )
    assert found.days == {date(2026, 8, 14): "День фирмы"} | {date(2026, 12, day): "Party" for day in (28, 29, 30)}
    assert (found.timed, found.repeated, found.elsewhere) == (1, 1, 1)


def test_what_is_of_every_year_is_taken_for_the_years_around():
    yearly = days_of(event("DTSTART;VALUE=DATE:20200814", "RRULE:FREQ=YEARLY\r\nEXDATE;VALUE=DATE:20260814\r\n"))
    assert sorted(day.year for day in yearly.days) == [2024, 2025, 2027, 2028, 2029]
    until = days_of(event("DTSTART;VALUE=DATE:20200814", "RRULE:FREQ=YEARLY;UNTIL=20270101T000000Z\r\n"))
    assert sorted(day.year for day in until.days) == [2024, 2025, 2026]
    floating = days_of(event("DTSTART;VALUE=DATE:20200831", "RRULE:FREQ=YEARLY;BYMONTH=8;BYDAY=-1MO\r\n"))
    assert date(2026, 8, 31) in floating.days


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"hello", "no iCalendar file"),
        (b"BEGIN:VCALENDAR\r\n" + b"X:1\r\n" * 250_000, "larger than"),
        (b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 100_000, "larger than"),
        (b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 9_000, "events are read"),
        (b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 1_000, "too deeply"),
        (b"BEGIN:VCALENDAR\r\nnonsense\r\nEND:VCALENDAR\r\n", "broken"),
        (ICS.format(event("DTSTART;VALUE=DATE:20200101", "DTEND;VALUE=DATE:20400101\r\n")).encode(), "more than 400 days"),
    ],
)  # fmt: skip
def test_hostile_files_are_refused_in_words(raw, words):
    with pytest.raises(DeskError) as refusal:
        ical.read(raw, date(2026, 4, 6))
    assert words in str(refusal.value)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY", "FREQ=YEARLY;BYHOUR=0,1,2;BYMINUTE=1,2,3;BYSECOND=1,2,3", "FREQ=YEARLY;BYSETPOS=366;BYMONTHDAY=1",
        "FREQ=DAILY;COUNT=99999999",
    ],
)  # fmt: skip
def test_rules_that_multiply_without_end_are_not_taken(rule):
    found = days_of(event("DTSTART;VALUE=DATE:20200101", f"RRULE:{rule}\r\n"))
    assert (found.days, found.repeated) == ({}, 1)


def test_rules_that_never_come_true_end_in_time(monkeypatch):
    monkeypatch.setattr(ical, "SECONDS", 0.2)
    never = [
        event("DTSTART;VALUE=DATE:19700101", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\r\n", f"n{n}")
        for n in range(40)
    ]
    with pytest.raises(DeskError, match="too long"):
        days_of(*never)


def test_an_import_is_shown_before_it_is_saved(client, adam):
    text = ICS.format(
        event("DTSTART;VALUE=DATE:20260814", name="День фирмы") + event("DTSTART;VALUE=DATE:20260501", name="May")
    )
    data = FORM | row(0, "2026-05-01", "9-12") | {"do": "import", "file": (io.BytesIO(text.encode()), "x.ics")}
    answer = client.sign_in(adam).post("/admin/calendars/office", data=data, content_type="multipart/form-data")
    assert answer.status_code == 200
    assert "1 day is new" in answer.text and "1 changed" in answer.text
    assert 'value="День фирмы"' in answer.text and 'value="2026-08-14"' in answer.text
    assert newest().number == 1


def test_a_file_that_cannot_be_read_costs_nothing_typed(client, adam):
    answer = client.sign_in(adam).post("/admin/calendars/office", data=FORM | {"do": "import", "pasted": "what?"})
    assert answer.status_code == 422
    assert 'id="pasted-error"' in answer.text and "what?" in answer.text
    assert 'value="09.00 - 18.00"' in answer.text
    assert 'id="file-error"' in client.post("/admin/calendars/office", data=FORM | {"do": "import"}).text


def test_the_overview_says_that_next_year_is_not_sure(client, adam):
    ru_calendar(adam, now())
    page = client.sign_in(adam).get("/admin").text
    year = now().year + 1
    expected = now().month >= 11 and standing("RU", year) == "provisional"
    assert (f"the holidays of {year} are provisional" in page) == expected


def test_a_lead_finds_the_hours_on_the_page_of_the_department(client, adam, anna):
    link = 'href="/admin/calendars?calendar=short"'
    assert link in client.sign_in(adam).get("/departments/hr").text
    assert link not in client.sign_in(anna).get("/departments/hr").text
    make_lead(anna, "hr")
    assert link in client.sign_in(anna).get("/departments/hr").text


def test_the_page_costs_the_same_however_many_calendars_there_are(client, adam, count_queries):
    client.sign_in(adam)
    client.get("/admin/calendars?calendar=office")
    count_queries()
    client.get("/admin/calendars?calendar=office")
    few = count_queries()
    for number in range(5):
        with transaction():
            actions.set_calendar(by(adam, "2026-04-06 09:00"), key=f"more-{number}", timezone="UTC", week=OFFICE)
    count_queries()
    assert "more-4" in client.get("/admin/calendars?calendar=office").text
    assert count_queries() == few


def test_hours_that_are_not_taken_any_more_are_to_be_corrected_before_a_refresh(client, adam, db):
    calendar = ru_calendar(adam, "2024-04-08 09:30")
    with transaction():
        queries.newest_version(calendar.id).week = {"mon": [["09:00", "13:00"], ["12:00", "18:00"]]}
    answer = client.sign_in(adam).post("/admin/calendars/ru/refresh")
    assert answer.location == "/admin/calendars/ru/edit"
    assert "have to be corrected first" in client.get(answer.location).text
    assert newest("ru").number == 1
