"""Where the map cannot be true, or somebody shows the file on disk, the twin's own positions and text stay together."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest
import spanwright
from c_core import needs_c_core
from display_projects import Outcome, Project

pytestmark = needs_c_core

FAILING = b'''\
"""Fails."""
import traceback


def divide(a):
    """Divide."""
    b = a - a
    return a / b


def main():
    try:
        divide(1)
    except ZeroDivisionError:
        traceback.print_exc()
    divide(2)


if __name__ == "__main__":
    main()
'''
LINE = b"return a / b\n"
RUNTIME = str(Path(spanwright.__file__).parent.parent)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path)
    project.write("app.py", FAILING)
    return project


def shows(outcome: Outcome, path: Path) -> bool:
    """Tell whether both tracebacks name and show a line that the file on disk has there."""
    lines = path.read_bytes().splitlines()
    number = next(row for row, line in enumerate(lines, 1) if LINE.split()[-1] in line and b"/" in line)
    where = f'app.py", line {number}, in divide\n    '.encode() + lines[number - 1].strip()
    return outcome.err.count(where) == 2


def test_restored_lines_are_not_those_on_disk(project: Project) -> None:
    expected = project.run("app.py")
    project.instrument("app.py")
    assert project.run("app.py") == expected
    assert not shows(expected, project.folder / "app.py")


def test_lines_of_an_edited_twin_are_those_on_disk(project: Project) -> None:
    made = project.instrument("app.py")
    path = project.write("app.py", made.source + b"# one line more\n")
    assert shows(project.run("app.py"), path)


def test_the_digest_of_a_twin_is_not_needed_to_load_it(project: Project) -> None:
    project.instrument("app.py")
    project.write("start.py", b"import sys, app\nprint({'_sha2', '_sha256', 'hashlib'} & set(sys.modules))\n")
    assert project.run("-S", "start.py", PYTHONPATH=RUNTIME).out == b"set()\n"


def test_no_text_is_shown_for_an_edit_that_kept_the_size(project: Project) -> None:
    expected = project.run("app.py")
    made = project.instrument("app.py")
    project.write("app.py", made.source.replace(b"b = a - a", b"b = a * 0"))
    kept = [line for line in expected.err.splitlines() if not line.startswith(b"    ")]
    assert project.run("app.py").err.splitlines() == kept


@pytest.mark.parametrize("lost", ["*.map", "*.json"])
def test_lines_without_a_table_are_those_on_disk(project: Project, lost: str) -> None:
    project.instrument("app.py")
    next(project.folder.glob(f".spanwright/sites/{lost}")).unlink()
    assert shows(project.run("app.py"), project.folder / "app.py")


@pytest.mark.parametrize("damage", [b"", b"SWMAP1\n\x7f", b"{}"])
@pytest.mark.parametrize("damaged", ["*.map", "*.json"])
def test_lines_with_a_damaged_table_are_those_on_disk(project: Project, damaged: str, damage: bytes) -> None:
    project.instrument("app.py")
    next(project.folder.glob(f".spanwright/sites/{damaged}")).write_bytes(damage)
    assert shows(project.run("app.py"), project.folder / "app.py")


def test_no_text_is_shown_where_the_vault_lost_it(project: Project) -> None:
    expected = project.run("app.py")
    project.instrument("app.py")
    next(project.folder.glob(".spanwright/backups/*/*")).unlink()
    outcome = project.run("app.py")
    kept = [line for line in expected.err.splitlines() if not line.startswith(b"    ")]
    assert outcome.err.splitlines() == kept


TRACED = b"import sys\nsys.settrace(lambda *_: None)\nimport app\nsys.settrace(None)\napp.main()\n"
MONITORED = b"import sys\nsys.monitoring.use_tool_id(%d, 'x')\nimport app\napp.main()\n"


def test_lines_under_a_tracer_are_those_on_disk(project: Project) -> None:
    project.instrument("app.py")
    project.write("start.py", TRACED)
    assert shows(project.run("start.py"), project.folder / "app.py")


def test_lines_where_an_ide_debugger_is_loaded_are_those_on_disk(project: Project) -> None:
    project.instrument("app.py")
    project.write("pydevd.py", b"")
    project.write("start.py", b"import pydevd\nimport app\napp.main()\n")
    assert shows(project.run("start.py"), project.folder / "app.py")


def test_lines_with_never_are_those_on_disk(project: Project) -> None:
    project.instrument("app.py")
    outcome = project.run("app.py", TRACING_ORIGINAL_POSITIONS="never")
    assert shows(outcome, project.folder / "app.py")


def test_lines_with_auto_are_the_originals(project: Project) -> None:
    expected = project.run("app.py")
    project.instrument("app.py")
    assert project.run("app.py", TRACING_ORIGINAL_POSITIONS="auto") == expected


def test_a_position_setting_that_is_none_is_said_and_counts_as_auto(project: Project) -> None:
    expected = project.run("app.py")
    project.instrument("app.py")
    outcome = project.run("app.py", TRACING_ORIGINAL_POSITIONS="sometimes")
    said, _, rest = outcome.err.partition(b"\n")
    assert b"TRACING_ORIGINAL_POSITIONS" in said and b"auto, always or never" in said
    assert (rest, outcome.out, outcome.code) == (expected.err, expected.out, expected.code)


needs_swap_under_tracer = pytest.mark.skipif(
    sys.version_info < (3, 11), reason="while a tracer is at work the running code of 3.10 has pointers into its table"
)


@needs_swap_under_tracer
def test_lines_under_a_tracer_with_always_are_the_originals(project: Project) -> None:
    project.write("start.py", TRACED)
    expected = project.run("start.py")
    project.instrument("app.py")
    assert project.run("start.py", TRACING_ORIGINAL_POSITIONS="always") == expected


FOLLOWED = """\
import sys
seen = []

def follow(frame, event, arg):
    if frame.f_code.co_filename.endswith("app.py"):
        seen.append((frame.f_code.co_name, event, frame.f_lineno))
        return follow

sys.settrace(follow)
import app
app.work()
sys.settrace(None)
first = {}
for name, event, line in seen:
    if event == "line" and line not in first.setdefault(name, []):
        first[name].append(line)
print(first)
"""
WATCHED = """\
import sys
seen = {}
monitoring = sys.monitoring
monitoring.use_tool_id(monitoring.COVERAGE_ID, "coverage")

def line(code, number):
    if code.co_filename.endswith("app.py") and number not in seen.setdefault(code.co_name, []):
        seen[code.co_name].append(number)

monitoring.register_callback(monitoring.COVERAGE_ID, monitoring.events.LINE, line)
monitoring.set_events(monitoring.COVERAGE_ID, monitoring.events.LINE)
import app
app.work()
monitoring.set_events(monitoring.COVERAGE_ID, 0)
print(seen)
"""
WORKING = (
    b"import os\n\nLIMIT = 3\n\n\nclass Box:\n    size = 1\n\n    def put(self, x):\n        if x:\n"
    b"            return [x]\n        return None\n\n\ndef work():\n    box = Box()\n    for n in range(LIMIT):\n"
    b"        box.put(n)\n    try:\n        {}[1]\n    except KeyError:\n        n = 0\n    return n\n"
    + b"# a comment\n" * 300
    + b"\nLAST = [\n    work(),\n    work(),\n]\nif LAST:\n    DONE = True\n"
)


@needs_swap_under_tracer
@pytest.mark.parametrize("level", [2, 5])
@pytest.mark.parametrize("watcher", ["follow", "watch"])
def test_a_tool_that_follows_lines_meets_those_of_the_original_with_always(
    project: Project, watcher: str, level: int
) -> None:
    if watcher == "watch" and sys.version_info < (3, 12):
        watcher = "follow"
    project.write("app.py", WORKING)
    project.write("start.py", (FOLLOWED if watcher == "follow" else WATCHED).encode())
    expected = project.run("start.py")
    assert expected.err == b""
    project.instrument("app.py", level)
    found = project.run("start.py", TRACING_ORIGINAL_POSITIONS="always")
    assert (found.err, lines_of(found.out)) == (b"", lines_of(expected.out))


def lines_of(out: bytes) -> dict[str, set[int]]:
    """Give the lines met in each code object."""
    return {name: set(lines) for name, lines in ast.literal_eval(out.decode()).items()}


@pytest.mark.skipif(sys.version_info < (3, 12), reason="sys.monitoring is new in 3.12")
@pytest.mark.parametrize(("tool", "at_work"), [(0, True), (1, True), (2, False), (4, False)])
def test_lines_under_a_monitoring_tool_depend_on_its_kind(project: Project, tool: int, at_work: bool) -> None:
    project.instrument("app.py")
    project.write("start.py", MONITORED % tool)
    assert shows(project.run("start.py"), project.folder / "app.py") == at_work


RELOADED = b"""\
import importlib, linecache, os, sys
import app

def lines():
    return app.divide.__code__.co_firstlineno, linecache.getline(app.__file__, app.divide.__code__.co_firstlineno)

print(lines())
with open(app.__file__, "ab") as file:
    file.write(b"# edited\\n")
importlib.invalidate_caches()
importlib.reload(app)
print(lines())
"""


def test_reloading_an_edited_twin_shows_the_file_on_disk(project: Project) -> None:
    project.instrument("app.py")
    project.write("start.py", RELOADED)
    first, second = project.run("start.py").out.splitlines()
    assert first == b"(5, 'def divide(a):\\n')"
    assert second.endswith(b", 'def divide(a):\\n')") and not second.startswith(b"(5,")


UNDONE = b"""\
import linecache, os, sys
import app

def line():
    linecache.checkcache()
    return linecache.getline(app.__file__, 5)

print(line(), end="")
original = open(sys.argv[1], "rb").read()
for text in (original, original.replace(b"def divide", b"def divided"), None):
    if text is None:
        os.unlink(app.__file__)
    else:
        open(app.__file__, "wb").write(text)
    print(line(), end="")
"""


def test_text_follows_the_file_once_the_original_is_back(project: Project) -> None:
    project.instrument("app.py")
    project.write("kept", FAILING)
    project.write("start.py", UNDONE)
    outcome = project.run("start.py", "kept")
    assert outcome.out == b"def divide(a):\ndef divide(a):\ndef divided(a):\n"
    assert outcome.err == b""
