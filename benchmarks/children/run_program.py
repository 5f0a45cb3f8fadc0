"""Does a program's work once for every line on standard input, recorded in one way: prints CPU seconds and the result.

Run in the folder of the program: its own code is in `app`, its libraries in `vendor`.
"""

from __future__ import annotations

import gc
import importlib
import inspect
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Work = Callable[[], int]
# Room for all that a round records.
ENTRIES = 20_000_000


def with_viztracer(work: Work, folders: list[str], name: str) -> Work:
    """Let VizTracer record the work; it forgets it afterwards."""
    details = name == "VizTracer with arguments and results"
    tracer = importlib.import_module("viztracer").VizTracer(
        tracer_entries=ENTRIES, include_files=folders, ignore_c_function=name != "VizTracer with C calls",
        log_func_args=details, log_func_retval=details, verbose=0, register_global=False,
    )  # fmt: skip

    def traced() -> int:
        tracer.start()
        try:
            return work()
        finally:
            tracer.stop()
            tracer.clear()

    return traced


def with_settrace(work: Work, folders: list[str]) -> Work:
    """Count lines with a trace function."""
    inside = tuple(folders)
    lines = 0

    def line(frame: Any, event: str, argument: object) -> Any:
        nonlocal lines
        if event == "line":
            lines += 1
        return line

    def begin(frame: Any, event: str, argument: object) -> Any:
        return line if frame.f_code.co_filename.startswith(inside) else None

    def traced() -> int:
        sys.settrace(begin)
        try:
            return work()
        finally:
            sys.settrace(None)

    return traced


def with_snoop(folder: Path) -> None:
    """Put snoop on every function of the application."""
    snoop = importlib.import_module("snoop")
    config = snoop.Config(out=(folder / "snoop.log").open("w"), color=False)
    for path in (folder / "app").glob("*.py"):
        module = importlib.import_module(path.stem)
        owners = [module, *(thing for thing in vars(module).values() if inspect.isclass(thing))]
        for owner in owners:
            if getattr(owner, "__module__", module.__name__) == module.__name__:
                for name, thing in list(vars(owner).items()):
                    if inspect.isfunction(thing) and thing.__module__ == module.__name__:
                        setattr(owner, name, config.snoop()(thing))


def prepared(folder: Path, name: str, *, whole: bool) -> Work:
    """Load the program; return its work, recorded: by us where its files are twins."""
    sys.path[:0] = [str(folder / "app"), str(folder / "vendor")]
    module = importlib.import_module("workload")
    looked_at = [str(folder / "app"), *([str(folder / "vendor")] if whole else [])]
    if name == "snoop":
        with_snoop(folder)
    if name == "sys.settrace":
        return with_settrace(module.run, looked_at)
    work: Work = module.run
    return with_viztracer(work, looked_at, name) if name.startswith("VizTracer") else work


def main() -> None:
    """Work until there are no more lines."""
    work = prepared(Path.cwd(), sys.argv[1], whole=sys.argv[2] == "whole")
    work()
    print("ready", flush=True)
    for _ in sys.stdin:
        gc.collect()
        start = time.process_time()
        result = work()
        print(json.dumps((time.process_time() - start, result)), flush=True)


if __name__ == "__main__":
    main()
