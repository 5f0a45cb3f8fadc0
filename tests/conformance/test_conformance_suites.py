"""The conformance harness: a suite's outcomes are written down, whatever becomes of its process, and compared."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import tomllib

from . import sources
from .__main__ import levels_of
from .compared import Compared, Difference, differences, flaky
from .recipes import LISTED, Recipe, UnusableError, guessed, listed
from .sources import digests, take
from .suites import Outcomes, Suite
from .trials import name_of

NOTHING = Recipe((), (), ())
IN_SUITE = Path(__file__).parent / "in_suite"
PYTEST_SUITE = """
import os, sys, pytest, signal, subprocess
def test_passes(): pass
def test_fails(): assert 1 == 2
def test_skips(): pytest.skip("why")
@pytest.mark.xfail
def test_is_expected_to_fail(): assert 0
@pytest.fixture
def broken(): raise OSError
def test_has_an_error(broken): pass
@pytest.mark.parametrize("n", [1, 2])
def test_many(n): assert n == 1
def test_leaves_with_a_child():
    if not os.fork(): os._exit(0)
"""
UNITTEST_SUITE = """
import os, sys, time, unittest
class Case(unittest.TestCase):
    def test_a_passes(self): pass
    def test_b_fails(self): self.assertEqual(1, 2)
    def test_c_{what}: {does}
    def test_d_has_parts(self):
        for n in range(2):
            with self.subTest(n=n): self.assertEqual(n, 0)
    @unittest.skip("why")
    def test_e_skips(self): pass
    def test_f_comes_last(self): pass
"""


def suite(tree: Path, runner: str, text: str) -> Suite:
    (tree / "test_it.py").write_text(text)
    tests = ("test_it.py",) if runner == "pytest" else ("discover", "-v")
    paths = (("PYTHONPATH", f"{IN_SUITE}:{tree}"), ("PYTEST_ADDOPTS", "-p no:cacheprovider"))
    return Suite(Path(sys.executable), tree, Recipe((), (), tests, runner, environment=paths), tree / "scratch")


def short(outcomes: Outcomes) -> dict[str, str]:
    return {test.rpartition("test_")[2]: end for test, end in outcomes.ends.items()}


def test_outcomes_of_pytest_are_written_down(tmp_path: Path) -> None:
    outcomes = suite(tmp_path, "pytest", PYTEST_SUITE).run(tmp_path / "log", 250)
    assert short(outcomes) == {
        "passes": "passed", "fails": "failed", "skips": "skipped", "is_expected_to_fail": "xfailed",
        "has_an_error": "error in setup", "many[1]": "passed", "many[2]": "failed", "leaves_with_a_child": "passed",
    }  # fmt: skip
    assert outcomes.gave_up == "" and "assert 1 == 2" in outcomes.why["test_it.py::test_fails"]


def test_outcomes_of_unittest_are_written_down(tmp_path: Path) -> None:
    text = UNITTEST_SUITE.format(what="is_expected_to_fail(self)", does="self.fail('at all')")
    outcomes = suite(tmp_path, "unittest", text).run(tmp_path / "log", 250)
    assert short(outcomes) == {
        "a_passes": "passed", "b_fails": "failed", "c_is_expected_to_fail": "failed", "d_has_parts": "failed",
        "e_skips": "skipped", "f_comes_last": "passed",
    }  # fmt: skip
    assert outcomes.gave_up == ""


def test_a_file_that_cannot_be_collected_is_an_outcome(tmp_path: Path) -> None:
    outcomes = suite(tmp_path, "pytest", "import missing_module").run(tmp_path / "log", 250)
    assert outcomes.ends == {"test_it.py (collecting)": "error"}


@pytest.mark.parametrize("runner", ["pytest", "unittest"])
@pytest.mark.parametrize("does", ["os._exit(3)", "os.kill(os.getpid(), 11)"])
def test_a_test_that_crashes_is_counted_and_the_others_are_run(tmp_path: Path, runner: str, does: str) -> None:
    text = UNITTEST_SUITE.format(what="crashes(self)", does=does)
    outcomes = suite(tmp_path, runner, text).run(tmp_path / "log", 250)
    assert {name: end for name, end in short(outcomes).items() if name[0] in "acf"} == {
        "a_passes": "passed", "c_crashes": "crashed", "f_comes_last": "passed",
    }  # fmt: skip


def test_a_test_that_hangs_is_counted_and_the_others_are_run(tmp_path: Path) -> None:
    text = UNITTEST_SUITE.format(what="hangs(self)", does="time.sleep(1000)")
    outcomes = suite(tmp_path, "unittest", text).run(tmp_path / "log", 15)
    assert short(outcomes)["c_hangs"] == "hung" and short(outcomes)["f_comes_last"] == "passed"


def test_a_suite_that_dies_before_its_tests_is_given_up(tmp_path: Path) -> None:
    outcomes = suite(tmp_path, "pytest", "import os; os._exit(4)").run(tmp_path / "log", 250)
    assert outcomes.gave_up == "crashed (exit code 4)"


def outcomes_of(**ends: str) -> Outcomes:
    return Outcomes(dict(ends))


def test_differences_are_counted_by_their_kinds() -> None:
    original = outcomes_of(a="passed", b="passed", c="failed", d="passed", e="passed", f="skipped", g="passed")
    twin = outcomes_of(a="passed", b="failed", d="hung", e="crashed", f="skipped", g="failed", h="passed")
    found = differences(original, twin, {"g"})
    assert [(each.test, each.kind) for each in found] == [
        ("b", "changed"), ("c", "missing"), ("d", "hung"), ("e", "crashed"), ("h", "changed"),
    ]  # fmt: skip
    assert Compared(2, found).text() == "2 changed, 1 missing, 1 hung, 1 crashed"
    assert Compared(2, []).text() == "same" and not Compared(2, [], not_restored=["a.py"]).is_same


def test_flaky_tests_are_those_that_end_otherwise_in_the_original() -> None:
    assert flaky(outcomes_of(a="passed", b="failed", c="passed"), outcomes_of(a="passed", b="passed")) == {"b", "c"}


def test_a_test_is_the_same_in_either_environment() -> None:
    plain, twin = (Outcomes({f"test_it[/w/{name}/lib/x.py]": "passed"}) for name in ("plain", "twin"))
    plain.forget("/w/plain")
    twin.forget("/w/twin")
    assert plain.ends == twin.ends == {"test_it[ENVIRONMENT/lib/x.py]": "passed"}


def test_the_worst_end_of_a_test_counts() -> None:
    outcomes = Outcomes()
    for outcome in ("passed", "error in teardown", "passed"):
        outcomes.add("a", outcome)
    assert outcomes.ends == {"a": "error in teardown"}
    assert Difference("a", "passed", "error in teardown").kind == "changed"


@pytest.mark.parametrize(("text", "levels"), [("1,2,3,5", [1, 2, 3, 5]), ("1-5", [1, 2, 3, 4, 5]), ("3", [3])])
def test_levels_are_read(text: str, levels: list[int]) -> None:
    assert levels_of(text) == levels


@pytest.mark.parametrize("text", ["0", "6", "1-9"])
def test_levels_that_do_not_exist_are_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        levels_of(text)


def test_a_package_that_is_not_listed_is_guessed(tmp_path: Path) -> None:
    for place in ("src/thing", "tests", "docs"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "__init__.py").touch()
    assert guessed(tmp_path) == Recipe(("pytest",), ("src/thing",), ("tests",))
    with pytest.raises(UnusableError, match=r"packages\.toml"):
        guessed(tmp_path / "docs")


def test_the_list_says_all_that_is_needed() -> None:
    known = {"version", "source", "requires", "extras", "instrument", "tests", "runner", "environment", "why"}
    for name, table in tomllib.loads(LISTED.read_text("utf-8")).items():
        recipe = listed()[name]
        assert set(table) <= known and recipe.instrument and recipe.tests, name
        assert bool(recipe.version) != bool(recipe.source), name
        assert recipe.runner in ("pytest", "unittest"), name
        assert "why" in table or not any(word.startswith(("--ignore", "--deselect")) for word in recipe.tests), name


@pytest.mark.parametrize(("wanted", "taken"), [("click", "click==8.5.1"), ("click==8.1.0", "click==8.1.0"),
                                               ("elsewhere", "elsewhere")])  # fmt: skip
def test_a_listed_package_is_taken_in_its_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: str, taken: str
) -> None:
    asked = []
    monkeypatch.setattr(sources, "download", lambda name, folder: asked.append(name))
    take(wanted, tmp_path, replace(NOTHING, version="8.5.1") if "click" in wanted else None)
    assert asked == [taken]


def test_a_package_whose_distribution_has_no_tests_comes_from_elsewhere(tmp_path: Path) -> None:
    archive = tmp_path / "thing-1.0.tar.gz"
    archive.write_bytes(b"packed")
    recipe = replace(NOTHING, source=archive.as_uri())
    found = take("thing", tmp_path / "taken", recipe)
    assert found == tmp_path / "taken" / archive.name and found.read_bytes() == b"packed"
    archive.unlink()
    with pytest.raises(UnusableError, match=r"thing-1\.0\.tar\.gz: .*; take it by other means, and name the file"):
        take("thing", tmp_path / "taken", recipe)


def test_a_package_has_its_name_however_it_is_given(tmp_path: Path) -> None:
    archive = tmp_path / "more-things-1.0.tar.gz"
    archive.touch()
    assert [name_of(wanted) for wanted in ("Click", "click==8.5.1", str(archive))] == ["click", "click", "more-things"]


@pytest.mark.parametrize(("ends", "works"), [(["passed", "failed", "passed"], True), (["passed", "error"], False),
                                             (["passed", "skipped"], True), (["skipped"], False)])  # fmt: skip
def test_a_suite_that_mostly_fails_anyway_shows_nothing(ends: list[str], works: bool) -> None:
    assert Outcomes({str(number): end for number, end in enumerate(ends)}).mostly_passed is works


def test_files_that_did_not_come_back_are_seen(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/x.py").write_text("x = 1\n")
    (tmp_path / "one.py").write_text("y = 1\n")
    before = digests(tmp_path, ("a", "one.py"))
    (tmp_path / "a/x.py").write_text("x = 2\n")
    after = digests(tmp_path, ("a", "one.py"))
    assert [name for name in before if before[name] != after[name]] == ["a/x.py"]
