"""Both cores keep the same ring and write the same dumps from programs that do many things by chance."""

from __future__ import annotations

import pytest
from core_under_test import CoreUnderTest
from event_programs import PROGRAMS
from flight_programs import FILL, LEAST
from small_program import Program
from volume_programs import CHANCE, SPANS

ROUNDS = "range(60)"
#: What a worker does after it has given its result is done before the main thread reads the clock again; and the
#: collector, which counts the Python core's own objects, too, ends no generators.
IN_TURN = "import gc, sys\nsys.setswitchinterval(1_000)\ngc.disable()\n"
FLAGS = 18  # of the header, without the byte before them
LIMITS = [
    {},
    {"MAX_DEPTH": "3"},
    {"MIN_DURATION": "3us"},
    {"SAMPLE_RATE": "20%"},
    {"SAMPLE_RATE": "50%", "KEEP_ERRORS": "off"},
    {"SAMPLE_RATE": "10%", "KEEP_ERRORS": "off", "KEEP_SLOWER_THAN": "20us"},
    {"SAMPLE_RATE": "30%", "KEEP_SLOWER_THAN": "50us", "KEEP_ERRORS": "off", "MIN_DURATION": "2us", "MAX_DEPTH": "4"},
]


def run(core: CoreUnderTest, source: str, *args: str, **limits: str) -> dict[str, bytes]:
    """The segments and dumps of a program, without the byte that names the core."""
    env = {f"TRACING_{name}": value for name, value in {"FLIGHT_RECORDER": LEAST, **limits}.items()}
    done = core.run(source, *args, env=env, options=["-W", "ignore"])
    assert done.err == ""
    contents = {path.name: path.read_bytes() for path in done.segments}
    return {name: data[:16] + data[17:] for name, data in contents.items()}


@pytest.mark.parametrize("limits", LIMITS, ids=lambda limits: " ".join(limits) or "none")
@pytest.mark.parametrize("chance", range(3))
def test_both_cores_keep_the_same_ring(
    both_cores: tuple[CoreUnderTest, CoreUnderTest], chance: int, limits: dict[str, str]
) -> None:
    assert ROUNDS in CHANCE
    source = IN_TURN + CHANCE.replace(ROUNDS, "range(1_000)")
    c, python = (run(core, source, str(chance), "2", **limits) for core in both_cores)
    assert c.keys() == python.keys()
    assert {data[FLAGS] for data in c.values()} >= {3, 7}  # rings and dumps
    assert [name for name in c if c[name] != python[name]] == []


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_both_cores_write_all_events_into_a_ring(
    both_cores: tuple[CoreUnderTest, CoreUnderTest], program: Program
) -> None:
    source = SPANS + FILL + f"fill(9)\nown = {program.source!r}\nexec(own)\nspan(1, lambda: fill(9))\nexec(own)\n"
    c, python = (run(core, source) for core in both_cores)
    assert c == python
