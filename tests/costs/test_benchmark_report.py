"""The page, the picture, the environments."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from benchmark_suite import ENVIRONMENTS, row

from benchmarks import environment, report
from benchmarks.chart import Bar, Panel, draw, panels
from benchmarks.processes import CHILDREN, ChildError, answer, forget, surroundings


def test_table_has_a_column_for_each_case_and_a_line_for_each_way() -> None:
    rows = [row("level 1", "f", ratio=0.25), row("VizTracer", "f"), row("level 1", "g", median=1.0, best=1.0)]
    assert list(report.tables(rows)) == [
        "| calls, ns | f | g |\n|---|---:|---:|\n"
        "| level 1 | **0.25** 2.00 (1.00) | 1.00 |\n"
        "| VizTracer | 2.00 (1.00) |  |"
    ]


def test_table_of_several_units_has_them_in_its_head() -> None:
    rows = [row("level 1", "f"), row("level 1", "memory", unit="MB")]
    assert next(report.tables(rows)).startswith("| calls | f, ns | memory, MB |")


def test_groups_are_tables_of_their_own() -> None:
    assert len(list(report.tables([row(), row(group="other")]))) == 2


@pytest.mark.parametrize(
    ("figure", "text"), [(1234.6, "1,235"), (12.34, "12.3"), (1.234, "1.23"), (0.0333, "0.0333"), (0, "0.00")]
)
def test_number_has_the_digits_it_is_worth(figure: float, text: str) -> None:
    assert report.number(figure) == text


def test_missed_goal_stands_out() -> None:
    assert (report.verdict(True), report.verdict(False)) == ("met", "**missed**")


def test_picture_has_a_bar_for_each_way_with_its_figure() -> None:
    picture = draw([Panel("a < b", (Bar("level 1", 10.0), Bar("VizTracer", 100.0)))])
    tree = ElementTree.fromstring(picture)
    texts = [element.text for element in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == ["a < b", "level 1", "10", "VizTracer", "100"]
    widths = [float(bar.get("width", 0)) for bar in tree.iter("{http://www.w3.org/2000/svg}rect")]
    assert 0 < widths[1] < widths[2] < widths[0]


def test_picture_of_nothing_but_zeros_has_bars_without_length() -> None:
    assert "width='0.0'" in draw([Panel("left", (Bar("VizTracer", 0.0),))])


def test_panels_are_those_of_which_something_was_measured() -> None:
    found = {"calls": [row("level 1", "f(a, b)", group="CPython 3.12"), row("level 1", "other", group="CPython 3.12")]}
    assert [(panel.title, len(panel.bars)) for panel in panels(found)] == [("f(a, b): ns (CPython 3.12)", 1)]


def test_bench_measures_on_3_12_where_it_is_there() -> None:
    from benchmarks.shape import Bench

    assert Bench(quick=True, environments=ENVIRONMENTS).main.minor == "3.12"
    assert Bench(quick=True, environments=ENVIRONMENTS[:1]).main.minor == "3.13"


def test_no_interpreter_is_a_line_that_says_what_to_install() -> None:
    with pytest.raises(SystemExit, match=r"no CPython 2\.9 is on the PATH"):
        environment.environments(("2.9",))


def test_interpreter_that_does_not_start_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    minor = f"{sys.version_info.major}.{sys.version_info.minor}"
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nexit 127\n")
    broken.chmod(0o755)
    monkeypatch.setattr(environment, "_candidates", lambda _: [tmp_path / "missing", broken, Path(sys.executable)])
    found = environment._find(minor)
    assert found is not None
    assert found[0].startswith(minor)


def test_environment_is_installed_again_when_a_source_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "_CACHE", tmp_path / "cache")
    installed: list[Path] = []
    monkeypatch.setattr(environment, "_install", installed.append)
    monkeypatch.setattr(environment, "_SOURCES", ("runtime",))
    (tmp_path / "runtime" / "build").mkdir(parents=True)
    source = tmp_path / "runtime" / "a.py"
    place = tmp_path / "cache"
    for text, times in (("1", 1), ("1", 1), ("2", 2)):
        source.write_text(text)
        (tmp_path / "runtime" / "build" / "b.py").write_text(str(len(installed)))
        python = Path(sys.executable)
        made = environment._place(python, "3.12.1")
        (place / made / "bin").mkdir(parents=True, exist_ok=True)
        (place / made / "bin" / "python").touch()
        environment._environment("3.12", "3.12.1", python)
        assert len(installed) == times


def test_surroundings_have_no_setting_of_ours_but_those_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACING_ENABLED", "off")
    monkeypatch.setenv("SPANWRIGHT_TRACES", "/elsewhere")
    monkeypatch.setenv("SPANWRIGHT_CORE", "python")
    found = surroundings({"TRACING_MAX_DEPTH": "1"})
    ours = {name: value for name, value in found.items() if name.startswith(("TRACING_", "SPANWRIGHT_"))}
    assert ours == {"TRACING_MAX_DEPTH": "1", "SPANWRIGHT_CORE": "python"}


def test_script_that_fails_is_named(tmp_path: Path) -> None:
    with pytest.raises(ChildError, match=r"find_sources\.py no_such_package ended with exit code 1"):
        answer(ENVIRONMENTS[0], "find_sources.py", "no_such_package", folder=tmp_path)


def test_sources_of_packages_and_modules_are_found(tmp_path: Path) -> None:
    package, module = answer(ENVIRONMENTS[0], "find_sources.py", "json", "pickle", folder=tmp_path)
    assert Path(package).name == "json"
    assert Path(module).name == "pickle.py"


def test_forgetting_removes_what_was_recorded(tmp_path: Path) -> None:
    traces = tmp_path / ".spanwright" / "traces"
    traces.mkdir(parents=True)
    (traces / "a.seg").write_bytes(b"12345")
    assert forget(tmp_path) == 5
    assert list(traces.iterdir()) == []


def test_every_script_that_is_run_is_there() -> None:
    text = "".join(path.read_text() for path in CHILDREN.parent.glob("*.py"))
    assert all(f'"{path.name}"' in text for path in CHILDREN.glob("*.py"))
