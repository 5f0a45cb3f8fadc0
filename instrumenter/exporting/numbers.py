"""Numbers by which viewers tell threads apart: the system's where it is free, else one that no system gives."""

from __future__ import annotations

from collections.abc import Callable

from instrumenter.exporting.lanes import Lane

_FIRST = 1 << 24
"""Above any thread id of Linux, and below what some viewers can take."""


def thread_ids() -> Callable[[Lane], int]:
    """Gives each lane a number of its own within its process."""
    given: dict[int, int] = {}
    taken: set[tuple[int, int]] = set()

    def number(lane: Lane) -> int:
        if lane.serial not in given:
            pid, native = lane.segment.header.pid, lane.segment.thread(lane.thread).native
            free = native and not lane.number and (pid, native) not in taken
            given[lane.serial] = native if free else _FIRST + lane.serial
            taken.add((pid, given[lane.serial]))
        return given[lane.serial]

    return number
