"""The index has what the segments have, whenever and however often it is brought up to date."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from segment_encoder import Counted, SegmentBytes, Stream, exception, project, save, v
from store_helpers import count, in_index, in_segments, index_of, instrumented, ran, refreshed
from trace_helpers import ADD, MAIN, SITES, started

from instrumenter.storage.compress import compress
from instrumenter.store.filters import Filters
from instrumenter.store.ingest import TABLES
from instrumenter.store.rows import find
from instrumenter.trace.runs import Traces

SAME = (
    "run", "traceId", "spanId", "parentSpanId", "function", "expression", "file", "line", "kind", "status", "startTime",
    "endTime", "startNs", "durationNs", "duration", "process", "thread",
)  # fmt: skip
VALUES = ("params", "returnValue")


def same(span: dict[str, Any], names: tuple[str, ...]) -> str:
    """What of a span is compared, as text: sets of such can be compared."""
    error = span["error"] and (span["error"]["type"], span["error"]["message"])
    return repr(([span[name] for name in names], error))


def save_run(folder: Path, content: SegmentBytes, number: int = 1) -> Path:
    """Save a segment among those of a project."""
    return save(project(folder, SITES), content, f"202611{number:02}T091450.000000Z-{content.pid}.seg")


def calls(stream: Stream, turns: int) -> None:
    """So many calls of a function with two parameters."""
    for turn in range(turns):
        stream.enter(ADD, turn, "x")
        stream.ret(turn)


def everything(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Any]]:
    """All rows of all tables."""
    return {table: sorted(connection.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in TABLES}


@pytest.fixture(scope="module", params=[1, 2, 3, 4])
def recorded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program that ran twice at a level, once with a forked child."""
    folder = instrumented(tmp_path_factory.mktemp("recorded") / "project", request.param)
    ran(folder)
    ran(folder, "fork")
    return folder


def test_index_has_the_spans_that_are_exported(recorded: Path) -> None:
    with index_of(recorded) as connection:
        found, expected = in_index(connection), in_segments(recorded)
    assert len(found) == len(expected) > 150
    assert sorted(same(span, SAME) for span in found) == sorted(same(_escaped(span), SAME) for span in expected)


def test_index_has_the_values_that_are_exported(recorded: Path) -> None:
    with index_of(recorded) as connection:
        found = {span["spanId"]: span for span in in_index(connection) if span["run"] == _last(recorded)}
    expected = {span["spanId"]: _escaped(span) for span in in_segments(recorded) if span["run"] == _last(recorded)}
    assert {key: [span[name] for name in VALUES] for key, span in found.items()} == {
        key: [span[name] for name in VALUES] for key, span in expected.items()
    }


def _last(folder: Path) -> str:
    return Traces.load(folder).runs[-1].id


def _escaped(value: Any) -> Any:
    """The same without halves of surrogate pairs, which no database takes."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {key: _escaped(entry) for key, entry in value.items()}
    return list(map(_escaped, value)) if isinstance(value, list) else value


def test_second_refresh_does_nothing(recorded: Path) -> None:
    with index_of(recorded) as connection:
        before = everything(connection)
        done = refreshed(connection, recorded)
        assert (done.segments, done.spans, everything(connection)) == (0, 0, before)


def test_processes_of_their_own_read_the_same(recorded: Path, tmp_path: Path) -> None:
    with index_of(recorded) as connection:
        before = {table: rows for table, rows in everything(connection).items() if table != "segments"}
        connection.execute("UPDATE segments SET state = 'another'")
        done = refreshed(connection, recorded, jobs=2)
        after = {table: rows for table, rows in everything(connection).items() if table != "segments"}
    assert done.segments == 3
    # The child may have been read in another order: only numbers of sites could differ, and all are known.
    assert after == before


def test_program_that_runs_is_taken_in_as_far_as_it_is(tmp_path: Path) -> None:
    folder = instrumented(tmp_path / "project", 2)
    with subprocess.Popen(
        [sys.executable, "app.py", "wait"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        with index_of(folder) as connection:
            alive = in_index(connection)
        with index_of(folder) as connection:
            assert len(in_index(connection)) == len(alive)
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert [span["function"] for span in alive if span["status"] == "unfinished"] == ["main"]
    with index_of(folder) as connection:
        assert sorted(span["spanId"] for span in in_index(connection)) == sorted(
            span["spanId"] for span in in_segments(folder)
        )


def test_segment_that_has_grown_is_taken_in_anew(tmp_path: Path) -> None:
    data = started(version=5)
    stream = Stream(data, 1)
    calls(stream, 10)
    save_run(tmp_path, data)
    with index_of(tmp_path) as connection:
        assert count(connection) == 10
        calls(stream, 5)
        save_run(tmp_path, data)
        done = refreshed(connection, tmp_path)
        assert (done.segments, done.spans, count(connection)) == (1, 15, 15)
        assert (count(connection, "traces"), count(connection, "segments")) == (15, 1)


def test_only_what_has_changed_is_read(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        data = started(version=5, pid=4242 + number)
        calls(Stream(data, 1), number)
        save_run(tmp_path, data, number)
    with index_of(tmp_path) as connection:
        data = started(version=5, pid=4243)
        calls(Stream(data, 1), 7)
        save_run(tmp_path, data, 1)
        done = refreshed(connection, tmp_path)
        assert (done.segments, count(connection)) == (1, 7 + 2 + 3)


def test_removed_runs_leave_the_index(tmp_path: Path) -> None:
    paths = []
    for number in (1, 2):
        data = started(version=5, pid=4242 + number, clean=True)
        calls(Stream(data, 1), number)
        paths.append(save_run(tmp_path, data, number))
    with index_of(tmp_path) as connection:
        paths[0].unlink()
        done = refreshed(connection, tmp_path)
        assert (done.removed, count(connection), count(connection, "runs")) == (1, 2, 1)


def test_compressed_segment_is_the_same(tmp_path: Path) -> None:
    data = started(version=5, clean=True, pid=999_000_001)
    calls(Stream(data, 1), 4)
    save_run(tmp_path, data)
    with index_of(tmp_path) as connection:
        segments = [segment for run in Traces.load(tmp_path).runs for segment in run.segments]
        assert len(compress(segments, 0.0)) == 1
        assert refreshed(connection, tmp_path).segments == 0
        connection.execute("UPDATE segments SET state = 'another'")
        assert (refreshed(connection, tmp_path).spans, count(connection)) == (4, 4)


def test_trace_goes_on_in_a_forked_child(tmp_path: Path) -> None:
    folder = instrumented(tmp_path / "project", 2)
    ran(folder, "fork")
    with index_of(folder) as connection:
        roots = {span["traceId"]: 0 for span in in_segments(folder) if span["parentSpanId"] is None}
        rows = connection.execute("SELECT trace, count(*), sum(spans)::INTEGER FROM traces GROUP BY trace").fetchall()
        assert len(rows) == len(roots)
        assert sum(spans for _, _, spans in rows) == count(connection)
        assert [segments for _, segments, _ in rows if segments > 1] == [2]
        names = connection.execute(
            "SELECT DISTINCT function FROM spans p JOIN sites USING (site) JOIN spans c ON c.parent = p.span "
            "WHERE c.segment <> p.segment"
        ).fetchall()
        assert names == [("main",)]


def test_child_is_read_again_when_its_parent_has_changed(tmp_path: Path) -> None:
    parent = started(version=5)
    outer = Stream(parent, 1)
    number = outer.enter(MAIN)
    save_run(tmp_path, parent, 1)
    child = started(version=5, pid=4343, started=78, forked_from="20261101T091450.000000Z-4242", clean=True)
    inner = Stream(child, 1)
    inner.raw(b"\x0c" + bytes([1, 1]) + v(number))
    calls(inner, 3)
    save_run(tmp_path, child, 2)
    with index_of(tmp_path) as connection:
        assert count(connection) == 4
        outer.leave()
        outer.forget(number)
        save_run(tmp_path, parent, 1)
        refreshed(connection, tmp_path)
        assert count(connection) == 0


def test_spans_of_a_dump_are_asked_for_by_name_only(tmp_path: Path) -> None:
    for number, dump in ((1, ""), (2, "command")):
        data = started(version=5, ring=4, dump=dump)
        calls(Stream(data, 1), 3)
        save_run(tmp_path, data, number)
    with index_of(tmp_path) as connection:
        rows, _ = find(connection, Filters(limit=0))
        dumped, _ = find(connection, Filters(run="20261102T091450.000000Z-4242"))
        assert count(connection) == 6
        assert {row.run for row in rows} == {"20261101T091450.000000Z-4242"}
        assert len(rows) == len(dumped) == 3


def test_damaged_segment_is_taken_in_as_far_as_it_can_be_read(tmp_path: Path) -> None:
    data = started(version=5)
    stream = Stream(data, 1)
    calls(stream, 3)
    stream.raw(b"\x7f")
    before = save_run(tmp_path, data).read_bytes()
    with index_of(tmp_path) as connection:
        assert count(connection) == 3
        assert connection.execute("SELECT problems FROM segments").fetchall() == [(1,)]
    assert save_run(tmp_path, data).read_bytes() == before


def test_counters_are_kept_beside_the_spans(tmp_path: Path) -> None:
    data = started(version=5)
    calls(Stream(data, 1), 2)
    data.counters(Counted(ADD, calls=100, failures=3, ticks=5000))
    save_run(tmp_path, data)
    with index_of(tmp_path) as connection:
        rows = connection.execute("SELECT function, calls, failures, total_ns FROM counters JOIN sites USING (site)")
        assert rows.fetchall() == [("add", 100, 3, 5000)]


def test_exception_counts_once_however_far_it_goes(tmp_path: Path) -> None:
    data = started(version=5)
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.enter(ADD, 1, 2)
    stream.fail(exception("ValueError", "wrong", [("/project/app.py", 6, "add")]))
    stream.fail(b"\2" + b"\0")
    save_run(tmp_path, data)
    with index_of(tmp_path) as connection:
        rows = connection.execute(
            "SELECT function, first, type, failures.file, failures.line FROM failures JOIN sites USING (site)"
        )
        place = ("ValueError", "app.py", 6)
        assert sorted(rows.fetchall()) == [("add", True, *place), ("main", False, *place)]


def test_segments_are_never_touched(tmp_path: Path) -> None:
    folder = instrumented(tmp_path / "project", 2)
    ran(folder)
    shutil.copytree(folder / ".spanwright", tmp_path / "before")
    with index_of(folder):
        pass
    for path in (tmp_path / "before").rglob("*.seg"):
        now = folder / ".spanwright" / path.relative_to(tmp_path / "before")
        assert now.read_bytes() == path.read_bytes()
        assert now.stat().st_mtime_ns == path.stat().st_mtime_ns


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 140_000), st.integers(0, 255)), min_size=1, max_size=12))
def test_damage_of_any_kind_is_taken_in(tmp_path: Path, spoiled: list[tuple[int, int]]) -> None:
    data = started(version=5)
    stream = Stream(data, 1)
    for turn in range(200):
        stream.enter(MAIN)
        calls(stream, turn % 3)
        stream.fail(exception("ValueError", "wrong", [("/project/app.py", 6, "add")], notes=["a note"]))
    data.counters(Counted(ADD, calls=100, failures=3, ticks=5000))
    path = save_run(tmp_path, data)
    content = bytearray(path.read_bytes())
    for place, byte in spoiled:
        content[4096 + place % (len(content) - 4096)] = byte
    path.write_bytes(content)
    with index_of(tmp_path) as connection:
        segments = [segment for run in Traces.load(tmp_path).runs for segment in run.segments]
        assert count(connection) == sum(len(segment.table) for segment in segments)
