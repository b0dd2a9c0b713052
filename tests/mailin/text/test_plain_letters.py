"""Answers in plain text as mail programs write them: what the writer added is kept, what he answers is left out."""

from __future__ import annotations

import pytest

from servicedesk.mailin.text import new_text
from servicedesk.mailout.marker import REPLY_ABOVE

ANSWER = "Добрый день!\n\nПринтер снова печатает, но бледно. Посмотрите, пожалуйста."
QUOTED = "> Здравствуйте, Мария.\n>\n> Мы заменили картридж. Проверьте, пожалуйста.\n>\n> ИТ-отдел"
UNMARKED = "Здравствуйте, Мария.\n\nМы заменили картридж. Проверьте, пожалуйста.\n\nИТ-отдел"

# Who writes it, the lines between the answer and what it answers.
ABOVE_QUOTED = {
    "Gmail": "сб, 21 нояб. 2026 г. в 12:30, Служба поддержки <help@example.com>:\n",
    "Gmail, wrapped": "сб, 21 нояб. 2026 г. в 12:30, Служба поддержки Общества с ограниченной <\nhelp@example.com>:\n",
    "Gmail, older": "21 ноября 2026 г., 12:30 пользователь Служба поддержки <help@example.com>\nнаписал:\n",
    "Gmail, oldest": "суббота, 21 ноября 2026 г. пользователь Пётр написал:\n",
    "Android": '21.11.2026 12:30 пользователь "Служба поддержки" <\nhelp@example.com> написал:\n',
    "Yandex": '21.11.2026, 12:30, "Служба поддержки" <help@example.com>:',
    "Yandex, newer": "21 ноября 2026, 12:30, Служба поддержки (help@example.com) <help@example.com>:",
    "Mail.ru": "Суббота, 21 ноября 2026, 12:30 +03:00 от Служба поддержки <help@example.com>:\n ",
    "Mail.ru, older": "Суббота, 21 ноября 2026, 12:30 +03:00 от help@example.com:",
    "Thunderbird": "21.11.2026 12:30, Пётр Иванов пишет:",
    "Thunderbird, older": "Пётр Иванов пишет:",
    "Apple": "21 нояб. 2026 г., в 12:30, Служба поддержки <help@example.com> написал(а):\n",
    "iPhone": "Отправлено с iPhone\n\n> 21 нояб. 2026 г., в 12:30, Служба поддержки <help@example.com> написал(а):\n>",
    "iPhone, newer": "Отправлено с iPhone\n\n21 нояб. 2026 г., в 12:30, Служба поддержки <help@example.com> написал(а):\n\n﻿",
    "The Bat!": "Вы писали 21 ноября 2026 г., 12:30:15:\n",
    "Roundcube": "Служба поддержки писал 2026-11-21 12:30:",
    "Gmail, Ukrainian": "сб, 21 лист. 2026 р. о 12:30 Служба підтримки <help@example.com> пише:\n",
    "Gmail, English": "On Sat, Nov 21, 2026 at 12:30 PM Service Desk <help@example.com> wrote:\n",
    "Gmail, wrapped, English": "On Sat, Nov 21, 2026 at 12:30 PM The Service Desk of a Company <\nhelp@example.com> wrote:\n",
    "Apple, English": "On 21 Nov 2026, at 12:30, Service Desk <help@example.com> wrote:\n",
    "Thunderbird, English": "On 21/11/2026 12:30, Service Desk wrote:",
    "Yahoo": "    On Saturday, November 21, 2026 at 12:30:00 PM GMT+3, Service Desk <help@example.com> wrote:  \n ",
    "Zoho": "---- On Sat, 21 Nov 2026 12:30:00 +0300 Service Desk <help@example.com> wrote ----\n",
    "German": "Am Sa., 21. Nov. 2026 um 12:30 Uhr schrieb Service Desk <\nhelp@example.com>:\n",
    "German, name first": "Service Desk <help@example.com> schrieb am Sa., 21. Nov. 2026, 12:30:\n",
    "French": "Le sam. 21 nov. 2026 à 12:30, Service Desk <help@example.com> a\nécrit :\n",
    "Spanish": "El sáb, 21 nov 2026 a las 12:30, Service Desk (<help@example.com>) escribió:\n",
    "Italian": "Il giorno sab 21 nov 2026 alle ore 12:30 Service Desk <help@example.com> ha scritto:\n",
    "Portuguese": "Em sáb., 21 de nov. de 2026 às 12:30, Service Desk <help@example.com> escreveu:\n",
    "Dutch": "Op za 21 nov 2026 om 12:30 schreef Service Desk <help@example.com>:\n",
    "Polish": "sob., 21 lis 2026 o 12:30 Service Desk <help@example.com> napisał(a):\n",
    "Swedish": "Den lör 21 nov. 2026 kl 12:30 skrev Service Desk <help@example.com>:\n",
    "Danish": "lør. 21. nov. 2026 kl. 12.30 skrev Service Desk <help@example.com>:\n",
    "Finnish": "la 21. marrask. 2026 klo 12.30 Service Desk <help@example.com> kirjoitti:\n",
    "Chinese": "Service Desk <help@example.com> 于2026年11月21日周六 12:30写道：\n",
    "no introduction": "",
}
ABOVE_UNMARKED = {
    "Outlook": """\
От: Служба поддержки <help@example.com>
Отправлено: 21 ноября 2026 г. 12:30
Кому: Мария Иванова <maria@example.com>
Тема: Re: Принтер не печатает
""",
    "Outlook, without addresses": """\
________________________________

От: Служба поддержки
Отправлено: суббота, 21 ноября 2026 г. 12:30
Кому: Мария Иванова; Пётр Сергеевич Константинопольский; Анна Сергеевна Долгорукая;
 Отдел закупок
Копия: Отдел кадров
Тема: RE: Принтер не печатает
Важность: Высокая
""",
    "Outlook, older": """\
-----Исходное сообщение-----
От: Служба поддержки [mailto:help@example.com]
Отправлено: 21 ноября 2026 г. 12:30
Кому: Мария Иванова
Тема: Re: Принтер не печатает
""",
    "Outlook for Mac": """\
От: Служба поддержки <help@example.com>
Дата: суббота, 21 ноября 2026 г. в 12:30
Кому: Мария Иванова <maria@example.com>
Тема: Re: Принтер не печатает
""",
    "Outlook, bold": """\
*От:* Служба поддержки <help@example.com>
*Отправлено:* 21 ноября 2026 г. 12:30
*Кому:* Мария Иванова
*Тема:* Re: Принтер не печатает
""",
    "Samsung": """\
-------- Исходное сообщение --------
От: Служба поддержки <help@example.com>
Дата: 21.11.2026 12:30 (GMT+03:00)
Кому: maria@example.com
Тема: Re: Принтер не печатает
""",
    "Outlook, English": """\
From: Service Desk <help@example.com>
Sent: Saturday, November 21, 2026 12:30 PM
To: Maria Ivanova <maria@example.com>
Subject: RE: The printer does not print
""",
    "Outlook, German": """\
Von: Service Desk <help@example.com>
Gesendet: Samstag, 21. November 2026 12:30
An: Maria Ivanova
Betreff: AW: Drucker
""",
    "Outlook, French": """\
De : Service Desk <help@example.com>
Envoyé : samedi 21 novembre 2026 12:30
À : Maria Ivanova
Objet : RE: Imprimante
""",
    "Outlook, Spanish": """\
De: Service Desk <help@example.com>
Enviado el: sábado, 21 de noviembre de 2026 12:30
Para: Maria Ivanova
Asunto: RE: Impresora
""",
    "Outlook, Ukrainian": """\
Від: Служба підтримки <help@example.com>
Надіслано: субота, 21 листопада 2026 р. 12:30
Кому: Марія Іванова
Тема: RE: Принтер
""",
    "Gmail on a phone": "сб, 21 нояб. 2026 г., 12:30 Служба поддержки <help@example.com>:\n",
    "Yandex on a phone": '21.11.2026, 12:30, "Служба поддержки" <help@example.com>:\n',
    "our own line": f"{REPLY_ABOVE['ru']}\n",
    "our own line, English": f"{REPLY_ABOVE['en']}\n",
    "our own line, changed": "- пишите ответ выше этой  строки -\n",
}


@pytest.mark.parametrize("above", ABOVE_QUOTED.values(), ids=ABOVE_QUOTED)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_quoted_lines_are_left_out_with_what_introduces_them(above: str, line_end: str) -> None:
    letter = f"{ANSWER}\n\n{above}\n{QUOTED}\n".replace("\n", line_end)
    found = new_text(letter, None)
    assert found.text == ANSWER
    assert found.quoted
    assert "Мы заменили картридж" in found.whole


@pytest.mark.parametrize("above", ABOVE_UNMARKED.values(), ids=ABOVE_UNMARKED)
def test_a_letter_under_its_head_is_left_out(above: str) -> None:
    found = new_text(f"{ANSWER}\n\n{above}\n{UNMARKED}\n", None)
    assert found.text == ANSWER
    assert found.quoted


@pytest.mark.parametrize(
    "above", [*ABOVE_QUOTED.values(), *ABOVE_UNMARKED.values()], ids=[*ABOVE_QUOTED, *ABOVE_UNMARKED]
)
def test_where_nothing_would_be_left_everything_is_shown(above: str) -> None:
    letter = f"{above}\n{UNMARKED if above in ABOVE_UNMARKED.values() else QUOTED}"
    found = new_text(letter, None)
    assert "Мы заменили картридж" in found.text


class TestAnswersElsewhere:
    def test_an_answer_below_what_it_answers(self) -> None:
        found = new_text(f"21.11.2026 12:30, Пётр Иванов пишет:\n{QUOTED}\n\n{ANSWER}\n", None)
        assert found.text == ANSWER
        assert found.quoted

    def test_answers_between_quoted_lines_stay_with_them(self) -> None:
        letter = """\
Пётр, отвечаю ниже.

21.11.2026 12:30, Пётр Иванов пишет:
> Какой у вас кабинет?

305

> На каком этаже?
третий
> Когда можно зайти?
После обеда.

> С уважением,
> Пётр
> Отдел поддержки"""
        found = new_text(letter, None)
        assert found.text == letter.partition("\n\n> С уважением")[0]
        assert found.quoted

    def test_a_word_that_a_program_broke_off_the_quoted_line_is_no_answer(self) -> None:
        found = new_text(
            f"{ANSWER}\n\nOn Sat, Nov 21, 2026 at 12:30 PM Service Desk <help@example.com> wrote:\n"
            "> Please switch the device off and on again, and tell us the number that is\n"
            "shown\n"
            "> on its display after that.\n",
            None,
        )
        assert found.text == ANSWER

    def test_a_quoted_line_without_introduction_is_what_the_writer_speaks_of(self) -> None:
        letter = "> ошибка 0x80070005: отказано в доступе\n\nЧто это значит?"
        assert new_text(letter, None).text == letter
        assert not new_text(letter, None).quoted

    def test_a_line_of_a_log_at_the_end_stays(self) -> None:
        letter = "Вот что пишет программа:\n\n> отказано в доступе"
        assert new_text(letter, None).text == letter


FORWARDS = {
    "Gmail": "---------- Forwarded message ---------\nОт: Анна <anna@example.com>",
    "Mail.ru": "-------- Пересылаемое сообщение --------\nОт: Анна <anna@example.com>",
    "Yandex": '-------- Пересылаемое сообщение --------\n21.11.2026, 12:30, "Анна" <anna@example.com>:',
    "Thunderbird": "-------- Перенаправленное сообщение --------\nТема: \tСчёт",
    "Thunderbird, English": "-------- Forwarded Message --------\nSubject: \tInvoice",
    "Apple": "Начало переадресованного сообщения:\n\n> От: Анна <anna@example.com>",
    "Apple, English": "> Begin forwarded message:\n>\n> From: Anna <anna@example.com>",
    "German": "---------- Weitergeleitete Nachricht ----------\nVon: Anna <anna@example.com>",
}


class TestForwards:
    @pytest.mark.parametrize("above", FORWARDS.values(), ids=FORWARDS)
    def test_a_letter_sent_on_is_content(self, above: str) -> None:
        letter = f"Коллеги, разберитесь, пожалуйста.\n\n{above}\nДата: 21.11.2026\nТема: Счёт\nКому: Мария\n\nСчёт не открывается.\n\n-- \nАнна"
        found = new_text(letter, None)
        assert found.text == found.whole == letter.replace("-- \n", "--\n")
        assert not found.quoted

    def test_outlook_says_so_in_the_subject_alone(self) -> None:
        letter = f"Коллеги, разберитесь.\n\n{ABOVE_UNMARKED['Outlook']}\n{UNMARKED}"
        assert new_text(letter, None).text == "Коллеги, разберитесь."
        assert "Мы заменили картридж" in new_text(letter, None, forwarded=True).text


class TestWhatOnlyLooksLikeQuoting:
    @pytest.mark.parametrize(
        "letter",
        [
            "On the other hand, the printer works.\nOn Monday it did not.\n\nShe wrote: nothing.\n\nWhat now?",
            "Заявка на командировку\n\nFrom: Moscow\nTo: Kazan\nDate: 5 May 2026\n\nБилеты нужны до пятницы.",
            "Прошу оформить доступ.\n\nОт: Иванов\nКому: Петрова\n\nСрок: до пятницы.",
            "Вот список:\n\n21.11.2026 12:30\n22.11.2026 12:30\n\nЧто выбрать?",
            "Пишу в третий раз:\nпринтер не работает.",
            "Сообщение на экране:\n-----\nОшибка диска\n-----\nЧто делать?",
            "Вчера Пётр написал:\nприду в понедельник\nи не пришёл. Где он?",
            (
                "Письмо подозрительное, вот его заголовки:\n\nReceived: from a.example\nFrom: Bank <b@example.com>\nTo: me@example.com\n"
                "Date: Sat, 21 Nov 2026\nSubject: Выигрыш\n\nОткрывать?"
            ),
            "Прилагаю лог:\n\n2026-11-21 12:30:11 ERROR user <a@example.com>:\nнеизвестная ошибка\n\nЧто делать?",
            "Прошу добавить в рассылку:\n21.11.2026 12:30 <a@example.com>:\nпроверка связи",
            "Программа пишет:\n> Отказано в доступе\n\nЧто делать?",
            "Если a > b, то\n>> print(1)\nпечатает 1",
        ],
    )
    def test_it_stays(self, letter: str) -> None:
        assert new_text(letter, None).text == letter
        assert not new_text(letter, None).quoted
