"""Spans that are too brief to stay: TRACING_MIN_DURATION (docs/volume.md).

Under the fake clock a probe takes 100 ns; the first counter of all needs a chunk, for which the clock is read, too.
"""

from __future__ import annotations

from textwrap import dedent

import pytest
from core_under_test import CoreUnderTest
from segment_text import read_segment
from volume_programs import counted, opened, recorded, run_limited


def test_brief_leaf_is_erased(core: CoreUnderTest) -> None:
    run = run_limited(core, "span(1, lambda: valued(2, 'vanishing'), lambda: lasts(9))", MIN_DURATION="500ns")
    assert recorded(run.segment) == ["ENTER 1", *["LINE 99"] * 9, "LEFT_OUT 1", "RETURN None"]
    assert b"vanishing" not in run.segment.read_bytes()
    assert counted(run.segment) == {1: (1, 0), 2: (1, 0)}


def test_span_that_takes_as_long_as_the_limit_stays(core: CoreUnderTest) -> None:
    run = run_limited(core, "for n in range(6): span(n, lambda: lasts(n))", MIN_DURATION="400ns")
    assert opened(run.segment) == [3, 4, 5]


def test_brief_root_is_erased(core: CoreUnderTest) -> None:
    run = run_limited(core, "span(1); span(2, lambda: lasts(9)); span(3)", MIN_DURATION="500ns")
    assert opened(run.segment) == [2]
    assert counted(run.segment) == {1: (1, 0), 2: (1, 0), 3: (1, 0)}


def test_chain_of_brief_ones_is_erased_with_its_counts(core: CoreUnderTest) -> None:
    source = "span(1, lambda: span(2, lambda: span(3, lambda: span(4)), lambda: span(5)), lambda: lasts(40))"
    run = run_limited(core, source, MIN_DURATION="2us")
    assert recorded(run.segment) == ["ENTER 1", *["LINE 99"] * 40, "LEFT_OUT 4", "RETURN None"]


def test_span_with_one_left_below_it_stays(core: CoreUnderTest) -> None:
    """The outer ones take 900 ns, the inner one 500 and its child 100."""
    source = "span(1, lambda: span(2, lambda: span(3, lambda: lasts(3), lambda: span(4))), lambda: span(5))"
    run = run_limited(core, source, MIN_DURATION="500ns")
    assert opened(run.segment) == [1, 2, 3]
    assert [line for line in recorded(run.segment) if line.startswith("LEFT_OUT")] == ["LEFT_OUT 1", "LEFT_OUT 1"]


def test_brief_one_that_failed_stays(core: CoreUnderTest) -> None:
    run = run_limited(core, "span(1, lambda: swallows(lambda: fails(2)), lambda: span(3))", MIN_DURATION="1ms")
    assert opened(run.segment) == [1, 2]
    assert [line.split()[0] for line in recorded(run.segment)] == ["ENTER", "ENTER", "RAISE", "LEFT_OUT", "RETURN"]


def test_brief_one_that_was_marked_stays(core: CoreUnderTest) -> None:
    source = """
    def marks():
        try:
            _sw_enter(1)
            raise ValueError
        except: _sw_flag(1)
        finally: _sw_exit(1)
    marks(); span(2)
    """
    run = run_limited(core, source, MIN_DURATION="1ms")
    assert recorded(run.segment) == ["ENTER 1", "FLAG", "LEAVE"]


def test_time_goes_on_from_before_what_was_erased(core: CoreUnderTest) -> None:
    source = "span(4)\nspan(1, lambda: lasts(1), lambda: span(2, lambda: span(3)), lambda: lasts(30))"
    run = run_limited(core, source, MIN_DURATION="1us")
    stream = read_segment(run.segment).streams[1]
    assert stream.lines == ["ENTER 1", *["LINE 99"] * 31, "LEFT_OUT 2", "RETURN None"]
    assert [stream.times[index + 1] - stream.times[index] for index in range(3)] == [100, 500, 100]


def test_span_that_ends_in_another_chunk_stays(core: CoreUnderTest) -> None:
    source = "for n in range(40): span(1, *[lambda: valued(2, 'v' * 500)] * 9)"
    run = run_limited(core, source, MIN_DURATION="1s", CAPTURE_RETURN="off")
    stream = read_segment(run.segment).streams.get(1)
    assert stream is not None and stream.lines == []
    assert counted(run.segment) == {1: (40, 0), 2: (360, 0)}
    source = "span(1, *[lambda: span(2, lambda: valued(3, 'v' * 900), lambda: lasts(9))] * 200)"
    run = run_limited(_fresh(core), source, MIN_DURATION="1us", CAPTURE_RETURN="off")
    stream = read_segment(run.segment).streams[1]
    crossing = [
        index
        for index, place in enumerate(stream.places[1:], 1)
        if place // 65_536 != stream.places[index - 1] // 65_536
    ]
    assert opened(run.segment).count(2) == 200 and opened(run.segment).count(3) <= len(crossing)


def test_brief_calls_are_erased_with_what_they_call(core: CoreUnderTest) -> None:
    source = """
    def calls_some():
        try:
            _sw_enter(1)
            _sw_out(_sw_call(2, len)(()))
            _sw_out(_sw_call(3, span)(4))
            _sw_out(_sw_will(5, span)(_sw_in(5, 6), lambda: lasts(20)))
            return _sw_ret()
        except: _sw_fail(1); raise
    calls_some()
    """
    run = run_limited(core, source, MIN_DURATION="1us")
    assert opened(run.segment) == [1, 5, 6]
    assert recorded(run.segment)[-3:] == ["OUT", "LEFT_OUT 2", "RETURN None"]
    assert counted(run.segment) == {1: (1, 0), 4: (1, 0), 6: (1, 0)}


def test_brief_call_that_was_left_by_an_exception_stays(core: CoreUnderTest) -> None:
    source = """
    def tries():
        try:
            _sw_enter(1)
            try: _sw_out(_sw_call(2, int)("x"))
            except ValueError: _sw_caught()
            return _sw_ret()
        except: _sw_fail(1); raise
    tries()
    """
    run = run_limited(core, source, MIN_DURATION="1ms")
    assert [line.split()[0] for line in recorded(run.segment)] == ["ENTER", "CALL", "CALL_FAIL", "RETURN"]


def test_values_lines_and_changes_go_with_their_span(core: CoreUnderTest) -> None:
    source = """
    def full(n, box):
        try:
            _sw_enter(1, n, box)
            _sw_keep(1, box)
            _sw_line(2); x = n; _sw_var(3, x)
            _sw_out(_sw_call(4, box.append)(x), box)
            if n: lasts(30)
            _sw_state(1, box)
            return _sw_val(x)
        except: _sw_error(1); raise
        finally: _sw_exit(1)
    full(0, []); full(1, [1]); full(0, [2])
    """
    run = run_limited(core, source, MIN_DURATION="2us")
    lines = [line for line in recorded(run.segment) if line != "LINE 99"]
    assert lines == [
        "ENTER 1", "ARGS 1, [1]", "LINE 2", "VAR 3 1", "STATE 0: [1] -> [1, 1]", "VALUE 1", "LEFT_OUT 1", "LEAVE",
    ]  # fmt: skip


def test_span_below_which_a_generator_or_coroutine_began_stays(core: CoreUnderTest) -> None:
    source = """
    span(1, lambda: list(items(2, int)))
    span(3, lambda: drive(task(4)))
    it = items(5, int, int); next(it)
    span(6, lambda: next(it))
    span(7)
    """
    run = run_limited(core, dedent(source), MIN_DURATION="1ms")
    assert opened(run.segment) == [1, 2, 3, 4, 5, 6]


def test_generators_and_coroutines_are_never_brief(core: CoreUnderTest) -> None:
    run = run_limited(core, "list(items(1, int)); drive(task(2, lambda: calls(lambda: span(3))))", MIN_DURATION="1ms")
    assert opened(run.segment) == [1, 2]
    assert recorded(run.segment)[-2:] == ["HLEFT_OUT 2 1", "END 2"]


def test_span_on_which_another_handle_ran_stays(core: CoreUnderTest) -> None:
    """What runs in it hangs below the coroutine, but its events lie in between."""
    source = """
    context = contextvars.Context()
    one = task(1, Stop, lambda: calls(lambda: span(2, lambda: lasts(30))))
    step(one, context)
    span(3, lambda: step(one, context))
    span(4)
    """
    run = run_limited(core, dedent(source), MIN_DURATION="2us")
    assert opened(run.segment) == [1, 3, 2]
    assert not any(line.startswith("LEFT_OUT") for line in recorded(run.segment))


def test_span_that_started_a_thread_or_a_process_stays(core: CoreUnderTest) -> None:
    source = """
    import subprocess
    span(1, lambda: thread(2))
    span(3, lambda: subprocess.run([sys.executable, "-c", ""]))
    span(4, lambda: forked(lambda: span(5, lambda: lasts(2000))))
    """
    run = run_limited(core, dedent(source), MIN_DURATION="100us")
    parent, child = sorted(run.segments, key=lambda path: len(path.name))
    assert opened(parent) == [1, 3, 4]
    assert opened(child) == [5] and recorded(child)[0].startswith("INHERIT 1:")
    assert counted(parent) == {1: (1, 0), 2: (1, 0), 3: (1, 0), 4: (1, 0)} and counted(child) == {5: (1, 0)}


def test_lost_span_stays(core: CoreUnderTest) -> None:
    source = "_sw_enter(1); _sw_enter(2); _sw_enter(3); _sw_exit(1)"
    run = run_limited(core, source, MIN_DURATION="1ms")
    assert recorded(run.segment) == ["ENTER 1", "ENTER 2", "ENTER 3", "LOST", "LOST", "LEAVE"]
    assert counted(run.segment) == {1: (1, 0), 2: (1, 0), 3: (1, 0)}


def test_recursion_is_erased_from_the_innermost(core: CoreUnderTest) -> None:
    source = "def deep(n): span(1, *[lambda: deep(n - 1)] * (n > 0))\nspan(1); deep(20)"
    run = run_limited(core, source, MIN_DURATION="2us")
    assert opened(run.segment) == [1] * 11  # those that took 2.1 us and more
    assert recorded(run.segment)[11:13] == ["LEFT_OUT 10", "RETURN None"]


@pytest.mark.parametrize("settings", [{"SAMPLE_RATE": "50%"}, {"SAMPLE_RATE": "0"}, {"MAX_DEPTH": "3"}])
def test_brief_ones_are_counted_with_other_limits(core: CoreUnderTest, settings: dict[str, str]) -> None:
    source = """
    for n in range(20):
        swallows(lambda: span(1, lambda: span(2, lambda: span(3, lambda: span(4))), *[lambda: fails(5)] * (n % 4 == 0)))
    """
    run = run_limited(core, dedent(source), MIN_DURATION="1ms", **settings)
    assert counted(run.segment) == {1: (20, 5), 2: (20, 0), 3: (20, 0), 4: (20, 0), 5: (5, 5)}
    assert opened(run.segment) == [1, 5] * 5
    assert [line for line in recorded(run.segment) if line.startswith("LEFT_OUT")] == ["LEFT_OUT 3"] * 5


def _fresh(core: CoreUnderTest) -> CoreUnderTest:
    return CoreUnderTest(core.name, core.project, core.traces.with_name("fresh"))
