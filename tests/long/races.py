"""Start two `instrument` and one `uninstrument` on the same tree at the same moment, and see that nothing is lost.

Whoever comes first: each file is its original or a twin of it, as recorded; a command that did not wait long enough
names the process that is at work; after a restore every file has its bytes, mode and time back.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import fault_runs
import fault_tree
from fault_runs import Ended, Fault

from instrumenter.vault import _vault

RESTORE = ("uninstrument", "--restore")
LEVELS = ("2", "4")
RACERS = (*(("instrument", ".", "--level", level, "--jobs", "1") for level in LEVELS), RESTORE)
_BUSY = 4
_HOLDER = re.compile(r"another command is at work here \(process (\w+)\)")
_PATIENCES = (5.0, 0.1, 0.0)  # seconds; the first is the product's
_STAGGER = 0.05  # seconds
_CODES = {0, 3, _BUSY}


class Race:
    """One tree after the other on which commands race."""

    def __init__(self, folder: Path, files: int, seed: int) -> None:
        self.folder, self.root = folder, folder / "tree"
        self.draw = random.Random(seed)
        self.tree = fault_tree.make_tree(folder / "plain", files)
        self.templates = [folder / "plain", folder / "two"]
        fault_tree.copy(folder / "plain", folder / "two")
        fault_runs.warm(folder / "two", RACERS[1], RESTORE, RACERS[0])
        self.ends: Counter[str] = Counter()

    def run(self, number: int) -> Iterator[str]:
        """Let the commands race once; yield what does not hold."""
        fault_tree.copy(self.templates[number % len(self.templates)], self.root)
        start = fault_tree.contents(self.root, self.tree)
        _vault._PATIENCE = _PATIENCES[number % len(_PATIENCES)]
        ended = self._race()
        _vault._PATIENCE = _PATIENCES[0]
        for pid, end in ended.items():
            yield from self._badly_ended(end, {*ended} - {pid})
        yield from self.tree.problems(self.root, start)
        yield from self.tree.unsettled(self.root, dict.fromkeys(start, b"\0"))
        done = fault_runs.run(RESTORE, self.root, self.folder / "log")
        if done.code:
            yield f"the restore ended with {done.code}: {done.said[-500:]}"
        yield from self.tree.differences(self.root)

    def _race(self) -> dict[int, Ended]:
        reader, writer = os.pipe()

        def wait(late: float) -> None:
            os.close(writer)
            os.read(reader, 1)
            time.sleep(late)

        logs = {}
        for place, command in enumerate(RACERS):
            late = self.draw.choice((0.0, self.draw.uniform(0, _STAGGER)))
            log = self.folder / f"log{place}"
            logs[fault_runs.start(command, self.root, log, Fault(), partial(wait, late))] = log
        os.close(reader)
        os.close(writer)
        return {child: fault_runs.ended(child, log) for child, log in logs.items()}

    def _badly_ended(self, end: Ended, others: set[int]) -> Iterator[str]:
        self.ends[f"exit code {end.code}"] += 1
        if end.code not in _CODES or "Traceback" in end.said:
            yield f"a command ended with {end.code}: {end.said[-1500:]}"
        if end.code == _BUSY:
            named = _HOLDER.search(end.said)
            if named is None or named[1] not in map(str, others):
                yield f"a command did not name who is at work ({others}): {end.said[-500:]}"


def check(folder: Path, rounds: int, files: int, seed: int) -> list[str]:
    """Race so many times; print how the commands ended; return what does not hold."""
    fault_runs.remember_twins()
    race, failed = Race(folder, files, seed), []
    for number in range(rounds):
        problems = [f"round {number}: {problem}" for problem in race.run(number)]
        for problem in problems[:3]:
            print(f"  FAILED {problem}", flush=True)
        failed += problems
    print(f"  {rounds:,} races of {len(RACERS)} commands: {dict(sorted(race.ends.items()))}")
    return failed


def main() -> int:
    """Check, in a folder that is gone afterwards."""
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--rounds", type=int, default=200, help="races (default: %(default)s)")
    made.add_argument("--files", type=int, default=40, help="files in the tree (default: %(default)s)")
    made.add_argument("--seed", type=int, default=0, help="of who starts late (default: %(default)s)")
    options = made.parse_args()
    with tempfile.TemporaryDirectory(prefix="spanwright-races-") as name:
        folder = Path(name).resolve()
        fault_runs.preload(folder)
        failed = check(folder, options.rounds, options.files, options.seed)
    print(f"FAILED: {len(failed)}" if failed else "all of it holds")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
