"""What a program does while it does it: the steps of all processes of a run since the last look."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import count

from instrumenter.analysis.steps import ENTER, HAPPEN, LEAVE, Step
from instrumenter.trace.events import Event, events
from instrumenter.trace.find import find_run
from instrumenter.trace.following import Following, News
from instrumenter.trace.problem import Problem
from instrumenter.trace.runs import Run, Traces, segment_files, trace_folder
from instrumenter.trace.segment import Segment
from instrumenter.trace.table import LOST

_TOLD = ("line", "checkpoint", "state")
"""Events that are told: branches and loops are known only when a function has ended."""
_BETWEEN, _LAST, _FIRST = range(3)


class Watched:
    """The processes of a run, those that begin meanwhile too."""

    def __init__(self, traces: Traces, run: Run) -> None:
        self._traces = traces
        self._run = run.id
        self._known = _names(traces) | {problem.file.name for problem in traces.problems}
        """The files that were looked at: those that could not be read are no news."""
        self._processes: list[Process] = []
        self._numbers = count(1)
        for segment in run.segments:
            if segment.status == "running":
                self._follow(segment)

    def _follow(self, segment: Segment) -> None:
        following = Following.of(segment.path, self._traces.tables)
        if not isinstance(following, Problem):
            self._processes.append(Process(following, self._numbers))

    def look_for_processes(self) -> None:
        """Take in the processes that have begun meanwhile, also if they have ended since."""
        if {path.name for path in segment_files(trace_folder(self._traces.root))} <= self._known:
            return
        traces = Traces.load(self._traces.root)
        for segment in find_run(traces, self._run).segments:
            if segment.path.name not in self._known:
                self._follow(segment)
        self._known |= _names(traces)  # one that cannot be read yet is looked at again

    @property
    def processes(self) -> list[Process]:
        """Those that are followed."""
        return self._processes

    def is_running(self) -> bool:
        """Whether any of them still records; what has been recorded by then can be read after that."""
        return any(process.following.is_recording() for process in self._processes)

    def close(self) -> None:
        """Close their files."""
        for process in self._processes:
            process.following.close()


def _names(traces: Traces) -> set[str]:
    return {segment.path.name for run in traces.runs for segment in run.segments}


class Process:
    """One process, and the numbers that its spans have been given."""

    def __init__(self, following: Following, numbers: Iterator[int]) -> None:
        self.following = following
        self._numbers = numbers
        self._given: dict[int, int] = {}
        """Number of an open span, by the number in the segment."""

    def look(self) -> News:
        """What is new."""
        return self.following.look()

    def busiest(self, news: News, most: int) -> list[tuple[str, int]]:
        """The functions that were called most, with how often; without a span for each."""
        table = self.following.segment.table
        sites = Counter((table.sites[row], table.callee(row)) for row in news.began)
        names: Counter[str] = Counter()
        for site, many in sites.items():
            names[self.following.segment.function(*site).name] += many
        return names.most_common(most)

    def failed(self, news: News) -> list[int]:
        """The rows of what has ended with an exception."""
        return [row for row in news.ended if self.following.segment.table.failed(row)]

    def still_open(self) -> list[Step]:
        """The spans that are open, as steps."""
        return [self._entered(row) for row in self.following.open_rows]

    def failures(self, news: News) -> list[Step]:
        """What has failed, as steps."""
        return [self._left(row) for row in self.failed(news)]

    def steps(self, news: News, *, with_events: bool) -> list[Step]:
        """What is new, in the order of time."""
        if with_events:
            self.following.with_events(news)
        return list(self._ordered(news, with_events))

    def _ordered(self, news: News, with_events: bool) -> Iterator[Step]:
        began, ended = set(news.began), set(news.ended)
        below: dict[int, list[int]] = {}
        depths, table = self.following.depths, self.following.segment.table
        queue = _Queue(depths)
        for row in news.began:
            parent = self.following.parent(row)
            if parent in began and parent < row:
                below.setdefault(parent, []).append(row)
            else:
                queue.add(self.following.span(row).start_ns, _FIRST, row)
        for row in ended - began:
            queue.add(self.following.span(row).end_ns, _LAST, row)
        touched = {row for row in news.events.rows if row >= 0} if with_events else set()
        for row in touched - began:
            self._add_events(queue, row)
        for moment, order, row, event in queue:
            if order == _FIRST:
                yield self._entered(row)
                for child in below.get(row, ()):
                    queue.add(self.following.span(child).start_ns, _FIRST, child)
                if row in ended:
                    queue.add(max(self.following.span(row).end_ns, moment), _LAST, row)
                if row in touched:
                    self._add_events(queue, row)
            elif order == _LAST:
                if not table.flags[row] & LOST:
                    yield self._left(row)
            else:
                yield Step(HAPPEN, moment, self.following.span(row), self._number(row), depths[row], event)

    def _add_events(self, queue: _Queue, row: int) -> None:
        for event in events(self.following.span(row)):
            if event.type in _TOLD:
                queue.add(event.time_ns, _BETWEEN, row, event)

    def _number(self, row: int) -> int:
        number = self.following.segment.table.numbers[row]
        if number not in self._given:
            self._given[number] = next(self._numbers)
        return self._given[number]

    def _entered(self, row: int) -> Step:
        span = self.following.span(row)
        return Step(ENTER, span.start_ns, span, self._number(row), self.following.depths[row])

    def _left(self, row: int) -> Step:
        span = self.following.span(row)
        step = Step(LEAVE, span.end_ns, span, self._number(row), self.following.depths[row])
        self._given.pop(span.number, None)
        return step


class _Queue:
    """Steps that wait for their moment; at one moment what is further in comes first."""

    def __init__(self, depths: array[int]) -> None:
        self._depths = depths
        self._waiting: list[tuple[int, int, int, int, int, Event | None]] = []
        self._serial = count()

    def add(self, moment: int, order: int, row: int, event: Event | None = None) -> None:
        """Have one wait."""
        heappush(self._waiting, (moment, -self._depths[row], order, next(self._serial), row, event))

    def __iter__(self) -> Iterator[tuple[int, int, int, Event | None]]:
        while self._waiting:
            moment, _, order, _, row, event = heappop(self._waiting)
            yield moment, order, row, event
