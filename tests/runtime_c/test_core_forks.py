"""Forks of a process with several threads."""

from __future__ import annotations

import pytest
from core_under_test import CoreUnderTest
from segment_text import read_segment

pytestmark = pytest.mark.parametrize("core", ["c"], indirect=True)

F = """
import os, sys, threading, time
def f(a):
    try:
        _sw_enter(0, a)
        return _sw_ret(a())
    except: _sw_fail(0); raise
def one(): return 1
def many(n):
    for _ in range(n):
        f(one)
def forked(work):
    child = os.fork()
    if not child:
        work()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
"""


def test_children_of_a_busy_process_have_whole_segments(core: CoreUnderTest) -> None:
    core.run(
        F
        + """
busy = True
def record():
    while busy:
        many(10)
        time.sleep(0.0005)
threads = [threading.Thread(target=record) for _ in range(4)]
for thread in threads: thread.start()
for _ in range(10): forked(lambda: many(1_000))
busy = False
for thread in threads: thread.join()
""",
        clock="monotonic",
        options=["-W", "ignore::DeprecationWarning"],
    )
    calls = [
        sum(line.startswith("RETURN") for line in stream.lines)
        for path in core.segments()
        for number, stream in read_segment(path).streams.items()
        if number > 0
    ]
    assert len(core.segments()) == 11
    assert calls.count(1_000) == 10


def test_a_thread_that_forks_goes_on_with_its_stack(core: CoreUnderTest) -> None:
    core.run(
        F
        + """
def inside(): forked(lambda: (many(2), f(lambda: forked(lambda: many(3)))))
thread = threading.Thread(target=f, args=(inside,))
thread.start()
thread.join()
""",
        options=["-W", "ignore::DeprecationWarning"],
    )
    first, second, third = (read_segment(path) for path in core.segments())
    by_name = sorted((first, second, third), key=lambda segment: len(segment.streams[1].lines))
    assert [sum("INHERIT" in line for line in segment.streams[1].lines) for segment in by_name] == [0, 1, 1]
    assert sorted(line for segment in by_name for line in segment.streams[1].lines if "INHERIT" in line) == [
        f"INHERIT {place}" for place in inherited(by_name[0].streams[1].places, by_name[2].streams[1].places)
    ]


def inherited(first: list[int], second: list[int]) -> list[str]:
    """What the child, and the child's child, say of the spans that were open when they were forked."""
    return [f"1:{first[0]}", f"2:{first[0]} 1:{second[-4]}"]
