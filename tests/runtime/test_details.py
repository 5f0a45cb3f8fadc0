"""Limits of levels 3 to 5, what is handed through where nothing is recorded, and calls in threads of their own."""

from __future__ import annotations

from core_under_test import CoreUnderTest, twin
from segment_text import events, read_segment

HAND_THROUGH = """
import asyncio
async def co():
    s = _sw_co(1)
    assert await _sw_await(s, 2, result()) == 5
    async with _sw_awith(s, 2, Manager()) as got: assert got == 6
    assert [item async for item in _sw_aiter(s, 2, items())] == [7]
    assert _sw_var(s, 3, 1) is None and _sw_let(s, 3, 8) == 8 and _sw_line(s, 4) is None
    _sw_keep(s, []); _sw_state(s, []); _sw_exit(s)
async def result(): return 5
class Manager:
    async def __aenter__(self): return 6
    async def __aexit__(self, *_): pass
async def items(): yield 7
assert _sw_out(_sw_call(1, len, [])("a"), []) == 1
assert _sw_out(_sw_call_m(1, "a", "upper").upper()) == "A"
assert _sw_out(_sw_will(1, len)(_sw_in(1, "ab", []))) == 2
assert _sw_out(_sw_will_m(1, "a", "join").join(_sw_in(1, "bc"))) == "bac"
assert (_sw_caught(), _sw_line(1), _sw_var(2, 3), _sw_keep(1, []), _sw_state(1, [])) == (None,) * 5
assert _sw_let(1, 2) == 2 and _sw_out(None) is None and _sw_in(1, None) is None
asyncio.run(co())
print("through")
"""


def test_values_are_handed_through_while_recording(core: CoreUnderTest) -> None:
    assert core.run(HAND_THROUGH).out == "through\n"


def test_values_are_handed_through_where_recording_is_off(core: CoreUnderTest) -> None:
    """The folder for segments is a file."""
    core.traces.write_bytes(b"")
    run = core.run_file(core.write("twin.py", twin(HAND_THROUGH)))
    assert run.out == "through\n"
    assert run.err.count("\n") == 1


def test_callees_that_are_never_called_do_not_pile_up(core: CoreUnderTest) -> None:
    """Of 1,025 the oldest 512 are dropped."""
    run = core.run(
        """
        def f(n): _sw_will(n, len)
        for n in range(1024): _sw_will(n, len)
        _sw_in(0, 1); _sw_out(1)
        for n in range(1025): _sw_will(n, len)
        _sw_in(511, 1); _sw_out(1)
        for n in range(1025): _sw_will(n, len)
        _sw_in(512, 1); _sw_out(1)
        """
    )
    assert [line for line in events(run.segment) if line != "OUT"] == ["CALL 0 1", "CALL 511 0", "CALL 512 1"]


def test_changes_and_values_have_a_budget(core: CoreUnderTest) -> None:
    """The ninth list begins behind 16,384 bytes: 8 times 2 times 1,024 and more."""
    run = core.run(
        """
        _sw_enter(4)
        items = [["x" * 1024] for _ in range(12)]
        _sw_keep(4, *items)
        for one in items: one.append(1)
        _sw_state(4, *items)
        _sw_var(1, *["x" * 1024] * 20)
        _sw_exit(4)
        """
    )
    state, var = events(run.segment)[1:3]
    assert state.count(" -> ") == 8
    assert var.count("NO ROOM") == 4


def test_deep_and_wide_values_are_compared_as_far_as_they_are_written(core: CoreUnderTest) -> None:
    run = core.run(
        """
        wide, deep = list(range(40)), [[[[[1]]]]]
        _sw_enter(4); _sw_keep(4, wide, deep)
        wide[35] = 0; deep[0][0][0][0][0] = 2
        _sw_state(4, wide, deep)
        wide.append(1)
        _sw_state(4, wide, deep)
        _sw_exit(4)
        """
    )
    (state,) = (line for line in events(run.segment) if line.startswith("STATE"))
    assert state.startswith("STATE 0: [0, 1, ")
    assert state.endswith("]~41")


def test_calls_of_threads_are_their_own(core: CoreUnderTest) -> None:
    """What one thread remembers or has left open is nothing to another in code of the same site."""
    run = core.run(
        """
        import threading
        def f(): _sw_in(1, 1); _sw_out(1); _sw_caught()
        _sw_call(2, len); _sw_will(1, len)
        thread = threading.Thread(target=f); thread.start(); thread.join()
        _sw_out(0); _sw_in(1, 1); _sw_out(0)
        """
    )
    segment = read_segment(run.segment)
    assert segment.streams[1].lines == ["CALL 2 1", "OUT", "CALL 1 1", "OUT"]
    assert [line for line in segment.streams[2].lines if not line.startswith("ADOPT")] == ["CALL 1 0", "OUT"]


def test_calls_near_the_recursion_limit(core: CoreUnderTest) -> None:
    """The program sees the same exception; what is recorded stays balanced."""
    run = core.run(
        """
        import sys
        sys.setrecursionlimit(200)
        def down(n):
            try:
                _sw_enter(10, n); _sw_keep(10, [n]); _sw_line(1); _sw_var(2, n)
                return _sw_ret(_sw_out(_sw_will(3, down)(_sw_in(3, n + 1, [n])), [n]))
            except: _sw_fail(10); raise
        for _ in range(3):
            try: down(0)
            except RecursionError: print("limit")
        _sw_enter(4); _sw_exit(4)
        """,
        clock="monotonic",
    )
    assert run.out == "limit\n" * 3
    depth = 0
    for line in events(run.segment):
        word = line.split()[0]
        depth += (word in ("ENTER", "CALL")) - (word in ("RAISE", "RETURN", "LEAVE", "LOST", "OUT", "CALL_FAIL"))
        assert depth >= 0
    assert depth == 0
