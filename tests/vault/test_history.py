"""The history of a path's originals: what is written, when, and how a damaged or cut one is read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from vault_helpers import instrument, restore, to_twin

from instrumenter.errors import StorageError, VaultError
from instrumenter.vault import Original, Vault, Why, _disk, _history, digest, read

GOLDEN = Path(__file__).parents[2] / "backups" / "golden"
ONE, TWO = b"x = 1\n", b"x = 2\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.py"
    path.write_bytes(ONE)
    return path


def digests(root: Path, path: Path) -> list[str]:
    return [original.original for original in Vault.seen(root).history(path)]


def save_and_instrument(root: Path, path: Path, data: bytes) -> None:
    path.write_bytes(data)
    instrument(root, path)


def test_first_original_is_recorded_with_its_attributes(tmp_path: Path, path: Path) -> None:
    seen = read(path)[1]
    instrument(tmp_path, path)
    (original,) = Vault.seen(tmp_path).history(path)
    assert (original.path, original.original, original.why) == ("a.py", digest(ONE), Why.FIRST)
    assert (original.mode, original.mtime_ns) == (seen.mode, seen.mtime_ns) and original.taken_ns is not None


def test_same_original_is_recorded_once(tmp_path: Path, path: Path) -> None:
    for _ in range(3):
        instrument(tmp_path, path)
        restore(tmp_path, path)
    assert digests(tmp_path, path) == [digest(ONE)]


def test_originals_that_come_and_go_are_all_recorded(tmp_path: Path, path: Path) -> None:
    for data in (ONE, TWO, ONE):
        save_and_instrument(tmp_path, path, data)
    assert digests(tmp_path, path) == [digest(ONE), digest(TWO), digest(ONE)]
    assert [original.why for original in Vault.seen(tmp_path).history(path)] == [Why.FIRST, Why.PLAIN, Why.PLAIN]


def test_history_follows_a_file_that_was_moved(tmp_path: Path, path: Path) -> None:
    instrument(tmp_path, path)
    moved = path.rename(tmp_path / "b.py")
    with Vault.opened(tmp_path) as vault:
        vault.follow([moved])
        assert [original.original for original in vault.history(moved)] == [digest(ONE)]
        moved.write_bytes(TWO)
        assert vault.apply([to_twin(vault, moved)]) == {}
    assert digests(tmp_path, moved) == [digest(ONE), digest(TWO)]


def test_move_is_written_down_where_no_file_changes(tmp_path: Path, path: Path) -> None:
    instrument(tmp_path, path)
    moved = path.rename(tmp_path / "b.py")
    with Vault.opened(tmp_path) as vault:
        vault.follow([moved])
        vault.keep_moves()
    assert set(Vault.seen(tmp_path).entries) == {"b.py"}
    path.write_bytes(TWO)  # from now on it is another file
    assert digests(tmp_path, moved) == digests(tmp_path, path) == [digest(ONE)]


def test_move_is_written_down_beside_a_change_that_is_refused(tmp_path: Path, path: Path) -> None:
    instrument(tmp_path, path)
    moved, other = path.rename(tmp_path / "b.py"), tmp_path / "c.py"
    other.write_bytes(TWO)
    with Vault.opened(tmp_path) as vault:
        vault.follow([moved])
        change = to_twin(vault, other)
        other.write_bytes(ONE * 9)
        assert set(vault.apply([change])) == {other}
    assert set(Vault.seen(tmp_path).entries) == {"b.py"}


def test_move_recorded_twice_by_a_killed_command_counts_once() -> None:
    first = Original("a.py", "1", 0o644, 0, Why.FIRST)
    moved = Original("b.py", "1", 0o644, 0, Why.MOVED, source="a.py")
    assert _history.of_path([first, moved, moved], "b.py") == [first]


def test_original_from_before_there_was_a_history_is_told(tmp_path: Path) -> None:
    shutil.copytree(GOLDEN / "v2" / "project", tmp_path, dirs_exist_ok=True)
    shutil.copytree(GOLDEN / "v2" / "vault", tmp_path / ".spanwright")
    vault = Vault.seen(tmp_path)
    for entry in vault.entries.values():
        (original,) = vault.history(vault.path(entry))
        assert original.original == entry.original and original.why is Why.EARLIER


def test_first_line_of_a_history_seeds_it_with_the_manifest(tmp_path: Path) -> None:
    shutil.copytree(GOLDEN / "v2" / "project", tmp_path, dirs_exist_ok=True)
    shutil.copytree(GOLDEN / "v2" / "vault", tmp_path / ".spanwright")
    save_and_instrument(tmp_path, tmp_path / "lib.py", TWO)
    earlier, new = Vault.seen(tmp_path).history(tmp_path / "lib.py")
    assert (earlier.why, new.original) == (Why.EARLIER, digest(TWO))


def test_golden_history_is_read_with_its_torn_line(tmp_path: Path) -> None:
    golden = GOLDEN / "history-v1"
    shutil.copytree(golden / "project", tmp_path, dirs_exist_ok=True)
    shutil.copytree(golden / "vault", tmp_path / ".spanwright")
    vault = Vault.seen(tmp_path)
    originals = vault.history(tmp_path / "shop.py")
    assert [original.why for original in originals] == [Why.FIRST, Why.EDITED, Why.PLAIN]
    for number, original in enumerate(originals, 1):
        assert vault.backups.get(original.original) == (golden / "expected" / f"shop.{number}.py").read_bytes()
    save_and_instrument(tmp_path, tmp_path / "shop.py", ONE)
    assert digests(tmp_path, tmp_path / "shop.py")[3:] == [digest(ONE)]


def test_history_cut_anywhere_keeps_the_whole_lines(tmp_path: Path, path: Path) -> None:
    for data in (ONE, TWO):
        save_and_instrument(tmp_path, path, data)
    file = tmp_path / ".spanwright/history"
    whole = file.read_bytes()
    first_line = whole.index(b"\n") + 1
    for length in range(first_line, len(whole)):
        file.write_bytes(whole[:length])
        lines = whole[:length].count(b"\n") - 1
        assert len(digests(tmp_path, path)) == max(lines, 1)  # without any, the manifest tells of one


def test_line_with_a_changed_byte_counts_as_not_there(tmp_path: Path, path: Path) -> None:
    for data in (ONE, TWO):
        save_and_instrument(tmp_path, path, data)
    file = tmp_path / ".spanwright/history"
    file.write_bytes(file.read_bytes().replace(b'"first"', b'"worst"'))
    assert digests(tmp_path, path) == [digest(TWO)]


@pytest.mark.parametrize(
    ("first_line", "slug"), [(b"spanwright history 9\n", "vault-version"), (b"spanwright hist", "history-damaged")]
)
def test_history_that_is_not_known_stops_before_anything_changes(
    tmp_path: Path, path: Path, first_line: bytes, slug: str
) -> None:
    instrument(tmp_path, path)
    file = tmp_path / ".spanwright/history"
    file.write_bytes(first_line)
    path.write_bytes(TWO)
    with pytest.raises(VaultError) as caught, Vault.opened(tmp_path) as vault:
        vault.apply([to_twin(vault, path)])
    assert caught.value.slug == slug and str(file) in str(caught.value)
    assert path.read_bytes() == TWO and file.read_bytes() == first_line


def test_unknown_history_does_not_stop_a_restore(tmp_path: Path, path: Path) -> None:
    instrument(tmp_path, path)
    (tmp_path / ".spanwright/history").write_bytes(b"spanwright history 9\n")
    restore(tmp_path, path)
    assert path.read_bytes() == ONE


def test_full_disk_at_the_history_leaves_it_whole(tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    instrument(tmp_path, path)
    file = tmp_path / ".spanwright/history"
    before = file.read_bytes()
    path.write_bytes(TWO)

    def half(descriptor: int, data: bytes) -> None:
        file.write_bytes(before + data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(_history, "_write", half)
    with pytest.raises(StorageError), Vault.opened(tmp_path) as vault:
        vault.apply([to_twin(vault, path)])
    assert file.read_bytes() == before and path.read_bytes() == TWO
    assert _disk.digest_of(path) == digest(TWO)
