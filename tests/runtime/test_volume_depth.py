"""Spans that are too deep to stay: TRACING_MAX_DEPTH (docs/volume.md)."""

from __future__ import annotations

from textwrap import dedent

import pytest
from core_under_test import CoreUnderTest
from segment_text import read_segment
from volume_programs import counted, opened, recorded, run_limited

NEST = "span(1, lambda: span(2, lambda: span(3, lambda: span(4)), lambda: span(5)), lambda: span(6, lambda: span(7)))"


@pytest.mark.parametrize(
    ("depth", "lines"),
    [
        ("1", ["ENTER 1", "LEFT_OUT 6", "RETURN None"]),
        ("2", ["ENTER 1", "ENTER 2", "LEFT_OUT 3", "RETURN None", "ENTER 6", "LEFT_OUT 1", "RETURN None",
               "RETURN None"]),
        ("4", ["ENTER 1", "ENTER 2", "ENTER 3", "ENTER 4", "RETURN None", "RETURN None", "ENTER 5", "RETURN None",
               "RETURN None", "ENTER 6", "ENTER 7", "RETURN None", "RETURN None", "RETURN None"]),
    ],
)  # fmt: skip
def test_what_is_deeper_is_left_out_and_counted(core: CoreUnderTest, depth: str, lines: list[str]) -> None:
    run = run_limited(core, NEST, MAX_DEPTH=depth)
    assert recorded(run.segment) == lines
    assert counted(run.segment) == dict.fromkeys(range(1, 8), (1, 0))


def test_values_of_what_is_deeper_are_not_captured(core: CoreUnderTest) -> None:
    source = """
    class Unseen: pass
    span(1, lambda: valued(2, Unseen(), "unseen"), lambda: span(3))
    """
    run = run_limited(core, dedent(source), MAX_DEPTH="1")
    assert recorded(run.segment) == ["ENTER 1", "LEFT_OUT 2", "RETURN None"]
    assert {line.split()[0] for line in read_segment(run.segment).streams[0].lines} == {"FILE", "THREAD"}


def test_times_of_what_is_deeper_pass(core: CoreUnderTest) -> None:
    times = [
        read_segment(run_limited(each, NEST, MAX_DEPTH=depth).segment)
        for each, depth in ((core, "1"), (_fresh(core), "9"))
    ]
    first, last = ((segment.streams[1].times[0], segment.streams[1].times[-1]) for segment in times)
    assert first == last
    assert times[0].counts == times[1].counts


CALLS = """
def work(n):
    try:
        _sw_enter(1, n)
        for k in range(n): _sw_out(_sw_call(2, work)(n - 1))
        _sw_out(_sw_will(3, len)(_sw_in(3, ())))
        return _sw_ret(n)
    except: _sw_fail(1); raise
work(2)
"""


def test_call_and_the_function_that_it_called_count_once(core: CoreUnderTest) -> None:
    """work(2) calls work(1) twice, which calls work(0) and len; work(0) calls len."""
    run = run_limited(core, CALLS, MAX_DEPTH="2")
    inner = ["CALL 2 1", "ENTER 1", "ARGS 1", "LEFT_OUT 3", "RETURN 1", "OUT"]
    assert recorded(run.segment) == ["ENTER 1", "ARGS 2", *inner, *inner, "CALL 3 2", "OUT", "RETURN 2"]
    assert counted(run.segment) == {1: (5, 0)}


def test_calls_are_deeper_than_their_function(core: CoreUnderTest) -> None:
    run = run_limited(core, CALLS, MAX_DEPTH="1")
    assert recorded(run.segment) == ["ENTER 1", "ARGS 2", "LEFT_OUT 9", "RETURN 2"]
    assert {line.split()[0] for line in read_segment(run.segment).streams[0].lines} == {"FILE", "THREAD"}


def test_calls_left_open_below_what_is_deeper(core: CoreUnderTest) -> None:
    source = """
    def tries(n):
        try:
            _sw_enter(1)
            if n: _sw_out(_sw_call(2, tries)(n - 1))
            try: _sw_out(_sw_call(3, int)("x"))
            except ValueError: _sw_caught()
            _sw_out(_sw_call(4, int)("y"))
        except ValueError: _sw_fail(1)
    tries(3)
    """
    run = run_limited(core, dedent(source), MAX_DEPTH="2", AUTO_CAPTURE_ERRORS="off")
    assert recorded(run.segment) == [
        "ENTER 1", "CALL 2 1", "ENTER 1", "FLAG", "LEFT_OUT 8", "LEAVE", "OUT", "CALL 3 2", "CALL_FAIL", "CALL 4 2",
        "CALL_FAIL", "FLAG", "LEAVE",
    ]  # fmt: skip
    assert counted(run.segment) == {1: (4, 4)}


def test_lines_values_and_changes_of_what_is_deeper_are_left_out(core: CoreUnderTest) -> None:
    source = """
    def full(n, box):
        try:
            _sw_enter(1, n, box)
            _sw_keep(1, box)
            _sw_line(2); x = n; _sw_var(3, x); _sw_let(4, x)
            if n: full(n - 1, box)
            else: _sw_out(_sw_call(5, box.append)(x), box)
            _sw_state(1, box)
            return _sw_val(x)
        except: _sw_error(1); raise
        finally: _sw_exit(1)
    full(2, [])
    """
    run = run_limited(core, dedent(source), MAX_DEPTH="1")
    assert recorded(run.segment) == [
        "ENTER 1", "ARGS 2, []", "LINE 2", "VAR 3 2", "VAR 4 2", "STATE 0: [] -> [0]", "VALUE 2", "LEFT_OUT 3", "LEAVE",
    ]  # fmt: skip


def test_generators_that_are_too_deep_count_when_they_end(core: CoreUnderTest) -> None:
    source = """
    span(1, lambda: list(items(2, lambda: span(3), int)))
    def keeps():
        it = items(4, int, lambda: span(5)); next(it)
        return it
    kept = []
    span(6, lambda: kept.append(keeps()), lambda: list(kept[0]))
    span(7, lambda: kept.append(keeps()))
    span(8, lambda: list(kept[1]))
    """
    run = run_limited(core, dedent(source), MAX_DEPTH="1")
    assert recorded(run.segment) == [
        "ENTER 1", "LEFT_OUT 2", "RETURN None", "ENTER 6", "LEFT_OUT 2", "RETURN None", "ENTER 7", "RETURN None",
        "ENTER 8", "RETURN None",
    ]  # fmt: skip
    assert counted(run.segment) == {
        1: (1, 0),
        2: (1, 0),
        3: (1, 0),
        4: (2, 0),
        5: (2, 0),
        6: (1, 0),
        7: (1, 0),
        8: (1, 0),
    }


def test_what_is_deeper_than_a_generator_is_left_out_of_it(core: CoreUnderTest) -> None:
    source = "span(1, lambda: list(items(2, lambda: span(3), lambda: span(4, lambda: span(5)))))"
    run = run_limited(core, source, MAX_DEPTH="2")
    assert recorded(run.segment) == [
        "ENTER 1", "START 2 1", "PAUSE 1", "RESUME 1", "PAUSE 1", "RESUME 1", "HVALUE 1 None", "HLEFT_OUT 1 3", "END 1",
        "RETURN None",
    ]  # fmt: skip


def test_coroutines_that_are_too_deep_count_for_the_one_above(core: CoreUnderTest) -> None:
    source = "drive(task(1, Stop, lambda: task(2, Stop, lambda: task(3, lambda: calls(lambda: span(4))))))"
    run = run_limited(core, source, MAX_DEPTH="1")
    assert recorded(run.segment) == ["ASTART 1 1", "HVALUE 1 None", "HLEFT_OUT 1 3", "END 1"]
    assert counted(run.segment) == {1: (1, 0), 2: (1, 0), 3: (1, 0), 4: (1, 0)}


def test_coroutine_that_outlives_the_one_above_counts_nowhere(core: CoreUnderTest) -> None:
    source = """
    late = []
    def starts():
        late.append((task(2, Stop), contextvars.copy_context()))
        step(*late[0])
    drive(task(1, lambda: calls(starts)))
    step(*late[0])
    """
    run = run_limited(core, dedent(source), MAX_DEPTH="1")
    assert recorded(run.segment) == ["ASTART 1 1", "HVALUE 1 None", "END 1"]
    assert counted(run.segment) == {1: (1, 0), 2: (1, 0)}


def test_async_generators_and_awaits_that_are_too_deep(core: CoreUnderTest) -> None:
    source = """
    async def numbers():
        _sw_s = _sw_agen(2)
        try:
            for n in range(3):
                await _sw_await(_sw_s, 5, Stop())
                _sw_resume(_sw_s, (yield _sw_pause(_sw_s, n)))
        except: _sw_error(_sw_s); raise
        finally: _sw_exit(_sw_s)
    async def reads():
        _sw_s = _sw_co(1)
        try:
            async for n in _sw_aiter(_sw_s, 3, numbers()): _sw_line(_sw_s, 4)
            return _sw_val(_sw_s, n)
        except: _sw_error(_sw_s); raise
        finally: _sw_exit(_sw_s)
    drive(reads())
    """
    run = run_limited(core, dedent(source), MAX_DEPTH="1")
    step = ["AWAIT 3 1", "PAUSE 1", "RESUME 1", "AWAITED 1"]
    assert recorded(run.segment) == [
        "ASTART 1 1", *[*step, "HLINE 4 1"] * 3, "AWAIT 3 1", "AWAITED 1", "HVALUE 1 2", "HLEFT_OUT 1 1", "END 1",
    ]  # fmt: skip
    assert counted(run.segment) == {1: (1, 0), 2: (1, 0)}


def test_recursion_is_left_out_below_the_depth(core: CoreUnderTest) -> None:
    source = "def deep(n): span(1, *[lambda: deep(n - 1)] * (n > 0))\ndeep(100)"
    run = run_limited(core, source, MAX_DEPTH="10")
    assert recorded(run.segment) == [*["ENTER 1"] * 10, "LEFT_OUT 91", *["RETURN None"] * 10]
    assert counted(run.segment) == {1: (101, 0)}


def test_threads_go_on_at_the_depth_that_they_were_started_in(core: CoreUnderTest) -> None:
    run = run_limited(core, "span(1, lambda: thread(2, lambda: span(3)))", MAX_DEPTH="2")
    assert recorded(run.segment) == ["ENTER 1", "RETURN None"]
    assert recorded(run.segment, 2)[1:] == ["ENTER 2", "LEFT_OUT 1", "RETURN None"]
    run = run_limited(_fresh(core), "span(1, lambda: thread(2, lambda: span(3)))", MAX_DEPTH="1")
    assert set(read_segment(run.segment).streams) == {0, 1}
    assert counted(run.segment) == {1: (1, 0), 2: (1, 0), 3: (1, 0)}


def test_exception_that_passed_what_is_deeper_is_told_in_full(core: CoreUnderTest) -> None:
    run = run_limited(core, "swallows(lambda: span(1, lambda: span(2, lambda: fails(3))))", MAX_DEPTH="2")
    lines = recorded(run.segment)
    assert [line.split()[0] for line in lines] == ["ENTER", "ENTER", "LEFT_OUT", "RAISE", "RAISE"]
    assert "ValueError: 3" in lines[3] and lines[4].startswith("RAISE AGAIN")
    assert counted(run.segment) == {1: (1, 1), 2: (1, 1), 3: (1, 1)}


def test_exception_and_its_further_record_go_together_past_a_count(core: CoreUnderTest) -> None:
    source = "swallows(lambda: span(1, lambda: span(2, lambda: span(3), lambda: fails(4)), lambda: 0))"
    run = run_limited(core, source, MAX_DEPTH="2")
    lines = [line.split()[:2] for line in recorded(run.segment)]
    assert lines[:3] == [["ENTER", "1"], ["ENTER", "2"], ["LEFT_OUT", "2"]]
    assert lines[4] == ["RAISE", "AGAIN"]


def test_forked_child_inherits_what_is_not_too_deep(core: CoreUnderTest) -> None:
    source = "span(1, lambda: span(2, lambda: span(3, lambda: forked(lambda: span(4)))))\nspan(5)"
    run = run_limited(core, source, MAX_DEPTH="2")
    parent, child = sorted(run.segments, key=lambda path: len(path.name))
    assert opened(parent) == [1, 2, 5]
    lines = recorded(child)  # the ends of what it inherited
    assert lines[0].startswith("INHERIT ") and len(lines[0].split()) == 3
    assert opened(child) == [] and counted(child) == {4: (1, 0)}
    assert counted(parent) == {1: (1, 0), 2: (1, 0), 3: (1, 0), 5: (1, 0)}


def _fresh(core: CoreUnderTest) -> CoreUnderTest:
    return CoreUnderTest(core.name, core.project, core.traces.with_name("fresh"))


@pytest.mark.parametrize("limits", [{"MAX_DEPTH": "20"}, {"MAX_DEPTH": "1000000"}, {"MIN_DURATION": "1ns"}], ids=str)
def test_recursion_limit_leaves_spans_and_ends_paired(core: CoreUnderTest, limits: dict[str, str]) -> None:
    """The first counter of all is needed where no frames are left."""
    source = """
    def down(n):
        try:
            _sw_enter(1, n)
            return _sw_ret(_sw_out(_sw_call(2, down)(n + 1)))
        except: _sw_fail(1); raise
    sys.setrecursionlimit(200)
    for _ in range(3):
        try: down(0)
        except RecursionError: print("limit")
    span(3)
    """
    run = run_limited(core, dedent(source), **limits)
    assert run.out == "limit\n" * 3
    depth = 0
    for line in recorded(run.segment):
        word = line.split()[0]
        depth += (word in ("ENTER", "CALL")) - (word in ("RAISE", "RETURN", "LEAVE", "LOST", "CALL_FAIL"))
        assert depth >= 0
    assert depth == 0 and recorded(run.segment)[-2:] == ["ENTER 3", "RETURN None"]
    assert counted(run.segment)[3] == (1, 0)
