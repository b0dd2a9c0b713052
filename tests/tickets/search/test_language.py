"""What is typed into the field: words, phrases, exclusions and filters, whatever they look like."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.tickets.search.language import NAMES, Asked, Question, Word, read, written

PIECES = st.sampled_from(
    ["принтер", "Printer", '"paper jam"', '"', "-", "-test", "department:it", "отдел:ИТ", 'from:"Мария Я"', "-status:open", "#1042",
     "wi-fi", "x:y", ":", "due:<2d", "«»", "a.b/c", "\u0301", "ß", "İ", "٣", "filed:2026-05..2026-07", "\t", "это:мой"]
)  # fmt: skip
TYPED = st.one_of(
    st.text(max_size=60), st.lists(PIECES, max_size=8).map(" ".join), st.lists(PIECES, max_size=8).map("".join)
)


@given(TYPED)
def test_it_understands_everything_somehow_and_says_it_again(text):
    question = read(text)
    assert read(written(question)) == question


@given(TYPED)
def test_what_is_wanted_of_the_index_has_only_letters_that_it_takes(text):
    for begins in (False, True):
        wanted = read(text).wanted(begins=begins)
        for need in (*wanted.needs, *wanted.unwanted):
            assert need.runs
            assert all(token and not set(token) & set("'\" ()*:&|!\\") for run in need.runs for token in run.tokens)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("принтер не печатает", Question((Word("принтер"), Word("не"), Word("печатает")))),
        ('"бумага застряла" -тест', Question((Word("бумага застряла", phrase=True), Word("тест", excluded=True)))),
        ("department:it печать", Question((Word("печать"),), (Asked("department", "it"),))),
        ("ОТДЕЛ:ИТ срок:сегодня", Question((), (Asked("department", "ИТ"), Asked("due", "сегодня")))),
        ('from:"Мария Яшина"', Question((), (Asked("from", "Мария Яшина"),))),
        ("-status:closed", Question((), (Asked("status", "closed", excluded=True),))),
        ("https://example.com/a", Question((Word("https://example.com/a"),))),
        ("department: it", Question((Word("department:"), Word("it")))),
        ("принтер принтер", Question((Word("принтер"),))),
        ("- — !", Question()),
    ],
)
def test_it_reads(text, question):
    assert read(text) == question


def test_no_name_of_a_filter_is_that_of_another():
    every = [name for name, others in NAMES.items() for name in (name, *others)]
    assert len(every) == len(set(every))


def test_words_that_say_nothing_are_looked_for_only_where_there_are_no_others():
    def stems(text):
        return [need.runs[0].tokens[0] for need in read(text).wanted().needs]

    assert stems("мой принтер не печатает") == ["принтер", "печата"]
    assert stems("не мой") == ["не", "мо"]


def test_the_last_word_may_be_unfinished():
    assert read("прин").wanted(begins=True).needs[0].runs[-1].begins
    assert not any(run.begins for run in read("прин ").wanted(begins=True).needs[0].runs)
    assert not any(run.begins for run in read("прин").wanted().needs[0].runs)
