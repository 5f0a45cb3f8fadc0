"""The tour holds what it says, and says so when something does not hold."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from instrumenter.demo.tour import PROGRAM, DemoError, Tour, file_states

START = "import sys; from instrumenter.cli.spans import main; sys.exit(main())"


def run_demo(*words: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-P", "-c", START, "demo", *words]
    return subprocess.run(argv, capture_output=True, text=True, timeout=120)


def kept_folder(output: str) -> Path:
    return Path(output.splitlines()[-1].removeprefix("The program and its trace are in "))


@pytest.fixture
def tour(tmp_path: Path) -> Tour:
    return Tour(tmp_path / "desk", lambda line: None)


def test_demo_kept_leaves_program_and_trace() -> None:
    """The whole tour works, and what it leaves is the program as it is shipped, with a readable trace beside it."""
    done = run_demo("--keep")
    assert done.returncode == 0, done.stdout + done.stderr
    folder = kept_folder(done.stdout)
    shipped = {name: state.digest for name, state in file_states(PROGRAM).items()}
    assert {name: state.digest for name, state in file_states(folder).items()} == shipped
    assert list((folder / ".spanwright" / "traces").glob("*.seg"))


def test_demo_prints_every_command_and_the_failure() -> None:
    output = run_demo().stdout
    commands = [line.removeprefix("$ ").split()[0] for line in output.splitlines() if line.startswith("$ ")]
    assert [name for name in commands if name in {"instrument", "spans", "uninstrument"}] == [
        "instrument",
        "spans",
        "spans",
        "uninstrument",
    ]
    assert "ask again on 15 September" in output
    assert "files are what they were" in output


def test_demo_unkept_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert run_demo().returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_program_output_is_always_the_same() -> None:
    argv = [sys.executable, "-B", "main.py"]
    outputs = {subprocess.run(argv, cwd=PROGRAM, capture_output=True, check=True).stdout for _ in range(3)}
    assert len(outputs) == 1
    assert outputs.pop().startswith(b"11 copies of 8 books\n")


def damage_byte(folder: Path) -> None:
    path = folder / "main.py"
    path.write_bytes(path.read_bytes() + b"\n")


def touch(folder: Path) -> None:
    (folder / "desk" / "stock.py").touch()


def add_file(folder: Path) -> None:
    (folder / "extra.py").touch()


@pytest.mark.parametrize("change", [damage_byte, touch, add_file])
def test_proof_fails_when_a_file_differs(tour: Tour, change: Callable[[Path], None]) -> None:
    """A changed byte, a changed time and a file too many each end the tour."""
    shutil.copytree(PROGRAM, tour.folder)
    before = file_states(tour.folder)
    change(tour.folder)
    with pytest.raises(DemoError, match="not what they were"):
        tour.prove(before)


def test_demo_fails_when_the_program_does(tour: Tour) -> None:
    tour.folder.mkdir()
    (tour.folder / "main.py").write_text("raise SystemExit(7)")
    with pytest.raises(DemoError, match="exit code 7"):
        tour.run_program()


def test_failed_span_without_a_failure(tour: Tour, monkeypatch: pytest.MonkeyPatch) -> None:
    """A trace in which nothing failed is a defect: the program's refused loan must be in it."""
    nothing = subprocess.CompletedProcess([], 0, json.dumps({"traces": []}).encode())
    monkeypatch.setattr("instrumenter.demo.tour.subprocess.run", lambda *words, **options: nothing)
    with pytest.raises(DemoError, match="0 calls are recorded as failed"):
        tour.failed_span()
