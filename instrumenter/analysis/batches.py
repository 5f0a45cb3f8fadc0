"""Repeated calls of one function below one parent, seen as a batch of items."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from instrumenter.trace.forest import Forest
from instrumenter.trace.patterns import Pattern
from instrumenter.trace.runs import Run
from instrumenter.trace.segment import Segment
from instrumenter.trace.span import Span
from instrumenter.trace.table import AWAIT, CALL

LEAST = 2
"""A batch has so many items."""


@dataclass(frozen=True, slots=True)
class Retries:
    """Items with the same arguments of which the first failed, in their order."""

    items: list[Span]

    @property
    def again(self) -> int:
        """How many came after one that had failed."""
        return len(self.items) - 1

    @property
    def recovered(self) -> bool:
        """Whether the last one succeeded."""
        return self.items[-1].status == "ok"


@dataclass(frozen=True)
class Batch:
    """The items, in the order of their start, and the function that they were called from, if there is one."""

    parent: Span | None
    items: list[Span]

    @property
    def succeeded(self) -> int:
        """How many ended without an exception."""
        return sum(item.status == "ok" for item in self.items)

    @property
    def failed(self) -> int:
        """How many ended with one."""
        return sum(item.failed for item in self.items)

    @property
    def unfinished(self) -> int:
        """How many were still open."""
        return len(self.items) - self.succeeded - self.failed

    @cached_property
    def durations(self) -> list[int]:
        """What each item took, in ns."""
        return [item.duration_ns for item in self.items]

    @property
    def start_ns(self) -> int:
        """When the first began, in Unix ns."""
        return self.items[0].start_ns

    @cached_property
    def wall_ns(self) -> int:
        """From the start of the first to the end of the last."""
        return max(item.end_ns for item in self.items) - self.start_ns

    @cached_property
    def concurrency(self) -> int:
        """How many were open at once at most: more than 1 means that they ran side by side."""
        moments = [(item.start_ns, 1) for item in self.items]
        moments += [(max(item.end_ns, item.start_ns + 1), -1) for item in self.items]
        most = now = 0
        for _, change in sorted(moments):
            now += change
            most = max(most, now)
        return most

    @cached_property
    def retries(self) -> list[Retries]:
        """What was tried again with the same arguments after it had failed."""
        tried: dict[tuple[Segment, bytes], list[Span]] = {}
        found: list[Retries] = []
        for item in self.items:
            raw = item.raw_params()
            if item.function.params and not raw:
                continue
            before = tried.setdefault((item.segment, raw), [])
            if before and before[-1].failed and before[-1].end_ns <= item.start_ns:
                before.append(item)
            else:
                tried[item.segment, raw] = before = [item]
                found.append(Retries(before))
        return [one for one in found if one.again]


def below(forest: Forest, span: Span) -> Iterator[Span]:
    """What was called directly: also the functions that a call of what is not instrumented led to."""
    for child in forest.children(span):
        yield child
        if not child.is_function:
            yield from _functions(forest, child)


def _functions(forest: Forest, span: Span) -> Iterator[Span]:
    waiting = list(reversed(forest.children(span)))
    while waiting:
        child = waiting.pop()
        if child.is_function:
            yield child
        else:
            waiting += reversed(forest.children(child))


def batches_below(forest: Forest, span: Span) -> list[Batch]:
    """The batches that a span called, what took longest first; else the one that it is an item of."""
    found = _grouped(span, below(forest, span))
    if found:
        return found
    parent = _caller(forest, span)
    siblings = below(forest, parent) if parent else forest.roots()
    return [batch for batch in _grouped(parent, siblings) if span in batch.items]


def batches_of(run: Run, pattern: Pattern) -> tuple[list[Batch], bool]:
    """The batches of some functions in a run, what took longest first; and whether these functions ran at all."""
    groups: dict[Span | None, list[Span]] = {}
    for segment in run.segments:
        for row in _rows(segment, pattern):
            span = Span(segment, row)
            groups.setdefault(_caller(run.forest, span), []).append(span)
    found = [batch for parent, items in groups.items() for batch in _grouped(parent, items)]
    return sorted(found, key=_total), bool(groups)


def _rows(segment: Segment, pattern: Pattern) -> Iterator[int]:
    meant: dict[int, bool] = {}
    for row, (site, flags) in enumerate(zip(segment.table.sites, segment.table.flags, strict=True)):
        if flags & (CALL | AWAIT):
            continue
        if site not in meant:
            function = segment.function(site)
            meant[site] = pattern.matches(function.file, function.name)
        if meant[site]:
            yield row


def _caller(forest: Forest, span: Span) -> Span | None:
    """The function that called a span, if that is instrumented."""
    above = forest.parent(span)
    while above is not None and not above.is_function:
        above = forest.parent(above)
    return above


def _grouped(parent: Span | None, spans: Iterable[Span]) -> list[Batch]:
    groups: dict[tuple[str, str, bool], list[Span]] = {}
    for span in spans:
        function = span.function
        groups.setdefault((function.file, function.name, span.is_function), []).append(span)
    many = (_ordered(items) for items in groups.values() if len(items) >= LEAST)
    return sorted((Batch(parent, items) for items in many), key=_total)


def _ordered(items: Sequence[Span]) -> list[Span]:
    return sorted(items, key=lambda item: (item.start_ns, item.index))


def _total(batch: Batch) -> int:
    return -sum(batch.durations)
