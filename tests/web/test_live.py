"""Regions that ask again and again: what has not changed costs an empty answer, what has comes with a new mark."""

from __future__ import annotations

import pytest
from flask_babel import force_locale

from servicedesk.jobs import rollouts as job
from servicedesk.sla.queries import promising
from servicedesk.web import live
from tests.build import open_ticket
from tests.cast import at


def asked(app, mark: str, *parts: object, language: str = "en") -> int:
    """What the desk answers to a browser that has `mark`."""
    with app.test_request_context(headers={"If-None-Match": f'W/"{mark}"'}), force_locale(language):
        answer = live.conditional(*parts)
        return 200 if answer is None else answer.status_code


def marked(app, *parts: object, language: str = "en") -> str:
    with app.test_request_context(), force_locale(language):
        return live.mark_of(*parts)


def test_what_the_browser_has_already_is_not_sent_again(app):
    assert asked(app, marked(app, [(1, 7), (2, 3)]), [(1, 7), (2, 3)]) == 304


@pytest.mark.parametrize("parts", [[(1, 8), (2, 3)], [(2, 3), (1, 7)], [(1, 7)]])
def test_another_version_order_or_row_is_news(app, parts):
    assert asked(app, marked(app, [(1, 7), (2, 3)]), parts) == 200


def test_the_same_rows_in_another_language_are_news(app):
    assert asked(app, marked(app, 1), 1, language="ru") == 200


def test_a_list_looks_the_same_until_the_minute_is_over():
    assert live.minute(at("2026-04-06 10:00")) == live.minute(at("2026-04-06 10:00:59"))
    assert live.minute(at("2026-04-06 10:01")) == live.minute(at("2026-04-06 10:00")) + 1


def test_the_progress_of_a_rollout_asks_until_it_is_done(client, olga, maria):
    open_ticket(maria)
    client.sign_in(olga)
    said = {"first_reply": "5h", "reply": "9h", "resolution": "40h", "stay": "", "warn_at": "75", "seen": "1"}
    policy = promising.policy_by_name("department=it")
    client.post(f"/promises/{policy.id}", data=said)
    policy = promising.policy_by_name("department=it")
    here = client.post(f"/rollouts/policy/{promising.shown(policy).row.version_id}").location
    page = client.get(here)
    mark = page.headers["ETag"]
    assert f'data-poll-mark="{mark.removeprefix("W/").strip(chr(34))}"' in page.text
    again = client.get(here, headers={"If-None-Match": mark})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", mark)
    job.apply_versions(at("2026-04-06 12:00"))
    done = client.get(here, headers={"If-None-Match": mark})
    assert done.status_code == 200
    assert "data-poll=" not in done.text
