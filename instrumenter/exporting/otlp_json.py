"""OpenTelemetry's protocol as JSON, an object for each batch on a line of its own, as its file exporters write it."""

from __future__ import annotations

import base64
from typing import Any, BinaryIO

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from instrumenter.exporting.encoding import dump, encoded
from instrumenter.exporting.otlp import batches
from instrumenter.exporting.source import Source

_IDS = ("traceId", "spanId", "parentSpanId")
"""Bytes that this JSON has as hexadecimal digits, where protobuf's has base64."""


def write(source: Source, out: BinaryIO) -> None:
    """Write the batches, a line each."""
    for batch in batches(source):
        out.write(as_json(batch) + b"\n")


def as_json(batch: ExportTraceServiceRequest) -> bytes:
    """A batch as it is sent to a collector that takes JSON."""
    found: dict[str, Any] = MessageToDict(batch, use_integers_for_enums=True)
    for process in found["resourceSpans"]:
        for scope in process["scopeSpans"]:
            for span in scope["spans"]:
                span.update({key: base64.b64decode(span[key]).hex() for key in _IDS if key in span})
    return encoded(dump(found))
