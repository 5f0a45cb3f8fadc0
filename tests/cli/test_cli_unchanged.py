"""A second run: files that have not changed are told by their digest, without other processes and without LibCST."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cli_helpers import Project, make_project

from instrumenter.engine import pool

FUNCTION = b"def double(x):\n    return 2 * x\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Project:
    made = make_project(tmp_path, monkeypatch, capsys)
    for number in range(25):
        made.write(f"src/many{number}.py", FUNCTION)
        made.write(f"src/data{number}.py", b"VERSION = %d\n" % number)
    return made


def no_worker() -> None:
    raise AssertionError("a process was started")


def test_run_over_unchanged_files_starts_no_process(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert project.instrument("src", "--level", "1").code == 0
    monkeypatch.setattr(pool, "_Worker", no_worker)
    again = project.instrument("src", "--level", "1", "--jobs", "2")
    assert again.code == 0, again.err
    assert "27 up to date, 26 had nothing to instrument" in again.out


def test_run_over_unchanged_files_does_not_load_libcst(project: Project) -> None:
    assert project.instrument("src", "--level", "1").code == 0
    code = (
        "import sys; sys.argv = ['instrument', 'src', '--level', '1']\n"
        "from instrumenter.cli.instrument import main\n"
        "try: main()\n"
        "except SystemExit: sys.exit('libcst' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=project.root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_changed_file_is_instrumented_beside_unchanged_ones(project: Project) -> None:
    assert project.instrument("src", "--level", "1").code == 0
    project.write("src/many3.py", FUNCTION + b"\n\ndef triple(x):\n    return 3 * x\n")
    project.write("src/data3.py", b"VERSION = (\n")
    again = project.instrument("src", "--level", "1")
    assert again.code == 3
    assert "1 file (2 functions)" in again.out
    assert "data3.py" in again.err + again.out


def test_other_level_is_no_unchanged_file(project: Project) -> None:
    assert project.instrument("src", "--level", "1").code == 0
    assert "27 files" in project.instrument("src", "--level", "2").out
