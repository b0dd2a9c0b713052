"""What the house tests look at: the Python files of the program and their syntax trees."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "servicedesk"
TEMPLATES = PROGRAM / "web" / "templates"


def modules() -> list[Path]:
    """Every Python file of the program, tests and benchmarks apart."""
    return sorted([*PROGRAM.rglob("*.py"), ROOT / "config.py", ROOT / "wsgi.py"])


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@lru_cache(maxsize=512)
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def calls(path: Path) -> Iterator[str]:
    """Dotted names of what a file calls, as written: "db.session.commit", "now"."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def settings_of_tools() -> dict[str, object]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)


def steps() -> dict[str, int]:
    """The step of every slice and door on the stairs, 0 at the top, as the import contract says."""
    (stairs,) = [c for c in settings_of_tools()["tool"]["importlinter"]["contracts"] if c["id"] == "stairs"]  # type: ignore[index]
    return {
        name.strip(" ()"): step for step, neighbours in enumerate(stairs["layers"]) for name in neighbours.split("|")
    }
