"""The page of a ticket: what each side sees, and that a change which is refused loses nothing that was typed."""

import re

import pytest

from servicedesk.kernel.now import now
from servicedesk.sla.queries import clocks_of, explain
from servicedesk.tickets import queries
from tests import build
from tests.cast import department, request_type

NINE, TEN, ELEVEN = "2026-04-06 09:00", "2026-04-06 10:00", "2026-04-06 11:00"


@pytest.fixture
def ticket(maria):
    return build.open_ticket(maria, when=NINE)


def path_of(ticket, *parts) -> str:
    return "/".join(["/tickets", str(ticket.id), *parts])


def page_of(client, person, ticket) -> str:
    answer = client.sign_in(person).get(path_of(ticket))
    assert answer.status_code == 200
    return answer.text


def fresh(ticket):
    return queries.tickets_by_id([ticket.id])[ticket.id]


def texts(ticket, *, with_notes=True) -> list[str]:
    return [message.text for message in queries.messages(ticket.id, with_notes=with_notes).items]


# who sees what


def test_a_visitor_is_led_to_the_sign_in_page(client, ticket):
    assert client.get(path_of(ticket)).location.startswith("/sign-in")
    assert client.get(path_of(ticket, "why")).location.startswith("/sign-in")


def test_a_stranger_finds_nothing_there(client, stranger, ticket):
    client.sign_in(stranger)
    missing = client.get("/tickets/999999")
    for part in ([], ["why"]):
        answer = client.get(path_of(ticket, *part))
        assert answer.status_code == missing.status_code == 404
        assert ticket.subject not in answer.text


def test_the_requester_reads_how_it_stands_in_plain_words(client, maria, igor, ticket):
    assert "It has received your request." in page_of(client, maria, ticket)
    build.assign(ticket, igor, TEN, igor)
    assert "Igor from It is working on it." in page_of(client, maria, ticket)
    build.hold(ticket, igor, ELEVEN, note="Which room are you in?")
    page = page_of(client, maria, ticket)
    assert "It waits for your answer." in page
    assert "Which room are you in?" in page
    assert "Waiting for you" in page


def test_the_requester_reads_by_when_an_answer_comes(client, maria):
    ticket = build.open_ticket(maria, when=now())
    assert re.search(r"An answer by .+\. *\n.*Done by", page_of(client, maria, ticket))


def test_a_note_is_seen_by_those_who_serve_and_by_nobody_else(client, maria, igor, ticket):
    build.note(ticket, igor, TEN, "The toner is hidden in the cupboard.")
    served = page_of(client, igor, ticket)
    assert "hidden in the cupboard" in served
    assert "Internal note" in served
    assert "hidden in the cupboard" not in page_of(client, maria, ticket)


def test_the_answers_of_the_form_stand_under_the_description(client, maria):
    ticket = build.open_ticket(maria, "it.access", answers={"system": "crm", "until": "2026-05-09"})
    page = page_of(client, maria, ticket)
    assert "CRM" in page and "9 May 2026" in page


def test_what_people_write_cannot_run_in_the_page(client, maria, igor):
    ticket = build.open_ticket(maria, subject="<b>bold</b>", description="<script>alert(1)</script> **strong**")
    page = page_of(client, igor, ticket)
    assert "<script>alert(1)" not in page
    assert "<b>bold</b>" not in page
    assert "<strong>strong</strong>" in page


def test_the_story_is_told_in_order(client, maria, igor, olga, ticket):
    build.assign(ticket, olga, TEN, igor)
    build.reply(ticket, igor, "2026-04-06 10:30", "I am coming up.")
    build.change_priority(ticket, olga, ELEVEN, "high")
    build.hold(ticket, igor, "2026-04-06 12:00", "third_party", note="A part is ordered.")
    build.resume(ticket, igor, "2026-04-06 13:00")
    build.hand_over(ticket, igor, "2026-04-06 14:00", "hr")
    page = page_of(client, maria, ticket)
    told = [
        "Olga assigned it to Igor", "I am coming up.", "Olga changed the priority: Normal → High",
        "Igor put it on hold: waiting for a third party", "A part is ordered.", "Igor ended the hold", "Igor handed it over: It → Hr",
    ]  # fmt: skip
    places = [page.index(words) for words in told]
    assert places == sorted(places)


def test_each_side_sees_the_buttons_that_are_its_own(client, maria, igor, boris, ticket):
    forms = {"hold": "/handovers", "take": "/assignment", "withdraw": "/cancellation", "write": "/messages"}
    seen = {
        who: {what for what, part in forms.items() if part in page_of(client, person, ticket)}
        for who, person in (("maria", maria), ("igor", igor), ("boris", boris))
    }
    assert seen == {"maria": {"withdraw", "write"}, "igor": {"hold", "take", "write"}, "boris": set()}


def test_a_long_conversation_is_paged(client, maria, igor, ticket):
    for number in range(101):
        build.note(ticket, igor, TEN, f"Note {number:03d}.")
    page = page_of(client, igor, ticket)
    assert "Note 000." not in page and "Note 100." in page
    earlier = page.split('href="' + path_of(ticket) + "?before=")[1].split('"')[0]
    page = client.get(path_of(ticket) + "?before=" + earlier).text
    assert "Note 000." in page and "Note 100." not in page


def test_it_asks_the_same_number_of_questions_however_long_the_story(client, maria, igor, ticket, count_queries):
    build.reply(ticket, igor, TEN, "One.")
    build.note(ticket, igor, TEN, "Two.")
    build.change_priority(ticket, igor, TEN, "high")
    client.sign_in(igor)
    client.get(path_of(ticket))
    count_queries()
    client.get(path_of(ticket))
    few = count_queries()
    for number in range(20):
        build.reply(ticket, maria, ELEVEN, f"And {number}?")
        build.reply(ticket, igor, ELEVEN, f"Then {number}.")
        build.hold(ticket, igor, ELEVEN, "third_party")
        build.resume(ticket, igor, ELEVEN)
    count_queries()
    client.get(path_of(ticket))
    assert count_queries() <= few + 1  # the second person of the story
    assert few <= 33  # one of them for the prepared replies of who serves it


# what people do


def test_a_reply_is_sent_and_leads_back_to_the_ticket(client, igor, ticket):
    answer = client.sign_in(igor).post(
        path_of(ticket, "messages"), data={"text": "On my way.", "version": ticket.version}
    )
    assert (answer.status_code, answer.location) == (303, path_of(ticket))
    assert "Your message is sent." in client.get(answer.location).text
    assert texts(ticket, with_notes=False) == ["On my way."]


@pytest.mark.parametrize("kind", ["reply", "note"])
def test_an_empty_message_is_refused_at_its_field(client, igor, ticket, kind):
    answer = client.sign_in(igor).post(path_of(ticket, "messages"), data={"text": "  ", "kind": kind})
    assert answer.status_code == 422
    assert "Write something first." in answer.text
    assert texts(ticket) == []


def test_a_kind_of_message_that_is_not_one_publishes_nothing(client, igor, ticket):
    answer = client.sign_in(igor).post(path_of(ticket, "messages"), data={"text": "Do not lose me.", "kind": "shout"})
    assert answer.status_code == 422
    assert "Do not lose me." in answer.text
    assert texts(ticket) == []


def test_the_composer_saves_a_note(client, igor, ticket):
    client.sign_in(igor).post(path_of(ticket, "messages"), data={"text": "Between us.", "kind": "note"})
    assert (texts(ticket), texts(ticket, with_notes=False)) == (["Between us."], [])


@pytest.mark.parametrize("address", ["messages", "hold"])
def test_the_composer_puts_on_hold_with_the_reason(client, igor, ticket, address):
    given = {"kind": "hold", "text": "Which room?", "reason": "waiting_for_requester"}
    assert client.sign_in(igor).post(path_of(ticket, address), data=given).status_code == 303
    assert fresh(ticket).status == "waiting"
    assert [hold.note for hold in queries.holds(ticket.id)] == ["Which room?"]
    assert client.post(path_of(ticket, "hold", "end"), data={}).status_code == 303
    assert fresh(ticket).status == "new"


def test_the_end_of_a_hold_is_read_in_the_writers_time_zone(client, igor, ticket):
    given = {"reason": "scheduled", "text": "On the day of the move.", "until": "2030-01-15T12:00"}
    assert client.sign_in(igor).post(path_of(ticket, "hold"), data=given).status_code == 303
    until = queries.holds(ticket.id)[0].until
    assert until.isoformat() == "2030-01-15T09:00:00+00:00"


@pytest.mark.parametrize(
    ("until", "sentence"),
    [
        ("", "Say until when the work is scheduled."),
        ("2020-01-01T10:00", "The end of a hold lies in the future."),
        ("soon", "A day and time are expected here"),
    ],
)
def test_a_hold_without_a_right_end_comes_back_filled(client, igor, ticket, until, sentence):
    given = {"kind": "hold", "reason": "scheduled", "text": "When the part is here.", "until": until}
    answer = client.sign_in(igor).post(path_of(ticket, "messages"), data=given)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "When the part is here." in answer.text
    assert f'value="{until}"' in answer.text
    assert queries.holds(ticket.id) == []


@pytest.mark.parametrize("address", ["messages", "resolution"])
def test_the_composer_resolves(client, igor, ticket, address):
    client.sign_in(igor).post(path_of(ticket, address), data={"kind": "resolve", "text": "It prints."})
    assert fresh(ticket).status == "resolved"
    assert texts(ticket) == ["It prints."]


def test_resolving_without_a_word_is_refused(client, igor, ticket):
    answer = client.sign_in(igor).post(path_of(ticket, "resolution"), data={"text": ""})
    assert answer.status_code == 422
    assert fresh(ticket).status == "new"


def test_the_requester_confirms_a_solution(client, maria, igor, ticket):
    build.resolve(ticket, igor, TEN)
    assert "It says that it is done. Is it?" in page_of(client, maria, ticket)
    assert client.post(path_of(ticket, "closure"), data={}).status_code == 303
    assert fresh(ticket).status == "closed"


def test_the_requester_opens_it_again_and_says_why(client, maria, igor, ticket):
    build.resolve(ticket, igor, TEN)
    client.sign_in(maria)
    refused = client.post(path_of(ticket, "reopening"), data={"text": ""})
    assert (refused.status_code, fresh(ticket).status) == (422, "resolved")
    assert client.post(path_of(ticket, "reopening"), data={"text": "Silent again."}).status_code == 303
    assert fresh(ticket).status == "open"
    assert texts(ticket)[-1] == "Silent again."


def test_the_requester_withdraws(client, maria, ticket):
    assert client.sign_in(maria).post(path_of(ticket, "cancellation"), data={}).status_code == 303
    assert fresh(ticket).status == "cancelled"


def test_the_requester_can_rate_on_the_page(client, maria, igor):
    ticket = build.open_ticket(maria, when=now())
    build.resolve(ticket, igor, now())
    assert 'action="/rate/' in page_of(client, maria, ticket)
    assert 'href="/rate/' not in page_of(client, igor, ticket)


def test_an_agent_takes_gives_and_gives_back(client, igor, olga, ticket):
    client.sign_in(igor)
    for wanted, assignee in (("me", igor.id), (str(olga.id), olga.id), ("", None)):
        assert client.post(path_of(ticket, "assignment"), data={"assignee": wanted}).status_code == 303
        assert fresh(ticket).assignee_id == assignee


@pytest.mark.parametrize("wanted", ["maria", "anna", "nobody"])
def test_only_the_team_can_have_it(client, cast, igor, ticket, wanted):
    person = getattr(cast, wanted, None)
    answer = client.sign_in(igor).post(
        path_of(ticket, "assignment"), data={"assignee": str(person.id) if person else "99999"}
    )
    assert answer.status_code == 422
    assert "Only people of the department that holds the ticket can have it." in answer.text


def test_handing_over_carries_the_note_along(client, igor, ticket):
    given = {"department": str(department("hr").id), "note": "This is about a contract."}
    assert client.sign_in(igor).post(path_of(ticket, "handovers"), data=given).status_code == 303
    assert fresh(ticket).department_id == department("hr").id
    assert texts(ticket) == ["This is about a contract."]


def test_a_hand_over_to_nowhere_keeps_the_note(client, igor, ticket):
    answer = client.sign_in(igor).post(path_of(ticket, "handovers"), data={"department": "", "note": "Do not lose me."})
    assert answer.status_code == 422
    assert "Do not lose me." in answer.text


def test_who_hands_a_confidential_ticket_away_goes_back_to_the_queue(client, maria, anna):
    ticket = build.open_ticket(maria, "hr.trouble")
    answer = client.sign_in(anna).post(path_of(ticket, "handovers"), data={"department": str(department("legal").id)})
    assert answer.location == "/queue"


def test_priority_type_and_subject_can_be_corrected(client, igor, ticket):
    client.sign_in(igor)
    changes = {
        "priority": {"priority": "urgent"}, "type": {"request_type": str(request_type("it.access").id)},
        "subject": {"subject": "The scanner, not the printer"},
    }  # fmt: skip
    for part, given in changes.items():
        assert client.post(path_of(ticket, part), data=given).status_code == 303
    row = fresh(ticket)
    assert (row.priority, row.request_type_id, row.subject) == (
        "urgent",
        request_type("it.access").id,
        "The scanner, not the printer",
    )


@pytest.mark.parametrize(
    ("part", "given"),
    [
        ("priority", {"priority": "yesterday"}),
        ("type", {"request_type": ""}),
        ("type", {"request_type": "hr"}),
        ("subject", {"subject": " "}),
    ],
)
def test_a_wrong_correction_is_refused_on_the_page(client, igor, ticket, part, given):
    answer = client.sign_in(igor).post(path_of(ticket, part), data=given)
    assert answer.status_code == 422
    assert "Please correct one thing" in answer.text


def test_somebody_who_sees_it_follows_it(client, boris, ticket):
    client.sign_in(boris)
    client.post(path_of(ticket, "watch"), data={"watch": "1"})
    assert [person.name for person in queries.watchers(ticket.id)] == ["Boris"]
    client.post(path_of(ticket, "watch"), data={"watch": "0"})
    assert queries.watchers(ticket.id) == []


# what is refused

CHANGES = [
    "messages", "hold", "hold/end", "resolution", "reopening", "closure", "cancellation", "assignment", "handovers", "priority",
    "type", "subject", "watch",
]  # fmt: skip


@pytest.mark.parametrize("part", CHANGES)
def test_a_change_by_a_stranger_finds_nothing(client, stranger, ticket, part):
    assert client.sign_in(stranger).post(path_of(ticket, part), data={}).status_code == 404


@pytest.mark.parametrize("part", CHANGES)
def test_a_change_without_a_sign_in_is_led_to_it(client, ticket, part):
    assert client.post(path_of(ticket, part), data={}).location.startswith("/sign-in")
    assert texts(ticket) == []


def test_who_was_signed_out_meanwhile_gets_the_text_back(client, ticket):
    answer = client.post(path_of(ticket, "messages"), data={"text": "An hour of <work>"})
    assert answer.status_code == 401
    assert "An hour of &lt;work&gt;" in answer.text
    assert 'href="/sign-in"' in answer.text
    assert ticket.subject not in answer.text
    assert texts(ticket) == []


@pytest.mark.parametrize("part", ["hold", "resolution", "assignment", "handovers", "priority", "subject"])
def test_the_requester_may_not_do_the_departments_work(client, maria, ticket, part):
    given = {
        "text": "I try",
        "reason": "third_party",
        "assignee": "me",
        "priority": "urgent",
        "subject": "Mine",
        "department": "1",
    }
    answer = client.sign_in(maria).post(path_of(ticket, part), data=given)
    assert answer.status_code == 403
    assert "this is for others to do" in answer.text
    assert fresh(ticket).version == ticket.version


def test_an_agent_does_not_confirm_for_the_requester(client, igor, ticket):
    build.resolve(ticket, igor, TEN)
    assert client.sign_in(igor).post(path_of(ticket, "closure"), data={}).status_code == 403


def test_the_administrator_only_reads(client, adam, ticket):
    page = page_of(client, adam, ticket)
    assert "/messages" not in page
    assert client.post(path_of(ticket, "messages"), data={"text": "Me too"}).status_code == 403


def test_a_stale_page_changes_nothing_keeps_the_text_and_shows_what_happened(client, igor, olga, ticket):
    client.sign_in(igor)
    seen = {"version": ticket.version, "seen": ticket.updated_at.isoformat()}
    build.reply(ticket, olga, TEN, "I have it already.")
    answer = client.post(path_of(ticket, "messages"), data={"text": "My long answer", **seen})
    assert answer.status_code == 409
    assert texts(ticket) == ["I have it already."]
    conflict = answer.text.split('id="conflict"')[1].split("</section>")[0]
    assert "Olga" in conflict and "I have it already." in conflict and "My long answer" in conflict
    assert "My long answer" in answer.text.split('id="composer"')[1]


def test_the_kept_text_can_be_sent_from_the_page_that_came_back(client, igor, olga, ticket):
    client.sign_in(igor)
    stale = {"version": ticket.version, "seen": ticket.updated_at.isoformat()}
    build.note(ticket, olga, TEN)
    page = client.post(path_of(ticket, "messages"), data={"text": "My answer", **stale}).text.split('id="composer"')[1]
    version = page.split('name="version" value="')[1].split('"')[0]
    assert client.post(path_of(ticket, "messages"), data={"text": "My answer", "version": version}).status_code == 303


@pytest.mark.parametrize("part", ["closure", "cancellation"])
def test_a_stale_button_does_nothing(client, maria, igor, ticket, part):
    seen = ticket.version
    build.resolve(ticket, igor, TEN)
    answer = client.sign_in(maria).post(path_of(ticket, part), data={"version": seen})
    assert answer.status_code == 409
    assert fresh(ticket).status == "resolved"


def test_a_word_on_a_closed_ticket_is_kept_to_be_copied(client, maria, igor, ticket):
    build.resolve(ticket, igor, TEN)
    build.close(ticket, maria, ELEVEN)
    answer = client.sign_in(maria).post(path_of(ticket, "messages"), data={"text": "One more thing"})
    assert answer.status_code == 409
    assert "This ticket is closed." in answer.text
    assert "One more thing" in answer.text.split('id="kept-text"')[1].split("</textarea>")[0]


def test_a_word_on_a_ticket_that_went_to_others_is_kept_to_be_copied(client, igor, ticket):
    build.hand_over(ticket, igor, TEN, "hr")
    answer = client.sign_in(igor).post(path_of(ticket, "messages"), data={"text": "One more thing"})
    assert answer.status_code == 403
    assert "One more thing" in answer.text.split('id="kept-text"')[1].split("</textarea>")[0]


def test_a_word_on_a_ticket_that_vanished_is_kept_to_be_copied(client, maria, anna):
    ticket = build.open_ticket(maria, "hr.trouble", when=NINE)
    build.hand_over(ticket, anna, TEN, "legal")
    answer = client.sign_in(anna).post(path_of(ticket, "messages"), data={"text": "One more thing"})
    assert answer.status_code == 404
    assert "One more thing" in answer.text
    assert ticket.subject not in answer.text


# why the deadline


def test_the_explanation_covers_every_promise_and_sums_up_to_its_elapsed_time(client, maria, igor, ticket):
    build.reply(ticket, igor, TEN)
    build.hold(ticket, igor, ELEVEN, "third_party")
    build.resume(ticket, igor, "2026-04-07 10:00")
    build.resolve(ticket, igor, "2026-04-08 12:00")
    page = client.sign_in(maria).get(path_of(ticket, "why")).text
    assert "Why this deadline" in page
    assert "Waiting for a third party" in page
    assert "department=it" in page and "version 1" in page
    assert "Promised: 27 h of working time" in page.replace("\u00a0", " ")
    assert "<rect" in page and "style=" not in page
    for clock in clocks_of([ticket.id])[ticket.id]:
        rows = explain(clock, now())
        assert sum(row.seconds for row in rows if row.counted) == pytest.approx(clock.elapsed_seconds, abs=1e-6)
        if clock.metric != "stay":
            assert f'id="clock-{clock.id}"' in page
    assert "department=it" in page and "put on hold by Igor" in page
    assert "Who held the ball" in page and "Third party" in page
    totals = re.findall(r'<th scope="row" colspan="3">Counted in all</th><td class="number">([\d,]+)</td>', page)
    assert totals == ["3,600", "46,800"]


def test_a_change_of_the_promise_is_told_with_both_due_dates(client, maria, igor, ticket):
    build.change_priority(ticket, igor, TEN, "urgent")
    page = client.sign_in(maria).get(path_of(ticket, "why")).text.replace("\u00a0", " ")
    assert "How the promise changed" in page and "Another priority" in page
    assert "27 h of working time" in page and "4 h of working time" in page
    assert "department=it priority=urgent" in page


def test_an_agreed_date_is_explained_as_such(client, maria, igor, ticket):
    build.agree(ticket, igor, maria, TEN, "2026-04-10 15:00")
    page = client.sign_in(maria).get(path_of(ticket, "why")).text
    assert "Both sides agreed on a date" in page
    assert "Both sides agreed on this date for this request alone." in page


def test_explaining_asks_the_same_number_of_questions_however_long_the_story(
    client, maria, igor, ticket, count_queries
):
    def cost():
        count_queries()
        assert client.get(path_of(ticket, "why")).status_code == 200
        return count_queries()

    build.reply(ticket, igor, TEN)
    build.reply(ticket, maria, TEN)
    build.hold(ticket, igor, TEN, "third_party")
    client.sign_in(maria)
    cost()
    few = cost()
    for _ in range(10):
        build.reply(ticket, maria, ELEVEN)
        build.change_priority(ticket, igor, ELEVEN, "urgent")
        build.hold(ticket, igor, ELEVEN, "third_party")
        build.reply(ticket, igor, ELEVEN)
        build.change_priority(ticket, igor, ELEVEN, "normal")
    assert cost() <= few


def test_the_page_shows_who_held_the_ball_and_where_the_time_went(client, maria, igor, stranger, ticket):
    build.reply(ticket, igor, TEN)
    build.hold(ticket, igor, ELEVEN, "third_party")
    page = client.sign_in(maria).get(path_of(ticket)).text
    assert 'id="ball"' in page and "Third party" in page and "Outside working hours" in page
    assert page.count('class="graph strip"') == 2 and f"/tickets/{ticket.id}/why#ledger" in page
    rows = re.findall(r'<tr><th scope="row">.*?</svg>(.*?)</th><td class="number">(.*?)</td>', page)
    assert [name for name, _ in rows] == ["It", "Third party", "Outside working hours"]
    why = client.get(path_of(ticket, "why")).text
    assert 'id="ledger"' in why and "style=" not in why
    assert client.sign_in(stranger).get(path_of(ticket, "why")).status_code == 404


def test_the_stay_is_explained_to_those_who_serve_only(client, maria, igor, ticket):
    assert "Stay" in client.sign_in(igor).get(path_of(ticket, "why")).text
    assert "Stay" not in client.sign_in(maria).get(path_of(ticket, "why")).text


def test_one_letter_can_be_explained_alone(client, maria, igor, ticket):
    build.reply(ticket, igor, TEN)
    for hour in (11, 13):
        build.reply(ticket, maria, f"2026-04-06 {hour}:00")
        build.reply(ticket, igor, f"2026-04-06 {hour + 1}:00")
    first = next(clock for clock in clocks_of([ticket.id])[ticket.id] if clock.metric == "reply")
    page = client.sign_in(maria).get(path_of(ticket, "why")).text
    assert f"?clock={first.id}" in page and f'id="clock-{first.id}"' not in page
    assert f'id="clock-{first.id}"' in client.get(path_of(ticket, f"why?clock={first.id}")).text


def test_a_ticket_without_promises_says_so(client, maria, monkeypatch):
    monkeypatch.setattr("servicedesk.sla.reactions.queries.chosen", lambda *_: None)
    ticket = build.open_ticket(maria)
    page = client.sign_in(maria).get(path_of(ticket, "why")).text
    assert "No promise covers this request" in page
