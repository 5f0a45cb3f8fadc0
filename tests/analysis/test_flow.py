"""`spans flow` in the terminal and as JSON."""

from __future__ import annotations

from pathlib import Path

import pytest
from analysis_helpers import NAME, Spans, calls, in_project
from segment_encoder import Stream
from trace_helpers import ADD, MAIN, PUT, only_run, started

from instrumenter.analysis.flames import Extent, Merging, placed
from instrumenter.analysis.longest import longest


@pytest.fixture
def spans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Spans:
    return in_project(tmp_path, monkeypatch, capsys)


@pytest.fixture
def ran(spans: Spans) -> Spans:
    spans.record(calls)
    return spans


def test_flow_tree_is_the_call_tree(ran: Spans) -> None:
    assert ran("flow").lines == ran("tree").lines
    assert ran("flow", "--json").json == ran("tree", "--json").json
    assert ran("flow", "--depth", "1").lines == ran("tree", "--depth", "1").lines


def test_flow_flamegraph_draws_each_block_as_wide_as_its_share(ran: Spans) -> None:
    lines = ran("flow", "--format", "flamegraph").lines
    assert lines[1] == "▏main " + "─" * 94
    below = lines[2]
    # 1,000 of 1,500 ns are those of add, 400 those of Store.put.
    assert below.index("▏Store.put") == below.rindex("▏") and len(below) == 93
    assert abs(below.index("▏Store.put") - 67) <= 1
    assert below.startswith("▏add ×4 ─")


def test_flow_flamegraph_lists_what_took_most_in_itself(ran: Spans) -> None:
    lines = ran("flow", "--format", "flamegraph").lines
    listed = [line.split() for line in lines[lines.index("") + 1 :]]
    assert listed[0] == ["in", "itself", "share", "calls", "function", "file"]
    assert [line[-2] for line in listed[1:]] == ["add", "Store.put", "main"]
    assert listed[1][:2] == ["1.00", "µs"]


def test_flow_flamegraph_as_json(ran: Spans) -> None:
    main, add, put = ran("flow", "--format", "flamegraph", "--json").json["flames"]
    assert (main["parent"], add["parent"], put["parent"]) == (None, 0, 0)
    assert (add["function"], add["calls"], add["errors"], add["totalNs"], add["selfNs"]) == ("add", 4, 0, 1000, 1000)
    assert (put["errors"], put["totalNs"], put["depth"]) == (1, 400, 1)
    assert main["selfNs"] == main["totalNs"] - 1400


def test_flow_timeline_shows_when_each_ran(ran: Spans) -> None:
    lines = ran("flow", "--format", "timeline").lines
    assert lines[1].split() == ["0", "1.50", "µs"]
    bars = [line[45:] for line in lines[2:]]
    assert [line.split()[0:3:2] for line in lines[2:]] == [["1.50", "main"], ["1.00", "├─"], ["400", "└─"]]
    assert set(bars[0]) == {"█"} and len(bars[0]) == 55
    assert bars[1].strip("█ ") == "" and bars[1].count("█") < 40
    assert bars[2].endswith("✗") and bars[2].lstrip() != bars[2]


def test_flow_timeline_as_json_has_the_spans_in_order(ran: Spans) -> None:
    found = ran("flow", "--format", "timeline", "--json").json["spans"]
    assert [one["function"] for one in found] == ["main", "add", "add", "add", "add", "Store.put"]
    assert {one["traceId"] for one in found} == {found[0]["traceId"]}
    starts = [one["startNs"] for one in found]
    assert starts == sorted(starts)


@pytest.mark.parametrize("view", ["flamegraph", "timeline", "tree"])
def test_flow_leaves_out_what_was_asked_for(ran: Spans, view: str) -> None:
    drawn = "\n".join(ran("flow", "--format", view, "--min-duration", "500ns").lines)
    assert "main" in drawn and "Store.put" not in drawn
    assert "add" not in "\n".join(ran("flow", "--format", view, "--depth", "1").lines)
    last = ran("flow", "--format", view, "--limit", "1").lines[-1]
    assert last.startswith("… more lines (--limit 0")


def test_flow_timeline_leaves_out_what_cannot_be_seen(spans: Spans) -> None:
    spans.record(_wide)
    shown, everything = (spans("flow", "--format", "timeline", *more).lines for more in ((), ("--min-duration", "0")))
    assert len(shown) == 5 and "└─ add" in shown[3] and "×" not in shown[3]
    assert shown[-1] == "what took less than 122 ns is left out (--min-duration 0 shows it)"
    assert len(everything) == 5


def test_flow_of_a_span_begins_with_it(ran: Spans) -> None:
    add = ran("flow", "--format", "timeline", "--json").json["spans"][1]["spanId"]
    (flame,) = ran("flow", add, "--format", "flamegraph", "--json").json["flames"]
    assert (flame["function"], flame["totalNs"]) == ("add", 100)


def test_flow_of_nothing_names_the_run(ran: Spans) -> None:
    result = ran("flow", "zzz", "--format", "flamegraph")
    assert (result.code, result.err) == (
        6,
        f"error: no run, trace or span 'zzz'; the last run is {NAME} [unknown-id]\n",
    )


def test_flow_page_needs_a_name_that_says_what_it_is(ran: Spans) -> None:
    result = ran("flow", "-o", "page.png")
    assert (result.code, "[no-such-page]" in result.err, result.err.count("\n")) == (2, True, 1)


def _wide(stream: Stream) -> None:
    stream.enter(MAIN)
    for count in range(2000):
        stream.enter(ADD, count, 1, dt=1)
        stream.enter(PUT, None, "k", (), {}, dt=1)
        stream.leave(dt=1)
        stream.ret(count, dt=1000 if count == 7 else 10)
    stream.leave()


def test_longest_spans_come_with_all_above_them(tmp_path: Path, spans: Spans) -> None:
    spans.record(_wide)
    run = only_run(tmp_path)
    found = longest(run.forest, run.forest.roots(), 3)
    assert [(one.span.name, one.parent, one.depth) for one in found.spans[:2]] == [("main", -1, 0), ("add", 0, 1)]
    assert max(one.span.duration_ns for one in found.spans[1:]) == 1002 and found.beyond_ns == 12


def test_flames_below_the_least_are_not_looked_into(tmp_path: Path, spans: Spans) -> None:
    spans.record(_wide)
    run = only_run(tmp_path)
    names = [flame.function.name for flame, _ in placed(Merging(run.forest, Extent()).below(run.forest.roots()))]
    assert names == ["main", "add", "Store.put"]
    short = list(placed(Merging(run.forest, Extent(least_ns=5000)).below(run.forest.roots())))
    assert [flame.function.name for flame, _ in short] == ["main", "add"]
    # What is not shown is still not the caller's own time.
    assert short[1][0].self_ns == short[1][0].total_ns - 2000


def test_flames_of_side_by_side_calls_are_as_wide_as_these_together(tmp_path: Path, spans: Spans) -> None:
    data = started(clean=True)
    data.thread(2, "worker")
    first = Stream(data, 1)
    number = first.enter(MAIN)
    second = Stream(data, 2, ticks=1010)
    second.event(0x3D, 1, 0, number, dt=0)
    for stream, function in ((first, ADD), (second, PUT)):
        stream.enter(function, dt=0)
        stream.leave(dt=500)
    first.leave(dt=0)
    spans.save(data)
    run = only_run(tmp_path)
    (main,) = Merging(run.forest, Extent()).below(run.forest.roots())
    assert (main.total_ns, main.width_ns, main.self_ns) == (500, 1000, 0)
    assert [child.function.name for child in main.children] == ["add", "Store.put"]
    assert "Store.put [worker]" in spans("flow", "--format", "timeline").lines[-1]
