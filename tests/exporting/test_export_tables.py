"""Tables and stacks, read by other readers than ours."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from exporting_helpers import ODD, SPANS, Spans, all_spans, prepared


@pytest.fixture
def spans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Spans:
    return prepared(tmp_path, monkeypatch, capfdbinary)


def _rows(spans: Spans, *words: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(spans.export("csv", *words).decode(), newline="")))


def test_csv_has_a_row_for_each_span(spans: Spans) -> None:
    rows, exported = _rows(spans), all_spans(spans("export").json)
    assert len(rows) == SPANS
    for row, span in zip(rows, exported, strict=True):
        for key in ("traceId", "spanId", "function", "file", "kind", "status", "startTime", "thread"):
            assert row[key] == span[key]
        for key in ("line", "startNs", "durationNs", "process"):
            assert int(row[key]) == span[key]
        assert row["parentSpanId"] == (span["parentSpanId"] or "")
        assert json.loads(row["params"]) == span["params"]


def test_csv_keeps_texts_with_line_ends_and_quotes(spans: Spans) -> None:
    (row,) = [row for row in _rows(spans) if row["function"] == "fetch" and "half" in row["params"]]
    assert json.loads(row["params"])["url"] == ODD
    (failed,) = [row for row in _rows(spans) if row["status"] == "error"]
    assert (failed["errorType"], failed["errorMessage"]) == ("app.Missing", "no k\nat all")
    assert json.loads(failed["error"])["cause"]["type"] == "KeyError"


def test_parquet_is_read_by_pyarrow(spans: Spans) -> None:
    found = pq.read_table(pa.BufferReader(spans.export("parquet")))
    rows: list[dict[str, Any]] = found.drop_columns(["startTime"]).to_pylist()
    exported = all_spans(spans("export").json)
    for row, span in zip(rows, exported, strict=True):
        for key in ("traceId", "spanId", "function", "line", "startNs", "durationNs", "process", "status"):
            assert row[key] == span[key]
        assert json.loads(row["params"]) == span["params"]
        assert row["activeNs"] == span["activeNs"]
    assert found.schema.field("startTime").type == pa.timestamp("ns", tz="UTC")
    moment = found["startTime"].cast(pa.timestamp("us", tz="UTC"), safe=False)[0].as_py()
    assert moment == datetime(2023, 11, 14, 22, 13, 20, 1, tzinfo=timezone.utc)


def test_parquet_and_csv_have_the_same_columns(spans: Spans) -> None:
    found = pq.read_table(pa.BufferReader(spans.export("parquet")))
    assert found.column_names == list(_rows(spans)[0])


def test_tables_have_only_the_spans_that_are_wanted(spans: Spans) -> None:
    names = [row["function"] for row in _rows(spans, "--errors")]
    assert names == ["main", "Store.put"]
    below = _rows(spans, "--kind", "coroutine")
    assert [(row["function"], row["parentSpanId"], row["depth"]) for row in below] == [("fetch", "", "0")] * 2


def test_collapsed_stacks_have_the_form_that_flame_graph_tools_read(spans: Spans) -> None:
    lines = spans.export("collapsed").decode().splitlines()
    assert all(re.fullmatch(r"[^;]+(;[^;]+)* \d+", line) for line in lines)
    stacks = dict(line.rsplit(" ", 1) for line in lines)
    assert stacks["main (app.py:1);add (app.py:5)"] == str(2 * 1005 + 10)
    assert stacks["main (app.py:1);Store.put (app.py:9);add (app.py:5)"] == "10"


def test_collapsed_times_add_up_to_the_whole_where_nothing_runs_side_by_side(spans: Spans) -> None:
    put = next(span for span in all_spans(spans("export").json) if span["children"] and span["function"] == "Store.put")
    lines = spans.export("collapsed", put["spanId"]).decode().splitlines()
    assert sum(int(line.rsplit(" ", 1)[1]) for line in lines) == put["durationNs"]


def test_json_is_what_it_always_was(spans: Spans) -> None:
    assert spans.export("json") == spans("export").out == spans("tree", "--json").out
