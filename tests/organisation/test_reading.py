"""How an organisation file is read: nothing is guessed from the look of a word, and nothing exhausts the machine."""

from __future__ import annotations

import pytest

from servicedesk.organisation import Faulty, read
from servicedesk.organisation.checking.notebook import plain


def plainly(text: str | bytes) -> object:
    return plain(read(text).root)


def faults_of(text: str | bytes) -> list[tuple[int, str]]:
    with pytest.raises(Faulty) as refused:
        read(text)
    return [(fault.line, fault.sentence) for fault in refused.value.faults]


@pytest.mark.parametrize(
    "written", ["09:00", "2026-01-01", "no", "on", "0777", "0x1f", "1_000", "1e3", "12:30:45", "27"]
)
def test_it_keeps_a_bare_word_as_the_text_it_is(written):
    assert plainly(f"a: {written}") == {"a": written}
    assert plainly(f"a: [{written}, {written}]") == {"a": [written, written]}


def test_it_knows_truths_and_nothing_only_without_quotes():
    assert plainly("{a: true, b: false, c: null, d: ~, e: }") == {
        "a": True,
        "b": False,
        "c": None,
        "d": None,
        "e": None,
    }
    assert plainly("{a: 'true', b: \"null\", c: '~', d: ''}") == {"a": "true", "b": "null", "c": "~", "d": ""}


def test_it_reads_keys_as_they_are_written():
    assert plainly("{2026-01-01: a, 1: b, no: c, 09:00: d}") == {"2026-01-01": "a", "1": "b", "no": "c", "09:00": "d"}


def test_it_reads_utf8_with_and_without_a_mark():
    assert plainly("имя: ИТ".encode()) == plainly("\ufeffимя: ИТ".encode()) == plainly("\ufeffимя: ИТ") == {"имя": "ИТ"}


def test_it_names_both_lines_of_a_key_that_stands_twice_and_reads_on():
    tree = read("it: 1\nhr:\n  a: 1\n  a: 2\nit: 3\n")
    told = [(fault.line, fault.sentence) for fault in tree.faults]
    assert (4, "The key 'a' stands twice; first in line 3.") in told
    assert (5, "The key 'it' stands twice; first in line 1.") in told
    assert plain(tree.root) == {"it": "1", "hr": {"a": "1"}}


def test_it_repeats_what_is_referred_to():
    assert plainly("a: &day [[1, 2]]\nb: *day\n") == {"a": [["1", "2"]], "b": [["1", "2"]]}


@pytest.mark.parametrize(
    "bomb",
    [
        "a: &a [x, x, x, x, x, x, x, x]\n" + "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 8)}]\n" for a, b in zip("abcdefg", "bcdefgh", strict=True)),
        "a: &a [*a, *a, *a]\n",
        "a: &a {b: *a}\n",
    ],
    ids=["doubling", "itself in a list", "itself in a mapping"],
)  # fmt: skip
def test_it_refuses_references_that_unfold_into_too_much(bomb):
    assert [sentence for _, sentence in faults_of(bomb)] == ["The references in this file unfold into too much."]


@pytest.mark.parametrize("deep", ["a: " + "[" * 50_000, "a: " + "{b: " * 50_000, "- " * 5_000 + "x"])
def test_it_refuses_deep_nesting_before_the_stack_ends(deep):
    assert "nested deeper than 20 levels" in faults_of(deep)[-1][1]


@pytest.mark.parametrize(
    "tag", ["!!python/object/apply:os.system [id]", "!!binary aGk=", "!mine x", "!!set {a}", "!!omap [a: b]"]
)
def test_it_refuses_tags(tag):
    assert [fault.sentence.partition(" ")[0] for fault in read(f"x: 1\na: {tag}\n").faults] == ["Tags"]


def test_it_refuses_a_file_that_is_too_large():
    assert faults_of("a: " + "x" * 1024 * 1024) == [(1, "The file is larger than 1024 KiB.")]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "empty"),
        ("# only a remark\n", 1, "empty"),
        ("- a\n- b\n", 1, "must be a mapping"),
        ("text", 1, "must be a mapping"),
        ("a: 1\n---\nb: 2\n", 2, "single document"),
        ("a: 1\nb: [1, 2\n", 3, "not YAML"),
        ("a: 1\nb: c: d\n", 2, "not YAML"),
        ("a:\n\t- 1\n", 2, "not YAML"),
        ("a: *nobody\n", 1, "undefined alias"),
        (b"a: 1\nb: \xff\n", 2, "not UTF-8"),
        ("a: 1\nb: 'x\x07'\n", 2, "does not allow"),
        ('a: "\\UFFFFFFFF"\n', 1, "not YAML"),
    ],
)
def test_it_says_where_a_file_stops_being_readable(text, line, words):
    [(found, sentence)] = faults_of(text)
    assert (found, words in sentence) == (line, True), sentence


@pytest.mark.parametrize("escape", ["\\0", "\\x07", "\\ud800"])
def test_it_refuses_characters_that_no_database_keeps(escape):
    [fault] = read(f'a: 1\nb: "{escape}"\n').faults
    assert (fault.line, fault.sentence) == (2, "There is a control character in this text.")


def test_it_refuses_keys_that_are_not_words():
    assert [fault.sentence for fault in read("? [a, b]\n: 1\n").faults] == ["A key must be a single word."]
