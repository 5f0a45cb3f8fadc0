"""Make the twin of every file of the library and of ten large packages at each level, and take it off again.

`strip` has to give the original back, byte for byte, from the twin alone; every twin has to compile on every CPython
from 3.11 to 3.13 that is here (if its original does); a file without a twin has to have no function that gets probes,
or fail with a reason. The packages come from the registry, and nothing of them is run. Unlike `stdlib_roundtrip.py`
this asks the rewriter and not the commands, so that one parse serves all levels: seven million lines take an hour or
two.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from long_harness import PROGRAMS, Findings, finish
from source_facts import compile_error, functions
from source_trees import LIBRARY, PACKAGES, interpreters, lay_out

from instrumenter import rewrite
from instrumenter.errors import RewriteError
from instrumenter.rewrite import twin as twins

sys.path.insert(0, str(Path(__file__).parents[1] / "fidelity"))

from shared_parse import share_parse

MOST_FAILURES = 5
# Files that one child process takes together: their twins are in memory or on disk until they are compiled.
BATCH = 150


@dataclass
class Outcome:
    """What became of some files: counts by (level, result), reasons of failures, twins compiled, broken promises."""

    counts: Counter[tuple[int, str]] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    not_python: int = 0
    compiled: Counter[int] = field(default_factory=Counter)
    refused: Counter[int] = field(default_factory=Counter)  # twins whose originals an interpreter does not take either
    faults: list[str] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        """Take the outcome of other files in."""
        self.counts += other.counts
        self.failures += other.failures
        self.not_python += other.not_python
        self.compiled += other.compiled
        self.refused += other.refused
        self.faults += other.faults


def rewrite_file(path: Path, target: Path, levels: Sequence[int], outcome: Outcome) -> list[Path]:
    """Make a file's twins, compare what `strip` gives, and write them into the folder `target`; return them."""
    original = path.read_bytes()
    strip = vars(twins)["strip"]
    wanted: int | None = None
    written: list[Path] = []
    for level in levels:
        try:
            twin = rewrite.instrument(original, level, path.name)
        except RewriteError as failure:
            if compile_error(original, path.name):
                outcome.not_python += 1
                return written
            outcome.counts[level, "failed"] += 1
            outcome.failures.append(f"{path.name}, level {level}: {failure}")
            continue
        if wanted is None:
            wanted = sum(not function.trivial for function in functions(original))
        if (twin.functions if twin else 0) != wanted:
            outcome.faults.append(f"{path}, level {level}: not {wanted} functions instrumented")
        outcome.counts[level, "twins" if twin else "unchanged"] += 1
        if twin is None:
            continue
        if twin.source == original or strip(twin.source) != original:
            outcome.faults.append(f"{path}, level {level}: strip does not give the original back")
        written.append(target / f"{level}.py")
        written[-1].write_bytes(twin.source)
    return written


def rewrite_files(paths: Sequence[Path], levels: Sequence[int]) -> Outcome:
    """Make the twins of some files, compare, and let every interpreter compile all of them."""
    outcome = Outcome()
    with tempfile.TemporaryDirectory(prefix="spanwright-twins-") as folder:
        pairs = []
        for number, path in enumerate(paths):
            target = Path(folder, str(number))
            target.mkdir()
            pairs += [(str(path), str(twin)) for twin in rewrite_file(path, target, levels, outcome)]
        listed = Path(folder, "pairs.json")
        listed.write_text(json.dumps(pairs))
        for minor, python in interpreters().items():
            words = [python, str(PROGRAMS / "compile_all.py"), str(listed)]
            answer = json.loads(subprocess.run(words, capture_output=True, check=True).stdout)
            outcome.compiled[minor] += answer["compiled"]
            outcome.refused[minor] += answer["not_python"]
            outcome.faults += [f"3.{minor} does not compile {twin}: {why}" for twin, why in answer["failed"].items()]
    return outcome


def check_source(root: Path, files: Sequence[Path], levels: Sequence[int], jobs: int, findings: Findings) -> None:
    """Check the files of one source below `root`, in child processes."""
    # Large files and small ones mixed: the batches take about as long as one another.
    mixed = random.Random(0).sample([root / file for file in files], len(files))
    batches = [mixed[start : start + BATCH] for start in range(0, len(mixed), BATCH)]
    outcome = Outcome()
    with ProcessPoolExecutor(jobs, initializer=share_parse) as pool:
        for done in pool.map(rewrite_files, batches, [levels] * len(batches)):
            outcome.add(done)
    for level in levels:
        ends = [outcome.counts[level, end] for end in ("twins", "unchanged", "failed")]
        print("  level {}: {} twins, {} unchanged, {} failed".format(level, *ends))
    print(f"  {outcome.not_python} files are no Python")
    for failure in outcome.failures:
        print(f"    {failure}")
    made = sum(count for (_, end), count in outcome.counts.items() if end == "twins")
    findings.equal(outcome.faults, [], f"strip gives the original back {made} times, and every function has its probes")
    for minor, count in outcome.compiled.items():
        aside = f", {outcome.refused[minor]} whose originals it does not take" if outcome.refused[minor] else ""
        findings.equal(count + outcome.refused[minor], made, f"3.{minor} compiles {count} twins{aside}")
    failed = max(outcome.counts[level, "failed"] for level in levels)
    findings.expect(failed <= MOST_FAILURES, f"at most {MOST_FAILURES} failed", failed)


def check(
    sources: Iterable[str] = (LIBRARY, *PACKAGES),
    levels: Sequence[int] = rewrite.LEVELS,
    sample: int | None = None,
    jobs: int = 2,
) -> Findings:
    """Check each source at all levels; `sample` limits it to that many files, always the same ones."""
    findings = Findings()
    for source in sources:
        with tempfile.TemporaryDirectory(prefix="spanwright-check-") as folder:
            root = Path(folder).resolve()
            files = lay_out(source, sample, root)
            lines = sum((root / file).read_bytes().count(b"\n") for file in files)
            print(f"{source}: {len(files)} files, {lines:,} lines", flush=True)
            start = time.monotonic()
            check_source(root, files, levels, jobs, findings)
            print(f"  {time.monotonic() - start:.0f} s", flush=True)
    return findings


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--level", type=int, action="append", help="a level to check, repeatable (default: all)")
    options.add_argument("--source", action="append", choices=[LIBRARY, *PACKAGES],
                         help="the library or one of the packages, repeatable (default: all)")  # fmt: skip
    options.add_argument("--sample", type=int, help="check only this many files of each, always the same ones")
    options.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="child processes (default: one a core)")
    chosen = options.parse_args()
    sources = chosen.source or [LIBRARY, *PACKAGES]
    finish(lambda: check(sources, chosen.level or rewrite.LEVELS, chosen.sample, chosen.jobs))
