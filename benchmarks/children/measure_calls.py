"""Measures every case of calls in one way: prints, for each, the CPU seconds of the plain loop and of the recorded one.

Run in the folder that has the modules: `plain`, and the way's own.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from itertools import repeat
from pathlib import Path
from typing import Any

WARM_UP = 5000
FIB, CALLS_OF_FIB = 15, 1973
Loop = Callable[[Any, int], object]
# Switches recording on around a loop.
Recording = Callable[[], AbstractContextManager[object]]


def calls(module: Any, count: int) -> None:
    f = module.f
    for _ in repeat(None, count):
        f(1, 2)


def recursion(module: Any, count: int) -> None:
    for _ in range(max(1, count // CALLS_OF_FIB)):
        module.fib(FIB)


def generator_items(module: Any, count: int) -> None:
    for _ in module.items(count):
        pass


def awaits(module: Any, count: int) -> None:
    coroutine = module.coroutine

    async def every() -> None:
        for _ in repeat(None, count):
            await coroutine(1)

    with suppress(StopIteration):
        every().send(None)


def methods(module: Any, count: int) -> None:
    counter = module.Counter()
    for _ in repeat(None, count):
        counter.method(1)


def exceptions(module: Any, count: int) -> None:
    fails = module.fails
    for _ in repeat(None, count):
        try:  # noqa: SIM105, which would be measured
            fails()
        except ValueError:
            pass


def call_sites(module: Any, count: int) -> None:
    module.sites(count)


def parameter(value: object) -> Loop:
    """Make the loop that calls with this value."""

    def loop(module: Any, count: int) -> None:
        takes = module.takes
        for _ in repeat(None, count):
            takes(value)

    return loop


LOOPS: dict[str, Loop] = {
    "f(a, b)": calls,
    "recursion": recursion,
    "generator item": generator_items,
    "coroutine await": awaits,
    "method": methods,
    "exception": exceptions,
    "call site": call_sites,
    "an int": parameter(7),
    "a str of 20": parameter("twenty characters !!"),
    "a list of 5 ints": parameter([1, 2, 3, 4, 5]),
    "a dict of 5": parameter({"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}),
}


class VizTracer:
    """VizTracer with room for so many events, none of which is written over another."""

    def __init__(self, way: str, entries: int) -> None:
        details = way == "VizTracer with arguments and results"
        self.tracer = importlib.import_module("viztracer").VizTracer(
            tracer_entries=entries, log_func_args=details, log_func_retval=details, verbose=0, register_global=False
        )

    @contextmanager
    def __call__(self) -> Iterator[None]:
        self.tracer.start()
        yield
        self.tracer.stop()


def monitoring() -> Recording:
    """Give a tool of `sys.monitoring` whose callback does nothing."""
    tool, events = 3, sys.monitoring.events  # type: ignore[attr-defined]
    wanted = ("PY_START", "PY_RETURN", "PY_YIELD", "PY_RESUME", "PY_UNWIND", "PY_THROW")
    chosen = [getattr(events, name) for name in wanted]

    def callback(*arguments: object) -> None:
        return None

    sys.monitoring.use_tool_id(tool, "benchmarks")  # type: ignore[attr-defined]
    for event in chosen:
        sys.monitoring.register_callback(tool, event, callback)  # type: ignore[attr-defined]

    @contextmanager
    def traced() -> Iterator[None]:
        sys.monitoring.set_events(tool, sum(chosen))  # type: ignore[attr-defined]
        yield
        sys.monitoring.set_events(tool, 0)  # type: ignore[attr-defined]

    return traced


def recording(way: str, entries: int) -> Recording:
    """Give what switches a way's recording on; ours, OpenTelemetry's and Logfire's is in the module."""
    if way.startswith("VizTracer"):
        return VizTracer(way, entries)
    if way == "cProfile":
        return importlib.import_module("cProfile").Profile  # type: ignore[no-any-return]
    if way == "Logfire auto-tracing":
        logfire = importlib.import_module("logfire")
        logfire.configure(send_to_logfire=False, console=False)
        logfire.install_auto_tracing(modules=["copied"], min_duration=0)
    return monitoring() if way == "sys.monitoring" else nullcontext


def timed(loop: Loop, module: Any, count: int) -> float:
    """Return the CPU seconds that a loop takes."""
    start = time.process_time()
    loop(module, count)
    return time.process_time() - start


def measure(cases: list[str], plain: Any, recorded: Any, switch: Recording, count: int) -> dict[str, Any]:
    """Measure the cases one after the other: ns a call of the plain loop, and what recording adds."""
    found = {}
    for case in cases:
        gc.collect()
        loop, done = LOOPS[case], count
        if case == "recursion":
            done = max(1, count // CALLS_OF_FIB) * CALLS_OF_FIB
        base = timed(loop, plain, count)
        with switch():
            taken = timed(loop, recorded, count)
        found[case] = (base / done * 1e9, (taken - base) / done * 1e9)
    return found


def main() -> None:
    """Warm up, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way")
    parser.add_argument("module")
    parser.add_argument("cases", help="JSON")
    parser.add_argument("count", type=int)
    options = parser.parse_args()
    sys.path.insert(0, str(Path.cwd()))
    cases = json.loads(options.cases)
    # Every loop's calls, also where they are made once more to use the memory, and what begins and ends around them.
    switch = recording(options.way, len(cases) * 2 * (options.count + WARM_UP + CALLS_OF_FIB) + 1000)
    plain, recorded = importlib.import_module("plain"), importlib.import_module(options.module)
    warm_up = min(WARM_UP, options.count)
    measure(cases, plain, recorded, switch, warm_up)
    if options.way.endswith("used before") and isinstance(switch, VizTracer):
        measure(cases, plain, recorded, switch, options.count)
        switch.tracer.clear()
    print(json.dumps(measure(cases, plain, recorded, switch, options.count)))


if __name__ == "__main__":
    main()
