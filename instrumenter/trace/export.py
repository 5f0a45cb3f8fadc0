"""Writes span trees and counts as JSON, span by span: a run is never held in memory as text or objects."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

from instrumenter.trace.counts import FunctionCount
from instrumenter.trace.forest import Forest
from instrumenter.trace.jsonable import FORMAT, Json, events_json, run_json, span_json
from instrumenter.trace.runs import Run
from instrumenter.trace.selection import Selection
from instrumenter.trace.span import Span


def write_json(
    run: Run, roots: Sequence[Span], selection: Selection, write: Callable[[str], object], depth: int | None = None
) -> None:
    """Write `{"format": 1, "run": ..., "traces": [...]}`, one span a line; `depth` limits the levels."""
    write(f'{{"format": {FORMAT}, "run": {_dump(run_json(run))}, "traces": [')
    comma = ""
    for root in selection.of(roots):
        write(comma)
        _write_tree(root, run.forest, selection, write, depth)
        comma = ","
    write("\n]}\n")


def write_counts(run: Run, counted: Sequence[FunctionCount], write: Callable[[str], object]) -> None:
    """Write `{"format": 1, "run": ..., "functions": [...]}`, one function a line."""
    write(f'{{"format": {FORMAT}, "run": {_dump(run_json(run))}, "functions": [')
    write(",".join(f"\n{_dump(_count(one))}" for one in counted))
    write("\n]}\n")


def _count(counted: FunctionCount) -> dict[str, Json]:
    count = counted.count
    return {
        "function": counted.function,
        "file": counted.file,
        "line": counted.line,
        "calls": count.calls,
        "failures": count.failures,
        "totalNs": count.ns,
        "histogram": [[bound, calls] for bound, calls in count.buckets()],
        **({"partial": True} if counted.is_part else {}),
    }


def _write_tree(
    root: Span, forest: Forest, selection: Selection, write: Callable[[str], object], depth: int | None
) -> None:
    trace_id = forest.trace_id(forest.root(root))
    _write_span("", root, forest, trace_id, write)
    levels: list[Iterator[Span]] = [_children(root, forest, selection, depth is None or depth > 1)]
    comma = ""
    while levels:
        child = next(levels[-1], None)
        if child is None:
            write("]}")
            levels.pop()
            comma = ","
            continue
        _write_span(comma, child, forest, trace_id, write)
        levels.append(_children(child, forest, selection, depth is None or depth > len(levels) + 1))
        comma = ""


def _children(span: Span, forest: Forest, selection: Selection, shown: bool) -> Iterator[Span]:
    return iter(selection.of(forest.children(span)) if shown else ())


def _write_span(comma: str, span: Span, forest: Forest, trace_id: str, write: Callable[[str], object]) -> None:
    """Write a span's object as far as its children, event by event."""
    write(f'{comma}\n{_dump(span_json(span, forest, trace_id))[:-1]}, "events": [')
    comma = ""
    for event in events_json(span):
        write(comma + _dump(event))
        comma = ", "
    write('], "children": [')


_dump = json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False).encode
