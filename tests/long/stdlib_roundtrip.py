"""Instrument the whole standard library with the commands, look at every file, take it all back.

The copy of the library leaves out `test`, `lib2to3/tests` and site-packages. At levels 1 to 5, every file has to end as
a twin that compiles on every CPython from 3.11 to 3.13 that is here (if its original does), unchanged because it has
nothing to instrument, or failed with a reason. `strip` has to give every original back from its twin alone; and in the
end `uninstrument --restore` has to give back the same tree: digests, modes and modification times to the nanosecond.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from long_harness import PROGRAMS, Findings, Project, finish, parser, project
from source_facts import compile_error, functions
from source_trees import LIBRARY, interpreters, lay_out

from instrumenter import rewrite

MOST_FAILURES = 5
State = tuple[str, int, int]


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

    def twins(self) -> dict[str, tuple[bytes, bytes]]:
        """Return original and twin of every file that was changed."""
        return {name: (self.originals[name], (self.root / name).read_bytes()) for name in self.ended("changed")}


def _comes_back(pair: tuple[bytes, bytes]) -> bool:
    before, after = pair
    return rewrite.strip(after) == before


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


def compile_everywhere(place: Project, work: Work, findings: Findings) -> None:
    """Let every interpreter compile every twin; the originals lie in a folder of their own beside the project."""
    aside = place.root.parent / "originals"
    pairs = []
    for name in work.ended("changed"):
        original = aside / name
        original.parent.mkdir(parents=True, exist_ok=True)
        original.write_bytes(work.originals[name])
        pairs.append([str(original), str(place.root / name)])
    (place.root.parent / "pairs.json").write_text(json.dumps(pairs))
    for minor, python in interpreters().items():
        words = [python, str(PROGRAMS / "compile_all.py"), str(place.root.parent / "pairs.json")]
        answer = json.loads(subprocess.run(words, capture_output=True, check=True).stdout)
        aside_too = f", {answer['not_python']} whose originals it does not take" if answer["not_python"] else ""
        findings.equal(answer["failed"], {}, f"3.{minor} compiles {answer['compiled']} twins{aside_too}")


def report(work: Work, seconds: float) -> list[str]:
    """Print what became of the files; return those that failed though CPython takes them."""
    failed = work.ended("failed")
    own = [name for name in failed if not compile_error(work.originals[name], name)]
    lines = sum(source.count(b"\n") for source in work.originals.values())
    print(f"  {len(work.ended('changed'))} twins, {len(work.ended('unchanged'))} unchanged, {len(failed)} failed"
          f" ({len(failed) - len(own)} of them are no Python), {lines / seconds:,.0f} lines/s")  # fmt: skip
    for name in failed:
        print(f"    {name}: {work.results[name]['reason']}")
    return own


def check_level(place: Project, level: int, originals: dict[str, bytes], jobs: int, findings: Findings) -> None:
    """Instrument at one level, look at every file, restore, compare."""
    print(f" level {level}, {len(originals)} files", flush=True)
    before = tree_state(place.root)
    start = time.monotonic()
    work = instrument(place, originals, level, jobs)
    failed = report(work, time.monotonic() - start)
    faults = list(work.broken_promises())
    findings.equal(faults, [], "every file is a twin that compiles, unchanged, or failed with a reason")
    findings.expect(len(failed) <= MOST_FAILURES, f"at most {MOST_FAILURES} failed", len(failed))
    twins = work.twins()
    with ProcessPoolExecutor(jobs) as pool:
        back = dict(zip(twins, pool.map(_comes_back, twins.values(), chunksize=16), strict=True))
    lost = [name for name, same in back.items() if not same]
    findings.equal(lost, [], f"strip gives {len(twins)} originals back")
    compile_everywhere(place, work, findings)
    place.command("uninstrument", "--restore")
    after = tree_state(place.root)
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    findings.equal(changed, [], f"all {len(before)} files have their bytes, mode and time back")


def check(
    levels: Iterable[int] = rewrite.LEVELS, sample: int | None = None, jobs: int = 2, core: str | None = None
) -> Findings:
    """Check the library at each level; `sample` limits it to that many files, always the same ones."""
    findings = Findings()
    with project(core) as place:
        (place.root / "Lib").mkdir()
        files = lay_out(LIBRARY, sample, place.root / "Lib")
        originals = {f"Lib/{file.as_posix()}": (place.root / "Lib" / file).read_bytes() for file in files}
        for level in levels:
            check_level(place, level, originals, jobs, findings)
    return findings


if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("--level", type=int, action="append", help="a level to check, repeatable (default: all)")
    options.add_argument("--sample", type=int, help="check only this many files, always the same ones")
    options.add_argument("--jobs", type=int, default=2, help="processes that instrument (default: 2)")
    chosen = options.parse_args()
    finish(lambda: check(chosen.level or rewrite.LEVELS, chosen.sample, chosen.jobs, chosen.core))
