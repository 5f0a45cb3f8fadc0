"""`instrument --status` and `instrument --check`."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_helpers import DATA, ONE, Project, make_project

from instrumenter import rewrite


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Project:
    return make_project(tmp_path, monkeypatch, capsys)


def test_status_is_a_table(project: Project) -> None:
    project.instrument("src", "--level", "1")
    assert project.instrument("--status").out.splitlines() == [
        "file        level  state",
        "src/one.py      1  instrumented",
        "src/two.py      1  instrumented",
    ]


def test_status_tells_edited_plain_missing_and_foreign_apart(project: Project) -> None:
    for name in ("edited", "plain", "missing"):
        project.write(f"{name}.py", ONE)
    project.instrument("edited.py", "plain.py", "missing.py")
    twin = (project.root / "edited.py").read_bytes()
    (project.root / "edited.py").write_bytes(twin + b"x = 1\n")
    (project.root / "plain.py").write_bytes(ONE)
    (project.root / "missing.py").unlink()
    project.write("foreign.py", twin)
    rows = project.instrument(".", "--status").out.splitlines()[1:]
    assert {row.split()[0]: row.split(None, 2)[2] for row in rows} == {
        "edited.py": "instrumented, edited since",
        "plain.py": "plain source again",
        "missing.py": "missing",
        "foreign.py": "instrumented elsewhere: not known to the vault",
    }


def test_status_as_json_names_the_original(project: Project) -> None:
    project.instrument("src/one.py")
    (row,) = project.instrument("--status", "--json").json["files"]
    assert (row["path"], row["level"], row["state"]) == ("src/one.py", 2, "twin")
    with open(row["original"], "rb") as file:  # noqa: PTH123
        assert file.read() == ONE


def test_status_of_a_path_shows_only_what_is_below(project: Project) -> None:
    project.instrument("src")
    assert project.instrument("src/two.py", "--status").out.count(".py") == 1


def test_status_where_nothing_is_instrumented(project: Project) -> None:
    result = project.instrument("--status")
    assert (result.code, result.out) == (0, f"nothing is instrumented in {project.root}\n")


def test_check_finds_a_twin_without_a_vault(project: Project) -> None:
    twin = rewrite.instrument(ONE, 2, "one.py")
    assert twin is not None
    project.write("src/one.py", twin.source)
    result = project.instrument("--check", ".")
    assert (result.code, result.out) == (1, "src/one.py: instrumented\n")


def test_check_is_silent_about_originals(project: Project) -> None:
    result = project.instrument("--check", "src")
    assert (result.code, result.out, result.err) == (0, "", "")


def test_check_looks_where_instrument_does_not(project: Project) -> None:
    project.write("tests/test_a.py", ONE)
    project.write("vendor/a.py", ONE)
    project.instrument("tests", "vendor")
    assert project.instrument("--check").out == "tests/test_a.py: instrumented\nvendor/a.py: instrumented\n"


def test_check_takes_files_by_name_as_pre_commit_gives_them(project: Project) -> None:
    project.instrument("src/one.py")
    assert project.instrument("--check", "src/one.py", "src/data.py").code == 1
    assert project.instrument("--check", "src/data.py", "src/two.py").code == 0


def test_check_as_json(project: Project) -> None:
    project.instrument("src/one.py")
    value = project.instrument("--check", "--json").json
    assert value == {"command": "instrument --check", "exitCode": 1, "instrumented": ["src/one.py"]}


def test_check_does_not_mind_a_file_that_cannot_be_parsed(project: Project) -> None:
    project.write("src/bad.py", b"def f(:\n\xff" + DATA)
    assert project.instrument("--check").code == 0
