"""Both cores write the same bytes for probes that are called at random."""

from __future__ import annotations

from pathlib import Path

import pytest
from core_under_test import CoreUnderTest

PROGRAM = Path(__file__).parent / "random_probes.py"


def stripped(path: Path) -> bytes:
    """A segment without its facts and the mark of the core."""
    data = path.read_bytes()
    return data[:16] + data[17:128] + data[4_096:]


@pytest.mark.parametrize("seed", range(4))
def test_random_probes_leave_the_same_bytes(both_cores: tuple[CoreUnderTest, CoreUnderTest], seed: int) -> None:
    segments = []
    for core in both_cores:
        program = core.write("random_probes.py", PROGRAM.read_text("utf-8"))
        segments.append(core.run_file(program, str(seed), "800").segment)
    first, second = map(stripped, segments)
    assert len(first) > 100_000
    assert first == second
