"""Functions that were turned down for the overhead budget (docs/budget.md): to what, and from when to when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from instrumenter.trace import ops
from instrumenter.trace.runs import Run
from instrumenter.trace.segment import Segment

COUNTED_ONLY, TAKEN_OUT = "counted_only", "taken_out"
_HOW = {ops.COUNTED_ONLY: COUNTED_ONLY, ops.TAKEN_OUT: TAKEN_OUT}


@dataclass(frozen=True, slots=True)
class Period:
    """A time in which a process recorded no spans of a function."""

    process: int
    how: str
    """`COUNTED_ONLY`, or `TAKEN_OUT`: nothing is known of the function then, not even counts."""
    start_ns: int
    """Since the run began."""
    end_ns: int | None
    """None: to the end, or until now."""


@dataclass(frozen=True, slots=True)
class TurnedDown:
    """A function that was turned down at some time in one of the processes of a run."""

    file: str
    function: str
    line: int
    """The original's; 0 where the site table is missing."""
    periods: list[Period]

    @property
    def was_taken_out(self) -> bool:
        """Whether its counts are a part: nothing was counted while its probes were out."""
        return any(period.how == TAKEN_OUT for period in self.periods)


def turned_down(run: Run) -> list[TurnedDown]:
    """The functions of a run that were turned down, by their places; reads all its segments."""
    found: dict[tuple[str, str], TurnedDown] = {}
    for segment in run.segments:
        _ = segment.table  # reads the definitions
        for site, period in _periods(segment, run.start_ns):
            function = segment.function(site)
            known = TurnedDown(function.file, function.name, function.line, [])
            found.setdefault((function.file, function.name), known).periods.append(period)
    for one in found.values():
        one.periods.sort(key=lambda period: period.start_ns)
    return sorted(found.values(), key=lambda one: (one.file, one.line, one.function))


def _periods(segment: Segment, since: int) -> Iterator[tuple[int, Period]]:
    """The periods of a process with their sites; each segment begins with all functions recorded."""
    pid, clock = segment.header.pid, segment.header.clock
    begun: dict[int, tuple[int, int]] = {}
    for switch in segment.definitions.switches:
        how, start = begun.get(switch.site, (ops.RECORDED, 0))
        if how == switch.how:
            continue
        now = clock.unix(switch.ticks) - since
        if how in _HOW and now > start:  # some go from recorded to taken out within one moment
            yield switch.site, Period(pid, _HOW[how], start, now)
        begun[switch.site] = switch.how, now
    for site, (how, start) in begun.items():
        if how in _HOW:
            yield site, Period(pid, _HOW[how], start, None)
