"""Values, exceptions, spans and runs as what `json` can write; `docs/reading.md` describes the form."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TypeAlias

from instrumenter.trace import values
from instrumenter.trace.changes import Difference
from instrumenter.trace.definitions import relative
from instrumenter.trace.events import Event, events
from instrumenter.trace.failures import Failure, Frame
from instrumenter.trace.forest import Forest
from instrumenter.trace.runs import Run
from instrumenter.trace.segment import Segment
from instrumenter.trace.span import Span
from instrumenter.trace.text import REST, message, more, plural, value_text
from instrumenter.trace.turned_down import turned_down
from instrumenter.trace.values import Value

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
FORMAT = 1
_RESERVED = ("type", REST)
_EPOCH = datetime(1970, 1, 1)


def iso(ns: int) -> str:
    """Unix nanoseconds as ISO 8601 with microseconds, UTC; what no calendar holds becomes its nearest end."""
    try:
        moment = _EPOCH + timedelta(microseconds=ns // 1000)
    except OverflowError:
        moment = datetime.max if ns > 0 else datetime.min
    return f"{moment.isoformat(timespec='microseconds')}Z"


def value_json(value: Value) -> Json:
    """A value as JSON: what JSON has by itself as that, anything else as an object with a `type`."""
    match value:
        case None | bool() | str():
            return value
        case int():
            return value if value.bit_length() < 2048 else hex(value)
        case float():
            return value if math.isfinite(value) else _not_finite(value)
        case values.Text():
            return value.start + more(value.total, len(value.start), "character")
        case values.Items():
            return _items(value)
        case values.Dict():
            return _dict(value)
        case values.Cut():
            return {"type": value.type, "cut": value.text} if value.type else value.text
        case values.Object():
            fields = [(name, value_json(entry)) for name, entry in value.fields]
            return {"type": value.type, "id": f"0x{value.identity:x}", "fields": _object(fields, value.total, "field")}
        case values.Subclass():
            return {"type": value.type, "value": value_json(value.value)}
        case values.Raised():
            return {"type": value.type, "args": _array(value.args, value.total, "value")}
        case values.Named():
            return {"type": value.kind, "name": value.name}
        case _:
            return {"type": _plain_type(value), "repr": value_text(value)}


def _plain_type(value: values.Bytes | values.BigInt | values.Constant | complex | range) -> str:
    match value:
        case values.Bytes():
            return value.type
        case values.BigInt():
            return "int"
        case values.Constant():
            return "ellipsis" if value.name == "Ellipsis" else value.name
        case _:
            return type(value).__name__


def _not_finite(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _array(values: tuple[Value, ...], total: int, noun: str) -> list[Json]:
    rest = more(total, len(values), noun)
    return [*map(value_json, values), *([rest] if rest else [])]


def _items(value: values.Items) -> Json:
    items = _array(value.items, value.total, "item")
    return items if value.type == "list" else {"type": value.type, "items": items}


def _dict(value: values.Dict) -> Json:
    keys = [key for key, _ in value.pairs]
    if all(type(key) is str and key not in _RESERVED for key in keys) and len(set(keys)) == len(keys):
        return _object([(str(key), value_json(entry)) for key, entry in value.pairs], value.total, "item")
    entries: list[Json] = [[value_json(key), value_json(entry)] for key, entry in value.pairs]
    rest = more(value.total, len(entries), "item")
    return {"type": "dict", "entries": [*entries, *([rest] if rest else [])]}


def _object(fields: list[tuple[str, Json]], total: int, noun: str) -> dict[str, Json]:
    rest = more(total, len(fields), noun)
    return {**dict(fields), **({REST: rest} if rest else {})}


def frame_json(frame: Frame, root: str) -> dict[str, Json]:
    """One line of a stack; a place where frames are left out has no file."""
    if frame.left_out:
        return {"file": None, "line": None, "function": f"…+{plural(frame.left_out, 'frame')}"}
    return {"file": relative(frame.file, root), "line": frame.line, "function": frame.function}


def failure_json(failure: Failure | None, root: str) -> dict[str, Json] | None:
    """An exception, with its cause and context; `root` is what files are relative to."""
    if failure is None:
        return None
    chained = None if failure.context_suppressed else failure_json(failure.context, root)
    return {
        "type": failure.type,
        "message": message(failure),
        "stack": [frame_json(frame, root) for frame in failure.stack],
        "cause": failure_json(failure.cause, root),
        "context": value_json(failure.attribute[0]) if failure.attribute else chained,
        "suggestion": value_json(failure.suggestion[0]) if failure.suggestion else None,
        "notes": list(failure.notes),
    }


def span_json(span: Span, forest: Forest, trace_id: str) -> dict[str, Json]:
    """A span without its children and its events."""
    segment, function, start, end = span.segment, span.function, span.start_ns, span.end_ns
    parent, result, thread = forest.parent(span), span.result(), span.thread
    took = max(end - start, 0)
    return {
        "traceId": trace_id,
        "spanId": span.span_id,
        "parentSpanId": parent.span_id if parent else None,
        "function": function.name,
        "file": function.file,
        "line": function.line,
        "kind": span.kind,
        "status": span.status,
        "startTime": iso(start),
        "endTime": iso(end),
        "startNs": start,
        "durationNs": took,
        "duration": took / 10**6,
        "activeNs": span.active_ns,
        "callSite": _call_site(span),
        "expression": function.expression or None,
        "thread": thread.name,
        "threadId": thread.native,
        "process": segment.header.pid,
        "params": {name.lstrip("*"): value_json(value) for name, value in span.params()},
        "returnValue": value_json(result[0]) if result else None,
        "error": failure_json(span.failure(), segment.facts.root),
        **({"leftOut": span.left_out} if span.left_out else {}),
    }


def _call_site(span: Span) -> dict[str, Json] | None:
    found = span.call_site
    return {"file": found[0], "line": found[1]} if found else None


def events_json(span: Span) -> Iterator[dict[str, Json]]:
    """The events of a span, one after another."""
    start = span.start_ns
    return (event_json(event, start) for event in events(span))


def event_json(event: Event, start: int) -> dict[str, Json]:
    """An event of a span that began at `start`, in Unix ns."""
    return {
        "type": event.type,
        "line": event.line,
        "time": iso(event.time_ns),
        "ns": event.time_ns - start,
        "values": _event_values(event),
    }


def _event_values(event: Event) -> dict[str, Json]:
    if event.outcome:
        found: Json = event.outcome.turns if event.type == "loop" else event.outcome.taken
        return {"what": event.outcome.what, "turns" if event.type == "loop" else "taken": found}
    if event.changes:
        return {name: difference_json(change) for name, change in event.changes}
    return checkpoint_json(event)


def checkpoint_json(event: Event) -> dict[str, Json]:
    """The values of a checkpoint, by name."""
    if event.operator:
        return {name: {"operator": event.operator, "operand": value_json(value)} for name, value in event.values}
    return {name: value_json(value) for name, value in event.values}


def difference_json(change: Difference) -> dict[str, Json]:
    """What has changed in a value."""
    if not change.known:
        return {"before": value_json(change.before), "after": value_json(change.after)}
    found: dict[str, Json] = {"length": list[Json](change.lengths)} if change.lengths else {}
    if not change.keyed:
        added, removed = ([value_json(value) for _, value in side] for side in (change.added, change.removed))
        return found | {"added": added, "removed": removed}
    return found | {
        "added": {key: value_json(value) for key, value in change.added},
        "changed": {key: [value_json(old), value_json(new)] for key, old, new in change.changed},
        "removed": {key: value_json(value) for key, value in change.removed},
    }


def process_json(segment: Segment) -> dict[str, Json]:
    """One process of a run."""
    return {
        "pid": segment.header.pid,
        "parent": segment.parent.header.pid if segment.parent else None,
        "segment": segment.file_name,
        "core": segment.header.core,
        "python": segment.facts.python,
        "status": segment.status,
        **({"ring": True} if segment.header.is_ring else {}),
    }


def run_json(run: Run) -> dict[str, Json]:
    """A run without its spans; reads all its segments."""
    spans, errors, down = run.spans, run.errors, turned_down(run)
    start, end = run.start_ns, run.end_ns
    return {
        "id": run.id,
        "program": run.program,
        "argv": list[Json](run.root.facts.argv),
        "startTime": iso(start),
        "endTime": iso(end),
        "startNs": start,
        "durationNs": end - start,
        "status": run.status,
        **({"dump": run.root.facts.dumped} if run.root.header.is_dump else {}),
        **({"imported": run.root.facts.imported} if run.root.header.is_imported else {}),
        "spans": spans,
        "errors": errors,
        **({"turnedDown": len(down)} if down else {}),
        "root": run.root.facts.root,
        "processes": [process_json(segment) for segment in run.segments],
    }
