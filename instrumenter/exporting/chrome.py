"""Trace events, the JSON that chrome://tracing began with: one complete event a span, in microseconds of the run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from instrumenter import __version__
from instrumenter.exporting.encoding import dump, text_to
from instrumenter.exporting.lanes import Lanes, Placed
from instrumenter.exporting.numbers import thread_ids
from instrumenter.exporting.source import Source
from instrumenter.trace.jsonable import Json, run_json, span_json

_KEPT = ("spanId", "parentSpanId", "kind", "status", "file", "line", "expression", "activeNs", "leftOut")
"""What an event says of its span, besides values, where that is known."""


def write(source: Source, out: BinaryIO) -> None:
    """Write one object, an event a line."""
    emit, lanes, comma = text_to(out), Lanes(), ""
    about = {"exporter": f"spanwright {__version__}", "run": run_json(source.run)}
    emit(f'{{"displayTimeUnit": "ns", "otherData": {dump(about)}, "traceEvents": [')
    for event in _events(source, lanes):
        emit(f"{comma}\n{event}")
        comma = ","
    emit("\n]}\n")


def _events(source: Source, lanes: Lanes) -> Iterator[str]:
    ids, start = thread_ids(), source.run.start_ns
    for segment in source.run.segments:
        yield _named("process_name", segment.header.pid, 0, f"{source.run.program} ({segment.header.pid})")
    known = 0
    for step in lanes.steps(source):
        for lane in lanes.all[known:]:
            yield _named("thread_name", lane.segment.header.pid, ids(lane), lane.name)
        known = len(lanes.all)
        if step.opens:
            yield _event(step.placed, ids(step.placed.lane), source, start)


def _named(what: str, pid: int, thread: int, name: str) -> str:
    return dump({"ph": "M", "name": what, "pid": pid, "tid": thread, "args": {"name": name}})


def _event(placed: Placed, thread: int, source: Source, start: int) -> str:
    span = span_json(placed.span, source.run.forest, placed.visit.trace_id)
    head = dump({"ph": "X", "name": span["function"], "cat": span["kind"], "pid": span["process"], "tid": thread})
    times = f'"ts": {_microseconds(placed.start - start)}, "dur": {_microseconds(placed.end - placed.start)}'
    return f'{head[:-1]}, {times}, "args": {dump(_args(span))}}}'


def _args(span: dict[str, Json]) -> dict[str, Json]:
    known: dict[str, Json] = {key: span[key] for key in _KEPT if span.get(key) is not None}
    values = {key: span[key] for key in ("params", "returnValue", "error") if span[key] not in (None, {})}
    return known | values


def _microseconds(ns: int) -> str:
    """Exactly: a float has no room for the nanoseconds of a long run."""
    sign, whole = "-" * (ns < 0), abs(ns)
    return f"{sign}{whole // 1000}.{whole % 1000:03d}"
