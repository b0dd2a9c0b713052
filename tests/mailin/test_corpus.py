"""Every letter of the corpus, with the line ends of the wire and with those of files: nothing breaks, and each is what it is."""

from __future__ import annotations

import time

import pytest

from servicedesk.mailin.parse import parse
from servicedesk.mailin.shapes import IncomingMail, Unparsable
from tests.mailin.corpus import samples

pytestmark = pytest.mark.slow

# Past a limit, and meant to be.
UNPARSABLE = {"huge/flanker--enclosed-endless.eml": "too many parts"}

# What kinds of automatic letters there are in a folder; None stands for a letter of a person.
AUTOMATIC = {
    "auto-reply": {"replied", "generated"},
    "mailing-list": {"bulk"},
    "notification": {"bulk"},
    "receipt": {"receipt"},
    "spam": {"bulk"},
    "feedback-report": {"generated", "bulk", "replied"},
} | dict.fromkeys(
    (
        "attachment", "charset", "forward", "html-body", "huge", "malformed", "nested", "plain", "reply-eml", "reply-html",
        "reply-text", "rfc-example", "signed-encrypted", "ticket", "tnef",
    ),
    frozenset({None}),
)  # fmt: skip
OTHERWISE = {
    # A digest of 2001 with no header that says so.
    "mailing-list/cpython--msg_02.txt": None,
    # Complaints that Hotmail sends as ordinary letters with the one complained about enclosed.
    "feedback-report/sisimai--arf-23.eml": None,
    "feedback-report/sisimai--arf-24.eml": None,
    # From no-reply@.
    "malformed/rubymail--encoding_madness.eml": "generated",
}

# Of the delivery reports, those that are not seen as such.
NO_BOUNCE = {
    "cpython--msg_40.txt": "a torso without From and Subject",
    "sisimai--lhost-amazonses-09.eml": "JSON for a program of the sender, from Amazon's notification service",
    "sisimai--lhost-amazonses-10.eml": "the same",
    "sisimai--lhost-amazonses-11.eml": "the same",
    "sisimai--lhost-amazonses-12.eml": "the same",
    "sisimai--lhost-fml-03.eml": "a list's alarm about a loop; no mail failed to arrive",
    "sisimai--lhost-kddi-01.eml": "Japanese, from no-reply@, and nothing in a header says what it is",
    "sisimai--lhost-kddi-03.eml": "the same",
}
# And those in which no recipient or no status is found.
NO_FACTS = {
    "cpython--msg_05.txt": "its report was left out",
    "phpimap--issue-462.eml": "its text was left out",
    "sisimai--lhost-dragonfly-04.eml": "says that it failed, not why: no answer was given",
    "sisimai--lhost-dragonfly-30.eml": "the same",
    "sisimai--lhost-googlegroups-01.eml": "says in Japanese that the group may not exist",
    "sisimai--lhost-googlegroups-04.eml": "the same",
    "sisimai--lhost-googlegroups-07.eml": "the same",
    "sisimai--lhost-googlegroups-09.eml": "the same",
    "sisimai--lhost-googlegroups-10.eml": "the same",
    "sisimai--lhost-googlegroups-11.eml": "the same",
    "sisimai--lhost-imailserver-03.eml": "names its reason in words of its own",
    "sisimai--lhost-notes-01.eml": "its reason is broken Japanese",
    "sisimai--lhost-postfix-49.eml": "a provider's letter around the report, in which both are left out",
    "sisimai--lhost-postfix-50.eml": "the same",
    "sisimai--lhost-postfix-64.eml": "says that the report is unavailable",
    "sisimai--lhost-trendmicro-03.eml": "says that it failed, not why",
    "sisimai--lhost-x5-01.eml": "its list of addresses is empty",
    "sisimai--rfc3464-39.eml": "says that it failed, not why",
}


@pytest.fixture(scope="module", params=[b"\n", b"\r\n"], ids=["lf", "crlf"])
def letters(request) -> dict[str, IncomingMail | str]:
    """What became of each, by name; a text is why it was not taken apart."""
    found = {}
    for sample in samples():
        began = time.perf_counter()
        try:
            found[sample.name] = parse(sample.with_line_ends(request.param) if sample.form != "tnef" else sample.raw)
        except Unparsable as error:
            found[sample.name] = str(error)
        assert time.perf_counter() - began < 5, sample.name
    return found


def test_every_letter_is_taken_apart_but_those_past_a_limit(letters):
    assert len(letters) == 746
    assert {name: why for name, why in letters.items() if isinstance(why, str)} == UNPARSABLE


def test_what_is_automatic_is_known_and_people_are_not_taken_for_machines(letters):
    wrong = {}
    for name, letter in letters.items():
        kind = name.partition("/")[0]
        if name in UNPARSABLE or kind == "bounce-dsn":
            continue
        found = letter.automatic.kind if letter.automatic else None
        if found not in ({OTHERWISE[name]} if name in OTHERWISE else AUTOMATIC[kind]):
            wrong[name] = letter.automatic
    assert wrong == {}


def test_delivery_reports_are_known_and_nothing_else_is_taken_for_one(letters):
    reports = {name.partition("/")[2] for name in letters if name.startswith("bounce-dsn/")}
    known = {name for name, letter in letters.items() if isinstance(letter, IncomingMail) and letter.bounce}
    assert reports - {name.partition("/")[2] for name in known} == NO_BOUNCE.keys()
    assert {name for name in known if not name.startswith("bounce-dsn/")} == set()
    assert (len(reports), len(known)) == (381, 373)


def test_they_say_whom_and_why(letters):
    told = without = 0
    for name, letter in letters.items():
        if not isinstance(letter, IncomingMail) or letter.bounce is None:
            continue
        bounce = letter.bounce
        if bounce.recipients and bounce.status:
            told += 1
            assert name.partition("/")[2] not in NO_FACTS, "a reason that is no longer true"
            assert bounce.permanent is {"4": False, "5": True}.get(bounce.status[0])
        else:
            assert name.partition("/")[2] in NO_FACTS, name
        without += not bounce.message_ids
    assert told == 355
    # Systems of old return no header of the mail.
    assert without < 50


def test_texts_and_files_hold_nothing_that_a_database_refuses(letters):
    for name, letter in letters.items():
        if isinstance(letter, IncomingMail):
            texts = [letter.subject, letter.text or "", letter.html or "", letter.message_key]
            texts += [file.name for file in letter.attachments] + [person.name for person in letter.senders]
            texts += [value for _, value in letter.headers]
            assert not any("\0" in text for text in texts), name
            "".join(texts).encode()


def test_line_ends_change_no_mark():
    for sample in samples():
        if sample.form != "tnef" and sample.name not in UNPARSABLE:
            one, other = (parse(sample.with_line_ends(end)) for end in (b"\n", b"\r\n"))
            assert (one.message_key, one.canonical) == (other.message_key, other.canonical), sample.name
            assert (one.text, one.html) == (other.text, other.html), sample.name
