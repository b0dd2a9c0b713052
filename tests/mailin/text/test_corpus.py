"""Real answers of many programs and languages: read as another project reads them, but for what we decided otherwise."""

from __future__ import annotations

import os
import zipfile
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from servicedesk.mailin.text import is_forward, new_text

# The others' taste is not ours there: why.
DIFFERENT = {
    "trimmer--email_headers_5.txt": "we leave out «Best regards» with the name",
    "trimmer--embedded_email_2.txt": "we leave out «Best Regards»",
    "trimmer--embedded_email_11.txt": "a date and a name without address, verb or colon: it may be a sentence",
    "trimmer--forwarded_apple.txt": "a letter sent on is content",
    "trimmer--forwarded_gmail.txt": "a letter sent on is content",
    "trimmer--forwarded_message.txt": "a letter sent on is content",
    "trimmer--signatures.txt": "fifteen signatures in a row of which we do not know the twelfth from below",
    "trimmer--spam_1.txt": "where nothing is left, everything is shown",
}


@pytest.fixture(scope="module")
def corpus() -> zipfile.ZipFile:
    path = (
        Path(os.environ.get("DESK_SHARED") or Path(__file__).parents[4] / "shared")
        / "data"
        / "mail"
        / "mail-shared.zip"
    )
    if not path.exists():
        pytest.skip("the shared data are not beside this checkout")
    return zipfile.ZipFile(path)


def _files(corpus: zipfile.ZipFile, *kinds: str) -> list[str]:
    return [
        name
        for name in corpus.namelist()
        if name.startswith(tuple(f"{kind}/" for kind in kinds)) and not name.endswith("/")
    ]


def _read(corpus: zipfile.ZipFile, name: str) -> str:
    return corpus.read(name).decode("utf-8", "replace")


def test_what_is_new_is_what_another_project_found(corpus: zipfile.ZipFile) -> None:
    different = set()
    expected = _files(corpus, "expected/trimmed")
    for name in expected:
        found = new_text(_read(corpus, f"reply-text/{Path(name).name}"), None).text
        if found.split() != _read(corpus, name).split():
            different.add(Path(name).name)
    assert len(expected) == 35
    assert different == set(DIFFERENT)


def test_nothing_of_the_old_letter_is_left(corpus: zipfile.ZipFile) -> None:
    """Texts whose old letter is Latin filler or nothing of the writer's: what stays has no mark of quoting."""
    # Answers between quoted lines, letters sent on, and one whose quoted lines are broken without a mark.
    mixed = {"tricky_17_forward_header", "tricky_18_inline_reply", "tricky_19_quote_without_header", "7"}
    for name in _files(corpus, "reply-text/crisp"):
        found = new_text(_read(corpus, name), None)
        if not any(name.endswith(f"email_{one}.txt") for one in mixed):
            assert not any(line.startswith(">") for line in found.text.splitlines()), name
            assert "Etiam non sagittis" not in found.text, name
            assert found.text.strip(), name


def test_html_of_seven_programs_is_read_alike(corpus: zipfile.ZipFile) -> None:
    files = _files(corpus, "reply-html")
    assert len(files) == 7
    for name in files:
        found = new_text(None, _read(corpus, name))
        assert found.text.split() == ["Hi.", "I", "am", "fine.", "Thanks,", "Alex"], name
        assert "Hello! How are you?" in found.whole


def test_answers_of_programs_are_one_word(corpus: zipfile.ZipFile) -> None:
    for program in ("android", "apple_mail", "gmail", "hotmail", "iphone", "thunderbird"):
        assert _letter(corpus, f"reply-eml/talon--{program}.eml") == "Hello"


def test_letters_sent_on_are_whole(corpus: zipfile.ZipFile) -> None:
    assert "Discoursing much today?" in _letter(corpus, "forward/discourse--forwarded_email_1.eml")
    assert "having some issues" in _letter(corpus, "forward/discourse--forwarded_by_group_to_inbox.eml")


def test_letters_that_answer_nothing_are_whole_but_for_their_ends(corpus: zipfile.ZipFile) -> None:
    names = _files(corpus, "ticket", "html-body", "mailing-list")
    assert len(names) >= 15
    for name in names:
        message = message_from_bytes(corpus.read(name), policy=policy.default)
        plain = message.get_body(("plain",))
        if plain is None or not plain.get_content().strip():
            continue
        found = new_text(plain.get_content(), None)
        assert found.whole.startswith(found.text[:50]), name
        assert len(found.text) > len(found.whole) / 2, name


def _letter(corpus: zipfile.ZipFile, name: str) -> str:
    message = message_from_bytes(corpus.read(name), policy=policy.default)
    plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    bodies = [part.get_content() if part else None for part in (plain, html)]
    return new_text(*bodies, forwarded=is_forward(str(message["subject"] or ""))).text
