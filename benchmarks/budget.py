"""Whether an overhead budget is kept: what recording adds to four programs, whole programs at level 2, once it works.

    pip install './runtime' '.[bench]'
    python benchmarks/budget.py [--seconds 20] [--program docs|shop|richards|deltablue] [--core c|python] [--json FILE]

`docs` renders with docutils and `shop` is an application of Flask (benchmarks/programs/), with a budget of 5 %;
`richards` and `deltablue` are pyperformance's, with one of 10 %. Libraries are instrumented too (docutils; flask,
werkzeug, jinja2).

Each program runs plain, with the budget, and without one, each in a process of its own that does a round whenever it is
told to: plain, budget, plain, budget. What was done in the first second of the program's CPU time does not count. The
table has what all rounds behind it took together more than the plain ones beside them, in percent, so that the trials
of functions that are turned up again count, too; the median of the rounds; and the same without a budget, of a few
rounds.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from levels import PROGRAMS, Child, Way, machine

LIBRARIES = {"docs": ("docutils",), "shop": ("flask", "werkzeug", "jinja2"), "richards": (), "deltablue": ()}
BUDGETS = {"docs": 5, "shop": 5, "richards": 10, "deltablue": 10}
CLASSIC = {
    "richards": "from richards import Richards\n\n\ndef run():\n    return sum(Richards().run(1) for _ in range(4))\n",
    "deltablue": "from deltablue import delta_blue\n\n\ndef run():\n    for _ in range(60):\n        delta_blue(100)\n"
    "    return 0\n",
}
PLAIN, RECORDED = Way("plain"), Way("level 2", library=True, level=2)
WARM_UP, UNLIMITED_ROUNDS = 1.0, 5


def lay_out(program: str, way: Way, folder: Path, environment: dict[str, str]) -> None:
    """Copy the program and its libraries; instrument them all."""
    if program in CLASSIC:
        (folder / "app").mkdir()
        found = importlib.import_module("pyperformance").__file__
        assert found
        source = Path(found).parent / "data-files" / "benchmarks" / f"bm_{program}" / "run_benchmark.py"
        shutil.copyfile(source, folder / "app" / f"{program}.py")
        (folder / "app" / "workload.py").write_text(CLASSIC[program])
    else:
        shutil.copytree(PROGRAMS / program, folder / "app")
    (folder / "vendor").mkdir()
    for name in LIBRARIES[program]:
        library = importlib.import_module(name).__file__
        assert library
        ignored = shutil.ignore_patterns("__pycache__", "test")
        shutil.copytree(Path(library).parent, folder / "vendor" / name, ignore=ignored)
    (folder / "pyproject.toml").write_text('[project]\nname = "program"\nversion = "0"\n')
    if way.level:
        start = "from instrumenter.cli.instrument import main; main()"
        argv = [sys.executable, "-P", "-c", start, "app", "vendor", "--level", str(way.level)]
        done = subprocess.run(argv, cwd=folder, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"instrument failed:\n{done.stdout}{done.stderr}")


def settle(plain: Child, child: Child) -> None:
    """Let the program run until its budget has had a second."""
    while sum(child.seconds) < WARM_UP:
        child.beside(plain)
    for each in (plain, child):
        each.seconds.clear()
        each.ratios.clear()


def turned_down(folder: Path) -> int:
    """How many functions the run says were turned down."""
    start = "from instrumenter.cli.spans import main; main()"
    argv = [sys.executable, "-P", "-c", start, "runs", "--json"]
    found = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=True)
    return sum(int(run.get("turnedDown", 0)) for run in json.loads(found.stdout)["runs"])


def measure(program: str, seconds: float, core: str | None) -> dict[str, float]:
    """Run a program plain, with its budget, and without one."""
    with tempfile.TemporaryDirectory(prefix="spanwright-budget-") as name:
        root = Path(name).resolve()
        settings = {"budget": {"TRACING_OVERHEAD_BUDGET": f"{BUDGETS[program]}%"}, "plain": {}, "unlimited": {}}
        children = {}
        for key, told in settings.items():
            (root / key).mkdir()
            way = PLAIN if key == "plain" else RECORDED
            children[key] = Child(program, way, root / key, core, told, lay_out)
        plain, limited, unlimited = (children[key] for key in ("plain", "budget", "unlimited"))
        for _ in range(UNLIMITED_ROUNDS):
            unlimited.beside(plain)
        settle(plain, limited)
        while sum(limited.seconds) < seconds:
            limited.beside(plain)
        for child in children.values():
            child.close()
        if len({frozenset(child.results) for child in children.values()}) > 1:
            raise SystemExit(f"{program} does not come to the same result")
        return {
            "budget": BUDGETS[program] / 100,
            "added": sum(limited.seconds) / sum(plain.seconds) - 1,
            "median": median(limited.ratios) - 1,
            "unlimited": median(unlimited.ratios) - 1,
            "rounds": len(limited.seconds),
            "turned down": turned_down(root / "budget"),
        }


def line(program: str, found: dict[str, float]) -> str:
    """One program's row."""
    shares = [f"{found[key] * 100:.1f} %" for key in ("budget", "added", "median", "unlimited")]
    return f"| {program} | {' | '.join(shares)} | {found['turned down']:.0f} | {found['rounds']:.0f} |"


def chosen_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20, help="CPU seconds of each program (default: 20)")
    parser.add_argument("--program", choices=list(BUDGETS), action="append", help="repeatable (default: all)")
    parser.add_argument("--core", choices=["c", "python"], help="Spanwright's recorder (default: C where it is there)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON, too")
    return parser.parse_args()


def main() -> None:
    """Measure and print."""
    options = chosen_options()
    facts: dict[str, Any] = {**machine(), "core": options.core or "default", "load": os.getloadavg()[0]}
    print(", ".join(f"{key}: {value}" for key, value in facts.items()))
    print("\n| program | budget | added | median | without a budget | turned down | rounds |\n|---|" + "---:|" * 6)
    found = {}
    for program in options.program or list(BUDGETS):
        found[program] = measure(program, options.seconds, options.core)
        print(line(program, found[program]), flush=True)
    if options.json:
        options.json.write_text(json.dumps({**facts, "programs": found}, indent=2) + "\n")


if __name__ == "__main__":
    main()
