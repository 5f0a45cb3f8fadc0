"""Imports modules and prints what that took, in seconds.

measure_imports.py one NAME                   a module by name
measure_imports.py many NUMBER A B [--bare]   so many modules of the packages A and B: each one's median;
                                              --bare: without the positions of originals
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path
from statistics import median


def seconds(name: str) -> float:
    """Return the seconds by the wall's clock that an import takes."""
    start = time.perf_counter()
    importlib.import_module(name)
    return time.perf_counter() - start


def without_positions() -> None:
    """Let the runtime leave the twins' own positions."""
    importlib.import_module("spanwright._register").__dict__["_restore"] = lambda *arguments: False


def many(number: int, packages: list[str]) -> list[float]:
    """Import the modules of the packages in turn; the first of each is not counted: it loads what is loaded once."""
    taken = [[seconds(f"{package}.module{place}") for package in packages] for place in range(number + 1)]
    return [median(spent) for spent in zip(*taken[1:], strict=True)]


def main() -> None:
    """Import and print."""
    if sys.argv[1] == "one":
        print(json.dumps(seconds(sys.argv[2])))
        return
    sys.path.insert(0, str(Path.cwd()))
    if "--bare" in sys.argv:
        without_positions()
    print(json.dumps(many(int(sys.argv[2]), [word for word in sys.argv[3:] if word != "--bare"])))


if __name__ == "__main__":
    main()
