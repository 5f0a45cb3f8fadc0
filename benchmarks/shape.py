"""The common shape of the benchmarks: a name, what is compared, and rows with what each way of doing a case took."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.environment import Environment

Best = Callable[[Sequence[float]], float]


@dataclass(frozen=True)
class Row:
    """What one way of doing a case took; rows with the same group are one table, whose columns are the cases."""

    group: str
    case: str
    way: str
    unit: str
    median: float
    best: float
    ratio: float | None = None
    """Of the medians, or of the rounds' pairs: to the case's reference."""


@dataclass(frozen=True)
class Bench:
    """What a benchmark measures with."""

    quick: bool
    environments: tuple[Environment, ...]
    """One for each CPython, the newest first that has figures in the field: `main` is the one for all but the calls."""

    @property
    def main(self) -> Environment:
        """CPython 3.12 where it is there: what the goals speak of."""
        return next((one for one in self.environments if one.minor == "3.12"), self.environments[0])

    def pick(self, quick: int, full: int) -> int:
        """Take the number that fits the mode: of rounds, calls or lines."""
        return quick if self.quick else full

    def rounds(self, quick: int, full: int) -> Iterator[int]:
        """Count rounds, and say on standard error where the benchmark is."""
        number = self.pick(quick, full)
        for place in range(number):
            print(f"  round {place + 1} of {number}", file=sys.stderr, flush=True)
            yield place

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """Make a folder that is gone afterwards."""
        with TemporaryDirectory(prefix="spanwright-benchmark-") as name:
            yield Path(name).resolve()


@dataclass(frozen=True)
class Benchmark:
    """One benchmark: `what` is printed above its tables, `measure` gives their rows."""

    name: str
    what: str
    measure: Callable[[Bench], list[Row]]


@dataclass
class Samples:
    """What the rounds of a table have taken so far, by case and way."""

    group: str
    units: dict[str, str] = field(default_factory=dict)
    taken: dict[tuple[str, str], list[float]] = field(default_factory=dict)

    def add(self, case: str, way: str, unit: str, sample: float) -> None:
        """Note a sample."""
        self.units[case] = unit
        self.taken.setdefault((case, way), []).append(sample)

    def rows(self, reference: str | Mapping[str, str], best: Best = min) -> list[Row]:
        """Give the rows; `reference` is the way that the ratios are to, or that of each case."""
        return [self._row(case, way, taken, reference, best) for (case, way), taken in self.taken.items()]

    def _row(self, case: str, way: str, taken: list[float], reference: str | Mapping[str, str], best: Best) -> Row:
        to = reference if isinstance(reference, str) else reference.get(case, "")
        base = median(self.taken.get((case, to), [0.0]))
        ratio = median(taken) / base if base else None
        return Row(self.group, case, way, self.units[case], median(taken), best(taken), ratio)
