"""Whatever Python prints of a program's source is the same with the twin as with the original, byte for byte."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from c_core import needs_c_core
from display_programs import DEBUGGED, DEBUGGER_COMMANDS, ENCODED, PROGRAMS
from display_projects import Project

pytestmark = needs_c_core

ALL = {**{name: text.encode() for name, text in PROGRAMS.items()}, **ENCODED}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.mark.parametrize("name", ALL)
def test_output_of_a_program_is_the_originals(project: Project, name: str) -> None:
    path = project.write(f"{name}.py", ALL[name])
    expected = project.run(path.name)
    made = project.instrument(path.name)
    assert path.read_bytes() == made.source != ALL[name]
    assert project.run(path.name) == expected
    assert b"_sw_" not in expected.err + expected.out


@pytest.mark.skipif(sys.version_info < (3, 11), reason="the tool needs 3.11")
@pytest.mark.parametrize("name", ["carets", "chained", "sources"])
def test_output_at_level_1_is_the_originals(project: Project, name: str) -> None:
    path = project.write(f"{name}.py", ALL[name])
    expected = project.run(path.name)
    project.instrument(path.name, level=1)
    assert project.run(path.name) == expected


@pytest.mark.parametrize("option", ["-O", "-Xno_debug_ranges", "-Xdev", "-Xfrozen_modules=off", "-Werror"])
def test_output_under_an_option_is_the_originals(project: Project, option: str) -> None:
    path = project.write("carets.py", ALL["carets"])
    expected = project.run(option, path.name)
    project.instrument(path.name)
    assert project.run(option, path.name) == expected


def test_output_of_modules_is_the_originals(project: Project) -> None:
    names = ["carets", "tracebacks", "chained"]
    for name in names:
        project.write(f"{name}.py", ALL[name])
    project.write("app.py", b"import carets, tracebacks\ndef main():\n    carets.main()\nmain()\n")
    expected = project.run("app.py"), project.run("-m", "app"), project.run("-c", "import chained")
    for name in [*names, "app"]:
        project.instrument(f"{name}.py")
    assert (project.run("app.py"), project.run("-m", "app"), project.run("-c", "import chained")) == expected


def test_output_from_compiled_files_is_the_originals(project: Project) -> None:
    project.write("carets.py", ALL["carets"])
    expected = project.run("-c", "import carets; carets.main()")
    project.instrument("carets.py")
    for _ in range(2):
        assert project.run("-c", "import carets; carets.main()", PYTHONDONTWRITEBYTECODE="") == expected
    assert list(project.folder.glob("__pycache__/carets.*"))


def test_debugger_shows_and_stops_at_original_lines(project: Project) -> None:
    path = project.write("debugged.py", DEBUGGED.encode())
    expected = project.run(path.name, given=DEBUGGER_COMMANDS)
    project.instrument(path.name)
    assert b"Breakpoint 1" in expected.out
    assert project.run(path.name, given=DEBUGGER_COMMANDS) == expected
