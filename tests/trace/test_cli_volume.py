"""What the commands say of spans that were left out, and `spans export --counts`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from command_in_test import Ended, run_command
from segment_encoder import Counted, Stream, project, save
from trace_helpers import ADD, MAIN, PUT, SITES, started

from instrumenter.cli.spans import main

NAME = "20261120T091450.000000Z-4242"
Spans = Callable[..., Ended]


@pytest.fixture
def spans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Spans:
    """The command, in a project of its own; gives exit code, output and errors."""
    monkeypatch.chdir(project(tmp_path, SITES))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("SPANWRIGHT_TRACES", raising=False)

    return lambda *words: run_command(main, words, capsys)


def _program(folder: Path) -> None:
    """A trace that left out spans, a forgotten one, and counters."""
    data = started(version=4, clean=True)
    stream = Stream(data, 1)
    stream.enter(MAIN)
    for count in range(4):
        stream.enter(ADD, count, 1)
        stream.left_out(1000)
        stream.ret(count + 1)
    stream.enter(PUT, None, "k", (), {})
    stream.left_out(12)
    stream.leave()
    stream.left_out(1)
    stream.leave()
    gone = stream.enter(PUT, None, "gone", (), {})
    stream.leave()
    stream.forget(gone)
    data.counters(Counted(MAIN, 1, 0, 120, {7: 1}), Counted(ADD, 4000, 3, 400_000, {4: 3990, 39: 10}), Counted(PUT, 2))
    save(folder, data)


def test_tree_says_how_many_were_left_out(spans: Spans, tmp_path: Path) -> None:
    _program(tmp_path)
    assert spans("tree")[1].splitlines() == [
        f"run {NAME} · python3 app.py · 1.00 ms · 6 spans",
        "  110 ns          main()  (1 left out)",
        "   40 ns    36 %  ├─ add ×4  min 10 ns  mean 10 ns  max 10 ns  (4,000 left out)",
        "   10 ns   9.1 %  └─ Store.put(key='k')  (12 left out)",
    ]


def test_show_says_how_many_were_left_out_and_why(spans: Spans, tmp_path: Path) -> None:
    _program(tmp_path)
    put, add = (
        json.loads(spans("tree", "--json", "--function", name)[1])["traces"][0]["children"][0]
        for name in ("Store.put", "add")
    )
    said = spans("show", put["spanId"])[1].splitlines()
    settings = "TRACING_MIN_DURATION, TRACING_MAX_DEPTH, TRACING_OVERHEAD_BUDGET"
    assert f"left out      12 spans below it ({settings})" in said
    assert (put["leftOut"], add["leftOut"]) == (12, 1000)
    assert json.loads(spans("show", put["spanId"], "--json")[1])["span"]["leftOut"] == 12


def test_forgotten_trace_is_in_no_view(spans: Spans, tmp_path: Path) -> None:
    _program(tmp_path)
    for words in (["tree", "--expand"], ["list"], ["runs", "--processes"], ["export"]):
        code, out, err = spans(*words)
        assert (code, err, "gone" in out) == (0, "", False)
    (trace,) = json.loads(spans("list", "--json")[1])["traces"]
    assert (trace["spans"], trace["leftOut"]) == (6, 1)
    (run,) = json.loads(spans("runs", "--json")[1])["runs"]
    assert run["spans"] == 6


def test_counts_have_all_calls(spans: Spans, tmp_path: Path) -> None:
    _program(tmp_path)
    code, out, err = spans("export", "--counts")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert (found["format"], found["run"]["id"], found["run"]["spans"]) == (1, NAME, 6)
    assert found["functions"] == [
        {"function": "add", "file": "app.py", "line": 5, "calls": 4000, "failures": 3, "totalNs": 400_000,
         "histogram": [[16, 3990], [None, 10]]},
        {"function": "main", "file": "app.py", "line": 1, "calls": 1, "failures": 0, "totalNs": 120,
         "histogram": [[128, 1]]},
        {"function": "Store.put", "file": "app.py", "line": 9, "calls": 2, "failures": 0, "totalNs": 0,
         "histogram": []},
    ]  # fmt: skip
    assert [line[:14] for line in out.splitlines()[1:-1]] == ['{"function": "'] * 3


def test_counts_may_go_to_a_file(spans: Spans, tmp_path: Path) -> None:
    _program(tmp_path)
    assert spans("export", "--counts", NAME, "-o", "counts.json") == (0, "", "")
    assert (tmp_path / "counts.json").read_text() == spans("export", "--counts")[1]


def test_counts_of_a_run_without_counters_are_one_line(spans: Spans, tmp_path: Path) -> None:
    save(tmp_path, started())
    code, out, err = spans("export", "--counts", "-o", "counts.json")
    assert (code, out, err.count("\n")) == (6, "", 1)
    assert err == f"error: run {NAME} has no counters: no setting had spans left out [no-counters]\n"
    assert not (tmp_path / "counts.json").exists()


def test_counts_are_of_whole_runs(spans: Spans, tmp_path: Path) -> None:
    _program(tmp_path)
    (trace,) = json.loads(spans("export")[1])["traces"]
    for name in (trace["spanId"], trace["traceId"]):
        code, out, err = spans("export", "--counts", name)
        assert (code, out) == (2, "")
        assert err == "error: --counts is about whole runs: name a run, not a trace or a span [whole-runs]\n"


def test_tree_of_a_run_that_kept_nothing_points_at_the_counts(spans: Spans, tmp_path: Path) -> None:
    data = started(version=4, clean=True)
    data.counters(Counted(MAIN, 1))
    save(tmp_path, data)
    assert spans("tree")[1].splitlines()[1:] == ["no span was recorded; calls were counted: spans export --counts"]
    save(tmp_path, started(version=4))
    assert spans("tree")[1].splitlines()[1:] == ["no span was recorded"]
