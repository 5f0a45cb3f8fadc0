"""What a vault does to files, and what it refuses."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from vault_helpers import attributes, instrument, listing, restore, to_original, to_twin, twin_of

from instrumenter.errors import StorageError
from instrumenter.vault import Vault, _disk

ORIGINAL = b"def f():\r\n    return 1"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.py"
    path.write_bytes(ORIGINAL)
    os.utime(path, ns=(1, 1_234_567_890_123_456_789))
    return path


def test_apply_replaces_the_file_and_records_it(tmp_path: Path, path: Path) -> None:
    instrument(tmp_path, path)
    assert path.read_bytes() == twin_of(ORIGINAL)
    entry = Vault.seen(tmp_path).entry(path)
    assert entry is not None and entry.path == "a.py" and entry.level == 2


@pytest.mark.parametrize("mode", [0o644, 0o755, 0o400, 0o4755, 0o2644])
def test_restore_gives_back_bytes_mode_and_time(tmp_path: Path, path: Path, mode: int) -> None:
    path.chmod(mode)
    before = attributes(path)
    instrument(tmp_path, path)
    assert path.stat().st_mode == before[1]
    restore(tmp_path, path)
    assert attributes(path) == before
    assert Vault.seen(tmp_path).entries == {}


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.binary(max_size=200), mtime_ns=st.integers(0, 2**33 * 10**9))
def test_restore_gives_back_any_bytes_and_time(tmp_path: Path, path: Path, data: bytes, mtime_ns: int) -> None:
    path.write_bytes(data)
    os.utime(path, ns=(mtime_ns, mtime_ns))
    before = attributes(path)
    instrument(tmp_path, path)
    restore(tmp_path, path)
    assert attributes(path) == before


def test_twin_is_newer_than_its_original(tmp_path: Path, path: Path) -> None:
    before = path.stat().st_mtime_ns
    instrument(tmp_path, path)
    assert path.stat().st_mtime_ns > before


def test_vault_ignores_itself_for_git(tmp_path: Path, path: Path) -> None:
    instrument(tmp_path, path)
    assert (tmp_path / ".spanwright/.gitignore").read_bytes() == b"*\n"


def test_nothing_is_left_beside_the_file(tmp_path: Path, path: Path) -> None:
    instrument(tmp_path, path)
    assert listing(tmp_path) == {"a.py"}
    assert not (tmp_path / ".spanwright/journal").exists()


def test_backup_is_plain_bytes_and_read_only(tmp_path: Path, path: Path) -> None:
    path.chmod(0o640)
    instrument(tmp_path, path)
    name = _disk.digest(ORIGINAL)
    backup = tmp_path / ".spanwright/backups" / name[:2] / name
    assert backup.read_bytes() == ORIGINAL
    assert backup.stat().st_mode & 0o777 == 0o440


def test_backup_is_not_written_again(tmp_path: Path, path: Path) -> None:
    instrument(tmp_path, path)
    backup = Vault.seen(tmp_path).backups.place(_disk.digest(ORIGINAL))
    inode = backup.stat().st_ino
    restore(tmp_path, path)
    instrument(tmp_path, path)
    assert backup.stat().st_ino == inode


def test_damaged_backup_is_written_anew(tmp_path: Path, path: Path) -> None:
    instrument(tmp_path, path)
    restore(tmp_path, path)
    backup = Vault.seen(tmp_path).backups.place(_disk.digest(ORIGINAL))
    backup.chmod(0o600)
    backup.write_bytes(b"cut short")
    assert Vault.seen(tmp_path).backups.get(_disk.digest(ORIGINAL)) is None
    instrument(tmp_path, path)
    assert backup.read_bytes() == ORIGINAL


def test_many_files_share_the_journal(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.py" for number in range(40)]
    for number, path in enumerate(paths):
        path.write_bytes(b"x = %d\n" % number)
    instrument(tmp_path, *paths)
    assert all(path.read_bytes().startswith(b"#twin") for path in paths)
    restore(tmp_path, *paths)
    assert [path.read_bytes() for path in paths] == [b"x = %d\n" % number for number in range(40)]


def test_file_changed_since_it_was_read_is_refused(tmp_path: Path, path: Path) -> None:
    with Vault.opened(tmp_path) as vault:
        change = to_twin(vault, path)
        path.write_bytes(b"edited")
        refusals = vault.apply([change])
    assert refusals[path].slug == "changed-meanwhile"
    assert path.read_bytes() == b"edited"
    assert Vault.seen(tmp_path).entries == {}
    assert listing(tmp_path) == {"a.py"}


def test_file_deleted_since_it_was_read_stays_deleted(tmp_path: Path, path: Path) -> None:
    with Vault.opened(tmp_path) as vault:
        change = to_twin(vault, path)
        path.unlink()
        refusals = vault.apply([change])
    assert refusals[path].slug == "unwritable"
    assert listing(tmp_path) == set()


def test_one_refusal_does_not_stop_the_others(tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "b.py"
    other.write_bytes(b"y = 1\n")
    fail_creating(monkeypatch, "-0.new", errno.EACCES)
    with Vault.opened(tmp_path) as vault:
        refusals = vault.apply([to_twin(vault, path), to_twin(vault, other)])
    assert set(refusals) == {path}
    assert path.read_bytes() == ORIGINAL and other.read_bytes() == twin_of(b"y = 1\n")
    assert set(Vault.seen(tmp_path).entries) == {"b.py"}


def test_full_disk_leaves_all_files_as_they_were(tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "b.py"
    other.write_bytes(b"y = 1\n")
    fail_creating(monkeypatch, "-1.new", errno.ENOSPC)
    with Vault.opened(tmp_path) as vault, pytest.raises(StorageError, match="No space left") as caught:
        vault.apply([to_twin(vault, path), to_twin(vault, other)])
    assert caught.value.slug == "no-space" and caught.value.exit_code == 5
    assert path.read_bytes() == ORIGINAL and other.read_bytes() == b"y = 1\n"
    assert listing(tmp_path) == {"a.py", "b.py"}
    assert not (tmp_path / ".spanwright/journal").exists()


@pytest.mark.parametrize("name", [".gitignore.new", "journal.new", ".json.new"])
def test_full_disk_in_the_vault_touches_no_file(
    tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    fail_creating(monkeypatch, name, errno.ENOSPC)
    with Vault.opened(tmp_path) as vault, pytest.raises(StorageError):
        vault.apply([to_twin(vault, path)])
    assert path.read_bytes() == ORIGINAL
    assert listing(tmp_path) == {"a.py"}


def test_full_disk_at_the_manifest_is_made_good_by_the_next_command(
    tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_creating(monkeypatch, "manifest.new", errno.ENOSPC)
    with Vault.opened(tmp_path) as vault, pytest.raises(StorageError):
        vault.apply([to_twin(vault, path)])
    monkeypatch.undo()
    assert set(Vault.seen(tmp_path).entries) == {"a.py"}
    with Vault.opened(tmp_path) as vault:
        assert vault.recovered is not None and vault.recovered.done == ("a.py",)
        assert vault.apply([to_original(vault, path)]) == {}
    assert path.read_bytes() == ORIGINAL


def test_vault_that_was_not_needed_vanishes(tmp_path: Path) -> None:
    with Vault.opened(tmp_path) as vault:
        assert vault.folder.exists()
    assert not vault.folder.exists()


def test_looking_writes_nothing(tmp_path: Path) -> None:
    assert Vault.seen(tmp_path).entries == {}
    assert listing(tmp_path) == set() and not (tmp_path / ".spanwright").exists()


def test_root_that_cannot_be_written_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / ".spanwright").write_bytes(b"a file where the folder should be")
    with pytest.raises(StorageError) as caught, Vault.opened(tmp_path):
        raise AssertionError
    assert caught.value.exit_code == 5


def test_extended_attributes_stay(tmp_path: Path, path: Path) -> None:
    try:
        os.setxattr(path, "user.note", b"mine")
    except OSError as error:
        assert error.errno in (errno.ENOTSUP, errno.EPERM)  # this file system has none
        return
    instrument(tmp_path, path)
    assert os.getxattr(path, "user.note") == b"mine"
    restore(tmp_path, path)
    assert os.getxattr(path, "user.note") == b"mine"


def fail_creating(monkeypatch: pytest.MonkeyPatch, suffix: str, number: int) -> None:
    """Let the file system refuse every new file whose name ends so."""
    create = _disk.create

    def failing(path: Path, data: bytes, mode: int = 0o600) -> None:
        if path.name.endswith(suffix):
            raise OSError(number, os.strerror(number), str(path))
        create(path, data, mode)

    monkeypatch.setattr(_disk, "create", failing)
