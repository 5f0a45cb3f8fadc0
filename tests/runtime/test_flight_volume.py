"""The ring together with what decides what stays (docs/volume.md): no more than its bytes, whatever is undecided."""

from __future__ import annotations

import pytest
from core_under_test import CoreUnderTest
from flight_programs import CHUNK, MOST_CHUNKS, lines, parts, reasons, run_ring
from segment_text import read_segment
from volume_programs import counted, opened

SLOW = {"SAMPLE_RATE": "0", "KEEP_ERRORS": "off", "KEEP_SLOWER_THAN": "1us"}
NEVER = {**SLOW, "KEEP_SLOWER_THAN": "1h"}


def test_trace_that_is_forgotten_takes_nothing_of_the_ring(core: CoreUnderTest) -> None:
    source = "fill(1)\nspan(1, lambda: lasts(20))\nfor n in range(2_000): span(2, lambda: None)"
    run = run_ring(core, source, **SLOW)
    assert [line for line in lines(run.segment) if line.startswith("ENTER")] == ["ENTER 1"]
    assert len(parts(run.segment)) == 1 and counted(run.segment) == {1: (1, 0), 2: (2_000, 0), 50: (36, 0)}


def test_trace_that_is_slow_is_kept_in_a_ring_that_turns(core: CoreUnderTest) -> None:
    source = "for n in range(12): span(n, lambda: lasts(20), lambda: fill(1)); span(40)"
    run = run_ring(core, source, **SLOW)
    roots = [site for site in opened(run.segment) if site != 50]
    assert roots == list(range(12 - len(roots), 12)) and 2 <= len(roots) < 6
    assert parts(run.segment)[-1].turn > 3


def test_trace_of_two_chunks_is_taken_out_of_a_full_ring(core: CoreUnderTest) -> None:
    source = "span(1, lambda: lasts(20), lambda: fill(9))\nlook('before')\nspan(2, lambda: fill(1))\nlook('after')"
    settings = {**SLOW, "KEEP_SLOWER_THAN": "20us"}
    run_ring(core, source, **settings)
    before, after = (core.project / name for name in ("before", "after"))
    assert lines(after) == lines(before)[-len(lines(after)) :] and 2 not in opened(after)
    assert len(parts(before)) - len(parts(after)) == 1  # that was used again before anybody knew


def test_trace_longer_than_half_of_the_ring_is_forgotten_by_an_event(core: CoreUnderTest) -> None:
    run = run_ring(core, "span(7, lambda: look('before'), lambda: fill(20))", **NEVER)
    number, _ = parts(core.project / "before")[0].find("ENTER 7")
    assert lines(run.segment)[-2:] == ["RETURN None", f"FORGET {number}"]
    assert len(read_segment(run.segment).data) <= (MOST_CHUNKS + 2) * CHUNK


def test_trace_that_another_thread_takes_part_in_does_not_keep_the_ring(core: CoreUnderTest) -> None:
    run = run_ring(core, "span(7, lambda: fill(1), lambda: thread(8), lambda: fill(20))", **NEVER)
    assert lines(run.segment)[-1].startswith("FORGET")
    assert len(read_segment(run.segment).data) <= (MOST_CHUNKS + 2) * CHUNK


def test_short_calls_are_taken_out_of_the_ring(core: CoreUnderTest) -> None:
    run = run_ring(core, "span(1, lambda: fill(9), lambda: lasts(9))", MIN_DURATION="1us")
    assert opened(run.segment) == [1] and counted(run.segment) == {1: (1, 0), 50: (324, 0)}
    assert "LEFT_OUT 324" in lines(run.segment)


def test_call_whose_chunk_has_turned_meanwhile_is_not_taken_out(core: CoreUnderTest) -> None:
    """Its end stands at another turn of the same chunk."""
    source = "fill(9)\nfor n in range(3): span(n, lambda: [_sw_line(9) for _ in range(100_000)])"
    run = run_ring(core, source, MIN_DURATION="1s", CAPTURE_PARAMS="off", CAPTURE_RETURN="off")
    assert lines(run.segment)[-1] == "LEAVE"
    assert [line for line in lines(run.segment) if line.startswith("ENTER")] == []


@pytest.mark.parametrize("rate", ["0", "100%"])
def test_muted_spans_are_not_listed(core: CoreUnderTest, rate: str) -> None:
    source = "span(1, lambda: span(2, lambda: thread(3, lambda: fill(9))), lambda: swallows(lambda: fails(4)))\nfill(9)"
    run = run_ring(core, source, SAMPLE_RATE=rate, MAX_DEPTH="1")
    listed = {each.site for part in parts(run.segment) for each in part.open}
    assert listed <= {1, 50} and 3 not in opened(run.segment)


def test_failed_trace_that_was_not_drawn_is_kept_and_dumped(core: CoreUnderTest) -> None:
    run = run_ring(core, "span(1)\nswallows(lambda: span(2, lambda: fails(3)))\nspan(4)", SAMPLE_RATE="0")
    segment, dump = sorted(run.segments, key=lambda path: len(path.name))
    assert reasons(run) == ["exception"]
    assert opened(segment) == opened(dump) == [2, 3]
