"""Records pickled values from standard input with both cores, and answers for each list whether the bytes are alike.

Run by `test_values_alike.py`; the argument is a folder for the segments.
"""

from __future__ import annotations

import os
import pickle
import sys
from pathlib import Path
from typing import Any

os.environ["SPANWRIGHT_CLOCK"] = "fake"
from spanwright import _core, _pycore

CORES = [_core, _pycore]


class Raised(Exception):
    """What is raised with each value."""


def record(probes: tuple[Any, ...], value: object) -> None:
    """Record a value as a parameter, a result, and an exception's argument and attribute."""
    enter, ret, fail = probes
    enter(0, value)
    ret(value)
    enter(1)
    try:
        error = Raised(value)
        error.__dict__["context"] = value
        raise error
    except Raised:
        fail(1)


def main(folder: Path) -> None:
    """Serve until the end of standard input."""
    probes = []
    for core in CORES:
        traces = folder / core.NAME
        traces.mkdir()
        core.configure(str(traces), b"")
        probes.append(core.register("id", "name", "file", "module", 10, 0, "enter ret fail"))
    while True:
        try:
            values = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        for value in values:
            for own in probes:
                record(own, value)
        c, python = (Path(str(core.segment())).read_bytes()[17:] for core in CORES)
        print(c == python, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
