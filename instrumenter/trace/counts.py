"""How often each function ended, and how long that took: counters that know of every call, whatever became of spans."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from instrumenter.trace import ops
from instrumenter.trace.header import Clock
from instrumenter.trace.runs import Run
from instrumenter.trace.segment import Segment
from instrumenter.trace.turned_down import turned_down

_FIRST = 32
_RECORD = struct.Struct("<44Q")
"""Site + 1, calls, failures, ticks, and the histogram."""
_LAST = 39


@dataclass(slots=True)
class Count:
    """What was counted of a function."""

    calls: int = 0
    """How often it ended."""
    failures: int = 0
    ns: int = 0
    """What all calls took together."""
    histogram: Counter[int | None] = field(default_factory=Counter)
    """A time in ns, a power of two of ticks -> calls that took less, but at least half of it; None: all longer ones."""

    def add(self, other: Count) -> None:
        """Take in what was counted elsewhere."""
        self.calls += other.calls
        self.failures += other.failures
        self.ns += other.ns
        self.histogram += other.histogram

    def buckets(self) -> list[tuple[int | None, int]]:
        """The histogram from the quickest to the slowest."""
        return sorted(self.histogram.items(), key=lambda one: (one[0] is None, one[0] or 0))


@dataclass(frozen=True, slots=True)
class FunctionCount:
    """What was counted of a function in all processes of a run."""

    file: str
    function: str
    line: int
    """The original's; 0 where the site table is missing."""
    count: Count
    is_part: bool = False
    """Whether its probes were out for a while, for the overhead budget: what it did then is not counted."""


def has_counters(segment: Segment) -> bool:
    """Whether a segment has counters: one of the settings that leave spans out was on, and a function has ended."""
    return next(_chunks(segment), None) is not None


def counts(segment: Segment, clock: Clock | None = None) -> dict[int, Count]:
    """What was counted of each site in a process; `clock` tells its time, if its own is not the best there is."""
    found: dict[int, Count] = {}
    clock = clock or segment.header.clock
    for chunk in _chunks(segment):
        for at in range(_FIRST, len(chunk) - _RECORD.size + 1, _RECORD.size):
            site, calls, failures, ticks, *histogram = _RECORD.unpack_from(chunk, at)
            if not site:
                break
            buckets = Counter({_bound(clock, place): many for place, many in enumerate(histogram) if many})
            found.setdefault(site - 1, Count()).add(Count(calls, failures, clock.lasting(ticks), buckets))
    return found


def _chunks(segment: Segment) -> Iterator[bytes]:
    """The chunks of counters. What a cut file lacks at its end is zero if the cut was the process's own."""
    data = b"" if segment.header.is_imported else segment.data
    for base in range(ops.CHUNK, len(data), ops.CHUNK):
        if data[base] == ops.COUNTERS:
            chunk = data[base : base + ops.CHUNK]
            yield chunk.ljust(ops.CHUNK, b"\0") if segment.header.clean else chunk


def _bound(clock: Clock, place: int) -> int | None:
    """What the calls in a bucket took less than, in whole ns."""
    return -clock.lasting(-(1 << place)) if place < _LAST else None


def function_counts(run: Run) -> list[FunctionCount]:
    """What was counted in a run, by file and qualified name; what took longest first."""
    found: dict[tuple[str, str], FunctionCount] = {}
    parts = {(one.file, one.function) for one in turned_down(run) if one.was_taken_out}
    clocks = _clocks(run)
    for segment in run.segments:
        counted = counts(segment, clocks[segment.header.clock_kind])
        for site, count in counted.items():
            function = segment.function(site)
            name = function.file, function.name
            known = FunctionCount(*name, function.line, Count(), name in parts)
            found.setdefault(name, known).count.add(count)
    return sorted(found.values(), key=lambda one: (-one.count.ns, one.file, one.function))


def _clocks(run: Run) -> dict[str, Clock]:
    """The clock of each kind that was held longest against the time; for all processes, so that buckets are alike."""
    clocks = [(segment.header.clock_kind, segment.header.clock) for segment in run.segments]
    return dict(sorted(clocks, key=lambda one: one[1].ticks))
