"""Levels of single functions: `instrument app.py::f`, `uninstrument app.py::f --restore`, and what `--status` says."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from cli_helpers import ONE, Project, is_twin, make_project
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from instrumenter import rewrite
from instrumenter.engine.functions import functions_of
from instrumenter.rewrite.dial import Dial

APP = b'''"""App."""


class User:
    def get(self, key):
        return key

    def set(self, key):
        return key


def main():
    def inner(x):
        return x
    return inner(1)


def stub():
    pass
'''


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Project:
    project = make_project(tmp_path, monkeypatch, capsys)
    project.write("src/app.py", APP)
    return project


def probed(path: Path) -> set[str]:
    """The functions of a file that have probes."""
    functions = functions_of(path.read_bytes())
    assert functions is not None
    return {name for name, has_probes in functions.items() if has_probes}


def levels(project: Project, name: str = "src/app.py") -> dict[str, int]:
    (row,) = project.instrument(name, "--status", "--functions", "--json").json["files"]
    return {function["name"]: function["level"] for function in row["functions"]}


def test_named_function_gets_probes_and_the_others_get_none(project: Project) -> None:
    result = project.instrument("src/app.py::User.get", "--level", "5")
    assert (result.code, result.out) == (0, "instrumented 1 file (1 function) at level 5\n")
    assert probed(project.root / "src/app.py") == {"User.get"}


def test_named_function_of_a_twin_leaves_the_others_at_their_level(project: Project) -> None:
    project.instrument("src/app.py", "--level", "2")
    result = project.instrument("src/app.py::User.get", "--level", "5")
    assert result.out == "instrumented 1 file (4 functions: 3 at level 2, 1 at level 5)\n"
    assert levels(project) == {"User.get": 5, "User.set": 2, "main": 2, "main.<locals>.inner": 2}


def test_second_named_function_leaves_the_first_as_it_is(project: Project) -> None:
    project.instrument("src/app.py", "--level", "1")
    project.instrument("src/app.py::User.get", "--level", "5")
    project.instrument("src/app.py::main", "--level", "3")
    assert levels(project) == {"User.get": 5, "User.set": 1, "main": 3, "main.<locals>.inner": 1}


def test_twin_is_that_of_its_dial(project: Project) -> None:
    project.instrument("src/app.py", "--level", "1")
    project.instrument("src/app.py::User.get", "--level", "2")
    twin = rewrite.instrument(APP, Dial(1, (("User.get", 2),)), "app.py")
    assert twin is not None and (project.root / "src/app.py").read_bytes() == twin.source


def test_several_functions_may_be_named(project: Project) -> None:
    project.instrument("src/app.py::main", "src/app.py::User.set", "src/one.py::double", "--level", "3")
    assert probed(project.root / "src/app.py") == {"main", "User.set"}
    assert probed(project.root / "src/one.py") == {"double"}


@pytest.mark.parametrize(
    ("pattern", "functions"),
    [
        ("User.*", {"User.get", "User.set"}),
        ("User::set", {"User.set"}),
        ("*et", {"User.get", "User.set"}),
        ("main.<locals>.inner", {"main.<locals>.inner"}),
        ("m??n", {"main"}),
        ("*", {"User.get", "User.set", "main", "main.<locals>.inner"}),
    ],
)
def test_wildcards_mean_every_function_that_matches(project: Project, pattern: str, functions: set[str]) -> None:
    project.instrument(f"src/app.py::{pattern}", "--level", "4")
    assert probed(project.root / "src/app.py") == functions


def test_folder_means_the_functions_of_every_file_below(project: Project) -> None:
    project.write("src/deep/more.py", b"def double(x):\n    return x\n")
    result = project.instrument("src::double", "--level", "5")
    assert (result.code, result.out) == (0, "instrumented 2 files (2 functions) at level 5\n")
    assert probed(project.root / "src/deep/more.py") == probed(project.root / "src/one.py") == {"double"}
    assert not is_twin(project.root / "src/app.py")


def test_file_that_is_also_named_as_a_whole_is_done_as_a_whole(project: Project) -> None:
    project.instrument("src/app.py::main", "src/app.py", "--level", "3")
    assert set(levels(project).values()) == {3} and len(levels(project)) == 4


def test_path_that_has_colons_in_its_name_is_a_path(project: Project) -> None:
    path = project.write("src/odd::name.py", ONE)
    assert project.instrument("src/odd::name.py").code == 0 and is_twin(path)


@pytest.mark.parametrize(
    ("pattern", "hint"),
    [
        ("User.gte", "is one of these meant: User.get, User.set?"),
        ("get", "is one of these meant: User.get?"),
        ("inner", "is one of these meant: main.<locals>.inner?"),
        ("zzzzzz", "there are: User.get, User.set, main, main.<locals>.inner, stub"),
    ],
)
def test_function_that_no_file_has_is_an_error_with_near_matches(project: Project, pattern: str, hint: str) -> None:
    before = project.snapshot()
    result = project.instrument(f"src/app.py::{pattern}", "--level", "5")
    assert result.code == 3
    assert result.err == f"src/app.py: no function {pattern!r}; {hint} [no-such-function]\n"
    assert result.out == "instrumented 0 files (0 functions) at level 5; 1 failed\n"
    assert project.snapshot() == before and not (project.root / ".spanwright").exists()


def test_target_whose_function_is_there_is_done_beside_one_whose_is_not(project: Project) -> None:
    result = project.instrument("src/app.py::main", "src/app.py::nothing", "--level", "2")
    assert result.code == 3 and "no function 'nothing'" in result.err
    assert probed(project.root / "src/app.py") == {"main"}


def test_function_that_no_file_of_a_folder_has_names_the_folder(project: Project) -> None:
    result = project.instrument("src::dbl", "src/data.py::f", "--level", "2")
    assert "src: no function 'dbl'; is one of these meant: double?" in result.err
    assert "src/data.py: no function 'f'; there are none at all" in result.err


def test_function_of_a_file_that_does_not_parse_is_the_parsers_error(project: Project) -> None:
    project.write("src/bad.py", b"def f(:\n")
    result = project.instrument("src/bad.py::f", "--level", "2")
    assert result.code == 3 and "src/bad.py:1:7: does not parse" in result.err


def test_function_without_anything_to_record_is_no_error(project: Project) -> None:
    result = project.instrument("src/app.py::stub", "--level", "5")
    assert (result.code, result.out) == (
        0,
        "instrumented 0 files (0 functions) at level 5; 1 had nothing to instrument\n",
    )


def test_same_functions_again_are_up_to_date(project: Project) -> None:
    project.instrument("src/app.py::User.get", "--level", "5")
    before = project.snapshot()
    assert "1 up to date" in project.instrument("src/app.py::User.get", "--level", "5").out
    assert "1 up to date" in project.instrument("src/app.py::User.g*", "--level", "5").out
    assert project.snapshot() == before


def test_pattern_that_a_later_one_covers_is_kept_no_longer(project: Project) -> None:
    project.instrument("src/app.py", "--level", "1")
    for pattern in ("User.get", "main", "User.*"):
        project.instrument(f"src/app.py::{pattern}", "--level", "2")
    text = (project.root / ".spanwright/manifest").read_text("ascii")
    plan = json.loads(json.loads(text.splitlines()[1])["plan"])
    assert plan == {"level": 1, "functions": [["main", 2], ["User.*", 2]]}


def test_function_at_the_files_own_level_leaves_no_plan(project: Project) -> None:
    project.instrument("src/app.py", "--level", "2")
    uniform = project.snapshot()["src/app.py"][0]
    project.instrument("src/app.py::main", "--level", "5")
    project.instrument("src/app.py::main", "--level", "2")
    assert project.snapshot()["src/app.py"][0] == uniform
    assert "plan" not in (project.root / ".spanwright/manifest").read_text("ascii")


def test_whole_file_again_resets_its_functions(project: Project) -> None:
    project.instrument("src/app.py::main", "--level", "5")
    result = project.instrument("src/app.py", "--level", "3")
    assert result.out == "instrumented 1 file (4 functions) at level 3\n"
    assert set(levels(project).values()) == {3}


def test_function_without_a_level_gets_the_default(project: Project) -> None:
    project.instrument("src/app.py", "--level", "1")
    project.instrument("src/app.py::main")
    assert levels(project) == {"User.get": 1, "User.set": 1, "main": 2, "main.<locals>.inner": 1}


def test_restored_function_loses_its_probes_and_the_others_keep_theirs(project: Project) -> None:
    project.instrument("src/app.py", "--level", "2")
    result = project.uninstrument("src/app.py::main", "--restore")
    said = "restored 0 files; taken probes out of 1 file in which other functions keep theirs\n"
    assert (result.code, result.out) == (0, said)
    assert probed(project.root / "src/app.py") == {"User.get", "User.set", "main.<locals>.inner"}


def test_level_zero_of_a_function_is_the_same_as_restoring_it(project: Project) -> None:
    project.instrument("src/app.py", "--level", "2")
    project.instrument("src/app.py::User.*", "--level", "0")
    assert probed(project.root / "src/app.py") == {"main", "main.<locals>.inner"}


def test_original_comes_back_with_the_last_probe(project: Project) -> None:
    before = project.snapshot()
    project.instrument("src/app.py::User.get", "src/app.py::main", "--level", "5")
    project.uninstrument("src/app.py::User.get", "--restore")
    assert is_twin(project.root / "src/app.py")
    assert project.uninstrument("src/app.py::main", "--restore").out == "restored 1 file\n"
    assert project.snapshot() == before
    assert "nothing is instrumented" in project.instrument("--status").out


def test_original_comes_back_where_every_function_is_restored(project: Project) -> None:
    before = project.snapshot()
    project.instrument("src/app.py", "--level", "2")
    project.uninstrument("src/app.py::User.*", "src/app.py::main*", "--restore")
    assert project.snapshot() == before
    assert "nothing is instrumented" in project.instrument("--status").out


def test_restored_file_is_whole_whatever_its_functions_had(project: Project) -> None:
    before = project.snapshot()
    project.instrument("src", "--level", "1")
    project.instrument("src/app.py::main", "--level", "5")
    assert project.uninstrument("src/app.py", "--restore").out == "restored 1 file\n"
    project.uninstrument("--restore")
    assert project.snapshot() == before


def test_restore_of_a_function_that_is_not_there_changes_nothing(project: Project) -> None:
    project.instrument("src/app.py")
    before = project.snapshot()
    result = project.uninstrument("src/app.py::mian", "--restore")
    assert result.code == 3 and "no function 'mian'; is one of these meant: main?" in result.err
    assert project.snapshot() == before


def test_restore_of_a_folders_functions_leaves_other_files_alone(project: Project) -> None:
    project.instrument("src", "--level", "2")
    assert project.uninstrument("src::double", "--restore").out == "restored 1 file\n"
    assert not is_twin(project.root / "src/one.py") and is_twin(project.root / "src/app.py")


def test_edit_of_a_twin_is_kept_with_its_functions_levels(project: Project) -> None:
    project.instrument("src/app.py::User.*", "--level", "2")
    path = project.root / "src/app.py"
    path.write_bytes(path.read_bytes() + b"\n\ndef more():\n    return 1\n")
    project.instrument("src/app.py::more", "--level", "1")
    assert {name: level for name, level in levels(project).items() if level} == {
        "User.get": 2,
        "User.set": 2,
        "more": 1,
    }
    project.uninstrument("--restore")
    assert path.read_bytes() == APP + b"\n\ndef more():\n    return 1\n"


def test_function_of_a_plain_file_that_was_a_twin_starts_from_level_zero(project: Project) -> None:
    project.instrument("src/app.py", "--level", "2")
    (project.root / "src/app.py").write_bytes(APP)
    project.instrument("src/app.py::main", "--level", "2")
    assert probed(project.root / "src/app.py") == {"main"}


def test_status_shows_functions_whose_level_is_another(project: Project) -> None:
    project.instrument("src", "--level", "2")
    project.instrument("src/app.py::User.*", "--level", "5")
    project.instrument("src/app.py::main", "--level", "0")
    assert project.instrument("--status").out.splitlines() == [
        "file          level  state",
        "src/app.py        2  instrumented",
        "  ::User.get      5",
        "  ::User.set      5",
        "  ::main          0",
        "src/one.py        2  instrumented",
        "src/two.py        2  instrumented",
    ]


def test_status_of_a_file_with_some_functions_has_level_zero(project: Project) -> None:
    project.instrument("src/app.py::main", "--level", "5")
    assert project.instrument("--status").out.splitlines()[1:] == [
        "src/app.py      0  instrumented",
        "  ::main        5",
    ]


def test_status_with_functions_shows_every_one(project: Project) -> None:
    project.instrument("src/one.py", "--level", "1")
    assert project.instrument("--functions").out == project.instrument("--status", "--functions").out
    assert project.instrument("--status", "--functions").out.splitlines()[1:] == [
        "src/one.py      1  instrumented",
        "  ::double      1",
    ]


def test_status_of_functions_shows_these(project: Project) -> None:
    project.instrument("src/app.py", "--level", "1")
    out = project.instrument("src/app.py::User.*", "--status").out
    assert "::User.get" in out and "::User.set" in out and "main" not in out


def test_status_of_a_function_that_is_not_there_says_so(project: Project) -> None:
    project.instrument("src/app.py", "--level", "1")
    result = project.instrument("src/app.py::gte", "--status")
    assert result.code == 3 and "no function 'gte'" in result.err


def test_status_as_json_has_functions_only_where_they_differ(project: Project) -> None:
    project.instrument("src", "--level", "2")
    project.instrument("src/app.py::main", "--level", "5")
    rows = {row["path"]: row for row in project.instrument("--status", "--json").json["files"]}
    assert "functions" not in rows["src/one.py"] and rows["src/app.py"]["level"] == 2
    assert {"name": "main", "level": 5} in rows["src/app.py"]["functions"]


def test_dry_run_says_and_writes_nothing(project: Project) -> None:
    before = project.snapshot()
    result = project.instrument("src/app.py::User.*", "--level", "5", "--dry-run")
    assert result.out == "would have instrumented 1 file (2 functions) at level 5\n"
    assert project.snapshot() == before
    project.instrument("src/app.py", "--level", "2")
    before = project.snapshot()
    out = project.uninstrument("src/app.py::main", "--restore", "--dry-run").out
    assert "would have taken probes out of 1 file" in out and project.snapshot() == before


def test_diff_shows_the_functions_probes_only(project: Project) -> None:
    out = project.instrument("src/app.py::User.get", "--level", "2", "--diff").out
    assert out.count("_sw_enter") == 2 and "@@" in out  # the header's and the function's
    assert not is_twin(project.root / "src/app.py")


def test_json_counts_functions_by_level(project: Project) -> None:
    project.instrument("src/app.py", "--level", "2")
    value = project.instrument("src/app.py::main", "--level", "5", "--json").json
    assert value["level"] == 5
    assert value["results"] == [
        {"path": "src/app.py", "result": "changed", "level": 2, "functions": 4, "levels": {"2": 3, "5": 1}}
    ]


def test_check_tells_whether_the_function_has_probes(project: Project) -> None:
    project.instrument("src/app.py::User.get", "--level", "2")
    result = project.instrument("--check", "src/app.py::User.*")
    assert (result.code, result.out) == (1, "src/app.py::User.get: instrumented\n")
    assert project.instrument("--check", "src/app.py::main").code == 0
    assert project.instrument("--check", "src/app.py").out == "src/app.py: instrumented\n"


def test_forced_function_of_an_unknown_twin_leaves_those_without_probes_alone(project: Project) -> None:
    twin = rewrite.instrument(APP, Dial(1, (("User.set", 0),)), "app.py")
    assert twin is not None
    project.write("src/app.py", twin.source)
    assert project.instrument("src/app.py::main", "--level", "2").code == 3
    assert project.instrument("src/app.py::main", "--level", "2", "--force").code == 0
    with_probes = {name: level for name, level in levels(project).items() if level}
    assert with_probes == {"User.get": 1, "main": 2, "main.<locals>.inner": 1}


def test_functions_are_done_by_several_processes_as_by_one(project: Project) -> None:
    for number in range(25):
        project.write(f"src/many/m{number}.py", APP)
    result = project.instrument("src::User.*", "--level", "3", "--jobs", "2")
    assert result.out == "instrumented 26 files (52 functions) at level 3\n"
    assert probed(project.root / "src/many/m7.py") == {"User.get", "User.set"}


PATTERNS = ["User.get", "User.*", "main", "*", "*et", "m*", "main.<locals>.inner"]
NAMES = ["User.get", "User.set", "main", "main.<locals>.inner"]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=st.lists(st.tuples(st.none() | st.sampled_from(PATTERNS), st.integers(0, 5)), max_size=6))
def test_any_commands_lead_to_the_levels_they_name_and_back(
    project: Project, steps: list[tuple[str | None, int]]
) -> None:
    before = project.snapshot()
    expected = dict.fromkeys(NAMES, 0)
    for pattern, level in steps:
        project.instrument("src/app.py" if pattern is None else f"src/app.py::{pattern}", "--level", str(level))
        expected |= {name: level for name in NAMES if pattern is None or fnmatchcase(name, pattern)}
        assert probed(project.root / "src/app.py") == {name for name in NAMES if expected[name]}
        if any(expected.values()):
            assert {name: level for name, level in levels(project).items() if name in NAMES} == expected
    project.uninstrument("--restore")
    assert project.snapshot() == before
