"""Forgotten traces are left out with all that hangs below them, in other threads and processes, too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from detailed_helpers import Sites
from segment_encoder import SegmentBytes, Stream, exception, project, save, v
from trace_helpers import ADD, FETCH, MAIN, NUMBERS, SITES, exported, only_run, opened, spans, started, tree

FIRST = "20261120T091450.000000Z-10.seg"
SECOND = "20261120T091451.000000Z-20.seg"
THIRD = "20261120T091452.000000Z-30.seg"


def _begun(**header: Any) -> SegmentBytes:
    return started(version=4, **header)


def test_forgotten_trace_is_left_out(tmp_path: Path) -> None:
    data = _begun(clean=True)
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.left_out(1)
    stream.leave()
    forgotten = stream.enter(MAIN)
    inner = stream.enter(ADD, 1, 2)
    stream.left_out(4)
    stream.fail(exception("ValueError", "bad"))
    stream.leave()
    stream.forget(forgotten)
    stream.enter(ADD, 3, 4)
    stream.left_out(7)
    stream.ret(7)
    segment = opened(tmp_path, data)
    assert segment.problems() == []
    assert tree(segment) == [["main", []], ["add", []]]
    assert [span.left_out for span in spans(segment)] == [1, 7]
    run = only_run(tmp_path)
    assert (run.spans, run.errors) == (2, 0)
    assert [run.segments[0].table.index(number) for number in (forgotten, inner)] == [None, None]
    assert [root["params"] for root in exported(run)["traces"]] == [{}, {"a": 3, "b": 4}]


def test_forgotten_trace_takes_other_threads_along(tmp_path: Path) -> None:
    data = _begun()
    main, other, third = Stream(data, 1), Stream(data, 2), Stream(data, 3)
    main.event(0x3D, 1, 0, 5)  # below nothing that is known
    main.enter(ADD, 0, 0)
    main.ret(0)
    root = other.enter(MAIN)
    other.event(0x12, FETCH, 1)
    main.event(0x3D, 1, 0, root)
    work = main.enter(ADD, 1, 1)
    main.ret(2)
    main.event(0x3D, 0)
    main.enter(ADD, 2, 2)
    main.ret(4)
    third.event(0x3D, 2, 1)
    third.enter(ADD, 3, 3)
    third.ret(6)
    third.event(0x3D, 1, 0, work)
    third.enter(ADD, 4, 4)
    third.ret(8)
    third.event(0x03, ADD, 0)
    third.leave()
    other.leave()
    other.forget(root)
    segment = opened(tmp_path, data)
    assert segment.problems() == []
    assert [span.params() for span in spans(segment)] == [[("a", 0), ("b", 0)], [("a", 2), ("b", 2)]]
    assert [span.thread_number for span in spans(segment)] == [1, 1]


def test_spans_of_threads_keep_their_threads_beside_a_forgotten_trace(tmp_path: Path) -> None:
    data = _begun()
    streams = [Stream(data, number) for number in (1, 2, 3)]
    for place, stream in enumerate(streams):
        gone = stream.enter(MAIN)
        stream.leave()
        stream.forget(gone)
        if place:
            stream.enter(ADD, place, place)
            stream.ret(place)
    segment = opened(tmp_path, data)
    assert [(span.params()[0][1], span.thread_number) for span in spans(segment)] == [(1, 2), (2, 3)]


def _first_process(**header: Any) -> tuple[SegmentBytes, Stream, int]:
    """A process with a trace that stays, and an open one; the latter's root."""
    data = _begun(pid=10, started=1, **header)
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.leave()
    return data, stream, stream.enter(MAIN)


def _read(folder: Path) -> list[list[Any]]:
    """The names of a run's spans, nested, and what its figures say."""
    run = only_run(folder)
    found = exported(run)
    assert found["run"]["spans"] == run.spans == sum(1 for _ in run.forest.walk())
    assert run.problems() == []

    def named(entry: Any) -> list[Any]:
        return [entry["function"], [named(child) for child in entry["children"]]]

    return [named(root) for root in found["traces"]]


@pytest.mark.parametrize("forgets", [True, False])
def test_forgotten_trace_takes_forked_processes_along(forgets: bool, tmp_path: Path) -> None:
    data, stream, root = _first_process()
    stream.event(0x12, FETCH, 1)
    stream.event(0x10, NUMBERS, 2)
    stream.event(0x14, 2)
    child = _begun(pid=20, started=2, forked_from=FIRST)
    below = Stream(child, 1, ticks=5000)
    below.raw(b"\x0c\x01\x01" + v(root))
    inner = below.enter(ADD, 1, 2)
    grandchild = _begun(pid=30, started=3, forked_from=SECOND)
    deepest = Stream(grandchild, 1, ticks=6000)
    deepest.raw(b"\x0c\x02\x02" + v(root) + b"\x01" + v(inner))
    deepest.enter(ADD, 5, 6)
    below.ret(3)
    below.event(0x15, 2)
    below.enter(ADD, 0, 0)
    below.ret(0)
    below.event(0x14, 2)
    below.event(0x03, ADD, 1)
    below.args(3, 4)
    below.ret(7)
    below.event(0x03, NUMBERS, 0)
    below.leave()
    stream.leave()
    if forgets:
        stream.forget(root)
    for name, segment in ((FIRST, data), (SECOND, child), (THIRD, grandchild)):
        save(project(tmp_path, SITES), segment, name)
    if forgets:
        assert _read(tmp_path) == [["main", []], ["numbers", []]]
    else:
        fetched, counted = ["fetch", [["add", []]]], ["numbers", [["add", []]]]
        assert _read(tmp_path) == [
            ["main", []], ["main", [fetched, counted, ["add", [["add", []]]]]], ["numbers", []]
        ]  # fmt: skip


@pytest.mark.parametrize("forgets", [True, False])
def test_processes_that_a_forgotten_trace_started_are_roots(forgets: bool, tmp_path: Path) -> None:
    data, stream, root = _first_process()
    stream.event(0x3E, 20, 0)
    child = _begun(pid=20, started=2, ancestors=["10:1"])
    below = Stream(child, 1)
    below.enter(ADD, 1, 2)
    below.event(0x3E, 30, 0)
    below.ret(3)
    grandchild = _begun(pid=30, started=3, ancestors=["25:4", "20:2", "10:1"])
    Stream(grandchild, 1).enter(NUMBERS)
    stream.leave()
    if forgets:
        stream.forget(root)
    for name, segment in ((FIRST, data), (SECOND, child), (THIRD, grandchild)):
        save(project(tmp_path, SITES), segment, name)
    begun: list[Any] = ["add", [["numbers", []]]]
    assert _read(tmp_path) == [["main", []], begun if forgets else ["main", [begun]]]


def test_process_id_that_comes_again_is_of_the_last_span_before(tmp_path: Path) -> None:
    data, stream, root = _first_process(unix0=1000)
    stream.event(0x3E, 20, 0)
    stream.leave()
    stream.forget(root)
    stream.enter(NUMBERS, dt=5000)
    stream.event(0x3E, 20, 0)
    stream.leave()
    save(project(tmp_path, SITES), data, FIRST)
    for name, started_at, unix0 in ((SECOND, 2, 3000), (THIRD, 3, 9000)):
        child = _begun(pid=20, started=started_at, ancestors=["10:1"], unix0=unix0)
        Stream(child, 1).enter(ADD, started_at, 0)
        save(tmp_path, child, name)
    assert _read(tmp_path) == [["main", []], ["add", []], ["numbers", [["add", []]]]]


def test_forgotten_root_that_a_function_would_take_in_goes_with_it(tmp_path: Path) -> None:
    sites = Sites(3)
    main = sites.function("main", 1)
    there = sites.call(-1, 20, "main()")
    data = sites.segment(4)
    data.callee(1, "main", file="/project/app.py", line=1)
    stream = Stream(data, 1)
    for forgets in (True, False):
        call = stream.call(there, 1)
        stream.enter(main)
        stream.leave()
        stream.out()
        if forgets:
            stream.forget(call)
    segment = sites.opened(tmp_path, data)
    assert [(span.name, span.call_site) for span in spans(segment)] == [("main", ("app.py", 20))]


def test_forgotten_call_that_made_a_coroutine_does_not_take_it_along(tmp_path: Path) -> None:
    sites = Sites(3)
    serve = sites.function("serve", 1, "coroutine")
    there = sites.call(-1, 20, "serve()")
    data = sites.segment(4)
    data.callee(1, "serve", file="/project/app.py", line=1)
    stream = Stream(data, 1)
    call = stream.call(there, 1)
    stream.out()
    stream.forget(call)
    stream.event(0x13, serve, 1, 0)
    stream.event(0x16, 1)
    assert [span.name for span in spans(sites.opened(tmp_path, data))] == ["serve"]


def test_await_stays_where_the_coroutine_in_it_is_forgotten(tmp_path: Path) -> None:
    sites = Sites(3)
    main, serve = sites.function("main", 1, "coroutine"), sites.function("serve", 10, "coroutine")
    waits = sites.awaits(main, 2, "task")
    data = sites.segment(4)
    stream = Stream(data, 1)
    root = stream.enter(main)
    stream.event(0x12, serve, 1)
    stream.leave()
    stream.event(0x13, main, 2, 0)
    stream.event(0x34, waits, 2)
    stream.event(0x15, 1)
    stream.event(0x16, 1)
    stream.event(0x35, 2)
    stream.event(0x16, 2)
    stream.forget(root)
    segment = sites.opened(tmp_path, data)
    assert [(span.name, span.kind) for span in spans(segment)] == [("main", "coroutine"), ("task", "await")]


def test_events_beside_forgotten_ones_stay(tmp_path: Path) -> None:
    sites = Sites(5)
    main = sites.function("main", 1)
    line, bound = sites.line(main, 2), sites.var(main, 3, "x")
    data = sites.segment(4)
    stream = Stream(data, 1)
    for count in range(4):
        number = stream.enter(main)
        stream.line(line)
        stream.var(bound, count)
        stream.leave()
        if count % 2:
            stream.forget(number)
    segment = sites.opened(tmp_path, data)
    found = exported(only_run(tmp_path))["traces"]
    assert [[event["values"] for event in root["events"]] for root in found] == [[{}, {"x": 0}], [{}, {"x": 2}]]
    assert len(segment.table.events) == 4


def test_trace_whose_root_has_not_ended_is_an_ordinary_one(tmp_path: Path) -> None:
    data, stream, _ = _first_process()
    stream.enter(ADD, 1, 2)
    save(project(tmp_path, SITES), data, FIRST)
    assert _read(tmp_path) == [["main", []], ["main", [["add", []]]]]


def test_forgetting_what_is_not_there_changes_nothing(tmp_path: Path) -> None:
    data, stream, root = _first_process()
    stream.forget(root + 1)
    stream.forget(1 << 66)
    save(project(tmp_path, SITES), data, FIRST)
    assert _read(tmp_path) == [["main", []], ["main", []]]


def test_circle_of_parents_stays_a_tree_when_forgotten(tmp_path: Path) -> None:
    data = _begun()
    one, two = Stream(data, 1), Stream(data, 2)
    ahead = 131072 + 12
    one.event(0x3D, 1, 0, ahead)
    first = one.enter(MAIN)
    two.event(0x3D, 1, 0, first)
    assert two.enter(MAIN) == ahead
    one.forget(ahead)
    segment = opened(tmp_path, data)
    assert (len(segment.table), segment.problems()) == (1, [])
