"""Sends batches to an OpenTelemetry collector over HTTP, again where it asks for that, and adds up what it accepted."""

from __future__ import annotations

import gzip
import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit, urlunsplit

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from instrumenter import __version__
from instrumenter.errors import CollectorError, UsageError
from instrumenter.exporting.otlp_json import as_json

_PATH = "/v1/traces"
_TIMEOUT = 30
_AGAIN = (429, 502, 503, 504)
"""Answers after which the protocol has a sender try again."""
_TRIES = 6
_LONGEST = 60.0
"""The longest wait between two tries, whatever the collector asks for."""
_SHOWN = 200


@dataclass(slots=True)
class Sent:
    """What became of the spans."""

    batches: int = 0
    spans: int = 0
    rejected: int = 0
    messages: list[str] = field(default_factory=list)
    """What the collector said of batches that it took, each text once."""

    @property
    def accepted(self) -> int:
        """How many the collector has."""
        return self.spans - self.rejected


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirected POST would come back as a GET that sends nothing."""

    def redirect_request(self, *_: object) -> None:
        """Do not follow."""


@dataclass(frozen=True, slots=True)
class Collector:
    """Where to send, and how."""

    url: str
    headers: Mapping[str, str]
    as_json: bool = False
    sleep: Callable[[float], object] = time.sleep
    now: Callable[[], float] = time.time

    def send(self, batches: Iterable[ExportTraceServiceRequest]) -> Sent:
        """Send all of them; `CollectorError` where it does not take one, saying what it has taken before."""
        sent = Sent()
        for batch in batches:
            count = _spans(batch)
            try:
                answer = self._send(batch)
            except CollectorError as error:
                before = f"; {sent.accepted:,} spans had been accepted" if sent.batches else ""
                raise CollectorError(error.slug, f"{error}{before}") from error
            sent.batches += 1
            sent.spans += count
            sent.rejected += min(answer.partial_success.rejected_spans, count)
            said = answer.partial_success.error_message
            if said and said not in sent.messages:
                sent.messages.append(said)
        return sent

    def _send(self, batch: ExportTraceServiceRequest) -> ExportTraceServiceResponse:
        body = gzip.compress(as_json(batch) if self.as_json else batch.SerializeToString(), 1)
        for attempt in range(1, _TRIES + 1):
            try:
                return self._answer(self._post(body))
            except urllib.error.HTTPError as error:
                if error.code not in _AGAIN or attempt == _TRIES:
                    raise CollectorError("not-accepted", f"{self.url}: {_said(error)}{_after(attempt)}") from error
                wait = self._asked(error.headers.get("Retry-After")) or 2.0 ** (attempt - 1)
            except (OSError, http.client.HTTPException) as error:
                if attempt == _TRIES:
                    reason = getattr(error, "reason", error)
                    raise CollectorError("not-accepted", f"{self.url}: {reason}{_after(attempt)}") from error
                wait = 2.0 ** (attempt - 1)
            self.sleep(min(wait, _LONGEST))
        raise AssertionError("the last attempt returns or raises")

    def _post(self, body: bytes) -> bytes:
        kind = "application/json" if self.as_json else "application/x-protobuf"
        fixed = {"Content-Type": kind, "Content-Encoding": "gzip", "User-Agent": f"spanwright/{__version__}"}
        request = urllib.request.Request(self.url, body, {**self.headers, **fixed}, method="POST")
        opener = urllib.request.build_opener(_NoRedirects)
        with opener.open(request, timeout=_TIMEOUT) as response:
            content: bytes = response.read()
        return content

    def _answer(self, content: bytes) -> ExportTraceServiceResponse:
        """What a collector answered that took the batch; what cannot be read says nothing."""
        answer = ExportTraceServiceResponse()
        try:
            if not self.as_json:
                answer.ParseFromString(content)
            elif isinstance(found := json.loads(content or b"{}").get("partialSuccess"), dict):
                answer.partial_success.rejected_spans = int(found.get("rejectedSpans", 0))
                answer.partial_success.error_message = str(found.get("errorMessage", ""))
        except (DecodeError, ValueError, AttributeError, TypeError):
            answer.Clear()
        return answer

    def _asked(self, header: str | None) -> float | None:
        """The seconds that a collector asks to wait: as a number or as a date."""
        try:
            return float(header) if header else None
        except ValueError:
            pass
        try:
            return max(parsedate_to_datetime(header or "").timestamp() - self.now(), 0.0)
        except ValueError:
            return None


def traces_url(endpoint: str) -> str:
    """Where traces go: the endpoint itself if it has a path, else its usual place there."""
    parts = urlsplit(endpoint)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError("bad-endpoint", f"{endpoint!r} is no endpoint: give one like http://localhost:4318")
    return urlunsplit(parts._replace(path=_PATH)) if parts.path in ("", "/") else endpoint


def _spans(batch: ExportTraceServiceRequest) -> int:
    return sum(len(scope.spans) for process in batch.resource_spans for scope in process.scope_spans)


def _said(error: urllib.error.HTTPError) -> str:
    """The status, and the beginning of what came with it if that is text."""
    body = error.read(_SHOWN)
    shown = body.decode("utf-8", "replace").strip()
    return f"{error.code} {error.reason}" + (f": {shown}" if shown.isprintable() and shown else "")


def _after(attempts: int) -> str:
    return f" (after {attempts} tries)" if attempts > 1 else ""
