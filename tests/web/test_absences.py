"""Pages of absences: entering, changing, the month of a team, files, and what other pages say of who is away."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from servicedesk.jobs.absences import keep_covers
from servicedesk.kernel.db import db
from servicedesk.kernel.now import now
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.people import away
from servicedesk.people.models import Absence
from servicedesk.tickets.models import Ticket
from tests import build
from tests.cast import by

YEAR = now().year + 1
SENT = {
    "first": f"{YEAR}-05-03", "last": f"{YEAR}-05-14", "substitute": "Olga", "note": "An operation"
}  # fmt: skip
NOW_AWAY = {"first": "2026-04-13", "last": "2028-04-13", "substitute": "Olga"}


def entries():
    db.session.expire_all()
    return list(db.session.scalars(select(Absence).order_by(Absence.id)))


@pytest.fixture
def igor_is_away(cast):
    with transaction():
        at = now()
        return people.plan_absence(
            by(cast.igor, at), cast.igor, cast.igor, begins_at=at - timedelta(days=1), ends_at=at + timedelta(days=30),
            substitute=cast.olga, note="An operation",
        )  # fmt: skip


def test_one_is_entered_changed_and_called_off(client, igor, olga):
    client.sign_in(igor)
    assert client.post("/absences", data=SENT).status_code == 303
    [row] = entries()
    assert (row.person_id, row.substitute_id, row.note, row.by_id) == (igor.id, olga.id, "An operation", igor.id)
    page = client.get("/absences").text
    assert "3 May" in page and "Stands in: Olga" in page
    assert 'value="Olga"' in client.get(f"/absences/{row.id}").text
    assert (
        client.post(f"/absences/{row.id}", data=SENT | {"last": f"{YEAR}-05-10", "substitute": ""}).status_code == 303
    )
    [row] = entries()
    assert row.substitute_id is None and away.zone_of(row.person) == "Europe/Moscow"
    assert row.ends_at.isoformat() == f"{YEAR}-05-10T21:00:00+00:00"
    assert client.post(f"/absences/{row.id}/cancel").status_code == 303
    assert "You have not entered any absence" in client.get("/absences").text


def test_times_make_it_exact(client, igor):
    client.sign_in(igor).post(
        "/absences", data=SENT | {"first_time": "14:00", "last": SENT["first"], "last_time": "16:30"}
    )
    [row] = entries()
    assert row.ends_at - row.begins_at == timedelta(hours=2.5)
    assert "14:00" in client.get("/absences").text


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"first": ""}, "Enter a day."),
        ({"last": f"{YEAR}-05-01"}, "The end lies after the beginning."),
        ({"substitute": "Nobody At All"}, "Nobody here has the address or name"),
        ({"substitute": "igor@example.com"}, "Nobody stands in for themselves."),
        ({"note": "x" * 201}, "200"),
        ({"last": "9999-12-31"}, "longer than three years"),
    ],
)
def test_a_slip_comes_back_with_what_was_typed(client, igor, sent, told):
    answer = client.sign_in(igor).post("/absences", data=SENT | sent)
    assert answer.status_code == 422
    assert told in answer.text
    assert ("An operation" if "note" not in sent else "Olga") in answer.text
    assert entries() == []


def test_a_lead_enters_those_of_the_team_and_no_others(client, olga, igor, anna):
    client.sign_in(olga)
    assert client.post("/absences", data=SENT | {"person": "Igor"}).status_code == 303
    assert client.post("/absences", data=SENT | {"person": "anna@example.com"}).status_code == 403
    assert [row.person_id for row in entries()] == [igor.id]
    assert "Igor" in client.get("/absences").text


def test_a_text_typed_while_signed_out_is_shown_again(client):
    answer = client.post("/absences", data=SENT)
    assert answer.status_code == 401 and "An operation" in answer.text


def test_the_month_of_a_team_keeps_the_reason_in_the_team(client, cast):
    client.sign_in(cast.igor).post("/absences", data=SENT)
    page = client.get(f"/departments/it/absences?month={YEAR}-05").text
    assert page.count("team-away") == 12
    assert "An operation" in page and f"month={YEAR}-04" in page and f"month={YEAR}-06" in page
    page = client.sign_in(cast.stranger).get(f"/departments/it/absences?month={YEAR}-05").text
    assert page.count("team-away") == 12 and "Stands in: Olga" in page
    assert "An operation" not in page
    assert "Nobody is away in this month" in client.get(f"/departments/it/absences?month={YEAR}-07").text


@pytest.mark.parametrize("month", ["2026-13", "2026-5", "1999-01", "x", "٢٠٢٦-٠١"])
def test_a_month_that_is_none_is_not_found(client, igor, month):
    assert client.sign_in(igor).get("/departments/it/absences", query_string={"month": month}).status_code == 404
    assert client.get("/departments/nowhere/absences").status_code == 404


def test_the_month_asks_the_same_number_of_questions(client, cast, count_queries):
    client.sign_in(cast.olga)
    client.get(f"/departments/it/absences?month={YEAR}-05")
    numbers = []
    for name in ("igor", "olga"):
        client.post("/absences", data=SENT | {"person": name.capitalize(), "substitute": ""})
        count_queries()
        client.get(f"/departments/it/absences?month={YEAR}-05")
        numbers.append(count_queries())
    assert numbers[0] == numbers[1]


def test_ticket_and_queue_say_who_is_away_and_who_stands_in(client, cast, igor_is_away):
    ticket = build.open_ticket(cast.maria)
    build.assign(ticket, cast.igor, "2026-04-06 11:00", cast.igor)
    keep_covers(now())
    page = client.sign_in(cast.maria).get(f"/tickets/{ticket.id}").text
    assert "away until" in page and "Olga" in page and "An operation" not in page
    client.sign_in(cast.olga)
    for address in ("/queue", "/queue?assignee=me"):
        page = client.get(address).text
        assert "away until" in page and f"#{ticket.id}" in page
    assert "Igor (away until" in client.get(f"/tickets/{ticket.id}").text


def test_giving_it_to_somebody_away_is_told(client, cast, igor_is_away):
    ticket = build.open_ticket(cast.maria)
    client.sign_in(cast.olga)
    answer = client.post(
        f"/tickets/{ticket.id}/assignment", data={"assignee": str(cast.igor.id)}, follow_redirects=True
    )
    assert "Igor is away until" in answer.text and "Olga has it." in answer.text
    db.session.expire_all()
    assert db.session.get(Ticket, ticket.id).assignee_id == cast.olga.id


TABLE = f"""email;from;to;substitute;note
igor@example.com;{YEAR}-05-03;14.05.{YEAR};Olga;Vacation
olga@example.com;{YEAR}-05-04;{YEAR}-05-05;igor@example.com;
anna@example.com;{YEAR}-05-04;{YEAR}-05-05;;
igor@example.com;yesterday;;;
nobody@example.com;{YEAR}-05-04;{YEAR}-05-05;;
igor@example.com;15.05.{YEAR};16.05.{YEAR};;
igor@example.com;16.05.{YEAR};18.05.{YEAR};;
"""


def take_file(client, text, do="preview", name="file.csv", **more):
    sent = {
        "kind": "csv",
        "do": do,
        "file": (io.BytesIO(text if isinstance(text, bytes) else text.encode()), name),
    } | more
    answer = client.post("/absences/import", data=sent, content_type="multipart/form-data")
    # The test client leaves the file open in which it keeps a large body.
    answer.request.environ["wsgi.input"].close()
    return answer


def test_a_table_is_shown_first_and_entered_then_and_twice_is_once(client, olga):
    client.sign_in(olga)
    page = take_file(client, TABLE).text
    assert "Nothing is entered yet. New: 2, changed: 0, joined: 1, there already: 0, not to be entered: 4." in page
    assert "Igor → Olga" in page or "Olga → Igor" in page
    assert "Absences are entered by the person" in page and "Write dates like" in page
    assert entries() == []
    page = take_file(client, TABLE, "apply").text
    assert "Entered: 2, changed: 0, joined: 1, there already: 0, not entered: 4." in page
    assert [(row.begins_at.isoformat()[:10], row.ends_at.isoformat()[:10]) for row in entries()] == [
        (f"{YEAR}-05-02", f"{YEAR}-05-14"), (f"{YEAR}-05-14", f"{YEAR}-05-18"),
    ]  # fmt: skip
    page = take_file(client, TABLE, "apply").text
    assert "Entered: 0, changed: 0, joined: 0, there already: 3" in page
    assert len(entries()) == 2


def test_what_is_typed_goes_with_the_preview_and_commas_do_as_well(client, olga):
    text = f"igor@example.com,{YEAR}-05-03,{YEAR}-05-04"
    sent = {"kind": "csv", "text": text, "do": "preview"}
    page = client.sign_in(olga).post("/absences/import", data=sent).text
    assert "New: 1" in page and text in page
    client.post("/absences/import", data=sent | {"do": "apply"})
    assert len(entries()) == 1


def test_what_excel_writes_in_russian_is_read(client, olga):
    take_file(client, f"igor@example.com;03.05.{YEAR};04.05.{YEAR};;Отпуск".encode("cp1251"), "apply")
    client.sign_in(olga)
    take_file(client, f"igor@example.com;03.05.{YEAR};04.05.{YEAR};;Отпуск".encode("cp1251"), "apply")
    assert [row.note for row in entries()] == ["Отпуск"]


CALENDAR = f"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:x
BEGIN:VEVENT
UID:one
DTSTART;VALUE=DATE:{YEAR}0503
DTEND;VALUE=DATE:{YEAR}0510
SUMMARY:Vacation
END:VEVENT
BEGIN:VEVENT
UID:two
DTSTART;TZID=Asia/Vladivostok:{YEAR}0601T090000
DTEND;TZID=Asia/Vladivostok:{YEAR}0601T120000
SUMMARY:Doctor
END:VEVENT
BEGIN:VEVENT
UID:three
DTSTART;VALUE=DATE:{YEAR}0701
RRULE:FREQ=WEEKLY
SUMMARY:Fridays
END:VEVENT
BEGIN:VEVENT
UID:four
STATUS:CANCELLED
DTSTART;VALUE=DATE:{YEAR}0801
END:VEVENT
END:VCALENDAR
"""


def test_a_calendar_of_one_person_is_taken_and_followed(client, olga, igor):
    client.sign_in(olga)
    mine = {"kind": "ical", "person": "Igor", "name": "igor.ics"}
    page = take_file(client, CALENDAR, **mine).text
    assert "New: 2" in page and "It repeats" in page
    take_file(client, CALENDAR, "apply", **mine)
    one, two = entries()
    assert one.begins_at.isoformat() == f"{YEAR}-05-02T21:00:00+00:00" and one.person_id == igor.id
    assert one.ends_at.isoformat() == f"{YEAR}-05-09T21:00:00+00:00"
    assert two.begins_at.isoformat() == f"{YEAR}-05-31T23:00:00+00:00"
    assert "there already: 2" in take_file(client, CALENDAR, "apply", **mine).text
    moved = CALENDAR.replace(f"{YEAR}0510", f"{YEAR}0512")
    assert "changed: 1" in take_file(client, moved, "apply", **mine).text
    assert entries()[0].ends_at.isoformat() == f"{YEAR}-05-11T21:00:00+00:00"


@pytest.mark.parametrize(
    ("text", "more", "told"),
    [
        (b"", {}, "Choose a file"),
        (b"x" * 1024 * 1025, {}, "larger than"),
        (b"hello", {"kind": "ical"}, "no iCalendar file"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT", {"kind": "ical"}, ""),
        (b"BEGIN:VCALENDAR\nEND:VCALENDAR", {"kind": "ical", "person": "Nobody"}, "Nobody here has the address"),
        ("\n".join(["igor@example.com,2027-01-01,2027-01-02"] * 501).encode(), {}, "up to 500 are read"),
    ],
)
def test_files_that_are_none_are_refused_with_a_sentence(client, olga, text, more, told):
    answer = take_file(client.sign_in(olga), text, **more)
    assert answer.status_code in ((422,) if told else (200, 422))
    assert told in answer.text
    assert entries() == []
