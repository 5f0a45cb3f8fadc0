"""Dumps among other runs and in storage, and the reading of a ring that is written over meanwhile."""

from __future__ import annotations

import io
import os
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from segment_encoder import CHUNK, Counted, SegmentBytes, Stream, project, save, v
from trace_helpers import ADD, MAIN, SITES, opened, started, tree

from instrumenter.storage.compress import compress
from instrumenter.storage.ended import is_over
from instrumenter.storage.retain import Limits
from instrumenter.storage.upkeep import tidy
from instrumenter.trace.dumping import dump
from instrumenter.trace.header import Header
from instrumenter.trace.runs import Traces
from instrumenter.trace.snapshot import whole_ring
from instrumenter.trace.whole import whole_events

FIRST = "20261120T091450.000000Z-10.seg"
SECOND = "20261120T091451.000000Z-10.seg"
THIRD = "20261120T091452.000000Z-20.seg"
TURN = struct.Struct("<QQ")


def _process(folder: Path, name: str, **header: Any) -> Path:
    data = started(version=5, **header)
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.leave()
    return save(project(folder, SITES), data, name)


def _shape(folder: Path) -> list[list[tuple[int, str]]]:
    return [
        [(segment.header.pid, segment.status) for segment in run.segments] for run in Traces.load(folder).runs
    ]  # fmt: skip


def test_dump_is_not_the_process_after_exec(tmp_path: Path) -> None:
    _process(tmp_path, FIRST, pid=10, started=1, ring=4)
    _process(tmp_path, SECOND, pid=10, started=1, ring=4, dump="exception", clean=True)
    assert _shape(tmp_path) == [[(10, "killed")], [(10, "dumped")]]


def test_processes_hang_below_the_ring_and_never_below_a_dump(tmp_path: Path) -> None:
    _process(tmp_path, FIRST, pid=10, started=1, ring=4, clean=True)
    _process(tmp_path, SECOND, pid=10, started=1, ring=4, dump="signal", clean=True)
    _process(tmp_path, THIRD, pid=20, started=2, ancestors=["10:1"], clean=True)
    assert _shape(tmp_path) == [[(10, "ended"), (20, "ended")], [(10, "dumped")]]
    (tmp_path / ".spanwright/traces" / FIRST).unlink()
    assert _shape(tmp_path) == [[(10, "dumped")], [(20, "ended")]]


@pytest.mark.parametrize("fact", [{"forked_from": FIRST}, {"ancestors": ["10:1"]}])
def test_dump_hangs_below_nothing(fact: dict[str, Any], tmp_path: Path) -> None:
    _process(tmp_path, FIRST, pid=10, started=1, clean=True)
    _process(tmp_path, THIRD, pid=20, started=2, ring=4, dump="command", clean=True, **fact)
    assert _shape(tmp_path) == [[(10, "ended")], [(20, "dumped")]]


def test_dump_of_a_forked_child_has_roots_where_it_inherited(tmp_path: Path) -> None:
    _process(tmp_path, FIRST, pid=10, started=1, clean=True)
    data = started(version=5, pid=20, started=2, ring=4, dump="command", clean=True, forked_from=FIRST)
    stream = Stream(data, 1)
    stream.raw(b"\x0c\x01\x01" + v(CHUNK + 4))
    stream.event(0x15, 3)
    stream.enter(ADD, 1, 2)
    save(tmp_path, data, THIRD)
    run = Traces.load(tmp_path).runs[-1]
    assert ([span.name for span in run.forest.roots()], run.problems()) == (["add"], [])


def test_dump_of_a_process_that_runs_is_over_and_its_ring_is_not(tmp_path: Path) -> None:
    here = os.getpid()
    ring = _process(tmp_path, FIRST, pid=here, started=0, ring=4)
    copy = _process(tmp_path, SECOND, pid=here, started=0, ring=4, dump="exception", clean=True)
    os.utime(ring, (1, 1))
    now = time.time()
    live, dumped = Traces.load(tmp_path).runs
    assert [is_over(run.root, now) for run in (live, dumped)] == [False, True]
    assert [one.path.name for one in compress([live.root, dumped.root], now)] == [f"{copy.stem}.segz"]
    assert [(run.state, run.spans) for run in Traces.load(tmp_path).runs] == [
        ("running (ring)", 1), ("dumped (exception)", 1)
    ]  # fmt: skip
    done = tidy(tmp_path, Limits(age=0, size=0), packs=False, now=now + 5)
    assert [one.run.id for one in done.removed] == [copy.stem]
    assert [path.name for path in ring.parent.iterdir()] == [ring.name]


def test_dump_that_was_cut_short_has_no_header_and_is_no_run(tmp_path: Path) -> None:
    path = _process(tmp_path, FIRST, pid=10, started=1, ring=4, dump="exception", clean=True)
    path.write_bytes(bytes(128) + path.read_bytes()[128:])
    traces = Traces.load(tmp_path)
    assert traces.runs == []
    assert [problem.text for problem in traces.problems] == [
        "this file has no header: a dump that is being written, or was cut short"
    ]


def _dumped(folder: Path, data: SegmentBytes) -> Header:
    segment = opened(folder, data)
    return Header.read(dump(segment).read_bytes())


def _clocked(kind: int, ticks1: int, mono1: int) -> SegmentBytes:
    data = started(version=5, ring=4)
    data.chunks[0][17] = kind
    data.chunks[0][32:48] = TURN.pack(1000, 5000)
    data.chunks[0][56:72] = TURN.pack(ticks1, mono1)
    return data


def test_dumps_clock_goes_at_the_rate_of_the_processs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "monotonic_ns", lambda: 5000 + 40_000)
    header = _dumped(tmp_path, _clocked(1, 1000 + 3000, 5000 + 4000))
    assert (header.last_pair, header.clock.ns, header.clock.ticks) == (30_000, 40_000, 30_000)


@pytest.mark.parametrize(("kind", "now"), [(3, 45_000), (1, 8_000), (1, 0)])
def test_clock_that_cannot_be_told_stays_as_it_is(
    kind: int, now: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "monotonic_ns", lambda: now)
    header = _dumped(tmp_path, _clocked(kind, 1000 + 3000, 5000 + 4000))
    assert (header.last_pair, header.clock.ns) == (3000, 4000)


def test_dump_says_why_only_where_there_is_room(tmp_path: Path) -> None:
    for argv, why in ((["x" * 3700, "y" * 40], ""), (["x" * 1800], "command")):
        data = started(version=5, ring=4, argv=argv)
        segment = opened(tmp_path, data)
        path = dump(segment)
        dumped = next(run for run in Traces.load(tmp_path).runs if run.root.path == path)
        assert (dumped.root.facts.dumped, dumped.status) == (why, "dumped")
        path.unlink()


class _Changing(io.BytesIO):
    """A file that somebody writes to while it is read: after so many readings something happens."""

    def __init__(self, content: bytes, happens: dict[int, Callable[[bytearray], object]]) -> None:
        super().__init__(content)
        self.happens = happens
        self.readings = 0

    def read(self, size: int | None = -1) -> bytes:
        found = super().read(size)
        self.readings += 1
        if self.readings in self.happens:
            content, at = bytearray(self.getvalue()), self.tell()
            self.happens[self.readings](content)
            self.seek(0)
            self.write(content)
            self.seek(at)
        return found


def _two_chunks() -> tuple[SegmentBytes, Stream]:
    """A thread that goes on in chunk 2; its readings are: two heads, twice chunk 2, twice chunk 1, and so on."""
    data = started(version=5, ring=4)
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.next_chunk()
    stream.enter(ADD, 1, 2)
    return data, stream


def _read(folder: Path, file: _Changing) -> list[Any]:
    segment = opened(folder, whole_ring(file))
    assert segment.problems() == []
    return tree(segment)


def test_ring_that_rests_is_read_as_it_is() -> None:
    data, _ = _two_chunks()
    data.counters(Counted(ADD, 1))
    data.new_chunk()
    content = data.data()
    assert whole_ring(io.BytesIO(content)).rstrip(b"\0") == content.rstrip(b"\0")
    assert len(whole_ring(io.BytesIO(content + bytes(9 * CHUNK)))) == 4 * CHUNK


def test_what_is_written_meanwhile_to_a_chunk_is_read(tmp_path: Path) -> None:
    data, stream = _two_chunks()
    content = data.data()
    stream.ret(3)
    stream.enter(ADD, 3, 4)
    later = data.data()

    def append(file: bytearray) -> None:
        file[:] = later

    assert _read(tmp_path, _Changing(content, {3: append})) == [["main", [["add", []], ["add", []]]]]


@pytest.mark.parametrize("reading", [10, 11])
def test_chunk_that_another_stream_has_by_now_is_left_out(reading: int, tmp_path: Path) -> None:
    data, stream = _two_chunks()
    data.ring = 9
    for _ in range(2):
        stream.next_chunk()
    other = Stream(data, 2, ticks=5000)
    taken = bytes(data.chunks[other.chunk])
    del data.chunks[-1], data.used[-1]

    def give_away(file: bytearray) -> None:
        file[CHUNK : 2 * CHUNK] = taken

    content = data.data()
    assert _read(tmp_path, _Changing(content, {reading: give_away})) == [["main", [["add", []]]]]
    found = whole_ring(_Changing(content, {reading: give_away}))
    assert found[2 * CHUNK :] == content[2 * CHUNK :] and not any(found[CHUNK : 2 * CHUNK])


def test_ring_of_which_too_much_was_lost_is_read_again() -> None:
    data, _ = _two_chunks()
    other = Stream(data, 2, ticks=5000)
    taken = bytes(data.chunks[other.chunk])
    del data.chunks[-1], data.used[-1]

    def give_away(file: bytearray) -> None:
        file[CHUNK : 2 * CHUNK] = taken

    content = data.data()
    found = whole_ring(_Changing(content, {4: give_away}))
    assert (found[CHUNK : 2 * CHUNK], found[2 * CHUNK :]) == (taken, content[2 * CHUNK :])


def test_thread_that_goes_on_meanwhile_in_the_rest_of_an_older_chunk_is_not_torn(tmp_path: Path) -> None:
    data = started(version=5, ring=4)
    Stream(data, 1).enter(MAIN)
    stream = Stream(data, 2, ticks=5000)
    stream.enter(MAIN)
    stream.enter(ADD, 1, 2)
    content = data.data()
    stream.ret(3)
    stream.leave()
    stream.take_over(1)
    stream.enter(MAIN)
    later = data.data()

    def go_on(file: bytearray) -> None:
        file[:] = later

    assert _read(tmp_path, _Changing(content, {4: go_on})) == [["main", []], ["main", [["add", []]]], ["main", []]]


def test_definition_that_is_written_meanwhile_is_read(tmp_path: Path) -> None:
    data = SegmentBytes(version=5, ring=4)
    Stream(data, 1).enter(ADD, 1, 2)
    content = data.data()
    data.file(len(SITES["sites"]))
    later = data.data()

    def define(file: bytearray) -> None:
        file[:CHUNK] = later[:CHUNK]

    assert _read(tmp_path, _Changing(content, {4: define})) == [["add", []]]


def test_process_stream_that_goes_on_meanwhile_is_read(tmp_path: Path) -> None:
    data = SegmentBytes(version=5, ring=4)
    Stream(data, 1).enter(ADD, 1, 2)
    content, used = data.data().ljust(2 * CHUNK, b"\0"), data.used[0]
    data.file(len(SITES["sites"]))
    chunk = data.new_chunk()
    data.write(chunk, b"\x01\x00\x01\x05" + data.chunks[0][used : data.used[0]])
    more = bytes(data.chunks[chunk])
    assert _read(tmp_path, _Changing(content, {3: lambda file: file.extend(more)})) == [["add", []]]


def test_trace_that_is_taken_out_meanwhile_is_not_read_in_half(tmp_path: Path) -> None:
    data, stream = _two_chunks()
    end = data.used[2]
    stream.ret(3)
    content = data.data()
    torn, after = bytearray(content), bytearray(content)
    torn[2 * CHUNK + end + 1 :] = bytes(len(content) - 2 * CHUNK - end - 1)  # an opcode without its fields
    after[2 * CHUNK + end :] = b"\x0b\x07".ljust(len(content) - 2 * CHUNK - end, b"\0")

    def rewind(file: bytearray) -> None:
        file[:] = after

    assert _read(tmp_path, _Changing(bytes(torn), {3: rewind})) == [["main", [["add", []]]]]


def test_chunk_that_never_rests_is_left_out() -> None:
    data, _ = _two_chunks()
    at = 2 * CHUNK + data.used[2] - 1

    def count(file: bytearray) -> None:
        file[at] ^= 2

    content = whole_ring(_Changing(data.data(), dict.fromkeys(range(1000), count)))
    assert any(content[CHUNK : 2 * CHUNK]) and not any(content[2 * CHUNK :])


def test_whole_events_end_where_one_is_cut_or_unknown() -> None:
    data, _ = _two_chunks()
    chunk, used = bytes(data.chunks[2]), data.used[2]
    assert whole_events(chunk) == used
    assert whole_events(chunk[:used]) == used
    assert whole_events(chunk[: used - 1]) < used - 1
    for rest in (b"\x7f\x01", b"\x02", b"\x05\x01\x07\x7f", b"\x02" + b"\xff" * 12, b"\x3d\x01\x09"):
        assert whole_events(chunk[:used] + rest) == used
