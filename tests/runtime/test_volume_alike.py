"""Both cores decide alike what is recorded: the same bytes from programs that do many things by chance."""

from __future__ import annotations

from pathlib import Path

import pytest
from core_under_test import CoreUnderTest
from event_programs import PROGRAMS
from small_program import Program
from volume_programs import CHANCE, counted

LIMITS = [
    {},
    {"MAX_DEPTH": "2"},
    {"MIN_DURATION": "1us"},
    {"MIN_DURATION": "3us", "MAX_DEPTH": "3"},
    {"SAMPLE_RATE": "20%"},
    {"SAMPLE_RATE": "50%", "KEEP_ERRORS": "off"},
    {"SAMPLE_RATE": "10%", "KEEP_ERRORS": "off", "KEEP_SLOWER_THAN": "20us"},
    {"SAMPLE_RATE": "30%", "KEEP_SLOWER_THAN": "50us", "KEEP_ERRORS": "off", "MIN_DURATION": "2us", "MAX_DEPTH": "4"},
]


def run(core: CoreUnderTest, source: str, *args: str, **limits: str) -> dict[str, bytes]:
    env = {f"TRACING_{name}": value for name, value in limits.items()}
    done = core.run(source, *args, env=env, options=["-W", "ignore"])
    assert done.err == ""
    return {path.name: _without_core(path) for path in done.segments}


def _without_core(path: Path) -> bytes:
    data = path.read_bytes()
    return data[:16] + data[17:]


@pytest.mark.parametrize("limits", LIMITS, ids=lambda limits: " ".join(limits) or "none")
@pytest.mark.parametrize("chance", range(4))
def test_both_cores_write_the_same_bytes(
    both_cores: tuple[CoreUnderTest, CoreUnderTest], chance: int, limits: dict[str, str]
) -> None:
    c, python = (run(core, CHANCE, str(chance), "2", **limits) for core in both_cores)
    assert c == python
    assert len(c) > 1  # some spans fork


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_both_cores_leave_the_same_out(both_cores: tuple[CoreUnderTest, CoreUnderTest], program: Program) -> None:
    c, python = (run(core, program.source, **LIMITS[-1] | {"MAX_DEPTH": "2"}) for core in both_cores)
    assert c == python


def test_counters_are_the_same_whatever_is_forgotten(core: CoreUnderTest) -> None:
    """But for their ticks: chunks are needed at other moments."""
    found = []
    for number, limits in enumerate(LIMITS[1:]):
        fresh = CoreUnderTest(core.name, core.project, core.traces.with_name(f"limits-{number}"))
        run(fresh, CHANCE, "1", "0", **limits)
        (path,) = fresh.segments()
        found.append(counted(path))
    assert found[0] and all(each == found[0] for each in found)
