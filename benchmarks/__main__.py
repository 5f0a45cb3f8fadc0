"""One entry to all benchmarks."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks import (
    budget,
    calls,
    deaths,
    files,
    instructions,
    probes,
    programs,
    rewriting,
    startup,
    values,
    volume,
    watching,
)
from benchmarks.chart import draw, panels
from benchmarks.environment import MINORS, environments
from benchmarks.goals import judged
from benchmarks.machine import facts
from benchmarks.processes import ChildError
from benchmarks.report import page
from benchmarks.shape import Bench, Benchmark, Row

_MODULES = (
    calls, programs, files, deaths, rewriting, watching, startup, instructions, volume, budget, values, probes
)  # fmt: skip
ALL: dict[str, Benchmark] = {module.BENCHMARK.name: module.BENCHMARK for module in _MODULES}
# `calls` says the same with peers.
USUAL = tuple(name for name in ALL if name != "probes")
_MISSES = "[performance-misses.md](performance-misses.md)"
_STEM = "performance"
_EXAMPLES = """
examples:
  python -m benchmarks                          all, with few rounds: that they run, and where the figures roughly are
  python -m benchmarks --full --out docs        all, in half an hour on an idle machine: writes docs/performance.md
  python -m benchmarks --full calls startup     two of them
  python -m benchmarks --from docs/performance.json --out docs    the page again, without measuring
  SPANWRIGHT_CORE=python python -m benchmarks calls               with the Python core

Each CPython from 3.11 to 3.13 that is on this machine gets an environment below ~/.cache/spanwright/benchmarks (or
XDG_CACHE_HOME), in which this checkout and the peers are installed. Peers come from the package registry, the limit and
the C core take a C compiler, instruction counts take valgrind. The exit code is 1 where a benchmark could not be done.
"""


def options(words: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks",
        description="What recording and rewriting cost, beside what else one would take.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which (default: all but probes): {', '.join(ALL)}")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--quick", action="store_true", help="few rounds (default)")
    mode.add_argument("--full", action="store_true", help="as many rounds as a page of figures takes")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures as JSON")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help=f"write {_STEM}.md, .json and .svg into this folder")
    parser.add_argument(
        "--from", type=Path, metavar="FILE", dest="source", help="take the figures of an earlier --json"
    )
    chosen = parser.parse_args(words)
    unknown = [name for name in chosen.names if name not in ALL]
    if unknown:
        parser.error(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(ALL)}")
    return chosen


def run(names: list[str], *, quick: bool) -> dict[str, Any]:
    """Run benchmarks one after the other; one that cannot be done does not keep the others from it."""
    start = time.monotonic()
    # A quick run is over before other interpreters would be set up.
    found = environments(("3.12",)) if quick else environments(MINORS)
    bench = Bench(quick, found)
    results: dict[str, Any] = {
        "format": 1, "date": date.today().isoformat(), "mode": "quick" if quick else "full", "seconds": 0.0,
        "machine": facts(found), "goals": [], "failed": {}, "benchmarks": {},
    }  # fmt: skip
    for name in names:
        print(name, file=sys.stderr, flush=True)
        began = time.monotonic()
        try:
            rows = ALL[name].measure(bench)
        except ChildError as error:
            print(f"{name}: {error}", file=sys.stderr)
            results["failed"][name] = str(error).splitlines()[0]
            continue
        taken = {"what": ALL[name].what, "seconds": time.monotonic() - began}
        results["benchmarks"][name] = {**taken, "rows": [dataclasses.asdict(row) for row in rows]}
    results["seconds"] = time.monotonic() - start
    results["goals"] = judged(rows_of(results))
    return results


def rows_of(results: dict[str, Any]) -> dict[str, list[Row]]:
    """Give the rows of each benchmark."""
    return {name: [Row(**row) for row in found["rows"]] for name, found in results["benchmarks"].items()}


def write(results: dict[str, Any], folder: Path) -> None:
    """Write page, figures and picture."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{_STEM}.md").write_text(page(results, _STEM, _MISSES), encoding="utf-8")
    (folder / f"{_STEM}.json").write_text(_json(results), encoding="utf-8")
    (folder / f"{_STEM}.svg").write_text(draw(panels(rows_of(results))), encoding="utf-8")


def _json(results: dict[str, Any]) -> str:
    return json.dumps(results, indent=1, ensure_ascii=False) + "\n"


def main(words: list[str] | None = None) -> int:
    """Run or read, and write."""
    chosen = options(sys.argv[1:] if words is None else words)
    if chosen.source:
        results = json.loads(chosen.source.read_text(encoding="utf-8"))
        results["goals"] = judged(rows_of(results))
    else:
        results = run(chosen.names or list(USUAL), quick=not chosen.full)
    if chosen.json:
        chosen.json.write_text(_json(results), encoding="utf-8")
    if chosen.out:
        write(results, chosen.out)
    else:
        print(page(results, _STEM, _MISSES), end="")
    return 1 if results["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
