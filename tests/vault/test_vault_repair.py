"""What `spans doctor --repair` puts right, and what it tells where it cannot."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from instrumenter import api
from instrumenter.engine.discover import Choice
from instrumenter.engine.repair import Health, look, repair
from instrumenter.engine.targets import Target
from instrumenter.errors import StorageError, VaultError
from instrumenter.vault import Entry, Vault

SOURCE = b"def double(x):\n    return 2 * x\n"


class Stopped(Exception):
    pass


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_bytes(b"")
    (tmp_path / "one.py").write_bytes(SOURCE)
    instrument(tmp_path)
    return tmp_path


def instrument(root: Path, level: int = 2) -> None:
    list(api.run(api.plan_instrument(Choice((Target(root),))), api.Options(level=level), print))


def entry(root: Path) -> Entry:
    return Vault.seen(root).entries["one.py"]


def damage(path: Path) -> None:
    path.chmod(0o600)
    path.write_bytes(b"no such bytes")


def cut_short(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise Stopped

    with monkeypatch.context() as patch, pytest.raises(Stopped):
        patch.setattr(Vault, "_finish", stop)
        instrument(root, level=4)


def test_sound_vault_needs_nothing(root: Path) -> None:
    assert look(root) == repair(root) == Health()


def test_journal_is_told_and_finished(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cut_short(root, monkeypatch)
    [finding] = look(root).findings
    assert "cut short" in finding and "spans doctor --repair" in finding
    assert repair(root).mended == [
        "an earlier command was cut short: 1 of its files had been replaced, 0 are as they were"
    ]
    assert entry(root).level == 4 and look(root) == Health()


@pytest.mark.parametrize(
    "name",
    [".spanwright-4242-0.new", "folder/.spanwright-1-77.new", ".spanwright/journal.new", ".spanwright/sites/0.new"],
)
def test_temporary_file_is_told_and_removed(root: Path, name: str) -> None:
    path = root / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"half a twi")
    assert look(root).findings == [f"{name}: left by a command that was cut short: spans doctor --repair"]
    assert path.exists()
    assert repair(root) == Health([f"{name}: removed"]) and not path.exists()


def test_file_of_the_user_is_not_removed(root: Path) -> None:
    names = ["mine.new", ".spanwright-notes.new", "x.spanwright-1-2.new", ".git/.spanwright-1-2.new"]
    for name in names:
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(b"mine")
    assert repair(root) == Health()
    assert all((root / name).exists() for name in names)


def test_temporary_file_that_cannot_be_removed_is_an_error(root: Path) -> None:
    (root / ".spanwright-1-1.new").write_bytes(b"")
    with pytest.MonkeyPatch.context() as patch, pytest.raises(StorageError, match=r"removing .*-1-1\.new"):
        patch.setattr(Path, "unlink", refuse)
        repair(root)


def refuse(*_: object, **__: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_original_that_is_missing_is_taken_out_of_its_twin(root: Path) -> None:
    place = Vault.seen(root).backups.place(entry(root).original)
    place.unlink()
    [finding] = look(root).findings
    assert finding == f"one.py: its original in the vault is missing or damaged: {place}"
    assert repair(root) == Health(["one.py: its original is in the vault again"])
    assert place.read_bytes() == SOURCE


def test_original_that_is_nowhere_stays_a_finding(root: Path) -> None:
    place = Vault.seen(root).backups.place(entry(root).original)
    damage(place)
    with (root / "one.py").open("ab") as file:
        file.write(b"# an edit\n")
    edited = (root / "one.py").read_bytes()
    health = repair(root)
    assert health.mended == [] and str(place) in health.findings[0]
    assert (root / "one.py").read_bytes() == edited


@pytest.mark.parametrize("suffix", [".json", ".map"])
def test_site_table_that_is_missing_is_made_anew(root: Path, suffix: str) -> None:
    path = root / ".spanwright/sites" / f"{entry(root).id}{suffix}"
    before = path.read_bytes()
    path.unlink()
    assert "site table is missing or damaged" in look(root).findings[0]
    assert repair(root) == Health(["one.py: its site table was made anew"])
    assert path.read_bytes() == before


def test_site_table_that_is_damaged_is_made_anew(root: Path) -> None:
    path = root / ".spanwright/sites" / f"{entry(root).id}.json"
    before = path.read_bytes()
    damage(path)
    assert repair(root).findings == [] and path.read_bytes() == before


def test_damaged_original_of_before_is_told(root: Path) -> None:
    with (root / "one.py").open("ab") as file:
        file.write(b"# an edit\n")
    instrument(root, level=3)
    first = Vault.seen(root).history(root / "one.py")[0]
    place = Vault.seen(root).backups.place(first.original)
    damage(place)
    assert repair(root).findings == [f"{place.relative_to(root)}: the bytes of this original have changed"]


def test_damaged_manifest_is_an_error(root: Path) -> None:
    damage(root / ".spanwright/manifest")
    with pytest.raises(VaultError, match="manifest is damaged"):
        repair(root)


def test_journal_without_a_twin_is_finished_by_a_restore(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A vault that knows no file at all may still have something to finish."""
    (tmp_path / "pyproject.toml").write_bytes(b"")
    (tmp_path / "one.py").write_bytes(SOURCE)
    cut_short(tmp_path, monkeypatch)
    (tmp_path / "one.py").write_bytes(SOURCE)
    said: list[str] = []
    monkeypatch.chdir(tmp_path)
    list(api.run(api.plan_restore(Choice(())), api.Options(level=0), said.append))
    assert len(said) == 1 and "cut short" in said[0]
    assert not Vault(tmp_path).is_cut_short


def test_temporary_file_of_a_strip_that_was_killed_is_removed_by_the_next(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_bytes(SOURCE)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    dead, alive = (tmp_path / f".spanwright-{pid}-strip.new" for pid in (ended.pid, os.getpid()))
    for path in (dead, alive):
        path.write_bytes(b"half a fi")
    plan = api.plan_restore(Choice((Target(tmp_path),)))
    list(api.strip(plan, api.Options(level=0, dry_run=True), print))
    assert dead.exists()
    list(api.strip(plan, api.Options(level=0), print))
    assert not dead.exists() and alive.exists()
