"""What the probes alone cost, without the functions, modules and processes around them."""

from __future__ import annotations

from benchmarks.processes import answer
from benchmarks.shape import Bench, Benchmark, Row, Samples

WHAT = """
Functions bare and with probes as twins have them take turns in one process; nanoseconds that the probes add to a call,
an item or an await. Quicker and more detailed than `calls`, and without peers: for work on a probe.
"""
CASE = "a call, item or await"


def measure(bench: Bench) -> list[Row]:
    """Measure every row on each interpreter."""
    rows = []
    for environment in bench.environments:
        samples = Samples(f"CPython {environment.minor}")
        with bench.folder() as folder:
            words = ("rounds", bench.pick(2, 15), bench.pick(5_000, 100_000))
            for label, pairs in answer(environment, "probe_loops.py", *words, folder=folder).items():
                for bare, probed in pairs:
                    samples.add(CASE, label, "ns added", probed - bare)
        rows += samples.rows("")
    return rows


BENCHMARK = Benchmark("probes", WHAT, measure)
