"""What `spans live` costs the program that it follows: one that makes a million calls a second.

    python benchmarks/live.py [--rounds 15] [--calls 1000000] [--json FILE]

A program instrumented at level 1 calls a function that does nothing, a round at a time; every other round has
`spans live` beside it, which prints into a file. Printed are the medians of the rounds' wall and CPU time without and
with it, what it adds in percent, and the calls a second. Beside it, what the command itself takes of a CPU.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

PROGRAM = """\
import json, sys, time


def callee():
    pass


def round(calls):
    for _ in range(calls):
        callee()


def main():
    for line in sys.stdin:
        wall, cpu = time.perf_counter(), time.process_time()
        round(int(line))
        print(json.dumps([time.perf_counter() - wall, time.process_time() - cpu]), flush=True)


main()
"""
COMMAND = "import sys; from instrumenter.cli.{0} import main; main(sys.argv[1:])"
SETTLED = 1.5
"""Seconds after which `spans live` has begun to look."""


def command(name: str, *words: str) -> list[str]:
    """One of our commands."""
    return [sys.executable, "-c", COMMAND.format(name), *words]


class Program:
    """The program, which does a round when it is told to."""

    def __init__(self, folder: Path) -> None:
        (folder / "app.py").write_text(PROGRAM)
        (folder / ".spanwright").mkdir()
        subprocess.run(command("instrument", "app.py", "--level", "1"), cwd=folder, check=True, capture_output=True)
        self._process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def round(self, calls: int) -> tuple[float, float]:
        """Wall and CPU seconds of a round."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(f"{calls}\n")
        self._process.stdin.flush()
        wall, cpu = json.loads(self._process.stdout.readline())
        return wall, cpu

    def end(self) -> None:
        """Let it end."""
        with self._process:
            assert self._process.stdin is not None
            self._process.stdin.close()


def followed(program: Program, folder: Path, calls: int) -> tuple[tuple[float, float], float]:
    """A round with `spans live` beside it, and the share of a CPU that this took."""
    with (folder / "out").open("w") as out:
        live = subprocess.Popen(command("spans", "live", "--verbosity", "0"), cwd=folder, stdout=out)
        time.sleep(SETTLED)
        began, used = time.perf_counter(), _cpu_seconds(live.pid)
        figures = program.round(calls)
        share = (_cpu_seconds(live.pid) - used) / (time.perf_counter() - began)
        live.terminate()
        live.wait()
    return figures, share


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(rounds: int, calls: int) -> dict[str, Any]:
    """The medians, and what following adds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program = Program(folder)
        program.round(calls)
        alone, beside, shares = [], [], []
        for _ in range(rounds):
            alone.append(program.round(calls))
            figures, share = followed(program, folder, calls)
            beside.append(figures)
            shares.append(share)
        program.end()
    found: dict[str, Any] = {"calls": calls, "rounds": rounds, "liveCpuShare": median(shares)}
    for place, what in enumerate(("wall", "cpu")):
        plain, followed_ = median(one[place] for one in alone), median(one[place] for one in beside)
        found[what] = {"alone": plain, "followed": followed_, "addedPercent": 100 * (followed_ / plain - 1)}
    found["callsPerSecond"] = calls / found["wall"]["alone"]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    found = measure(options.rounds, options.calls)
    print(f"{found['callsPerSecond']:,.0f} calls a second; spans live takes {found['liveCpuShare']:.0%} of a CPU")
    for what in ("wall", "cpu"):
        one = found[what]
        print(f"{what:>5}: {one['alone']:.3f} s alone, {one['followed']:.3f} s followed: {one['addedPercent']:+.1f} %")
    if options.json:
        options.json.write_text(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
