"""Capture at every point of levels 2 to 4 asks hostile objects of more than two hundred kinds nothing."""

from __future__ import annotations

from core_under_test import CoreUnderTest
from hostile_kinds import BURY, CAPTURE, MAKE
from segment_text import events


def test_hostile_kinds_are_asked_nothing(both_cores: tuple[CoreUnderTest, CoreUnderTest]) -> None:
    runs = [core.run(MAKE + CAPTURE + BURY) for core in both_cores]
    for run in runs:
        asked, trouble, enough, count = run.out.rsplit(" ", 3)
        assert (asked, trouble, enough) == ("[]", "{}", "True")
        assert sum(line.startswith("VAR") for line in events(run.segment)) >= 2 * int(count)
    c, python = (run.segment.read_bytes() for run in runs)
    assert c[17:] == python[17:]
