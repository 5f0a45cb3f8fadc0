"""`spans analyze`: what it finds, and nothing else."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from analysis_helpers import NAME, Spans, in_project
from detailed_helpers import Sites
from segment_encoder import Stream, exception, project
from trace_helpers import ADD, MAIN, NUMBERS, PUT, only_run, started

from instrumenter.analysis.columns import Columns
from instrumenter.analysis.critical_path import critical_path
from instrumenter.analysis.history import at_least, percentile


@pytest.fixture
def spans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Spans:
    return in_project(tmp_path, monkeypatch, capsys)


def _columns(folder: Path) -> Columns:
    run = only_run(folder)
    return Columns(run.forest, run.forest.roots())


def _own(columns: Columns) -> list[tuple[str, int]]:
    return [(columns.subject(place).name, ns) for place, ns in enumerate(columns.self_times())]


def _side_by_side(spans: Spans) -> None:
    """`main` (100-1,100) waits for `put` of another thread (200-1,000), beside which `add` runs (200-600)."""
    data = started(clean=True)
    data.thread(2, "worker")
    first = Stream(data, 1, ticks=90)
    number = first.enter(MAIN)
    second = Stream(data, 2, ticks=100)
    second.event(0x3D, 1, 0, number, dt=0)
    second.enter(PUT, None, "k", (), {}, dt=100)
    first.enter(ADD, 1, 2, dt=100)
    first.ret(3, dt=400)
    second.leave(dt=800)
    first.leave(dt=500)
    spans.save(data)


def test_own_times_add_up_to_the_total(tmp_path: Path, spans: Spans) -> None:
    def draw(stream: Stream) -> None:
        stream.enter(MAIN)
        for count in range(5):
            stream.enter(ADD, count, 0, dt=7)
            stream.enter(PUT, None, count, (), {}, dt=11)
            stream.leave(dt=13)
            stream.ret(0, dt=17)
        stream.leave(dt=19)

    spans.record(draw)
    columns = _columns(tmp_path)
    assert sum(columns.self_times()) == columns.total_ns == 5 * 48 + 19
    assert dict(_own(columns)) == {"main": 5 * 7 + 19, "add": 28, "Store.put": 13}


def test_own_time_counts_what_runs_side_by_side_once(tmp_path: Path, spans: Spans) -> None:
    _side_by_side(spans)
    assert sorted(_own(_columns(tmp_path))) == [("Store.put", 800), ("add", 400), ("main", 200)]


def test_own_time_of_a_generator_is_that_in_which_it_ran(tmp_path: Path, spans: Spans) -> None:
    def draw(stream: Stream) -> None:
        stream.enter(MAIN)
        stream.opened(0x10, 3, NUMBERS, 1)
        stream.event(0x14, 1, dt=30)
        stream.enter(ADD, 1, 2, dt=5)
        stream.ret(3, dt=1000)
        stream.event(0x15, 1, dt=5)
        stream.event(0x16, 1, dt=20)
        stream.leave(dt=40)

    spans.record(draw)
    columns = _columns(tmp_path)
    assert dict(_own(columns)) == {"main": 10 + 5 + 5 + 40, "numbers": 50, "add": 1000}
    assert sum(columns.self_times()) == columns.total_ns
    names = [columns.subject(one.place).name for one in critical_path(columns, 0)]
    assert names == ["main", "add", "main"]


def test_critical_path_goes_through_the_thread_that_ended_last(tmp_path: Path, spans: Spans) -> None:
    _side_by_side(spans)
    columns = _columns(tmp_path)
    path = [(columns.subject(one.place).name, one.ns) for one in critical_path(columns, 0)]
    assert path == [("main", 100), ("Store.put", 800), ("main", 100)]
    found = spans("analyze", "--json").json["criticalPath"]
    assert [(one["function"], one["onPathNs"]) for one in found["functions"]] == [("Store.put", 800), ("main", 200)]
    assert [(one["fromNs"], one["toNs"]) for one in found["stretches"]] == [(0, 100), (100, 900), (900, 1000)]


def test_critical_path_lasts_as_long_as_the_trace(tmp_path: Path, spans: Spans) -> None:
    def draw(stream: Stream) -> None:
        for _ in range(4):
            stream.enter(MAIN)
        for count in range(4):
            stream.enter(ADD, count, 0, dt=count)
            stream.ret(0, dt=3)
            stream.leave(dt=5)

    spans.record(draw)
    columns = _columns(tmp_path)
    path = critical_path(columns, 0)
    assert sum(one.ns for one in path) == columns.total_ns
    assert all(one.end == following.start for one, following in pairwise(path))


def test_bottlenecks_are_what_takes_over_30_percent_in_itself(spans: Spans) -> None:
    _side_by_side(spans)
    result = spans("analyze", "--json").json
    assert [one["function"] for one in result["bottlenecks"]] == ["Store.put", "add"]
    lines = spans("analyze").lines
    at = lines.index("bottlenecks: over 30 % of 1.00 µs in itself")
    assert lines[at + 1].split() == ["800", "ns", "80", "%", "Store.put", "app.py:9"]


def _cached(stream: Stream) -> None:
    stream.enter(MAIN)
    for count in (1, 2, 1, 1):
        stream.enter(ADD, count, 5)
        stream.enter(ADD, 7, 7)
        stream.ret(14, dt=50)
        stream.ret(count + 5, dt=100)
    for result in (1, 2, None, None):
        stream.enter(PUT, None, result and "k", (), {})
        stream.ret(result, dt=100)
    for _ in range(2):
        stream.enter(ADD, "cut", "cut")
        stream.fail(exception("ValueError", "no"), dt=100)
    stream.leave()


def test_repeated_calls_say_what_a_cache_would_have_saved(spans: Spans) -> None:
    spans.record(_cached)
    result = spans("analyze", "--json").json
    # Not those whose results differ, are None, or that failed.
    assert [(one["params"], one["calls"], one["savedNs"]) for one in result["repeats"]] == [
        ({"a": 1, "b": 5}, 3, 320), ({"a": 7, "b": 7}, 4, 150)
    ]  # fmt: skip
    # Two of the saved calls of add(7, 7) lie within saved ones of add(1, 5).
    assert result["savedNs"] == 320 + 50
    assert "  320 ns  ×3 add(a=1, b=5) → 6" in [line[2:] for line in spans("analyze").lines]


def test_repeated_calls_with_hidden_arguments_are_not_the_same(spans: Spans) -> None:
    def draw(stream: Stream) -> None:
        for _ in range(3):
            stream.enter(ADD, "<redacted: password>", 1)
            stream.ret(1, dt=100)

    spans.record(draw)
    assert spans("analyze", "--json").json["repeats"] == []


def _fetching(folder: Path, name: str, callee: str, count: int) -> None:
    sites = Sites(3)
    sites.function("main", 1)
    sites.function(name, 10, "function", "key")
    call, inner = sites.call(0, 3, name), sites.call(1, 11, callee)
    data = sites.segment(clean=True)
    data.callee(1, name, module="__main__", file="/project/app.py", line=10)
    data.callee(2, callee.rpartition(".")[2], module=callee.rpartition(".")[0])
    stream = Stream(data, 1)
    stream.enter(0)
    for key in range(count):
        stream.call(call, 1)
        stream.enter(1, key)
        stream.call(inner, 2)
        stream.out(dt=1000)
        stream.leave()
        stream.out()
    stream.leave()
    project(folder, sites.table())
    (folder / ".spanwright" / "traces" / f"{NAME}.seg").write_bytes(data.data())


@pytest.mark.parametrize(
    ("name", "callee", "count", "found"),
    [
        ("get_user", "json.loads", 6, ["get_user"]),
        ("user", "sqlite3.Cursor.execute", 6, ["user"]),
        ("user", "json.loads", 6, []),
        ("getter", "json.loads", 6, []),
        ("get_user", "json.loads", 4, []),
    ],
)
def test_many_calls_where_one_might_do(
    tmp_path: Path, spans: Spans, name: str, callee: str, count: int, found: list[str]
) -> None:
    _fetching(tmp_path, name, callee, count)
    patterns: list[dict[str, Any]] = spans("analyze", "--json").json["nPlusOne"]
    assert [one["function"] for one in patterns] == found
    for one in patterns:
        assert (one["calls"], one["caller"], one["varies"]) == (count, "main", ["key"])
        assert one["callSite"] == {"file": "app.py", "line": 3}
        assert one["outside"] == (callee if "sqlite3" in callee else None)


def test_many_calls_with_the_same_arguments_are_no_pattern(spans: Spans) -> None:
    def draw(stream: Stream) -> None:
        stream.enter(MAIN)
        for _ in range(9):
            stream.enter(ADD, 1, 2)
            stream.ret(3)
        stream.leave()

    spans.record(draw)
    assert spans("analyze", "--json").json["nPlusOne"] == []


def test_waiting_is_told_from_running(tmp_path: Path, spans: Spans) -> None:
    sites = Sites(3)
    sites.function("main", 1, "coroutine")
    waits = sites.awaits(0, 3, "asyncio.sleep(1)")
    sleep = sites.call(0, 4, "time.sleep")
    data = sites.segment(clean=True)
    data.callee(1, "sleep", module="time")
    stream = Stream(data, 1)
    stream.event(0x12, 0, 1)
    stream.event(0x34, waits, 1, dt=10)
    stream.event(0x14, 1, dt=20)
    stream.event(0x15, 1, dt=500)
    stream.event(0x35, 1, dt=5)
    stream.event(0x31, sleep, 1, 1, dt=15)
    stream.event(0x32, dt=300)
    stream.event(0x16, 1, dt=50)
    project(tmp_path, sites.table())
    spans.save(data)
    result = spans("analyze", "--json").json
    assert result["waiting"] == {"runningNs": 10 + 20 + 5 + 15 + 50, "waitingNs": 800}
    assert any(line.startswith("waited 800 ns (89 %), ran 100 ns") for line in spans("analyze").lines)


def test_biggest_values_come_first(spans: Spans) -> None:
    def draw(stream: Stream) -> None:
        for size in (10, 3000):
            stream.enter(ADD, "x" * size, list(range(size)))
            stream.ret(size)

    spans.record(draw)
    found = spans("analyze", "--json").json["biggestValues"]
    assert [(one["name"], one["size"] >= 3000) for one in found] == [("b", True), ("a", True)]
    assert found[1]["value"] == "x" * 3000


def _usual(stream: Stream) -> None:
    for count in range(200):
        stream.enter(ADD, count, 0)
        stream.ret(0, dt=100 + count % 10)
        stream.enter(PUT, None, "k", (), {})
        stream.leave(dt=50)


def _unusual(stream: Stream) -> None:
    stream.enter(ADD, 1, 0)
    stream.ret(0, dt=5000)
    for count in range(5):
        stream.enter(PUT, None, "k", (), {})
        if count % 2:
            stream.fail(exception("ValueError", "no"), dt=40)
        else:
            stream.leave(dt=40)


def test_anomalies_are_beyond_what_was_usual(spans: Spans) -> None:
    spans.record(_usual)
    spans.record(_unusual, "20261121T091450.000000Z-7", pid=7, started=1)
    result = spans("analyze", "--json").json
    assert result["historyRuns"] == 1
    found = {one["kind"]: one for one in result["anomalies"]}
    assert (found["slow"]["function"], found["slow"]["durationNs"], found["slow"]["usualP99Ns"]) == ("add", 5000, 109)
    assert (found["errors"]["function"], found["errors"]["count"], found["errors"]["calls"]) == ("Store.put", 2, 5)
    assert spans("analyze", "--json", "--history", "0").json["anomalies"] == []


def test_a_usual_run_has_no_anomalies(spans: Spans) -> None:
    spans.record(_usual)
    spans.record(_usual, "20261121T091450.000000Z-7", pid=7, started=1)
    assert spans("analyze", "--json").json["anomalies"] == []


def test_at_least_is_the_binomial_tail() -> None:
    assert at_least(0, 5, 0.5) == 1.0
    assert at_least(3, 3, 0.5) == pytest.approx(1 / 8)
    assert at_least(2, 3, 0.5) == pytest.approx(1 / 2)
    assert at_least(1, 100, 0.01) == pytest.approx(1 - 0.99**100)


def test_percentile_lies_between_values() -> None:
    assert (percentile([1, 2, 3, 4, 5], 0.5), percentile([10, 20], 0.25), percentile([7], 0.99)) == (3, 12.5, 7)


def test_analyze_of_an_empty_run_says_so(spans: Spans) -> None:
    spans.save(started(clean=True))
    assert spans("analyze").lines[-1] == "no span was recorded"
    assert spans("analyze", "--json").json["spans"] == 0


def test_analyze_of_one_trace_looks_at_that_alone(spans: Spans) -> None:
    spans.record(_usual)
    first = spans("list", "--json").json["traces"][0]["spanId"]
    result = spans("analyze", first, "--json").json
    assert (result["spans"], result["totalNs"]) == (1, 100)


def test_own_times_of_a_deep_recursion_do_not_recurse(tmp_path: Path, spans: Spans) -> None:
    def draw(stream: Stream) -> None:
        for count in range(3000):
            stream.enter(ADD, count, 0)
        for _ in range(3000):
            stream.ret(0)

    spans.record(draw)
    columns = _columns(tmp_path)
    assert sum(columns.self_times()) == columns.total_ns
    assert sum(one.ns for one in critical_path(columns, 0)) == columns.total_ns
    assert spans("analyze").code == 0
