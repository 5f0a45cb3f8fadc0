"""What the probes alone cost: runs loops over functions that are bare, or have probes as twins have them.

    probe_loops.py rounds ROUNDS CALLS     prints, for each row, ns a call of the bare and of the probed loop, by round
    probe_loops.py once PLACE WHICH CALLS  runs one loop, `bare` or `probed`, of the row at this place, for callgrind
    probe_loops.py rows                    prints the rows' names

The segment goes to the working directory. `SPANWRIGHT_CORE` and `SPANWRIGHT_CLOCK` choose what is measured.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from spanwright._select import core

LOOPS = Path(__file__).parent.parent / "workloads" / "probes" / "loops.py"
SITES = 15
# Where probes of calls are registered all others look at frames, too: so those of levels 1 and 2 come without them.
FUNCTIONS = "enter ret fail error flag exit gen pause resume val co enter_m"
CALLS = "call call_m will in out await line var let keep state"

Row = tuple[str, str, str, str]
#: Name, what runs the loop, the bare and the probed function.
ROWS: list[Row] = [
    ("level 1, f(a, b)", "run_two", "bare", "level1"),
    ("level 2, two ints and an int result", "run_two", "bare", "level2"),
    ("level 2, a 20-character str, in and out", "run_text", "bare_text", "level2_text"),
    ("level 2, a method with an int", "run_method", "Bare", "Level2"),
    ("level 2, an item of a generator", "run_items", "bare_items", "level2_items"),
    ("level 2, an awaited coroutine", "run_co", "bare_co", "level2_co"),
    ("level 1, a failing call", "run_none", "bare_failure", "level1_failure"),
    ("level 2, a failing call", "run_none", "bare_failure", "level2_failure"),
    ("level 3, a call of a Python function", "run_loop", "bare_calls", "level3_calls"),
    ("level 3, a call of a builtin", "run_loop", "bare_builtin", "level3_builtin"),
    ("level 3, a method's call", "run_loop", "bare_methods", "level3_methods"),
    ("level 3, a call with something to evaluate", "run_loop", "bare_arguments", "level3_arguments"),
    ("level 3, an await of a ready coroutine", "run_awaits", "bare_awaits", "level3_awaits"),
    ("level 4, an int that is bound", "run_loop", "bare_lines", "level4_values"),
    ("level 4, a list compared around a call", "run_loop", "bare_changed", "level4_changed"),
    ("level 5, a line", "run_loop", "bare_lines", "level5_lines"),
]


def words_of(row: Row) -> str:
    """Give the probes that are registered with a row."""
    return FUNCTIONS if row[0].startswith(("level 1", "level 2")) else f"{FUNCTIONS} {CALLS}"


def loaded(words: str) -> dict[str, Any]:
    """Load the functions and give them these probes."""
    probes = core.register(f"{len(words):016}", LOOPS.name, str(LOOPS), "loops", SITES, 0, words)
    names: dict[str, Any] = {f"_sw_{word}": probe for word, probe in zip(words.split(), probes, strict=True)}
    exec(compile(LOOPS.read_bytes(), str(LOOPS), "exec"), names)
    return names


def timed(run: Callable[[object, int], None], function: object, calls: int) -> float:
    """Time one loop, in ns a call."""
    start = time.perf_counter_ns()
    run(function, calls)
    return (time.perf_counter_ns() - start) / calls


def rounds(number: int, calls: int) -> dict[str, list[tuple[float, float]]]:
    """Run all loops in turn; give ns a call of the bare and the probed one of each row, by round."""
    found: dict[str, list[tuple[float, float]]] = {label: [] for label, *_ in ROWS}
    for words in dict.fromkeys(map(words_of, ROWS)):
        names = loaded(words)
        for _ in range(number):
            for label, run, *functions in (row for row in ROWS if words_of(row) == words):
                bare, probed = (timed(names[run], names[name], calls) for name in functions)
                found[label].append((bare, probed))
    return found


def main() -> None:
    """Do what the arguments say."""
    what, *numbers = sys.argv[1:]
    if what == "rows":
        print(json.dumps([label for label, *_ in ROWS]))
        return
    core.configure(str(Path.cwd()), b"")
    if what == "rounds":
        print(json.dumps(rounds(int(numbers[0]), int(numbers[1]))))
        return
    row = ROWS[int(numbers[0])]
    names = loaded(words_of(row))
    names[row[1]](names[row[2] if numbers[1] == "bare" else row[3]], int(numbers[2]))


if __name__ == "__main__":
    main()
