"""`uninstrument --restore`: every byte back, and every edit kept."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cli_helpers import ONE, Project, is_twin, make_project
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from instrumenter import rewrite


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Project:
    return make_project(tmp_path, monkeypatch, capsys)


ODD_SOURCES = {
    "bom.py": b"\xef\xbb\xbfdef f():\n    return 1\n",
    "latin.py": b'# -*- coding: latin-1 -*-\ndef f():\n    return "\xe4"\n',
    "crlf.py": b"def f():\r\n    return 1\r\n",
    "mixed.py": b"def f():\r\n    x = 1\n    return x\r\n\n",
    "cr.py": b"def f():\r    return 1\r",
    "feed.py": b"x = 1\n\x0c\ndef f():\n    return 1\n",
    "no_newline.py": b"def f(): return 1",
    "tabs.py": b"class C:\n\tdef f(self):\n\t\treturn 1  \n",
    "script.pyw": b"#!/usr/bin/env python3\ndef f():\n    return 1\n",
    "empty.py": b"",
}


@pytest.mark.parametrize("level", ["1", "2"])
def test_bytes_modes_and_times_come_back(project: Project, level: str) -> None:
    for number, (name, source) in enumerate(ODD_SOURCES.items()):
        project.write(f"src/odd/{name}", source, (0o644, 0o755, 0o600, 0o444)[number % 4])
    before = project.snapshot()
    assert project.instrument("src", "--level", level).code == 0
    assert sum(is_twin(path) for path in (project.root / "src").rglob("*.py*")) == 11
    result = project.uninstrument("--restore")
    assert (result.code, result.out) == (0, "restored 11 files\n")
    assert project.snapshot() == before


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    name=st.from_regex(r"[a-z]{1,8}\.py", fullmatch=True),
    lines=st.lists(
        st.sampled_from(["def f():", "    return 1", "    pass", "x = 1", "", "# é", "async def g(): yield"])
    ),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    level=st.sampled_from(["1", "2"]),
)
def test_any_file_comes_back(project: Project, name: str, lines: list[str], newline: str, level: str) -> None:
    path = project.write(f"any/{name}", newline.join(lines).encode())
    before = project.snapshot()
    assert project.instrument(str(path), "--level", level).code in (0, 3)
    assert project.uninstrument("--restore").code == 0
    assert project.snapshot() == before
    path.unlink()


def test_nothing_is_done_without_saying_restore(project: Project) -> None:
    project.instrument("src")
    before = project.snapshot()
    result = project.uninstrument()
    assert result.code == 2 and result.err.startswith("error: say what to do: uninstrument --restore")
    assert project.snapshot() == before


def test_nothing_to_restore_is_said(project: Project) -> None:
    result = project.uninstrument("--restore")
    assert (result.code, result.out) == (0, f"nothing is instrumented in {project.root}\n")
    assert not (project.root / ".spanwright").exists()


def test_only_the_named_paths_are_restored(project: Project) -> None:
    project.instrument("src")
    assert project.uninstrument("src/one.py", "--restore").out == "restored 1 file\n"
    assert not is_twin(project.root / "src/one.py") and is_twin(project.root / "src/two.py")


def test_dry_run_restores_nothing(project: Project) -> None:
    project.instrument("src")
    before = project.snapshot()
    assert project.uninstrument("--restore", "--dry-run").out == "would have restored 2 files\n"
    assert project.snapshot() == before


def test_json_names_every_file(project: Project) -> None:
    project.instrument("src")
    value = project.uninstrument("--restore", "--json").json
    assert [(row["path"], row["result"], row["level"]) for row in value["results"]] == [
        ("src/one.py", "changed", 0),
        ("src/two.py", "changed", 0),
    ]


def test_path_that_neither_exists_nor_is_known_is_a_usage_error(project: Project) -> None:
    result = project.uninstrument("nowhere.py", "--restore")
    assert (result.code, result.err) == (2, "error: nowhere.py: no such file or folder [no-such-path]\n")


def test_edit_is_kept_and_its_time_too(project: Project) -> None:
    path = project.root / "src/one.py"
    project.instrument("src/one.py")
    path.write_bytes(path.read_bytes().replace(b"2 * x", b"x + x + 0"))
    os.utime(path, ns=(1, 1_600_000_000_000_000_001))
    result = project.uninstrument("--restore")
    assert (result.code, result.err) == (0, "src/one.py: your edit is kept\n")
    assert path.read_bytes() == ONE.replace(b"2 * x", b"x + x + 0")
    assert path.stat().st_mtime_ns == 1_600_000_000_000_000_001


def test_edited_twin_itself_is_kept_too(project: Project) -> None:
    path = project.root / "src/one.py"
    project.instrument("src/one.py")
    edited = path.read_bytes() + b"\nx = 1\n"
    path.write_bytes(edited)
    project.uninstrument("--restore")
    kept = [backup.read_bytes() for backup in (project.root / ".spanwright/backups").rglob("*") if backup.is_file()]
    assert edited in kept and ONE in kept


def test_edit_that_was_taken_back_gives_the_recorded_time_back(project: Project) -> None:
    path = project.root / "src/one.py"
    before = project.snapshot()
    project.instrument("src/one.py", "--level", "1")
    twin = rewrite.instrument(ONE, 2, "one.py")
    assert twin is not None
    path.write_bytes(twin.source)
    project.uninstrument("--restore")
    assert project.snapshot() == before


def test_edit_that_cannot_be_told_from_probes_leaves_the_file(project: Project) -> None:
    path = project.root / "src/one.py"
    project.instrument("src/one.py")
    lines = path.read_bytes().splitlines(keepends=True)
    broken = b"".join(line for line in lines if b"except: _sw_" not in line)
    path.write_bytes(broken)
    result = project.uninstrument("--restore")
    assert result.code == 3 and "[cannot-strip]" in result.err
    assert path.read_bytes() == broken
    backup = next(word for word in result.err.split() if "/.spanwright/backups/" in word)
    assert Path(backup).read_bytes() == ONE


def test_original_that_the_user_put_back_is_forgotten(project: Project) -> None:
    path = project.root / "src/one.py"
    project.instrument("src/one.py")
    path.write_bytes(b"x = 2\n")
    assert "plain source again" in project.instrument("--status").out
    result = project.uninstrument("--restore")
    assert (result.code, result.out) == (0, "restored 0 files; 1 plain source again\n")
    assert path.read_bytes() == b"x = 2\n"
    assert "nothing is instrumented" in project.uninstrument("--restore").out


def test_deleted_file_is_named_with_the_place_of_its_original(project: Project) -> None:
    path = project.root / "src/one.py"
    project.instrument("src/one.py")
    path.unlink()
    result = project.uninstrument("--restore")
    assert result.code == 0 and "src/one.py: skipped: no longer there" in result.err
    backup = next(word for word in result.err.split() if "/.spanwright/backups/" in word)
    assert Path(backup).read_bytes() == ONE and not path.exists()


def test_lost_backup_is_made_good_from_the_twin(project: Project) -> None:
    before = project.snapshot()
    project.instrument("src")
    for backup in (project.root / ".spanwright/backups").rglob("*"):
        if backup.is_file():
            backup.unlink()
    assert project.uninstrument("--restore").code == 0
    assert project.snapshot() == before


def test_lost_manifest_is_survived(project: Project) -> None:
    sources = {path: data for path, (data, _, _) in project.snapshot().items()}
    project.instrument("src")
    (project.root / ".spanwright/manifest").unlink()
    assert project.uninstrument("src", "--restore").code == 0
    assert {path: data for path, (data, _, _) in project.snapshot().items()} == sources


def test_damaged_manifest_stops_everything(project: Project) -> None:
    project.instrument("src")
    manifest = project.root / ".spanwright/manifest"
    manifest.write_bytes(manifest.read_bytes()[:-9])
    before = project.snapshot()
    for result in (project.uninstrument("--restore"), project.instrument("src"), project.instrument("--status")):
        assert result.code == 4 and f"error: {manifest}: the manifest is damaged" in result.err
    assert project.snapshot() == before


def test_link_leads_to_the_file_that_was_instrumented_through_it(project: Project) -> None:
    link = project.root / "src/link.py"
    link.symlink_to("one.py")
    project.instrument(str(link))
    assert link.is_symlink() and is_twin(project.root / "src/one.py")
    link.unlink()
    link.symlink_to("two.py")
    assert project.uninstrument(str(link), "--restore").code == 0
    assert (project.root / "src/one.py").read_bytes() == ONE


def test_folder_is_restored_with_what_default_excludes_hide(project: Project) -> None:
    project.write("src/tests/test_a.py", ONE)
    before = project.snapshot()
    project.instrument("src", "src/tests")
    assert is_twin(project.root / "src/tests/test_a.py")
    project.uninstrument("src", "--restore")
    assert project.snapshot() == before


@pytest.mark.parametrize("words", [("--restore",), ("src", "--restore")])
def test_moved_twin_is_found_again(project: Project, words: tuple[str, ...]) -> None:
    before = project.snapshot()
    project.instrument("src")
    (project.root / "src/one.py").rename(project.root / "src/moved.py")
    assert "src/moved.py" in project.instrument("src", "--status").out
    assert project.uninstrument(*words).out == "restored 2 files\n"
    assert project.snapshot()["src/moved.py"] == before["src/one.py"]
    assert "nothing is instrumented" in project.instrument("--status").out


def test_moved_and_unedited_twin_is_up_to_date(project: Project) -> None:
    project.instrument("src/one.py")
    (project.root / "src/one.py").rename(project.root / "src/moved.py")
    assert "1 up to date" in project.instrument("src/moved.py").out


def test_copied_twin_needs_no_force(project: Project) -> None:
    project.instrument("src/one.py")
    copy = project.write("src/copy.py", (project.root / "src/one.py").read_bytes())
    assert project.uninstrument("src", "--restore").out == "restored 2 files\n"
    assert copy.read_bytes() == ONE
