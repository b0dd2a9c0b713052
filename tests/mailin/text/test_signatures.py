"""What closes a letter is left out where it is surely that; a sentence never is."""

from __future__ import annotations

import pytest

from servicedesk.mailin.text import new_text

ANSWER = "Принтер в 305 кабинете не включается."

SIGNATURES = [
    "-- \nМария Иванова\nбухгалтер\n+7 495 123-45-67",
    "--\nМария Иванова",
    "-- \n",
    "С уважением,\nМария Иванова",
    "С уважением, Мария Иванова",
    "С уважением,",
    "С уважением,\nМария Иванова\nглавный бухгалтер\nООО «Ромашка»\n\nтел.: +7 (495) 123-45-67, доб. 305\nmaria@example.com\nhttps://example.com",
    "С наилучшими пожеланиями,\nПётр",
    "Best regards,\nMary Jones",
    "Kind regards\n\nMary Jones\nAccountant | Example Ltd\nTel. +44 20 7946 0000",
    "Regards,\n\nJohn Doe\nCEO",
    "Mit freundlichen Grüßen\nErika Mustermann",
    "Cordialement,\nJean Dupont",
    "—————\nSarah Johnson\nsarah@example.com",
    "Отправлено с iPhone",
    "Отправлено из мобильной Почты Mail.ru",
    "Отправлено из Почты Mail.ru",
    "Отправлено из мобильного приложения Яндекс Почты",
    "Отправлено из мобильной Яндекс.Почты: http://m.ya.ru/ymail",
    "Отправлено из Outlook для iOS<https://aka.ms/o0ukef>",
    "Отправлено с устройства Galaxy",
    "Отправлено с моего смартфона Samsung Galaxy.",
    "Sent from my iPhone",
    "Sent from Mail for Windows",
    "Sent from Yahoo Mail on Android",
    "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "Von meinem iPhone gesendet",
    "Envoyé de mon iPhone",
    "Enviado desde mi iPhone",
    "Надіслано з iPhone",
    "С уважением,\nМария\n\nОтправлено с iPhone",
    ("-- \nМария\n\nНастоящее сообщение и вложения к нему конфиденциальны и предназначены только для получателя. Если вы получили его"
    " по ошибке, уведомите отправителя и удалите письмо."),
    ("This e-mail and any attachments are confidential and intended solely for the addressee. If you are not the intended\n"
    "recipient, please notify the sender and delete it."),
    ("Данное сообщение предназначено только для указанного получателя и может содержать конфиденциальную информацию.\n\n"
    "This message is intended only for the recipient and may contain confidential information."),
    "CONFIDENTIALITY NOTICE: the contents are legally privileged.",
    "Без вирусов. www.avast.com",
    "Это письмо проверено на вирусы программой Avast.",
    "_____",
]  # fmt: skip


@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_signature_is_left_out(signature: str) -> None:
    found = new_text(f"{ANSWER}\n\n{signature}\n", None)
    assert found.text == ANSWER
    assert found.quoted


@pytest.mark.parametrize("signature", SIGNATURES)
def test_also_above_and_below_what_is_quoted(signature: str) -> None:
    quoted = '21.11.2026, 12:30, "Поддержка" <help@example.com>:\n> Что случилось?'
    assert new_text(f"{ANSWER}\n\n{signature}\n\n{quoted}", None).text == ANSWER
    assert new_text(f"{ANSWER}\n\n{quoted}\n\n{signature}", None).text == ANSWER


@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_letter_of_nothing_else_is_shown(signature: str) -> None:
    assert new_text(signature, None).text == new_text(signature, None).whole
    below = f"21.11.2026 12:30, Пётр пишет:\n> Что случилось?\n> Где?\n\n{signature}"
    assert new_text(below, None).text == new_text(below, None).whole


@pytest.mark.parametrize(
    "end",
    [
        "С уважением,\nМария\n\nP.S. А телефон тоже не работает",
        "С уважением,\nМария\n\nПринтер так и не печатает",
        "С уважением,\nМария\nКогда придёте?",
        "Best regards,\nMary\nThe printer is still broken and nobody came to look at it",
        "С уважением отношусь к вашей работе, но жду третий день",
        "--\nА ещё сломался сканер",
        "--\nКогда придёте?",
        "---\nСканер",
        "-- \nМария\nКогда починят?",
        "Sent from my desk, is much easier than my mobile phone.",
        "Отправлено с курьером, телефон на посылке",
        "Отправлено с iPhone, а надо с ноутбука. Как настроить?",
        "This message appears every time I attach a file",
        "Это сообщение об ошибке появляется при входе",
        "Всего доброго не пожелаю",
        "Cheers me up, but no",
        "+7 495 123-45-67, позвоните",
        "Спасибо!",
    ],
)
def test_what_may_be_a_sentence_stays(end: str) -> None:
    letter = f"{ANSWER}\n\n{end}"
    assert new_text(letter, None).text == new_text(letter, None).whole
    assert not new_text(letter, None).quoted
