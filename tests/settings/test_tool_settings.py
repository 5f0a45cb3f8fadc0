"""What the settings do to `instrument`; which files and functions get probes, and of which level."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from instrumenter.cli.instrument import main as instrument

SOURCE = "def one(): return 1\n\n\ndef two(): return 2\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pyproject.toml").write_text("")
    for name in ("src/a.py", "src/gen/b.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(SOURCE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    with pytest.raises(SystemExit) as ended:
        instrument.main([*words, "--json"])
    assert ended.value.code == 0
    value = json.loads(capsys.readouterr().out)
    assert isinstance(value, dict)
    return value


def functions(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, int]]:
    """The level of each function of each file that is instrumented."""
    files = run(capsys, "--functions")["files"]
    return {file["path"]: {row["name"]: row["level"] for row in file["functions"]} for file in files}


BOTH = {"one": 2, "two": 2}


def test_default_level_is_that_of_files_of_which_nothing_is_said(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "tracing.env").write_text("TRACING_DEFAULT_LEVEL=3")
    (project / "tracing.yaml").write_text("files:\n  gen/: 1\n")
    run(capsys, "src")
    assert functions(capsys) == {"src/a.py": {"one": 3, "two": 3}, "src/gen/b.py": {"one": 1, "two": 1}}


@pytest.mark.parametrize(
    ("environment", "yaml", "file", "level"),
    [
        ({}, "", "", 2),
        ({}, "", "TRACING_DEFAULT_LEVEL=4", 4),
        ({}, "", "TRACING_DEFAULT_LEVEL=4\nTRACING_LEVEL_PYTHON=1", 1),
        ({}, "defaults: {level: 3}", "TRACING_DEFAULT_LEVEL=4\nTRACING_LEVEL_PYTHON=1", 3),
        ({"TRACING_DEFAULT_LEVEL": "5"}, "defaults: {level: 3}", "TRACING_LEVEL_PYTHON=1", 5),
        ({"TRACING_DEFAULT_LEVEL": "5", "TRACING_LEVEL_PYTHON": "4"}, "defaults: {level: 3}", "", 4),
    ],
)  # fmt: skip
def test_level_is_taken_from_the_place_that_counts_most(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str], yaml: str, file: str, level: int,
) -> None:  # fmt: skip
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    (project / "tracing.yaml").write_text(yaml)
    (project / "tracing.env").write_text(file)
    run(capsys, "src/a.py")
    assert functions(capsys) == {"src/a.py": {"one": level, "two": level}}
    run(capsys, "src/a.py", "--level", "1", "--force")
    assert functions(capsys) == {"src/a.py": {"one": 1, "two": 1}}


def test_auto_instrument_off_takes_no_new_files_from_a_folder(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "tracing.env").write_text("TRACING_AUTO_INSTRUMENT=off")
    assert run(capsys, "src")["results"] == []
    run(capsys, "src/a.py")
    run(capsys, "src", "--level", "3")
    assert functions(capsys) == {"src/a.py": {"one": 3, "two": 3}}


def test_languages_without_python_leave_a_folder_alone(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "tracing.env").write_text("TRACING_LANGUAGES=typescript")
    assert run(capsys, "src")["results"] == []
    run(capsys, "src/a.py")
    assert functions(capsys) == {"src/a.py": BOTH}


def test_exclude_files_are_left_out_unless_named(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "tracing.env").write_text("TRACING_EXCLUDE_FILES='gen/, other*.py'")
    run(capsys, "src")
    assert functions(capsys) == {"src/a.py": BOTH}
    run(capsys, "src/gen/b.py")
    assert functions(capsys) == {"src/a.py": BOTH, "src/gen/b.py": BOTH}


def test_exclude_functions_get_no_probes_unless_named(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "tracing.env").write_text("TRACING_EXCLUDE_FUNCTIONS=t*,nothing")
    run(capsys, "src/a.py", "--level", "3")
    assert functions(capsys) == {"src/a.py": {"one": 3, "two": 0}}
    run(capsys, "src/a.py::two", "--level", "1")
    assert functions(capsys) == {"src/a.py": {"one": 3, "two": 1}}


def test_auto_wrap_functions_off_leaves_probes_to_those_that_are_named(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "tracing.env").write_text("TRACING_AUTO_WRAP_FUNCTIONS=off")
    (project / "tracing.yaml").write_text("files:\n  a.py: {functions: {two: 4}}\n")
    run(capsys, "src")
    assert functions(capsys) == {"src/a.py": {"one": 0, "two": 4}}
    run(capsys, "src", "--level", "1")
    assert functions(capsys) == {"src/a.py": {"one": 0, "two": 1}}


def test_a_wrong_setting_changes_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "tracing.env").write_text("TRACING_DEFAULT_LEVEL=6")
    with pytest.raises(SystemExit) as ended:
        instrument.main(["src"])
    assert ended.value.code == 2
    assert "tracing.env:1: TRACING_DEFAULT_LEVEL=6: is not allowed; allowed: a number from 0 to 5 [bad-setting]" in (
        capsys.readouterr().err
    )
    assert (project / "src/a.py").read_text() == SOURCE
