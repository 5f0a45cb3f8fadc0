"""Handles in a ring: what their opening events said is said again where these may be gone (docs/flight-recorder.md)."""

from __future__ import annotations

from core_under_test import CoreUnderTest
from flight_programs import lines, parts, run_ring

AWAITED = """
async def waits(site, *dos):
    _sw_s = _sw_co(site)
    try:
        for do in dos:
            do()
            await _sw_await(_sw_s, site + 1, Stop())
        return _sw_val(_sw_s, None)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)
"""


def around(found: list[str]) -> list[tuple[str, str]]:
    """Each AGAIN, and the event behind it."""
    return [(line, found[place + 1]) for place, line in enumerate(found) if line.startswith("AGAIN")]


def test_suspended_generator_is_told_of_again_before_it_goes_on(core: CoreUnderTest) -> None:
    source = """
    one = items(3, bool, bool)
    next(one)
    look("before")
    fill(9)
    next(one)
    """
    run = run_ring(core, source)
    number, ticks = parts(core.project / "before")[0].find("START 3 1")
    assert around(lines(run.segment)) == [(f"AGAIN 3 1 {number} {ticks} 0", "RESUME 1")]


def test_coroutine_below_another_is_told_of_with_its_parent(core: CoreUnderTest) -> None:
    source = """
    both = (lambda: task(2, lambda: calls(lambda: look("before")), lambda: calls(lambda: fill(9))))
    drive(task(1, both))
    """
    run = run_ring(core, source)
    before = parts(core.project / "before")[0]
    (outer, outer_ticks), (inner, inner_ticks) = before.find("ASTART 1 1"), before.find("ASTART_UNDER 2 2 1")
    assert around(lines(run.segment)) == [
        (f"AGAIN 2 2 {inner} {inner_ticks} 1", "HVALUE 2 None"),
        (f"AGAIN 1 1 {outer} {outer_ticks} 0", "HVALUE 1 None"),
    ]


def test_handle_is_told_of_again_each_time_half_the_ring_is_new(core: CoreUnderTest) -> None:
    run = run_ring(core, AWAITED + "drive(waits(3, *[lambda: fill(1)] * 12))")
    found = lines(run.segment)
    said = around(found)
    assert [event for _, event in said] == ["AWAIT 4 1"] * len(said)
    assert 2 <= len(said) < sum(line.startswith("AWAIT 4 1") for line in found)
    assert len({line for line, _ in said}) == 1


def test_handle_is_not_told_of_again_while_its_beginning_is_there(core: CoreUnderTest) -> None:
    run = run_ring(core, AWAITED + "fill(9); drive(waits(3, lambda: fill(1)))")
    assert around(lines(run.segment)) == []


def test_handle_that_has_left_something_out_is_told_of_before_that(core: CoreUnderTest) -> None:
    source = """
    async def bare():
        _sw_s = _sw_co(1)
        try:
            span(2)
            await Stop()
        finally: _sw_exit(_sw_s)
    one, context = bare(), contextvars.copy_context()
    step(one, context)
    fill(9)
    step(one, context)
    """
    run = run_ring(core, source, MAX_DEPTH="1")
    said, *others = lines(run.segment)[-3:]
    assert said.startswith("AGAIN 1 1 ") and others == ["HLEFT_OUT 1 1", "END 1"]


def test_exception_is_the_streams_last_also_where_a_handle_is_told_of_again(core: CoreUnderTest) -> None:
    source = """
    async def outer(inner):
        _sw_s = _sw_co(1)
        try:
            await inner
        except: _sw_error(_sw_s); raise
        finally: _sw_exit(_sw_s)
    def full():
        try:
            _sw_enter(2)
            fill(9)
            raise ValueError("full")
        except: _sw_fail(2); raise
    swallows(lambda: drive(outer(calls(full))))
    """
    run = run_ring(core, source)
    segment = min(run.segments, key=lambda path: len(path.name))
    words = [" ".join(line.split()[:3]) for line in lines(segment)[-4:]]
    assert words == ["RAISE ValueError: full", words[1], "HERROR 1 AGAIN", "END 1"]
    assert words[1].startswith("AGAIN 1 1")


def test_forked_child_says_nothing_of_handles_that_its_parent_opened(core: CoreUnderTest) -> None:
    source = """
    one = items(3, bool, bool)
    next(one)
    def go_on():
        fill(9)
        next(one)
    forked(go_on)
    """
    run = run_ring(core, source)
    child = max(run.segments, key=lambda path: len(path.name))
    assert "RESUME 1" in lines(child) and around(lines(child)) == []
