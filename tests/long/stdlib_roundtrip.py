"""Instrument a copy of the whole standard library, look at every file, take it all back.

The copy leaves out `test`, `lib2to3/tests` and site-packages. At levels 1 and 2, every file has
to end as a twin that compiles, unchanged because it has nothing to instrument, or failed with a reason; afterwards
`uninstrument --restore` has to give back the same tree: digests, modes and modification times to the nanosecond.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from long_harness import Findings, Project, parser, project
from source_facts import compile_error, functions

LEFT_OUT = {"test", "lib2to3/tests", "site-packages", "dist-packages"}
MOST_FAILURES = 5
State = tuple[str, int, int]


def library_files() -> list[Path]:
    """Return the standard library's Python files, relative to its folder, in order."""
    library = Path(sysconfig.get_path("stdlib"))
    found = []
    for folder, folders, names in os.walk(library):
        here = Path(folder).relative_to(library)
        folders[:] = [name for name in folders if (here / name).as_posix() not in LEFT_OUT and name != "__pycache__"]
        found += [here / name for name in names if name.endswith(".py")]
    return sorted(found)


def copy_library(files: Iterable[Path], target: Path) -> None:
    """Copy the files with their modes and times."""
    library = Path(sysconfig.get_path("stdlib"))
    for file in files:
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(library / file, target / file)


def tree_state(root: Path) -> dict[str, State]:
    """Return digest, mode and modification time of every file below `root`, the vault and bytecode excepted."""
    state = {}
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if path.is_file() and inside.parts[0] != ".spanwright" and "__pycache__" not in inside.parts:
            facts = path.stat()
            state[inside.as_posix()] = (hashlib.sha256(path.read_bytes()).hexdigest(), facts.st_mode, facts.st_mtime_ns)
    return state


@dataclass
class Outcome:
    """How the files ended: `lost` are those that should be twins, are not, and were given no reason."""

    twins: list[str]
    unchanged: list[str]
    failed: dict[str, str]
    lost: list[str]
    broken: dict[str, str]


def classify(root: Path, originals: dict[str, bytes], said: str) -> Outcome:
    """Sort the files by how they ended, from their bytes and from what the command said of failures."""
    outcome = Outcome([], [], {}, [], {})
    reasons = {name: line for line in said.splitlines() for name in originals if f"Lib/{name}" in line}
    for name, before in originals.items():
        after = (root / name).read_bytes()
        if after != before:
            outcome.twins.append(name)
            if why := compile_error(after, name):
                outcome.broken[name] = why
        elif name in reasons:
            outcome.failed[name] = reasons[name]
        elif compile_error(before, name) or any(not function.trivial for function in functions(before)):
            outcome.lost.append(name)
        else:
            outcome.unchanged.append(name)
    return outcome


def check_level(place: Project, level: int, originals: dict[str, bytes], jobs: int, findings: Findings) -> None:
    """Instrument at one level, look at every file, restore, compare."""
    print(f" level {level}, {len(originals)} files")
    library = place.root / "Lib"
    before = tree_state(place.root)
    # Code 3: some files failed, each with its reason.
    words = ("Lib", "--level", str(level), "--jobs", str(jobs), "--include", "**/test*/**")
    done = place.command("instrument", *words, allowed=(0, 3))
    said = (done.stdout + done.stderr).decode(errors="replace")
    outcome = classify(library, originals, said)
    print(f"  {len(outcome.twins)} twins, {len(outcome.unchanged)} unchanged, {len(outcome.failed)} failed")
    for reason in outcome.failed.values():
        print(f"    {reason}")
    findings.equal(outcome.lost, [], "every file ends as a twin, unchanged, or failed with a reason")
    findings.equal(outcome.broken, {}, "every twin compiles")
    findings.expect(len(outcome.failed) <= MOST_FAILURES, f"at most {MOST_FAILURES} failed", len(outcome.failed))
    findings.equal(done.returncode, 3 if outcome.failed else 0, "the exit code says whether any failed")
    place.command("uninstrument", "--restore")
    after = tree_state(place.root)
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    findings.equal(changed, [], f"all {len(before)} files have their bytes, mode and time back")


def check(
    levels: Iterable[int] = (1, 2), sample: int | None = None, jobs: int = 2, core: str | None = None
) -> Findings:
    """Check the levels one after the other; `sample` limits it to that many files, always the same ones."""
    findings = Findings()
    files = library_files()
    if sample is not None:
        files = sorted(random.Random(sample).sample(files, sample))
    with project(core) as place:
        copy_library(files, place.root / "Lib")
        originals = {file.as_posix(): (place.root / "Lib" / file).read_bytes() for file in files}
        for level in levels:
            check_level(place, level, originals, jobs, findings)
    return findings


if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("--level", type=int, action="append", help="a level to check, repeatable (default: 1 and 2)")
    options.add_argument("--sample", type=int, help="check only this many files, always the same ones")
    options.add_argument("--jobs", type=int, default=2, help="processes that instrument (default: 2)")
    chosen = options.parse_args()
    sys.exit(check(chosen.level or (1, 2), chosen.sample, chosen.jobs, chosen.core).code)
