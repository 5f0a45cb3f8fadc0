"""The time that spans took in themselves, as docs/analysis.md defines it, of spans as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from instrumenter.exporting.source import Source, Visit
from instrumenter.trace.span import Span

T = TypeVar("T")


@dataclass(slots=True)
class _Open(Generic[T]):
    """A span whose children are still to come, in the order of their start."""

    what: T
    left: int
    """What is left of its time."""
    until: int
    """Up to then its children have been taken off."""
    end: int


def self_times(source: Source, enter: Callable[[Visit, T | None], T]) -> Iterator[tuple[T, int]]:
    """What `enter` makes of each span, and of what it made of the one above, with the span's own time in ns."""
    path: list[_Open[T]] = []
    for visit in source.walk():
        while len(path) > visit.depth:
            yield _closed(path.pop())
        what = enter(visit, path[-1].what if path else None)
        if path:
            _take_off(path[-1], visit.span)
        path.append(_Open(what, own_time(visit.span), visit.span.start_ns, visit.span.end_ns))
    while path:
        yield _closed(path.pop())


def own_time(span: Span) -> int:
    """A span's duration; of a generator its active time."""
    return (span.active_ns or 0) if span.kind == "generator" else span.duration_ns


def _take_off(parent: _Open[T], span: Span) -> None:
    if span.kind == "generator":
        parent.left -= own_time(span)
        return
    end = min(span.end_ns, parent.end)
    parent.left -= max(end - max(span.start_ns, parent.until), 0)
    parent.until = max(parent.until, end)


def _closed(opened: _Open[T]) -> tuple[T, int]:
    return opened.what, max(opened.left, 0)
