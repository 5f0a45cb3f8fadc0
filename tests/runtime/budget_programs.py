"""Programs for the tests of docs/budget.md, and what their segments say: they run under a real clock.

The budget is so small that a function which is called again and again is turned down at the first look.
"""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from core_under_test import CoreUnderTest, Run
from segment_text import read_segment
from volume_programs import SPANS, counted

LITTLE = "0.01%"
#: `hot(do)` calls `do` until the functions in it are turned down, and says how often.
HOT = """
import time
def hot(do):
    calls, end = 0, time.monotonic() + 0.4
    while time.monotonic() < end:
        do()
        calls += 1
    return calls
"""
RECORDED, COUNTED, TAKEN_OUT = range(3)
SELDOM = 20


def run_on_budget(core: CoreUnderTest, source: str, budget: str = LITTLE, **settings: str) -> Run:
    """Run a twin made of spans (volume_programs.py) with this budget; other settings go without TRACING_.

    Once more where a function that is hardly called was turned down: one of its few probes was timed, and an interrupt
    with it.
    """
    env = {f"TRACING_{name}": value for name, value in settings.items()} | {"TRACING_OVERHEAD_BUDGET": budget}
    for again in reversed(range(5)):
        run = core.run(SPANS + HOT + dedent(source), env=env, clock="monotonic", options=["-W", "ignore"])
        assert run.err == "", run.err
        if not again or not any(_was_by_chance(path) for path in run.segments):
            break
        for path in run.segments:
            path.unlink()
    return run


def _was_by_chance(path: Path) -> bool:
    counts = counted(path)
    return any(counts.get(site, (0, 0))[0] < SELDOM for site, ways in switches(path).items() if ways[0] != TAKEN_OUT)


def switches(path: Path) -> dict[int, list[int]]:
    """How each site that was turned down was recorded, one after the other."""
    found: dict[int, list[int]] = {}
    for line in read_segment(path).streams[0].lines:
        word, *numbers = line.split()
        if word == "SWITCH":
            found.setdefault(int(numbers[0]), []).append(int(numbers[1]))
    return found


def below(path: Path, thread: int = 1) -> list[tuple[int, ...]]:
    """The spans that were opened on a thread's stack: the sites of those that they hang below, then their own."""
    stack: list[int] = []
    found = []
    for line in read_segment(path).streams[thread].lines:
        word, *fields = line.split()
        if word in ("ENTER", "CALL", "START"):
            stack.append(int(fields[0]))
            found.append(tuple(stack))
        elif word in ("LEAVE", "RETURN", "RAISE", "LOST", "OUT", "CALL_FAIL", "END"):
            stack.pop()
    assert stack == []
    return found


def left_out(path: Path) -> int:
    """How many spans were left out, as the spans above say."""
    lines = read_segment(path).streams[1].lines
    return sum(int(line.split()[-1]) for line in lines if line.startswith(("LEFT_OUT", "HLEFT_OUT")))
