"""Text is read whatever its letter says about it."""

from __future__ import annotations

import base64

import pytest

from servicedesk.mailin.parse import parse
from servicedesk.mailin.parse.charsets import codec_of, decoded, words_decoded
from tests.mailin.written import letter, read

RUSSIAN = "Здравствуйте! Не печатает принтер в кабинете 305, пожалуйста, помогите. С уважением, Анна Ёлкина"


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("windows-1251", "cp1251"), ("CP1251", "cp1251"), ("win-1251", "cp1251"), ("x-cp1251", "cp1251"), ("koi8-r", "koi8_r"),
        ("KOI8", "koi8_r"), ("iso-8859-5", "iso8859_5"), ("cp866", "cp866"), ("utf-8", "utf-8"), ("UTF8", "utf-8"),
        ("utf-16", "utf-16"), ("GB18030", "gb18030"), ("x-mac-cyrillic", "mac_cyrillic"), ('"utf-8"', "utf-8"),
    ],
)  # fmt: skip
def test_an_encoding_is_known_by_the_names_it_goes_by(charset, encoding):
    assert decoded(RUSSIAN.encode(encoding), charset) == RUSSIAN


@pytest.mark.parametrize("declared", [None, "unknown-8bit", "us-ascii", "x-nonsense", "default", "", "utf-8", "base64"])
@pytest.mark.parametrize("real", ["cp1251", "koi8_r", "utf-8"])
def test_russian_without_a_true_name_is_read(declared, real):
    assert decoded(RUSSIAN.encode(real), declared) == RUSSIAN


@pytest.mark.parametrize(
    ("real", "declared"),
    [("cp1251", "koi8-r"), ("koi8_r", "windows-1251"), ("cp1251", "iso-8859-1"), ("koi8_r", "iso-8859-1"), ("utf-8", "windows-1251"),
     ("utf-8", "iso-8859-1"), ("utf-8", "koi8-r"), ("utf-8", "gb2312")],
)  # fmt: skip
def test_russian_under_a_wrong_name_is_read(real, declared):
    assert decoded(RUSSIAN.encode(real), declared) == RUSSIAN


@pytest.mark.parametrize(
    ("text", "encoding", "declared"),
    [
        ("Grüße aus Köln, schöne Straße", "latin-1", "iso-8859-1"), ("Les élèves ont été reçus à l’école", "cp1252", "windows-1252"),
        ("Zażółć gęślą jaźń", "iso8859_2", "iso-8859-2"), ("Добрий день, їжак і ґанок", "koi8_u", "koi8-u"),
        ("你好，发票", "gbk", "gb2312"), ("テスト", "iso2022_jp", "iso-2022-jp"), ("안녕하세요", "cp949", "ks_c_5601-1987"),
        ("ПРИНТЕР НЕ РАБОТАЕТ", "cp1251", "windows-1251"), ("ПРИНТЕР НЕ РАБОТАЕТ", "koi8_r", "koi8-r"), ("Ё", "cp1251", "windows-1251"),
    ],
)  # fmt: skip
def test_what_is_declared_rightly_is_believed(text, encoding, declared):
    assert decoded(text.encode(encoding), declared) == text


def test_a_letter_broken_in_one_place_stays_what_it_is():
    broken = RUSSIAN.encode().replace("р".encode(), b"\xd1", 1)
    assert decoded(broken, "utf-8").count("\ufffd") == 1


@pytest.mark.parametrize(
    "name", ["punycode", "idna", "unicode_escape", "rot13", "hex", "zlib", "undefined", "мусор", "\0", "a" * 300]
)
def test_only_encodings_of_text_are_names_of_encodings(name):
    assert codec_of(name) is None


def test_nothing_raises_whatever_the_bytes():
    for declared in ("utf-7", "hz", "iso-2022-jp", "iso-2022-kr", "utf-16", "utf-32", "big5", "johab", "ascii", "x"):
        assert isinstance(decoded(bytes(range(256)) * 3, declared), str)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=?utf-8?B?0J/RgNC40LI=?= =?utf-8?B?0LXRgg==?=", "Привет"),
        # A letter cut in two, as some programs do it.
        ("=?utf-8?B?0J/RgNC40LLQ?=\r\n =?utf-8?B?tdGC?=", "Привет"),
        ("=?koi8-r?Q?=F0=D2=C9=D7=C5=D4?= Anna", "Привет Anna"),
        ("Re: =?windows-1251?Q?=CF=F0=E8=ED=F2=E5=F0_3?=", "Re: Принтер 3"),
        ("=?utf-8*ru?Q?=D0=AF?=", "Я"),
        ("=?utf-8?Q?a b?=", "a b"),
        ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        ("=?utf-8?B?0J/RgNC40LLQtdG?=", "Приве\ufffd"),
        ("a =?utf-8?Q?b?= c", "a b c"),
        (f"=?x-nonsense?B?{base64.b64encode('Привет, как дела'.encode('cp1251')).decode()}?=", "Привет, как дела"),
    ],
)
def test_encoded_words_are_written_out(value, shown):
    assert words_decoded(value) == shown


@pytest.mark.parametrize("encoding", ["cp1251", "koi8_r", "utf-8"])
def test_a_header_of_bare_bytes_is_read(encoding):
    raw = letter(Subject=None).replace(b"From:", "Subject: Не печатает принтер\r\nFrom:".encode(encoding), 1)
    assert parse(raw).subject == "Не печатает принтер"


def test_a_body_that_says_base64_and_is_none_is_read_as_it_is():
    text = (
        "Hello, this was never encoded: see the blanks, commas and full stops. It has many of them, as texts do.\r\n"
        * 3
    )
    assert read(text, "Content-Transfer-Encoding: base64").text == text.replace("\r\n", "\n")


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_base64_that_was_cut_gives_what_there_is(cut):
    encoded = base64.b64encode(b"Hello, printer").decode()[:-cut]
    assert read(encoded, "Content-Transfer-Encoding: base64").text.startswith("Hello, prin")
