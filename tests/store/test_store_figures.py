"""Figures are those that numpy finds in what is exported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from segment_encoder import Counted, Stream, project, save
from store_helpers import in_index, in_segments, index_of, instrumented, ran
from trace_helpers import ADD, MAIN, SITES, started

from instrumenter.analysis.columns import Columns
from instrumenter.store.filters import Filters
from instrumenter.store.stats import hotspots, stats
from instrumenter.trace import ops
from instrumenter.trace.runs import Traces
from instrumenter.trace.sites import FUNCTIONS


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = instrumented(tmp_path_factory.mktemp("figures") / "project", 3)
    for _ in range(3):
        ran(folder, "fork")
    return folder


def test_percentiles_and_counts_are_numpys(recorded: Path) -> None:
    spans: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for span in in_segments(recorded):
        if span["kind"] in FUNCTIONS:
            spans.setdefault((span["file"], span["function"]), []).append(span)
    with index_of(recorded) as connection:
        found: dict[tuple[str, str], dict[str, Any]] = {
            (one.file, one.function): one.as_json() for one in stats(connection, Filters())
        }
    assert found.keys() == spans.keys()
    for name, one in found.items():
        durations = np.array([span["durationNs"] for span in spans[name]], dtype=np.int64)
        assert one["calls"] == len(durations)
        assert one["errors"] == sum(span["status"] == "error" for span in spans[name])
        assert one["errorRate"] == one["errors"] / one["calls"]
        assert (one["minMs"], one["maxMs"]) == (np.min(durations) / 1e6, np.max(durations) / 1e6)
        assert one["totalMs"] == int(durations.sum()) / 1e6
        assert one["meanMs"] == pytest.approx(durations.mean() / 1e6, rel=1e-12)
        percentiles = [one["p50Ms"], one["p95Ms"], one["p99Ms"]]
        assert percentiles == pytest.approx(np.percentile(durations / 1e6, [50, 95, 99]).tolist(), rel=1e-12)
        assert "restsOn" not in one


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_self_times_are_those_of_the_analysis(level: int, tmp_path: Path) -> None:
    ran(instrumented(tmp_path, level))
    (run,) = Traces.load(tmp_path).runs
    columns = Columns(run.forest, run.forest.roots())
    expected = {columns.span(place).span_id: own for place, own in enumerate(columns.self_times())}
    with index_of(tmp_path) as connection:
        assert {span["spanId"]: span["selfNs"] for span in in_index(connection)} == expected


def test_self_times_of_all_below_a_span_add_up_to_its_duration(recorded: Path) -> None:
    with index_of(recorded) as connection:
        spans = in_index(connection)
    below: dict[str, list[dict[str, Any]]] = {}
    for span in spans:
        below.setdefault(span["parentSpanId"] or "", []).append(span)

    def own(span: dict[str, Any]) -> int:
        return int(span["selfNs"]) + sum(map(own, below.get(span["spanId"], ())))

    work = [span for span in spans if span["function"] == "work" and span["kind"] == "function"]
    assert len(work) == 9 and all(own(span) == pytest.approx(span["durationNs"], rel=0.01) for span in work)


def test_self_time_is_what_a_function_took_without_what_it_called(tmp_path: Path) -> None:
    data = started(version=5)
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.enter(ADD, 1, 2, dt=5)
    stream.ret(3, dt=100)
    stream.leave(dt=7)
    save(project(tmp_path, SITES), data)
    with index_of(tmp_path) as connection:
        found = {one.function: (one.self_ns, one.total_ns) for one in stats(connection, Filters())}
        assert found == {"main": (12, 112), "add": (100, 100)}
        spots = [
            (one.function, one.self_ns, one.self_share, one.total_share) for one in hotspots(connection, Filters())
        ]
        assert spots == [("add", 100, 100 / 112, 100 / 112), ("main", 12, 12 / 112, 1.0)]


def test_counts_come_from_the_counters_and_say_what_percentiles_rest_on(tmp_path: Path) -> None:
    data = started(version=5)
    stream = Stream(data, 1)
    for _ in range(4):
        stream.enter(ADD, 1, 2)
        stream.ret(3, dt=100)
    data.counters(Counted(ADD, calls=1000, failures=10, ticks=50_000), Counted(MAIN, calls=5, ticks=10))
    save(project(tmp_path, SITES), data)
    with index_of(tmp_path) as connection:
        add, main = (one.as_json() for one in stats(connection, Filters()))
        assert (add["calls"], add["errors"], add["errorRate"], add["totalMs"]) == (1000, 10, 0.01, 0.05)
        assert (add["meanMs"], add["p50Ms"], add["restsOn"]) == (0.00005, 0.0001, 4)
        assert (main["function"], main["calls"], main["p50Ms"], main["minMs"], main["restsOn"]) == (
            "main",
            5,
            None,
            None,
            0,
        )
        # Durations are not counted one by one: where they choose, the spans that are there answer.
        (chosen,) = stats(connection, Filters(min_ns=50))
        assert (chosen.calls, chosen.spans, chosen.errors) == (4, 4, 0)


def test_counts_of_a_function_that_was_taken_out_are_a_part(tmp_path: Path) -> None:
    data = started(version=5)
    for site, how in ((ADD, ops.TAKEN_OUT), (ADD, ops.RECORDED), (MAIN, ops.COUNTED_ONLY)):
        data.switch(site, how, 10)
    data.counters(Counted(ADD, calls=1000, ticks=50_000), Counted(MAIN, calls=5, ticks=10))
    save(project(tmp_path, SITES), data)
    with index_of(tmp_path) as connection:
        add, main = (one.as_json() for one in stats(connection, Filters()))
        assert (add["function"], add["partial"], "partial" in main) == ("add", True, False)


def test_throughput_is_calls_by_the_time_that_the_run_lasted(tmp_path: Path) -> None:
    data = started(version=5, duration=2_000_000_000)
    stream = Stream(data, 1)
    for _ in range(10):
        stream.enter(MAIN)
        stream.leave()
    save(project(tmp_path, SITES), data)
    with index_of(tmp_path) as connection:
        (main,) = stats(connection, Filters())
        assert main.per_second == pytest.approx(5.0)


def test_calls_that_have_not_ended_are_in_no_figure(tmp_path: Path) -> None:
    data = started(version=5)
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.enter(ADD, 1, 2)
    stream.ret(3)
    save(project(tmp_path, SITES), data)
    with index_of(tmp_path) as connection:
        assert [one.function for one in stats(connection, Filters())] == ["add"]
