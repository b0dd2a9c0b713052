"""Answers in HTML as mail programs write them: the structure says where quoting begins."""

from __future__ import annotations

import pytest

from servicedesk.mailin.text import new_text
from servicedesk.mailout.marker import REPLY_ABOVE

ANSWER = "Добрый день!\n\nПринтер снова печатает, но бледно."
QUOTED = "<div>Здравствуйте, Мария.</div><div><br></div><div>Мы заменили картридж.</div>"

LETTERS = {
    "Gmail": f"""<div dir="ltr"><div>Добрый день!</div><div><br></div><div>Принтер снова печатает, но бледно.</div></div><br>
<div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">сб, 21 нояб. 2026 г. в 12:30, Служба поддержки
&lt;<a href="mailto:help@example.com">help@example.com</a>&gt;:<br></div>
<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">{QUOTED}
</blockquote></div>""",
    "Gmail, a language we do not know": f"""<div dir="ltr">Добрый день!<div><br></div><div>Принтер снова печатает, но бледно.</div></div>
<div class="gmail_quote"><div dir="ltr" class="gmail_attr">2026年11月21日(土) ヘルプ:<br></div>
<blockquote class="gmail_quote">{QUOTED}</blockquote></div>""",
    "Gmail, with a signature": f"""<div dir="ltr">Добрый день!<br><br>Принтер снова печатает, но бледно.<br clear="all"><div><br></div>
<span class="gmail_signature_prefix">-- </span><br><div dir="ltr" class="gmail_signature" data-smartmail="gmail_signature">
<div dir="ltr">Мария Иванова<div>бухгалтерия, 3 этаж</div></div></div></div><br>
<div class="gmail_quote"><div class="gmail_attr">On Sat, Nov 21, 2026 at 12:30 PM Service Desk &lt;help@example.com&gt; wrote:<br></div>
<blockquote class="gmail_quote">{QUOTED}</blockquote></div>""",
    "Yandex": f"""<div>Добрый день!</div><div>\xa0</div><div>Принтер снова печатает, но бледно.</div><div>\xa0</div>
<div>21.11.2026, 12:30, "Служба поддержки" &lt;help@example.com&gt;:</div><blockquote>{QUOTED}</blockquote>""",
    "Yandex, with a signature": f"""<div>Добрый день!</div><div>\xa0</div><div>Принтер снова печатает, но бледно.</div><div>\xa0</div>
<div class="a1b2c3wmi-sign">-- <br />Мария Иванова</div>
<div>21.11.2026, 12:30, "Служба поддержки" &lt;help@example.com&gt;:</div><blockquote class="a1b2c3wmi-quote">{QUOTED}</blockquote>
<div>\xa0</div>""",
    "Mail.ru": f"""<HTML><BODY><p>Добрый день!</p><p>Принтер снова печатает, но бледно.</p><br><br>
Суббота, 21 ноября 2026, 12:30 +03:00 от Служба поддержки &lt;help@example.com&gt;:<br>
<blockquote style="border-left:1px solid #0857A6; margin:10px; padding:0 0 0 10px;"><div id="">
<div class="js-helper js-readmsg-msg"><style type="text/css"></style><div><base target="_self" href="https://e.mail.ru/">
<div>{QUOTED}</div></div></div></div></blockquote><br></BODY></HTML>""",
    "Mail.ru, newer": f"""<div><div>Добрый день!</div><div>&nbsp;</div><div>Принтер снова печатает, но бледно.</div><div>&nbsp;</div>
<div data-signature-widget="container"><div data-signature-widget="content"><div>--<br>Мария Иванова<br>Отправлено из Почты Mail.ru</div>
</div></div><div>&nbsp;</div><div>&nbsp;</div><blockquote style="border-left:1px solid #0857A6;margin:10px;padding:0 0 0 10px;">
Суббота, 21 ноября 2026, 12:30 +03:00 от Служба поддержки &lt;help@example.com&gt;:<br>&nbsp;<div>{QUOTED}</div></blockquote></div>""",
    "Thunderbird": f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8"></head><body>
<p>Добрый день!</p><p>Принтер снова печатает, но бледно.</p><div class="moz-cite-prefix">21.11.2026 12:30, Служба поддержки пишет:<br>
</div><blockquote type="cite" cite="mid:1@example.com">{QUOTED}</blockquote><br>
<pre class="moz-signature" cols="72">-- \nМария Иванова</pre></body></html>""",
    "Outlook": """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!-- p.MsoNormal {margin:0cm;} --></style>
<!--[if gte mso 9]><xml><o:shapedefaults v:ext="edit"/></xml><![endif]--></head><body lang=RU><div class=WordSection1>
<p class=MsoNormal>Добрый день!<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoNormal>Принтер снова печатает, но бледно.<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>
<div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b>От:</b> Служба поддержки
&lt;help@example.com&gt; <br><b>Отправлено:</b> суббота, 21 ноября 2026 г. 12:30<br><b>Кому:</b> Мария Иванова<br>
<b>Тема:</b> Re: Принтер<o:p></o:p></p></div></div><p class=MsoNormal>Здравствуйте, Мария.</p></div></body></html>""",
    "Outlook, bar beside what is quoted": """<div class=WordSection1><p class=MsoNormal>Добрый день!</p><p class=MsoNormal>&nbsp;</p>
<p class=MsoNormal>Принтер снова печатает, но бледно.</p><div style='border:none;border-left:solid blue 1.5pt;padding:0cm 0cm 0cm 4.0pt'>
<p class=MsoNormal>From: Service Desk<br>Sent: Saturday<br>To: Maria<br>Subject: Printer</p><p>Hello</p></div></div>""",
    "Outlook on the web": """<div class="elementToProof">Добрый день!</div><div class="elementToProof"><br></div>
<div class="elementToProof">Принтер снова печатает, но бледно.</div><div id="Signature"><p>Мария Иванова</p><p>+7 495 123-45-67</p></div>
<div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr">
<b>Lähettäjä:</b> Service Desk<br><b>Vastaanottaja:</b> Maria</div><div>Здравствуйте, Мария.</div>""",
    "Outlook on a phone": """<div dir="ltr">Добрый день!</div><div><br></div><div dir="ltr">Принтер снова печатает, но бледно.</div>
<div id="ms-outlook-mobile-signature"><div>Скачать <a href="https://aka.ms/o0ukef">Outlook для iOS</a></div></div>
<div id="mail-editor-reference-message-container"><hr><div><b>От:</b> Служба поддержки</div><div>Здравствуйте, Мария.</div></div>""",
    "Apple": f"""<html><body style="word-wrap: break-word;">Добрый день!<div><br></div><div>Принтер снова печатает, но бледно.<br><div><br>
<blockquote type="cite"><div>21 нояб. 2026 г., в 12:30, Служба поддержки &lt;help@example.com&gt; написал(а):</div>
<br class="Apple-interchange-newline">{QUOTED}</blockquote></div><br></div></body></html>""",
    "iPhone": f"""<html><body dir="auto">Добрый день!<div><br></div><div>Принтер снова печатает, но бледно.<br><br>
<div id="AppleMailSignature" dir="ltr">Отправлено с iPhone</div><div dir="ltr"><br>21 нояб. 2026 г., в 12:30, Служба поддержки
&lt;help@example.com&gt; написал(а):<br><br></div><blockquote type="cite"><div dir="ltr">{QUOTED}</div></blockquote></div></body></html>""",
    "Yahoo": """<div class="ydp1"><div dir="ltr">Добрый день!</div><div><br></div><div dir="ltr">Принтер снова печатает, но бледно.</div><div><br></div></div>
<div id="ydp9yahoo_quoted_7" class="yahoo_quoted"><div><div>On Saturday, somebody said:</div><div>Здравствуйте, Мария.</div></div></div>""",
    "Hotmail": """<div dir="ltr">Добрый день!<br><br>Принтер снова печатает, но бледно.<br><div><hr id="stopSpelling">From: help@example.com<br>
To: maria@example.com<br>Subject: Printer<br>Date: Sat, 21 Nov 2026<br><br>Здравствуйте, Мария.</div></div>""",
    "our own line": f"""<div>Добрый день!</div><p></p><div>Принтер снова печатает, но бледно.</div><div>Somebody, one day</div>
<div style="color:#667">{REPLY_ABOVE["ru"]}</div>{QUOTED}""".replace("<div>Somebody, one day</div>", ""),
    "marks of plain letters": """<p>Добрый день!</p><p>Принтер снова печатает, но бледно.</p>&gt; Subject: Test<br>&gt; From: help@example.com<br>
&gt; To: maria@example.com<br>&gt; <br>&gt; Здравствуйте, Мария.""",
}


@pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS)
def test_quoting_is_left_out(letter: str) -> None:
    found = new_text(None, letter)
    assert found.text == ANSWER
    assert found.quoted
    assert "Мария" in found.whole or "Hello" in found.whole


@pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS)
def test_the_plain_body_does_not_spoil_it(letter: str) -> None:
    plain = f"{ANSWER}\n\nсб, 21 нояб. 2026 г. в 12:30, Служба поддержки <help@example.com>:\n\n> Здравствуйте, Мария."
    assert new_text(plain, letter).text == ANSWER
    assert new_text("", letter).text == ANSWER
    assert new_text(plain, "<html></html>").text == ANSWER


def test_answers_between_quoted_lines_stay_with_them() -> None:
    letter = """<div class="gmail_quote"><div class="gmail_attr">сб, 21 нояб. 2026 г. в 12:30, Поддержка &lt;h@example.com&gt;:</div>
<blockquote class="gmail_quote"><div>Какой кабинет?</div></blockquote><div>305</div>
<blockquote class="gmail_quote"><div>Какой этаж?</div></blockquote><div>третий</div>
<blockquote class="gmail_quote"><div>Поддержка</div><div>ИТ</div><div>Компания</div></blockquote></div>"""
    found = new_text(None, letter)
    assert " ".join(found.text.split()) == (
        "сб, 21 нояб. 2026 г. в 12:30, Поддержка <h@example.com>: > Какой кабинет? 305 > Какой этаж? третий"
    )


def test_a_letter_sent_on_is_content() -> None:
    letter = """<div dir="ltr">Посмотрите, пожалуйста.<br><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">
---------- Forwarded message ---------<br>От: <strong>Анна</strong> &lt;anna@example.com&gt;<br>Date: сб, 21 нояб. 2026 г. в 12:30<br>
Subject: Счёт<br>To: &lt;maria@example.com&gt;<br></div><br><div>Счёт не открывается.</div></div></div>"""
    found = new_text(None, letter)
    assert found.text == found.whole
    assert found.text.endswith("Счёт не открывается.")


def test_outlook_says_so_in_the_subject_alone() -> None:
    assert "Здравствуйте, Мария." in new_text(None, LETTERS["Outlook"], forwarded=True).text
    assert "Здравствуйте, Мария." in new_text(None, LETTERS["Outlook on the web"], forwarded=True).text


def test_an_indented_paragraph_is_content() -> None:
    letter = "<p>Программа пишет:</p><blockquote>Отказано в доступе</blockquote><p>Что делать?</p><blockquote>код 5</blockquote>"
    found = new_text(None, letter)
    assert found.text == "Программа пишет:\n\nОтказано в доступе\n\nЧто делать?\n\nкод 5"
    assert not found.quoted


def test_a_stub_of_html_does_not_hide_the_plain_text() -> None:
    plain = "Принтер не печатает, посмотрите его, пожалуйста, сегодня до обеда."
    assert new_text(plain, "<p>Включите HTML</p>").text == plain


def test_without_any_body_there_is_nothing() -> None:
    for plain, html in ((None, None), ("", ""), (" \n", None), (None, "<style>p {}</style>")):
        found = new_text(plain, html)
        assert (found.text, found.quoted, found.whole) == ("", False, "")
