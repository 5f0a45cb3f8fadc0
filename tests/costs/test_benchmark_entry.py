"""`python -m benchmarks`: names, modes, what is written."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from benchmark_suite import ENVIRONMENTS, exits_with, row, without_processes

from benchmarks import __main__ as entry
from benchmarks.processes import ChildError
from benchmarks.shape import Bench, Benchmark, Row


@pytest.fixture
def suite(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """Two benchmarks, one of which cannot be done; gives which of them ran, and whether quickly."""
    ran: list[tuple[str, bool]] = []

    def works(bench: Bench) -> list[Row]:
        ran.append(("works", bench.quick))
        return [row("level 1", ratio=0.5), row("VizTracer", median=4.0, best=3.0, ratio=1.0)]

    def fails(bench: Bench) -> list[Row]:
        ran.append(("fails", bench.quick))
        raise ChildError("no compiler\nand more")

    made = [Benchmark("fails", "What fails.", fails), Benchmark("works", "What works.", works)]
    monkeypatch.setattr(entry, "ALL", {one.name: one for one in made})
    monkeypatch.setattr(entry, "USUAL", ("fails", "works"))
    monkeypatch.setattr(entry, "environments", lambda minors: ENVIRONMENTS)
    monkeypatch.setattr(entry, "facts", lambda found: FACTS)
    return ran


FACTS = {
    "cpu": "a processor", "cores": 2, "system": "Linux", "clock": "tsc", "compiler": "cc 12", "load": 0.1, "core": "c",
    "pythons": ["3.12.1"], "versions": {"viztracer": "1.1.1"},
}  # fmt: skip


def test_entry_without_names_runs_the_usual_ones_quickly(suite: list[tuple[str, bool]]) -> None:
    entry.main([])
    assert suite == [("fails", True), ("works", True)]


def test_full_mode_is_handed_to_the_benchmarks(suite: list[tuple[str, bool]]) -> None:
    assert entry.main(["--full", "works"]) == 0
    assert suite == [("works", False)]


def test_benchmark_that_cannot_be_done_does_not_keep_the_others_from_it(
    suite: list[tuple[str, bool]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert entry.main(["fails", "works"]) == 1
    page = capsys.readouterr().out
    assert "- fails: no compiler" in page
    assert "**0.50** 2.00 (1.00)" in page


def test_unknown_name_is_a_line_that_names_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with exits_with(2):
        entry.main(["spelled-wrong"])
    said = capsys.readouterr().err
    assert "no such benchmark: spelled-wrong" in said
    assert "calls, programs, files" in said


def test_help_shows_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with exits_with(0):
        entry.main(["--help"])
    assert "python -m benchmarks --full --out docs" in capsys.readouterr().out


def test_out_has_page_figures_and_picture(suite: list[tuple[str, bool]], tmp_path: Path) -> None:
    entry.main(["works", "--out", str(tmp_path / "docs")])
    page = (tmp_path / "docs" / "performance.md").read_text()
    assert "a processor, 2 cores" in page
    assert "viztracer 1.1.1" in page
    assert "](performance.svg)" in page
    assert json.loads((tmp_path / "docs" / "performance.json").read_text())["benchmarks"]["works"]["rows"]
    ElementTree.parse(tmp_path / "docs" / "performance.svg")


def test_page_is_written_again_from_figures_without_measuring(suite: list[tuple[str, bool]], tmp_path: Path) -> None:
    entry.main(["works", "--json", str(tmp_path / "one.json"), "--out", str(tmp_path / "first")])
    suite.clear()
    assert entry.main(["--from", str(tmp_path / "one.json"), "--out", str(tmp_path / "again")]) == 0
    assert suite == []
    assert (tmp_path / "again/performance.md").read_text() == (tmp_path / "first/performance.md").read_text()


def test_every_benchmark_gives_rows_that_are_written_and_read_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without_processes(monkeypatch)
    monkeypatch.setattr(entry, "environments", lambda minors: ENVIRONMENTS)
    monkeypatch.setattr(entry, "facts", lambda found: FACTS)
    assert entry.main([*entry.ALL, "--json", str(tmp_path / "all.json"), "--out", str(tmp_path)]) == 0
    written = entry.rows_of(json.loads((tmp_path / "all.json").read_text()))
    assert set(written) == set(entry.ALL)
    assert all(written.values())
