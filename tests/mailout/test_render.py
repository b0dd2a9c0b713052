"""Every template in both languages, and what the text of people cannot do to a mail."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from jinja2 import TemplateNotFound, UndefinedError

from servicedesk.mailout.render import TEMPLATES, render
from tests.mailout.samples import FACTS, PROMISE, Links, mail_of

LANGUAGES = ("ru", "en")
CYRILLIC = re.compile("[А-Яа-яЁё]")


class Words(HTMLParser):
    """The text of a page and the addresses it links to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.links, self.tags = "", [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag == "a":
            self.links.append(dict(attrs)["href"])

    def handle_data(self, data):
        self.text += data


def test_there_is_a_text_for_every_kind_in_both_languages():
    names = {path.name for path in TEMPLATES.glob("*.txt") if not path.name.startswith("_")}
    assert names == {f"{kind}.{language}.txt" for kind in FACTS for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", FACTS)
def test_every_mail_renders_in_its_language(kind, language):
    quiet = {"author": "Anna", "text": "fine", "note": "fine", "department": {}, "company": "North", "subject": "fine"}
    mail = mail_of(kind, language, **{key: value for key, value in quiet.items() if key in FACTS[kind]})
    rendered = render(mail, Links())
    for text in (rendered.subject, rendered.text, Words(rendered.html).text):
        assert text.strip()
        assert bool(CYRILLIC.search(text)) == (language == "ru")
        assert not re.search(r"\{[{%]|None|Undefined|facts", text)
    assert len(rendered.subject.splitlines()) == 1
    assert "\n-- \n" in rendered.text
    # A stranger is led nowhere.
    assert ("https://desk.example/" in rendered.text) == (kind != "sender_unknown")
    assert "**" not in rendered.text
    assert rendered.html.count("<blockquote") == rendered.html.count("</blockquote>")


@pytest.mark.parametrize("kind", FACTS)
def test_a_missing_fact_is_an_error_and_not_a_gap(kind):
    mail = mail_of(kind)
    del mail.facts["why"]
    with pytest.raises(UndefinedError):
        render(mail, Links())


def test_an_unknown_kind_is_an_error():
    mail = mail_of("reply")
    mail.template = "nothing"
    with pytest.raises(TemplateNotFound):
        render(mail, Links())


@pytest.mark.parametrize("kind", [kind for kind, facts in FACTS.items() if "subject" in facts])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_confidential_mail_reads_well_with_the_number_alone(kind, language):
    hidden = {key: "" for key in ("subject", "text", "author", "note", "registrar") if key in FACTS[kind]}
    rendered = render(mail_of(kind, language, department={}, **hidden), Links())
    assert "1042" in rendered.subject
    assert not re.search(r"[:–«“]\s*$|\s$|: :", rendered.subject)
    assert "«»" not in rendered.html and "“”" not in rendered.html


def test_a_line_break_in_a_subject_adds_no_line():
    rendered = render(mail_of("reply", subject="Hello\r\nBcc: everybody@example.com\n\nmore"), Links())
    assert rendered.subject == "Reply to request #1042: Hello Bcc: everybody@example.com more"


def test_markup_in_facts_stays_text():
    page = Words(render(mail_of("request_received"), Links()).html)
    assert "Printer *does* <b>not</b> print" in page.text
    assert not {"b", "em"} & set(page.tags)
    assert "North" not in page.text and "Север & Co" in page.text


def test_a_subject_cannot_carry_a_link():
    page = Words(
        render(mail_of("request_received", subject="[win](https://evil.example) <https://evil.example>"), Links()).html
    )
    assert not [link for link in page.links if "evil" in link]


def test_a_message_is_shown_as_written_but_runs_nothing_and_loads_nothing():
    text = "A **bold** word\n![x](https://evil.example/pixel.png)\n[y](javascript:alert(1))\n# 1042\n```\nunclosed"
    rendered = render(mail_of("reply", text=text), Links())
    page = Words(rendered.html)
    assert "strong" in page.tags and not {"img", "script"} & set(page.tags)
    assert page.tags.count("h1") == 1
    assert not [link for link in page.links if link.startswith("javascript")]
    assert "https://desk.example/tickets/1042" in page.links
    assert "> A **bold** word" in rendered.text


def test_moments_are_told_in_the_readers_zone_and_language():
    assert "понедельник, 23 ноября 2026, 14:05" in render(mail_of("assigned", "ru"), Links()).text
    assert "Monday, 23 November 2026, 14:05" in render(mail_of("assigned", "en"), Links()).text


def digest_of(language, broken, warned, **more):
    late = {"broken": True, "late_seconds": 12000.0}
    lines = [PROMISE | late | more for _ in range(broken)] + [PROMISE | more for _ in range(warned)]
    mail = mail_of("promises_digest", language, lines=lines, broken=broken, warned=warned)
    return render(mail, Links())


@pytest.mark.parametrize(
    ("language", "broken", "warned", "subject"),
    [
        ("en", 1, 0, "Promise broken (resolution): request #1042: Printer *does* <b>not</b> print"),
        ("en", 0, 1, "Due soon (resolution): request #1042: Printer *does* <b>not</b> print"),
        ("en", 2, 0, "2 promises are broken"),
        ("en", 0, 3, "3 promises are due soon"),
        ("en", 1, 1, "1 promise is broken, 1 more is due soon"),
        ("en", 2, 3, "2 promises are broken, 3 more are due soon"),
        ("ru", 1, 0, "Срок нарушен (решение): запрос #1042: Printer *does* <b>not</b> print"),
        ("ru", 0, 1, "Скоро срок (решение): запрос #1042: Printer *does* <b>not</b> print"),
        ("ru", 2, 0, "2 обещания нарушены"),
        ("ru", 5, 0, "5 обещаний нарушено"),
        ("ru", 21, 0, "21 обещание нарушено"),
        ("ru", 0, 2, "Скоро срок у 2 обещаний"),
        ("ru", 0, 21, "Скоро срок у 21 обещания"),
        ("ru", 1, 1, "1 обещание нарушено, скоро срок ещё у 1 обещания"),
    ],
)
def test_the_subject_of_a_digest_says_how_many(language, broken, warned, subject):
    assert digest_of(language, broken, warned).subject == subject


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_digest_lists_every_promise_with_its_link_and_how_late_it_is(language):
    rendered = digest_of(language, 1, 1)
    page = Words(rendered.html)
    assert page.links.count("https://desk.example/tickets/1042") == 2
    assert rendered.text.count("https://desk.example/tickets/1042") == 2
    late = "3 ч 20 мин" if language == "ru" else "3 h 20 min"
    for text in (rendered.text, page.text):
        assert text.count(late) == 1
        assert text.count("14:05") == 2
    assert rendered.html.count("<h1") == 1 and rendered.html.count("<h2") == 2
    assert "Printer *does* <b>not</b> print" in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_digest_of_a_ticket_that_is_not_ours_to_see_has_the_number_and_no_link(language):
    rendered = digest_of(language, 1, 0, subject="", department={}, linked=False)
    assert "1042" in rendered.subject and "1042" in rendered.text
    assert not [link for link in Words(rendered.html).links if "tickets" in link]
    assert "«»" not in rendered.html and "“”" not in rendered.html
    assert "/tickets/" not in rendered.text


@pytest.mark.parametrize("kind", ["rating_asked", "rating_reminder"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rating_mail_has_three_rows_of_ten_links_and_a_plain_one(kind, language):
    rendered = render(mail_of(kind, language), Links())
    url = Links().rate("f00d")
    links = Words(rendered.html).links
    for key in ("quality", "speed", "helpfulness"):
        assert [link for link in links if f"?{key}=" in link] == [f"{url}?{key}={score}" for score in range(1, 11)]
    assert url in links and url in rendered.text
    assert ("анонимна" if language == "ru" else "anonymous") in rendered.text
    assert ("4 декабря 2026" if language == "ru" else "4 December 2026") in rendered.text
    assert rendered.html.count("<h1") == 1


def test_a_corrected_report_says_so():
    assert render(mail_of("month_closed", number=2), Links()).subject == "Corrected report: October 2026"
    assert render(mail_of("month_closed", "ru"), Links()).subject == "Готов отчёт: октябрь 2026"
