"""Prepared replies: what one may be, whose they are, and what becomes of variables."""

from __future__ import annotations

import pytest

from servicedesk.kernel.errors import Conflict, Invalid, NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.workbench import access, queries, rules
from servicedesk.workbench.actions import Prepared, add_reply, change_reply, drop_reply
from tests.cast import by, department

WHEN = "2026-06-17 15:00"
VALUES = {name: name.upper() for name in set(rules.VARIABLES.values())}


def said(shortcut="thanks", text="Thank you, {first name}.", **more):
    return Prepared(shortcut, {"en": "Thanks"}, {"en": text, **more})


def added(owner, person, what=None):
    with transaction():
        return add_reply(by(person, WHEN), owner, person, what or said())


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Hello, {first name}!", "Hello, FIRST_NAME!"), ("{Имя}, ваш {номер}", "FIRST_NAME, ваш NUMBER"),
        ("{{first name}} is a variable", "{first name} is a variable"), ("a } brace", "a } brace"), ("{ due }", "DUE"),
    ],
)  # fmt: skip
def test_variables_become_words(text, filled):
    assert rules.filled_in(text, VALUES) == filled
    assert rules.unknown_variables(text) == []


def test_a_variable_that_means_nothing_is_refused_by_name(db, igor):
    with pytest.raises(Invalid) as refusal:
        added(igor, igor, said(text="{first name}, {salary} and {rating}"))
    assert "{salary}, {rating}" in str(refusal.value.fields["text_en"])


@pytest.mark.parametrize(
    ("name", "called"),
    [("Igor Polozov", "Igor"), ("Иванов Пётр Ильич", "Пётр Ильич"), ("Anna Maria Schmidt", "Anna"), ("", "")],
)
def test_people_are_addressed_as_they_are_used_to(name, called):
    assert rules.first_name_of(name) == called


@pytest.mark.parametrize(
    ("what", "field"),
    [
        (Prepared("two words", {"en": "A"}, {"en": "B"}), "shortcut"), (Prepared("", {"en": "A"}, {"en": "B"}), "shortcut"),
        (Prepared("a", {"en": ""}, {"en": "B"}), "title_ru"), (Prepared("a", {"en": "A"}, {}), "text_ru"),
        (Prepared("a", {"en": "A" * 121}, {"en": "B"}), "title_en"), (Prepared("a", {"en": "A"}, {"en": "B"}, "close"), "kind"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_at_its_field(db, igor, what, field):
    with pytest.raises(Invalid) as refusal:
        added(igor, igor, what)
    assert set(refusal.value.fields) == {field}


def test_a_shortcut_is_one_replys_alone_with_each_owner(db, igor):
    it = department("it")
    added(it, igor)
    added(igor, igor)
    with pytest.raises(Invalid):
        added(it, igor)
    assert [row.person_id for row in queries.replies_for(igor, it.id)] == [igor.id, None]


def test_two_colleagues_do_not_overwrite_each_other(db, igor, olga):
    it = department("it")
    row = added(it, igor)
    with transaction():
        change_reply(by(olga, WHEN), it, access.reply_of(it, row.id), olga, said(text="Thanks."), 1)
    with pytest.raises(Conflict), transaction():
        change_reply(by(igor, WHEN), it, access.reply_of(it, row.id), igor, said(text="Thank you!"), 1)
    assert queries.replies_of(it)[0].text == {"en": "Thanks."}


def test_others_do_not_reach_them(db, igor, anna, maria):
    it, row = department("it"), added(igor, igor)
    for person, key in ((anna, "it"), (maria, "it"), (maria, None), (igor, "nowhere")):
        with pytest.raises(NotFound):
            access.keeper_of(person, key)
    with pytest.raises(NotFound):
        access.reply_of(it, row.id)
    with pytest.raises(NotFound):
        access.reply_for(anna, it.id, row.id)
    with transaction():
        drop_reply(access.reply_of(igor, row.id))
    assert queries.replies_of(igor) == []
