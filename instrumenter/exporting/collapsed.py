"""Stacks and the time spent at their ends, one a line: `main (app.py:3);parse (app.py:9) 52000`, in nanoseconds.

Spans are added up as they come; what is in memory is one number for each different stack.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from instrumenter.exporting.encoding import encoded
from instrumenter.exporting.selftime import self_times
from instrumenter.exporting.source import Source, Visit
from instrumenter.trace.span import Span
from instrumenter.trace.text import clean


@dataclass(slots=True)
class _Stack:
    """A stack, by its last frame; those that have one frame more are below it."""

    frame: str
    depth: int
    below: dict[str, _Stack] = field(default_factory=dict)
    ns: int = 0

    def with_frame(self, frame: str) -> _Stack:
        """The stack with one frame more."""
        return self.below.get(frame) or self.below.setdefault(frame, _Stack(frame, self.depth + 1))


def write(source: Source, out: BinaryIO) -> None:
    """Write each stack that took time, in the order of first calls."""
    bottom = _Stack("", 0)

    def enter(visit: Visit, above: _Stack | None) -> _Stack:
        return (above or bottom).with_frame(_frame(visit.span))

    for stack, ns in self_times(source, enter):
        stack.ns += ns
    for line in _lines(bottom):
        out.write(encoded(line))


def _frame(span: Span) -> str:
    """A frame as profilers spell it; it must have no semicolon."""
    place = f" ({span.file}:{span.line})" if span.file and span.is_function else ""
    return clean(f"{span.name}{place}").replace(";", ",")


def _lines(bottom: _Stack) -> Iterator[str]:
    waiting, frames = list(reversed(bottom.below.values())), list[str]()
    while waiting:
        stack = waiting.pop()
        frames[stack.depth - 1 :] = [stack.frame]
        if stack.ns:
            yield f"{';'.join(frames)} {stack.ns}\n"
        waiting += reversed(stack.below.values())
