"""Each program of `event_programs` leaves the events that it must, and both cores write them with the same bytes."""

from __future__ import annotations

import pytest
from core_under_test import CoreUnderTest
from event_programs import PROGRAMS
from segment_text import events
from small_program import Program

every_program = pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)


@every_program
def test_events_of_a_program(core: CoreUnderTest, program: Program) -> None:
    assert tuple(events(core.run(program.source).segment)) == program.events


@every_program
def test_both_cores_write_the_same_bytes(both_cores: tuple[CoreUnderTest, CoreUnderTest], program: Program) -> None:
    c, python = (bytearray(core.run(program.source).segment.read_bytes()) for core in both_cores)
    assert (c[16], python[16]) == (1, 2)
    c[16] = python[16]
    assert c == python
