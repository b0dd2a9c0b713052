"""Every setting is documented, and every documented setting exists."""

from __future__ import annotations

import ast
import re

from tests.house.sources import ROOT, tree_of

DOCUMENT = ROOT / "docs" / "settings.md"


def read_by_config():
    names = set()
    for node in ast.walk(tree_of(ROOT / "config.py")):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "read.text":
            names.add(ast.literal_eval(node.args[0]))
    return names


def test_config_reads_something():
    assert {"DATABASE_URL", "SECRET_KEY", "PUBLIC_URL", "SMTP_URL"} <= read_by_config()


def test_every_setting_has_its_row():
    documented = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", DOCUMENT.read_text("utf-8")))
    assert read_by_config() - documented == set()


def test_every_row_of_the_table_is_a_setting():
    rows = re.findall(r"^\| `([A-Z][A-Z0-9_]+)`", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    assert rows
    assert set(rows) - read_by_config() == set()
