"""What the commands say of functions that were turned down for the overhead budget."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from command_in_test import Ended, run_command
from segment_encoder import Counted, SegmentBytes, Stream, project, save
from trace_helpers import ADD, MAIN, PUT, SITES, started

from instrumenter.cli.spans import main

NAME = "20261120T091450.000000Z-4242"
SECOND = 10**9
Spans = Callable[..., Ended]


@pytest.fixture
def spans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Spans:
    """The command, in a project of its own; gives exit code, output and errors."""
    monkeypatch.chdir(project(tmp_path, SITES))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("SPANWRIGHT_TRACES", raising=False)

    return lambda *words: run_command(main, words, capsys)


def _program(folder: Path) -> None:
    """One function that was counted only, one that was also taken out, and their counters."""
    data = started(version=5, clean=True, duration=20 * SECOND)
    data.counters(Counted(ADD, 7, 0, 700), Counted(MAIN, 1, 0, 900))
    data.switch(ADD, 1, SECOND)
    data.switch(PUT, 1, 3 * SECOND // 2)
    data.switch(ADD, 2, 2 * SECOND)
    data.switch(PUT, 0, 4 * SECOND)
    _call(data)
    save(folder, data)


def _call(data: SegmentBytes) -> None:
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.left_out(7)
    stream.leave()


def test_runs_says_how_many_functions_were_turned_down(spans: Spans, tmp_path: Path) -> None:
    _program(tmp_path)
    code, out, err = spans("runs")
    assert (code, err) == (0, "")
    assert out.splitlines()[1].endswith("  ended, 2 functions turned down")
    assert json.loads(spans("runs", "--json")[1])["runs"][0]["turnedDown"] == 2


def test_tree_and_list_say_so_too(spans: Spans, tmp_path: Path) -> None:
    _program(tmp_path)
    headline = f"run {NAME} · python3 app.py · 20.0 s · 1 span · 2 functions turned down"
    for command in ("tree", "list"):
        assert spans(command)[1].splitlines()[0] == headline


def test_run_in_which_nothing_was_turned_down_says_nothing_of_it(spans: Spans, tmp_path: Path) -> None:
    data = started(version=5, clean=True)
    _call(data)
    save(tmp_path, data)
    assert spans("runs")[1].splitlines()[1].endswith("  ended")
    assert "turned" not in spans("doctor")[1] + spans("tree")[1]
    assert "turnedDown" not in json.loads(spans("runs", "--json")[1])["runs"][0]
    assert json.loads(spans("doctor", "--json")[1])["turnedDown"] == []


def test_doctor_lists_what_was_turned_down_and_is_content(spans: Spans, tmp_path: Path) -> None:
    _program(tmp_path)
    code, out, err = spans("doctor")
    assert (code, err) == (0, "")
    assert out.splitlines()[-5:] == [
        "turned down 2 functions, for TRACING_OVERHEAD_BUDGET",
        "  app.py:5  add        counted only from 1.00 s to 2.00 s, taken out from 2.00 s on",
        "  app.py:9  Store.put  counted only from 1.50 s to 4.00 s",
        "  the counts of what was taken out are a part: nothing of it is known while its probes were out",
        "all is well",
    ]


def test_doctor_as_json_has_every_period(spans: Spans, tmp_path: Path) -> None:
    _program(tmp_path)
    found = json.loads(spans("doctor", "--json")[1])
    assert found["findings"] == []
    assert found["turnedDown"] == [
        {"function": "add", "file": "app.py", "line": 5, "periods": [
            {"process": 4242, "how": "counted_only", "startNs": SECOND, "endNs": 2 * SECOND},
            {"process": 4242, "how": "taken_out", "startNs": 2 * SECOND, "endNs": None},
        ]},
        {"function": "Store.put", "file": "app.py", "line": 9, "periods": [
            {"process": 4242, "how": "counted_only", "startNs": 3 * SECOND // 2, "endNs": 4 * SECOND},
        ]},
    ]  # fmt: skip


def test_doctor_says_the_first_times_of_a_function(spans: Spans, tmp_path: Path) -> None:
    data = started(version=5, clean=True, duration=20 * SECOND)
    for count in range(12):
        data.switch(ADD, 1 - count % 2, count * SECOND)
    save(tmp_path, data)
    (line,) = [line for line in spans("doctor")[1].splitlines() if "add" in line]
    assert (line.count("counted only"), line.endswith("to 7.00 s, …+2 times")) == (4, True)
    assert "are a part" not in spans("doctor")[1]


def test_doctor_names_the_processes_where_there_are_several(spans: Spans, tmp_path: Path) -> None:
    first, second = started(version=5, pid=10, started=1), started(version=5, pid=20, started=2, forked_from=f"{NAME}")
    second.switch(ADD, 1, 5000)
    save(tmp_path, first, f"{NAME}.seg")
    save(tmp_path, second, "20261120T091451.000000Z-20.seg")
    assert "  app.py:5  add  counted only from 5.00 µs on in process 20" in spans("doctor")[1].splitlines()


def test_counts_mark_what_was_taken_out(spans: Spans, tmp_path: Path) -> None:
    _program(tmp_path)
    code, out, err = spans("export", "--counts")
    assert (code, err) == (0, "")
    assert [(one["function"], one.get("partial")) for one in json.loads(out)["functions"]] == [
        ("main", None), ("add", True)
    ]  # fmt: skip


def test_show_names_the_budget_among_what_leaves_out(spans: Spans, tmp_path: Path) -> None:
    _program(tmp_path)
    (trace,) = json.loads(spans("export")[1])["traces"]
    assert "left out      7 spans below it (TRACING_MIN_DURATION, TRACING_MAX_DEPTH, TRACING_OVERHEAD_BUDGET)" in (
        spans("show", trace["spanId"])[1].splitlines()
    )
