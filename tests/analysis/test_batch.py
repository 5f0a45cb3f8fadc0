"""`spans batch`: repeated calls seen as a batch."""

from __future__ import annotations

from pathlib import Path

import pytest
from analysis_helpers import Spans, calls, in_project
from segment_encoder import Stream, exception
from trace_helpers import ADD, FETCH, MAIN, PUT, started


@pytest.fixture
def spans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Spans:
    return in_project(tmp_path, monkeypatch, capsys)


@pytest.fixture
def ran(spans: Spans) -> Spans:
    spans.record(calls)
    return spans


def test_batch_of_a_function_has_its_figures(ran: Spans) -> None:
    (batch,) = ran("batch", "add", "--json").json["batches"]
    assert (batch["function"], batch["parent"]["function"], batch["count"]) == ("add", "main", 4)
    assert (batch["succeeded"], batch["failed"], batch["unfinished"]) == (4, 0, 0)
    assert (batch["mode"], batch["concurrency"]) == ("sequential", 1)
    assert [batch[key] for key in ("minNs", "meanNs", "maxNs", "totalNs", "wallNs")] == [100, 250, 400, 1000, 1030]
    assert [(one["fromNs"], one["durationNs"]) for one in batch["items"]] == [
        (0, 100), (110, 200), (320, 300), (630, 400)
    ]  # fmt: skip
    assert batch["items"][2]["params"] == {"a": 2, "b": 1}


def test_batch_as_text(ran: Spans) -> None:
    lines = ran("batch", "app.py::add").lines[2:]
    assert lines[0] == "add ×4  from main  app.py:5"
    assert lines[1:4] == [
        "  4 succeeded, 0 failed",
        "  one after another; 1.03 µs from the first to the last",
        "  an item  min 100 ns  mean 250 ns  max 400 ns  total 1.00 µs",
    ]
    assert lines[4].startswith("    100 ns  (a=0, b=1)") and lines[4].rstrip().endswith("█")
    bars = [line[45:] for line in lines[4:]]
    assert [bar.index("█") for bar in bars] == sorted({bar.index("█") for bar in bars})


def test_batches_below_a_span_are_those_it_called(ran: Spans) -> None:
    tree = ran("tree", "--json").json["traces"][0]
    (batch,) = ran("batch", tree["spanId"], "--json").json["batches"]
    assert batch["function"] == "add"
    # An item leads to the batch that it is of.
    assert ran("batch", tree["children"][1]["spanId"], "--json").json["batches"] == [batch]
    alone = ran("batch", tree["children"][4]["spanId"])
    assert (alone.code, "called once" in alone.out) == (0, True)


def test_batch_of_side_by_side_items_tells_how_many_at_once(spans: Spans) -> None:
    data = started(clean=True)
    stream = Stream(data, 1)
    stream.enter(MAIN)
    for handle in (1, 2, 3):
        stream.event(0x12, FETCH, handle)
        stream.args(f"page {handle}")
    stream.event(0x16, 2, dt=100)
    stream.event(0x12, FETCH, 4)
    stream.args("page 4")
    stream.event(0x16, 1, dt=50)
    stream.event(0x16, 3)
    stream.event(0x16, 4)
    stream.leave()
    spans.save(data)
    (batch,) = spans("batch", "fetch", "--json").json["batches"]
    assert (batch["mode"], batch["concurrency"], batch["count"], batch["wallNs"]) == ("parallel", 3, 4, 200)
    assert any(line.startswith("  side by side, at most 3 at once (") for line in spans("batch", "fetch").lines)


def test_items_that_touch_are_not_side_by_side(spans: Spans) -> None:
    def draw(stream: Stream) -> None:
        stream.enter(MAIN)
        for _ in range(3):
            stream.enter(ADD, 1, 2, dt=0)
            stream.ret(3)
        stream.leave()

    spans.record(draw)
    assert spans("batch", "add", "--json").json["batches"][0]["concurrency"] == 1


def _tried(stream: Stream) -> None:
    stream.enter(MAIN)
    for key, worked in (("a", False), ("b", True), ("a", False), ("a", True), ("c", False), ("b", True), ("a", True)):
        stream.enter(PUT, None, key, (), {})
        if worked:
            stream.ret(1)
        else:
            stream.fail(exception("TimeoutError", "late"))
    stream.leave()


def test_retries_are_the_same_arguments_after_a_failure(spans: Spans) -> None:
    spans.record(_tried)
    (batch,) = spans("batch", "put", "--json").json["batches"]
    (retry,) = batch["retries"]
    keys = {one["spanId"]: (one["params"]["key"], one["status"]) for one in batch["items"]}
    assert [keys[one] for one in retry["spanIds"]] == [("a", "error"), ("a", "error"), ("a", "ok")]
    assert retry["recovered"] is True and (batch["succeeded"], batch["failed"]) == (4, 3)
    lines = spans("batch", "put").lines
    assert "  1 failed item tried again with the same arguments, 2 times in all; 1 succeeded at last" in lines
    assert any("✗ TimeoutError: late" in line for line in lines)


def test_items_at_the_top_are_a_batch_without_a_parent(spans: Spans) -> None:
    def draw(stream: Stream) -> None:
        for count in range(30):
            stream.enter(ADD, count, 0)
            stream.ret(0)

    spans.record(draw)
    (batch,) = spans("batch", "add", "--json").json["batches"]
    assert (batch["parent"], batch["count"]) == (None, 30)
    lines = spans("batch", "add").lines
    assert lines[-1] == "  … 10 more items (--items 0 shows all)"
    assert len(spans("batch", "add", "--items", "0").lines) == len(lines) + 9


def test_batches_are_the_longest_first_and_limited(spans: Spans) -> None:
    def draw(stream: Stream) -> None:
        for took in (10, 1000, 100):
            stream.enter(MAIN)
            for _ in range(2):
                stream.enter(ADD, 1, 2)
                stream.ret(3, dt=took)
            stream.leave()

    spans.record(draw)
    found = spans("batch", "add", "--json", "--limit", "2").json["batches"]
    assert [one["maxNs"] for one in found] == [1000, 100]
    assert spans("batch", "add", "--limit", "1").lines[-1] == "… 2 more (--limit N)"


def test_batch_of_an_unknown_name_is_one_line(ran: Spans) -> None:
    for target in ("nothing", "app.py::nothing"):
        result = ran("batch", target)
        assert (result.code, result.out, result.err.count("\n")) == (6, "", 1)
        assert "[unknown-function]" in result.err
    once = ran("batch", "main")
    assert (once.code, "called once" in once.out) == (0, True)
