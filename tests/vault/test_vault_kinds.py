"""A frozen vault of files of every kind, made once: all of them come back, whichever version restores them."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest

from instrumenter import api
from instrumenter.engine.discover import Choice
from instrumenter.engine.results import Changed
from instrumenter.engine.targets import Target
from instrumenter.vault import Vault

GOLDEN = Path(__file__).parents[2] / "backups" / "golden" / "v2-kinds"
MTIME_NS = 1_700_000_000_123_456_789
EXECUTABLE = "executable.py"
EMPTY = "empty.py"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The project as it was left. Version control keeps no times and not all of a mode, a restore gives them back."""
    shutil.copytree(GOLDEN / "project", tmp_path, dirs_exist_ok=True, symlinks=True)
    shutil.copytree(GOLDEN / "vault", tmp_path / ".spanwright")
    return tmp_path


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*.py") if ".spanwright" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def restore(*paths: Path) -> list[Path]:
    plan = api.plan_restore(Choice(tuple(map(Target, paths))))
    outcomes = list(api.run(plan, api.Options(level=0), print))
    return [outcome.path for outcome in outcomes if isinstance(outcome, Changed)]


def test_frozen_files_are_of_all_kinds() -> None:
    """The vault is worth something only if a checkout has not smoothed its files."""
    expected = files(GOLDEN / "expected")
    assert b"\n" not in expected["crlf.py"].replace(b"\r\n", b"")
    mixed = expected["mixed.py"].replace(b"\r\n", b"")
    assert b"\r\n" in expected["mixed.py"] and b"\r" in mixed and b"\n" in mixed
    assert expected["bom.py"].startswith(b"\xef\xbb\xbf")
    assert b"coding: latin-1" in expected["latin.py"] and b"\xe9" in expected["latin.py"]
    assert not expected["no_newline.py"].endswith(b"\n")
    assert expected[EMPTY] == b""
    assert (GOLDEN / "project/link.py").is_symlink()
    assert os.access(GOLDEN / "project" / EXECUTABLE, os.X_OK)
    assert any(not name.isascii() for name in expected) and max(map(len, expected)) > 240


def test_every_kind_of_file_comes_back(root: Path) -> None:
    expected = files(GOLDEN / "expected")
    twins = {name for name, data in files(root).items() if data != expected[name]}
    assert twins == set(expected) - {EMPTY}
    restore(root)
    assert files(root) == expected
    assert Vault.seen(root).entries == {}
    for name in sorted(twins - {"link.py"}):
        info = (root / name).lstat()
        assert stat.S_IMODE(info.st_mode) == (0o755 if name == EXECUTABLE else 0o644)
        assert info.st_mtime_ns == MTIME_NS
    assert (root / "link.py").is_symlink() and (root / "link.py").readlink() == Path("folder/target.py")


def test_file_comes_back_by_the_link_to_it(root: Path) -> None:
    assert restore(root / "link.py") == [root / "folder/target.py"]
    assert (root / "link.py").read_bytes() == (GOLDEN / "expected/folder/target.py").read_bytes()
    assert "folder/target.py" not in Vault.seen(root).entries


def test_history_of_the_frozen_vault_has_each_original(root: Path) -> None:
    vault = Vault.seen(root)
    for entry in vault.entries.values():
        assert [original.original for original in vault.history(vault.path(entry))] == [entry.original]
        assert vault.backups.get(entry.original) == (GOLDEN / "expected" / entry.path).read_bytes()
