"""Which traces are kept: the draw, and what takes back what it decided (docs/volume.md)."""

from __future__ import annotations

import pytest
from core_under_test import CoreUnderTest
from segment_text import events, read_segment
from volume_programs import counted, opened, recorded, run_limited

ROOTS = "for n in range(60): span(n)"
_WORD = (1 << 64) - 1


def drawn(seed: int, number: int) -> int:
    """What splitmix64 gives, in millionths."""
    z = (seed + (number + 1) * 0x9E3779B97F4A7C15) & _WORD
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & _WORD
    z = (z ^ z >> 27) * 0x94D049BB133111EB & _WORD
    return (z ^ z >> 31) % 1_000_000


@pytest.mark.parametrize("seed", [0, 7, 123_456_789_012_345])
def test_draw_keeps_the_traces_of_the_seed(core: CoreUnderTest, seed: int) -> None:
    run = run_limited(core, ROOTS, SAMPLE_RATE="20%", SAMPLE_SEED=str(seed))
    kept = [n for n in range(60) if drawn(seed, n) < 200_000]
    assert opened(run.segment) == kept and 0 < len(kept) < 30
    assert counted(run.segment) == dict.fromkeys(range(60), (1, 0))


def test_draw_without_a_seed_is_that_of_0_under_the_fake_clock(core: CoreUnderTest) -> None:
    run = run_limited(core, ROOTS, SAMPLE_RATE="50%")
    assert opened(run.segment) == [n for n in range(60) if drawn(0, n) < 500_000]


def test_spans_of_a_trace_are_drawn_with_their_root(core: CoreUnderTest) -> None:
    run = run_limited(
        core, "for n in range(30): span(n, lambda: span(n + 30, lambda: span(n + 60)))", SAMPLE_RATE="40%"
    )
    kept = [n for n in range(30) if drawn(0, n) < 400_000]
    assert opened(run.segment) == [site for n in kept for site in (n, n + 30, n + 60)]


def test_forked_child_goes_on_counting_roots(core: CoreUnderTest) -> None:
    run = run_limited(
        core,
        """
        for n in range(10): span(n)
        def more():
            for n in range(10, 40): span(n)
        forked(more)
        """,
        SAMPLE_RATE="40%",
    )
    parent, child = sorted(run.segments, key=lambda path: len(path.name))
    assert opened(parent) == [n for n in range(10) if drawn(0, n) < 400_000]
    assert opened(child) == [n for n in range(10, 40) if drawn(0, n) < 400_000]


def test_rate_of_0_without_tails_writes_nothing_but_counters(core: CoreUnderTest) -> None:
    run = run_limited(
        core,
        """
        class Box: pass
        span(1, lambda: valued(2, Box(), "text"), lambda: _sw_out(_sw_call(5, len)(())))
        swallows(lambda: span(1, lambda: fails(3)))
        """,
        SAMPLE_RATE="0",
        KEEP_ERRORS="off",
    )
    segment = read_segment(run.segment)
    assert set(segment.streams) == {0}
    assert {line.split()[0] for line in segment.streams[0].lines} == {"FILE"}
    assert counted(run.segment) == {1: (2, 1), 2: (1, 0), 3: (1, 1)}


def test_trace_that_failed_is_kept_whole(core: CoreUnderTest) -> None:
    run = run_limited(
        core,
        """
        span(1, lambda: span(2))
        swallows(lambda: span(3, lambda: span(4), lambda: fails(5)))
        span(6)
        """,
        SAMPLE_RATE="0",
    )
    assert opened(run.segment) == [3, 4, 5]
    assert counted(run.segment) == {1: (1, 0), 2: (1, 0), 3: (1, 1), 4: (1, 0), 5: (1, 1), 6: (1, 0)}


def test_failure_that_was_handled_keeps_the_trace(core: CoreUnderTest) -> None:
    run = run_limited(core, "span(1, lambda: swallows(lambda: fails(2)), lambda: span(3))", SAMPLE_RATE="0")
    assert opened(run.segment) == [1, 2, 3]


@pytest.mark.parametrize("form", ["flag", "error"])
def test_marked_failure_keeps_the_trace(core: CoreUnderTest, form: str) -> None:
    run = run_limited(
        core,
        f"""
        def marks():
            try:
                _sw_enter(1)
                raise ValueError
            except: _sw_{form}(1); raise
            finally: _sw_exit(1)
        swallows(marks); span(2)
        """,
        SAMPLE_RATE="0",
    )
    assert opened(run.segment) == [1]
    assert counted(run.segment) == {1: (1, 1), 2: (1, 0)}


def test_keep_errors_counts_failures_whose_exceptions_are_not_recorded(core: CoreUnderTest) -> None:
    run = run_limited(core, "swallows(lambda: fails(1)); span(2)", SAMPLE_RATE="0", AUTO_CAPTURE_ERRORS="off")
    assert recorded(run.segment) == ["ENTER 1", "FLAG", "LEAVE"]


def test_call_that_failed_keeps_nothing(core: CoreUnderTest) -> None:
    run = run_limited(
        core,
        """
        def reads():
            try:
                _sw_enter(1)
                try: _sw_out(_sw_call(2, int)("x"))
                except ValueError: _sw_caught()
                return _sw_ret()
            except: _sw_fail(1); raise
        reads()
        """,
        SAMPLE_RATE="0",
    )
    assert opened(run.segment) == []
    assert counted(run.segment) == {1: (1, 0)}


def test_generator_that_is_closed_keeps_nothing(core: CoreUnderTest) -> None:
    source = "def closes():\n    it = items(2, int, int); next(it); it.close()\n"
    run = run_limited(core, source + "span(1, closes)", SAMPLE_RATE="0")
    assert opened(run.segment) == []
    assert counted(run.segment) == {1: (1, 0), 2: (1, 0)}


def test_coroutine_that_failed_keeps_the_trace(core: CoreUnderTest) -> None:
    source = "swallows(lambda: drive(task(1, Stop, lambda: task(2, lambda: calls(lambda: fails(3))))))\nspan(4)"
    run = run_limited(core, source, SAMPLE_RATE="0")
    assert opened(run.segment) == [1, 2, 3]
    assert counted(run.segment) == {1: (1, 1), 2: (1, 1), 3: (1, 1), 4: (1, 0)}


def test_slow_trace_is_kept(core: CoreUnderTest) -> None:
    """A span in which n lines pass takes (n + 1) * 100 ticks."""
    run = run_limited(
        core,
        "for site, n in ((1, 3), (2, 4), (3, 5), (4, 0)): span(site, lambda: lasts(n))",
        SAMPLE_RATE="0",
        KEEP_SLOWER_THAN="500ns",
    )
    assert opened(run.segment) == [3]
    assert recorded(run.segment) == ["ENTER 3", *["LINE 99"] * 5, "RETURN None"]


def test_slow_trace_is_kept_where_failures_keep_none(core: CoreUnderTest) -> None:
    run = run_limited(
        core,
        "span(1, lambda: lasts(9)); swallows(lambda: fails(2)); span(3)",
        SAMPLE_RATE="0",
        KEEP_ERRORS="off",
        KEEP_SLOWER_THAN="500ns",
    )
    assert opened(run.segment) == [1]


def test_trace_is_as_slow_as_its_root(core: CoreUnderTest) -> None:
    source = "span(1, lambda: span(2, lambda: lasts(6)), lambda: span(3))\nspan(4, lambda: span(5))"
    run = run_limited(core, source, SAMPLE_RATE="0", KEEP_SLOWER_THAN="700ns")
    assert opened(run.segment) == [1, 2, 3]


def test_trace_whose_root_has_not_ended_stays(core: CoreUnderTest) -> None:
    source = "span(1)\nspan(2, lambda: span(3), lambda: os._exit(0))"
    run = run_limited(core, source, SAMPLE_RATE="0")
    assert recorded(run.segment) == ["ENTER 2", "ENTER 3", "RETURN None"]
    assert counted(run.segment) == {1: (1, 0), 3: (1, 0)}


def test_root_that_is_a_call_is_decided(core: CoreUnderTest) -> None:
    source = "slow = lambda: lasts(9)\n_sw_out(_sw_call(1, len)(()))\n_sw_out(_sw_call(2, slow)())\n"
    run = run_limited(core, source, SAMPLE_RATE="0", KEEP_SLOWER_THAN="500ns")
    assert opened(run.segment) == [2]


def test_settings_of_tails_alone_change_nothing(core: CoreUnderTest) -> None:
    run = run_limited(core, ROOTS, KEEP_ERRORS="off", KEEP_SLOWER_THAN="1s", SAMPLE_SEED="5", SAMPLE_RATE="100%")
    assert opened(run.segment) == list(range(60))
    assert read_segment(run.segment).counts == {}


def test_thread_follows_the_trace_that_it_was_started_in(core: CoreUnderTest) -> None:
    run = run_limited(
        core,
        "for n in range(20): span(n, lambda: thread(n + 20, lambda: thread(n + 40)))",
        SAMPLE_RATE="40%",
        KEEP_ERRORS="off",
    )
    kept = [n for n in range(20) if drawn(0, n) < 400_000]
    assert sorted(opened(run.segment)) == sorted(site for n in kept for site in (n, n + 20, n + 40))
    assert counted(run.segment) == dict.fromkeys(range(60), (1, 0))


def test_work_items_follow_the_trace_that_submitted_them(core: CoreUnderTest) -> None:
    run = run_limited(
        core,
        """
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor(1) as pool:
            for n in range(12): span(n, lambda: pool.submit(span, n + 20).result())
        """,
        SAMPLE_RATE="40%",
        KEEP_ERRORS="off",
    )
    kept = [n for n in range(12) if drawn(0, n) < 400_000]
    assert opened(run.segment) == kept + [n + 20 for n in kept]
    roots = dict(zip((line for line in events(run.segment) if line.startswith("ENTER")), kept, strict=True))
    assert len(roots) == len([line for line in events(run.segment, 2) if line.startswith("ADOPT 1")]) == len(kept)


def test_failure_in_a_thread_keeps_the_trace(core: CoreUnderTest) -> None:
    source = "span(1, lambda: thread(2, lambda: swallows(lambda: fails(3))))\nspan(4, lambda: thread(5))"
    run = run_limited(core, source, SAMPLE_RATE="0")
    lines = recorded(run.segment)
    assert opened(run.segment) == [1, 4, 2, 3, 5]
    assert [line.split()[0] for line in lines] == ["ENTER", "RETURN", "ENTER", "RETURN", "FORGET"]


def test_process_forked_below_what_is_not_recorded_records_nothing(core: CoreUnderTest) -> None:
    run = run_limited(core, "span(1, lambda: forked(lambda: span(2)))", SAMPLE_RATE="0", KEEP_ERRORS="off")
    parent, child = sorted(run.segments, key=lambda path: min(counted(path)))
    assert (opened(parent), counted(parent)) == ([], {1: (1, 0)})
    assert (opened(child), counted(child)) == ([], {2: (1, 0)})
