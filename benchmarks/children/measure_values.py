"""Captures values without end, as parameters and results at level 2: prints microseconds of a value.

Half of what a call with the value costs more than a call with None, since it is captured twice: the median of many
calls. `--small`: values a hundred times as small.
"""

from __future__ import annotations

import collections
import importlib
import json
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

CALLS = 1000
TWIN = """
from spanwright import probes as _sw_
_sw_enter, _sw_ret, _sw_fail = _sw_(__name__, "large.py@0000000000000000", 2, 1, "enter ret fail")
def f(it):
    try:
        _sw_enter(0, it)
        return _sw_ret(it)
    except: _sw_fail(0); raise
"""


def recorded_function(folder: Path) -> Callable[[Any], object]:
    """Make a function with probes of level 2."""
    (folder / ".spanwright" / "traces").mkdir(parents=True)
    (folder / "large.py").write_text(TWIN)
    sys.path.insert(0, str(folder))
    function: Callable[[Any], object] = importlib.import_module("large").f
    return function


def values(smaller: int) -> Iterator[tuple[str, Any]]:
    """Make the values, one at a time."""
    yield "a dict of 10 million items", dict.fromkeys(range(10_000_000 // smaller))
    yield "a bytes object of 1 GB", bytes((1 << 30) // smaller)
    cyclic: list[Any] = []
    cyclic.append(cyclic)
    yield "a list that contains itself", cyclic
    yield "a str of 100 million characters", "ä" * (100_000_000 // smaller)
    nest: list[Any] = []
    for _ in range(100_000 // smaller):
        nest = [nest]
    yield "lists 100,000 deep", nest
    yield "a set of 1 million items", set(range(1_000_000 // smaller))
    shared = collections.deque(range(1000))
    stop: list[bool] = []

    def change() -> None:
        while not stop:
            shared.append(1)
            shared.popleft()

    thread = threading.Thread(target=change)
    thread.start()
    yield "a deque that another thread changes", shared
    stop.append(True)
    thread.join()
    while nest:  # an interpreter that frees it at once may run out of stack
        nest = nest[0]


def cost(function: Callable[[Any], object], value: object) -> float:
    """Median of the thread's own time of a call, in microseconds."""
    times = []
    for _ in range(CALLS):
        start = time.thread_time_ns()
        function(value)
        times.append(time.thread_time_ns() - start)
    return median(times) / 1000


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        function = recorded_function(Path(folder).resolve())
        base = cost(function, None)
        smaller = 100 if "--small" in sys.argv else 1
        taken = {name: (cost(function, value) - base) / 2 for name, value in values(smaller)}
    print(json.dumps(taken))


if __name__ == "__main__":
    main()
