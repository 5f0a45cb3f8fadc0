"""What it costs to capture values without end."""

from __future__ import annotations

from benchmarks.processes import answer
from benchmarks.shape import Bench, Benchmark, Row, Samples

WHAT = """
Each value is a parameter and a result of a function at level 2: a dict of ten million items, a bytes object of a
gigabyte, a list that contains itself, a deque that another thread changes all the time, and the like. Half of what a
call with the value costs more than a call with None, since it is captured twice: the median of a thousand calls, of the
thread's own time. In quick mode the values are a hundred times as small.
"""
GROUP, WAY = "values without end", "level 2"


def measure(bench: Bench) -> list[Row]:
    """Measure every value, each round in a new process."""
    samples, words = Samples(GROUP), ["--small"] if bench.quick else []
    with bench.folder() as folder:
        for _ in bench.rounds(1, 3):
            for name, taken in answer(bench.main, "measure_values.py", *words, folder=folder).items():
                samples.add(name, WAY, "µs added", taken)
    return samples.rows("")


BENCHMARK = Benchmark("values", WHAT, measure)
