"""A small project on the disk, and the commands run in it as a user would."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from command_in_test import Ended, run_command

from instrumenter.cli.instrument import main as instrument_command
from instrumenter.cli.uninstrument import main as uninstrument_command

ONE = b'"""One."""\n\n\ndef double(x):\n    return 2 * x\n'
TWO = b"class Two:\r\n\tdef get(self): return 2"
DATA = b"VERSION = (1, 2)\n"
STAMP = 1_500_000_000_123_456_789


@dataclass(frozen=True)
class Project:
    """`one.py` and `two.py` have functions, `data.py` has none; all have a time of long ago."""

    root: Path
    capsys: pytest.CaptureFixture[str]

    def write(self, name: str, data: bytes, mode: int = 0o644) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(mode)
        os.utime(path, ns=(STAMP, STAMP))
        return path

    def instrument(self, *words: str) -> Ended:
        return run_command(instrument_command, words, self.capsys)

    def uninstrument(self, *words: str) -> Ended:
        return run_command(uninstrument_command, words, self.capsys)

    def snapshot(self) -> dict[str, tuple[bytes, int, int]]:
        """Bytes, mode and time of every file outside the vault."""
        files = (path for path in self.root.rglob("*") if path.is_file() and not path.is_symlink())
        return {
            path.relative_to(self.root).as_posix(): (
                path.read_bytes(),
                path.stat().st_mode,
                path.stat().st_mtime_ns,
            )
            for path in files
            if ".spanwright" not in path.parts
        }


def make_project(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Project:
    """Make the project and go there."""
    project = Project(root, capsys)
    project.write("pyproject.toml", b"")
    project.write("src/one.py", ONE)
    project.write("src/two.py", TWO, 0o755)
    project.write("src/data.py", DATA)
    monkeypatch.chdir(root)
    return project


def is_twin(path: Path) -> bool:
    return b"from spanwright import probes" in path.read_bytes()
