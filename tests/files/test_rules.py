"""Names of files, what they are by their content, and which are not taken."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.files.rules import cleaned_name, kind_of, refusal_of, root_entry_at

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("contract.pdf", "contract.pdf"), ("Договор № 7.pdf", "Договор № 7.pdf"), ("../../etc/passwd", "passwd"), ("C:\\temp\\a.txt", "a.txt"),
        ("a\0b\n.txt", "a b .txt"), ("invoice\u202efdp.exe", "invoice fdp.exe"), ("\u200fa.txt", "a.txt"), ("\ud800a.txt", "a.txt"), ("..", "file"),
        ("", "file"), ("/", "file"), ("report.pdf. . ", "report.pdf"), ("a.exe::$DATA", "a.exe__$DATA"), ('a"b<c>.txt', "a_b_c_.txt"),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
    ],
)  # fmt: skip
def test_a_name_is_cleaned_of_paths_and_hidden_signs(given_name, kept):
    assert cleaned_name(given_name) == kept


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=400))
def test_no_name_is_a_path_or_hides_anything(name):
    kept = cleaned_name(name)
    assert 0 < len(kept) <= 255
    assert kept.isprintable()
    assert not set(kept) & set('/\\:"<>|?*')
    assert kept not in (".", "..")
    assert cleaned_name(kept) == kept


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (PNG, "a.png", "image/png"), (PNG, "a.txt", "image/png"), (b"%PDF-1.7\n" + b"x" * 40, "a.png", "application/pdf"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"1" * 40, "a", "image/jpeg"), (b"plain words", "a.png", "text/plain"),
        ("Привет, мир".encode(), "a", "text/plain"), (b"\x01\x02\x03\xff", "a.txt", "application/octet-stream"), (b"", "a.png", "application/octet-stream"),
        ("я".encode() * 40_000, "a.bin", "text/plain"),
    ],
)  # fmt: skip
def test_the_kind_is_found_in_the_content(content, name, kind):
    assert kind_of(content[: 64 * 1024], name) == kind


def test_the_name_decides_only_between_kinds_that_the_content_allows():
    with io.BytesIO() as raw:
        with zipfile.ZipFile(raw, "w") as packed:
            packed.writestr("[Content_Types].xml", "<Types/>")
        office = raw.getvalue()
    assert kind_of(office, "a.docx").endswith("wordprocessingml.document")
    assert kind_of(office, "a.zip") == "application/zip"
    assert kind_of(office, "a.png") != "image/png"


@pytest.mark.parametrize(
    "name",
    [
        "a.exe",
        "a.EXE",
        "a.pdf.bat",
        "a.lnk",
        "a.js",
        "a.msi",
        "a.ps1",
        "a.cmd",
        "a.vbs",
        "a.jar",
        "a.scr",
        "a.hta",
        "a.sh",
    ],
)
def test_programs_are_not_taken_by_name(name):
    assert refusal_of(b"harmless words", name)


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\0\x03" + b"\0" * 80, b"\x7fELF\x02", b"#!/bin/sh\nrm -rf /", b"\xcf\xfa\xed\xfe", b"L\x00\x00\x00\x01\x14\x02\x00", b"\r\n@ECHO OFF\r\n",
        b"\xef\xbb\xbf[InternetShortcut]\nURL=", b"<?php echo 1;", b"!<arch>\ndebian-binary",
    ],
)  # fmt: skip
def test_programs_are_not_taken_by_content(content):
    assert refusal_of(content, "holiday.jpg")


@pytest.mark.parametrize(
    ("content", "name"),
    [(PNG, "a.png"), (b"MZ-12 is the number of the contract", "a.txt"), (b"words", "exe"), (b"", "a.pdf")],
)
def test_other_files_are_taken(content, name):
    assert refusal_of(content, name) is None


def test_an_installer_is_known_whatever_it_is_called():
    head = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504)
    head[30:32], head[48:52] = (9).to_bytes(2, "little"), (3).to_bytes(4, "little")
    assert root_entry_at(bytes(head)) == 2048
    entry = b"\0" * 80 + bytes.fromhex("84100c0000000000c000000000000046")
    assert refusal_of(bytes(head), "report.doc", entry)
    assert refusal_of(bytes(head), "report.doc", b"\0" * 128) is None
    assert root_entry_at(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") is None
