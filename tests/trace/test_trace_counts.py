"""Counters: every call is in them, whatever became of its span."""

from __future__ import annotations

import struct
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from segment_encoder import Counted, SegmentBytes, Stream, project, save
from trace_helpers import ADD, MAIN, PUT, SITES, only_run, opened, started, texts

from instrumenter.storage.compress import compress
from instrumenter.trace.counts import Count, FunctionCount, counts, function_counts, has_counters
from instrumenter.trace.segment import Segment
from instrumenter.trace.sites import SiteTables

FIRST = "20261120T091450.000000Z-10.seg"
SECOND = "20261120T091451.000000Z-20.seg"
IN_A_CHUNK = 186


def _begun(**header: Any) -> SegmentBytes:
    return started(version=4, **header)


def _figures(count: Count) -> tuple[int, int, int, list[tuple[int | None, int]]]:
    return count.calls, count.failures, count.ns, count.buckets()


def _told(found: list[FunctionCount]) -> list[tuple[str, str, int, int, int, int]]:
    return [
        (one.file, one.function, one.line, one.count.calls, one.count.failures, one.count.ns) for one in found
    ]  # fmt: skip


def test_counters_are_read_by_site(tmp_path: Path) -> None:
    data = _begun()
    data.counters(
        Counted(ADD, 1000, 3, 70_000, {0: 1, 1: 2, 7: 996, 39: 1}),
        Counted(MAIN, 1, 0, 90_000, {17: 1}),
        Counted(PUT, 2),
    )
    segment = opened(tmp_path, data)
    assert has_counters(segment)
    assert {site: _figures(count) for site, count in counts(segment).items()} == {
        ADD: (1000, 3, 70_000, [(1, 1), (2, 2), (128, 996), (None, 1)]),
        MAIN: (1, 0, 90_000, [(131_072, 1)]),
        PUT: (2, 0, 0, []),
    }
    assert segment.problems() == []


def test_ticks_are_those_of_the_segments_clock(tmp_path: Path) -> None:
    data = _begun(duration=3_000_000)
    data.chunks[0][56:64] = struct.pack("<Q", 1000 + 2_000_000)
    data.counters(Counted(ADD, 2, 0, 1001, {0: 1, 3: 1}))
    (count,) = counts(opened(tmp_path, data)).values()
    assert _figures(count) == (2, 0, 1501, [(2, 1), (12, 1)])


def test_counters_fill_several_chunks(tmp_path: Path) -> None:
    data = _begun(clean=True)
    full = data.counters(*(Counted(site, site + 1) for site in range(IN_A_CHUNK)))
    Stream(data, 1).enter(MAIN)
    data.counters(Counted(IN_A_CHUNK, 7))
    assert data.used[full] == 65504
    found = counts(opened(tmp_path, data))
    assert [found[site].calls for site in (0, 1, IN_A_CHUNK - 1, IN_A_CHUNK)] == [1, 2, IN_A_CHUNK, 7]
    assert len(found) == IN_A_CHUNK + 1


def test_counters_of_a_run_are_those_of_all_its_processes(tmp_path: Path) -> None:
    first = _begun(pid=10, started=1)
    first.counters(Counted(ADD, 5, 1, 500, {7: 5}), Counted(MAIN, 1, 0, 900, {10: 1}))
    second = SegmentBytes(version=4, pid=20, started=2, forked_from=FIRST)
    second.file(3, table="00112233445566aa", name="other.py", filename="/project/other.py")
    second.file(len(SITES["sites"]))
    second.counters(Counted(3 + ADD, 3, 0, 600, {7: 1, 9: 2}), Counted(1, 2), Counted(500, 1))
    for name, data in ((FIRST, first), (SECOND, second)):
        save(project(tmp_path, SITES), data, name)
    run = only_run(tmp_path)
    found = function_counts(run)
    assert _told(found) == [
        ("app.py", "add", 5, 8, 1, 1100), ("app.py", "main", 1, 1, 0, 900), ("", "?#500", 0, 1, 0, 0),
        ("other.py", "other.py#1", 0, 2, 0, 0),
    ]  # fmt: skip
    assert found[0].count.buckets() == [(128, 6), (512, 2)]
    assert run.spans == 0


def test_functions_of_one_name_in_two_files_are_two(tmp_path: Path) -> None:
    data = _begun()
    data.file(len(SITES["sites"]), name="other.py", filename="/project/other.py")
    data.counters(Counted(ADD, 5), Counted(len(SITES["sites"]) + ADD, 3))
    save(project(tmp_path, SITES), data)
    assert _told(function_counts(only_run(tmp_path))) == [
        ("app.py", "add", 5, 5, 0, 0), ("other.py", "add", 5, 3, 0, 0)
    ]  # fmt: skip


def test_one_kind_of_clock_has_one_measure_in_a_run(tmp_path: Path) -> None:
    exact, rough = _begun(pid=10, started=1, duration=10**9), _begun(pid=20, started=2, forked_from=FIRST)
    rough.chunks[0][64:72] = struct.pack("<Q", 1_001_000 + 1_000_700)
    for name, data in ((FIRST, exact), (SECOND, rough)):
        data.counters(Counted(ADD, 1, 0, 1_000_000, {20: 1}))
        save(project(tmp_path, SITES), data, name)
    (found,) = function_counts(only_run(tmp_path))
    assert _figures(found.count) == (2, 0, 2_000_000, [(1 << 20, 2)])


def test_clocks_of_two_kinds_are_told_apart(tmp_path: Path) -> None:
    fast, slow = _begun(pid=10, started=1), _begun(pid=20, started=2, forked_from=FIRST)
    fast.chunks[0][17], slow.chunks[0][17] = 1, 2
    fast.chunks[0][56:64] = struct.pack("<Q", 1000 + 2_000_000)
    for name, data in ((FIRST, fast), (SECOND, slow)):
        data.counters(Counted(ADD, 1, 0, 1000, {10: 1}))
        save(project(tmp_path, SITES), data, name)
    (found,) = function_counts(only_run(tmp_path))
    assert _figures(found.count) == (2, 0, 1500, [(512, 1), (1024, 1)])


def test_segment_without_counters_has_none(tmp_path: Path) -> None:
    segment = opened(tmp_path, _begun())
    assert (has_counters(segment), counts(segment)) == (False, {})


def test_counters_of_a_compressed_segment_are_read(tmp_path: Path) -> None:
    data = _begun(clean=True, pid=1 << 30)
    data.counters(Counted(ADD, 5, 1, 500, {7: 5}))
    segment = opened(tmp_path, data)
    path = segment.path
    assert [one.path.suffix for one in compress([segment], time.time())] == [".segz"]
    packed = Segment.open(path, SiteTables(tmp_path / ".spanwright" / "sites"))
    assert isinstance(packed, Segment) and packed.path.suffix == ".segz"
    assert _figures(counts(packed)[ADD]) == (5, 1, 500, [(128, 5)])


def test_forgotten_spans_are_counted(tmp_path: Path) -> None:
    data = _begun(clean=True)
    stream = Stream(data, 1)
    root = stream.enter(MAIN)
    stream.leave()
    stream.forget(root)
    data.counters(Counted(MAIN, 1, 0, 10, {4: 1}))
    segment = opened(tmp_path, data)
    assert (len(segment.table), counts(segment)[MAIN].calls) == (0, 1)


def test_killed_process_that_was_cut_has_its_whole_records(tmp_path: Path) -> None:
    data = _begun()
    data.counters(Counted(ADD, 5, 1, 500, {7: 5}), Counted(MAIN, 300, 0, 900, {39: 300}))
    content = data.data()
    for missing in (1, 8, 351, 352):
        segment = opened(tmp_path, content[:-missing])
        assert {site: count.calls for site, count in counts(segment).items()} == {ADD: 5}
        assert texts(segment.problems()) == []


def test_clean_end_may_cut_zeros_off(tmp_path: Path) -> None:
    data = _begun(clean=True)
    data.counters(Counted(ADD, 5, 1, 500, {7: 5}))
    (count,) = counts(opened(tmp_path, data.data().rstrip(b"\0"))).values()
    assert _figures(count) == (5, 1, 500, [(128, 5)])


@pytest.mark.parametrize("clean", [True, False])
def test_file_cut_anywhere_in_its_counters_is_read(clean: bool, tmp_path: Path) -> None:
    data = _begun(clean=clean)
    data.counters(Counted(ADD, 5, 1, 500, {7: 5}), Counted(MAIN, 1))
    content = data.data()
    for size in range(65536, len(content), 7):
        segment = opened(tmp_path, content[:size])
        assert (counts(segment).keys() <= {ADD, MAIN}, segment.problems()) == (True, [])


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=2000), st.booleans())
def test_any_bytes_in_place_of_counters_are_read(content: bytes, clean: bool) -> None:
    data = _begun(clean=clean)
    chunk = data.new_chunk()
    data.write(chunk, b"\x28" + bytes(31) + content)
    segment = _in_memory(data)
    assert all(count.calls >= 0 for count in counts(segment).values())
    assert segment.problems() == []


def _in_memory(data: SegmentBytes) -> Segment:
    content = data.data()
    segment = Segment(Path(FIRST), content[:4096], SiteTables(Path()))
    segment.__dict__["data"] = content
    return segment


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 1 << 40), st.booleans()), max_size=300))
def test_what_was_counted_comes_back(calls: list[tuple[int, int, bool]]) -> None:
    wanted: dict[int, Counted] = {}
    for site, ticks, failed in calls:
        before = wanted.get(site, Counted(site, 0))
        bucket = min(ticks.bit_length(), 39)
        buckets = {**before.buckets, bucket: before.buckets.get(bucket, 0) + 1}
        wanted[site] = Counted(site, before.calls + 1, before.failures + failed, before.ticks + ticks, buckets)
    data, records = _begun(), list(wanted.values())
    for at in range(0, len(records), IN_A_CHUNK):
        data.counters(*records[at : at + IN_A_CHUNK])
    found = counts(_in_memory(data))
    assert {site: _figures(count)[:3] for site, count in found.items()} == {
        one.site: (one.calls, one.failures, one.ticks) for one in records
    }
    for site, ticks, _ in calls:
        bound = next((upper for upper, _ in found[site].buckets() if upper is not None and ticks < upper), None)
        assert bound is None or found[site].histogram[bound]
        assert ticks >= 1 << 38 or (bound is not None and bound <= 2 * ticks)
