"""The rating page behind a link: nothing saved by looking, nobody named, one answer, nothing typed lost."""

from datetime import timedelta

import pytest

from servicedesk.audit.queries import newest
from servicedesk.kernel.db import db
from servicedesk.kernel.now import now
from servicedesk.ratings.models import Invitation, RatingMonth
from servicedesk.ratings.queries import answered, opened, waiting_for
from servicedesk.ratings.rules import sign
from servicedesk.web.session import settings
from tests import build

GOOD = {"quality": "9", "speed": "8", "helpfulness": "none", "comment": ""}


def asked(requester, server, kind="it.incident", ago=timedelta(hours=3), **more):
    """A request resolved a moment ago, and the token in the link of its mail."""
    ticket = build.open_ticket(requester, kind, now() - ago, **more)
    build.resolve(ticket, server, now() - ago + timedelta(hours=1))
    invitation = next(
        row for row in waiting_for(settings().keys, requester.id, (now() - ago).date()) if row.ticket_id == ticket.id
    )
    return ticket, sign(settings().secret_key, invitation.id)


def ratings():
    db.session.expire_all()
    return [row for month in db.session.query(RatingMonth) for row in opened(month.month, settings().keys)]


def is_open(ticket):
    db.session.expire_all()
    asked = db.session.query(Invitation).filter_by(ticket_id=ticket.id).one()
    return not answered(settings().keys, [asked.id])


def checked(page, metric):
    row = page.split(f'id="{metric}"')[1].split("</fieldset>")[0]
    return [part.split('"')[0] for part in row.split('value="')[1:] if "checked" in part.split(">")[0]]


def test_it_opens_without_a_sign_in_and_presets_nothing(client, maria, igor):
    ticket, token = asked(maria, igor, subject="Scanner is asleep")
    answer = client.get(f"/rate/{token}")
    assert answer.status_code == 200
    assert f"#{ticket.id}" in answer.text
    assert "Scanner is asleep" in answer.text
    assert "Your answer is anonymous" in answer.text
    assert [checked(answer.text, metric) for metric in ("quality", "speed", "helpfulness")] == [[], [], []]


def test_the_links_of_the_mail_select_a_score_and_save_nothing(client, maria, igor):
    ticket, token = asked(maria, igor)
    page = client.get(f"/rate/{token}?quality=7&speed=99&helpfulness=x").text
    assert [checked(page, metric) for metric in ("quality", "speed", "helpfulness")] == [["7"], [], []]
    assert client.head(f"/rate/{token}?quality=7").status_code == 200
    assert ratings() == []
    assert is_open(ticket)


def test_an_answer_is_saved_without_a_sign_in_a_cookie_or_a_referrer(client, maria, igor):
    ticket, token = asked(maria, igor)
    answer = client.post(f"/rate/{token}", data=GOOD, csrf=False)
    assert (answer.status_code, answer.location) == (303, "/rate/thanks")
    saved = ratings()[0]
    assert (saved.quality, saved.speed, saved.helpfulness) == (9, 8, None)
    assert not is_open(ticket)
    assert "Thank you" in client.get("/rate/thanks").text


def test_who_is_signed_in_leaves_no_trace_of_it(client, maria, igor):
    _, token = asked(maria, igor)
    client.sign_in(maria)
    before = len(newest(limit=200).items)
    client.get(f"/rate/{token}")
    client.post(f"/rate/{token}", data=GOOD)
    db.session.expire_all()
    assert len(newest(limit=200).items) == before
    assert "Maria" not in client.get("/rate/thanks").text


def test_a_low_score_without_a_comment_comes_back_filled(client, maria, igor):
    _, token = asked(maria, igor)
    answer = client.post(f"/rate/{token}", data=GOOD | {"speed": "5"})
    assert answer.status_code == 422
    assert 'id="comment-error"' in answer.text
    assert [checked(answer.text, metric) for metric in ("quality", "speed", "helpfulness")] == [["9"], ["5"], ["none"]]
    assert ratings() == []
    assert client.post(f"/rate/{token}", data=GOOD | {"speed": "5", "comment": "Two days too late."}).status_code == 303


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"quality": "11"}, "quality"),
        ({"speed": "0"}, "speed"),
        ({"helpfulness": "seven"}, "helpfulness"),
        ({"quality": "-3"}, "quality"),
        ({"quality": "٧"}, "quality"),
        ({"quality": "none", "speed": "none"}, "quality"),
        ({"speed": ""}, "speed"),
        ({"speed": "", "quality": "2"}, "comment"),
        ({"comment": "a" * 4001}, "comment"),
    ],
)
def test_what_cannot_be_saved_is_said_at_its_field(client, maria, igor, sent, field):
    _, token = asked(maria, igor)
    answer = client.post(f"/rate/{token}", data=GOOD | sent)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert ratings() == []


def test_what_was_typed_is_kept_and_escaped(client, maria, igor):
    _, token = asked(maria, igor)
    page = client.post(f"/rate/{token}", data=GOOD | {"quality": "x", "comment": "<b>slow</b> & late"}).text
    assert "&lt;b&gt;slow&lt;/b&gt; &amp; late" in page


def test_a_used_link_says_so(client, maria, igor):
    _, token = asked(maria, igor)
    client.post(f"/rate/{token}", data=GOOD)
    for answer in (client.get(f"/rate/{token}"), client.post(f"/rate/{token}", data=GOOD)):
        assert answer.status_code == 409
        assert "This link was used already" in answer.text
    assert len(ratings()) == 1


def test_an_expired_link_says_so(client, maria, igor):
    _, token = asked(maria, igor, ago=timedelta(days=20))
    answer = client.post(f"/rate/{token}", data=GOOD)
    assert answer.status_code == 409
    assert "has expired" in answer.text
    assert ratings() == []


def test_a_forged_or_broken_link_says_so(client, maria, igor):
    _, token = asked(maria, igor)
    for wrong in (token[:-2], token + "x", "abc", sign("another secret", "0" * 32)):
        answer = client.get(f"/rate/{wrong}")
        assert answer.status_code == 404
        assert "This link does not work" in answer.text
        assert client.post(f"/rate/{wrong}", data=GOOD).status_code == 404


def test_a_link_is_withdrawn_by_reopening(client, maria, igor):
    ticket, token = asked(maria, igor)
    build.reopen(ticket, maria, now())
    for answer in (client.get(f"/rate/{token}"), client.post(f"/rate/{token}", data=GOOD)):
        assert answer.status_code == 409
        assert "You will be asked anew" in answer.text
    assert ratings() == []


def test_a_confidential_request_shows_its_number_alone(client, maria, anna):
    ticket, token = asked(maria, anna, "hr.trouble", subject="My boss shouts")
    page = client.get(f"/rate/{token}").text
    assert f"#{ticket.id}" in page
    assert "My boss shouts" not in page


def test_the_address_goes_nowhere(client, maria, igor):
    _, token = asked(maria, igor)
    for answer in (client.get(f"/rate/{token}"), client.get("/rate/forged"), client.get("/rate/thanks")):
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert answer.headers["Cache-Control"] == "no-store"
        assert '<meta name="referrer" content="no-referrer">' in answer.text


def test_the_page_speaks_the_language_of_the_mail_or_the_one_chosen_on_it(client, maria, igor):
    _, token = asked(maria, igor)
    assert '<html lang="en"' in client.get(f"/rate/{token}", headers={"Accept-Language": "ru"}).text
    assert '<html lang="ru"' in client.get(f"/rate/{token}?lang=ru").text
    answer = client.post(f"/rate/{token}?lang=ru", data=GOOD | {"quality": "x"})
    assert '<html lang="ru"' in answer.text
    assert f'action="/rate/{token}?lang=ru"' in answer.text


def test_the_question_stands_on_the_requesters_own_page_and_on_nobody_elses(client, maria, boris, igor):
    ticket, token = asked(maria, igor)
    page = client.sign_in(maria).get(f"/tickets/{ticket.id}").text
    assert f'action="/rate/{token}"' in page
    assert 'id="rate-quality"' in page
    assert 'action="/rate/' not in client.sign_in(igor).get(f"/tickets/{ticket.id}").text
    client.post(f"/rate/{token}", data=GOOD)
    assert 'action="/rate/' not in client.sign_in(maria).get(f"/tickets/{ticket.id}").text


def test_a_link_never_signs_and_never_agrees_for_anybody(client, maria, igor):
    _, token = asked(maria, igor)
    page = client.get(f"/rate/{token}?signed=1&thanks_shown=1&thanks=x").text
    assert "checked" not in page.split('name="signed"')[1].split(">")[0]
    client.post(f"/rate/{token}", data=GOOD)
    assert [row.signed for row in ratings()] == [False]


def test_a_signed_answer_is_on_the_page_of_the_lead_and_on_the_tickets(client, maria, igor, olga, boris):
    ticket, token = asked(maria, igor)
    sent = client.post(f"/rate/{token}", data=GOOD | {"signed": "1", "comment": "Call me."})
    assert "may contact you" in client.get(sent.location).text
    client.sign_in(olga)
    for path in ("/reports/signed", f"/tickets/{ticket.id}"):
        page = client.get(path).text
        assert "Call me." in page and maria.name in page
    assert "Signed opinions: 1 new" in client.get("/reports").text
    assert "Call me." not in client.sign_in(boris).get("/reports/signed").text
    assert "Signed opinions: " not in client.get("/reports").text
    assert "Call me." not in client.sign_in(igor).get(f"/tickets/{ticket.id}").text


def test_a_note_of_thanks_comes_back_filled_until_it_may_be_shown(client, maria, igor):
    ticket = build.open_ticket(maria, when=now())
    build.assign(ticket, igor, now(), igor)
    build.resolve(ticket, igor, now())
    invitation = next(row for row in waiting_for(settings().keys, maria.id, now().date()) if row.ticket_id == ticket.id)
    link = f"/rate/{sign(settings().secret_key, invitation.id)}"
    assert f"Thank {igor.name}" in client.get(link).text
    refused = client.post(link, data=GOOD | {"thanks": "You <b>saved</b> me"})
    assert refused.status_code == 422
    assert 'id="thanks-error"' in refused.text and "You &lt;b&gt;saved&lt;/b&gt; me" in refused.text
    assert client.post(link, data=GOOD | {"thanks": "You saved me", "thanks_shown": "1"}).status_code == 303
    assert [row.thanks for row in ratings()] == ["You saved me"]
