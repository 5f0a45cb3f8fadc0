"""Calls and awaits with the C core: forks, depth, the list of callees that wait for their arguments."""

from __future__ import annotations

import pytest
from core_under_test import CoreUnderTest
from segment_text import events, read_segment

pytestmark = pytest.mark.parametrize("core", ["c"], indirect=True)


def test_forked_child_defines_the_callees_it_uses(core: CoreUnderTest) -> None:
    done = core.run(
        """
import os
def g(x): return x
def f():
    try:
        _sw_enter(0)
        _sw_out(_sw_call(1, len)("")); _sw_out(_sw_call(2, g)(1))
        pid = _sw_out(_sw_call_m(3, os, "fork").fork())
        _sw_out(_sw_call(2, g)(1))
        if pid: os.waitpid(pid, 0)
        return _sw_ret()
    except: _sw_fail(0); raise
f()
""",
        clock="monotonic",
        options=["-W", "ignore::DeprecationWarning"],
    )
    callees = [
        [line.split(" '/")[0] for line in read_segment(path).streams[0].lines if line.startswith("CALLEE")]
        for path in done.segments
    ]
    assert sorted(callees, key=len) == [
        ["CALLEE 2 '__main__' 'g'"],
        ["CALLEE 1 '' 'len' '' 0", "CALLEE 2 '__main__' 'g'", "CALLEE 3 'posix' 'fork' '' 0"],
    ]


DEPTH = """
import sys
depth = 0
def bare(n):
    global depth
    depth = n
    return bare(n + 1)
def level3(n):
    try:
        _sw_enter(1, n)
        global depth
        depth = n
        return _sw_ret(_sw_out(_sw_will(2, level3)(_sw_in(2, n + 1))))
    except: _sw_fail(1); raise
async def bare_co(n):
    global depth
    depth = n
    return await bare_co(n + 1)
async def level3_co(n):
    _sw_s = _sw_co(3, n)
    try:
        global depth
        depth = n
        return _sw_val(_sw_s, await _sw_await(_sw_s, 4, level3_co(n + 1)))
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)
def reached(f):
    for _ in range(3):  # the interpreter specialises what runs often
        try:
            it = f(0)
            it.send(None)
        except RecursionError:
            pass
    return depth
"""


@pytest.mark.parametrize("limit", [300, 1000])
def test_depth_of_calls_and_awaits_is_unchanged(core: CoreUnderTest, limit: int) -> None:
    core.run(
        DEPTH
        + f"""
import warnings
warnings.simplefilter("ignore")
sys.setrecursionlimit({limit})
assert reached(bare) == reached(level3)
assert reached(bare_co) == reached(level3_co)
"""
    )


def test_of_many_waiting_callees_the_oldest_half_is_dropped(core: CoreUnderTest) -> None:
    done = core.run(
        """
def f():
    _sw_enter(0)
    for site in range(1025): _sw_will(site, len)
    _sw_in(511, 1); _sw_in(512, 1)
    _sw_in(1024, 1)
    _sw_exit(0)
f()
"""
    )
    assert [line for line in events(done.segment) if line.startswith("CALL ")] == [
        "CALL 511 0",
        "CALL 512 1",
        "CALL 1024 0",
    ]


def test_waiting_callees_of_a_frame_that_failed_are_forgotten(core: CoreUnderTest) -> None:
    done = core.run(
        """
def f():
    _sw_enter(0)
    _sw_will(1, len); _sw_will(1, print)
    _sw_in(1, 1); _sw_caught()
    _sw_in(1, 1)
    _sw_exit(0)
f()
"""
    )
    assert events(done.segment) == ["ENTER 0", "CALL 1 2", "CALL_FAIL", "CALL 1 0", "CALL_FAIL", "LEAVE"]


@pytest.mark.parametrize(
    ("call", "gives"),
    [("_sw_call()", "None"), ("_sw_call(1)", "1"), ("_sw_call_m(1, 2)", "2"), ("_sw_call_m(1, 2, 3)", "2"),
     ("_sw_in(1)", "1"), ("_sw_out()", "None"), ("_sw_call('x', 5)", "5"), ("_sw_await(1, 2, 3)", "3"),
     ("_sw_awith()", "None"), ("_sw_let(7)", "7"), ("_sw_line()", "None"), ("_sw_keep('x', 5)", "None")],
)  # fmt: skip
def test_wrong_arguments_are_handed_through(core: CoreUnderTest, call: str, gives: str) -> None:
    assert core.run(f"print({call})").out == f"{gives}\n"
