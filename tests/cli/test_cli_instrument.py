"""`instrument`: what it changes and what it says."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from cli_helpers import ONE, TWO, Project, is_twin, make_project

from instrumenter import rewrite
from instrumenter.rewrite.header import ABI


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Project:
    return make_project(tmp_path, monkeypatch, capsys)


def test_folder_is_instrumented_and_summed_up(project: Project) -> None:
    result = project.instrument("src")
    assert result.code == 0
    assert result.out == "instrumented 2 files (2 functions) at level 2; 1 had nothing to instrument\n"
    assert "spans tree" in result.err and "uninstrument --restore" in result.err
    assert is_twin(project.root / "src/one.py") and is_twin(project.root / "src/two.py")


def test_level_is_in_the_twin(project: Project) -> None:
    assert project.instrument("src", "--level", "1").code == 0
    header = rewrite.read_header((project.root / "src/one.py").read_bytes())
    assert header is not None and header.level == 1


def test_site_table_and_map_are_in_the_vault(project: Project) -> None:
    project.instrument("src/one.py")
    header = rewrite.read_header((project.root / "src/one.py").read_bytes())
    assert header is not None
    names = {path.name for path in (project.root / ".spanwright/sites").iterdir()}
    assert names == {f"{header.id}.json", f"{header.id}.map"}


def test_second_run_changes_nothing(project: Project) -> None:
    project.instrument("src")
    before = project.snapshot()
    result = project.instrument("src")
    assert result.out == ("instrumented 0 files (0 functions) at level 2; 2 up to date, 1 had nothing to instrument\n")
    assert project.snapshot() == before


def test_forced_second_run_changes_nothing_either(project: Project) -> None:
    project.instrument("src")
    before = project.snapshot()
    assert "2 up to date" in project.instrument("src", "--force").out
    assert project.snapshot() == before


def test_missing_site_table_is_made_again(project: Project) -> None:
    project.instrument("src/one.py")
    sites = list((project.root / ".spanwright/sites").iterdir())
    sites[0].unlink()
    project.instrument("src/one.py")
    assert sites[0].exists()


def test_other_level_goes_through_the_original(project: Project) -> None:
    project.instrument("src", "--level", "1")
    project.instrument("src", "--level", "2")
    level_two = project.snapshot()["src/one.py"][0]
    twin = rewrite.instrument(ONE, 2, "one.py")
    assert twin is not None and level_two == twin.source


def test_level_zero_gives_the_originals_back(project: Project) -> None:
    before = project.snapshot()
    project.instrument("src")
    result = project.instrument("src", "--level", "0")
    assert result.out == "restored 2 files\n"
    assert project.snapshot() == before


def test_old_site_tables_stay_for_old_traces(project: Project) -> None:
    project.instrument("src/one.py", "--level", "1")
    first = set((project.root / ".spanwright/sites").iterdir())
    project.instrument("src/one.py", "--level", "2")
    project.uninstrument("--restore")
    assert first < set((project.root / ".spanwright/sites").iterdir())


def test_file_that_does_not_parse_is_named_and_the_others_are_done(project: Project) -> None:
    project.write("src/bad.py", b"def f(:\n    pass\n")
    result = project.instrument("src")
    assert result.code == 3
    assert "src/bad.py:1:7: does not parse" in result.err
    assert result.out.endswith("1 had nothing to instrument, 1 failed\n")
    assert is_twin(project.root / "src/one.py")


def test_file_that_is_not_utf8_is_named(project: Project) -> None:
    path = project.write("src/bad.py", b'x = "\xe9"\n')
    result = project.instrument("src/bad.py")
    assert result.code == 3 and result.err.startswith("src/bad.py: ")
    assert path.read_bytes() == b'x = "\xe9"\n'


def test_vault_is_not_made_where_nothing_is_done(project: Project) -> None:
    project.instrument("src/data.py")
    assert not (project.root / ".spanwright").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nowhere",), "error: nowhere: no such file or folder [no-such-path]\n"),
        (("src", "--level", "6"), "error: level 6: levels go from 0 to 5 [bad-level]\n"),
        (("src", "--level", "-1"), "error: level -1: levels go from 0 to 5 [bad-level]\n"),
        (("",), "error: an empty path names nothing [no-path]\n"),
        (("::f",), "error: an empty path names nothing [no-path]\n"),
        (
            ("src/one.py::",),
            "error: src/one.py::: name a function after the colons, for example: src/one.py::main [no-function]\n",
        ),
        ((), "error: name at least one file or folder, for example: instrument src/ [no-path]\n"),
        (
            ("src", "--diff", "--json"),
            "error: --diff and --json both want standard output; use one of them [diff-and-json]\n",
        ),
    ],
)
def test_wrong_command_line_is_one_line_and_changes_nothing(
    project: Project, words: tuple[str, ...], message: str
) -> None:
    before = project.snapshot()
    result = project.instrument(*words)
    assert (result.code, result.out, result.err) == (2, "", message)
    assert project.snapshot() == before and not (project.root / ".spanwright").exists()


def test_unknown_option_is_one_line(project: Project) -> None:
    result = project.instrument("src", "--lvel", "2")
    assert result.code == 2 and result.err.startswith("error: No such option") and result.err.count("\n") == 1


def test_dry_run_says_and_writes_nothing(project: Project) -> None:
    before = project.snapshot()
    result = project.instrument("src", "--dry-run")
    assert result.out.startswith("would have instrumented 2 files (2 functions) at level 2")
    assert project.snapshot() == before and not (project.root / ".spanwright").exists()


def test_diff_shows_and_writes_nothing(project: Project) -> None:
    before = project.snapshot()
    result = project.instrument("src/one.py", "--diff")
    assert result.out.startswith("--- a/src/one.py\n+++ b/src/one.py\n@@ ")
    assert "\n-    return 2 * x\n" in result.out and "_sw_ret(2 * x)" in result.out
    assert project.snapshot() == before


def test_diff_of_a_twin_is_that_of_its_original(project: Project) -> None:
    expected = project.instrument("src/one.py", "--diff").out
    project.instrument("src/one.py")
    assert project.instrument("src/one.py", "--diff").out == expected


def test_json_is_one_object_with_a_result_a_file(project: Project) -> None:
    project.write("src/bad.py", b"def f(:\n")
    value = project.instrument("src", "--json").json
    assert value["exitCode"] == 3 and value["level"] == 2
    results = {result["path"]: result for result in value["results"]}
    assert results["src/one.py"] == {"path": "src/one.py", "result": "changed", "level": 2, "functions": 1}
    assert results["src/data.py"]["result"] == "unchanged"
    assert {key: results["src/bad.py"][key] for key in ("result", "slug", "line", "column")} == {
        "result": "failed",
        "slug": "does-not-parse",
        "line": 1,
        "column": 7,
    }


def test_twin_unknown_to_the_vault_is_refused_with_a_remedy(project: Project) -> None:
    twin = rewrite.instrument(ONE, 2, "one.py")
    assert twin is not None
    path = project.write("src/one.py", twin.source)
    result = project.instrument("src/one.py")
    assert result.code == 3 and "--force" in result.err and "[unknown-twin]" in result.err
    assert path.read_bytes() == twin.source


def test_forced_unknown_twin_gives_its_original_to_the_vault(project: Project) -> None:
    twin = rewrite.instrument(ONE, 2, "one.py")
    assert twin is not None
    path = project.write("src/one.py", twin.source)
    assert project.instrument("src/one.py", "--force").code == 0
    assert path.read_bytes() == twin.source
    assert project.uninstrument("--restore").code == 0
    assert path.read_bytes() == ONE


def test_forced_level_zero_takes_probes_out_of_an_unknown_twin(project: Project) -> None:
    twin = rewrite.instrument(TWO, 2, "two.py")
    assert twin is not None
    path = project.write("src/two.py", twin.source)
    assert project.instrument("src", "--level", "0", "--force").code == 0
    assert path.read_bytes() == TWO


def test_mode_goes_over_to_the_twin(project: Project) -> None:
    project.instrument("src")
    assert (project.root / "src/two.py").stat().st_mode & 0o777 == 0o755


def test_read_only_file_is_replaced_and_stays_read_only(project: Project) -> None:
    path = project.write("src/one.py", ONE, 0o444)
    before = project.snapshot()
    project.instrument("src")
    assert is_twin(path) and path.stat().st_mode & 0o777 == 0o444
    project.uninstrument("--restore")
    assert project.snapshot() == before


def test_hard_link_keeps_the_original_under_its_other_name(project: Project) -> None:
    other = project.root / "cache.txt"
    os.link(project.root / "src/one.py", other)
    result = project.instrument("src/one.py")
    assert "src/one.py: had 2 hard links; the other names keep the original\n" in result.err
    assert other.read_bytes() == ONE and is_twin(project.root / "src/one.py")
    project.uninstrument("--restore")
    assert (project.root / "src/one.py").read_bytes() == ONE


def test_file_whose_name_is_not_utf8_is_done_and_named(project: Project) -> None:
    path = Path(os.fsdecode(os.fsencode(project.root) + b"/src/caf\xe9.py"))
    path.write_bytes(ONE)
    assert project.instrument("src").code == 0 and is_twin(path)
    assert "src/caf\\xe9.py" in project.instrument("--status").out
    path.write_bytes(b"def f(:\n")
    assert "src/caf\\xe9.py:1:7: " in project.instrument("src").err


def test_function_added_to_a_twin_is_instrumented_too(project: Project) -> None:
    project.instrument("src/one.py")
    path = project.root / "src/one.py"
    path.write_bytes(path.read_bytes() + b"\n\ndef more(y):\n    return y\n")
    result = project.instrument("src/one.py")
    assert result.out.startswith("instrumented 1 file (2 functions)")
    project.uninstrument("--restore")
    assert path.read_bytes() == ONE + b"\n\ndef more(y):\n    return y\n"


def test_twin_of_an_older_form_is_made_anew(project: Project) -> None:
    golden = Path(__file__).parents[2] / "backups" / "golden" / "v1"
    shutil.copytree(golden / "project", project.root, dirs_exist_ok=True)
    shutil.copytree(golden / "vault", project.root / ".spanwright")
    result = project.instrument("lib.py", "--level", "2")
    assert result.out == "instrumented 1 file (1 function) at level 2\n"
    header = rewrite.read_header((project.root / "lib.py").read_bytes())
    assert header is not None and header.abi == ABI
    assert "1 up to date" in project.instrument("lib.py", "--level", "2").out
    project.uninstrument("--restore")
    for original in (golden / "expected").iterdir():
        assert (project.root / original.name).read_bytes() == original.read_bytes()


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_every_level_is_there_and_leads_back(project: Project, level: int) -> None:
    before = project.snapshot()
    result = project.instrument("src", "--level", str(level))
    assert result.out == f"instrumented 2 files (2 functions) at level {level}; 1 had nothing to instrument\n"
    project.uninstrument("--restore")
    assert project.snapshot() == before


def test_twin_whose_last_function_was_removed_becomes_plain(project: Project) -> None:
    path = project.write("src/two.py", b"def f(): return 1\nx = 1\n")
    project.instrument("src/two.py")
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[-1])
    assert project.instrument("src/two.py").code == 0
    assert path.read_bytes() == b"x = 1\n"
    assert "nothing is instrumented" in project.instrument("--status").out
