"""Whenever a command dies: each file is original or twin, the vault has the original, the next command goes on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from kill_at_step import DIED
from vault_helpers import attributes, instrument, listing, restore, twin_of

from instrumenter.vault import Vault, digest

NAMES = ("a.py", "folder/b.py")
CHILD = Path(__file__).with_name("kill_at_step.py")


class Project:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.paths = [root / name for name in NAMES]
        for path in self.paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"name = %r\n" % str(path).encode())
        self.paths[0].chmod(0o755)
        self.before = {path: attributes(path) for path in self.paths}

    def dies(self, action: str, step: int) -> bool:
        command = [sys.executable, str(CHILD), str(step), action, str(self.root), *NAMES]
        child = subprocess.run(command, capture_output=True, check=False)
        assert child.returncode in (0, DIED), child.stderr
        return child.returncode == DIED

    def check_nothing_is_lost(self) -> None:
        vault = Vault.seen(self.root)
        backups = vault.backups
        for path, (original, mode, _) in self.before.items():
            told = [known.original for known in vault.history(path)]
            assert told in ([], [digest(original)]) and (told or path.read_bytes() == original)
            assert all(backups.get(known) is not None for known in told)
            assert path.read_bytes() in (original, twin_of(original))
            assert path.stat().st_mode == mode
            assert path.read_bytes() == original or backups.get(digest(original)) == original

    def check_next_command_knows(self) -> None:
        looked = dict(Vault.seen(self.root).entries)
        with Vault.opened(self.root) as vault:
            assert vault.entries == looked
            known = {vault.path(entry) for entry in vault.entries.values()}
        assert known == {path for path in self.paths if path.read_bytes() == twin_of(self.before[path][0])}
        assert listing(self.root) == {*NAMES, "folder"}

    def restore_what_is_left(self) -> None:
        vault = Vault.seen(self.root)
        restore(self.root, *(vault.path(entry) for entry in vault.entries.values()))
        assert {path: attributes(path) for path in self.paths} == self.before


@pytest.mark.parametrize("action", ["instrument", "restore"])
def test_death_before_any_step_loses_nothing(tmp_path: Path, action: str) -> None:
    step = 0
    died = True
    while died:
        step += 1
        project = Project(tmp_path / str(step))
        if action == "restore":
            instrument(project.root, *project.paths)
        died = project.dies(action, step)
        project.check_nothing_is_lost()
        project.check_next_command_knows()
        project.restore_what_is_left()
    assert step > 20


def test_death_while_a_journal_is_finished_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    step = 0
    died = True
    while died:
        step += 1
        project = Project(tmp_path / str(step))
        leave_a_journal(project, monkeypatch)
        died = project.dies("restore", step)
        project.check_nothing_is_lost()
        project.check_next_command_knows()
        project.restore_what_is_left()
    assert step > 20


class Stopped(Exception):
    pass


def leave_a_journal(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop a command when both files are replaced and the manifest does not know yet."""

    def stop(*_: object) -> None:
        raise Stopped

    with monkeypatch.context() as patch, pytest.raises(Stopped):
        patch.setattr(Vault, "_finish", stop)
        instrument(project.root, *project.paths)
