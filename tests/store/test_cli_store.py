"""The commands that ask the index."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_in_test import Ended, run_command
from segment_encoder import UNIX0, Stream, exception, project, save
from store_helpers import instrumented, ran
from trace_helpers import ADD, MAIN, SITES, started

from instrumenter.cli.spans import main

RUN = "20261101T091450.000000Z-4242"
COMMANDS = (
    ["index"], ["search", "add"], ["function", "add"], ["slow", "--threshold", "1ns"], ["errors"], ["stats"],
    ["hotspots"],
)  # fmt: skip
STATS = [
    "file",
    "function",
    "calls",
    "errors",
    "errorRate",
    "meanMs",
    "minMs",
    "maxMs",
    "p50Ms",
    "p95Ms",
    "p99Ms",
    "totalMs",
    "selfMs",
    "perSecond",
]


Spans = Callable[..., Ended]


@pytest.fixture
def spans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Spans:
    """The command `spans` in a project where one program ran."""
    data = started(version=5, clean=True)
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.enter(ADD, 1, "x" * 300)
    stream.ret(3, dt=1_500_000)
    stream.enter(ADD, 2, "y")
    stream.fail(exception("ValueError", "wrong", [("/project/app.py", 6, "add")], notes=["a note"]), dt=5_000)
    stream.leave()
    save(project(tmp_path, SITES), data, f"{RUN}.seg")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("SPANWRIGHT_TRACES", raising=False)

    return lambda *words: run_command(main, words, capsys)


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_command_prints_a_table_and_json(spans: Spans, words: list[str]) -> None:
    done = spans(*words)
    assert (done.code, done.err) == (0, "")
    assert done.out.strip()
    if words[0] != "index":  # which names the file
        assert max(map(len, done.out.splitlines())) <= 100
    assert spans(*words, "--json").json


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_help_has_examples(spans: Spans, words: list[str]) -> None:
    done = spans(words[0], "--help")
    assert done.code == 0
    assert f"spans {words[0]}" in done.out


def test_stats_json_is_a_list_of_the_named_figures(spans: Spans) -> None:
    found = spans("stats", "--json").json
    assert [list(one) for one in found] == [STATS, STATS]
    assert [(one["function"], one["calls"], one["errors"], one["errorRate"]) for one in found] == [
        ("main", 1, 0, 0.0), ("add", 2, 1, 0.5),
    ]  # fmt: skip
    assert found[1]["p50Ms"] == (1.5 + 0.005) / 2


def test_stats_are_of_a_file_or_a_function(spans: Spans) -> None:
    assert [one["function"] for one in spans("stats", "app.py::add", "--json").json] == ["add"]
    assert len(spans("stats", "app.py", "--json").json) == 2
    assert spans("stats", "none.py").out == "no span matches\n"


def test_slow_has_a_threshold_and_names_the_slowest_below(spans: Spans) -> None:
    assert "no span took 1.00 s; the slowest:" in spans("slow").out
    found = spans("slow", "--threshold", "1ms", "--json").json["spans"]
    assert [span["function"] for span in found] == ["main", "add"]


def test_function_that_never_ran_is_an_error(spans: Spans) -> None:
    done = spans("function", "nowhere.py::nothing")
    assert (done.code, done.out) == (6, "")
    assert "[no-function-ran]" in done.err


def test_errors_show_one_example(spans: Spans) -> None:
    done = spans("errors")
    for piece in (
        "1 × ValueError: wrong",
        "app.py:6 in add",
        'app.py::add(a=2, b="y") ✗ ValueError: wrong',
        "note: a note",
    ):
        assert piece in done.out
    assert spans("errors", "--type", "KeyError").out == "nothing failed\n"


def test_time_filters_take_moments_and_ages(spans: Spans) -> None:
    assert UNIX0 // 10**9 == 1_700_000_000  # 2023-11-14T22:13:20Z
    assert len(spans("search", "add", "--since", "2023-11-14T22:13:20Z", "--json").json["spans"]) == 2
    assert spans("search", "add", "--since", "2023-11-14T22:13:21Z", "--json").json["spans"] == []
    assert spans("search", "add", "--since", "1h", "--json").json["spans"] == []
    assert len(spans("search", "add", "--until", "1h", "--json").json["spans"]) == 2
    done = spans("search", "add", "--since", "yesterday")
    assert (done.code, "is no moment" in done.err) == (2, True)


def test_limit_says_that_there_is_more(spans: Spans) -> None:
    assert "… more than 1 (--limit 0 shows all)" in spans("search", "add", "--limit", "1").out
    assert spans("search", "add", "--limit", "1", "--json").json["more"] is True
    assert "… 1 more function" in spans("stats", "--limit", "1").out


def test_run_is_named_by_any_part_of_its_id(spans: Spans) -> None:
    assert len(spans("search", "add", "--run", "4242", "--json").json["spans"]) == 2
    assert len(spans("search", "add", "--run", "last", "--json").json["spans"]) == 2
    assert spans("search", "add", "--run", "nothing").code == 6


def test_index_can_be_made_anew(spans: Spans, tmp_path: Path) -> None:
    index = tmp_path / ".spanwright/traces/index.duckdb"
    index.write_text("something that is no index, of some length")
    assert spans("stats").code == 4
    done = spans("index", "--rebuild", "--json")
    assert (done.code, done.json["spans"], done.json["segments"], done.json["index"]) == (0, 3, 1, str(index))
    assert len(spans("stats", "--json").json) == 2


def test_missing_packages_are_named(spans: Spans, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("instrumenter.store")]:
        monkeypatch.delitem(sys.modules, name)
    there = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "duckdb":
            raise ModuleNotFoundError("No module named 'duckdb'", name="duckdb")
        return there(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    done = spans("stats")
    assert done.code == 4
    assert "pip install 'spanwright[store]'" in done.err
    assert "[no-store]" in done.err


def test_whole_program_can_be_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spans: Spans
) -> None:  # fmt: skip
    folder = instrumented(tmp_path / "project", 4)
    ran(folder)
    monkeypatch.chdir(folder)
    (refused,) = spans("errors", "--type", "Refused", "--json").json["errors"]
    assert (refused["count"], refused["example"]["exception"]["suggestion"]) == (2, "ask for less")
    (lookup,) = spans("errors", "--type", "LookupError", "--json").json["errors"]
    assert lookup["example"]["variables"]["message"].startswith("cannot load")
    assert [call["function"] for call in lookup["example"]["calls"]][-2:] == ["work.<locals>.<lambda>", "load"]
