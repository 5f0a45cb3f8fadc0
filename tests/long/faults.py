"""Cut commands short wherever that is possible, and see that no file of the user is ever lost or altered.

On a tree of 200 files of every kind, commands are killed at random moments, killed at each call by which they change
the file system, met by errors and short writes at such calls, and refused a folder or the vault. Whatever happened:
each file is its original or a twin of it, and then the vault has the original; the next command finishes what is left
and says so; after a restore every file has its bytes, mode and time back.
"""

from __future__ import annotations

import argparse
import errno
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import fault_runs
import fault_tree
from fault_runs import Ended, Fault, What
from fault_tree import Tree

RESTORE = ("uninstrument", "--restore")
STRIP = ("uninstrument", "--strip", ".")
NEXT = (
    RESTORE,
    ("instrument", ".", "--level", "3", "--jobs", "1"),
    ("doctor", "--repair"),
    None,
)  # None: the same once more
FAILURES = (
    *((What.FAIL, error) for error in (errno.ENOSPC, errno.EIO, errno.EACCES)),
    *((What.FAIL_FROM, error) for error in (errno.ENOSPC, errno.EIO, errno.EROFS)),
    (What.SHORT, 0),
)
SCENARIOS = ("instrument", "another level", "restore", "edited, another level", "edited, restore", "strip")
ABOUT = {
    "files": "files in the tree",
    "kills": "kills at random moments",
    "pool": "kills at random moments while several processes rewrite",
    "calls": "kills at calls, over all commands; 0: at each call of each",
    "failures": "errors and short writes, over all commands",
    "seed": "of the random moments",
}
_SAID = "cut short"
_NO_PROJECT = 6  # the exit code where no command has come so far as to make a vault
_PROGRESS = 50


@dataclass(frozen=True)
class Scenario:
    """A command on a tree that is in some state."""

    name: str
    template: Path
    tree: Tree
    command: tuple[str, ...]


@dataclass(frozen=True)
class Trial:
    """A scenario and what is to happen in it; `denied` is a folder that cannot be written."""

    kind: str
    scenario: Scenario
    fault: Fault
    then: tuple[str, ...] | None
    denied: str | None = None

    def __str__(self) -> str:
        then = f", then {' '.join(self.then)}" if self.then else ""
        denied = f", {self.denied} read-only" if self.denied else ""
        return f"{self.scenario.name}: {self.fault}{denied}{then}"


def scenarios(folder: Path, files: int) -> list[Scenario]:
    """Make the trees from which the commands start; what they will do has been done once in this process."""
    plain, two, edited, bare, scratch = (folder / name for name in ("plain", "two", "edited", "bare", "scratch"))
    tree = fault_tree.make_tree(plain, files)
    fault_tree.copy(plain, two)
    fault_runs.warm(two, _to(2))
    fault_tree.copy(two, scratch)
    fault_runs.warm(scratch, _to(3), _to(4), _to(5), RESTORE)
    fault_tree.copy(two, bare)
    fault_tree.remove(bare / ".spanwright")
    fault_tree.copy(bare, scratch)
    fault_runs.warm(scratch, STRIP)
    fault_tree.copy(two, edited)
    after = fault_tree.edit(edited, tree)
    fault_tree.copy(edited, scratch)
    fault_runs.warm(scratch, _to(3), _to(4), _to(5), RESTORE)
    fault_tree.remove(scratch)
    starts = (
        (plain, tree, _to(2)),
        (two, tree, _to(5)),
        (two, tree, RESTORE),
        (edited, after, _to(4)),
        (edited, after, RESTORE),
        (bare, tree.now(bare), STRIP),
    )
    return [Scenario(name, *start) for name, start in zip(SCENARIOS, starts, strict=True)]


def _to(level: int, jobs: int = 1) -> tuple[str, ...]:
    return ("instrument", ".", "--level", str(level), "--jobs", str(jobs))


class Lane:
    """A place where one trial after the other is made."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        folder.chmod(0o755)
        self.tree, self.log = folder / "tree", folder / "log"

    def whole(self, scenario: Scenario) -> tuple[float, int]:
        """Let a command go through; return how long it takes and how many calls it makes."""
        fault_tree.copy(scenario.template, self.tree)
        began = time.monotonic()
        done = fault_runs.run(scenario.command, self.tree, self.log)
        took = time.monotonic() - began
        if done.code:
            raise SystemExit(f"{scenario.name} does not even go through undisturbed: {done.said}")
        return took, done.calls

    def make(self, trial: Trial) -> list[str]:
        """Make a trial; return what does not hold."""
        scenario = trial.scenario
        fault_tree.copy(scenario.template, self.tree)
        self.start = fault_tree.contents(self.tree, scenario.tree)
        try:
            return [f"{trial}: {problem}" for problem in self._problems(trial)]
        except Exception as error:
            return [f"{trial}: {type(error).__name__}: {error}"]

    def _problems(self, trial: Trial) -> Iterator[str]:
        with denied(self.tree, trial.denied):
            ended = fault_runs.run(trial.scenario.command, self.tree, self.log, trial.fault)
        yield from _badly_ended(ended, trial)
        yield from trial.scenario.tree.problems(self.tree, self.start)
        has_journal = (self.tree / ".spanwright/journal").exists()
        if trial.scenario.command == STRIP:
            yield from self._goes_through(STRIP, trial, False)
            yield from trial.scenario.tree.unstripped(self.tree)
            return
        then = trial.then or trial.scenario.command
        yield from self._goes_through(then, trial, has_journal)
        yield from trial.scenario.tree.problems(self.tree, self.start)
        yield from trial.scenario.tree.unsettled(self.tree, self.start)
        if then is not RESTORE:
            yield from self._goes_through(RESTORE, trial, False)
        yield from trial.scenario.tree.differences(self.tree)

    def _goes_through(self, command: Sequence[str], trial: Trial, has_journal: bool) -> Iterator[str]:
        done = fault_runs.run(command, self.tree, self.log)
        has_no_vault = command[0] == "doctor" and done.code == _NO_PROJECT
        if done.code and not has_no_vault:
            yield f"{' '.join(command)} then ended with {done.code}: {done.said.strip()[-500:]}"
        if has_journal and _SAID not in done.said:
            yield f"{' '.join(command)} did not say that it finished a journal: {done.said.strip()[-500:]}"


@contextmanager
def denied(root: Path, name: str | None) -> Iterator[None]:
    """Let nobody write in a folder and those below it; everything belongs to the one user who is not root."""
    if name is None:
        yield
        return
    if os.getuid() == 0:
        subprocess.run(["chown", "-hR", "65534:65534", os.fspath(root)], check=True)
    folders = [path for path in [root / name, *(root / name).rglob("*")] if path.is_dir()]
    for folder in folders:
        folder.chmod(0o555)
    try:
        yield
    finally:
        for folder in folders:
            folder.chmod(0o755)


def _badly_ended(ended: Ended, trial: Trial) -> Iterator[str]:
    if "Traceback" in ended.said:
        yield f"it ended with a traceback: {ended.said[-1500:]}"
    is_killed = trial.kind.startswith("kill") and ended.code == -signal.SIGKILL
    if ended.code not in (0, 3, 5) and not is_killed:
        yield f"it ended with {ended.code}: {ended.said[-500:]}"
    if trial.denied is not None and ended.code not in (3, 5):
        yield f"it ended with {ended.code} although {trial.denied} is read-only"


@dataclass(frozen=True)
class Numbers:
    """How many trials there are; `calls` and `failures` are spread evenly over the calls, 0 calls: each of them."""

    files: int = 200
    kills: int = 1000
    pool: int = 20
    calls: int = 0
    failures: int = 2000
    seed: int = 0


def trials(known: Sequence[Scenario], measured: dict[str, tuple[float, int]], numbers: Numbers) -> list[Trial]:
    """Draw the trials."""
    draw = random.Random(numbers.seed)
    after = itertools.cycle(NEXT)
    made: list[Trial] = []

    def add(kind: str, scenario: Scenario, fault: Fault, denied: str | None = None) -> None:
        made.append(Trial(kind, scenario, fault, next(after), denied))

    for number in range(numbers.kills):
        scenario = known[number % len(known)]
        add("kill at a moment", scenario, Fault(seconds=draw.uniform(0, 1.05 * measured[scenario.name][0])))
    for _ in range(numbers.pool):
        scenario = replace(known[0], command=_to(2, jobs=2))
        add("kill at a moment, pool", scenario, Fault(seconds=draw.uniform(0, measured["pool"][0])))
    for scenario in known:
        for at in _spread(measured[scenario.name][1], numbers.calls and max(1, numbers.calls // len(known)), draw):
            add("kill at a call", scenario, Fault(draw.choice((What.KILL, What.KILL, What.SHORT_THEN_KILL)), at))
        for what, error in FAILURES:
            share = max(1, numbers.failures // len(known) // len(FAILURES)) if numbers.failures else 0
            for at in _spread(measured[scenario.name][1], share, draw) if share else ():
                name = errno.errorcode.get(error, "")
                add(f"{what.name.lower().replace('_', ' ')} {name}".strip(), scenario, Fault(what, at, error))
        for folder in (".spanwright", "part0", "part1/a", "."):
            if (scenario.template / folder).exists():
                add("read-only", scenario, Fault(is_nobody=True), folder)
    return made


def _spread(calls: int, number: int, draw: random.Random) -> list[int]:
    """Return so many of the calls, evenly; 0: all."""
    if not number or number >= calls:
        return list(range(1, calls + 1))
    step = calls / number
    return sorted({1 + min(calls - 1, int((place + draw.random()) * step)) for place in range(number)})


def check(folder: Path, numbers: Numbers, lanes: int, only: Sequence[str] = ()) -> list[str]:
    """Make all trials, of the scenarios in `only` if any, in so many processes; print the counts; return what fails."""
    fault_runs.remember_twins()
    known = [scenario for scenario in scenarios(folder, numbers.files) if not only or scenario.name in only]
    lane = Lane(folder / "first")
    measured = {scenario.name: lane.whole(scenario) for scenario in known}
    if numbers.pool:
        measured["pool"] = lane.whole(replace(known[0], command=_to(2, jobs=2)))
    for name, (took, calls) in measured.items():
        print(f"  {name}: {calls:,} calls, {took * 1000:.0f} ms", flush=True)
    every = trials(known, measured, numbers)
    random.Random(numbers.seed).shuffle(every)
    children = [_fork(folder, every[place::lanes], place) for place in range(lanes)]
    failed = []
    for place, child in enumerate(children):
        if os.waitpid(child, 0)[1]:
            failed.append("a process of this check died")
        else:
            failed += json.loads((folder / f"found{place}").read_text())
    for kind, number in sorted(Counter(trial.kind for trial in every).items()):
        print(f"  {number:6,} {kind}")
    return failed


def _fork(folder: Path, every: Sequence[Trial], place: int) -> int:
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    lane, found = Lane(folder / f"lane{place}"), []
    for number, trial in enumerate(every, 1):
        problems = lane.make(trial)
        found += problems
        for problem in problems[:3]:
            print(f"  FAILED {problem}", flush=True)
        if number % _PROGRESS == 0:
            print(f"  {number:,} of {len(every):,} in process {place}, {len(found)} failed", flush=True)
    (folder / f"found{place}").write_text(json.dumps(found))
    os._exit(0)


def _options() -> argparse.Namespace:
    first = (__doc__ or "").strip()
    made = argparse.ArgumentParser(description=first, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, about in ABOUT.items():
        made.add_argument(f"--{name}", type=int, default=getattr(Numbers, name), help=f"{about} (default: %(default)s)")
    made.add_argument("--only", choices=SCENARIOS, action="append", default=[], help="repeatable (default: all)")
    made.add_argument("--lanes", type=int, default=os.cpu_count() or 1, help="processes (default: %(default)s)")
    made.add_argument("--folder", type=Path, help="where the trees are made (default: a temporary folder)")
    return made.parse_args()


def main() -> int:
    """Check, in a folder that is gone afterwards."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="spanwright-faults-", dir=options.folder) as name:
        folder = Path(name).resolve()
        folder.chmod(0o755)
        fault_runs.preload(folder)
        failed = check(folder, Numbers(**{name: getattr(options, name) for name in ABOUT}), options.lanes, options.only)
    print(f"FAILED: {len(failed)}" if failed else "all of it holds")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
