"""Which files are taken, and whose vault they go to."""

from __future__ import annotations

import os
from pathlib import Path, PurePath

import pytest
from cli_helpers import ONE, Project, is_twin, make_project

from instrumenter.engine.globs import Globs
from instrumenter.settings import find_root


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Project:
    return make_project(tmp_path, monkeypatch, capsys)


def twins(project: Project) -> set[str]:
    return {name for name in project.snapshot() if is_twin(project.root / name)}


@pytest.mark.parametrize(
    "name",
    [
        *("tests/a.py", "test/a.py", "test_a.py", "a_test.py", "conftest.py"),
        *(".venv/lib/a.py", "site-packages/a.py", ".git/a.py", ".tox/a.py", ".nox/a.py", "node_modules/a.py"),
        *("build/a.py", "dist/a.py", "x.egg-info/a.py", "_vendor/a.py", "vendor/a.py", "third_party/a.py"),
        *("__pycache__/a.py", ".hypothesis/a.py", "a.pyi", "a.txt"),
    ],
)
def test_left_out_by_default(project: Project, name: str) -> None:
    project.write(f"src/deep/{name}", ONE)
    project.instrument("src")
    assert twins(project) == {"src/one.py", "src/two.py"}


@pytest.mark.parametrize("marker", ["pyvenv.cfg", "conda-meta/history"])
def test_environment_is_left_out_whatever_its_name(project: Project, marker: str) -> None:
    project.write(f"src/mine/{marker}", b"")
    project.write("src/mine/a.py", ONE)
    project.instrument("src")
    assert "src/mine/a.py" not in twins(project)


@pytest.mark.parametrize("name", ["build", "dist", "venv", "env"])
def test_package_with_an_ominous_name_is_taken(project: Project, name: str) -> None:
    project.write(f"src/{name}/__init__.py", b"")
    project.write(f"src/{name}/a.py", ONE)
    project.instrument("src")
    assert f"src/{name}/a.py" in twins(project)


def test_what_was_left_out_is_said(project: Project) -> None:
    project.write("src/tests/test_a.py", ONE)
    project.write("src/vendor/a.py", ONE)
    assert "left out: tests, vendored code (name a file or folder to include it)\n" in project.instrument("src").err


@pytest.mark.parametrize("named", ["src/tests", "src/tests/unit", "src/tests/unit/test_a.py"])
def test_named_folder_is_taken(project: Project, named: str) -> None:
    project.write("src/tests/unit/test_a.py", ONE)
    project.instrument(named)
    assert twins(project) == {"src/tests/unit/test_a.py"}


def test_named_environment_lifts_nothing_else(project: Project) -> None:
    project.write(".venv/pyvenv.cfg", b"")
    project.write(".venv/site-packages/lib/a.py", ONE)
    project.write(".venv/site-packages/lib/tests/test_a.py", ONE)
    project.instrument(".venv/site-packages/lib")
    assert twins(project) == {".venv/site-packages/lib/a.py"}


@pytest.mark.parametrize("suffix", ["", ".txt", ".cgi"])
def test_named_file_is_taken_whatever_its_suffix(project: Project, suffix: str) -> None:
    project.write(f"bin/tool{suffix}", ONE)
    project.instrument(f"bin/tool{suffix}")
    assert twins(project) == {f"bin/tool{suffix}"}


def test_named_stub_is_skipped(project: Project) -> None:
    project.write("src/one.pyi", b"def f(): ...\n")
    result = project.instrument("src/one.pyi")
    assert result.code == 0 and "src/one.pyi: skipped: a stub is never run [stub-file]" in result.err


def test_exclude_takes_out(project: Project) -> None:
    project.write("src/gen/a.py", ONE)
    project.instrument("src", "--exclude", "gen/", "--exclude", "t*.py")
    assert twins(project) == {"src/one.py"}


def test_include_takes_nothing_else(project: Project) -> None:
    project.write("src/gen/a.py", ONE)
    project.instrument("src", "--include", "src/gen")
    assert twins(project) == {"src/gen/a.py"}


def test_include_that_names_tests_takes_them(project: Project) -> None:
    project.write("src/tests/test_a.py", ONE)
    project.instrument("src", "--include", "tests/test_*.py")
    assert twins(project) == {"src/tests/test_a.py"}


def test_include_of_every_file_does_not_take_what_is_left_out(project: Project) -> None:
    project.write("src/tests/test_a.py", ONE)
    project.instrument("src", "--include", "*.py")
    assert twins(project) == {"src/one.py", "src/two.py"}


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        ("a.py", "src/a.py", True),
        ("a.py", "src/ba.py", False),
        ("*.py", "src/deep/a.py", True),
        ("src/*.py", "src/deep/a.py", False),
        ("src/**/*.py", "src/deep/er/a.py", True),
        ("src/**/*.py", "src/a.py", True),
        ("src/**", "src/deep/a.py", True),
        ("deep", "src/deep/a.py", True),
        ("./deep/", "src/deep/a.py", True),
        ("dee", "src/deep/a.py", False),
        ("[ab].py", "a.py", True),
        ("[!ab].py", "a.py", False),
        ("?.py", "ab.py", False),
        ("a[.py", "a[.py", True),
        ("a+b.py", "a+b.py", True),
    ],
)
def test_glob_matches_the_end_of_a_path(glob: str, path: str, matches: bool) -> None:
    assert Globs([glob]).match(PurePath(path)) is matches


def test_link_to_a_file_outside_is_skipped_and_named(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "a.py"
    outside.write_bytes(ONE)
    (project.root / "src/link.py").symlink_to(outside)
    result = project.instrument("src")
    assert f"src/link.py: skipped: links to {outside}, outside the project" in result.err
    assert outside.read_bytes() == ONE


def test_named_link_goes_to_the_vault_of_the_file_it_leads_to(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "setup.cfg").touch()
    (outside / "a.py").write_bytes(ONE)
    (project.root / "link.py").symlink_to(outside / "a.py")
    project.instrument("link.py")
    assert is_twin(outside / "a.py") and (outside / ".spanwright/manifest").exists()
    assert not (project.root / ".spanwright").exists()
    project.uninstrument("link.py", "--restore")
    assert (outside / "a.py").read_bytes() == ONE


def test_link_met_in_a_folder_is_its_file_once(project: Project) -> None:
    (project.root / "src/link.py").symlink_to("one.py")
    (project.root / "src/loop").symlink_to(".")
    (project.root / "src/broken.py").symlink_to("gone.py")
    assert project.instrument("src").out.startswith("instrumented 2 files")
    assert (project.root / "src/link.py").is_symlink()


def test_named_pipe_does_not_hang(project: Project) -> None:
    os.mkfifo(project.root / "src/pipe.py")
    result = project.instrument("src")
    assert result.code == 0 and "src/pipe.py: skipped: not a regular file" in result.err


def test_file_of_a_vault_is_skipped(project: Project) -> None:
    project.instrument("src")
    backup = next(path for path in (project.root / ".spanwright/backups").rglob("*") if path.is_file())
    before = backup.read_bytes()
    assert "[in-vault]" in project.instrument(str(backup), "--force").err
    assert backup.read_bytes() == before


def test_recorder_is_never_instrumented(project: Project) -> None:
    project.write("site-packages/spanwright/_pycore.py", ONE)
    project.instrument("site-packages")
    project.instrument("site-packages/spanwright")
    assert "[is-recorder]" in project.instrument("site-packages/spanwright/_pycore.py").err
    assert twins(project) == set()


def test_unreadable_folder_is_named(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    locked = project.root / "src/locked"
    locked.mkdir()
    scandir = os.scandir

    def refusing(path: Path) -> object:
        if path == locked:
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    result = project.instrument("src")
    assert result.code == 3 and "src/locked: cannot be read: Permission denied [unreadable]" in result.err
    assert is_twin(project.root / "src/one.py")


def test_nested_vault_keeps_its_files(project: Project) -> None:
    project.write("part/a.py", ONE)
    (project.root / "part/.spanwright").mkdir()
    project.instrument("part/a.py")
    project.instrument(".")
    assert (project.root / "part/.spanwright/manifest").exists()
    assert project.instrument("--status").out.count(".py") == 2
    project.uninstrument(".", "--restore")
    assert twins(project) == set()


@pytest.mark.parametrize("marker", ["pyproject.toml", "setup.cfg", ".git/HEAD"])
def test_root_is_the_nearest_folder_with_a_marker(tmp_path: Path, marker: str) -> None:
    (tmp_path / marker).parent.mkdir(exist_ok=True)
    (tmp_path / marker).touch()
    (tmp_path / "a/b").mkdir(parents=True)
    assert find_root(tmp_path / "a/b") == tmp_path


def test_root_with_a_vault_comes_before_a_nearer_marker(tmp_path: Path) -> None:
    (tmp_path / ".spanwright").mkdir()
    (tmp_path / "a").mkdir()
    (tmp_path / "a/setup.cfg").touch()
    assert find_root(tmp_path / "a/x.py") == tmp_path
