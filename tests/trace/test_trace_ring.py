"""Rings: what is read where the oldest chunks have made room for new ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from detailed_helpers import Sites
from segment_encoder import CHUNK, Counted, SegmentBytes, Stream, exception, further_out, v, value
from trace_helpers import ADD, FETCH, MAIN, NUMBERS, PUT, only_run, opened, spans, started, texts, tree

from instrumenter.trace.counts import function_counts
from instrumenter.trace.find import find
from instrumenter.trace.runs import Traces
from instrumenter.trace.segment import Segment
from instrumenter.trace.span import Span

FULL = "x" * (CHUNK - 5000)
"""A value that fills a chunk."""


def _ring(chunks: int = 4, **header: Any) -> SegmentBytes:
    return started(version=5, ring=chunks, **header)


def _turn(stream: Stream) -> None:
    """Have a thread alone in a ring of one chunk go on so far that what it has written is gone."""
    for _ in range(2):
        stream.next_chunk()


def _told(segment: Segment) -> list[tuple[str, int, int, str]]:
    """Name, begin, end and status of each span; times as the streams of the builder count them."""
    table = segment.table
    return [
        (span.name, table.starts[span.index], table.ends[span.index], span.status) for span in spans(segment)
    ]  # fmt: skip


def _only(segment: Segment, name: str) -> Span:
    (found,) = [span for span in spans(segment) if span.name == name]
    return found


def test_span_that_began_before_the_ring_keeps_its_beginning_and_loses_its_parameters(tmp_path: Path) -> None:
    data = _ring(2)
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.enter(ADD, 1, 2)
    began = stream.ticks
    stream.event(0x08, value(FULL))
    stream.event(0x08, value(FULL))
    _turn(stream)
    stream.enter(ADD, 3, 4)
    stream.ret(7)
    stream.ret(3)
    segment = opened(tmp_path, data)
    assert (tree(segment), texts(segment.problems())) == ([["main", [["add", [["add", []]]]]]], [])
    main, outer, inner = spans(segment)
    assert segment.table.starts[outer.index] == began
    assert [one.params() for one in (main, outer)] == [[], []]
    assert (inner.params(), inner.result(), outer.result()) == ([("a", 3), ("b", 4)], (7,), (3,))
    assert [one.status for one in (main, outer, inner)] == ["unfinished", "ok", "ok"]


def test_stream_that_goes_on_does_not_take_the_stack_of_its_chunk(tmp_path: Path) -> None:
    data = _ring()
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.stack[0] = (0, 99, PUT, 1, 0)
    stream.next_chunk()
    stream.leave()
    segment = opened(tmp_path, data)
    assert (tree(segment), segment.problems()) == ([["main", []]], [])


def test_numbers_have_the_turn_of_their_chunk(tmp_path: Path) -> None:
    data = _ring(2)
    stream = Stream(data, 1)
    numbers = []
    for count in range(6):
        stream.next_chunk()
        numbers.append(stream.enter(ADD, count, FULL))
        stream.leave()
    segment = opened(tmp_path, data)
    assert [number >> 40 for number in numbers] == [0, 1, 2, 3, 4, 5]
    assert list(segment.table.numbers) == numbers[-2:]
    assert [span.params()[0] for span in spans(segment)] == [("a", 4), ("a", 5)]


def test_turns_beyond_the_bits_of_a_number_begin_again(tmp_path: Path) -> None:
    data = _ring(1)
    data.turns[1] = (1 << 24) + 5
    stream = Stream(data, 1, sequence=3)
    at = stream.enter(ADD, 1, 2) & (1 << 40) - 1
    segment = opened(tmp_path, data)
    (span,) = spans(segment)
    assert span.number == 5 << 40 | at
    assert span.params() == [("a", 1), ("b", 2)]


def test_ids_of_spans_are_found_again(tmp_path: Path) -> None:
    data = _ring(2, pid=70)
    stream = Stream(data, 1)
    stream.enter(MAIN)
    for count in range(6):
        stream.enter(ADD, count, FULL)
        stream.leave()
    opened(tmp_path, data)
    traces = Traces.load(tmp_path)
    found = list(traces.runs[0].forest.walk())
    ids = [span.span_id for span in found]
    assert len(set(ids)) == len(ids) == 3
    assert [find(traces, one).span for one in ids] == found
    assert {one[:6] for one in ids} == {"000046"}


def test_gap_ends_what_is_not_open_any_more(tmp_path: Path) -> None:
    data = _ring(9)
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.enter(ADD, 1, 2)
    last = stream.ticks
    stream.next_chunk()
    stream.leave()
    stream.enter(PUT, None, "k", (), {})
    began = stream.ticks
    stream.next_chunk()
    stream.enter(ADD, 3, 4)
    stream.ret(7)
    stream.leave()
    stream.leave()
    data.chunks[2][:] = bytes(CHUNK)
    segment = opened(tmp_path, data)
    assert (tree(segment), segment.problems()) == ([["main", [["add", []], ["Store.put", [["add", []]]]]]], [])
    main, first, put, _ = _told(segment)
    assert main[3] == put[3] == "ok"
    assert (first[2:], put[1]) == ((last, "unfinished"), began)
    assert spans(segment)[1].params() == [("a", 1), ("b", 2)]


def test_more_open_spans_than_a_chunk_lists_stay_open_across_a_gap(tmp_path: Path) -> None:
    data = _ring(9)
    stream = Stream(data, 1)
    for _ in range(300):
        stream.enter(MAIN)
    stream.next_chunk()
    stream.next_chunk()
    for _ in range(300):
        stream.leave()
    data.chunks[2][:] = bytes(CHUNK)
    segment = opened(tmp_path, data)
    assert segment.problems() == []
    assert {status for _, _, _, status in _told(segment)} == {"ok"} and len(segment.table) == 300


def test_ends_of_what_is_not_listed_are_no_problem(tmp_path: Path) -> None:
    data = _ring(1)
    stream = Stream(data, 1)
    for _ in range(300):
        stream.enter(MAIN)
    _turn(stream)
    for _ in range(300):
        stream.leave()
    segment = opened(tmp_path, data)
    assert segment.problems() == []
    assert [status for _, _, _, status in _told(segment)] == ["ok"] * 256


def test_what_refers_to_what_is_gone_is_no_problem(tmp_path: Path) -> None:
    data = _ring()
    stream = Stream(data, 1, sequence=7)
    stream.raw(b"\x0e" + v(5 << 40 | 77))
    for opcode in (0x14, 0x15, 0x35, 0x36, 0x19, 0x1A, 0x16):
        stream.event(opcode, 12)
    stream.event(0x17, 12, exception("ValueError", "bad"))
    stream.event(0x18, 12, value(1))
    stream.raw(b"\x1b" + v(12) + v(3))
    stream.event(0x38, 3, 12)
    stream.event(0x3C, 12, 0)
    stream.event(0x3D, 1, 0, 3 << 40 | 99)
    stream.event(0x3E, 7, 12)
    stream.enter(MAIN)
    stream.leave()
    stream.leave()
    segment = opened(tmp_path, data)
    assert (tree(segment), segment.problems()) == ([["main", []]], [])


def test_outside_a_ring_the_same_is_a_problem(tmp_path: Path) -> None:
    data = started(version=5)
    stream = Stream(data, 1)
    stream.leave()
    stream.event(0x35, 12)
    segment = opened(tmp_path, data)
    assert texts(segment.problems()) == ["2 ends of spans whose start is missing"]


def test_parameters_of_a_span_that_is_gone_are_passed_over(tmp_path: Path) -> None:
    data = _ring(1)
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.opened(0x02, 0, ADD)
    _turn(stream)
    stream.args(1, 2)
    stream.ret(3)
    segment = opened(tmp_path, data)
    assert (tree(segment), segment.problems()) == ([["main", [["add", []]]]], [])
    assert spans(segment)[1].params() == []


@pytest.mark.parametrize("adopted", [True, False])
def test_parameters_may_stand_behind_what_a_chunk_begins_with(adopted: bool, tmp_path: Path) -> None:
    data = _ring()
    stream = Stream(data, 1)
    stream.opened(0x02, 0, ADD)
    stream.next_chunk()
    if adopted:
        stream.event(0x3D, 2, 9, dt=0)
    stream.args(1, 2)
    stream.ret(3)
    segment = opened(tmp_path, data)
    assert segment.problems() == []
    assert _only(segment, "add").params() == [("a", 1), ("b", 2)]


def test_exception_whose_record_is_gone_is_said_to_be_so(tmp_path: Path) -> None:
    data = _ring(1)
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.fail(exception("ValueError", "bad"))
    stream.enter(PUT)
    stream.enter(ADD, 1, 2)
    stream.fail(exception("ValueError", "worse", [("/project/app.py", 6, "add")]))
    _turn(stream)
    stream.fail(further_out([("/project/app.py", 2, "put")]))
    segment = opened(tmp_path, data)
    assert segment.problems() == []
    failure = _only(segment, "Store.put").failure()
    assert failure is not None and failure.message == "an exception whose record was overwritten"


def test_call_that_began_before_the_ring_is_named_as_it_is_written(tmp_path: Path) -> None:
    sites = Sites(3)
    main, add = sites.function("main", 1), sites.function("add", 10)
    there = sites.call(main, 2, "add")
    data = sites.segment(5, ring=1)
    data.callee(1, "add", file="/project/app.py", line=10)
    stream = Stream(data, 1)
    stream.enter(main)
    stream.call(there, 1)
    _turn(stream)
    stream.enter(add)
    stream.leave()
    stream.out()
    segment = sites.opened(tmp_path, data)
    assert (tree(segment), segment.problems()) == ([["main", [["add", [["add", []]]]]]], [])
    assert [span.kind for span in spans(segment)] == ["function", "call", "function"]
    assert [span.status for span in spans(segment)] == ["unfinished", "ok", "ok"]


def test_generator_that_is_listed_goes_off_the_stack_when_it_pauses(tmp_path: Path) -> None:
    data = _ring(1)
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.opened(0x10, 2 + 7, NUMBERS, 7)
    _turn(stream)
    stream.enter(ADD, 1, 2)
    stream.ret(3)
    stream.event(0x14, 7)
    stream.enter(PUT)
    stream.leave()
    stream.event(0x16, 7)
    segment = opened(tmp_path, data)
    assert tree(segment) == [["main", [["numbers", [["add", []]]], ["Store.put", []]]]]
    assert (_only(segment, "numbers").status, _only(segment, "main").status) == ("ok", "unfinished")


def test_generator_that_does_not_go_on_behind_a_gap_is_still_open(tmp_path: Path) -> None:
    data = _ring(9)
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.opened(0x10, 2 + 7, NUMBERS, 7)
    stream.next_chunk()
    stream.stack.pop()
    stream.next_chunk()
    stream.event(0x15, 7)
    stream.event(0x16, 7)
    stream.leave()
    data.chunks[2][:] = bytes(CHUNK)
    segment = opened(tmp_path, data)
    assert (tree(segment), segment.problems()) == ([["main", [["numbers", []]]]], [])
    assert [span.status for span in spans(segment)] == ["ok", "ok"]


def test_handle_is_opened_by_what_is_said_again(tmp_path: Path) -> None:
    data = _ring(1)
    stream = Stream(data, 1)
    outer = data.number(stream.event(0x12, FETCH, 3))
    began = stream.ticks
    inner = data.number(stream.event(0x13, FETCH, 4, 3))
    _turn(stream)
    stream.again(FETCH, 4, inner, began + 10, 3)
    stream.event(0x03, ADD, 4)
    stream.leave()
    stream.again(FETCH, 3, outer, began)
    stream.again(FETCH, 4, inner, began + 10, 3)
    stream.event(0x18, 4, value("done"))
    stream.event(0x16, 4)
    segment = opened(tmp_path, data)
    assert (tree(segment), segment.problems()) == ([["fetch", [["fetch", [["add", []]]]]]], [])
    starts = {span.number: segment.table.starts[span.index] for span in spans(segment)}
    assert (starts[outer], starts[inner]) == (began, began + 10)
    (done,) = [span for span in spans(segment) if span.result()]
    assert (done.number, done.status, done.params()) == (inner, "ok", [])


def test_generator_that_is_said_again_goes_on_on_the_stack(tmp_path: Path) -> None:
    data = _ring(1)
    stream = Stream(data, 1, sequence=4)
    stream.enter(MAIN)
    stream.again(NUMBERS, 7, 3 << 40 | 70000, 5)
    stream.event(0x15, 7)
    stream.enter(ADD, 1, 2)
    stream.leave()
    stream.event(0x14, 7)
    stream.leave()
    segment = opened(tmp_path, data)
    assert tree(segment) == [["numbers", [["add", []]]], ["main", []]]
    active = _only(segment, "numbers").active_ns
    assert active is not None and active == 30


def test_generator_that_went_on_before_it_is_said_again_goes_off_the_stack_when_it_pauses(tmp_path: Path) -> None:
    data = _ring(2)
    stream = Stream(data, 1)
    stream.enter(MAIN)
    _turn(stream)
    stream.event(0x15, 7)
    stream.enter(PUT, None, "k", (), {})
    stream.leave()
    stream.again(NUMBERS, 7, 3 << 40 | 70000, 5)
    stream.event(0x14, 7)
    stream.enter(ADD, 1, 2)
    stream.ret(3)
    stream.event(0x15, 7)
    stream.event(0x16, 7)
    stream.leave()
    stream.enter(ADD, 3, 4)
    segment = opened(tmp_path, data)
    numbers = ["numbers", [["Store.put", []]]]
    assert (tree(segment), segment.problems()) == ([numbers, ["main", [["add", []]]], ["add", []]], [])
    assert {span.name: span.status for span in spans(segment)[:3]} == {
        "main": "ok", "Store.put": "ok", "numbers": "ok"
    }  # fmt: skip


@pytest.mark.parametrize("first", [1, 2])
def test_handle_that_is_opened_in_the_ring_is_one_span(first: int, tmp_path: Path) -> None:
    data = _ring()
    threads = {number: Stream(data, number) for number in (1, 2)}
    opener, other = threads[first], threads[3 - first]
    number = opener.event(0x10, NUMBERS, 7)
    opener.args(5)
    opener.event(0x14, 7)
    other.again(NUMBERS, 7, number, opener.ticks)
    other.event(0x15, 7)
    other.enter(MAIN)
    other.leave()
    other.event(0x16, 7)
    segment = opened(tmp_path, data)
    assert (tree(segment), segment.problems()) == ([["numbers", [["main", []]]]], [])
    assert _only(segment, "numbers").params() == [("n", 5)]


def test_generator_that_is_listed_and_opened_by_another_thread_is_one_span(tmp_path: Path) -> None:
    data = _ring()
    other, opener = Stream(data, 1, sequence=3), Stream(data, 2)
    number = opener.event(0x10, NUMBERS, 7)
    opener.args(5)
    opener.event(0x14, 7)
    other.stack = [(0, number, NUMBERS, opener.ticks, 9)]
    other.next_chunk()
    other.enter(MAIN)
    other.leave()
    other.event(0x16, 7)
    data.chunks[1][:] = bytes(CHUNK)
    segment = opened(tmp_path, data)
    assert (tree(segment), segment.problems()) == ([["numbers", [["main", []]]]], [])
    assert _only(segment, "numbers").params() == [("n", 5)]


def test_handle_without_a_site_table_is_taken_for_a_generator(tmp_path: Path) -> None:
    data = SegmentBytes(version=5, ring=4)
    stream = Stream(data, 1, sequence=3)
    stream.again(3, 7, 70000, 5)
    stream.event(0x15, 7)
    stream.enter(4)
    segment = opened(tmp_path, data)
    assert [span.kind for span in spans(segment)] == ["function", "function"]
    assert [len(below) for _, below in tree(segment)] == [1]


def test_what_hangs_below_the_gone_root_of_a_forgotten_trace_is_gone(tmp_path: Path) -> None:
    data = _ring()
    one, two = Stream(data, 1, sequence=5), Stream(data, 2)
    root = 2 << 40 | 70000
    for number in (root, root + 1):
        two.event(0x3D, 1, 0, number)
        two.enter(MAIN if number == root else ADD)
        two.leave()
    one.raw(b"\x0e" + v(root))
    segment = opened(tmp_path, data)
    assert (tree(segment), segment.problems()) == ([["add", []]], [])


def test_forgotten_trace_whose_root_is_listed_is_gone(tmp_path: Path) -> None:
    data = _ring(1)
    stream = Stream(data, 1)
    root = stream.enter(MAIN)
    _turn(stream)
    stream.enter(ADD, 1, 2)
    stream.leave()
    stream.leave()
    stream.forget(root)
    stream.enter(PUT)
    segment = opened(tmp_path, data)
    assert (tree(segment), segment.problems()) == ([["Store.put", []]], [])


def test_forked_childs_ring_lists_what_it_inherited(tmp_path: Path) -> None:
    parent = _ring(pid=10, started=1)
    stream = Stream(parent, 1)
    main = stream.enter(MAIN)
    stream.next_chunk()
    opened(tmp_path, parent, name="20261120T091450.000000Z-10.seg")
    child = _ring(1, pid=20, started=2, forked_from="20261120T091450.000000Z-10.seg")
    stream = Stream(child, 1)
    stream.raw(b"\x0c\x01\x01" + v(main))
    stream.stack.append((1, main, MAIN, 5, 0))
    for _ in range(3):
        stream.enter(ADD, 1, FULL)
    for _ in range(4):
        stream.leave()
    opened(tmp_path, child, name="20261120T091451.000000Z-20.seg")
    run = only_run(tmp_path)
    (root,) = run.forest.roots()
    (below,) = run.forest.children(root)
    assert (root.name, below.name, below.segment.header.pid) == ("main", "add", 20)
    assert run.problems() == [] and run.spans == 4


def test_counters_of_a_ring_are_not_overwritten(tmp_path: Path) -> None:
    data = _ring(2)
    data.counters(Counted(ADD, 6, 1, 600))
    stream = Stream(data, 1)
    for count in range(6):
        stream.enter(ADD, count, FULL)
        stream.leave()
    opened(tmp_path, data)
    (found,) = function_counts(only_run(tmp_path))
    assert (found.function, found.count.calls, found.count.failures) == ("add", 6, 1)


def test_damaged_list_of_what_is_open_is_a_problem_of_its_chunk(tmp_path: Path) -> None:
    data = _ring()
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.leave()
    chunk = data.new_chunk()
    data.write(chunk, b"\x01\x01\x05\x00\x0f\x00\x02" + b"\x80" * 12)
    segment = opened(tmp_path, data)
    assert tree(segment) == [["main", []]]
    assert texts(segment.problems()) == ["a number of more than 10 bytes; the rest of this chunk is passed over"]
