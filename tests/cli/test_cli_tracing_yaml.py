"""`tracing.yaml`: levels of files and functions, what counts over what, and every mistake named."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cli_helpers import DATA, ONE, Project, is_twin, make_project
from command_in_test import Ended
from test_cli_functions import APP, levels

from instrumenter import rewrite
from instrumenter.rewrite.dial import Capture, Dial
from instrumenter.vault import Vault


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Project:
    project = make_project(tmp_path, monkeypatch, capsys)
    project.write("src/app.py", APP)
    return project


def with_rules(project: Project, text: str, *words: str) -> Ended:
    """Instrument with this `tracing.yaml`."""
    project.write("tracing.yaml", text.encode())
    return project.instrument(*(words or ("src",)))


def dial(project: Project, name: str = "src/app.py") -> Dial:
    """The dial that the manifest has of a file."""
    entry = Vault.seen(project.root).entry(project.root / name)
    assert entry is not None
    return Dial.parse(entry.plan or str(entry.level))


def test_default_level_is_that_of_the_file(project: Project) -> None:
    result = with_rules(project, "defaults: {level: 3}\n")
    assert result.out == "instrumented 3 files (6 functions) at level 3; 1 had nothing to instrument\n"
    assert dial(project) == dial(project, "src/one.py") == Dial(3)


def test_level_is_2_where_nothing_is_said(project: Project) -> None:
    with_rules(project, "files:\n  one.py: 1\n")
    assert (dial(project, "src/one.py"), dial(project)) == (Dial(1), Dial(2))


def test_globs_set_the_levels_of_files(project: Project) -> None:
    result = with_rules(project, "files:\n  src/*.py: 1\n  src/app.py: {level: 4}\n")
    assert dial(project) == Dial(4) and dial(project, "src/two.py") == Dial(1)
    assert result.out.startswith("instrumented 3 files (6 functions: 2 at level 1, 4 at level 4)")


@pytest.mark.parametrize("glob", ["app.py", "src/app.py", "src", "src/", "'**/*.py'", "./src/app.py", "s[qr]c/*"])
def test_globs_match_from_any_folder_on_and_take_in_what_is_below(project: Project, glob: str) -> None:
    with_rules(project, f"files:\n  {glob}: 3\n")
    assert dial(project) == Dial(3)


def test_globs_are_relative_to_the_root_wherever_the_command_is_given(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("tracing.yaml", b"files: {src/app.py: 3}\n")
    monkeypatch.chdir(project.root / "src")
    project.instrument("app.py")
    assert dial(project) == Dial(3)


def test_later_entries_count_over_earlier_ones(project: Project) -> None:
    with_rules(project, "files:\n  src/app.py: 4\n  src: 1\n")
    assert dial(project) == Dial(1)


def test_functions_of_a_file_have_levels_of_their_own(project: Project) -> None:
    result = with_rules(project, "files:\n  src/app.py:\n    level: 1\n    functions: {'User.*': 2, User.set: 0}\n")
    assert result.code == 0
    assert levels(project) == {"User.get": 2, "User.set": 0, "main": 1, "main.<locals>.inner": 1}


def test_functions_of_several_globs_add_up(project: Project) -> None:
    rules = "files:\n  src: {functions: {'User.*': 3}}\n  app.py: {functions: {User.set: 1}}\n"
    with_rules(project, rules)
    assert levels(project) == {"User.get": 3, "User.set": 1, "main": 2, "main.<locals>.inner": 2}


def test_level_of_a_later_glob_is_one_for_the_whole_file(project: Project) -> None:
    with_rules(project, "files:\n  src: {functions: {'User.*': 3}}\n  app.py: 1\n")
    assert dial(project) == Dial(1)


def test_functions_alone_may_have_probes(project: Project) -> None:
    with_rules(project, "defaults: {level: 0}\nfiles:\n  app.py: {functions: {main: 5}}\n")
    assert dial(project) == Dial(0, (("main", 5),))
    assert not is_twin(project.root / "src/one.py")


def test_functions_that_a_file_does_not_have_make_no_difference(project: Project) -> None:
    with_rules(project, "files:\n  src: {functions: {'handle_*': 5}}\n")
    assert dial(project) == Dial(2)


def test_level_zero_leaves_files_alone_and_restores_twins(project: Project) -> None:
    before = project.snapshot()
    project.instrument("src", "--level", "2")
    result = with_rules(project, "files:\n  src/app.py: 0\n  data.py: 0\n")
    assert result.out == (
        "instrumented 0 files (0 functions); restored 1 file; 2 up to date, 1 left alone at level 0\n"
    )
    assert not is_twin(project.root / "src/app.py") and is_twin(project.root / "src/one.py")
    assert project.snapshot()["src/app.py"] == before["src/app.py"]


def test_captures_of_defaults_and_globs_add_up(project: Project) -> None:
    rules = """\
defaults:
  capture: {params: false, async: no}
  capture_vars: [a]
files:
  src/app.py:
    capture: {return: off, async: true}
    capture_vars: [total, 'row_*']
"""
    with_rules(project, rules)
    assert dial(project) == Dial(2, (), Capture(params=False, returns=False), ("total", "row_*"))
    assert dial(project, "src/one.py") == Dial(2, (), Capture(params=False, awaits=False), ("a",))


def test_empty_capture_vars_mean_all_again(project: Project) -> None:
    with_rules(project, "defaults: {capture_vars: [a]}\nfiles: {app.py: {capture_vars: []}}\n")
    assert dial(project) == Dial(2)


def test_level_of_the_command_line_counts_over_all_levels_but_leaves_captures(project: Project) -> None:
    rules = "defaults: {level: 1, capture: {return: false}}\nfiles: {app.py: {level: 2, functions: {main: 0}}}\n"
    with_rules(project, rules, "src", "--level", "4")
    assert dial(project) == dial(project, "src/one.py") == Dial(4, (), Capture(returns=False))


def test_function_of_the_command_line_without_a_level_has_that_of_the_file(project: Project) -> None:
    rules = "defaults: {level: 1}\nfiles: {app.py: {functions: {User.get: 5}}}\n"
    with_rules(project, rules, "src/app.py::User.*")
    assert {name: level for name, level in levels(project).items() if level} == {"User.get": 5, "User.set": 1}


def test_function_of_the_command_line_takes_captures_of_the_file(project: Project) -> None:
    with_rules(project, "defaults: {capture: {params: false}}\n", "src/app.py::main", "--level", "5")
    assert dial(project) == Dial(0, (("main", 5),), Capture(params=False))


def test_changed_file_is_applied_and_an_unchanged_one_changes_nothing(project: Project) -> None:
    with_rules(project, "files: {app.py: {functions: {main: 5}}}\n")
    assert "3 up to date" in project.instrument("src").out
    assert with_rules(project, "files: {app.py: {functions: {'ma*': 5}}}\n").out.startswith("instrumented 1 file")
    assert with_rules(project, "defaults: {capture: {params: false}}\n").out.startswith("instrumented 3 files")
    assert with_rules(project, "defaults: {}\n").out.startswith("instrumented 3 files (6 functions) at level 2")


def test_twin_has_no_probes_for_what_is_not_captured(project: Project) -> None:
    with_rules(project, "defaults: {capture: {params: false, return: false}}\n")
    twin = rewrite.instrument(ONE, Dial(2, (), Capture(params=False, returns=False)), "one.py")
    assert twin is not None and (project.root / "src/one.py").read_bytes() == twin.source


def test_example_in_the_documents_does_what_its_comments_say(project: Project) -> None:
    document = (Path(__file__).parents[2] / "docs/dial.md").read_text("utf-8")
    project.write("src/shop/cart.py", APP)
    project.write("src/shop/generated/a.py", APP)
    project.write(
        "src/shop/deep/handlers.py", b"class Cart:\n    def add(self): return 1\n    def __repr__(self): return ''\n"
    )
    with_rules(project, document.split("```yaml\n")[1].split("```")[0])
    no_returns = Capture(returns=False)
    assert dial(project) == Dial(1, (), no_returns, ("total", "row_*"))
    assert dial(project, "src/shop/cart.py") == Dial(2, (), no_returns, ("total", "row_*"))
    assert not is_twin(project.root / "src/shop/generated/a.py")
    functions = (("Cart.*", 4), ("Cart.__repr__", 0))
    assert dial(project, "src/shop/deep/handlers.py") == Dial(3, functions, Capture(awaits=False))


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "defaults:\nfiles:\n", "files: {}\n", "defaults: {level: 2}"])
def test_file_that_says_nothing_is_right(project: Project, text: str) -> None:
    assert with_rules(project, text).code == 0
    assert dial(project) == Dial(2)


def test_file_marks_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, project: Project) -> None:
    (project.root / "pyproject.toml").unlink()
    with_rules(project, "files: {src/app.py: 1}\n")
    assert (project.root / ".spanwright/manifest").exists() and dial(project) == Dial(1)


def test_file_is_never_written(project: Project) -> None:
    with_rules(project, "files: {app.py: 1}\n")
    before = project.snapshot()["tracing.yaml"]
    project.instrument("src/app.py::main", "--level", "5")
    project.uninstrument("--restore")
    assert project.snapshot()["tracing.yaml"] == before


def test_dry_run_and_json_apply_it(project: Project) -> None:
    out = with_rules(project, "files: {app.py: {functions: {main: 5}}}\n", "src", "--dry-run").out
    assert out.startswith("would have instrumented 3 files (6 functions: 5 at level 2, 1 at level 5)")
    value = project.instrument("src", "--json").json
    rows = {row["path"]: row for row in value["results"]}
    assert value["level"] is None and rows["src/app.py"]["levels"] == {"2": 3, "5": 1}


def test_diff_applies_it(project: Project) -> None:
    out = with_rules(project, "defaults: {level: 1}\n", "src/one.py", "--diff").out
    assert "level 1" in out and not is_twin(project.root / "src/one.py")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("defaults:\n  level: 6\n", 2, "defaults > level: '6' is not allowed; allowed: a number from 0 to 5"),
        ("defaults: {level: off}\n", 1, "defaults > level: 'off' is not allowed; allowed: a number from 0 to 5"),
        ("defaults: {level: '2'}\n", 1, "defaults > level: '2' is not allowed; allowed: a number from 0 to 5"),
        ("defaults: {level: 02}\n", 1, "defaults > level: '02' is not allowed; allowed: a number from 0 to 5"),
        ("defaults: {level: }\n", 1, "defaults > level: '' is not allowed; allowed: a number from 0 to 5"),
        ("defaults: {level: [2]}\n", 1, "defaults > level: a sequence is not allowed; allowed: a number from 0 to 5"),
        ("default: {}\n", 1, "unknown key 'default' (is defaults meant?); allowed: defaults, files"),
        ("level: 2\n", 1, "unknown key 'level'; allowed: defaults, files"),
        ("- a\n", 1, "a sequence is not allowed; allowed: a mapping with defaults, files"),
        ("just words\n", 1, "'just words' is not allowed; allowed: a mapping with defaults, files"),
        (
            "defaults:\n  functions: {a: 1}\n",
            2,
            "defaults: unknown key 'functions'; allowed: level, capture, capture_vars",
        ),
        (
            "files:\n  src:\n    levle: 2\n",
            3,
            "files > src: unknown key 'levle' (is level meant?); allowed: level, functions, capture, capture_vars",
        ),
        (
            "files:\n  src: high\n",
            2,
            "files > src: 'high' is not allowed; allowed: a number from 0 to 5, "
            "or a mapping with level, functions, capture, capture_vars",
        ),
        ("files: [src]\n", 1, "files: a sequence is not allowed; allowed: globs, each with a level or a mapping"),
        ("files:\n  src: 1\n  app: 2\n  src: 3\n", 4, "files: 'src' is there twice; leave one of them out"),
        (
            "files:\n  src:\n    functions: [main]\n",
            3,
            "files > src > functions: a sequence is not allowed; "
            "allowed: names of functions, each with a level, such as User.get: 5",
        ),
        (
            "files:\n  src:\n    functions:\n      main: 7\n",
            4,
            "files > src > functions > main: '7' is not allowed; allowed: a number from 0 to 5",
        ),
        (
            "defaults:\n  capture: {returns: false}\n",
            2,
            "defaults > capture: unknown key 'returns' (is return meant?); allowed: params, return, vars, async",
        ),
        (
            "defaults:\n  capture: {vars: 1}\n",
            2,
            "defaults > capture > vars: '1' is not allowed; allowed: true or false",
        ),
        (
            "defaults:\n  capture_vars: total\n",
            2,
            "defaults > capture_vars: 'total' is not allowed; allowed: a list of names, such as [user_id, 'row_*']",
        ),
        ("defaults:\n  capture_vars: [[a]]\n", 2, "defaults > capture_vars: a sequence is not allowed"),
        ("? [a]\n: 1\n", 1, "a key has to be a plain name; allowed: a mapping with defaults, files"),
        ("files:\n  *.py: 2\n", 2, "is no YAML: "),
        ("files: {a: 1\ndefaults: 2\n", 2, "is no YAML: "),
        ("files:\n\tsrc: 1\n", 2, "is no YAML: "),
        ("files: {}\n---\nfiles: {}\n", 2, "is no YAML: "),
    ],
)
def test_mistake_is_named_with_line_key_and_what_is_allowed(
    project: Project, text: str, line: int, message: str
) -> None:
    before = project.snapshot()
    result = with_rules(project, text)
    assert result.code == 2 and result.out == ""
    assert result.err.startswith(f"error: {project.root / 'tracing.yaml'}:{line}: {message}")
    assert result.err.endswith(" [tracing-yaml]\n") and result.err.count("\n") == 1
    (project.root / "tracing.yaml").unlink()
    assert project.snapshot() == before and not (project.root / ".spanwright").exists()


def test_star_without_quotes_is_explained(project: Project) -> None:
    assert "a name that begins with * needs quotes" in with_rules(project, "files:\n  *.py: 2\n").err


@pytest.mark.parametrize("data", [b"files: {\xff: 1}\n", b"files: {a\x00: 1}\n", b"[" * 100_000])
def test_bytes_that_are_no_yaml_are_one_line(project: Project, data: bytes) -> None:
    project.write("tracing.yaml", data)
    result = project.instrument("src")
    assert result.code == 2 and result.err.startswith(f"error: {project.root / 'tracing.yaml'}")
    assert result.err.count("\n") == 1 and not (project.root / ".spanwright").exists()


def test_file_that_cannot_be_read_is_named(project: Project) -> None:
    (project.root / "tracing.yaml").mkdir()
    result = project.instrument("src")
    assert result.code == 2 and "tracing.yaml: cannot be read: Is a directory [tracing-yaml]" in result.err


def test_mistake_stops_an_explicit_level_too_but_no_restore(project: Project) -> None:
    before = project.snapshot()
    project.instrument("src")
    project.write("tracing.yaml", b"defaults: 2\n")
    assert project.instrument("src", "--level", "3").code == 2
    assert project.instrument("--status").code == 0
    assert project.uninstrument("src/app.py::main", "--restore").code == 0
    assert project.uninstrument("--restore").code == 0
    (project.root / "tracing.yaml").unlink()
    assert project.snapshot() == before


def test_yaml_is_not_imported_where_there_is_no_file(project: Project) -> None:
    project.write("src/data.py", DATA)
    code = "import sys; from instrumenter.cli.instrument import main; main(['src'], standalone_mode=False); "
    code += "assert 'yaml' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, cwd=project.root)
