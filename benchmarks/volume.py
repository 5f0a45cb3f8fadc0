"""What leaving out costs, as the settings of docs/volume.md say, and the flight recorder (docs/flight-recorder.md)."""

from __future__ import annotations

import shutil
from pathlib import Path

from benchmarks.processes import answer, forget, instrument
from benchmarks.shape import Bench, Benchmark, Row, Samples

WHAT = """
A request is four calls that do little, one of them the root. Each measurement is a new process, which handles all
requests plain and then instrumented at level 2; the difference divided by the calls is what recording adds to one span,
in CPU time. Each setting takes its turn; ratios are to a program that records everything. A megabyte holds some 13,000
requests: in full mode the flight recorder writes over what it has several times.
"""
GROUP, CASE, EVERYTHING = "requests of four calls", "a span", "everything"
_SPANS = 4
_SETTINGS = {
    EVERYTHING: {},
    "one trace in a hundred": {"TRACING_SAMPLE_RATE": "1%", "TRACING_KEEP_ERRORS": "off"},
    "one in a hundred, and those that fail": {"TRACING_SAMPLE_RATE": "1%"},
    "nothing below 1 ms": {"TRACING_MIN_DURATION": "1ms"},
    "roots only": {"TRACING_MAX_DEPTH": "1"},
    "the last megabyte": {"TRACING_FLIGHT_RECORDER": "1MB"},
    "the last megabyte of one in a hundred": {"TRACING_FLIGHT_RECORDER": "1MB", "TRACING_SAMPLE_RATE": "1%"},
}
_WORKLOAD = Path(__file__).parent / "workloads" / "volume" / "requests.py"


def measure(bench: Bench) -> list[Row]:
    """Measure every setting in turn."""
    samples, requests = Samples(GROUP), bench.pick(3_000, 100_000)
    with bench.folder() as folder:
        for module in ("plain", "recorded"):
            shutil.copy2(_WORKLOAD, folder / f"{module}.py")
        instrument(bench.main, folder, "recorded.py", "--level", "2")
        for _ in bench.rounds(2, 9):
            for way, settings in _SETTINGS.items():
                plain, recorded = answer(bench.main, "measure_volume.py", requests, folder=folder, settings=settings)
                samples.add(CASE, way, "ns added", (recorded - plain) / requests / _SPANS * 1e9)
                forget(folder)
    return samples.rows(EVERYTHING)


BENCHMARK = Benchmark("volume", WHAT, measure)
