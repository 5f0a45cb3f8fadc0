"""OpenTelemetry's formats, decoded with opentelemetry-proto, and sent to what receives them as a collector does."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from collector_sink import Answer, Sink, as_protobuf_json, sink
from exporting_helpers import ODD, SPANS, Spans, all_spans, prepared
from google.protobuf.json_format import Parse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status, TracesData

from instrumenter.errors import CollectorError, UsageError
from instrumenter.exporting import otlp
from instrumenter.exporting.otlp import batches, service_name
from instrumenter.exporting.sending import Collector, traces_url
from instrumenter.exporting.source import Source
from instrumenter.trace.find import load
from instrumenter.trace.selection import Selection, Wanted


@pytest.fixture
def spans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Spans:
    return prepared(tmp_path, monkeypatch, capfdbinary)


def _decoded(spans: Spans) -> list[Any]:
    found = TracesData.FromString(spans.export("otlp"))
    return [span for process in found.resource_spans for scope in process.scope_spans for span in scope.spans]


def _facts(attributes: Any) -> dict[str, Any]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in attributes}


def _source(spans: Spans) -> Source:
    run = load(spans.folder).runs[-1]
    return Source(run, run.forest.roots(), Selection(run.forest, Wanted()))


def test_otlp_has_every_span_with_ids_times_and_parents(spans: Spans) -> None:
    exported = {span["spanId"]: span for span in all_spans(spans("export").json)}
    found = _decoded(spans)
    assert len(found) == SPANS
    for span in found:
        expected = exported[span.span_id.hex()]
        assert (span.trace_id.hex(), span.parent_span_id.hex()) == (expected["traceId"], expected["parentSpanId"] or "")
        assert span.name == expected["function"]
        assert span.start_time_unix_nano == expected["startNs"]
        assert span.end_time_unix_nano - span.start_time_unix_nano == expected["durationNs"]
        assert span.kind == Span.SPAN_KIND_INTERNAL


def test_otlp_attributes_are_those_of_the_semantic_conventions(spans: Spans) -> None:
    facts = next(_facts(span.attributes) for span in _decoded(spans) if span.name == "add")
    assert (facts["code.function.name"], facts["code.file.path"], facts["code.line.number"]) == (
        "__main__.add", "/project/app.py", 5,
    )  # fmt: skip
    assert (facts["thread.id"], facts["thread.name"]) == (1, "MainThread")
    assert (facts["spanwright.param.a"], facts["spanwright.param.b"], facts["spanwright.return"]) == (0, 1.5, 1.5)


def test_otlp_resources_are_the_processes(spans: Spans) -> None:
    found = TracesData.FromString(spans.export("otlp"))
    facts = [_facts(process.resource.attributes) for process in found.resource_spans]
    assert {one["process.pid"] for one in facts} == {4242, 77}
    assert facts[0]["service.name"] == "app"
    assert [word.string_value for word in facts[0]["process.command_args"].values][-1] == "--fast"
    assert (facts[0]["process.runtime.name"], facts[0]["process.runtime.version"]) == ("cpython", "3.12.1")


def test_otlp_error_is_an_exception_event_with_its_traceback(spans: Spans) -> None:
    (failed,) = [span for span in _decoded(spans) if span.status.code == Status.STATUS_CODE_ERROR]
    (event,) = failed.events
    facts = _facts(event.attributes)
    assert (event.name, facts["exception.type"], facts["exception.message"]) == (
        "exception", "app.Missing", "no k\nat all",
    )  # fmt: skip
    assert facts["exception.stacktrace"].splitlines() == [
        "Traceback (most recent call last):", '  File "app.py", line 10, in Store.put', "KeyError: 'k'", "",
        "The above exception was the direct cause of the following exception:", "",
        "Traceback (most recent call last):", '  File "app.py", line 12, in Store.put', "app.Missing: no k", "at all",
        "look",
    ]  # fmt: skip
    assert failed.status.message == "app.Missing: no k\nat all"


def test_otlp_unfinished_span_says_so(spans: Spans) -> None:
    marked = [span.name for span in _decoded(spans) if _facts(span.attributes).get("spanwright.unfinished")]
    assert marked == ["main"]


def test_otlp_json_lines_say_the_same_as_the_protobuf(spans: Spans) -> None:
    (line,) = spans.export("otlp-json").splitlines()
    assert Parse(as_protobuf_json(line), ExportTraceServiceRequest()) == ExportTraceServiceRequest.FromString(
        spans.export("otlp")
    )
    span = json.loads(line)["resourceSpans"][0]["scopeSpans"][0]["spans"][0]
    assert span["spanId"] == all_spans(spans("export").json)[0]["spanId"]
    assert isinstance(span["startTimeUnixNano"], str)


def test_batches_together_are_one_message(spans: Spans, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _decoded(spans)
    monkeypatch.setattr(otlp, "_SPANS", 4)
    assert [sum(len(scope.spans) for one in batch.resource_spans for scope in one.scope_spans)
            for batch in batches(_source(spans))] == [4, 4, 4, 3]  # fmt: skip
    assert sorted(span.span_id for span in _decoded(spans)) == sorted(span.span_id for span in whole)


@pytest.mark.parametrize("form", ["otlp", "otlp-json"])
def test_endpoint_receives_what_a_collector_would(form: str, spans: Spans) -> None:
    with sink() as found:
        result = spans("export", "--format", form, "--endpoint", found.url, "--header", "Authorization=Bearer x")
    assert (result.code, result.err) == (0, "")
    assert result.text == f"sent {SPANS} spans in 1 request to {found.url}/v1/traces: all accepted\n"
    assert found.paths == ["/v1/traces"] and found.headers[0]["Authorization"] == "Bearer x"
    assert sorted(span.SerializeToString() for span in found.spans) == sorted(
        span.SerializeToString() for span in _decoded(spans)
    )


@pytest.mark.parametrize("form", ["otlp", "otlp-json"])
def test_partial_success_is_said_and_counts_as_a_failure(form: str, spans: Spans) -> None:
    with sink(Answer(rejected=2, message="too old")) as found:
        words = ("export", "--format", form, "--endpoint", f"{found.url}/mine")
        result = spans(*words)
        found.answers.append(Answer(rejected=2, message="too old"))
        as_json = spans(*words, "--json")
    assert result.code == as_json.code == 3
    assert result.text.splitlines() == [
        f"sent {SPANS} spans in 1 request to {found.url}/mine: {SPANS - 2} accepted, 2 rejected",
        "the collector says: too old",
    ]
    assert (as_json.json["accepted"], as_json.json["rejected"], as_json.json["messages"]) == (SPANS - 2, 2, ["too old"])


def _send(spans: Spans, found: Sink, waits: list[float], now: float = 0.0) -> Any:
    collector = Collector(traces_url(found.url), {}, sleep=waits.append, now=lambda: now)
    return collector.send(batches(_source(spans)))


def test_sending_tries_again_where_the_collector_is_busy(spans: Spans) -> None:
    waits: list[float] = []
    dated = "Wed, 21 Oct 2026 07:28:10 GMT"
    answers = [Answer(503), Answer(429, {"Retry-After": "7"}), Answer(502), Answer(504, {"Retry-After": dated})]
    with sink(*answers) as found:
        sent = _send(spans, found, waits, now=1792567680.0)
    assert (sent.accepted, sent.rejected, len(found.paths)) == (SPANS, 0, 5)
    assert waits == [1.0, 7.0, 4.0, 10.0]


def test_sending_gives_up_after_six_tries(spans: Spans) -> None:
    waits: list[float] = []
    with sink(*[Answer(503, body=b"busy")] * 9) as found, pytest.raises(CollectorError, match=r"503 .*busy.*6 tries"):
        _send(spans, found, waits)
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0]


@pytest.mark.parametrize("status", [400, 401, 404, 500, 302])
def test_sending_ends_where_trying_again_is_of_no_use(status: int, spans: Spans) -> None:
    with sink(Answer(status, {"Location": "/elsewhere"}, body=b"no")) as found:
        result = spans("export", "--format", "otlp", "--endpoint", found.url)
    assert (result.code, len(found.paths)) == (5, 1)
    assert f"{status} " in result.err and result.err.endswith("[not-accepted]\n")


def test_sending_says_what_was_accepted_before_a_failure(spans: Spans, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(otlp, "_SPANS", 4)
    with sink(Answer(), Answer(400)) as found, pytest.raises(CollectorError, match="4 spans had been accepted"):
        _send(spans, found, [])


def test_sending_to_nobody_is_one_line(spans: Spans) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    waits: list[float] = []
    collector = Collector(f"http://127.0.0.1:{port}/", {}, sleep=waits.append)
    with pytest.raises(CollectorError, match=r"refused \(after 6 tries\)"):
        collector.send(batches(_source(spans)))
    assert len(waits) == 5


@pytest.mark.parametrize("body", [b"", b"\xff\xff\xff", b"<html>"])
def test_answer_that_cannot_be_read_is_taken_as_success(body: bytes, spans: Spans) -> None:
    with sink(Answer(body=body)) as found:
        assert _send(spans, found, []).accepted == SPANS


def test_endpoint_that_is_none_is_refused(spans: Spans) -> None:
    assert traces_url("https://otel.example/") == "https://otel.example/v1/traces"
    assert traces_url("https://otel.example/api/otlp") == "https://otel.example/api/otlp"
    for wrong in ("localhost:4318", "ftp://x", "http://"):
        with pytest.raises(UsageError):
            traces_url(wrong)
    assert spans("export", "--format", "otlp", "--endpoint", "http://x", "--header", "nothing").code == 2


def test_service_name_is_the_script_or_module() -> None:
    assert service_name(["python3", "-X", "dev", "src/serve.py", "--port"]) == "serve"
    assert service_name(["/usr/bin/python3", "-m", "pkg.app"]) == "pkg.app"
    assert service_name(["/usr/bin/python3", "-c", "print()"]) == "python3"
    assert service_name([]) == "unknown_service"


def test_odd_text_is_utf8_in_otlp(spans: Spans) -> None:
    urls = {_facts(span.attributes).get("spanwright.param.url") for span in _decoded(spans)}
    assert ODD.encode("utf-8", "backslashreplace").decode() in urls
