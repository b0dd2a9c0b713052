"""Every cause for which a letter is where it is has a sentence of its own."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import pytest

from servicedesk.letters.models import OUTCOMES
from servicedesk.mailin import parse
from servicedesk.mailin.route import decide, decide_released
from servicedesk.mailout.render import TEMPLATES
from servicedesk.web.letter_words import BECAUSE, CAUSES, OUTCOME_NAMES, TANGLED, letter_why
from tests.mailin.test_route import TABLE

# Said where a letter is delivered or kept, not where it is decided about.
TEMPLATE_NAMES = sorted({path.name.partition(".")[0] for path in TEMPLATES.glob("[a-z]*.ru.txt")})
ELSEWHERE = {("replied", "exchange"), ("too_large", "size")}


def causes():
    """Whatever the rules can say: every letter of their table with everything that is known of any other, by every proof."""
    mails, known = [row[0] for row in TABLE.values()], [row[1] for row in TABLE.values()]
    facts = known + [
        replace(one, thread=replace(one.thread, proof=proof))
        for one, proof in product(known, ("address", "reference", "tag"))
        if one.thread is not None
    ]
    found = {decide(mail, one) for mail, one in product(mails, facts)}
    found |= {decide_released(mail, one) for mail, one in product(mails, facts)}
    return {(decision.outcome, decision.why) for decision in found} | ELSEWHERE


def test_every_outcome_has_a_name_and_a_sentence():
    assert set(OUTCOME_NAMES) == set(BECAUSE) == set(OUTCOMES)


def test_every_cause_has_a_sentence_and_no_sentence_is_about_nothing():
    assert causes() == set(CAUSES)


def test_every_limit_of_taking_apart_has_a_sentence():
    sources = "".join(path.read_text() for path in Path(parse.__file__).parent.glob("*.py"))
    codes = set(re.findall(r'(?:Unparsable\(|"unparsable": )"([a-z ]+)"', sources))
    assert codes == set(TANGLED)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_sentences_end_and_are_told_apart(app, language):
    with app.test_request_context(headers={"Accept-Language": language}):
        said = {pair: letter_why(SimpleNamespace(outcome=pair[0], why=pair[1])) for pair in CAUSES}
        said |= {("unparsable", code): letter_why(SimpleNamespace(outcome="unparsable", why=code)) for code in TANGLED}
        broken = letter_why(SimpleNamespace(outcome="unparsable", why="broken: ValueError"))
    assert all(sentence.endswith(".") for sentence in [*said.values(), broken])
    assert all(bool(re.search("[а-я]", sentence)) == (language == "ru") for sentence in [*said.values(), broken])
    assert len(set(said.values())) == len(said) - 2  # thanks are thanks by any proof


def test_every_mail_of_the_desk_has_a_name_in_words(app):
    """The list of outgoing mail shows no names of templates."""
    kind = app.jinja_env.get_template("admin/_words.html").module.mail_kind
    with app.test_request_context(headers={"Accept-Language": "ru"}):
        names = {template: str(kind(template)).strip() for template in TEMPLATE_NAMES}
    assert [template for template, name in names.items() if not re.search("[а-я]", name)] == []
