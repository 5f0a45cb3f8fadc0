"""Both cores still write the frozen segments of the newest version in `tests/golden/segments`, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest
from core_under_test import CoreUnderTest
from segment_text import FIELDS, read_segment

GOLDEN = Path(__file__).parents[1] / "golden" / "segments"
MODULES = {"c": "_core", "python": "_pycore"}
CORE = 16  # the place of the one byte that differs
VERSIONS = {
    1: ["calls", "forked", "suspended"],
    2: ["awaited", "bracketed", "inherited"],
    3: ["awaited-3", "bracketed-3", "inherited-3", "descended", "described"],
    4: ["awaited-4", "bracketed-4", "inherited-4", "descended-4", "described-4", "left-out"],
    5: ["awaited-5", "bracketed-5", "inherited-5", "descended-5", "described-5", "left-out-5", "ring"],
}
NEWEST = max(VERSIONS)
FILES = {1: 4, 2: 4, 3: 7, 4: 11, 5: 13}


@pytest.mark.parametrize("name", VERSIONS[NEWEST])
def test_core_writes_the_frozen_bytes(core: CoreUnderTest, name: str) -> None:
    core.traces.mkdir()
    child = Path(__file__).with_name("golden_child.py")
    run = core.run_file(
        child, MODULES[core.name], str(GOLDEN / name), str(core.traces), env={"PYTHONPATH": str(child.parents[1])}
    )
    expected = sorted((GOLDEN / name).glob("*.seg"))
    assert sorted(path.name for path in run.segments) == [path.name for path in expected]
    for frozen in expected:
        written, kept = bytearray((core.traces / frozen.name).read_bytes()), frozen.read_bytes()
        written[CORE] = kept[CORE]
        assert written == kept


@pytest.mark.parametrize("version", VERSIONS)
def test_frozen_segments_are_of_their_version(version: int) -> None:
    paths = [path for name in VERSIONS[version] for path in (GOLDEN / name).glob("*.seg")]
    assert len(paths) == FILES[version]
    assert {path.read_bytes()[:10] for path in paths} == {b"SPANSEG\0" + bytes((version, 0))}


def test_frozen_segments_of_the_newest_version_have_every_event() -> None:
    """But for those that only a real clock, the starts of threads and processes, and the recorder's trouble leave."""
    lines = [line for name in VERSIONS[NEWEST] for line in _lines(name)]
    missing = {kind.split()[0] for kind in FIELDS.values()} - {line.split()[0] for line in lines}
    assert missing <= {"NOTE", "ADOPT", "CHILD", "LOST", "FLAG", "HFLAG", "ENTER_UNDER", "START_UNDER", "SWITCH"}


def test_frozen_definitions_are_written_once_and_again_in_a_forked_child() -> None:
    parent, child = (_definitions(GOLDEN / "descended-5" / name) for name in ("fake.seg", "fake-1.seg"))
    assert parent == child == [
        "TYPE 1 '__main__.Node'", "SHAPE 1 '__main__.Node' name next", "TYPE 2 '__main__.Leaf'",
        "SHAPE 2 '__main__.Leaf'", "SHAPE 3 '__main__.Leaf' node",
    ]  # fmt: skip
    described = _definitions(GOLDEN / "described-5" / "fake.seg")
    assert len(described) == len(set(described)) == 24


def _definitions(path: Path) -> list[str]:
    return [line for line in read_segment(path).streams[0].lines if line.startswith(("TYPE", "SHAPE"))]


def _lines(name: str) -> list[str]:
    segments = [read_segment(path) for path in (GOLDEN / name).glob("*.seg")]
    return [line for segment in segments for stream in segment.streams.values() for line in stream.lines]
