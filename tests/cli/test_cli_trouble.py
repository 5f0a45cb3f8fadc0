"""Full disks, refused permissions, Ctrl-C, crashes, a second command: said in a line, nothing lost."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_helpers import ONE, Project, is_twin, make_project

from instrumenter import rewrite
from instrumenter.vault import Vault, _disk, _vault

KILL = """
import sys
sys.path.insert(0, sys.argv[1])
from kill_at_step import die_before
from instrumenter.cli.instrument import main
from instrumenter import rewrite
die_before(int(sys.argv[2]))
main(sys.argv[3:])
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Project:
    return make_project(tmp_path, monkeypatch, capsys)


def fail(monkeypatch: pytest.MonkeyPatch, suffix: str, error: Callable[[Path], BaseException]) -> None:
    """Let creating a file whose name ends with `suffix` fail."""
    create = _disk.create

    def failing(path: Path, data: bytes, mode: int = 0o600) -> None:
        if path.name.endswith(suffix):
            raise error(path)
        create(path, data, mode)

    monkeypatch.setattr(_disk, "create", failing)


def os_error(number: int) -> Callable[[Path], OSError]:
    return lambda path: OSError(number, os.strerror(number), str(path))


def test_full_disk_stops_with_one_line(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    before = project.snapshot()
    fail(monkeypatch, "-1.new", os_error(errno.ENOSPC))
    result = project.instrument("src")
    assert result.code == 5
    assert result.err.startswith("stopped: 0 of 3 files done") and "No space left on device" in result.err
    assert project.snapshot() == before


def test_file_that_cannot_be_replaced_fails_alone(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    fail(monkeypatch, "-0.new", os_error(errno.EACCES))
    result = project.instrument("src")
    assert result.code == 3
    assert "src/one.py: cannot be replaced: Permission denied [unwritable]\n" in result.err
    assert not is_twin(project.root / "src/one.py") and is_twin(project.root / "src/two.py")


def test_file_that_cannot_be_read_fails_alone(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = os.open

    def refusing(path: str | Path, flags: int, mode: int = 0o777) -> int:
        if str(path).endswith("one.py"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return opened(path, flags, mode)

    monkeypatch.setattr(os, "open", refusing)
    result = project.instrument("src")
    assert result.code == 3
    assert "src/one.py: cannot be read: Permission denied [unreadable]\n" in result.err
    assert is_twin(project.root / "src/two.py")


def test_interrupt_between_two_files_leaves_none_half_done(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    before = project.snapshot()
    fail(monkeypatch, "-1.new", lambda _: KeyboardInterrupt())
    result = project.instrument("src")
    assert result.code == 130
    assert result.err == "stopped: 0 of 3 files done, the others are as they were\nerror: interrupted\n"
    assert project.snapshot() == before and not (project.root / ".spanwright/journal").exists()


def test_interrupt_after_a_rename_counts_what_was_done(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = Path.replace

    def interrupted(self: Path, target: Path) -> Path:
        if self.name.endswith("-1.new"):
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", interrupted)
    result = project.instrument("src")
    assert result.code == 130 and result.err.startswith("stopped: 1 of 3 files done")
    assert is_twin(project.root / "src/one.py") and not is_twin(project.root / "src/two.py")
    assert set(Vault.seen(project.root).entries) == {"src/one.py"}


@pytest.mark.parametrize("step", range(1, 50, 4))
def test_death_at_any_step_is_finished_by_the_next_command(project: Project, step: int) -> None:
    before = project.snapshot()
    helpers = str(Path(__file__).parents[1] / "vault")
    command = [sys.executable, "-c", KILL, helpers, str(step), "src"]
    subprocess.run(command, capture_output=True, check=False)
    assert project.instrument("src").code == 0
    assert project.uninstrument("--restore").code == 0
    assert project.snapshot() == before


def test_what_an_earlier_command_left_is_said(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        fail(patch, "manifest.new", os_error(errno.ENOSPC))
        assert project.instrument("src").code == 5
    assert "src/one.py" in project.instrument("--status").out
    result = project.instrument("src")
    assert result.err == "an earlier command was cut short: 2 of its files had been replaced, 0 are as they were\n"


def test_second_command_is_told_to_wait(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_vault, "_PATIENCE", 0)
    with Vault.opened(project.root):
        result = project.instrument("src")
    assert result.code == 4
    assert f"another command is at work here (process {os.getpid()})" in result.err


def test_fault_of_the_rewriter_is_one_failed_file(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    instrument = rewrite.instrument

    def faulty(source: bytes, level: int, name: str) -> rewrite.Twin | None:
        if name == "one.py":
            raise LookupError("oh")
        return instrument(source, level, name)

    monkeypatch.setattr(rewrite, "instrument", faulty)
    result = project.instrument("src", "--json")
    failed = next(row for row in result.json["results"] if row["result"] == "failed")
    assert result.code == 3 and failed["slug"] == "internal-error" and "LookupError: oh" in failed["details"]
    assert is_twin(project.root / "src/two.py")


def test_several_processes_do_the_same_as_one(project: Project) -> None:
    for number in range(25):
        project.write(f"src/many/m{number}.py", ONE.replace(b"double", b"f%d" % number))
    project.write("src/bad.py", b"def f(:\n")
    before = project.snapshot()
    assert project.instrument("src", "--jobs", "1").code == 3
    alone = {name: data for name, (data, _, _) in project.snapshot().items()}
    project.uninstrument("--restore")
    assert project.snapshot() == before
    result = project.instrument("src", "--jobs", "2")
    assert result.out.startswith("instrumented 27 files (27 functions) at level 2") and result.code == 3
    assert {name: data for name, (data, _, _) in project.snapshot().items()} == alone
