"""`backups/FORMAT.md`: what is on the disk, whole, cut or of another version."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vault_helpers import attributes, instrument, to_original, twin_of

from instrumenter.errors import VaultError
from instrumenter.vault import Entry, Vault, _disk, _journal, _manifest, digest
from instrumenter.vault._sealed import VERSION

GOLDEN = Path(__file__).parents[2] / "backups" / "golden"
HERE = Path("manifest")

# A path may hold any byte but NUL; what is not UTF-8 becomes a surrogate.
paths = (
    st.binary(min_size=1)
    .filter(lambda name: b"\0" not in name)
    .map(lambda name: name.decode("utf-8", "surrogateescape"))
)
digests = st.text("0123456789abcdef", min_size=64, max_size=64)
entries = st.builds(
    Entry,
    path=paths,
    original=digests,
    twin=digests,
    id=st.text("0123456789abcdef", min_size=16, max_size=16),
    level=st.integers(0, 5),
    mode=st.integers(0, 0o7777),
    mtime_ns=st.integers(-(2**63), 2**63),
    links=st.lists(paths, max_size=2).map(tuple),
    plan=st.sampled_from(["", '{"functions":[["f",5]],"level":0}']),
)
steps = st.builds(_journal.Step, paths, digests, digests, paths, st.none() | entries)
MANIFEST = _manifest.encode({"a.py": Entry("a.py", "0" * 64, "1" * 64, "2" * 16, 2, 0o644, 7, ("b.py",))})


@given(st.lists(entries))
def test_manifest_comes_back_as_it_was(values: list[Entry]) -> None:
    manifest = {entry.path: entry for entry in values}
    assert _manifest.decode(_manifest.encode(manifest), HERE) == manifest


@given(st.lists(steps))
def test_journal_comes_back_as_it_was(values: list[_journal.Step]) -> None:
    assert _journal.decode(_journal.encode(values), HERE) == values


@pytest.mark.parametrize("length", range(len(MANIFEST)))
def test_manifest_cut_anywhere_is_damaged(length: int) -> None:
    with pytest.raises(VaultError) as caught:
        _manifest.decode(MANIFEST[:length], HERE)
    assert caught.value.slug == "manifest-damaged" and caught.value.exit_code == 4


@given(st.integers(0, len(MANIFEST) - 1), st.integers(1, 255))
def test_manifest_with_any_byte_changed_is_refused(place: int, change: int) -> None:
    damaged = bytearray(MANIFEST)
    damaged[place] ^= change
    with pytest.raises(VaultError):
        _manifest.decode(bytes(damaged), HERE)


def test_unknown_version_names_file_and_remedy(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"x = 1\n")
    instrument(tmp_path, path)
    manifest = tmp_path / ".spanwright/manifest"
    manifest.write_bytes(manifest.read_bytes().replace(b"manifest 2 ", b"manifest 9 "))
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file() and file.name != "lock"}
    with (
        pytest.raises(VaultError, match=r"version 9.*version of spanwright that wrote it") as caught,
        Vault.opened(tmp_path),
    ):
        raise AssertionError
    assert caught.value.slug == "vault-version" and str(manifest) in str(caught.value)
    assert {file: file.read_bytes() for file in before} == before


def test_damaged_journal_is_named(tmp_path: Path) -> None:
    (tmp_path / ".spanwright").mkdir()
    (tmp_path / ".spanwright/journal").write_bytes(b"spanwright journal")
    with pytest.raises(VaultError, match="journal is damaged") as caught:
        Vault.seen(tmp_path)
    assert caught.value.slug == "journal-damaged"


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_vault_of_every_version_gives_its_originals_back(tmp_path: Path, version: int) -> None:
    golden = GOLDEN / f"v{version}"
    shutil.copytree(golden / "project", tmp_path, dirs_exist_ok=True)
    shutil.copytree(golden / "vault", tmp_path / ".spanwright")
    with Vault.opened(tmp_path) as vault:
        paths = [vault.path(entry) for entry in vault.entries.values()]
        assert vault.apply([to_original(vault, path) for path in paths]) == {}
    expected = {path.name: path.read_bytes() for path in (golden / "expected").iterdir()}
    assert {path.name: path.read_bytes() for path in paths} == expected
    assert [attributes(tmp_path / "app.py")[1] & 0o777, attributes(tmp_path / "app.py")[2]] == [
        0o755,
        1_700_000_000_123_456_789,
    ]


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_journal_of_every_version_is_finished(tmp_path: Path, version: int) -> None:
    """In the golden vault a command was cut short: `app.py` was replaced, `late.py` was not."""
    golden = GOLDEN / f"v{version}"
    shutil.copytree(golden / "project", tmp_path, dirs_exist_ok=True)
    shutil.copytree(golden / "vault", tmp_path / ".spanwright")
    with Vault.opened(tmp_path) as vault:
        assert vault.recovered is not None
        assert vault.recovered.done == ("app.py",) and vault.recovered.undone == ("late.py",)
    assert not (tmp_path / ".spanwright/journal").exists()


def test_plan_is_written_only_where_there_is_one() -> None:
    entry = Entry("a.py", "0" * 64, "1" * 64, "2" * 16, 2, 0o644, 7)
    assert b"plan" not in _manifest.encode({"a.py": entry})
    assert b'"plan": "{}"' in _manifest.encode({"a.py": replace(entry, plan="{}")})


def test_vault_of_version_1_is_one_of_the_newest_after_a_change(tmp_path: Path) -> None:
    shutil.copytree(GOLDEN / "v1" / "project", tmp_path, dirs_exist_ok=True)
    shutil.copytree(GOLDEN / "v1" / "vault", tmp_path / ".spanwright")
    with Vault.opened(tmp_path) as vault:
        known = dict(vault.entries)
    assert set(known) == {"lib.py", "app.py"} and all(entry.plan == "" for entry in known.values())
    assert (tmp_path / ".spanwright/manifest").read_bytes().startswith(b"spanwright manifest %d " % VERSION)
    assert Vault.seen(tmp_path).entries == known


def test_golden_vault_of_version_2_has_plans(tmp_path: Path) -> None:
    shutil.copytree(GOLDEN / "v2" / "vault", tmp_path / ".spanwright")
    shutil.copytree(GOLDEN / "v2" / "project", tmp_path, dirs_exist_ok=True)
    entries = Vault.seen(tmp_path).entries
    assert {entry.path: (entry.level, entry.plan) for entry in entries.values()} == {
        "lib.py": (2, '{"capture":{"async":false},"functions":[["half",1]],"level":2,"vars":["row","shelf_*"]}'),
        "app.py": (0, '{"functions":[["Desk.*",2]],"level":0}'),
    }


def test_command_that_finishes_while_somebody_reads_loses_no_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who reads without the lock finds the file's entry in the journal or, that gone, in the manifest."""
    path = tmp_path / "a.py"
    path.write_bytes(b"x = 1\n")
    instrument(tmp_path, path)
    manifest, journal = (tmp_path / ".spanwright" / name for name in ("manifest", "journal"))
    finished = manifest.read_bytes()
    entry = Vault.seen(tmp_path).entries["a.py"]
    step = _journal.Step("a.py", digest(b"x = 1\n"), digest(twin_of(b"x = 1\n")), "a.new", entry)
    read_if_there = _disk.read_if_there

    def and_the_command_goes_on(file: Path) -> bytes | None:
        data = read_if_there(file)
        manifest.write_bytes(finished)
        journal.unlink(missing_ok=True)
        return data

    manifest.unlink()
    journal.write_bytes(_journal.encode([step]))
    monkeypatch.setattr(_disk, "read_if_there", and_the_command_goes_on)
    assert Vault.seen(tmp_path).entries == {"a.py": entry}
