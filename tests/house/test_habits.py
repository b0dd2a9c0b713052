"""House rules that a glance at the sources can check."""

from __future__ import annotations

import ast
import re

import pytest

from tests.house.sources import PROGRAM, ROOT, calls, modules, name_of, tree_of

FORBIDDEN_NAMES = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "base", "misc"}
CLOCKS = re.compile(
    r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|localtime|gmtime|ctime)|func\.now|func\.current_timestamp)$"
)
# Longer than the budget, each with its reason.
LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}
FILE_LINES, FUNCTION_LINES, TEMPLATE_LINES = 320, 45, 130

FILES = pytest.mark.parametrize("path", modules(), ids=name_of)


def test_one_file_commits():
    assert {name_of(path) for path in modules() if any(call.endswith(".commit") for call in calls(path))} == {
        "servicedesk/kernel/transaction.py"
    }


def test_one_file_reads_the_clock():
    readers = {name_of(path) for path in modules() if any(CLOCKS.search(call) for call in calls(path))}
    assert readers == {"servicedesk/kernel/now.py"}


def test_one_file_reads_the_environment():
    def reads(path):
        return any(
            isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv") and ast.unparse(node.value) == "os"
            for node in ast.walk(tree_of(path))
        )

    assert {name_of(path) for path in modules() if reads(path)} <= {"config.py"}


@FILES
def test_a_module_says_what_it_holds(path):
    words = ast.get_docstring(tree_of(path))
    assert words, "no docstring"
    assert len(words.splitlines()) <= 12


@FILES
def test_a_module_is_called_by_its_subject(path):
    assert path.stem not in FORBIDDEN_NAMES
    assert path.parent.name not in FORBIDDEN_NAMES


@FILES
def test_rooms_are_small(path):
    name, text = name_of(path), path.read_text("utf-8")
    if name not in LONG_FILES:
        assert len(text.splitlines()) <= FILE_LINES
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and f"{name}:{node.name}" not in LONG_FUNCTIONS:
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            assert lines <= FUNCTION_LINES, f"{node.name} has {lines} lines"


def test_exceptions_from_the_budget_are_still_needed():
    known = {name_of(path) for path in modules()}
    assert {name.partition(":")[0] for name in (*LONG_FILES, *LONG_FUNCTIONS)} <= known


@pytest.mark.parametrize("path", sorted(PROGRAM.rglob("*.html")), ids=name_of)
def test_templates_are_small_and_carry_no_style_or_script_of_their_own(path):
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= TEMPLATE_LINES
    if "mailout" not in path.parts:
        assert not re.search(r"""\sstyle\s*=\s*["']|\son[a-z]+\s*=\s*["']|javascript:""", text)


def test_nothing_is_left_for_later():
    assert [name_of(path) for path in modules() if re.search(r"\b(TODO|FIXME|XXX)\b", path.read_text("utf-8"))] == []


def test_slices_take_the_stamp_first():
    """Every public use case gets who, when and by which door as its first argument, if it writes anything dated."""
    without = set()
    for path in [*PROGRAM.glob("*/actions.py"), *PROGRAM.glob("*/actions/*.py")]:
        for node in tree_of(path).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                names = [arg.arg for arg in node.args.args]
                if names[:1] != ["stamp"] and any(call.endswith("publish") for call in _calls_in(node)):
                    without.add(f"{name_of(path)}:{node.name}")
    assert without == set()


def _calls_in(node):
    return [ast.unparse(call.func) for call in ast.walk(node) if isinstance(call, ast.Call)]


def test_the_root_is_tidy():
    assert not [path.name for path in ROOT.glob("*.py") if path.name not in ("config.py", "wsgi.py")]
