"""Run many random programs as they are and instrumented, with both cores; what they print and raise has to be the same.

Hypothesis makes the programs (tests/fidelity/program_maker.py): expressions with side effects, nested calls, `try`,
`with`, `match`, generators, comprehensions, closures, classes, tasks. Each runs as it is and with an exception at
places chosen at random, at every level or, with --levels-each 1, at one of them. The recordings have to be readable,
and every span in them has to have its end. What differs is made as small as Hypothesis can, and printed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from long_harness import Findings, finish, parser

from instrumenter import rewrite
from instrumenter.errors import SpanwrightError

sys.path.insert(0, str(Path(__file__).parents[1] / "fidelity"))

from compared_programs import Program, Worker, programs, told

EXAMPLES = 10_000
# Programs in one child process: its recording is read when they are done.
BATCH = 250
CORES = ("c", "python") if find_spec("spanwright._core") else ("python",)


@dataclass(frozen=True)
class Levels:
    """Which there are, and how many of them each program gets, by chance."""

    among: Sequence[int] = rewrite.LEVELS
    each: int = len(rewrite.LEVELS)

    def __str__(self) -> str:
        among = ", ".join(map(str, self.among))
        return f"levels {among}" if self.each >= len(self.among) else f"{self.each} of levels {among}"


class Different(AssertionError):
    """A program and its twin did not do the same."""


def compare_batch(workers: Sequence[Worker], examples: int, number: int, levels: Levels) -> list[Program]:
    """Compare so many programs in each of the workers; return them. `Different` for the smallest that differs."""
    done: list[Program] = []

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck),
              phases=[Phase.generate, Phase.shrink])  # fmt: skip
    @seed(number)
    @given(programs, st.permutations(levels.among))
    def behaves(case: tuple[str, list[int]], among: list[int]) -> None:
        program = Program.make(*case, among[: levels.each])
        done.append(program)
        for worker in workers:
            worker.start(program)
        found = [(worker.core, difference) for worker in workers for difference in worker.differences()]
        for core, difference in found:
            raise Different(f"{core}, {told(difference)}\n\nfail_at {program.fail_at}\n{program.source}")

    behaves()
    return done


def culprits(cases: Sequence[Program], core: str, environment: Mapping[str, str]) -> list[str]:
    """Find the programs whose recordings are not whole, each in a process of its own."""
    found = []
    for program in cases:
        with Worker(core, settings=environment) as worker:
            worker.start(program)
            worker.differences()
            if problems := worker.problems():
                levels = [level for level, _ in program.twins]
                head = f"{core}, levels {levels}, fail_at {program.fail_at}"
                found.append("\n".join([*problems[:5], head, program.source]))
        if len(found) == 3:
            break
    return found


def check(
    examples: int = EXAMPLES, cores: Sequence[str] = CORES, levels: Levels = Levels(), first: int = 0,
    environment: Mapping[str, str] | None = None,
) -> Findings:  # fmt: skip
    """Compare `examples` programs; `first` is the first batch's number, its seed, `environment` what runs them has."""
    findings, environment = Findings(), environment or {}
    done = 0
    start = time.monotonic()
    for number in range(first, first + -(-examples // BATCH)):
        size = min(BATCH, examples - done)
        with ExitStack() as stack:
            workers = [stack.enter_context(Worker(core, settings=environment)) for core in cores]
            try:
                cases = compare_batch(workers, size, number, levels)
            except (AssertionError, RuntimeError, SpanwrightError) as failure:
                findings.expect(False, f"batch {number}: the programs do the same with and without probes", failure)
                continue
            problems = {core: worker.problems() for core, worker in zip(cores, workers, strict=True)}
        done += size
        print(f"  {done} programs, {time.monotonic() - start:.0f} s", flush=True)
        for core, problem in problems.items():
            if problem:
                found = culprits(cases, core, environment)
                claim = f"batch {number}: what the {core} core recorded is whole"
                findings.expect(False, claim, "\n".join([*problem[:5], *found]))
    findings.expect(done >= examples, f"{examples} programs at {levels} did the same, cores: {', '.join(cores)}")
    return findings


if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("--examples", type=int, default=EXAMPLES, help=f"how many programs (default: {EXAMPLES})")
    options.add_argument("--level", type=int, action="append", help="a level, repeatable (default: all)")
    options.add_argument(
        "--levels-each",
        type=int,
        choices=rewrite.LEVELS,
        default=Levels.each,
        help="of each program (default: all)",
    )
    options.add_argument("--first", type=int, default=0, help="number of the first batch, for other programs (0)")
    chosen = options.parse_args()
    levels = Levels(chosen.level or rewrite.LEVELS, chosen.levels_each)
    finish(lambda: check(chosen.examples, [chosen.core] if chosen.core else CORES, levels, chosen.first))
