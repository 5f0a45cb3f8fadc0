"""Calls, lines and values in threads, in signal handlers, and of values that are too large to compare."""

from __future__ import annotations

from core_under_test import CoreUnderTest
from segment_text import events, read_segment

THREADS = """
import threading
def bad(a): raise KeyError(a)
def good(a, b): b.append(a)
def f(n):
    try:
        _sw_enter(0, n)
        for i in range(n):
            _sw_line(1)
            items = []; _sw_var(2, items)
            try: [*map(lambda x: _sw_out(_sw_call(3, bad)(x)), [i])]
            except KeyError: _sw_caught()
            _sw_out(_sw_will(4, good)(i, _sw_in(4, items, items)), items)
        return _sw_ret()
    except: _sw_fail(0); raise
threads = [threading.Thread(target=f, args=(300,)) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""
ROUND = ["LINE 1", "VAR 2 []", "CALL 3", "CALL_FAIL", "CALL 4", "STATE", "OUT"]


def test_calls_of_threads_at_once_are_each_in_their_own(core: CoreUnderTest) -> None:
    run = core.run(THREADS, clock="monotonic")
    streams = [stream.lines for number, stream in read_segment(run.segment).streams.items() if number and stream.lines]
    assert len(streams) == 4
    for lines in streams:
        assert lines[:2] == ["ENTER 0", "ARGS 300"]
        assert lines[-1] == "RETURN None"
        words = [line if line.startswith("VAR") else " ".join(line.split()[:2]) for line in lines[2:-1]]
        assert [word.split()[0] if word.startswith("STATE") else word for word in words] == ROUND * 300


SIGNALS = """
import os, signal
from contextlib import suppress
def bad(a): raise KeyError(a)
def good(a): return a
def handler(number, frame):
    {enter}
    _sw_line(11)
    _sw_out(_sw_call(12, good)(1))
    with suppress(KeyError):
        [*map(lambda x: _sw_out(_sw_call(13, bad)(x)), [1])]
    _sw_out(_sw_will(14, good)(_sw_in(14, 1 + 1)))
    {leave}
def f():
    _sw_enter(0)
    _sw_out(_sw_will(1, good)(_sw_in(1, [os.kill(os.getpid(), signal.SIGUSR1), pause()])))
    _sw_out(_sw_call(2, late)())
    _sw_exit(0)
def pause():
    for _ in range(1000): pass
def late():
    os.kill(os.getpid(), signal.SIGUSR1)
    pause()
signal.signal(signal.SIGUSR1, handler)
f()
"""
HANDLED = ["LINE 11", "CALL 12 1", "OUT", "CALL 13 2", "CALL_FAIL", "CALL 14 1", "OUT"]


def test_signal_handler_within_a_call_leaves_it_open(core: CoreUnderTest) -> None:
    found = events(core.run(SIGNALS.format(enter="_sw_enter(10)", leave="_sw_exit(10)")).segment)
    handled = ["ENTER 10", *HANDLED, "LEAVE"]
    assert found == ["ENTER 0", *handled, "CALL 1 1", "OUT", "CALL 2 3", *handled, "OUT", "LEAVE"]


def test_signal_handler_that_is_not_recorded_itself_ends_only_its_own_calls(core: CoreUnderTest) -> None:
    found = events(core.run(SIGNALS.format(enter="pass", leave="_sw_caught()")).segment)
    handled = ["LINE 11", "CALL 12 1", "OUT", "CALL 13 2", "CALL 14 1", "OUT", "CALL_FAIL"]
    assert found == ["ENTER 0", *handled, "CALL 1 1", "OUT", "CALL 2 3", *handled, "OUT", "LEAVE"]


LARGE = """
class Large: pass
def touch(thing): thing.last[0] += 1
for size in range(200, 500):
    thing = Large()
    thing.last = [0, "y" * size]
    for i in range(31): setattr(thing, chr(97 + i) * 512, 1)
    _sw_enter(1)
    _sw_keep(1, thing)
    touch(thing)
    _sw_state(1, thing)
    _sw_exit(1)
    _sw_out(_sw_call(2, touch, thing)(thing), thing)
"""


def test_large_values_are_compared_as_far_as_they_are_written(core: CoreUnderTest) -> None:
    found = [line.split()[0] for line in events(core.run(LARGE).segment)]
    assert found.count("STATE") == 2 * 300


def test_both_cores_compare_the_same_large_values(both_cores: tuple[CoreUnderTest, CoreUnderTest]) -> None:
    c, python = (bytearray(core.run(LARGE).segment.read_bytes()) for core in both_cores)
    c[16] = python[16]
    assert c == python
