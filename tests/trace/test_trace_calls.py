"""Calls and awaits: what is one span and what are two, and what hangs below what."""

from __future__ import annotations

from pathlib import Path

import pytest
from detailed_helpers import FILE, Sites
from segment_encoder import Stream, v, value
from trace_helpers import spans, tree

from instrumenter.trace.segment import Segment

ASTART, ASTART_UNDER, PAUSE, RESUME, END = 0x12, 0x13, 0x14, 0x15, 0x16
START, CALL_FAIL, AWAIT, AWAITED, AWAIT_FAIL = 0x10, 0x33, 0x34, 0x35, 0x36


class Program:
    """One file: `main` (1), `add` (10), the generator `numbers` (20), the coroutines `serve` (30) and `fetch` (40)."""

    def __init__(self) -> None:
        self.sites = Sites(3)
        self.main = self.sites.function("main", 1)
        self.add = self.sites.function("add", 11, firstLine=10)
        self.numbers = self.sites.function("numbers", 20, "generator")
        self.serve = self.sites.function("serve", 30, "coroutine")
        self.fetch = self.sites.function("fetch", 40, "coroutine")
        self.at_2 = self.sites.call(self.main, 2, "here(x)")
        self.at_3 = self.sites.call(self.main, 3, "there")
        self.at_31 = self.sites.call(self.serve, 31, "fetch")
        self.await_31 = self.sites.awaits(self.serve, 31, "fetch(x)", call=self.at_31)
        self.await_32 = self.sites.awaits(self.serve, 32, "task")

    def begin(self) -> Stream:
        self.data = self.sites.segment()
        self.dumps = self.data.callee(1, "dumps", module="json", file="/lib/json/__init__.py", line=7)
        self.calls_add = self.data.callee(2, "add", module="__main__", file=FILE, line=10)
        self.calls_numbers = self.data.callee(3, "numbers", module="__main__", file=FILE, line=20)
        self.calls_fetch = self.data.callee(4, "fetch", module="__main__", file=FILE, line=40)
        self.calls_len = self.data.callee(5, "len")
        return Stream(self.data, 1)

    def read(self, folder: Path) -> Segment:
        segment = self.sites.opened(folder, self.data)
        assert segment.problems() == []
        return segment


@pytest.fixture
def program() -> Program:
    return Program()


def test_call_of_a_library_is_a_span_named_by_what_it_calls(program: Program, tmp_path: Path) -> None:
    stream = program.begin()
    stream.enter(program.main)
    stream.call(program.at_3, program.dumps)
    stream.out(dt=70)
    stream.call(program.at_3, program.calls_len)
    stream.event(CALL_FAIL)
    stream.call(program.at_3)
    stream.out()
    stream.leave()
    segment = program.read(tmp_path)
    assert tree(segment) == [["main", [["json.dumps", []], ["len", []], ["there", []]]]]
    _, dumps, length, unknown = spans(segment)
    assert (dumps.kind, dumps.duration_ns, dumps.active_ns, dumps.status) == ("call", 70, 70, "ok")
    assert (dumps.call_site, dumps.function.expression) == (("app.py", 3), "there")
    assert (length.status, length.failure(), unknown.name) == ("error", None, "there")


def test_call_of_an_instrumented_function_is_that_functions_span(program: Program, tmp_path: Path) -> None:
    stream = program.begin()
    stream.enter(program.main)
    merged = stream.call(program.at_2, program.calls_add)
    number = stream.enter(program.add)
    stream.call(program.at_3, program.dumps)
    stream.out()
    stream.ret(3)
    stream.out()
    stream.leave()
    segment = program.read(tmp_path)
    assert tree(segment) == [["main", [["add", [["json.dumps", []]]]]]]
    main, add, _ = spans(segment)
    assert (add.number, add.call_site, add.result()) == (number, ("app.py", 2), (3,))
    assert main.call_site is None
    assert segment.table.index(merged) == add.index


def test_call_stays_where_another_function_came_first(program: Program, tmp_path: Path) -> None:
    stream = program.begin()
    stream.enter(program.main)
    stream.call(program.at_2, program.calls_add)
    stream.enter(program.main)
    stream.leave()
    stream.enter(program.add)
    stream.leave()
    stream.out()
    stream.leave()
    segment = program.read(tmp_path)
    assert tree(segment) == [["main", [["add", [["main", []], ["add", []]]]]]]
    assert [span.kind for span in spans(segment)] == ["function", "call", "function", "function"]


def test_call_of_a_generator_goes_to_the_span_that_starts_later(program: Program, tmp_path: Path) -> None:
    stream = program.begin()
    stream.enter(program.main)
    stream.call(program.at_2, program.calls_numbers)
    stream.out()
    stream.call(program.at_3, program.calls_numbers)
    stream.out()
    stream.call(program.at_3, program.calls_len)
    stream.event(START, program.numbers, 1)
    stream.event(PAUSE, 1, dt=5)
    stream.out()
    stream.event(RESUME, 1, dt=90)
    stream.event(END, 1, dt=5)
    stream.leave()
    segment = program.read(tmp_path)
    assert tree(segment) == [["main", [["numbers", []], ["len", [["numbers", []]]]]]]
    _, waiting, _, numbers = spans(segment)
    assert (waiting.kind, waiting.call_site) == ("call", ("app.py", 3))
    assert (numbers.kind, numbers.call_site) == ("generator", ("app.py", 2))
    assert (numbers.duration_ns, numbers.active_ns) == (110, 10)


def _awaits_fetch(program: Program, stream: Stream) -> None:
    stream.event(ASTART, program.serve, 1)
    stream.event(0x31, program.at_31, program.calls_fetch, 1)
    stream.out()
    stream.event(AWAIT, program.await_31, 1)
    stream.event(ASTART_UNDER, program.fetch, 2, 1)
    stream.event(PAUSE, 1, dt=5)
    stream.event(RESUME, 1, dt=100)
    stream.event(END, 2, dt=5)
    stream.event(AWAITED, 1)
    stream.event(END, 1)


def test_awaited_coroutine_call_and_await_are_one_span(program: Program, tmp_path: Path) -> None:
    _awaits_fetch(program, program.begin())
    segment = program.read(tmp_path)
    assert tree(segment) == [["serve", [["fetch", []]]]]
    serve, fetch = spans(segment)
    assert (fetch.kind, fetch.call_site) == ("coroutine", ("app.py", 31))
    assert (serve.duration_ns, serve.active_ns) == (170, 70)


def test_awaited_call_of_a_library_is_one_call_span_with_its_active_time(program: Program, tmp_path: Path) -> None:
    stream = program.begin()
    stream.event(ASTART, program.serve, 1)
    stream.event(0x31, program.at_31, program.dumps, 1)
    stream.out()
    stream.event(AWAIT, program.await_31, 1)
    stream.event(PAUSE, 1)
    stream.event(ASTART_UNDER, program.fetch, 2, 1)
    stream.event(END, 2)
    stream.event(RESUME, 1, dt=80)
    stream.event(AWAIT_FAIL, 1)
    stream.event(END, 1)
    segment = program.read(tmp_path)
    assert tree(segment) == [["serve", [["json.dumps", [["fetch", []]]]]]]
    _, dumps, _ = spans(segment)
    assert (dumps.kind, dumps.status, dumps.duration_ns, dumps.active_ns) == ("call", "error", 140, 40)


def test_await_of_a_task_stays_and_holds_what_starts_in_it(program: Program, tmp_path: Path) -> None:
    stream = program.begin()
    stream.event(ASTART, program.serve, 1)
    stream.event(0x31, program.at_31, program.calls_fetch, 1)
    stream.out()
    stream.event(AWAIT, program.await_32, 1)
    stream.event(PAUSE, 1)
    stream.event(ASTART_UNDER, program.fetch, 2, 1)
    stream.event(END, 2)
    stream.event(RESUME, 1)
    stream.event(AWAITED, 1)
    stream.event(END, 1)
    segment = program.read(tmp_path)
    assert tree(segment) == [["serve", [["task", [["fetch", []]]]]]]
    _, waits, fetch = spans(segment)
    assert (waits.kind, waits.active_ns, fetch.call_site) == ("await", 20, ("app.py", 31))


def test_task_that_outlives_the_await_it_began_in_hangs_below_the_coroutine(
    program: Program, tmp_path: Path
) -> None:  # fmt: skip
    stream = program.begin()
    stream.event(ASTART, program.serve, 1)
    stream.event(AWAIT, program.await_32, 1)
    stream.event(PAUSE, 1)
    stream.event(ASTART_UNDER, program.fetch, 2, 1)
    stream.event(RESUME, 1)
    stream.event(AWAITED, 1)
    stream.event(END, 1)
    stream.event(END, 2)
    assert tree(program.read(tmp_path)) == [["serve", [["task", []], ["fetch", []]]]]


def test_turns_of_an_async_generator_are_part_of_its_span(program: Program, tmp_path: Path) -> None:
    stream = program.begin()
    stream.event(ASTART, program.serve, 1)
    for turn in range(3):
        stream.event(AWAIT, program.await_32, 1)
        if turn:
            stream.event(RESUME, 2)
        else:
            stream.event(ASTART_UNDER, program.fetch, 2, 1)
        stream.event(PAUSE, 2)
        stream.event(AWAITED, 1)
    stream.event(END, 2)
    stream.event(END, 1)
    segment = program.read(tmp_path)
    assert tree(segment) == [["serve", [["fetch", []]]]]


@pytest.mark.parametrize(("key", "value"), [("level", 2), ("awaits", False)])
def test_coroutine_whose_awaits_are_not_recorded_says_nothing_of_its_active_time(
    program: Program, tmp_path: Path, key: str, value: int
) -> None:
    program.sites.entries[program.fetch][key] = value
    _awaits_fetch(program, program.begin())
    serve, fetch = spans(program.read(tmp_path))
    assert (serve.active_ns, fetch.active_ns) == (70, None)


def test_work_of_another_thread_hangs_below_the_span_that_gave_it(program: Program, tmp_path: Path) -> None:
    stream = program.begin()
    program.data.thread(2, "worker")
    worker = Stream(program.data, 2)
    stream.enter(program.main)
    number = stream.call(program.at_3, program.dumps)
    worker.event(0x3D, 1, 0, number)
    worker.enter(program.add)
    worker.leave()
    worker.leave()
    worker.event(0x3D, 0)
    worker.enter(program.add)
    worker.leave()
    stream.out()
    stream.leave()
    segment = program.sites.opened(tmp_path, program.data)
    assert tree(segment) == [["main", [["json.dumps", [["add", []]]]]], ["add", []]]
    assert [problem.text for problem in segment.problems()] == ["1 ends of spans whose start is missing"]


def test_work_given_by_a_merged_call_hangs_below_the_function(program: Program, tmp_path: Path) -> None:
    stream = program.begin()
    program.data.thread(2, "worker")
    worker = Stream(program.data, 2)
    stream.enter(program.main)
    stream.call(program.at_2, program.calls_add)
    number = stream.enter(program.add)
    worker.event(0x3D, 1, 0, number)
    worker.call(program.at_3, program.dumps)
    worker.out()
    stream.leave()
    stream.out()
    stream.leave()
    assert tree(program.read(tmp_path)) == [["main", [["add", [["json.dumps", []]]]]]]


def test_work_given_by_a_coroutine_hangs_below_the_await_that_was_open(program: Program, tmp_path: Path) -> None:
    stream = program.begin()
    program.data.thread(2, "worker")
    worker = Stream(program.data, 2)
    stream.event(ASTART, program.serve, 1)
    stream.event(AWAIT, program.await_32, 1)
    worker.event(0x3D, 2, 1, dt=25)
    worker.enter(program.add, dt=0)
    worker.leave()
    worker.event(0x03, program.add, 1, dt=0)
    worker.leave(dt=5)
    stream.event(AWAITED, 1, dt=100)
    stream.event(END, 1)
    assert tree(program.read(tmp_path)) == [["serve", [["task", [["add", []], ["add", []]]]]]]


def test_changes_a_call_made_are_told_by_the_span_that_took_it_in(program: Program, tmp_path: Path) -> None:
    program.sites.entries[program.at_2]["kept"] = ["items"]
    stream = program.begin()
    stream.enter(program.main)
    stream.call(program.at_2, program.calls_add)
    stream.enter(program.add)
    stream.leave()
    stream.event(0x3B, 1, v(0), value([1]), value([1, 2]))
    stream.out()
    stream.leave()
    segment = program.read(tmp_path)
    assert [len(list(span.happenings())) for span in spans(segment)] == [0, 1]
