"""Compressed segments: nothing is lost, whatever interrupts the work, and all that reads segments reads them."""

from __future__ import annotations

import io
import os
import sys
import types
import zlib
from pathlib import Path

import pytest
from storage_helpers import DAY, NOW, names, recorded
from trace_helpers import exported, only_run

from instrumenter.storage import compress as module
from instrumenter.storage.compress import compress, sweep
from instrumenter.trace import packed
from instrumenter.trace.find import find_run, load
from instrumenter.trace.header import Unreadable
from instrumenter.trace.problem import Problem
from instrumenter.trace.runs import Traces
from instrumenter.trace.segment import Segment
from instrumenter.trace.sites import SiteTables

GOLDEN = Path(__file__).parents[1] / "golden"


def segments(folder: Path) -> list[Segment]:
    return [segment for run in Traces.load(folder).runs for segment in run.segments]


def packed_file(folder: Path) -> Path:
    recorded(folder, 1, age=DAY)
    (one,) = compress(segments(folder), NOW)
    return one.path


def test_compressed_segment_says_what_the_original_said(tmp_path: Path) -> None:
    path = recorded(tmp_path, 1, age=DAY)
    path.chmod(0o600)
    content, status, before = path.read_bytes(), path.stat(), exported(only_run(tmp_path))
    (done,) = compress(segments(tmp_path), NOW)
    assert names(tmp_path) == ["01z"]
    assert exported(only_run(tmp_path)) == before
    with done.path.open("rb") as file:
        assert packed.whole(file) == content
    assert done.before == len(content) and done.after == done.path.stat().st_size < len(content) / 50
    assert (done.path.stat().st_mtime_ns, done.path.stat().st_mode) == (status.st_mtime_ns, status.st_mode)


def test_run_is_found_by_its_old_name_and_by_the_file(tmp_path: Path) -> None:
    path = packed_file(tmp_path)
    traces = load(tmp_path)
    assert find_run(traces, path.name) is find_run(traces, f"{path.stem}.seg") is traces.runs[0]


def test_children_of_a_compressed_parent_stay_its_children(tmp_path: Path) -> None:
    parent = recorded(tmp_path, 1, age=DAY)
    recorded(tmp_path, 2, age=DAY, pid=888_888_888, forked_from=parent.name)
    compress(segments(tmp_path)[:1], NOW)
    assert names(tmp_path) == ["01z", "02"]
    assert len(only_run(tmp_path).segments) == 2


def test_live_and_doubtful_segments_are_left_alone(tmp_path: Path) -> None:
    recorded(tmp_path, 1, age=DAY, pid=os.getpid(), clean=False, started=0)
    recorded(tmp_path, 2, age=DAY, pid=os.getpid(), clean=True, started=0)
    recorded(tmp_path, 3, age=599, clean=False)
    recorded(tmp_path, 4, age=601, clean=False)
    compress(segments(tmp_path), NOW)
    assert names(tmp_path) == ["01", "02", "03", "04z"]


def test_what_is_compressed_is_left_alone(tmp_path: Path) -> None:
    packed_file(tmp_path)
    assert compress(segments(tmp_path), NOW) == []


@pytest.mark.parametrize("step", ["_pack", "_is_whole", "_make_durable"])
def test_an_interruption_leaves_the_segment_readable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    recorded(tmp_path, 1, age=DAY)
    before = exported(only_run(tmp_path))

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(module, step, interrupted)
        compress(segments(tmp_path), NOW)
    assert exported(only_run(tmp_path)) == before
    compress(segments(tmp_path), NOW)
    assert names(tmp_path) == ["01z"]
    assert exported(only_run(tmp_path)) == before


def test_a_disk_that_gives_back_other_bytes_costs_no_segment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded(tmp_path, 1, age=DAY)
    monkeypatch.setattr(module, "_is_whole", lambda path: False)
    assert compress(segments(tmp_path), NOW) == []
    assert names(tmp_path) == ["01"]


def test_what_a_kill_has_left_is_taken_away_later(tmp_path: Path) -> None:
    folder = recorded(tmp_path, 1, age=DAY).parent
    for name, age in (("a.packing", 601), ("b.packing", 599)):
        (folder / name).write_bytes(b"")
        os.utime(folder / name, (NOW - age, NOW - age))
    sweep(folder, NOW)
    assert sorted(path.name for path in folder.glob("*.packing")) == ["b.packing"]


def test_segment_that_is_compressed_while_it_is_read_is_read_all_the_same(tmp_path: Path) -> None:
    recorded(tmp_path, 1, age=DAY)
    (late,) = segments(tmp_path)
    compress(segments(tmp_path), NOW)
    assert len(late.table) == 2 and late.problems() == []


def test_segment_that_is_compressed_before_it_is_opened_is_found(tmp_path: Path) -> None:
    path = recorded(tmp_path, 1, age=DAY)
    compress(segments(tmp_path), NOW)
    found = Segment.open(path, SiteTables(tmp_path / ".spanwright/sites"))
    assert isinstance(found, Segment) and found.path.suffix == ".segz" and len(found.table) == 2


def test_segment_that_another_command_has_compressed_is_passed_over(tmp_path: Path) -> None:
    recorded(tmp_path, 1, age=DAY)
    late = segments(tmp_path)
    compress(segments(tmp_path), NOW)
    late[0].path = late[0].path.with_suffix(".seg")
    assert compress(late, NOW) == [] and names(tmp_path) == ["01z"]


def test_cut_short_at_any_place_it_is_whole_or_said_to_be_damaged(tmp_path: Path) -> None:
    path = packed_file(tmp_path)
    packed_bytes, outcomes = path.read_bytes(), []
    with path.open("rb") as file:
        content = packed.whole(file)
    for size in range(8, len(packed_bytes)):
        try:
            outcomes.append(packed.whole(io.BytesIO(packed_bytes[:size])) == content)
        except Unreadable as error:
            assert "damaged" in str(error) or "bytes are left" in str(error)
            outcomes.append(False)
    assert outcomes.index(True) > len(packed_bytes) - 20 and all(outcomes[outcomes.index(True) :])


def test_a_file_cut_short_is_a_problem_of_its_own(tmp_path: Path) -> None:
    path = packed_file(tmp_path)
    whole = path.read_bytes()
    for size in (0, 5, 30, 100):
        path.write_bytes(whole[:size])
        assert isinstance(Segment.open(path, SiteTables(tmp_path)), Problem)


def test_a_changed_byte_is_seen(tmp_path: Path) -> None:
    path = packed_file(tmp_path)
    whole = bytearray(path.read_bytes())
    whole[-20] ^= 1
    path.write_bytes(whole)
    (run,) = Traces.load(tmp_path).runs
    assert [problem.text for problem in run.problems()] == ["this compressed segment is damaged"]


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (8, 2, "this compressed segment has format version 2; this reader knows version 1"),
        (10, 9, "this segment is compressed with method 9"),
    ],
)
def test_what_this_reader_does_not_know_is_said(tmp_path: Path, place: int, value: int, said: str) -> None:
    path = packed_file(tmp_path)
    content = bytearray(path.read_bytes())
    content[place] = value
    path.write_bytes(content)
    assert Segment.open(path, SiteTables(tmp_path)) == Problem(path, said)


class FakeZstd(types.ModuleType):
    """Stands for Python 3.14's `compression.zstd`, which has these two."""

    def __init__(self) -> None:
        super().__init__("compression.zstd")
        self.ZstdCompressor = zlib.compressobj
        self.ZstdDecompressor = zlib.decompressobj


def test_zstd_is_used_where_the_interpreter_has_it_and_asked_for_where_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setitem(sys.modules, "compression", types.ModuleType("compression"))
        patched.setitem(sys.modules, "compression.zstd", FakeZstd())
        path = packed_file(tmp_path)
        assert path.read_bytes()[10] == packed.ZSTD
        assert len(only_run(tmp_path).root.table) == 2
    monkeypatch.setitem(sys.modules, "compression.zstd", None)
    assert Segment.open(path, SiteTables(tmp_path)) == Problem(
        path, "this segment is compressed with zstd, which Python 3.14 and later can read"
    )


def test_golden_compressed_segment_is_read(tmp_path: Path) -> None:
    with (GOLDEN / "compressed/v1.segz").open("rb") as file:
        assert packed.whole(file) == (GOLDEN / "compressed/v1.seg").read_bytes()
    with (GOLDEN / "compressed/v1.segz").open("rb") as file:
        assert packed.start(file) == (GOLDEN / "compressed/v1.seg").read_bytes()[:4096]


def test_a_start_that_does_not_become_smaller_is_read_too(tmp_path: Path) -> None:
    path = recorded(tmp_path, 1, age=DAY)
    content = bytearray(path.read_bytes())
    content[200:4096] = os.urandom(3896)
    path.write_bytes(content)
    os.utime(path, (NOW - DAY, NOW - DAY))
    (done,) = compress(segments(tmp_path), NOW)
    with done.path.open("rb") as file:
        assert packed.start(file) == content[:4096]


def test_a_file_that_is_not_compressed_is_given_back_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"SPANZIP")
    with (tmp_path / "x").open("rb") as file:
        assert packed.whole(file) == b"SPANZIP"
    (tmp_path / "x").write_bytes(packed.MAGIC)
    with (tmp_path / "x").open("rb") as file, pytest.raises(Unreadable):
        packed.whole(file)
