"""What is counted of each function, whatever is forgotten (docs/volume.md, Counters)."""

from __future__ import annotations

from textwrap import dedent

import pytest
from core_under_test import CoreUnderTest
from segment_text import read_segment
from volume_programs import SPANS, counted, opened, recorded, run_limited

CHUNK, RECORD = 65_536, 352
LIMITS = [
    {"SAMPLE_RATE": "0", "KEEP_ERRORS": "off"}, {"SAMPLE_RATE": "0"}, {"SAMPLE_RATE": "30%"}, {"MIN_DURATION": "1us"},
    {"MAX_DEPTH": "2"}, {"SAMPLE_RATE": "50%", "KEEP_SLOWER_THAN": "2us", "MIN_DURATION": "500ns", "MAX_DEPTH": "3"},
]  # fmt: skip
MIXED = """
def recursive(n): span(1, *[lambda: recursive(n - 1)] * (n > 0))
for n in range(30):
    recursive(n % 5)
    swallows(lambda: span(2, lambda: span(3), *[lambda: fails(4)] * (n % 3 == 0)))
    list(items(5, lambda: span(6), lambda: span(7, lambda: lasts(n))))
    drive(task(8, Stop, lambda: task(9, lambda: calls(lambda: span(10)))))
    swallows(lambda: drive(task(11, lambda: calls(lambda: fails(12)))))
thread(13, lambda: span(14))
forked(lambda: span(15))
one = items(16, int); next(one); one.close()
span(17, lambda: swallows(lambda: span(18, lambda: _sw_out(_sw_call(19, fails)(20)))))
"""
COUNTS = {
    1: (90, 0), 2: (30, 10), 3: (30, 0), 4: (10, 10), 5: (30, 0), 6: (30, 0), 7: (30, 0), 8: (30, 0), 9: (30, 0),
    10: (30, 0), 11: (30, 30), 12: (30, 30), 13: (1, 0), 14: (1, 0), 16: (1, 0), 17: (1, 0), 18: (1, 1), 20: (1, 1),
}  # fmt: skip


@pytest.mark.parametrize("limits", LIMITS, ids=" ".join)
def test_counters_are_exact_whatever_is_forgotten(core: CoreUnderTest, limits: dict[str, str]) -> None:
    run = run_limited(core, MIXED, **limits)
    parent, child = sorted(run.segments, key=lambda path: len(path.name))
    assert counted(parent) == COUNTS
    assert counted(child) == {15: (1, 0)}


def test_ticks_are_those_of_the_spans(core: CoreUnderTest) -> None:
    """All that the clock is read for stands between the two spans."""
    run = run_limited(core, "for n in range(20): span(1, lambda: lasts(n))", MAX_DEPTH="5")
    count = read_segment(run.segment).counts[1]
    times = read_segment(run.segment).streams[1].times
    took = [100 * (n + 1) for n in range(20)]
    assert count.ticks == sum(took) and times[-1] - times[-21] == 2_000
    assert {index: number for index, number in enumerate(count.histogram) if number} == {
        bits: len([each for each in took if each.bit_length() == bits]) for bits in {each.bit_length() for each in took}
    }


def test_ticks_of_what_is_muted_are_the_same(core: CoreUnderTest) -> None:
    source = "span(9)\nfor n in range(9): span(1, lambda: span(2, lambda: lasts(n)))"
    written, muted = (
        read_segment(run_limited(_other(core, depth), source, MAX_DEPTH=depth).segment).counts for depth in ("9", "1")
    )
    assert written == muted


def test_record_of_a_site_stands_where_its_first_call_ended(core: CoreUnderTest) -> None:
    run = run_limited(core, "span(3, lambda: span(1), lambda: span(2)); span(1)", MAX_DEPTH="5")
    data = run.segment.read_bytes()
    records = range(2 * CHUNK + 32, len(data), RECORD)
    assert data[2 * CHUNK : 2 * CHUNK + 32] == b"\x28" + bytes(31)
    assert [int.from_bytes(data[at : at + 8], "little") for at in records] == [2, 3, 4]
    assert len(data) == 2 * CHUNK + 32 + 3 * RECORD


def test_more_sites_than_a_chunk_has_room_for(core: CoreUnderTest) -> None:
    source = """
    from spanwright import probes
    enter, ret = probes("more", "more.py@0011223344556677", 2, 400, "enter ret")
    for n in range(400): enter(n); ret()
    for n in range(0, 400, 7): enter(n); ret()
    """
    run = run_limited(core, dedent(source), SAMPLE_RATE="0", KEEP_ERRORS="off")
    segment = read_segment(run.segment)
    assert counted(run.segment) == {100 + n: (2 if n % 7 == 0 else 1, 0) for n in range(400)}
    assert [segment.data[chunk * CHUNK] for chunk in (1, 2, 3)] == [0x28] * 3
    assert len(segment.data) == 3 * CHUNK + 32 + (400 - 2 * 186) * RECORD


def test_segment_is_made_at_the_first_end(core: CoreUnderTest) -> None:
    source = """
    import glob
    seen = lambda: print(len(glob.glob(sys.argv[1] + "/*")))
    span(1, seen); seen()
    """
    run = run_limited(core, dedent(source), str(core.traces), SAMPLE_RATE="0", KEEP_ERRORS="off")
    assert run.out == "0\n1\n"
    segment = read_segment(run.segment)
    assert segment.streams[0].times[0] == 200  # the second probe's, 1,000 being the start
    assert segment.clean


def test_killed_process_has_its_counters(core: CoreUnderTest) -> None:
    source = "import signal\nfor n in range(3): span(1)\nspan(2, lambda: os.kill(os.getpid(), signal.SIGKILL))"
    core.run(SPANS + source, status=-9, env={"TRACING_SAMPLE_RATE": "0", "TRACING_KEEP_ERRORS": "off"})
    (segment,) = core.segments()
    assert counted(segment) == {1: (3, 0)}


@pytest.mark.parametrize("limits", [LIMITS[0], LIMITS[3], LIMITS[4]], ids=" ".join)
def test_open_spans_are_counted_by_the_process_that_forked(core: CoreUnderTest, limits: dict[str, str]) -> None:
    source = """
    def halves():
        it = items(3, int); next(it)
        forked(lambda: list(it))
        list(it)
    span(1, lambda: span(2, halves))
    """
    run = run_limited(core, dedent(source), **limits)
    assert [counts for path in run.segments if (counts := counted(path))] == [{1: (1, 0), 2: (1, 0), 3: (1, 0)}]


def test_call_spans_are_not_counted(core: CoreUnderTest) -> None:
    source = "_sw_out(_sw_call(1, len)(())); _sw_out(_sw_call(2, span)(3))"
    run = run_limited(core, source, MIN_DURATION="1ns")
    assert opened(run.segment) == [1, 2, 3] and counted(run.segment) == {3: (1, 0)}


def test_nothing_is_counted_where_no_limit_is_set(core: CoreUnderTest) -> None:
    run = run_limited(core, "span(1)", KEEP_ERRORS="off", KEEP_SLOWER_THAN="1ms", MIN_DURATION="0s")
    assert counted(run.segment) == {} and recorded(run.segment) == ["ENTER 1", "RETURN None"]
    assert len(run.segment.read_bytes()) < 2 * CHUNK


def test_counters_of_many_threads_are_exact(core: CoreUnderTest) -> None:
    source = """
    def many():
        for _ in range(2_000): span(1)
    threads = [threading.Thread(target=many) for _ in range(6)]
    for one in threads: one.start()
    for one in threads: one.join()
    """
    env = {"TRACING_SAMPLE_RATE": "0", "TRACING_KEEP_ERRORS": "off"}
    run = core.run(SPANS + dedent(source), env=env, clock="monotonic")
    assert counted(run.segment) == {1: (12_000, 0)}


def _other(core: CoreUnderTest, name: str) -> CoreUnderTest:
    return CoreUnderTest(core.name, core.project, core.traces.with_name(f"other-{name}"))
