"""Threads: many at once, many in turn, and those that outlive the interpreter."""

from __future__ import annotations

import pytest
from core_under_test import CoreUnderTest
from segment_text import read_segment

pytestmark = pytest.mark.parametrize("core", ["c"], indirect=True)

F = """
import threading
def f(a, b):
    try:
        _sw_enter(0, a, b)
        return _sw_ret(a + b)
    except: _sw_fail(0); raise
def many(n):
    for i in range(n):
        f(i, i)
"""


def calls_by_thread(core: CoreUnderTest) -> dict[int, int]:
    """Count the finished calls in each thread's stream of the only segment."""
    (path,) = core.segments()
    streams = read_segment(path).streams
    return {
        number: sum(line.startswith("RETURN") for line in stream.lines)
        for number, stream in streams.items()
        if number > 0
    }


def test_calls_of_eight_threads_at_once_are_all_there(core: CoreUnderTest) -> None:
    core.run(
        F
        + """
threads = [threading.Thread(target=many, args=(5_000,)) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
""",
        clock="monotonic",
    )
    assert sorted(calls_by_thread(core).values()) == [5_000] * 8


def test_short_threads_in_turn_share_chunks(core: CoreUnderTest) -> None:
    core.run(
        F
        + """
for _ in range(300):
    thread = threading.Thread(target=many, args=(3,))
    thread.start()
    thread.join()
""",
        clock="monotonic",
    )
    assert list(calls_by_thread(core).values()) == [3] * 300
    assert core.segments()[0].stat().st_size < 12 * 65_536


def test_daemon_threads_that_record_at_exit_do_no_harm(core: CoreUnderTest) -> None:
    done = core.run(
        F
        + """
import sys
sys.setswitchinterval(0.0001)
for _ in range(4):
    threading.Thread(target=many, args=(10**9,), daemon=True).start()
many(500)
""",
        clock="monotonic",
    )
    assert done.err == ""
    assert 500 in calls_by_thread(core).values()


def test_thread_names_are_recorded(core: CoreUnderTest) -> None:
    core.run(
        F
        + """
thread = threading.Thread(target=many, args=(1,), name="worker é")
thread.start()
thread.join()
many(1)
"""
    )
    lines = read_segment(core.segments()[0]).streams[0].lines
    assert [line for line in lines if line.startswith("THREAD")] == [
        "THREAD 1 1 'worker \\xe9'",
        "THREAD 2 1 'MainThread'",
    ]


def test_thread_that_no_python_made_is_recorded(core: CoreUnderTest) -> None:
    core.run(
        F
        + """
import _thread
done = _thread.allocate_lock()
done.acquire()
def run():
    many(5)
    done.release()
_thread.start_new_thread(run, ())
done.acquire()
"""
    )
    assert calls_by_thread(core) == {1: 5}
