"""What is left out, spans that were too quick or too deep; and what else came with version 4 of the format."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from detailed_helpers import Sites
from segment_encoder import Counted, SegmentBytes, Stream, exception, further_out, v, value
from trace_helpers import ADD, FETCH, MAIN, exported, only_run, opened, spans, started, texts, tree


def _begun(**header: Any) -> SegmentBytes:
    return started(version=4, **header)


def test_left_out_is_the_spans_at_the_top(tmp_path: Path) -> None:
    data = _begun()
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.enter(ADD, 1, 2)
    stream.left_out(300)
    stream.ret(3)
    stream.left_out(2)
    stream.leave()
    stream.enter(MAIN)
    stream.leave()
    segment = opened(tmp_path, data)
    assert segment.problems() == []
    assert [(span.name, span.left_out) for span in spans(segment)] == [("main", 2), ("add", 300), ("main", 0)]
    first, second = exported(only_run(tmp_path))["traces"]
    assert (first["leftOut"], first["children"][0]["leftOut"]) == (2, 300)
    assert "leftOut" not in second


@pytest.mark.parametrize("known", [True, False])
def test_left_out_is_a_handles_span(known: bool, tmp_path: Path) -> None:
    data = _begun()
    threads = [Stream(data, 1), Stream(data, 2)]
    opener, closer = threads if known else reversed(threads)
    opener.event(0x12, FETCH, 7)
    closer.raw(b"\x1b" + v(7) + v(5))
    closer.event(0x16, 7)
    segment = opened(tmp_path, data)
    assert segment.problems() == []
    assert [(span.name, span.left_out, span.status) for span in spans(segment)] == [("fetch", 5, "ok")]


def test_left_out_of_an_inherited_span_or_of_none_means_nothing(tmp_path: Path) -> None:
    data = _begun()
    stream = Stream(data, 1)
    stream.raw(b"\x0c\x01\x01\x05")
    stream.enter(MAIN)
    stream.leave()
    stream.left_out(9)
    stream.leave()
    stream.left_out(9)
    stream.raw(b"\x1b" + v(70) + v(5))
    segment = opened(tmp_path, data)
    assert [(span.name, span.left_out) for span in spans(segment)] == [("main", 0)]
    assert segment.problems() == []


def test_left_out_may_stand_between_an_exception_and_its_form_2(tmp_path: Path) -> None:
    data = _begun()
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.enter(ADD, 1, 2)
    stream.fail(exception("ValueError", "bad", [("/project/app.py", 6, "add")]))
    stream.left_out(4)
    stream.fail(further_out([("/project/app.py", 2, "main")]))
    main, _ = spans(opened(tmp_path, data))
    failure = main.failure()
    assert failure is not None
    assert [frame.function for frame in failure.stack] == ["main", "add"]


def test_call_hands_what_it_left_out_to_the_function_that_takes_it_in(tmp_path: Path) -> None:
    sites = Sites(3)
    main, add = sites.function("main", 1), sites.function("add", 10)
    there = sites.call(main, 2, "add()")
    data = sites.segment(4)
    data.callee(1, "add", file="/project/app.py", line=10)
    stream = Stream(data, 1)
    stream.enter(main)
    stream.call(there, 1)
    stream.enter(add)
    stream.left_out(3)
    stream.leave()
    stream.left_out(2)
    stream.out()
    stream.leave()
    segment = sites.opened(tmp_path, data)
    assert [(span.name, span.left_out) for span in spans(segment)] == [("main", 0), ("add", 5)]


@pytest.mark.parametrize("place", ["first", "last", "between"])
def test_chunk_of_counters_is_no_stream(place: str, tmp_path: Path) -> None:
    data = _begun(clean=True)
    if place == "first":
        data.counters(Counted(MAIN, 1))
    stream = Stream(data, 1)
    stream.enter(MAIN)
    if place == "between":
        data.counters(Counted(MAIN, 1))
    stream.next_chunk()
    stream.leave()
    if place == "last":
        data.counters(Counted(MAIN, 1))
    segment = opened(tmp_path, data)
    assert (tree(segment), texts(segment.problems())) == ([["main", []]], [])
    assert segment.status == "ended"


def test_version_4_has_values_as_version_3_has(tmp_path: Path) -> None:
    data = _begun()
    data.type(1, "app.User")
    stream = Stream(data, 1)
    stream.enter(ADD, 1, [2])
    stream.event(0x08, value({"a": 1}))
    stream.leave()
    (span,) = spans(opened(tmp_path, data))
    assert len(span.params()) == 2 and span.result()
