"""Administration: to others it does not exist; people and roles, mail without rating links, audit without confidential tickets."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from servicedesk.audit.queries import newest
from servicedesk.kernel import once
from servicedesk.kernel.db import db
from servicedesk.kernel.now import now
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout import actions as mail_actions
from servicedesk.mailout import queries as mailout
from servicedesk.people import actions as people
from servicedesk.people import queries as person_rows
from servicedesk.web.calendar_year import year_of
from servicedesk.web.session import settings
from tests import build, doors
from tests.cast import OFFICE, by, department

PAGES = ["", "/mail", "/audit", "/people", "/people/new", "/people/1", "/departments", "/calendars", "/policies"]
CHANGES = ["/mail/1/again", "/people", "/people/1", "/people/1/roles", "/people/1/password"]


def fresh(person):
    db.session.expire_all()
    return person_rows.person(person.id)


def mails(template):
    return [mail for mail in mailout.page(limit=200).items if mail.template == template]


@pytest.mark.parametrize("path", PAGES)
def test_an_administrator_opens(client, adam, path):
    assert client.sign_in(adam).get(f"/admin{path}").status_code == 200


@pytest.mark.parametrize("who", ["maria", "igor", "olga", "rita", "stranger"])
def test_to_others_nothing_of_it_exists(client, cast, who):
    client.sign_in(getattr(cast, who))
    for path in PAGES:
        assert client.get(f"/admin{path}").status_code == 404, path
    for path in CHANGES:
        assert client.post(f"/admin{path}").status_code == 404, path


def test_strangers_are_led_to_the_sign_in_page(client):
    assert client.get("/admin/people").location == "/sign-in?next=/admin/people"


def test_the_overview_says_what_runs_and_what_does_not(client, adam):
    client.sign_in(adam)
    assert "The worker has not run yet" in client.get("/admin").text
    with transaction():
        once.claim("mail", "1", now())
        once.finish("mail", "1", now(), "ConnectionRefusedError()")
    page = client.get("/admin").text
    assert "ConnectionRefusedError" in page
    assert "The worker has not run yet" not in page
    assert "No mail server is set" in page


def test_the_overview_says_when_migrations_are_missing(client, adam):
    client.sign_in(adam)
    with transaction():
        db.session.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    assert "flask db upgrade" in client.get("/admin").text


def test_people_are_found_by_name_and_address(client, adam):
    client.sign_in(adam)
    page = client.get("/admin/people?q=igor@").text
    assert "Igor" in page
    assert "Olga" not in page
    assert "Nobody fits" in client.get("/admin/people?q=zzz").text


def test_a_person_is_added(client, adam):
    data = {"email": " New@Example.com ", "name": "Nina", "department": str(department("hr").id), "language": "ru"}
    answer = client.sign_in(adam).post("/admin/people", data=data)
    added = person_rows.person_by_email("new@example.com")
    assert answer.location == f"/admin/people/{added.id}"
    assert (added.name, added.language, added.department.key) == ("Nina", "ru", "hr")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"email": "maria@example.com"}, "email"),
        ({"name": " "}, "name"),
        ({"department": "9999"}, "department"),
    ],
)
def test_a_person_who_cannot_be_added_comes_back_filled(client, adam, sent, field):
    data = {"email": "new@example.com", "name": "Nina", "department": "", "language": "ru"} | sent
    answer = client.sign_in(adam).post("/admin/people", data=data)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    if field != "name":
        assert 'value="Nina"' in answer.text


def test_roles_are_given_exactly_as_marked(client, adam, igor):
    hr = str(department("hr").id)
    client.sign_in(adam).post(f"/admin/people/{igor.id}/roles", data={"report_reader": "1", "lead": [hr]})
    found = fresh(igor)
    assert {(grant.role, grant.department_id) for grant in found.grants} == {("report_reader", None), ("lead", int(hr))}


def test_roles_in_departments_that_do_not_exist_are_refused(client, adam, igor):
    assert client.sign_in(adam).post(f"/admin/people/{igor.id}/roles", data={"lead": ["9999"]}).status_code == 422
    assert fresh(igor).serves


def test_an_administrator_cannot_lock_everybody_out(client, adam):
    client.sign_in(adam)
    assert client.post(f"/admin/people/{adam.id}/roles", data={}).status_code == 422
    assert client.post(f"/admin/people/{adam.id}", data={"name": "Adam", "department": ""}).status_code == 422
    found = fresh(adam)
    assert found.has("admin")
    assert found.active


def test_who_is_switched_off_is_signed_out(app, client, adam, igor):
    other = doors.browser(app).sign_in(igor)
    client.sign_in(adam).post(f"/admin/people/{igor.id}", data={"name": "Igor", "department": ""})
    assert other.get("/account").status_code == 302
    assert not fresh(igor).active


def test_a_temporary_password_is_shown_once_and_works(client, adam, maria):
    page = client.sign_in(adam).post(f"/admin/people/{maria.id}/password").text
    password = page.split('id="temporary-password" class="form-control token-text" value="')[1].split('"')[0]
    db.session.expire_all()
    assert people.prove(email="maria@example.com", password=password, at=now()) is not None
    assert password not in client.get(f"/admin/people/{maria.id}").text


def test_ones_own_password_is_not_replaced_here(client, adam):
    assert client.sign_in(adam).post(f"/admin/people/{adam.id}/password").status_code == 422


def test_mail_is_listed_by_state_and_shown_as_written(client, adam, maria, igor):
    ticket = build.open_ticket(maria, subject="Screen & <cable>")
    build.reply(ticket, igor, "2026-04-06 11:00", "Try **another** cable.")
    mail = mails("reply")[0]
    client.sign_in(adam)
    assert "maria@example.com" in client.get("/admin/mail?state=queued").text
    assert "maria@example.com" not in client.get("/admin/mail?state=sent").text
    assert client.get("/admin/mail?state=lost").status_code == 404
    assert "Try **another** cable." in client.get(f"/admin/mail/{mail.id}").text


def test_the_frame_of_a_mail_may_do_nothing(client, adam, maria, igor):
    build.reply(build.open_ticket(maria), igor, "2026-04-06 11:00", "Try **another** cable.")
    answer = client.sign_in(adam).get(f"/admin/mail/{mails('reply')[0].id}/html")
    assert "<strong>another</strong>" in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script" not in policy


def test_mail_about_a_confidential_request_is_neither_listed_nor_shown(client, adam, maria, anna):
    build.open_ticket(maria)
    ticket = build.open_ticket(maria, "hr.trouble", subject="My boss shouts")
    build.reply(ticket, anna, "2026-04-07 11:00", "Let us talk.")
    client.sign_in(adam)
    listed = client.get("/admin/mail").text
    secret = [mail for mail in mailout.page(limit=200).items if mail.facts.get("ticket_id") == ticket.id]
    assert {mail.template for mail in secret} == {"request_received", "reply"}
    for mail in secret:
        assert f"/admin/mail/{mail.id}" not in listed
        assert client.get(f"/admin/mail/{mail.id}").status_code == 404
        assert client.get(f"/admin/mail/{mail.id}/html").status_code == 404
    assert f"/admin/mail/{mails('request_received')[-1].id}" in listed


def test_mail_about_ones_own_confidential_request_is_shown(client, adam):
    build.open_ticket(adam, "hr.trouble")
    mail = mails("request_received")[0]
    assert f"/admin/mail/{mail.id}" in client.sign_in(adam).get("/admin/mail").text
    assert client.get(f"/admin/mail/{mail.id}").status_code == 200


def test_somebody_elses_rating_link_is_not_shown_except_on_a_demo(app, client, adam, maria, igor):
    ticket = build.open_ticket(maria, when=now() - timedelta(hours=3))
    build.resolve(ticket, igor, now() - timedelta(hours=2))
    mail = mails("rating_asked")[0]
    client.sign_in(adam)
    for path in (f"/admin/mail/{mail.id}", f"/admin/mail/{mail.id}/html"):
        assert "desk.test/rate/" not in client.get(path).text
    assert "rating link is left out" in client.get(f"/admin/mail/{mail.id}").text
    app.config["SETTINGS"] = replace(settings(), demo=True)
    try:
        assert "desk.test/rate/" in client.get(f"/admin/mail/{mail.id}").text
    finally:
        app.config["SETTINGS"] = replace(settings(), demo=False)


def test_ones_own_rating_link_is_shown(client, adam, igor):
    build.resolve(build.open_ticket(adam, when=now() - timedelta(hours=3)), igor, now() - timedelta(hours=2))
    assert "desk.test/rate/" in client.sign_in(adam).get(f"/admin/mail/{mails('rating_asked')[0].id}").text


def test_a_mail_that_failed_is_sent_again_and_one_that_was_sent_is_not(client, adam, maria):
    build.open_ticket(maria)
    mail = mails("request_received")[0]
    stamp = by(None, now(), "worker")
    with transaction():
        mail_actions.mark_failed(stamp, mail.id, "no such mailbox", final=True)
    client.sign_in(adam)
    assert "no such mailbox" in client.get(f"/admin/mail/{mail.id}").text
    assert client.post(f"/admin/mail/{mail.id}/again").status_code == 303
    db.session.expire_all()
    assert mailout.mail(mail.id).state == "queued"
    with transaction():
        mail_actions.mark_sent(stamp, mail.id)
    assert client.post(f"/admin/mail/{mail.id}/again").status_code == 409
    assert client.post("/admin/mail/999999/again").status_code == 404


def come_back(person, times):
    """So many mails to this person come back for good."""
    for _ in range(times):
        build.open_ticket(person)
    for mail in mails("request_received")[:times]:
        with transaction():
            mail_actions.mark_bounced(
                by(None, now(), "worker"), mail_id=mail.id, address="", status="5.1.1", permanent=True, diagnostic="<no> such user",
            )  # fmt: skip


def test_mail_that_came_back_is_shown_and_the_address_can_be_trusted_again(client, adam, maria):
    come_back(maria, 1)
    client.sign_in(adam)
    assert "Came back" in client.get(f"/admin/mail/{mails('request_received')[0].id}").text
    assert "maria@example.com" in client.get("/admin/mail?state=bounced").text
    page = client.get(f"/admin/people/{maria.id}").text
    assert "If that goes on" in page and "5.1.1 &lt;no&gt; such user" in page
    come_back(maria, 1)
    assert "nothing is sent there now" in client.get(f"/admin/people/{maria.id}").text
    assert client.post(f"/admin/people/{maria.id}/mail").status_code == 303
    assert "Write to this address again" not in client.get(f"/admin/people/{maria.id}").text
    assert not mailout.is_undeliverable(maria.email, now())
    assert client.post("/admin/people/999999/mail").status_code == 404


def test_who_cannot_be_written_to_reads_it_at_home_and_at_the_account(client, adam, maria):
    come_back(maria, 1)
    client.sign_in(maria)
    assert "comes back" not in client.get("/").text
    come_back(maria, 1)
    for path in ("/", "/account"):
        assert "Mail to maria@example.com comes back" in client.get(path).text
    assert "comes back" not in client.sign_in(adam).get("/").text


def test_a_mail_to_an_address_that_bounced_says_so(client, adam, maria):
    come_back(maria, 2)
    build.open_ticket(maria)
    with transaction():
        assert mail_actions.claim(by(None, now(), "worker")) == []
    failed = mailout.page(state="failed").items[0]
    assert "until somebody trusts it again" in client.sign_in(adam).get(f"/admin/mail/{failed.id}").text


def test_a_mail_that_cannot_be_written_says_why(client, adam):
    with transaction():
        mail_actions.queue_mail(
            by(None, now()),
            to="x@example.com",
            language="en",
            timezone="UTC",
            template="reply",
            facts={},
            once="broken",
        )
    answer = client.sign_in(adam).get(f"/admin/mail/{mails('reply')[0].id}")
    assert answer.status_code == 200
    assert "The mail cannot be written" in answer.text


def test_the_audit_names_who_did_what(client, adam, maria, igor):
    ticket = build.open_ticket(maria)
    build.assign(ticket, igor, "2026-04-06 11:00", igor)
    page = client.sign_in(adam).get("/admin/audit").text
    assert "Request assigned" in page
    assert f'href="/tickets/{ticket.id}"' in page
    only = client.get("/admin/audit?what=TicketAssigned").text
    assert only.count("<tr>") == 2


def test_the_audit_leaves_confidential_requests_out(client, adam, maria, anna):
    ticket = build.open_ticket(maria, "hr.trouble", subject="My boss shouts")
    build.reply(ticket, anna, "2026-04-07 11:00", "Let us talk.")
    assert any(entry.subject_id == ticket.id for entry in newest(limit=200).items if entry.subject_kind == "ticket")
    page = client.sign_in(adam).get("/admin/audit").text
    assert f"/tickets/{ticket.id}" not in page
    assert "My boss shouts" not in page


def test_the_organisation_is_shown_in_words_and_says_where_it_is_changed(client, adam):
    client.sign_in(adam)
    assert "flask desk setup apply" in client.get("/admin/departments").text
    policies = client.get("/admin/policies").text
    assert 'href="/departments/it/promises' in policies
    assert "priority: urgent" in policies
    assert "4\N{NO-BREAK SPACE}h of working time" in policies
    assert "Olga" in client.get("/admin/departments").text


def test_the_year_of_a_calendar_marks_days_that_differ(client, adam):
    page = client.sign_in(adam).get("/admin/calendars?calendar=office&year=2026").text
    assert page.count('class="day-holiday"') == 1
    assert page.count('class="day-shorter"') == 1
    assert client.get("/admin/calendars?calendar=nowhere").status_code == 404
    assert client.get("/admin/calendars?year=20260").status_code == 404


def test_a_day_is_open_closed_holiday_shorter_or_extra():
    exceptions = {
        "2026-05-01": [],
        "2026-04-30": [["09:00", "17:00"]],
        "2026-05-02": [["09:00", "18:00"]],
        "2026-05-04": OFFICE["mon"],
    }
    days = {
        day.date.isoformat(): day.kind
        for month in year_of(OFFICE, exceptions, {}, 2026) for week in month.weeks for day in week if day
    }  # fmt: skip
    assert len(days) == 365
    wanted = {
        "2026-04-30": "shorter",
        "2026-05-01": "holiday",
        "2026-05-02": "extra",
        "2026-05-03": "closed",
        "2026-05-04": "open",
    }
    assert {key: days[key] for key in wanted} == wanted


@pytest.mark.parametrize(
    "path", ["/admin/people", "/admin/audit", "/admin/mail", "/admin/departments", "/admin/policies"]
)
def test_a_list_asks_the_same_for_few_and_for_many_rows(client, adam, maria, igor, count_queries, path):
    build.reply(build.open_ticket(maria), igor, "2026-04-06 11:00")
    client.sign_in(adam).get(path)
    count_queries()
    client.get(path)
    before = count_queries()
    with transaction():
        for number in range(12):
            people.add_person(
                by(adam, now()), email=f"p{number}@example.com", name=f"P{number}", department=department("hr")
            )
            people.add_department(by(adam, now()), key=f"d{number}", name={"en": f"D{number}"})
    for _ in range(5):
        build.open_ticket(maria)
    count_queries()
    client.get(path)
    assert count_queries() == before


def test_an_administrator_says_how_often_people_are_asked(client, adam):
    client.sign_in(adam)
    assert 'name="a_week"' in client.get("/admin").text
    assert client.post("/admin/questions", data={"a_week": "5"}).status_code == 303
    assert 'value="5"' in client.get("/admin").text.split('name="a_week"')[1].split(">")[0]
    for wrong in ("-1", "21", "many", ""):
        assert client.post("/admin/questions", data={"a_week": wrong}).status_code == 422
    assert 'value="5"' in client.get("/admin").text.split('name="a_week"')[1].split(">")[0]
