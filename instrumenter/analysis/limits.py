"""Limits for `--fail-on`: `p95>+20%`, `errors>0`, `total>+50ms`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from instrumenter.analysis.comparison import sure
from instrumenter.analysis.history import percentile
from instrumenter.analysis.sides import Calls, Key, Side
from instrumenter.analysis.statistics import mann_whitney
from instrumenter.errors import UsageError

_FORM = re.compile(r"(\w+)\s*([<>]=?)\s*(\+|-)?\s*(\d+(?:\.\d+)?)\s*(%|ns|us|µs|ms|s)?")
_NS = {"ns": 1, "us": 10**3, "µs": 10**3, "ms": 10**6, "s": 10**9}


def _share(part: float) -> Callable[[Calls], float]:
    return lambda calls: percentile(sorted(calls.durations), part)


METRICS: dict[str, Callable[[Calls], float]] = {
    "p50": _share(0.5), "p95": _share(0.95), "p99": _share(0.99),
    "mean": lambda calls: sum(calls.durations) / len(calls.durations),
    "min": lambda calls: min(calls.durations), "max": lambda calls: max(calls.durations),
    "total": lambda calls: sum(calls.durations), "self": lambda calls: sum(calls.own),
    "calls": lambda calls: len(calls.durations), "errors": lambda calls: calls.errors,
    "errorRate": lambda calls: 100 * calls.errors / len(calls.durations),
}  # fmt: skip
"""What can be limited, of a function: times in ns, numbers, and the error rate in percent."""
_COUNTS = ("calls", "errors", "errorRate")


@dataclass(frozen=True, slots=True)
class Limit:
    """A condition that must not hold for any function."""

    text: str
    metric: str
    above: bool
    inclusive: bool
    relative: bool
    """Whether it is about the change, not about the second side alone."""
    percent: bool
    """Whether the change is meant as a part of the first side."""
    amount: float

    @property
    def is_time(self) -> bool:
        """Whether it is about how long something took."""
        return self.metric not in _COUNTS

    def holds(self, before: float | None, after: float) -> bool:
        """Whether these figures meet it; `before` is None where the first side has none."""
        value = after
        if self.relative:
            if before is None:
                return False
            value = after - before
            if self.percent:
                value = 100 * value / before if before else (float("inf") if value else 0.0)
        if value == self.amount:
            return self.inclusive
        return value > self.amount if self.above else value < self.amount


@dataclass(frozen=True, slots=True)
class Breach:
    """A function that meets a limit."""

    limit: Limit
    key: Key
    before: float | None
    after: float


def parse_limit(text: str) -> Limit:
    """`METRIC>NUMBER`; a sign makes it a change, `%`, `ms` or the like say of what. Raises `UsageError`."""
    found = _FORM.fullmatch(text.strip())
    if not found or found[1] not in METRICS or not _fits(found[1], found[3], found[5]):
        raise UsageError(
            "no-limit", f"{text!r} is no limit: one of {', '.join(METRICS)}, > or <, a number with a unit, such as "
            "'p95>+20%', 'max>50ms' or 'errors>0'",
        )  # fmt: skip
    metric, sign, number, unit = found[1], found[3], float(found[4]), found[5] or ""
    percent = unit == "%" and metric != "errorRate"
    amount = number * _NS.get(unit, 1) * (-1 if sign == "-" else 1)
    return Limit(text.strip(), metric, found[2][0] == ">", found[2].endswith("="), bool(sign), percent, amount)


def _fits(metric: str, sign: str | None, unit: str | None) -> bool:
    """Whether a unit is one of a metric's; a part needs something that it is a part of."""
    if metric == "errorRate":
        return unit in ("%", None)
    if unit == "%":
        return sign is not None
    return (unit is None) == (metric in _COUNTS)


def breaches(limits: Sequence[Limit], first: Side, second: Side) -> Iterator[Breach]:
    """The functions that meet a limit; a change of times only where chance does not explain it."""
    for limit in limits:
        for key, after in second.functions.items():
            before = first.functions.get(key)
            known = METRICS[limit.metric](before) if before else None
            value = METRICS[limit.metric](after)
            if limit.holds(known, value) and not (limit.relative and limit.is_time and _by_chance(before, after)):
                yield Breach(limit, key, known, value)


def _by_chance(before: Calls | None, after: Calls) -> bool:
    """Whether chance explains the difference; where there are too few calls to tell, the figures stand as they are."""
    if before is None:
        return False
    difference = mann_whitney(before.durations, after.durations)
    return sure(difference, len(before.durations), len(after.durations)) is False
