"""Run many random programs as they are and instrumented; what they print and raise has to be the same.

Hypothesis makes the programs (tests/fidelity/program_maker.py): expressions with side effects, nested calls, `try`,
`with`, `match`, generators, comprehensions, closures, classes, tasks. Each runs as it is and with an exception at
places chosen at random, at every level or, with --levels-each 1, at one of them. The recordings have to be readable,
and every span in them has to have its end. What differs is made as small as Hypothesis can, and printed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from long_harness import Findings, finish, parser

from instrumenter import rewrite

sys.path.insert(0, str(Path(__file__).parents[1] / "fidelity"))

from compared_programs import Worker, programs, told

EXAMPLES = 10_000
# Programs in one child process: its recording is read when they are done.
BATCH = 250
Case = tuple[str, list[int], list[int]]  # a program, the effects that shall fail, the levels


class Different(AssertionError):
    """A program and its twin did not do the same."""


def compare_batch(worker: Worker, examples: int, number: int, each: int) -> list[Case]:
    """Compare so many programs, `each` at that many levels; return them. `Different` for the smallest that differs."""
    done: list[Case] = []

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck),
              phases=[Phase.generate, Phase.shrink])  # fmt: skip
    @seed(number)
    @given(programs, st.permutations(worker.levels))
    def behaves(program: tuple[str, list[int]], levels: list[int]) -> None:
        case = (*program, levels[:each])
        done.append(case)
        for difference in worker.compare(*case)["differences"]:
            raise Different(f"{told(difference)}\n\nfail_at {case[1]}\n{case[0]}")

    behaves()
    return done


def culprits(cases: Sequence[Case], core: str | None) -> list[str]:
    """Find the programs whose recordings are not whole, each in a process of its own."""
    found = []
    for source, fail_at, levels in cases:
        with Worker(core, levels) as worker:
            worker.compare(source, fail_at)
            if problems := worker.problems():
                found.append("\n".join([*problems[:5], f"levels {levels}, fail_at {fail_at}", source]))
        if len(found) == 3:
            break
    return found


def check(
    examples: int = EXAMPLES, core: str | None = None, levels: Sequence[int] = rewrite.LEVELS, first: int = 0,
    each: int = len(rewrite.LEVELS),
) -> Findings:  # fmt: skip
    """Compare `examples` programs, `each` at so many of the levels; `first` is the first batch's number, its seed."""
    findings = Findings()
    done = 0
    start = time.monotonic()
    for number in range(first, first + -(-examples // BATCH)):
        size = min(BATCH, examples - done)
        with Worker(core, levels) as worker:
            try:
                cases = compare_batch(worker, size, number, each)
            except (Different, RuntimeError) as failure:
                findings.expect(False, f"batch {number}: the programs do the same with and without probes", failure)
                continue
            problems = worker.problems()
        done += size
        print(f"  {done} programs, {time.monotonic() - start:.0f} s", flush=True)
        if problems:
            found = culprits(cases, core)
            findings.expect(False, f"batch {number}: the recording is whole", "\n".join([*problems[:5], *found]))
    numbers = f"{f'{each} of ' if each < len(levels) else ''}levels {', '.join(map(str, levels))}"
    findings.expect(done >= examples, f"{examples} programs at {numbers} did the same")
    return findings


if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("--examples", type=int, default=EXAMPLES, help=f"how many programs (default: {EXAMPLES})")
    options.add_argument("--level", type=int, action="append", help="a level, repeatable (default: all)")
    options.add_argument(
        "--levels-each", type=int, default=len(rewrite.LEVELS), help="levels of each program, by chance (default: all)"
    )
    options.add_argument("--first", type=int, default=0, help="number of the first batch, for other programs (0)")
    chosen = options.parse_args()
    levels = chosen.level or rewrite.LEVELS
    finish(lambda: check(chosen.examples, chosen.core, levels, chosen.first, chosen.levels_each))
