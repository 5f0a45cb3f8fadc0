"""OpenTelemetry's protocol: spans with the attributes of its semantic conventions, in batches."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import PurePath
from typing import BinaryIO

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1 import trace_pb2 as otlp

from instrumenter import __version__
from instrumenter.exporting.encoding import dump, plain
from instrumenter.exporting.source import Source, Visit
from instrumenter.exporting.tracebacks import traceback_text
from instrumenter.trace.failures import Failure
from instrumenter.trace.jsonable import Json, events_json, value_json
from instrumenter.trace.runs import Run
from instrumenter.trace.segment import Segment
from instrumenter.trace.span import Span
from instrumenter.trace.text import message

_SPANS, _BYTES = 512, 1 << 20
"""What a batch has at most; the last span may exceed the bytes."""
_EVENTS = 128
"""So many events of a span are kept, as OpenTelemetry's SDKs do; how many were not is said."""
_NAME = "spanwright"
_MOST = (1 << 64) - 1


def write(source: Source, out: BinaryIO) -> None:
    """Write one message: its batches one behind another, which is what protobuf reads as one."""
    for batch in batches(source):
        out.write(batch.SerializeToString())


def batches(source: Source) -> Iterator[ExportTraceServiceRequest]:
    """The spans as requests to a collector."""
    batch = _Batch(source.run)
    for visit in source.walk():
        batch.add(visit)
        if batch.full:
            yield batch.request
            batch = _Batch(source.run)
    if batch.spans:
        yield batch.request


class _Batch:
    def __init__(self, run: Run) -> None:
        self.request = ExportTraceServiceRequest()
        self.spans = 0
        self._run = run
        self._bytes = 0
        self._of: dict[Segment, otlp.ScopeSpans] = {}

    @property
    def full(self) -> bool:
        return self.spans >= _SPANS or self._bytes >= _BYTES

    def add(self, visit: Visit) -> None:
        """Put a span among those of its process."""
        segment = visit.span.segment
        if segment not in self._of:
            self._of[segment] = self._process(segment)
        added = self._of[segment].spans.add()
        _fill(added, visit)
        self.spans += 1
        self._bytes += added.ByteSize()

    def _process(self, segment: Segment) -> otlp.ScopeSpans:
        found = self.request.resource_spans.add()
        found.resource.attributes.extend(_attributes(_resource(segment, self._run)))
        scope = found.scope_spans.add()
        scope.scope.name, scope.scope.version = _NAME, __version__
        return scope


def _resource(segment: Segment, run: Run) -> dict[str, Json]:
    name, _, version = segment.facts.python.partition(" ")
    return {
        "service.name": service_name(segment.facts.argv),
        "process.pid": segment.header.pid,
        "process.command_args": list[Json](segment.facts.argv),
        "process.executable.path": segment.facts.executable,
        "process.runtime.name": name.lower(),
        "process.runtime.version": version,
        "telemetry.sdk.name": _NAME,
        "telemetry.sdk.language": "python",
        "telemetry.sdk.version": __version__,
        "spanwright.run": run.id,
    }


def service_name(argv: list[str]) -> str:
    """What a collector calls the program: its script or module, without folder and suffix."""
    words = iter(argv[1:])
    for word in words:
        if word in ("-W", "-X"):
            next(words, None)
        elif word == "-c":
            break
        elif not word.startswith("-"):
            return PurePath(word).name.removesuffix(".py") or word
    return PurePath(argv[0]).name if argv else "unknown_service"


def _fill(made: otlp.Span, visit: Visit) -> None:
    span = visit.span
    made.trace_id, made.span_id = bytes.fromhex(visit.trace_id), bytes.fromhex(span.span_id)
    made.parent_span_id = bytes.fromhex(visit.parent.span_id) if visit.parent else b""
    made.name, made.kind = plain(span.name), otlp.Span.SPAN_KIND_INTERNAL
    made.start_time_unix_nano, made.end_time_unix_nano = span.start_ns & _MOST, span.end_ns & _MOST
    made.attributes.extend(_attributes(_facts(span)))
    _add_events(made, span)
    if span.failed:
        made.status.code = otlp.Status.STATUS_CODE_ERROR
        failure = span.failure()
        if failure:
            _add_failure(made, failure, span)


def _facts(span: Span) -> dict[str, Json]:
    site, expression = span.call_site, span.function.expression
    facts: dict[str, Json] = {
        "code.function.name": _qualified(span),
        "code.file.path": _path(span.file, span.segment.facts.root) if span.file else None,
        "code.line.number": span.line or None,
        "thread.id": span.thread.native or None,
        "thread.name": span.thread.name,
        "spanwright.kind": span.kind,
        "spanwright.expression": expression or None,
        "spanwright.unfinished": True if not span.ended else None,
        "spanwright.left_out": span.left_out or None,
    }
    if site and span.is_function:
        facts |= {"spanwright.call.file": _path(site[0], span.segment.facts.root), "spanwright.call.line": site[1]}
    facts |= {f"spanwright.param.{name.lstrip('*')}": value_json(value) for name, value in span.params()}
    result = span.result()
    return facts | ({"spanwright.return": value_json(result[0])} if result else {})


def _qualified(span: Span) -> str:
    """The function's name with its module; a call's has it already."""
    file = span.segment.definitions.file(span.site_number) if span.is_function else None
    return f"{file.module}.{span.name}" if file and file.module else span.name


def _path(file: str, root: str) -> str:
    return str(PurePath(root, file)) if root else file


def _add_events(made: otlp.Span, span: Span) -> None:
    found = events_json(span)
    for event in islice(found, _EVENTS):
        values = event["values"]
        assert isinstance(values, dict) and isinstance(event["ns"], int)
        facts = {"code.line.number": event["line"]} | {f"spanwright.value.{key}": values[key] for key in values}
        made.events.add(
            time_unix_nano=(span.start_ns + event["ns"]) & _MOST, name=str(event["type"]),
            attributes=_attributes(facts),
        )  # fmt: skip
    made.dropped_events_count = sum(1 for _ in found)


def _add_failure(made: otlp.Span, failure: Failure, span: Span) -> None:
    said = message(failure)
    made.status.message = plain(f"{failure.type}: {said}" if said else failure.type)
    facts: dict[str, Json] = {
        "exception.type": failure.type,
        "exception.message": said,
        "exception.stacktrace": traceback_text(failure, span.segment.facts.root),
    }
    made.events.add(time_unix_nano=span.end_ns & _MOST, name="exception", attributes=_attributes(facts))


def _attributes(facts: dict[str, Json]) -> Iterator[KeyValue]:
    """Attributes, none where a value is not known (None); what is no scalar is JSON."""
    for key, value in facts.items():
        if value is None:
            continue
        made = KeyValue(key=plain(key))
        match value:
            case bool():
                made.value.bool_value = value
            case int() if -(1 << 63) <= value < 1 << 63:
                made.value.int_value = value
            case float():
                made.value.double_value = value
            case str():
                made.value.string_value = plain(value)
            case list() if key == "process.command_args":
                for word in value:
                    made.value.array_value.values.add(string_value=plain(str(word)))
            case _:
                made.value.string_value = plain(dump(value))
        yield made
