"""Programs for the tests of docs/flight-recorder.md, and what their rings hold, part by part."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import Path

import segment_text
from core_under_test import CoreUnderTest, Run
from volume_programs import run_limited

CHUNK = 65_536
LEAST = "262144"
MOST_CHUNKS = 6  # chunk 0, the counters, and the ring
#: `fill(n)` writes about n chunks of spans, with their numbers as values; `look(name)` copies the segment as it is.
FILL = """
import shutil
from spanwright._select import core
def fill(chunks):
    for n in range(36 * chunks): valued(50, n, "v" * 900)
def look(name): shutil.copy(core.segment(), name)
"""


@dataclass
class Open:
    """A span that was open when a part of a stream began."""

    up: int
    number: int
    site: int
    ticks: int
    what: int


@dataclass
class Part:
    """What one thread wrote into one chunk: its RING and the events behind that, with their numbers and times."""

    chunk: int
    turn: int
    thread: int
    sequence: int
    open: list[Open]
    lines: list[str]
    numbers: list[int]
    times: list[int]

    def find(self, start: str) -> tuple[int, int]:
        """The number and time of the only event whose line starts so."""
        (found,) = (place for place, line in enumerate(self.lines) if f"{line} ".startswith(f"{start} "))
        return self.numbers[found], self.times[found]


def run_ring(core: CoreUnderTest, source: str, *args: str, **settings: str) -> Run:
    """Run a program made of spans with the smallest ring; settings go without TRACING_."""
    return run_limited(core, FILL + textwrap.dedent(source), *args, **{"FLIGHT_RECORDER": LEAST, **settings})


def parts(path: Path, thread: int = 1) -> list[Part]:
    """The parts of a thread's stream that are there, in their order."""
    segment = segment_text.read_segment(path)
    found = []
    for start in range(CHUNK, len(segment.data), CHUNK):
        if segment.data[start] == 1:
            for owner, sequence, stream in segment_text.read_chunk(
                segment, start, min(start + CHUNK, len(segment.data))
            ):
                if owner:
                    found.append(_part(start // CHUNK, owner, sequence, stream))
    return sorted((part for part in found if part.thread == thread), key=lambda part: part.sequence)


def _part(chunk: int, thread: int, sequence: int, stream: segment_text.Stream) -> Part:
    word, turn, *entries = stream.lines[0].split()
    assert word == "RING"
    opened = [Open(*map(int, entry.split(":"))) for entry in entries]
    numbers = [int(turn) << 40 | place for place in stream.places[1:]]
    return Part(chunk, int(turn), thread, sequence, opened, stream.lines[1:], numbers, stream.times[1:])


def lines(path: Path, thread: int = 1) -> list[str]:
    """The events of a thread that are there, but for RING."""
    return [line for part in parts(path, thread) for line in part.lines]


def values(path: Path, thread: int = 1) -> list[int]:
    """The numbers that `fill` has as values."""
    return [int(line.split()[1].rstrip(",")) for line in lines(path, thread) if line.startswith("ARGS")]


def reasons(run: Run) -> list[str]:
    """Why each dump was made, in the order of their names."""
    facts = (dict(segment_text.read_segment(path).facts) for path in by_name(run))
    return [fact[10] for fact in facts if 10 in fact]


def by_name(run: Run) -> list[Path]:
    """The segments in the order in which they were made under the fake clock."""
    return sorted(run.segments, key=lambda path: (len(path.name), path.name))
