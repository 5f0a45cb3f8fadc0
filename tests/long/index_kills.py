"""Check that a command which is killed while it fills the index loses nothing and doubles nothing.

A program leaves segments of some processes. `spans index` is killed at a random moment between its start and the time
that it takes in all; sometimes the index is deleted first, sometimes it is left as the last kill has left it. After
each kill the next command's counts have to be those of the segments.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter

import duckdb
from long_harness import Findings, Project, finish, parser, project, spans

KILLS, PROCESSES, CALLS = 100, 8, 20_000
START = "from instrumenter.cli.spans import main; main(['index'])"


def wanted(place: Project) -> Counter[tuple[str, str]]:
    """How many spans of each function and status the segments have."""
    return Counter((span["function"], span["status"]) for span in spans(place.export()["traces"]))


def indexed(place: Project) -> tuple[Counter[tuple[str, str]], int, int]:
    """The same of the index, after a command; then how many spans it has twice, and how many exceptions."""
    place.command("spans", "stats", "--json")
    file = place.root / ".spanwright" / "traces" / "index.duckdb"
    with duckdb.connect(str(file), read_only=True) as connection:
        rows = connection.execute(
            "SELECT function, ['ok', 'error', 'unfinished'][status + 1], count(*) FROM spans JOIN sites USING (site) "
            "GROUP BY ALL"
        ).fetchall()
        ((double, failures),) = connection.execute(
            "SELECT count(*) - count(DISTINCT span), (SELECT count(*) FROM failures WHERE first) FROM spans"
        ).fetchall()
    return Counter({(function, status): count for function, status, count in rows}), double, failures


def check(kills: int = KILLS, processes: int = PROCESSES, calls: int = CALLS, core: str | None = None) -> Findings:
    """Check so many kills, of a command that takes in the segments of so many processes."""
    findings, chance = Findings(), random.Random(kills)
    with project(core) as place:
        place.add("indexed.py")
        place.command("instrument", ".", "--level", "2")
        findings.equal(place.run("indexed.py", str(processes), str(calls)).returncode, 0, "the program ran")
        expected = wanted(place), 0, processes * (calls // 100)
        file = place.root / ".spanwright" / "traces" / "index.duckdb"
        started = time.monotonic()
        place.command("spans", "index", "--rebuild")
        lasting = time.monotonic() - started
        findings.equal(indexed(place), expected, "the index has what the segments have")
        for number in range(kills):
            if chance.random() < 0.7:
                file.unlink(missing_ok=True)
                file.with_name(f"{file.name}.wal").unlink(missing_ok=True)
            child = subprocess.Popen(
                [sys.executable, "-P", "-c", START], cwd=place.root, env=place.environment, stdout=subprocess.DEVNULL
            )
            moment = chance.uniform(0, lasting)
            time.sleep(moment)
            child.kill()
            child.wait()
            size = file.stat().st_size if file.exists() else 0
            claim = f"kill {number + 1} after {moment:.2f} s, the index having {size:,} bytes"
            findings.equal(indexed(place), expected, claim)
    return findings


if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("--kills", type=int, default=KILLS, help=f"how often (default: {KILLS})")
    options.add_argument("--calls", type=int, default=CALLS, help=f"of each process (default: {CALLS})")
    chosen = options.parse_args()
    finish(lambda: check(chosen.kills, calls=chosen.calls, core=chosen.core))
