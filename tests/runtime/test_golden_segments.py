"""Both cores still write the frozen segments of `tests/golden/segments`, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest
from core_under_test import CoreUnderTest

GOLDEN = Path(__file__).parents[1] / "golden" / "segments"
MODULES = {"c": "_core", "python": "_pycore"}
CORE = 16  # the place of the one byte that differs


@pytest.mark.parametrize("name", ["calls", "suspended", "forked"])
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


def test_frozen_segments_are_of_version_1() -> None:
    paths = list(GOLDEN.glob("*/*.seg"))
    assert len(paths) == 4
    assert {path.read_bytes()[:10] for path in paths} == {b"SPANSEG\0\x01\x00"}
