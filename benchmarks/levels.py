"""What each level costs, side by side with what else one would take, on three programs.

    pip install './runtime' '.[bench]'
    python benchmarks/levels.py [--rounds 7] [--program shop|docs|lint] [--json FILE] [--core c|python]

The programs (benchmarks/programs/) are an application of Flask and SQLite, driven through its test client; docutils
with directives, transforms and a translator of the application's own; pyflakes with rules and a reporter of the
application's own. `own` is the application's own code alone, `all` the library's too (flask, docutils, pyflakes).

VizTracer records calls (beside level 1), with arguments and results (beside 2), and with calls of C functions (beside
3). snoop traces every function of the application with its lines and values (beside 4 and 5); `settrace` is the least
that a tracer of lines can do: a trace function that counts the lines. All of them look at the same files.

Each way has a process of its own, and does the program's work once a round, right after the plain program has done it
in its process, so that whatever disturbs the machine disturbs both; measured is the CPU time. Every way has to come to
the same result. The table has what a way adds to the plain round beside it, in percent: the median of the rounds; then
its best round beside the best plain one, and the CPU milliseconds and megabytes of a round.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

PROGRAMS = Path(__file__).parent / "programs"
LIBRARIES = {"shop": "flask", "docs": "docutils", "lint": "pyflakes"}
LEVELS = (1, 2, 3, 4, 5)
# It takes a hundred times as long as the program.
SNOOP_ROUNDS = 2
Work = Callable[[], int]
Settings = dict[str, str]


@dataclass(frozen=True)
class Way:
    """A way to run a program: what records it, and whether the library is looked at, too."""

    name: str
    library: bool = False
    level: int = 0

    @property
    def key(self) -> str:
        return f"{self.name}-{'all' if self.library else 'own'}"


PLAIN = Way("plain")
LayOut = Callable[[str, Way, Path, Settings], None]
OTHERS = {"viztracer": "1", "viztracer with arguments": "2", "viztracer with C calls": "3", "snoop": "4, 5",
          "settrace": "4, 5"}  # fmt: skip


def ways() -> list[Way]:
    """All ways, the plain one first."""
    found = [PLAIN]
    for library in (False, True):
        found += [Way(f"level {level}", library, level) for level in LEVELS]
        found += [Way(name, library) for name in OTHERS if not (library and name == "snoop")]
    return found


# -- in the child -------------------------------------------------------------------------------------------------


def looked_at(folder: Path, library: bool) -> list[str]:
    """The folders whose code the others record."""
    return [str(folder / "app"), *([str(folder / "vendor")] if library else [])]


def with_viztracer(work: Work, folders: list[str], name: str) -> Work:
    """Let VizTracer record the work; it forgets it afterwards."""
    details = name == "viztracer with arguments"
    tracer = importlib.import_module("viztracer").VizTracer(
        tracer_entries=20_000_000, include_files=folders, ignore_c_function=name != "viztracer with C calls",
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
    import inspect

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


def prepared(folder: Path, way: Way) -> Work:
    """Load the program; return its work, recorded."""
    sys.path[:0] = [str(folder / "app"), str(folder / "vendor")]
    module = importlib.import_module("workload")
    if way.name == "snoop":
        with_snoop(folder)
    work: Work = module.run
    if way.name == "settrace":
        return with_settrace(work, looked_at(folder, way.library))
    return (
        with_viztracer(work, looked_at(folder, way.library), way.name)
        if way.name in OTHERS and way.name != "snoop"
        else work
    )


def serve(folder: Path, way: Way) -> None:
    """Do the work for every line that comes in, until there is none."""
    work = prepared(folder, way)
    work()
    print("ready", flush=True)
    for _ in sys.stdin:
        gc.collect()
        start = time.process_time()
        result = work()
        print(json.dumps((time.process_time() - start, result)), flush=True)


# -- in the parent ------------------------------------------------------------------------------------------------


def lay_out(program: str, way: Way, folder: Path, environment: dict[str, str]) -> None:
    """Copy the program and its library; instrument what the way asks for."""
    shutil.copytree(PROGRAMS / program, folder / "app")
    library = importlib.import_module(LIBRARIES[program])
    assert library.__file__
    ignored = shutil.ignore_patterns("__pycache__", "test")
    shutil.copytree(Path(library.__file__).parent, folder / "vendor" / LIBRARIES[program], ignore=ignored)
    (folder / "pyproject.toml").write_text('[project]\nname = "program"\nversion = "0"\n')
    if way.level:
        start = "from instrumenter.cli.instrument import main; main()"
        places = ["app", *([f"vendor/{LIBRARIES[program]}"] if way.library else [])]
        argv = [sys.executable, "-P", "-c", start, *places, "--level", str(way.level)]
        done = subprocess.run(argv, cwd=folder, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"instrument failed:\n{done.stdout}{done.stderr}")


class Child:
    """A process that does a program's work in one way, a round at a time."""

    def __init__(
        self, program: str, way: Way, folder: Path, core: str | None, settings: Settings, lay_out: LayOut
    ) -> None:
        environment = {**os.environ, "PYTHONHASHSEED": "0", **({"SPANWRIGHT_CORE": core} if core else {}), **settings}
        lay_out(program, way, folder, environment)
        self.folder = folder
        self.seconds: list[float] = []
        self.ratios: list[float] = []
        self.results: set[int] = set()
        argv = [sys.executable, str(Path(__file__).resolve()), "--serve", str(folder), "--way", way.key]
        self.process = subprocess.Popen(
            argv, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._line()

    def _line(self) -> str:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"the measuring process ended with exit code {self.process.wait()}")
        return line

    def beside(self, plain: Child) -> None:
        """Let the plain program do the work, then do it once, and note how the times compare."""
        plain.round()
        self.round()
        self.ratios.append(self.seconds[-1] / plain.seconds[-1])

    def round(self) -> None:
        """Do the work once and note what it took."""
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        seconds, result = json.loads(self._line())
        self.seconds.append(seconds)
        self.results.add(result)

    def recorded(self) -> int:
        """The bytes that one run of the work recorded."""
        size = sum(path.stat().st_size for path in (self.folder / ".spanwright" / "traces").glob("*.seg"))
        return size // (len(self.seconds) + 1)

    def close(self) -> None:
        """End the process."""
        self.process.communicate()


def measure(program: str, rounds: int, core: str | None) -> dict[str, dict[str, float]]:
    """Measure all ways of a program, round by round; they have to come to the same result."""
    with tempfile.TemporaryDirectory(prefix="spanwright-levels-") as name:
        children = {}
        for place, way in enumerate(ways()):
            folder = Path(name).resolve() / f"way{place}"
            folder.mkdir()
            children[way.key] = Child(program, way, folder, core, {}, lay_out)
        for number in range(rounds):
            for way in ways()[1:]:
                if way.name != "snoop" or number < SNOOP_ROUNDS:
                    children[way.key].beside(children[PLAIN.key])
            print(f"{program}: round {number + 1} of {rounds}", file=sys.stderr, flush=True)
        results = {key: child.results for key, child in children.items()}
        wrong = [key for key, found in results.items() if found != results[PLAIN.key]]
        for child in children.values():
            child.close()
        if wrong:
            raise SystemExit(f"{program} does not come to the same result: {', '.join(wrong)}")
        return figures(children)


def figures(children: dict[str, Child]) -> dict[str, dict[str, float]]:
    """Each way's ratio to the plain program (the rounds' median, and of the best), its seconds and what it recorded."""
    plain = children[PLAIN.key].seconds
    return {
        key: {
            "ratio": median(child.ratios or [1.0]),
            "best ratio": min(child.seconds) / min(plain),
            "median": median(child.seconds),
            "best": min(child.seconds),
            "bytes": child.recorded(),
        }
        for key, child in children.items()
    }


def table(program: str, found: dict[str, dict[str, float]]) -> str:
    """The figures as a Markdown table."""
    lines = [f"| {program} | own | own, best | ms | MB | all | all, best | ms | MB |", f"|---|{'---:|' * 8}"]
    for name in ["plain", *(f"level {level}" for level in LEVELS), *OTHERS]:
        cells = [_cells(found.get(f"{name}-{what}")) for what in ("own", "all")]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cells(row: dict[str, float] | None) -> str:
    if row is None:
        return " | | | "
    added = [f"{(row[key] - 1) * 100:+.1f} %" for key in ("ratio", "best ratio")]
    return " | ".join([*added, f"{row['median'] * 1000:.0f}", f"{row['bytes'] / 1e6:.1f}"])


def machine() -> dict[str, Any]:
    """What the figures were measured on and with."""
    from importlib.metadata import version

    packages = ("spanwright", "viztracer", "snoop", "flask", "docutils", "pyflakes")
    cpu = next((line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), "")
    return {"python": platform.python_version(), "cpu": cpu.partition(":")[2].strip(), "cores": os.cpu_count(),
            "system": platform.platform(), "versions": {name: version(name) for name in packages}}  # fmt: skip


def chosen_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7, help="rounds of each way (default: 7)")
    parser.add_argument("--program", choices=list(LIBRARIES), action="append", help="repeatable (default: all)")
    parser.add_argument("--core", choices=["c", "python"], help="Spanwright's recorder (default: C where it is there)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON, too")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--way", help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    """Measure and print."""
    options = chosen_options()
    if options.serve:
        serve(options.serve, next(way for way in ways() if way.key == options.way))
        return
    facts = {**machine(), "rounds": options.rounds, "core": options.core or "default"}
    print(", ".join(f"{key}: {value}" for key, value in facts.items()))
    found = {}
    for program in options.program or list(LIBRARIES):
        found[program] = measure(program, options.rounds, options.core)
        print(f"\n{table(program, found[program])}", flush=True)
    if options.json:
        options.json.write_text(json.dumps({**facts, "programs": found}, indent=2) + "\n")


if __name__ == "__main__":
    main()
