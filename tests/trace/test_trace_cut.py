"""A ring has exactly the last spans of the recording that a segment without a limit has."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from segment_encoder import CHUNK, SegmentBytes, Stream
from trace_helpers import ADD, MAIN, NUMBERS, opened, started

from instrumenter.trace.forest import Forest
from instrumenter.trace.parts import heads
from instrumenter.trace.segment import Segment
from instrumenter.trace.span import Span

LONG = "x" * 20_000
"""Three such values and what else there is fill a chunk."""
_STEPS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["enter", "long", "leave", "leave", "call", "turn"])), max_size=120
)


@dataclass(frozen=True)
class Seen:
    """A span as both segments have it: without its number, and with its parent's begin in the place of the parent."""

    start: int
    kind: str
    thread: int
    end: int
    status: str
    above: int | None

    def is_there(self, begin: int | None) -> bool:
        """Whether a ring has it that begins then in the thread; None: nothing of the thread."""
        return begin is not None and (self.start > begin or self.end > begin or self.status == "unfinished")


def _record(steps: list[tuple[int, str]], ring: int) -> SegmentBytes:
    """Three threads; what happens in them happens at the same times in every segment, all at times of their own."""
    data = started(version=5, ring=ring)
    streams = [Stream(data, number, ticks=1000 * number) for number in (1, 2, 3)]
    last = 3000
    for which, step in steps:
        stream = streams[which]
        last += 10
        dt = last - stream.ticks
        top = stream.stack[-1][4] if stream.stack else None
        if step == "enter":
            stream.enter(MAIN, dt=dt)
        elif step == "long":
            stream.enter(ADD, LONG, last, dt=dt)
        elif step == "call":
            stream.call(NUMBERS, dt=dt)
        elif step == "turn":
            stream.next_chunk()
        elif top is not None:
            stream.leave(dt) if top == 0 else stream.out(dt)
    return data


def _seen(segment: Segment) -> dict[int, Seen]:
    forest, table, found = Forest([segment]), segment.table, {}
    for index in range(len(table)):
        span = Span(segment, index)
        above = forest.parent(span)
        end = table.ends[index] if span.ended else -1
        start = table.starts[index]
        found[start] = Seen(
            start, span.kind, span.thread_number, end, span.status, table.starts[above.index] if above else None
        )
    return found


def _first_times(segment: Segment) -> dict[int, int]:
    """When what a ring still has of each thread begins."""
    found: dict[int, int] = {}
    for part in heads(segment.data)[0][1:]:
        found[part.thread] = min(part.ticks, found.get(part.thread, part.ticks))
    return found


@settings(max_examples=100, deadline=None)
@given(_STEPS, st.integers(1, 6))
def test_ring_has_exactly_the_last_spans_of_the_whole_recording(steps: list[tuple[int, str]], ring: int) -> None:
    with TemporaryDirectory() as place:
        (Path(place) / "whole").mkdir()
        whole = _seen(opened(Path(place) / "whole", _record(steps, 1000)))
        segment = opened(Path(place), _record(steps, ring))
        begins, table = _first_times(segment), segment.table
        expected = {start: seen for start, seen in whole.items() if seen.is_there(begins.get(seen.thread))}
        assert (_seen(segment), segment.problems()) == (expected, [])
        for span in (Span(segment, index) for index in range(len(table))):
            if span.name == "add" and table.starts[span.index] > begins[span.thread_number]:
                assert span.params() == [("a", LONG), ("b", table.starts[span.index])]


@settings(max_examples=100, deadline=None)
@given(_STEPS, st.sets(st.integers(1, 12), max_size=4))
def test_what_has_ended_behind_a_gap_or_is_open_there_is_as_in_the_whole_recording(
    steps: list[tuple[int, str]], missing: set[int]
) -> None:
    with TemporaryDirectory() as place:
        (Path(place) / "whole").mkdir()
        data = _record(steps, 1000)
        complete = opened(Path(place) / "whole", data)
        whole = _seen(complete)
        newest = {part.thread: part.offset // CHUNK for part in sorted(heads(complete.data)[0])}  # no gaps
        for number in missing & set(range(1, len(data.chunks))) - set(newest.values()):
            data.chunks[number][:] = bytes(len(data.chunks[number]))
        segment = opened(Path(place), data)
        found = _seen(segment)
        last = {part.thread: part.ticks for part in sorted(heads(segment.data)[0])}
        assert segment.problems() == [] and found.keys() <= whole.keys()
        for start, seen in whole.items():
            if seen.is_there(last.get(seen.thread)):
                assert found[start] == seen
        assert {start for start, seen in found.items() if seen != whole[start]} <= {
            start for start, seen in found.items() if seen.status == "unfinished"
        }
