"""What recording adds to one call of `f(a, b)`, side by side with VizTracer and cProfile, in nanoseconds.

    pip install './runtime' '.[bench]'
    python benchmarks/calls.py [--rounds 20] [--calls 100000] [--core c|python] [--json]

`f` returns `a + b`; it is called in a loop with two ints. Each pair is a new process: it runs the loop over a plain `f`
that nothing records, then over the recorded one; the difference divided by the calls is what recording adds. A round
has a pair of each kind of recording in turn, so that whatever disturbs the machine disturbs all alike. Spanwright's `f`
is instrumented by the real command and imported from its twin. The clock is the process's CPU time, which other
programs disturb little; the garbage collector works as in any program and starts clean.

Both functions are called some thousand times before anything is measured. What comes before that is charged to nobody:
imports, the interpreter's specialising, VizTracer's allocating of its buffer and Spanwright's creating of its file. The
memory that the events of the measured loop go to is charged to whoever records them, since each keeps them all:
VizTracer has room for every event in a buffer that no other pair has used, Spanwright makes its file longer as it goes.
What a pair has recorded is deleted after it, so the next one finds the system as this one did. Saving VizTracer's
buffer as a file afterwards is not measured. The row of memory used before has a buffer that was filled and cleared: it
is what VizTracer costs without the first touch of each page.

The table has the least and the median of the differences, and the median's ratio to VizTracer's two medians. The row
`nothing` compares two plain loops: it shows how far to trust the others.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import repeat
from pathlib import Path
from statistics import median
from typing import Any

WARM_UP = 5000
SOURCE = "def f(a, b):\n    return a + b\n"
KINDS = {
    "nothing": "nothing",
    "level-1": "Spanwright level 1",
    "level-2": "Spanwright level 2, two ints and the result",
    "viztracer": "VizTracer",
    "viztracer-again": "VizTracer, in memory that it has used before",
    "viztracer-args": "VizTracer with arguments and results",
    "cprofile": "cProfile",
}
Pair = tuple[float, float]
Function = Callable[[int, int], int]
# Switches recording on around a loop.
Recording = Callable[[], AbstractContextManager[object]]


def loop(f: Function, calls: int) -> float:
    """Return the CPU seconds that so many calls of `f` take."""
    start = time.process_time()
    for _ in repeat(None, calls):
        f(1, 2)
    return time.process_time() - start


# -- in the child -------------------------------------------------------------------------------------------------


def recording(kind: str, calls: int) -> Recording:
    """Return what switches one kind of recording on; VizTracer's buffer has room for all."""
    if kind == "cprofile":
        import cProfile

        return cProfile.Profile
    if not kind.startswith("viztracer"):
        return nullcontext
    details = kind == "viztracer-args"
    tracer = importlib.import_module("viztracer").VizTracer(
        tracer_entries=2 * (calls + WARM_UP) + 1000,
        log_func_args=details,
        log_func_retval=details,
        verbose=0,
        register_global=False,
    )

    @contextmanager
    def traced() -> Iterator[None]:
        tracer.clear()
        tracer.start()
        yield
        tracer.stop()

    return traced


def serve(kind: str, calls: int) -> None:
    """Measure one pair and print it."""
    plain: Function = importlib.import_module("plain").f
    recorded: Function = importlib.import_module(kind.replace("-", "") if kind.startswith("level") else "copied").f
    switch = recording(kind, calls)
    loop(plain, WARM_UP)
    # Three loops fill the buffer from end to end.
    for count in [calls] * 3 if kind == "viztracer-again" else [WARM_UP]:
        with switch():
            loop(recorded, count)
    gc.collect()
    base = loop(plain, calls)
    with switch():
        taken = loop(recorded, calls)
    print(json.dumps((base, taken)))


# -- in the parent ------------------------------------------------------------------------------------------------


def pair(kind: str, calls: int, folder: Path, core: str | None) -> Pair:
    """Measure once, in a new process: seconds for the plain loop and for the recorded one."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])}
    if core:
        environment["SPANWRIGHT_CORE"] = core
    argv = [sys.executable, str(Path(__file__).resolve()), "--serve", kind, "--calls", str(calls)]
    done = subprocess.run(argv, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(f"the measuring process ended with exit code {done.returncode}")
    for segment in folder.rglob("*.seg"):
        segment.unlink()
    base, taken = json.loads(done.stdout)
    return base, taken


def write_modules(folder: Path, core: str | None) -> None:
    """Write `f` as it is, once more, and as the tool makes it at levels 1 and 2."""
    environment = {**os.environ, **({"SPANWRIGHT_CORE": core} if core else {})}
    (folder / "pyproject.toml").write_text('[project]\nname = "calls"\nversion = "0"\n')
    for name in ("plain", "copied", "level1", "level2"):
        (folder / f"{name}.py").write_text(SOURCE)
    start = "from instrumenter.cli.instrument import main; main()"
    for level in "12":
        argv = [sys.executable, "-P", "-c", start, f"level{level}.py", "--level", level]
        done = subprocess.run(argv, cwd=folder, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"instrument failed:\n{done.stderr}")


def measure(kinds: list[str], rounds: int, calls: int, core: str | None) -> dict[str, list[Pair]]:
    """Return the pairs of every kind, measured in turn; the first round warms up and is left out."""
    with tempfile.TemporaryDirectory(prefix="spanwright-calls-") as name:
        folder = Path(name).resolve()
        write_modules(folder, core)
        pairs: dict[str, list[Pair]] = {kind: [] for kind in kinds}
        for _ in range(rounds + 1):
            for kind in kinds:
                pairs[kind].append(pair(kind, calls, folder, core))
    return {kind: taken[1:] for kind, taken in pairs.items()}


def added(pairs: list[Pair], calls: int) -> dict[str, float]:
    """Return the least and the median of what recording added, in ns a call, and the plain loop's median."""
    differences = [(taken - base) / calls * 1e9 for base, taken in pairs]
    base = median(base for base, _ in pairs) / calls * 1e9
    return {"min": min(differences), "median": median(differences), "base": base}


def ratio(result: dict[str, float], to: dict[str, float] | None) -> str:
    """Return how many times `to` this is, by the medians."""
    return f"{result['median'] / to['median']:8.3f}" if to else f"{'-':>8}"


def table(results: dict[str, dict[str, float]]) -> str:
    """Return the results as the text that is printed."""
    lines = [f"{'ns added a call':<46}{'min':>8}{'median':>8}{'/ Viz':>8}{'/ args':>8}{'loop':>8}"]
    for kind, result in results.items():
        ratios = ratio(result, results.get("viztracer")) + ratio(result, results.get("viztracer-args"))
        lines.append(f"{KINDS[kind]:<46}{result['min']:8.1f}{result['median']:8.1f}{ratios}{result['base']:8.1f}")
    return "\n".join(lines)


def chosen_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20, help="pairs for each kind (default: 20)")
    parser.add_argument("--calls", type=int, default=100_000, help="calls in a loop (default: 100000)")
    parser.add_argument("--core", choices=["c", "python"], help="Spanwright's recorder (default: C where it is there)")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    parser.add_argument("--serve", choices=list(KINDS), help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    """Measure and print."""
    options = chosen_options()
    if options.serve:
        serve(options.serve, options.calls)
        return
    kinds = list(KINDS)
    if importlib.util.find_spec("viztracer") is None:
        print("VizTracer is not installed: its rows are left out (pip install '.[bench]')", file=sys.stderr)
        kinds = [kind for kind in kinds if not kind.startswith("viztracer")]
    pairs = measure(kinds, options.rounds, options.calls, options.core)
    results = {kind: added(taken, options.calls) for kind, taken in pairs.items()}
    facts: dict[str, Any] = {"python": sys.version.split()[0], "rounds": options.rounds, "calls": options.calls}
    if options.json:
        print(json.dumps({**facts, "added": results}, indent=2))
    else:
        print(f"CPython {facts['python']}, {options.rounds} rounds of {options.calls} calls")
        print(table(results))


if __name__ == "__main__":
    main()
