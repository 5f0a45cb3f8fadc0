"""What receives spans as a collector does: an HTTP server that decodes them with OpenTelemetry's own messages."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from google.protobuf.json_format import Parse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)


@dataclass(frozen=True)
class Answer:
    """What the sink says to a request."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    rejected: int = 0
    message: str = ""
    body: bytes | None = None


@dataclass
class Sink:
    """The requests that came, and the answers to come; when those are used up, all is well."""

    url: str
    answers: list[Answer]
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    accepted: list[ExportTraceServiceRequest] = field(default_factory=list)

    @property
    def spans(self) -> list[Any]:
        """The spans that were accepted."""
        return [span for one in self.accepted for process in one.resource_spans for span in _spans(process)]


def _spans(process: Any) -> Iterator[Any]:
    for scope in process.scope_spans:
        yield from scope.spans


@contextmanager
def sink(*answers: Answer) -> Iterator[Sink]:
    """A collector on the loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    found = Sink(f"http://127.0.0.1:{server.server_port}", list(answers))
    server.sink = found  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        found: Sink = self.server.sink  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers["Content-Length"]))
        found.headers.append(dict(self.headers))
        found.paths.append(self.path)
        answer = found.answers.pop(0) if found.answers else Answer()
        if answer.status == 200:
            found.accepted.append(self._read(gzip.decompress(body)))
        content = self._answer(answer) if answer.body is None else answer.body
        self.send_response(answer.status)
        for name, text in {**answer.headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(content)

    @property
    def _is_json(self) -> bool:
        return self.headers["Content-Type"] == "application/json"

    def _read(self, body: bytes) -> ExportTraceServiceRequest:
        if not self._is_json:
            return ExportTraceServiceRequest.FromString(body)
        return Parse(as_protobuf_json(body), ExportTraceServiceRequest())

    def _answer(self, answer: Answer) -> bytes:
        if self._is_json:
            partial = {"rejectedSpans": str(answer.rejected), "errorMessage": answer.message}
            return json.dumps({"partialSuccess": partial}).encode()
        response = ExportTraceServiceResponse()
        response.partial_success.rejected_spans = answer.rejected
        response.partial_success.error_message = answer.message
        return response.SerializeToString()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def as_protobuf_json(line: bytes) -> str:
    """OTLP's JSON, whose ids are hexadecimal, as protobuf's own, where bytes are base64."""
    import base64

    def change(entry: dict[str, Any]) -> dict[str, Any]:
        ids = {
            key: base64.b64encode(bytes.fromhex(entry[key])).decode() for key in entry if key.lower().endswith("spanid")
        }
        if "traceId" in entry:
            ids["traceId"] = base64.b64encode(bytes.fromhex(entry["traceId"])).decode()
        return entry | ids

    return json.dumps(json.loads(line, object_hook=change))
