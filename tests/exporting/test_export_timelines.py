"""Formats that show spans along the time, read by Perfetto's trace processor, VizTracer and speedscope's schema."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from exporting_helpers import ODD, SPANS, Spans, all_spans, prepared
from perfetto.protos.perfetto.trace.perfetto_trace_pb2 import Trace
from trace_processor import TraceProcessor
from viztracer.report_builder import ReportBuilder

SCHEMA = Path(__file__).parent / "speedscope.schema.json"
SLICES = "select name, dur, category, slice.arg_set_id from slice"
NESTED = """
    select child.name, parent.name from slice child left join slice parent on child.parent_id = parent.id
    order by child.ts, child.id
"""


@pytest.fixture
def spans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Spans:
    return prepared(tmp_path, monkeypatch, capfdbinary)


@pytest.fixture(params=["chrome", "perfetto"])
def processor(request: pytest.FixtureRequest, spans: Spans) -> Any:
    with TraceProcessor(spans.export(request.param)) as found:
        yield found


def test_trace_processor_finds_every_span_with_its_duration(processor: TraceProcessor, spans: Spans) -> None:
    exported = all_spans(spans("export").json)
    expected = Counter((span["function"], span["durationNs"], span["kind"]) for span in exported)
    assert len(exported) == SPANS
    assert Counter((name, took, kind) for name, took, kind, _ in processor.query(SLICES)) == expected
    assert processor.trouble() == []


def test_trace_processor_nests_spans_as_they_ran(processor: TraceProcessor) -> None:
    nested = Counter(processor.query(NESTED))
    assert nested[("add", "main")] == 5  # three of the main thread, one of another thread, one of another process
    assert nested[("add", "Store.put")] == 1
    assert nested[("main", None)] == 4


def test_trace_processor_puts_what_ran_side_by_side_on_different_tracks(processor: TraceProcessor) -> None:
    rows = processor.query("select name, track_id from slice where name in ('fetch', 'numbers') order by ts")
    assert [name for name, _ in rows] == ["numbers", "fetch", "fetch"]
    assert rows[1][1] != rows[2][1]
    assert processor.query("select count(*) from slice where depth > 0 and parent_id is null") == [(0,)]


def test_trace_processor_knows_threads_and_processes(processor: TraceProcessor) -> None:
    assert processor.query("select distinct pid from process where pid > 0 order by pid") == [(77,), (4242,)]
    names = {name for (name,) in processor.query("select name from thread where name is not null")}
    assert {"MainThread", "worker"} <= names


@pytest.mark.parametrize("form", ["chrome", "perfetto"])
def test_trace_processor_shows_parameters_results_and_errors(form: str, spans: Spans) -> None:
    prefix = "args" if form == "chrome" else "debug"
    with TraceProcessor(spans.export(form)) as processor:
        rows = processor.query(
            "select slice.name, args.key, args.display_value from slice join args using (arg_set_id) "
            "where args.key glob '*params*' or args.key glob '*error.type' or args.key glob '*returnValue'"
        )
    assert ("add", f"{prefix}.params.a", "7") in rows
    assert ("add", f"{prefix}.returnValue", "15") in rows
    assert ("Store.put", f"{prefix}.error.type", "app.Missing") in rows
    assert any(key == f"{prefix}.params.url" and "half" in shown for _, key, shown in rows)


def test_perfetto_file_holds_only_what_its_published_format_knows(spans: Spans) -> None:
    trace = Trace.FromString(spans.export("perfetto"))
    assert trace.SerializeToString() == spans.export("perfetto")
    events = [packet for packet in trace.packet if packet.HasField("track_event")]
    assert len(events) == 2 * SPANS
    assert {packet.trusted_packet_sequence_id for packet in trace.packet} == {1}


def test_chrome_json_is_loaded_by_viztracer(spans: Spans, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(spans.export("chrome"))
    report = ReportBuilder([str(path), str(path)], verbose=0, minimize_memory=False)
    with (tmp_path / "both.html").open("w") as out:
        report.save(out)
    assert len(report.combined_json["traceEvents"]) == 2 * len(json.loads(path.read_bytes())["traceEvents"])
    assert "Store.put" in (tmp_path / "both.html").read_text()


def test_chrome_json_keeps_nanoseconds(spans: Spans) -> None:
    events = json.loads(spans.export("chrome"))["traceEvents"]
    assert [event["dur"] for event in events if event["name"] == "numbers"] == [0.05]
    assert [event["ts"] for event in events if event["ph"] == "X"][:2] == [1.01, 1.02]


def test_speedscope_file_satisfies_its_schema(spans: Spans) -> None:
    found = json.loads(spans.export("speedscope"))
    jsonschema.validate(found, json.loads(SCHEMA.read_text()))
    assert found["name"] == "python3 -W error app.py --fast"
    assert {profile["name"] for profile in found["profiles"]} >= {
        "MainThread of process 4242", "worker of process 4242", "MainThread of process 77",
    }  # fmt: skip


def test_speedscope_profiles_are_balanced_and_in_order(spans: Spans) -> None:
    found = json.loads(spans.export("speedscope"))
    frames, durations = found["shared"]["frames"], Counter[tuple[str, int]]()
    for profile in found["profiles"]:
        stack: list[tuple[int, int]] = []
        last = profile["startValue"]
        for event in profile["events"]:
            assert last <= event["at"] <= profile["endValue"]
            last = event["at"]
            if event["type"] == "O":
                stack.append((event["frame"], event["at"]))
            else:
                frame, began = stack.pop()
                assert frame == event["frame"]
                durations[(frames[frame]["name"], event["at"] - began)] += 1
        assert stack == []
    exported = all_spans(spans("export").json)
    assert durations == Counter((span["function"], span["durationNs"]) for span in exported)


def test_odd_text_survives_in_every_timeline(spans: Spans) -> None:
    escaped = ODD.encode("utf-8", "backslashreplace").decode()
    with TraceProcessor(spans.export("perfetto")) as processor:
        shown = processor.query("select display_value from args where key = 'debug.params.url'")
    assert (escaped,) in shown
    found = json.loads(spans.export("chrome"))["traceEvents"]
    assert ODD in [event["args"]["params"]["url"] for event in found if event["name"] == "fetch"]
