"""What functions usually took, and how often they failed: read from runs before."""

from __future__ import annotations

import math
from array import array
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from instrumenter.analysis.columns import Columns
from instrumenter.trace.counts import function_counts, has_counters
from instrumenter.trace.runs import Run
from instrumenter.trace.segment import Segment
from instrumenter.trace.table import AWAIT, CALL, ENDED

_ENOUGH = 20
"""Of a function that ran less often before it is not known what is usual."""
_UNLIKELY = 0.01
_FAR = 3
"""A call that took so many times as long as any before is told of however few those were."""
_SPANS = 2_000_000
"""The history ends with the run that makes it so many spans."""

Name = tuple[str, str]
"""File and qualified name."""


@dataclass(slots=True)
class Past:
    """What is known of a function from runs before."""

    durations: array[int] = field(default_factory=lambda: array("q"))
    """In ns, of the spans that were kept."""
    calls: int = 0
    errors: int = 0

    @property
    def error_rate(self) -> float:
        """The usual rate; never quite none, for that much is not known."""
        return (self.errors + 0.5) / (self.calls + 1)


@dataclass(frozen=True, slots=True)
class History:
    """What was read."""

    runs: int
    functions: dict[Name, Past]


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A function that was slower, or failed more often, than chance explains."""

    kind: str
    """`slow` or `errors`."""
    name: Name
    place: int
    """The worst call, or the first that failed."""
    count: int
    """How many calls were beyond the p99, or failed."""
    calls: int
    usual: float
    """The p99 in ns, or the usual error rate."""
    chance: float
    """How likely so many are if nothing has changed."""
    far: bool = False
    """Whether the worst call is far beyond all that were before."""


def history(runs: Iterable[Run], wanted: Collection[Name]) -> History:
    """What these runs, the newest first, tell of some functions; each is released when it was read."""
    functions: dict[Name, Past] = {}
    count = spans = 0
    for run in runs:
        counted = any(map(has_counters, run.segments))
        for segment in run.segments:
            _read(segment, wanted, functions, with_calls=not counted)
        if counted:
            _count(run, wanted, functions)
        count, spans = count + 1, spans + run.spans
        run.release()
        if spans >= _SPANS:
            break
    return History(count, functions)


def _read(segment: Segment, wanted: Collection[Name], functions: dict[Name, Past], *, with_calls: bool) -> None:
    table, unix = segment.table, segment.header.clock.unix
    pasts: dict[int, Past] = {}
    for site in set(table.sites):
        function = segment.function(site)
        if (function.file, function.name) in wanted:
            pasts[site] = functions.setdefault((function.file, function.name), Past())
    for row, site in enumerate(table.sites):
        flags = table.flags[row]
        if site not in pasts or flags & (CALL | AWAIT) or not flags & ENDED:
            continue
        pasts[site].durations.append(max(unix(table.ends[row]) - unix(table.starts[row]), 0))
        if with_calls:
            pasts[site].calls += 1
            pasts[site].errors += table.failed(row)


def _count(run: Run, wanted: Collection[Name], functions: dict[Name, Past]) -> None:
    """Take the counters of a run of which spans were left out: they know of every call."""
    for one in function_counts(run):
        if (one.file, one.function) in wanted:
            past = functions.setdefault((one.file, one.function), Past())
            past.calls += one.count.calls
            past.errors += one.count.failures


def anomalies(columns: Columns, past: History) -> list[Anomaly]:
    """What is beyond chance, the least likely first."""
    places: dict[Name, list[int]] = {}
    for place in range(len(columns)):
        subject = columns.subject(place)
        if subject.is_function:
            places.setdefault((subject.file, subject.name), []).append(place)
    found = [
        anomaly
        for name, own in places.items()
        if name in past.functions
        for anomaly in (judge(columns, name, own, past.functions[name]) for judge in (_slow, _failing))
        if anomaly and (anomaly.chance < _UNLIKELY or anomaly.far)
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.chance, one.name))


def _slow(columns: Columns, name: Name, places: Sequence[int], past: Past) -> Anomaly | None:
    if len(past.durations) < _ENOUGH:
        return None
    usual = percentile(sorted(past.durations), 0.99)
    beyond = [place for place in places if columns.duration(place) > usual]
    # With few calls to go by the p99 is the greatest of them: one more is greater with this chance.
    rate = max(0.01, 1 / (len(past.durations) + 1))
    chance = at_least(len(beyond), len(places), rate)
    worst = max(beyond, key=columns.duration, default=places[0])
    far = columns.duration(worst) > _FAR * max(past.durations)
    return Anomaly("slow", name, worst, len(beyond), len(places), usual, chance, far)


def _failing(columns: Columns, name: Name, places: Sequence[int], past: Past) -> Anomaly | None:
    failed = [place for place in places if columns.failed(place)]
    if past.calls < _ENOUGH or not failed:
        return None
    chance = at_least(len(failed), len(places), past.error_rate)
    return Anomaly("errors", name, failed[0], len(failed), len(places), past.error_rate, chance)


def percentile(ordered: Sequence[int], share: float) -> float:
    """The value below which a share of ascending values lies, between two of them where it falls there."""
    place = (len(ordered) - 1) * share
    lower = math.floor(place)
    upper = min(lower + 1, len(ordered) - 1)
    return ordered[lower] + (ordered[upper] - ordered[lower]) * (place - lower)


def at_least(count: int, tries: int, rate: float) -> float:
    """How likely it is that something of this rate happens at least so often in so many tries."""
    if count <= 0:
        return 1.0
    if rate >= 1:
        return 1.0
    total, k = 0.0, count
    while k <= tries:
        term = math.exp(
            math.lgamma(tries + 1) - math.lgamma(k + 1) - math.lgamma(tries - k + 1)
            + k * math.log(rate) + (tries - k) * math.log1p(-rate)
        )  # fmt: skip
        total += term
        if k > tries * rate and term < total * 1e-12:
            break
        k += 1
    return min(total, 1.0)
