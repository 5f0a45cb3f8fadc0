"""What original positions cost when a module is imported: milliseconds for each 1,000 lines of the original.

    pip install ./runtime .
    python benchmarks/positions.py [--rounds 50] [--json]

Modules of the standard library at each level: what the first import pays, which computes the tables and keeps them, and
each later one, which finds them kept; reading all that is needed is in it. By the medians and by the best rounds. The
goal is 0.3 ms from the second import on, by the medians; the exit code is 1 where it is missed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import marshal
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from statistics import median
from types import CodeType

from spanwright import _core, _positions

from instrumenter import rewrite

FILES = ("argparse.py", "contextlib.py", "dataclasses.py", "statistics.py", "asyncio/tasks.py", "http/client.py")
MOST = 0.3
STDLIB = Path(sysconfig.get_paths()["stdlib"])


class Module:
    """A twin in a project of its own, compiled."""

    def __init__(self, folder: Path, original: bytes, name: str, level: int) -> None:
        twin = rewrite.instrument(original, level, name)
        assert twin is not None
        digest = hashlib.sha256(original).hexdigest()
        self.folder, self.id, self.path = folder, twin.id, folder / name
        for place, data in (
            (f".spanwright/sites/{twin.id}.json", twin.table),
            (f".spanwright/sites/{twin.id}.map", twin.positions),
            (f".spanwright/backups/{digest[:2]}/{digest}", original),
            (name, twin.source),
        ):
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            (folder / place).write_bytes(data)
        self._code = marshal.dumps(compile(twin.source, str(self.path), "exec", dont_inherit=True))

    def load(self) -> float:
        """Give the milliseconds that positions take of one import."""
        code = marshal.loads(self._code)
        assert isinstance(code, CodeType)
        start = time.perf_counter_ns()
        done = _positions.restore(code, self.id, str(self.folder), str(self.path), _core)
        taken = time.perf_counter_ns() - start
        assert done
        return taken / 1e6

    def forget(self) -> None:
        """Have no tables kept, as before the first import."""
        for path in (self.folder / ".spanwright/sites").glob(f"{self.id}.*.lines"):
            path.unlink()


def measure(modules: list[Module], rounds: int) -> tuple[list[float], list[float]]:
    """Give the milliseconds of all first imports, and of all later ones, in each round."""
    first, later = [], []
    for _ in range(rounds):
        for module in modules:
            module.forget()
        first.append(sum(module.load() for module in modules))
        later.append(sum(module.load() for module in modules))
    return first, later


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=50, help="imports of each module (default: 50)")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    options = parser.parse_args()
    originals = {name: (STDLIB / name).read_bytes() for name in FILES}
    thousands = sum(original.count(b"\n") for original in originals.values()) / 1000
    rows = {}
    for level in rewrite.LEVELS:
        with tempfile.TemporaryDirectory(prefix="spanwright-positions-") as name:
            folder = Path(name).resolve()
            made = [Module(folder, original, name.rpartition("/")[2], level) for name, original in originals.items()]
            first, later = measure(made, options.rounds)
        figures = (median(first), min(first), median(later), min(later))
        rows[level] = dict(
            zip(("first", "firstBest", "later", "laterBest"), (f / thousands for f in figures), strict=True)
        )
    if options.json:
        print(json.dumps({"python": sys.version.split()[0], "rounds": options.rounds, "levels": rows}, indent=2))
    else:
        print(f"ms for 1,000 lines, CPython {sys.version.split()[0]}    first  (best)   later  (best)")
        for level, row in rows.items():
            print(f"{f'level {level}':<39}" + "".join(f"{figure:8.3f}" for figure in row.values()))
    sys.exit(max(row["later"] for row in rows.values()) > MOST)


if __name__ == "__main__":
    main()
