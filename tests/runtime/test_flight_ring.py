"""The ring of the flight recorder: the last events stay, and each part says what was open (docs/flight-recorder.md)."""

from __future__ import annotations

from textwrap import dedent

import pytest
from core_under_test import CoreUnderTest
from flight_programs import CHUNK, FILL, LEAST, MOST_CHUNKS, Open, lines, parts, run_ring, values
from segment_text import read_segment
from volume_programs import SPANS, counted, opened, recorded


def test_last_events_are_there_and_the_oldest_are_gone(core: CoreUnderTest) -> None:
    run = run_ring(core, "fill(10)")
    numbers = values(run.segment)
    assert numbers == list(range(numbers[0], 360)) and numbers[0] > 150
    ring = parts(run.segment)
    assert len(ring) == 4
    assert [part.sequence for part in ring] == list(range(ring[0].sequence, ring[0].sequence + 4))
    assert [part.turn for part in ring] == [part.sequence - 3 for part in ring]


def test_segment_is_no_longer_than_the_ring_and_counts_all(core: CoreUnderTest) -> None:
    run = run_ring(core, "fill(30)")
    segment = read_segment(run.segment)
    assert segment.data[8] == 5 and segment.data[19] == 3  # a ring, ended cleanly
    assert len(segment.data) <= MOST_CHUNKS * CHUNK
    assert counted(run.segment) == {50: (1080, 0)}


def test_ring_that_is_not_full_has_everything(core: CoreUnderTest) -> None:
    run = run_ring(core, "span(1, lambda: fill(2))")
    assert opened(run.segment) == [1, *[50] * 72]
    assert [part.turn for part in parts(run.segment)] == [0] * 3
    assert len(recorded(run.segment)) == 2 + 72 * 3 + 3  # RING behind each OWNER


def test_larger_ring_keeps_more(core: CoreUnderTest) -> None:
    run = run_ring(core, "fill(12)", FLIGHT_RECORDER="600000")  # nine whole chunks
    assert len(parts(run.segment)) == 9


def test_span_open_across_the_whole_ring_is_shown(core: CoreUnderTest) -> None:
    run = run_ring(core, "span(7, lambda: look('before'), lambda: fill(9), lambda: look('after'))")
    number, ticks = parts(core.project / "before")[0].find("ENTER 7")
    after = parts(core.project / "after")
    assert not any(line.startswith("ENTER 7") for part in after for line in part.lines)
    assert all(part.open[0] == Open(0, number, 7, ticks, 0) for part in after)
    assert lines(run.segment)[-1] == "RETURN None"


def test_number_of_a_span_has_the_turn_of_its_chunk(core: CoreUnderTest) -> None:
    source = "fill(8); span(7, lambda: look('before'), lambda: fill(2), lambda: look('after'))"
    run_ring(core, source)
    before = parts(core.project / "before")[-1]
    number, ticks = before.find("ENTER 7")
    assert before.turn > 0 and number >> 40 == before.turn
    assert parts(core.project / "after")[-1].open[0] == Open(0, number, 7, ticks, 0)


def test_ring_lists_calls_and_generators(core: CoreUnderTest) -> None:
    source = """
    def one():
        try:
            _sw_enter(1)
            _sw_out(_sw_call(2, next)(items(3, lambda: fill(6))))
            return _sw_ret()
        except: _sw_fail(1); raise
    one()
    """
    run = run_ring(core, source)
    shown = parts(run.segment)[-1].open[:3]
    assert [(each.up, each.site, each.what) for each in shown] == [(0, 1, 0), (0, 2, 1), (0, 3, 1 + 2)]
    assert [each.number for each in shown] == sorted(each.number for each in shown)


def test_ring_lists_the_innermost_of_a_deep_stack(core: CoreUnderTest) -> None:
    source = """
    def deep(left):
        span(left % 40, (lambda: deep(left - 1)) if left else lambda: fill(6))
    deep(300)
    """
    run = run_ring(core, source)
    shown = parts(run.segment)[-1].open
    assert len(shown) == 256
    sites = [each.site for each in shown if each.site != 50]
    assert sites == [left % 40 for left in range(len(sites) - 1, -1, -1)]


def test_first_part_of_a_stream_lists_nothing(core: CoreUnderTest) -> None:
    run = run_ring(core, "span(1, lambda: thread(2, lambda: span(3)))")
    for thread in (1, 2):
        (part,) = parts(run.segment, thread)
        assert (part.turn, part.open, part.sequence) == (0, [], 0)


def test_two_threads_have_their_parts_in_one_ring(core: CoreUnderTest) -> None:
    run = run_ring(core, "span(1, lambda: look('before'), lambda: thread(2, lambda: fill(9)), lambda: span(4))")
    number, _ = parts(core.project / "before")[0].find("ENTER 1")
    (main,) = parts(run.segment)
    assert main.turn == 0 and [line.split()[0] for line in main.lines[-2:]] == ["RETURN", "RETURN"]
    others = parts(run.segment, 2)
    assert len(others) >= 3 and all(part.turn > 0 for part in others)
    assert all(part.lines[0] == f"ADOPT 1 0:{number}" for part in others)
    assert all(part.open[0].site == 2 for part in others)


def test_thread_that_hangs_below_nothing_adopts_nothing_again(core: CoreUnderTest) -> None:
    run = run_ring(core, "thread(2, lambda: fill(6))")
    assert not any(line.startswith("ADOPT") for line in lines(run.segment, 2))


def test_threads_that_end_leave_their_chunks_to_the_ring(core: CoreUnderTest) -> None:
    run = run_ring(core, "for n in range(40): thread(n, lambda: fill(1))")
    segment = read_segment(run.segment)
    assert len(segment.data) <= (MOST_CHUNKS + 2) * CHUNK  # a thread ends a moment after it was joined
    assert 39 in {int(line.split()[1]) for line in lines(run.segment, 40) if line.startswith("ENTER")}
    assert 1 not in segment.streams


def test_ring_has_room_for_all_threads_at_work(core: CoreUnderTest) -> None:
    source = """
    together = threading.Barrier(9)
    threads = [threading.Thread(target=span, args=(n, together.wait, together.wait)) for n in range(8)]
    for one in threads: one.start()
    together.wait(); together.wait()
    for one in threads: one.join()
    """
    run = run_ring(core, source)
    assert sorted(opened(run.segment)) == list(range(8))
    assert all(len(parts(run.segment, thread)) == 1 for thread in range(1, 9))


def test_forked_child_has_a_ring_of_its_own(core: CoreUnderTest) -> None:
    run = run_ring(core, "fill(7); span(1, lambda: look('before'), lambda: forked(lambda: fill(8)))")
    number, ticks = parts(core.project / "before")[-1].find("ENTER 1")
    parent, child = sorted(run.segments, key=lambda path: len(path.name))
    assert read_segment(child).data[19] == 3
    later = parts(child)
    assert [part.turn for part in later] == [part.sequence - 3 for part in later]
    assert all(part.open[0] == Open(1, number, 1, ticks, 0) for part in later)
    assert [line.split()[0] for line in lines(parent)[-2:]] == ["ENTER", "RETURN"]


def test_first_part_of_a_forked_child_inherits_behind_its_ring(core: CoreUnderTest) -> None:
    run = run_ring(core, "span(1, lambda: forked(lambda: span(2)))")
    child = max(run.segments, key=lambda path: len(path.name))
    (part,) = parts(child)
    assert part.open == [] and part.lines[0].startswith("INHERIT 1:")


@pytest.mark.parametrize("size", ["262143", "4"])
def test_ring_that_would_be_too_small_is_refused(core: CoreUnderTest, size: str) -> None:
    done = core.run("_sw_enter(1); _sw_ret()", env={"TRACING_FLIGHT_RECORDER": size})
    assert "TRACING_FLIGHT_RECORDER" in done.err and "262,144" in done.err
    assert read_segment(done.segment).data[19] == 1


def test_ring_stays_a_ring_where_the_recursion_limit_strikes(core: CoreUnderTest) -> None:
    source = """
    def deep(left):
        _sw_enter(1, "v" * 400)
        try: return _sw_ret(deep(left - 1) if left else None)
        except RecursionError: _sw_fail(1); raise
    for n in range(40):
        try: deep(5_000)
        except RecursionError: pass
    print(set(core.trouble()) <= {"recursion"})
    fill(1)
    """
    run = core.run(SPANS + FILL + dedent(source), env={"TRACING_FLIGHT_RECORDER": LEAST})
    segment = min(run.segments, key=lambda path: len(path.name))
    assert run.out == "True\n" and len(read_segment(segment).data) <= (MOST_CHUNKS + 2) * CHUNK
    assert lines(segment)[-2].startswith("ARGS 35, ")
