"""`spans compare` on two versions of a real package, of which one function was edited."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tomllib

PROGRAM = '''\
from copied import loads

DOCUMENT = """
title = "shelves"
[owner]
name = "Chloé"
born = 1979-05-27T07:32:00Z
[[books]]
pages = 318
price = 12.5
tags = ["a", "b\\\\n", 'c']
[[books]]
pages = 0x1F
weight = 1e3
[[books]]
pages = -17
dotted.key."quoted" = { x = 1, y = [true, false] }
"""

for _ in range(10):
    loads(DOCUMENT)
'''
_COMMAND = "import sys; from instrumenter.cli.{0} import main; main(sys.argv[1:])"


def _command(folder: Path, name: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run one of our commands."""
    return subprocess.run(
        [sys.executable, "-c", _COMMAND.format(name), *words], cwd=folder, capture_output=True, text=True
    )  # fmt: skip


def _edit(path: Path, function: str, statement: str) -> None:
    """Put a statement at the start of a function."""
    source = path.read_text("utf-8")
    found = next(node for node in ast.walk(ast.parse(source)) if getattr(node, "name", "") == function)
    assert isinstance(found, ast.FunctionDef)
    first = next(node for node in found.body if not isinstance(getattr(node, "value", None), ast.Constant))
    lines = source.splitlines(keepends=True)
    lines.insert(first.lineno - 1, " " * first.col_offset + statement + "\n")
    path.write_text("".join(lines), "utf-8")


def _replace(path: Path, old: str, new: str) -> None:
    source = path.read_text("utf-8")
    assert source.count(old) == 1
    path.write_text(source.replace(old, new), "utf-8")


def _recorded(folder: Path) -> None:
    """Instrument, run with a clock that each event moves on, and give the originals back."""
    assert _command(folder, "instrument", "copied", "--level", "5").returncode == 0
    env = {**os.environ, "SPANWRIGHT_CLOCK": "fake"}
    subprocess.run([sys.executable, "program.py"], cwd=folder, check=True, env=env)
    assert _command(folder, "uninstrument", "--restore").returncode == 0


@pytest.fixture
def versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Path], None]], Any]:
    """Compares tomllib as it is with tomllib as edited."""
    monkeypatch.delenv("SPANWRIGHT_TRACES", raising=False)
    shutil.copytree(Path(tomllib.__file__).parent, tmp_path / "copied", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "program.py").write_text(PROGRAM, "utf-8")
    (tmp_path / ".spanwright").mkdir()

    def compare(edit: Callable[[Path], None]) -> Any:
        _recorded(tmp_path)
        edit(tmp_path / "copied")
        _recorded(tmp_path)
        done = _command(tmp_path, "spans", "compare", "--json", "--fail-on", "self>+20%")
        assert (done.stderr, done.returncode in (0, 1)) == ("", True)
        return json.loads(done.stdout)

    return compare


def _named(found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(one["file"], one["function"]) for one in found]


def test_a_slowed_function_is_named_and_no_other(versions: Callable[[Callable[[Path], None]], Any]) -> None:
    found = versions(lambda package: _edit(package / "_parser.py", "parse_key_part", 'for _ in 20 * "x": pass'))
    assert _named(found["shifts"]) == _named(found["failed"]) == [("copied/_parser.py", "parse_key_part")]
    assert found["shifts"][0]["sure"] is True and found["shifts"][0]["ratio"] > 2
    for key in ("added", "gone", "callTree", "results", "resultsFollowing", "arguments", "inputs", "newErrors"):
        assert found[key] == []


def test_a_function_that_returns_something_else_is_named_and_no_other(
    versions: Callable[[Callable[[Path], None]], Any],
) -> None:
    found = versions(
        lambda package: _replace(package / "_re.py", "return int(match.group(), 0)", "return int(match.group(), 0) + 1")
    )
    assert _named(found["results"]) == [("copied/_re.py", "match_to_number")]
    change = found["results"][0]
    assert change["b"]["returnValue"] == change["a"]["returnValue"] + 1 and change["changed"] < change["compared"]
    assert ("copied/_parser.py", "parse_value") in _named(found["resultsFollowing"])
    for key in ("shifts", "failed", "added", "gone", "callTree", "arguments", "inputs", "newErrors"):
        assert found[key] == []
