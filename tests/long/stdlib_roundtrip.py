"""Instrument a copy of the whole standard library, look at every file, take it all back.

The copy leaves out `test`, `lib2to3/tests` and site-packages. At levels 1 and 2, every file has
to end as a twin that compiles, unchanged because it has nothing to instrument, or failed with a reason; afterwards
`uninstrument --restore` has to give back the same tree: digests, modes and modification times to the nanosecond.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from long_harness import Findings, Project, finish, parser, project
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


@dataclass(frozen=True)
class Work:
    """What one run of the command did: the original bytes and the command's own result, by path."""

    originals: dict[str, bytes]
    results: dict[str, dict[str, Any]]
    root: Path

    def ended(self, kind: str) -> list[str]:
        """Return the files with this result."""
        return [name for name in self.originals if self.results.get(name, {}).get("result") == kind]

    def broken_promises(self) -> Iterator[str]:
        """Yield what does not fit: a result that the file's bytes or the file's functions contradict."""
        for name, before in self.originals.items():
            result = self.results.get(name, {"result": "missing"})
            after = (self.root / name).read_bytes()
            if result["result"] == "changed":
                yield from _twin_faults(name, before, after, result["functions"])
            elif after != before:
                yield f"{name}: {result['result']}, but other bytes"
            elif result["result"] == "unchanged":
                if any(not function.trivial for function in functions(before)):
                    yield f"{name}: unchanged, but it has functions"
            elif result["result"] != "failed" or not result["reason"]:
                yield f"{name}: {result}"


def _twin_faults(name: str, before: bytes, after: bytes, sites: int) -> Iterator[str]:
    wanted = sum(not function.trivial for function in functions(before))
    if after == before:
        yield f"{name}: changed, but the same bytes"
    if why := compile_error(after, name):
        yield f"{name}: the twin does not compile: {why}"
    if sites != wanted:
        yield f"{name}: {sites} functions instrumented of {wanted}"


def instrument(place: Project, originals: dict[str, bytes], level: int, jobs: int) -> Work:
    """Instrument all files by name: as parts of a folder, tests would be left out."""
    # Code 3: some files failed, each with its reason.
    words = [*originals, "--level", str(level), "--jobs", str(jobs), "--json"]
    report = json.loads(place.command("instrument", *words, allowed=(0, 3)).stdout)
    return Work(originals, {row["path"]: row for row in report["results"]}, place.root)


def check_level(place: Project, level: int, originals: dict[str, bytes], jobs: int, findings: Findings) -> None:
    """Instrument at one level, look at every file, restore, compare."""
    print(f" level {level}, {len(originals)} files")
    before = tree_state(place.root)
    work = instrument(place, originals, level, jobs)
    failed = work.ended("failed")
    print(f"  {len(work.ended('changed'))} twins, {len(work.ended('unchanged'))} unchanged, {len(failed)} failed")
    for name in failed:
        print(f"    {name}: {work.results[name]['reason']}")
    faults = list(work.broken_promises())
    findings.equal(faults, [], "every file is a twin that compiles, unchanged, or failed with a reason")
    findings.expect(len(failed) <= MOST_FAILURES, f"at most {MOST_FAILURES} failed", len(failed))
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
        originals = {f"Lib/{file.as_posix()}": (place.root / "Lib" / file).read_bytes() for file in files}
        for level in levels:
            check_level(place, level, originals, jobs, findings)
    return findings


if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("--level", type=int, action="append", help="a level to check, repeatable (default: 1 and 2)")
    options.add_argument("--sample", type=int, help="check only this many files, always the same ones")
    options.add_argument("--jobs", type=int, default=2, help="processes that instrument (default: 2)")
    chosen = options.parse_args()
    finish(lambda: check(chosen.level or (1, 2), chosen.sample, chosen.jobs, chosen.core))
