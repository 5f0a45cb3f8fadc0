"""What leaving out costs: nanoseconds that recording adds to one span, as the settings of docs/volume.md say, and with
the flight recorder (docs/flight-recorder.md).

    pip install ./runtime .
    python benchmarks/volume.py [--rounds 15] [--requests 30000] [--core c|python] [--json]

A request is four calls that do little, one of them the root. Each measurement is a new process, which handles all
requests plain and then instrumented at level 2; the difference divided by the calls is what recording adds to one. A
round has each kind of setting in turn, so that whatever disturbs the machine disturbs all alike. The clock is the
process's CPU time. The ratios, of the medians, are to a program that records everything. A megabyte holds some 13,000
requests: take more of them (`--requests 100000`) to have the flight recorder write over what it has several times.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from itertools import repeat
from pathlib import Path
from statistics import median

SOURCE = """
def request(number):
    return double(double(parse(number)))


def parse(number):
    return number + 1


def double(number):
    return number * 2
"""
SPANS, WARM_UP = 4, 2000
KINDS = {
    "everything": {},
    "one trace in a hundred": {"SAMPLE_RATE": "1%", "KEEP_ERRORS": "off"},
    "one in a hundred, and those that fail": {"SAMPLE_RATE": "1%"},
    "nothing below 1 ms": {"MIN_DURATION": "1ms"},
    "roots only": {"MAX_DEPTH": "1"},
    "the last megabyte": {"FLIGHT_RECORDER": "1MB"},
    "the last megabyte of one in a hundred": {"FLIGHT_RECORDER": "1MB", "SAMPLE_RATE": "1%"},
}


def loop(module: str, requests: int) -> float:
    """Return the CPU seconds that so many requests take."""
    request = __import__(module).request
    start = time.process_time()
    for _ in repeat(None, requests):
        request(1)
    return time.process_time() - start


def serve(requests: int) -> None:
    """Measure one pair and print it."""
    for module in ("plain", "recorded"):
        loop(module, WARM_UP)
    print(json.dumps((loop("plain", requests), loop("recorded", requests))))


def pair(kind: str, requests: int, folder: Path, core: str | None) -> float:
    """Measure once, in a new process: ns that recording added to a span."""
    settings = {f"TRACING_{name}": value for name, value in KINDS[kind].items()}
    environment = {**os.environ, **settings, "PYTHONPATH": str(folder), **({"SPANWRIGHT_CORE": core} if core else {})}
    argv = [sys.executable, str(Path(__file__).resolve()), "--serve", "--requests", str(requests)]
    done = subprocess.run(argv, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    for segment in folder.rglob("*.seg"):
        segment.unlink()
    plain, recorded = json.loads(done.stdout)
    added: float = (recorded - plain) / requests / SPANS * 1e9
    return added


def measure(rounds: int, requests: int, core: str | None) -> dict[str, list[float]]:
    """Return what every kind of setting added, measured in turn; the first round warms up and is left out."""
    with tempfile.TemporaryDirectory(prefix="spanwright-volume-") as name:
        folder = Path(name).resolve()
        (folder / "pyproject.toml").write_text('[project]\nname = "volume"\nversion = "0"\n')
        for module in ("plain", "recorded"):
            (folder / f"{module}.py").write_text(SOURCE)
        start = "from instrumenter.cli.instrument import main; main()"
        argv = [sys.executable, "-P", "-c", start, "recorded.py", "--level", "2"]
        subprocess.run(argv, cwd=folder, capture_output=True, check=True)
        taken: dict[str, list[float]] = {kind: [] for kind in KINDS}
        for _ in range(rounds + 1):
            for kind in KINDS:
                taken[kind].append(pair(kind, requests, folder, core))
    return {kind: found[1:] for kind, found in taken.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15, help="measurements of each kind (default: 15)")
    parser.add_argument("--requests", type=int, default=30_000, help="in each of them (default: 30000)")
    parser.add_argument("--core", choices=["c", "python"], help="the recorder (default: C where it is there)")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.requests)
        return
    taken = measure(options.rounds, options.requests, options.core)
    whole = median(taken["everything"])
    added = {
        kind: {"min": min(found), "median": median(found), "ratio": median(found) / whole}
        for kind, found in taken.items()
    }
    if options.json:
        print(json.dumps({"python": sys.version.split()[0], "rounds": options.rounds, "added": added}, indent=2))
        return
    print(f"{f'ns added a span, CPython {sys.version.split()[0]}':<46}{'min':>8}{'median':>8}{'ratio':>8}")
    for kind, row in added.items():
        print(f"{kind:<46}{row['min']:8.1f}{row['median']:8.1f}{row['ratio']:8.2f}")


if __name__ == "__main__":
    main()
