"""Functions that are only counted for the overhead budget: no spans, exact counts, and all else as it was."""

from __future__ import annotations

import pytest
from budget_programs import COUNTED, LITTLE, RECORDED, below, left_out, run_on_budget, switches
from core_under_test import CoreUnderTest
from segment_text import read_segment
from volume_programs import SPANS, counted, opened, run_limited

HOT_ONE = """
def main():
    try:
        _sw_enter(9)
        print(hot(lambda: span(1)))
        return _sw_ret()
    except: _sw_fail(9); raise
main()
"""


def test_hot_function_over_budget_is_counted_only(core: CoreUnderTest) -> None:
    run = run_on_budget(core, HOT_ONE)
    calls = int(run.out)
    assert switches(run.segment)[1][0] == COUNTED and set(switches(run.segment)) <= {1, 9}
    assert counted(run.segment) == {1: (calls, 0), 9: (1, 0)}
    recorded = opened(run.segment).count(1)
    assert recorded < calls and recorded + left_out(run.segment) == calls


def test_function_within_budget_is_recorded(core: CoreUnderTest) -> None:
    source = """
    def slow(): sum(range(2_000_000))
    for _ in range(3): span(1, slow)
    """
    run = run_on_budget(core, source, budget="50%")
    assert opened(run.segment) == [1, 1, 1] and switches(run.segment) == {}


def test_what_it_calls_hangs_below_its_caller(core: CoreUnderTest) -> None:
    source = """
    def once(): span(1, lambda: span(2, lambda: span(3, lambda: span(4))), lambda: span(5))
    span(6, lambda: hot(lambda: span(1, lambda: span(2))), once)
    """
    run = run_on_budget(core, source)
    assert {1, 2} <= set(switches(run.segment))
    assert [place for place in below(run.segment) if place[-1] > 2] == [(6,), (6, 3), (6, 3, 4), (6, 5)]


def test_what_it_calls_below_nothing_is_a_root(core: CoreUnderTest) -> None:
    run = run_on_budget(core, "hot(lambda: span(1)); span(1, lambda: span(2, lambda: span(3)), lambda: span(4))")
    assert below(run.segment)[-3:] == [(2,), (2, 3), (4,)]


def test_exceptions_pass_it_and_are_counted(core: CoreUnderTest) -> None:
    source = """
    print(hot(lambda: swallows(lambda: fails(1))))
    span(2, lambda: swallows(lambda: span(3, lambda: fails(1))), lambda: span(4))
    try: fails(1, KeyError("passed"))
    except KeyError as error: print(error.args, error.__traceback__.tb_next.tb_frame.f_code.co_name)
    """
    run = run_on_budget(core, source)
    calls, passed = run.out.splitlines()
    assert passed == "('passed',) fails"
    assert counted(run.segment) == {1: (int(calls) + 2, int(calls) + 2), 2: (1, 0), 3: (1, 1), 4: (1, 0)}
    assert below(run.segment)[-3:] == [(2,), (2, 3), (2, 4)]
    lines = read_segment(run.segment).streams[1].lines
    (raised,) = [line for line in lines[lines.index("ENTER 2") :] if line.startswith("RAISE")]
    assert "ValueError: 1" in raised and ":fails" in raised


def test_recursion_through_it(core: CoreUnderTest) -> None:
    source = """
    def deep(n, *dos): span(1, *[lambda: deep(n - 1, *dos)] * (n > 0), *dos * (n == 0))
    print(hot(lambda: span(1)))
    span(2, lambda: deep(50, lambda: span(3)))
    def down(): span(1, down)
    try: down()
    except RecursionError: print("limit")
    span(4, lambda: span(1, lambda: span(5)))
    """
    run = run_on_budget(core, source)
    calls, limit = run.out.splitlines()
    assert limit == "limit" and below(run.segment)[-4:] == [(2,), (2, 3), (4,), (4, 5)]
    assert counted(run.segment)[1][0] > int(calls) + 51


def test_both_forms_of_ends_and_methods(core: CoreUnderTest) -> None:
    source = """
    class Thing:
        def plain(self, n, *dos):
            try:
                _sw_enter_m(1, self, n)
                for do in dos: do()
                return _sw_ret(n)
            except: _sw_fail(1); raise
        def full(self, n, *dos):
            try:
                _sw_enter_m(2, self, n)
                _sw_keep(2, dos)
                _sw_line(3); x = n; _sw_var(4, x)
                for do in dos: do()
                _sw_state(2, dos)
                return _sw_val(_sw_let(5, x))
            except: _sw_error(2); raise
            finally: _sw_exit(2)
        def flags(self, *dos):
            try:
                _sw_enter(6)
                for do in dos: do()
            except: _sw_flag(6); raise
            finally: _sw_exit(6)
    it = Thing()
    def all(*dos): return it.plain(1, *dos), it.full(2, *dos), it.flags(*dos)
    print(hot(all))
    span(8, lambda: print(all(lambda: span(9))))
    failing = lambda: fails(9)
    for each in (it.flags, lambda do: it.plain(1, do), lambda do: it.full(1, do)): swallows(lambda: each(failing))
    """
    run = run_on_budget(core, source)
    calls, values = run.out.splitlines()
    assert values == "(1, 2, None)"
    assert counted(run.segment) == dict.fromkeys((1, 2, 6), (int(calls) + 2, 1)) | {8: (1, 0), 9: (6, 3)}
    assert [place for place in below(run.segment) if place[-1] > 6] == [(8,), *[(8, 9)] * 3, *[(9,)] * 3]


def test_calls_of_it_are_not_told(core: CoreUnderTest) -> None:
    source = """
    def work(n, *dos):
        try:
            _sw_enter(1, n)
            for k in range(n): _sw_out(_sw_call(2, work)(n - 1))
            _sw_out(_sw_will(3, len)(_sw_in(3, ())))
            _sw_out(_sw_call_m(4, dos, "count").count(1))
            for do in dos: _sw_out(_sw_call(5, do)())
            try: _sw_out(_sw_call(6, int)("x"))
            except ValueError: _sw_caught()
            return _sw_ret(n)
        except: _sw_fail(1); raise
    print(hot(lambda: work(1)))
    span(8, lambda: work(1, lambda: span(9, lambda: _sw_out(_sw_call(7, len)(())))))
    """
    run = run_on_budget(core, source)
    assert counted(run.segment)[1] == (2 * int(run.out) + 2, 0)
    assert below(run.segment)[-3:] == [(8,), (8, 9), (8, 9, 7)]


def test_generators_are_counted_only(core: CoreUnderTest) -> None:
    source = """
    print(hot(lambda: list(items(1, int, int))))
    def takes(*dos): return [each for each in items(1, *dos)]
    span(2, lambda: takes(lambda: span(3), lambda: span(4)), lambda: span(5))
    it = items(1, int, int); next(it); it.close()
    it = items(1, int, int); next(it)
    try: it.throw(ValueError("thrown"))
    except ValueError as error: print(error)
    it = items(1, lambda: span(6), lambda: span(7)); next(it); span(8, lambda: next(it)); del it
    """
    run = run_on_budget(core, source)
    calls, thrown = run.out.splitlines()
    assert thrown == "thrown" and switches(run.segment)[1][0] == COUNTED
    assert counted(run.segment)[1] == (int(calls) + 4, 1)
    own = [place for place in below(run.segment) if place[-1] != 1]
    assert own == [(2,), (2, 3), (2, 4), (2, 5), (6,), (8,), (8, 7)]


def test_coroutines_are_counted_only(core: CoreUnderTest) -> None:
    source = """
    print(hot(lambda: drive(task(1, Stop))))
    inner = lambda: task(1, lambda: calls(lambda: span(3)), lambda: task(4, Stop))
    drive(task(2, inner, lambda: calls(lambda: span(5))))
    swallows(lambda: drive(task(1, lambda: calls(lambda: fails(6)))))
    """
    run = run_on_budget(core, source)
    assert counted(run.segment)[1] == (int(run.out) + 2, 1)
    lines = read_segment(run.segment).streams[1].lines
    (start,) = [line.split() for line in lines if line.startswith("ASTART 2 ")]
    behind = [line for line in lines[lines.index(" ".join(start)) :] if "START" in line or "ENTER" in line]
    assert [line.split()[:2] for line in behind] == [
        ["ASTART", "2"], ["ENTER_UNDER", "3"], ["ASTART_UNDER", "4"], ["ENTER_UNDER", "5"], ["ENTER", "6"],
    ]  # fmt: skip
    assert all(line.split()[-1] == start[2] for line in behind[1:4])


def test_async_generators_and_awaits_are_counted_only(core: CoreUnderTest) -> None:
    source = """
    async def numbers(*dos):
        _sw_s = _sw_agen(1)
        try:
            for do in dos:
                await _sw_await(_sw_s, 5, Stop())
                _sw_resume(_sw_s, (yield _sw_pause(_sw_s, do())))
        except: _sw_error(_sw_s); raise
        finally: _sw_exit(_sw_s)
    async def reads(*dos):
        _sw_s = _sw_co(2)
        try:
            async for n in _sw_aiter(_sw_s, 3, numbers(*dos)): _sw_line(_sw_s, 4)
            return _sw_val(_sw_s, n)
        except: _sw_error(_sw_s); raise
        finally: _sw_exit(_sw_s)
    print(hot(lambda: drive(reads(int, int))))
    drive(task(6, lambda: reads(lambda: span(7), lambda: span(8)), lambda: calls(lambda: span(9))))
    """
    run = run_on_budget(core, source)
    calls = int(run.out)
    assert counted(run.segment) == {1: (calls + 1, 0), 2: (calls + 1, 0), 6: (1, 0), 7: (1, 0), 8: (1, 0), 9: (1, 0)}
    lines = read_segment(run.segment).streams[1].lines
    (start,) = [line.split() for line in lines if line.startswith("ASTART 6 ")]
    behind = lines[lines.index(" ".join(start)) + 1 :]
    assert [line.split()[:2] for line in behind if "ENTER" in line or "AWAIT" in line or "START" in line] == [
        ["ENTER_UNDER", "7"], ["ENTER_UNDER", "8"], ["ENTER_UNDER", "9"],
    ]  # fmt: skip


def test_threads_that_it_starts_hang_below_its_caller(core: CoreUnderTest) -> None:
    run = run_on_budget(core, "hot(lambda: span(1)); span(2, lambda: span(1, lambda: thread(3)))")
    lines = read_segment(run.segment).streams[1].lines
    number = read_segment(run.segment).streams[1].places[lines.index("ENTER 2")]
    assert read_segment(run.segment).streams[2].lines == [f"ADOPT 1 0:{number}", "ENTER 3", "RETURN None"]


def test_forked_child_goes_on_and_says_what_is_turned_down(core: CoreUnderTest) -> None:
    source = "hot(lambda: span(1)); span(2, lambda: span(1, lambda: forked(lambda: span(1, lambda: span(3)))))"
    run = run_on_budget(core, source)
    parent, child = sorted(run.segments, key=lambda path: len(read_segment(path).facts))
    assert switches(parent)[1][0] == switches(child)[1][0] == COUNTED
    assert opened(child) == [3] and counted(child) == {1: (1, 0), 3: (1, 0)}


@pytest.mark.parametrize("rate", ["0", "100%"])
def test_what_it_calls_keeps_its_caller_from_being_taken_back(core: CoreUnderTest, rate: str) -> None:
    source = """
    hot(lambda: span(1))
    span(2, lambda: span(1, lambda: swallows(lambda: fails(3)), lambda: span(4)))
    span(5, lambda: span(1))
    """
    run = run_on_budget(core, source, MIN_DURATION="1h", SAMPLE_RATE=rate)
    assert below(run.segment) == [(2,), (2, 3)]
    assert counted(run.segment)[4] == counted(run.segment)[5] == (1, 0)


def test_flight_recorder_within_a_budget(core: CoreUnderTest) -> None:
    source = "hot(lambda: span(1, lambda: items(2))); span(3, lambda: span(1, lambda: span(4)))"
    run = run_on_budget(core, source, FLIGHT_RECORDER="256kB")
    assert [place for place in below(run.segment) if place[-1] > 2] == [(3,), (3, 4)]


def test_budget_is_off_under_the_fake_clock(core: CoreUnderTest) -> None:
    fresh = CoreUnderTest(core.name, core.project, core.traces.with_name("fresh"))
    source = "for _ in range(2_000): span(1, lambda: list(items(2, int)))"
    with_budget = run_limited(core, source, OVERHEAD_BUDGET=LITTLE)
    assert with_budget.segment.read_bytes() == run_limited(fresh, source).segment.read_bytes()


def test_probes_are_copied_and_pickled(core: CoreUnderTest) -> None:
    source = """
    import copy, pickle
    for probe in (_sw_enter, _sw_ret, _sw_in, _sw_out):
        assert copy.deepcopy(copy.copy(probe))
        pickle.loads(pickle.dumps(probe))
    enter, ret = pickle.loads(pickle.dumps((_sw_enter, _sw_ret)))
    enter(1); print(ret(5))
    """
    run = run_on_budget(core, source)
    assert run.out == "5\n" and opened(run.segment) == [1] and RECORDED not in switches(run.segment)


def test_segment_without_a_budget_has_no_switch(core: CoreUnderTest) -> None:
    run = core.run(SPANS + "for _ in range(20_000): span(1)", clock="monotonic")
    assert switches(run.segment) == {} and counted(run.segment) == {}
