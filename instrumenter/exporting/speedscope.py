"""speedscope.app's own JSON: a profile for each lane, in nanoseconds of the run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from instrumenter import __version__
from instrumenter.exporting.encoding import dump, encoded
from instrumenter.exporting.lanes import Lane, Lanes, Step
from instrumenter.exporting.source import Source
from instrumenter.exporting.spool import Spool
from instrumenter.trace.jsonable import Json
from instrumenter.trace.span import Span

_SCHEMA = "https://www.speedscope.app/file-format-schema.json"


def write(source: Source, out: BinaryIO) -> None:
    """Write one object. What happens on a lane must stand together there, so it waits on the disk."""
    lanes, frames, start = Lanes(), _Frames(), source.run.start_ns
    with Spool() as spool:
        for step in lanes.steps(source):
            spool.add(step.placed.lane.serial, _event(step, frames, start))
        head: dict[str, Json] = {
            "$schema": _SCHEMA, "exporter": f"spanwright {__version__}", "name": source.run.program,
        }  # fmt: skip
        out.write(encoded(f'{dump(head)[:-1]}, "profiles": ['))
        several = len(source.run.segments) > 1
        for place, lane in enumerate(lanes.all or [Lane(source.run.root, 1, 0, 0)]):
            out.write(encoded(f"{',' * bool(place)}\n{dump(_profile(lane, start, several))[:-1]}, "))
            out.write(b'"events": [')
            _join(spool.read(lane.serial), out)
            out.write(b"]}")
        out.write(encoded(f'\n], "shared": {{"frames": {dump(frames.listed)}}}}}\n'))


class _Frames:
    """The functions by their numbers."""

    def __init__(self) -> None:
        self.listed: list[Json] = []
        self._numbers: dict[tuple[str, str, int], int] = {}

    def number(self, span: Span) -> int:
        """The number of what a span is an activation of."""
        function = span.function
        key = (function.name, function.file, function.line)
        if key not in self._numbers:
            self._numbers[key] = len(self.listed)
            place: dict[str, Json] = {"file": function.file, "line": function.line} if function.file else {}
            self.listed.append({"name": function.name, **place})
        return self._numbers[key]


def _profile(lane: Lane, start: int, several: bool) -> dict[str, Json]:
    name = f"{lane.name} of process {lane.segment.header.pid}" if several else lane.name
    end = max(lane.free_from - start, 0)
    return {"type": "evented", "name": name, "unit": "nanoseconds", "startValue": 0, "endValue": end}


def _event(step: Step, frames: _Frames, start: int) -> bytes:
    placed = step.placed
    kind, at = ("O", placed.start) if step.opens else ("C", placed.end)
    return b',{"type":"%b","frame":%d,"at":%d}' % (kind.encode(), frames.number(placed.span), max(at - start, 0))


def _join(pieces: Iterator[bytes], out: BinaryIO) -> None:
    """Write events, each of which begins with a comma, without the first one's."""
    first = True
    for piece in pieces:
        out.write(piece[1:] if first else piece)
        first = first and not piece
