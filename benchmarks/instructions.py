"""How many instructions the probes take: it does not depend on the machine's mood, so CI can hold it to a budget.

    python -m benchmarks.instructions             exit code 1 where a probe takes more than its budget
    python -m benchmarks.instructions --record    make what it takes now the budget

The interpreter that runs this needs the runtime, with the C core; callgrind comes with valgrind. The budget speaks of
instructions of the C core's own code: those of the interpreter depend on how that was built. Another compiler than the
budget's may need another budget.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.environment import Environment
from benchmarks.processes import CORE as CHOSEN_CORE
from benchmarks.processes import ChildError, answer, command, surroundings
from benchmarks.shape import Bench, Benchmark, Row

WHAT = """
A fixed loop of each probe under valgrind's callgrind, on functions bare and with probes as twins have them.
Instructions a call: of the C core's own code, which is what the budget in benchmarks/instructions.json holds, and all
that the probes add, the interpreter's included.
"""
CORE, ALL = "of the C core", "all that is added"
BUDGET = Path(__file__).with_suffix(".json")
# With the fake clock a count is the same each time, but for what depends on the length of paths and the like.
TOLERANCE = 0.01
_CALLS = 20_000
_UNIT = "instructions"
_OBJECT = "/spanwright/_core."
_BARE, _PROBED = "bare", "probed"


def measure(bench: Bench) -> list[Row]:
    """Count for each row of the probes."""
    rows, group = [], f"CPython {bench.main.minor}"
    with bench.folder() as folder:
        counts = Counts(bench.main, folder)
        for label in counts.labels[: bench.pick(2, 100)]:
            own, whole = counts.of(label, _PROBED)
            added = whole - counts.of(label, _BARE)[1]
            rows += [Row(group, CORE, label, _UNIT, own, own), Row(group, ALL, label, _UNIT, added, added)]
    return rows


class Counts:
    """Counts instructions on one interpreter."""

    def __init__(self, environment: Environment, folder: Path) -> None:
        if shutil.which("valgrind") is None:
            raise ChildError("valgrind is not installed: apt-get install valgrind")
        self.environment = environment
        self.folder = folder
        self.labels: list[str] = answer(environment, "probe_loops.py", "rows", folder=folder)
        self._start = {which: self._run(0, which, 1) for which in (_BARE, _PROBED)}

    def of(self, label: str, which: str) -> tuple[float, float]:
        """Give the instructions a call: of the C core, and all; what a process of one call takes is left out."""
        taken = self._run(self.labels.index(label), which, _CALLS + 1)
        own, whole = (one - start for one, start in zip(taken, self._start[which], strict=True))
        return own / _CALLS, whole / _CALLS

    def _run(self, place: int, which: str, calls: int) -> tuple[int, int]:
        out = self.folder / "callgrind.out"
        argv = ["valgrind", "-q", "--tool=callgrind", "--compress-strings=no", "--compress-pos=no",
                f"--callgrind-out-file={out}",
                *command(self.environment, "probe_loops.py", "once", place, which, calls)]  # fmt: skip
        settings = {CHOSEN_CORE: "c", "SPANWRIGHT_CLOCK": "fake"}
        done = subprocess.run(argv, cwd=self.folder, env=surroundings(settings), capture_output=True, text=True)
        if done.returncode:
            raise ChildError(f"callgrind ended with exit code {done.returncode}:\n{done.stderr}")
        profile = out.read_text()
        return self_cost(profile, _OBJECT), self_cost(profile, "")


def self_cost(profile: str, part: str) -> int:
    """Add up the instructions of the code in objects whose path has `part` in it, without what they call.

    `profile` is what callgrind writes: `ob=` names the object of the lines of costs that follow, and the line behind
    a `calls=` is what was called.
    """
    total, inside, is_call = 0, False, False
    for line in profile.splitlines():
        if line.startswith("ob="):
            inside = part in line
        elif line.startswith("calls="):
            is_call = True
        elif line[:1].isdigit():
            total += int(line.split()[1]) if inside and not is_call else 0
            is_call = False
    return total


def this_environment() -> Environment:
    """Give the interpreter that runs this."""
    version = platform.python_version()
    return Environment(version.rpartition(".")[0], version, Path(sys.executable))


def compiler() -> str:
    """Say which compiler builds here."""
    return subprocess.run(["cc", "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]


def over(counted: dict[str, float], budget: dict[str, float]) -> list[str]:
    """Say which loops take more than their budget, or have none."""
    found = []
    for label, taken in counted.items():
        allowed = budget.get(label)
        if allowed is None:
            found.append(f"{label}: has no budget; record one: python -m benchmarks.instructions --record")
        elif taken > allowed * (1 + TOLERANCE):
            found.append(f"{label}: {taken:.1f} instructions, the budget is {allowed:.1f}")
    return found


def main() -> None:
    """Count, and hold against the budget or record it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true", help="write the budget")
    options = parser.parse_args()
    minor = this_environment().minor
    with TemporaryDirectory(prefix="spanwright-benchmark-") as folder:
        counts = Counts(this_environment(), Path(folder))
        counted = {label: counts.of(label, _PROBED)[0] for label in counts.labels}
    known = json.loads(BUDGET.read_text()) if BUDGET.exists() else {}
    for label, taken in counted.items():
        print(f"{label:42} {taken:8.1f}  budget {known.get(minor, {}).get('budget', {}).get(label, 0):8.1f}")
    if options.record:
        known[minor] = {"compiler": compiler(), "budget": {label: round(taken, 1) for label, taken in counted.items()}}
        BUDGET.write_text(json.dumps(dict(sorted(known.items())), indent=2) + "\n")
        return
    if minor not in known:
        sys.exit(f"CPython {minor} has no budget; record one: python -m benchmarks.instructions --record")
    wrong = over(counted, known[minor]["budget"])
    sys.exit("\n".join(wrong) if wrong else 0)


BENCHMARK = Benchmark("instructions", WHAT, measure)

if __name__ == "__main__":
    main()
