"""What was exported comes back as a run of its own, and foreign trace events become one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from exporting_helpers import CHILD, NAME, ODD, SPANS, Spans, all_spans, prepared
from segment_encoder import SegmentBytes, Stream, exception, save, value

from instrumenter.trace.fromjson import value_from_json
from instrumenter.trace.jsonable import value_json
from instrumenter.trace.runs import Traces

IDS = ("traceId", "spanId", "parentSpanId")
PLACES = ("id", "segment", "imported", "processes")


@pytest.fixture
def spans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Spans:
    return prepared(tmp_path, monkeypatch, capfdbinary)


def _same(exported: Any) -> Any:
    """An export without what an import gives anew: ids, and which files there are."""
    run = {key: found for key, found in exported["run"].items() if key not in PLACES}
    processes = [{k: v for k, v in one.items() if k not in PLACES} for one in exported["run"]["processes"]]
    spans = [
        {key: found for key, found in span.items() if key not in (*IDS, "children")} | {"below": len(span["children"])}
        for span in all_spans(exported)
    ]
    return run, processes, spans


def _again(spans: Spans, *words: str) -> tuple[Any, Any]:
    """An export, and the export of what was imported from it."""
    first = spans("export", "-o", "run.json", *words)
    assert (first.code, first.out, first.err) == (0, b"", "")
    done = spans("import", "run.json")
    assert (done.code, done.err) == (0, "")
    return json.loads(Path("run.json").read_bytes()), spans("export").json


def test_import_gives_the_same_spans(spans: Spans) -> None:
    before, after = _again(spans)
    assert _same(after) == _same(before)
    assert len(all_spans(after)) == SPANS


def test_import_of_an_import_is_the_same_byte_for_byte_but_for_ids(spans: Spans) -> None:
    _, once = _again(spans)
    before, after = _again(spans)
    assert before == once
    assert _same(after) == _same(before)
    assert [span["spanId"] for span in all_spans(after)] == [span["spanId"] for span in all_spans(once)]


def test_import_says_what_it_made(spans: Spans) -> None:
    spans("export", "-o", "run.json")
    done = spans("import", "run.json")
    run = Traces.load(spans.folder).runs[-1]
    assert run.id not in (NAME, CHILD)
    assert done.text.splitlines() == [
        f"imported run.json: run {run.id}, {SPANS} spans of 2 processes", f"read it with: spans tree {run.id}",
    ]  # fmt: skip
    as_json = spans("import", "run.json", "--json").json
    assert (as_json["format"], as_json["spans"], as_json["processes"], as_json["orphans"]) == (1, SPANS, 2, 0)


def test_imported_run_is_marked_and_is_the_last(spans: Spans) -> None:
    _, after = _again(spans)
    assert after["run"]["imported"] == "run.json"
    (line, *_) = spans("runs").text.splitlines()[1:]
    assert line.startswith(after["run"]["id"]) and line.endswith("ended (imported)")
    assert "imported" not in spans("export", NAME).json["run"]


def test_imported_run_is_read_by_every_command(spans: Spans) -> None:
    _, after = _again(spans)
    drawn, original = spans("tree", "--expand").text, spans("tree", NAME, "--expand").text
    assert drawn.split("\n", 1)[1].replace("rest=", "*rest=").replace("options=", "**options=").count("\n") == (
        original.split("\n", 1)[1].count("\n")
    )
    failed = next(span for span in all_spans(after) if span["status"] == "error")
    assert "suggestion" in spans("show", failed["spanId"]).text
    assert spans("show", failed["traceId"]).code == 0
    for words in (["list"], ["doctor"], ["runs", "--processes"], ["tree", "--errors"], ["export", "--format", "csv"]):
        assert spans(*words).code == 0


def test_index_has_the_same_of_an_imported_run(spans: Spans) -> None:
    before, after = (exported["run"]["id"] for exported in _again(spans))
    for words in (["stats"], ["hotspots"]):
        assert spans(*words, "--json", "--run", after).json == spans(*words, "--json", "--run", before).json != []
    own = {"run", "traceId", "spanId", "parentSpanId"}
    for words in (["slow", "--threshold", "0ms"], ["function", "app.py::add"], ["search", "function:fetch"]):
        found = [spans(*words, "--json", "--run", run).json["spans"] for run in (before, after)]
        first, second = (sorted(repr({**span, **dict.fromkeys(own)}) for span in some) for some in found)
        assert first == second != []
    first, second = (spans("errors", "--json", "--run", run).json["errors"] for run in (before, after))
    assert [{**one, "example": None} for one in first] == [{**one, "example": None} for one in second] != []


def test_import_keeps_the_tree_across_processes_and_threads(spans: Spans) -> None:
    _again(spans)
    run = Traces.load(spans.folder).runs[-1]
    assert [segment.header.pid for segment in run.segments] == [4242, 77]
    (root, _) = run.forest.roots()
    assert sorted(child.segment.header.pid for child in run.forest.children(root)).count(77) == 1


def test_import_of_one_trace_makes_it_a_run(spans: Spans) -> None:
    put = next(span for span in all_spans(spans("export").json) if span["status"] == "error")
    _, after = _again(spans, put["spanId"])
    (only,) = all_spans(after)
    assert (only["function"], only["parentSpanId"], only["error"]) == ("Store.put", None, put["error"])


def test_import_of_json_that_was_formatted_anew(spans: Spans) -> None:
    before = spans("export").json
    Path("pretty.json").write_text(json.dumps(before, indent=2))
    assert spans("import", "pretty.json").code == 0
    assert _same(spans("export").json) == _same(before)


def test_import_keeps_every_kind_of_value(spans: Spans) -> None:
    listed = [None, True, 1 << 70, -5, 1.5, "x", b"\x00\xff", bytearray(b"q"), 2 - 1j, [1, [2]], (1,), (), {1, 2},
              frozenset([3]), {"a": {"b": 1}}, {1: "x"}, {"type": "odd"}, ODD]  # fmt: skip
    data = SegmentBytes(clean=True, version=3, pid=9, started=9)
    data.file(5)
    stream = Stream(data, 1)
    for one in listed:
        stream.enter(1, one, [one])
        stream.ret(one)
    stream.enter(1, 1, 2)
    stream.fail(exception("E", "m", attribute=value({"k": 1}), context=exception("C", "c")))
    save(spans.folder, data, "20261122T091450.000000Z-9.seg")
    before, after = _again(spans)
    assert _same(after) == _same(before)


@pytest.mark.parametrize(
    "found",
    [
        {"type": "bytes", "repr": "b'ab'…+940 bytes"},
        {"type": "bytearray", "repr": "bytearray(b'ab'…+8 kB)"},
        {"type": "range", "repr": "range(0, 10, 3)"},
        {"type": "range", "repr": "range(0, 10)"},
        {"type": "ellipsis", "repr": "Ellipsis"},
        {"type": "NotImplemented", "repr": "NotImplemented"},
        {"type": "int", "repr": "-0xffee…+300 bytes"},
        {"type": "complex", "repr": "(nan+infj)"},
        {"type": "app.User", "id": "0x7f00", "fields": {"name": "x", "…": "…+3 fields"}},
        {"type": "app.User", "id": "0x0", "fields": {}},
        {"type": "app.Color", "value": {"type": "tuple", "items": [1]}},
        {"type": "ValueError", "args": ["x", "…+1 value"]},
        {"type": "function", "name": "app.main"},
        {"type": "list", "cut": "<depth>"},
        {"type": "dict", "entries": [[1, 2], "…+7 items"]},
        {"type": "set", "items": ["…+1,240 items"]},
        ["a", "…+1,240 items"],
        {"a": 1, "…": "…+2 items"},
        "abc…+1,240 characters",
        "<cycle>",
        {"type": "app.Odd", "neither": 1},
    ],
)
def test_value_from_json_is_the_inverse(found: Any) -> None:
    again = value_json(value_from_json(found))
    assert again == found or again == {"type": "dict", "entries": [[key, found[key]] for key in found]}


VIZTRACER_LIKE: dict[str, Any] = {
    "traceEvents": [
        {"ph": "M", "pid": 7, "tid": 7, "name": "thread_name", "args": {"name": "Main"}},
        {"ph": "X", "pid": 7, "tid": 7, "ts": 100.5, "dur": 2.25, "name": "inner (/code/a.py:9)", "cat": "fee",
         "args": {"func_args": {"x": "1"}, "return_value": "'done'"}},
        {"ph": "X", "pid": 7, "tid": 7, "ts": 103.0, "dur": 1, "name": "builtins.len", "cat": "fee"},
        {"ph": "X", "pid": 7, "tid": 7, "ts": 100.0, "dur": 10.001, "name": "outer (/code/a.py:3)", "cat": "fee"},
        {"ph": "X", "pid": 8, "tid": 80, "ts": 105.0, "dur": 1, "name": "other (/code/b.py:1)", "cat": "fee"},
        {"ph": "C", "pid": 7, "ts": 1, "name": "counter", "args": {"a": 1}},
    ],
    "viztracer_metadata": {"version": "1.1.1", "baseTimeNanoseconds": 1_700_000_000_000_000_000},
}  # fmt: skip


def _imported(spans: Spans, content: object) -> Any:
    Path("result.json").write_text(content if isinstance(content, str) else json.dumps(content))
    done = spans("import", "result.json")
    assert (done.code, done.err) == (0, "")
    return spans("export").json


def test_viztracer_json_becomes_a_run(spans: Spans) -> None:
    found = _imported(spans, VIZTRACER_LIKE)
    outer, other = found["traces"]
    assert [child["function"] for child in outer["children"]] == ["inner", "builtins.len"]
    inner = outer["children"][0]
    assert (inner["file"], inner["line"], inner["params"], inner["returnValue"]) == (
        "/code/a.py",
        9,
        {"x": "1"},
        "'done'",
    )
    assert (inner["startNs"], inner["durationNs"]) == (1_700_000_000_000_100_500, 2250)
    assert (outer["durationNs"], outer["thread"], outer["kind"]) == (10_001, "Main", "function")
    assert (outer["children"][1]["kind"], other["process"]) == ("call", 8)
    assert [one["parent"] for one in found["run"]["processes"]] == [None, 7]


def test_import_names_the_events_that_are_no_spans(spans: Spans) -> None:
    Path("result.json").write_text(json.dumps(VIZTRACER_LIKE))
    assert spans("import", "result.json").text.splitlines()[1] == "passed over events that are no spans: 1 C"
    assert spans("import", "result.json", "--json").json["ignored"] == {"C": 1}


def test_trace_events_without_an_object_around_them(spans: Spans) -> None:
    events = [
        {"ph": "B", "pid": 1, "tid": 1, "ts": 0, "name": "a"}, {"ph": "B", "pid": 1, "tid": 1, "ts": 1, "name": "b"},
        {"ph": "E", "pid": 1, "tid": 1, "ts": 2}, {"ph": "E", "pid": 1, "tid": 1, "ts": 3},
        {"ph": "B", "pid": 1, "tid": 1, "ts": 4, "name": "never ends"},
    ]  # fmt: skip
    unclosed = json.dumps(events)[:-1]  # as a program leaves them that was killed
    first, second = _imported(spans, unclosed)["traces"]
    assert (first["function"], first["durationNs"], first["children"][0]["function"]) == ("a", 3000, "b")
    assert (second["function"], second["status"]) == ("never ends", "unfinished")


def test_real_viztracer_run_is_imported(spans: Spans, tmp_path: Path) -> None:
    program = tmp_path / "traced.py"
    program.write_text(
        "def add(a, b):\n    return a + b\n\ndef main():\n    return [add(i, 1) for i in range(5)]\n\nmain()\n"
    )
    words = ["--log_func_args", "--quiet", "-o", "viz.json", str(program)]
    subprocess.run([sys.executable, "-m", "viztracer", *words], check=True, cwd=tmp_path, timeout=60)
    assert spans("import", "viz.json").code == 0
    found = [span for span in all_spans(spans("export").json) if span["function"] == "add"]
    assert [span["params"] for span in found] == [{"a": str(count), "b": "1"} for count in range(5)]
    assert {(span["file"], span["line"]) for span in found} == {("traced.py", 1)}


def test_our_trace_events_come_back_with_durations_values_and_errors(spans: Spans) -> None:
    before = all_spans(spans("export").json)
    after = all_spans(_imported(spans, spans.export("chrome").decode()))

    def told(listed: list[Any]) -> list[Any]:
        keys = ("function", "startNs", "durationNs", "kind", "status", "params", "returnValue", "thread")
        return sorted(repr([span[key] for key in keys[:-1]]) for span in listed)

    assert told(after) == told(before)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "the end"), ("nonsense", "expected"), ("[]", "there is no span in it"), ('{"a": 1}', "no span"),
        ('{"traceEvents": [{"ph": "X", "name": "a"}]}', "'ts' is missing"), ('{"traceEvents": [{"ts": 1}]}', "'ph'"),
        ('{"format": 9, "run": {}, "traces": []}', "format 9"), ('{"format": 1, "run": {}, "traces": []}', "missing"),
    ],
)  # fmt: skip
def test_file_that_is_none_is_one_line_and_leaves_nothing(content: str, why: str, spans: Spans) -> None:
    Path("bad.json").write_text(content)
    before = sorted(spans.folder.rglob("*"))
    done = spans("import", "bad.json")
    assert (done.code, done.out) == (6, b"")
    assert done.err.startswith("error: bad.json: ") and why in done.err and done.err.endswith("[not-importable]\n")
    assert sorted(spans.folder.rglob("*")) == before


def test_export_that_was_cut_short_is_not_imported(spans: Spans) -> None:
    whole = spans("export").out.splitlines(keepends=True)
    before = len(Traces.load(spans.folder).runs)
    for content, why in ((b"".join(whole[:-2]), "not finished"), (b"".join(whole[:4]) + whole[4][:20], "line 5")):
        Path("cut.json").write_bytes(content)
        done = spans("import", "cut.json")
        assert (done.code, why in done.err) == (6, True), done.err
    assert len(Traces.load(spans.folder).runs) == before
    assert not list(spans.folder.rglob("*.packing"))


def test_import_into_a_folder_without_a_project(spans: Spans, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spans("export", "-o", "run.json")
    empty = tmp_path.parent / f"{tmp_path.name} empty"
    empty.mkdir()
    assert spans("import", "run.json", "--root", str(empty)).code == 0
    monkeypatch.chdir(empty)
    assert len(all_spans(spans("export").json)) == SPANS


def test_imported_segment_that_is_damaged_is_read_as_far_as_it_goes(spans: Spans) -> None:
    _again(spans)
    run = Traces.load(spans.folder).runs[-1]
    whole, path = run.spans, run.root.path
    content = path.read_bytes()
    for size in range(4096, len(content), 97):
        path.write_bytes(content[:size])
        cut = Traces.load(spans.folder).runs[-1]
        assert cut.spans <= whole
        spans("export")
    for place in range(4096, len(content), 61):
        path.write_bytes(content[:place] + b"\xff" + content[place + 1 :])
        assert spans("tree", "--values").code == 0
    path.write_bytes(content[:-1])
    assert spans("doctor").code == 1
