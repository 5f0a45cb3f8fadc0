"""Prints where the sources of packages and of pyperformance's benchmarks are: one path for each name."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path


def place(name: str) -> str:
    """Give a package's folder, a module's file, or the file of a benchmark, as in `bm_richards`."""
    if name.startswith("bm_"):
        return str(Path(place("pyperformance")) / "data-files" / "benchmarks" / name / "run_benchmark.py")
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{name} is not installed")
    origin = Path(spec.origin)
    return str(origin.parent if origin.name == "__init__.py" else origin)


if __name__ == "__main__":
    print(json.dumps([place(name) for name in sys.argv[1:]]))
