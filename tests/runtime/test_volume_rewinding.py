"""How a trace that is forgotten is taken out of the file again, and where it cannot be (docs/volume.md)."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest
from core_under_test import CoreUnderTest
from segment_text import Segment, read_segment
from volume_programs import SPANS, counted, opened, owners, recorded, run_limited

CHUNK = 65_536
#: `big(site, n)` has about 2 n KiB of values; `look(name)` copies the segment as it is at that moment.
BIG = """
import shutil
from spanwright._select import core
def big(site, size):
    span(site, *[lambda: valued(50, "v" * 1000)] * size)
def look(name): shutil.copy(core.segment(), name)
"""


def last_byte(segment: Segment, chunk: int) -> int:
    """How many bytes of a chunk there are up to its last one that is not zero."""
    return len(segment.data[chunk * CHUNK : (chunk + 1) * CHUNK].rstrip(b"\0"))


def test_forgotten_trace_leaves_nothing_but_zeros(core: CoreUnderTest) -> None:
    source = "span(1, lambda: look('before'), lambda: valued(2, 'gone'))\nlook('after')"
    run_limited(core, BIG + source, SAMPLE_RATE="0")
    before, after = (read_segment(core.project / name) for name in ("before", "after"))
    assert before.streams[1].lines == ["ENTER 1"]
    assert after.streams[1].lines == [] and owners(after) == [(1, 1, 0)]
    assert last_byte(after, 1) == 5  # its OWNER, whose time has two bytes
    assert b"gone" not in after.data


def test_trace_begins_where_the_forgotten_one_did(core: CoreUnderTest) -> None:
    source = "swallows(lambda: fails(1))\n{}\nswallows(lambda: fails(5))"
    run = run_limited(core, source.format("span(2, lambda: span(3)); span(4)"), SAMPLE_RATE="0")
    other = run_limited(_other(core), source.format(""), SAMPLE_RATE="0")
    stream, without = (read_segment(each.segment).streams[1] for each in (run, other))
    assert (stream.lines, stream.places) == (without.lines, without.places)
    assert stream.times[2] > without.times[2]  # the time goes on


def test_trace_of_several_chunks_is_taken_out_and_its_chunks_are_used_again(core: CoreUnderTest) -> None:
    source = """
    swallows(lambda: fails(1))
    span(2, lambda: big(3, 150), lambda: look("before"))
    look("after")
    swallows(lambda: span(4, lambda: big(5, 150), lambda: fails(6)))
    """
    run = run_limited(core, BIG + dedent(source), SAMPLE_RATE="0")
    before, after = (read_segment(core.project / name) for name in ("before", "after"))
    chunks, _, sequences = zip(*owners(before), strict=True)
    assert sequences == tuple(range(len(chunks))) and len(chunks) > 3
    assert owners(after) == [(1, 1, 0)]
    assert not any(last_byte(after, chunk) for chunk in chunks[1:])
    final = read_segment(run.segment)
    assert owners(final) == owners(before)
    assert len(final.data) == (chunks[-1] + 1) * CHUNK
    assert [site for site in opened(run.segment) if site != 50] == [1, 4, 5, 6]
    assert counted(run.segment)[50] == (300, 0)


def test_chunks_that_were_given_back_are_used_before_fresh_ones(core: CoreUnderTest) -> None:
    source = """
    swallows(lambda: fails(1))
    big(2, 100)
    look("after")
    swallows(lambda: span(3, lambda: big(4, 150), lambda: fails(5)))
    """
    run = run_limited(core, BIG + dedent(source), SAMPLE_RATE="0")
    chunks = {chunk: sequence for chunk, thread, sequence in owners(read_segment(run.segment))}
    assert owners(read_segment(core.project / "after")) == [(1, 1, 0)]
    in_order = sorted(chunks, key=lambda chunk: chunks[chunk])
    assert sorted(chunks.values()) == list(range(len(chunks)))
    assert in_order == [1, *range(3, len(chunks) + 2)]  # chunk 2 has the counters


def test_counters_take_a_chunk_that_was_given_back(core: CoreUnderTest) -> None:
    source = "span(2, *[lambda: _sw_line(3)] * 40_000)\nlook('after')"
    run = run_limited(core, BIG + source, SAMPLE_RATE="0")
    segment = read_segment(run.segment)
    assert opened(run.segment) == [] and counted(run.segment) == {2: (1, 0)}
    assert {chunk: segment.data[chunk * CHUNK] for chunk in range(1, 4)} == {1: 1, 2: 0, 3: 0x28}


@pytest.mark.parametrize("offset", [0, 3, 6])
def test_trace_that_needs_a_chunk_itself_goes_back_to_behind_its_owner(core: CoreUnderTest, offset: int) -> None:
    """What stays has 7 or 8 bytes a trace; so the opening event of a forgotten one is the first of a chunk."""
    source = f"""
    swallows(lambda: span(1, lambda: valued(2, "o" * {offset}), lambda: fails(3)))
    def marks():
        try:
            _sw_enter(4)
            raise ValueError
        except: _sw_fail(4)
    for n in range(12_000):
        _sw_enter(5); _sw_ret()
        marks()
    """
    run = run_limited(core, dedent(source), SAMPLE_RATE="0", AUTO_CAPTURE_ERRORS="off")
    segment = read_segment(run.segment)
    assert segment.streams[1].lines[-36_000:] == ["ENTER 4", "FLAG", "LEAVE"] * 12_000
    assert [sequence for _, _, sequence in owners(segment)] == [0, 1]
    assert counted(run.segment)[5] == (12_000, 0)


def test_interleaved_roots_are_forgotten_by_an_event(core: CoreUnderTest) -> None:
    source = """
    def turns():
        one, other = ((task(n, Stop, lambda: calls(lambda: span(n + 2))), contextvars.copy_context()) for n in (1, 2))
        while step(*one) | step(*other): pass
    """
    run = run_limited(core, dedent(source) + "turns(); span(6); swallows(lambda: fails(7))", SAMPLE_RATE="0")
    segment = read_segment(run.segment)
    stream = segment.streams[1]
    roots = [place for place, line in zip(stream.places, stream.lines, strict=True) if line.startswith("ASTART ")]
    assert len(roots) == 2
    assert [line for line in stream.lines if line.startswith("FORGET")] == [f"FORGET {place}" for place in roots]
    assert [line.split()[0] for line in stream.lines[-2:]] == ["ENTER", "RAISE"]
    assert 6 not in opened(run.segment)


def test_coroutine_root_that_is_alone_is_taken_out(core: CoreUnderTest) -> None:
    source = "drive(task(1, Stop, lambda: task(2, Stop), lambda: calls(lambda: span(3)))); swallows(lambda: fails(4))"
    run = run_limited(core, source, SAMPLE_RATE="0")
    assert opened(run.segment) == [4]
    assert counted(run.segment) == {1: (1, 0), 2: (1, 0), 3: (1, 0), 4: (1, 1)}


def test_what_outlives_a_trace_that_was_taken_out_is_not_written(core: CoreUnderTest) -> None:
    """Also a task whose context is the root's, and that starts when that has ended."""
    source = """
    late = []
    def starts():
        for one in (task(2, Stop, Stop, lambda: calls(lambda: span(3))), task(4, lambda: calls(lambda: span(5)))):
            late.append((one, contextvars.copy_context()))
        step(*late[0])
    drive(task(1, lambda: calls(starts)))
    for one in late:
        while step(*one): pass
    swallows(lambda: fails(6))
    """
    run = run_limited(core, dedent(source), SAMPLE_RATE="0")
    assert [line.split()[0] for line in recorded(run.segment)] == ["ENTER", "RAISE"]
    assert counted(run.segment) == {1: (1, 0), 2: (1, 0), 3: (1, 0), 4: (1, 0), 5: (1, 0), 6: (1, 1)}


def test_forked_trace_is_forgotten_by_an_event(core: CoreUnderTest) -> None:
    run = run_limited(core, "span(1, lambda: forked(lambda: swallows(lambda: fails(2))))", SAMPLE_RATE="0")
    parent, child = (recorded(path) for path in sorted(run.segments, key=lambda path: len(path.name)))
    assert [line.split()[0] for line in parent] == ["ENTER", "RETURN", "FORGET"]
    assert child[0] == f"INHERIT 1:{parent[2].split()[1]}"
    assert [line.split()[0] for line in child[1:3]] == ["ENTER", "RAISE"]
    assert not any(line.startswith("FORGET") for line in child)
    assert [counted(path) for path in sorted(run.segments, key=lambda path: len(path.name))] == [
        {1: (1, 0)}, {2: (1, 1)},
    ]  # fmt: skip


def test_trace_that_starts_a_process_is_forgotten_by_an_event(core: CoreUnderTest) -> None:
    source = "import subprocess\nspan(1, lambda: subprocess.run([sys.executable, '-c', '']))"
    run = run_limited(core, source, SAMPLE_RATE="0")
    assert [line.split()[0] for line in recorded(run.segment)] == ["ENTER", "CHILD", "RETURN", "FORGET"]


def test_process_started_below_what_is_not_recorded_is_not_noted(core: CoreUnderTest) -> None:
    source = "import subprocess\nspan(1, lambda: subprocess.run([sys.executable, '-c', '']))"
    run = run_limited(core, source, SAMPLE_RATE="0", KEEP_ERRORS="off")
    assert set(read_segment(run.segment).streams) == {0}


def test_exception_of_a_forgotten_trace_is_told_anew(core: CoreUnderTest) -> None:
    source = """
    error = ValueError("twice")
    swallows(lambda: fails(1, error))
    swallows(lambda: span(2, lambda: lasts(9), lambda: fails(3, error)))
    """
    run = run_limited(core, dedent(source), SAMPLE_RATE="0", KEEP_ERRORS="off", KEEP_SLOWER_THAN="500ns")
    told = [line for line in recorded(run.segment) if line.startswith("RAISE")]
    assert len(told) == 2 and "twice" in told[0] and told[1].startswith("RAISE AGAIN")


def test_trace_of_a_thread_of_its_own_is_taken_out(core: CoreUnderTest) -> None:
    run = run_limited(core, "thread(1); thread(2, lambda: swallows(lambda: fails(3)))", SAMPLE_RATE="0")
    assert opened(run.segment) == [2, 3]
    assert counted(run.segment) == {1: (1, 0), 2: (1, 0), 3: (1, 1)}


def test_killed_program_has_no_trace_that_was_forgotten(core: CoreUnderTest) -> None:
    source = "import os, signal\nbig(1, 200); span(2, lambda: os.kill(os.getpid(), signal.SIGKILL))"
    core.run(SPANS + BIG + source, status=-9, env={"TRACING_SAMPLE_RATE": "0"})
    (segment,) = core.segments()
    assert opened(segment) == [2]
    assert counted(segment) == {1: (1, 0), 50: (200, 0)}


def _other(core: CoreUnderTest) -> CoreUnderTest:
    traces = Path(f"{core.traces}-other")
    return CoreUnderTest(core.name, core.project, traces)
