"""The file itself: header, windows, chunks that are filled to the last byte, and the same bytes from both cores."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from core_under_test import CoreUnderTest
from segment_text import events, read_segment

CHUNK = 65_536


def test_fixed_header_under_the_fake_clock(core: CoreUnderTest) -> None:
    """Ticks are read when the core is loaded, by the probe, for two windows, the thread, the second probe, the end."""
    segment = read_segment(core.run("_sw_enter(1); _sw_exit(1)").segment)
    assert segment.data[:8] == b"SPANSEG\0"
    assert [segment.number(8, 2), segment.number(10, 2), segment.number(12, 4)] == [5, 4_096, CHUNK]
    assert list(segment.data[16:20]) == [{"c": 1, "python": 2}[core.name], 3, 0, 1]
    assert [segment.number(20, 4), segment.number(24, 8)] == [4242, 0]
    assert [segment.number(at, 8) for at in (32, 40, 48)] == [1_000, 1_001_000, 1_700_000_000_000_001_000]
    assert [segment.number(at, 8) for at in (56, 64)] == [1_600, 1_001_600]
    assert segment.streams[1].times == [400, 500]
    assert not any(segment.data[72:128])


def test_facts_name_the_program(core: CoreUnderTest) -> None:
    facts = read_segment(core.run("_sw_enter(1)", "word", "wörd").segment).facts
    version = ".".join(map(str, sys.version_info[:3]))
    assert (2, f"CPython {version}") in facts
    assert (3, sys.executable) in facts
    assert (5, str(core.project)) in facts
    assert (6, str(core.project)) in facts
    words = [text for key, text in facts if key == 4]
    assert words[-3:] == [str(core.project / "twin.py"), "word", "wörd"]


def test_name_is_the_moment_and_the_process(core: CoreUnderTest) -> None:
    run = core.run("import os; _sw_enter(1); print(os.getpid())", clock="monotonic")
    assert re.fullmatch(rf"\d{{8}}T\d{{6}}\.\d{{6}}Z-{run.out.strip()}\.seg", run.segment.name)
    assert run.segment.stat().st_mode & 0o777 == 0o600


def test_clocks_are_calibrated(core: CoreUnderTest) -> None:
    """The times of a segment, turned into Unix time, lie between the program's own."""
    run = core.run("import time; a = time.time_ns(); _sw_enter(1); _sw_exit(1); print(a, time.time_ns())", clock="")
    segment = read_segment(run.segment)
    ticks0, mono0, unix0, ticks1, mono1 = (segment.number(at, 8) for at in (32, 40, 48, 56, 64))
    assert mono1 - mono0 >= 200_000
    before, after = map(int, run.out.split())
    times = [unix0 + time * (mono1 - mono0) // (ticks1 - ticks0) for time in segment.streams[1].times]
    assert before - 2_000_000 < times[0] <= times[1] < after + 2_000_000


def test_file_grows_by_windows(core: CoreUnderTest) -> None:
    run = core.run(
        """
        import os
        from spanwright._select import core
        sizes = []
        for n in range(130_000):
            _sw_enter(1); _sw_exit(1)
            size = os.stat(core.segment()).st_size // 65_536
            if sizes[-1:] != [size]: sizes.append(size)
        print(sizes)
        """
    )
    assert run.out == "[2, 4, 8, 16]\n"


def test_window_that_is_full_is_followed_by_more(core: CoreUnderTest) -> None:
    run = core.run(
        "text = 'x' * 1000\nfor n in range(2_500): _sw_enter(10, text); _sw_exit(1); _sw_ret()", clock="monotonic"
    )
    assert len(events(run.segment)) == 7_500
    assert len(read_segment(run.segment).data) // CHUNK > 32


def test_process_stream_that_outgrows_its_first_chunk_leaves_the_header_writable(core: CoreUnderTest) -> None:
    run = core.run(
        """
        from spanwright._select import core
        _sw_enter(1); _sw_ret()
        for n in range(400):
            core.register(f"{n:016x}", "a.py", f"{n:0200}", "m", 1, 0, "enter")
        text = "x" * 1000
        for n in range(2_500): _sw_enter(10, text); _sw_ret()
        """,
        clock="monotonic",
    )
    assert run.err == ""
    assert len([event for event in events(run.segment) if event.startswith("ENTER")]) == 2_501
    assert run.segment.read_bytes()[19] == 1  # ended cleanly


@pytest.mark.parametrize(("size", "chunks"), [(567, [1, 1, 1]), (568, [1, 1, 2]), (570, [1, 1, 2]), (571, [1, 2, 2])])
def test_chunk_is_filled_to_the_last_byte(core: CoreUnderTest, size: int, chunks: list[int]) -> None:
    """4 bytes of OWNER, 63 calls of 1,031 and a longer dt leave 578: ENTER (3), ARGS (5 and the text), RETURN (3)."""
    run = core.run(
        f"""
        for n in range(63): _sw_enter(10, "x" * 1020); _sw_ret()
        _sw_enter(10, "y" * {size}); _sw_ret()
        """
    )
    stream = read_segment(run.segment).streams[1]
    assert [place // CHUNK for place in stream.places[-3:]] == chunks
    assert stream.lines[-3:] == ["ENTER 10", f"ARGS '{'y' * size}'", "RETURN None"]


GROWTH = """
import random
random.seed(5)
def f(n):
    try:
        _sw_enter(20, "x" * (n * 7919 % 1500), [n] * (n % 40))
        if n % 11 == 0: raise ValueError("y" * (n % 3000))
        if n % 13 == 0: raise KeyError([n], "z" * (n % 5000))
        return _sw_ret({n: (n, str(n) * (n % 100))})
    except Exception: _sw_fail(20)
def numbers(n):
    _sw_s = _sw_gen(10, n)
    try:
        for i in range(n): _sw_resume(_sw_s, (yield _sw_pause(_sw_s, i)))
        return _sw_val(_sw_s, ["w" * 200] * 9)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)
for n in range(1_500):
    f(n)
    for _ in numbers(n % 4): f(n)
    _sw_enter(1); _sw_enter(2); _sw_exit(1)
"""


def test_many_chunks_alike(both_cores: tuple[CoreUnderTest, CoreUnderTest]) -> None:
    """Events of all sizes meet the ends of some forty chunks."""
    c, python = (core.run(GROWTH).segment for core in both_cores)
    assert len(c.read_bytes()) > 30 * CHUNK
    assert c.read_bytes()[17:] == python.read_bytes()[17:]
    assert read_segment(c).streams[1].lines[-4:] == ["ENTER 1", "ENTER 2", "LOST", "LEAVE"]


def test_segment_of_a_running_program_can_be_read(core: CoreUnderTest, tmp_path: Path) -> None:
    run = core.run(
        """
        import shutil
        from spanwright._select import core
        _sw_enter(1)
        for n in range(50): _sw_enter(10, n); _sw_ret()
        shutil.copy(core.segment(), "copy")
        """
    )
    copied = read_segment(core.project / "copy")
    assert copied.streams[1].lines == read_segment(run.segment).streams[1].lines
    assert not copied.clean
