"""Runs packages' own test suites with and without instrumentation, and compares outcome by outcome.

    python -m tests.conformance click
    python -m tests.conformance attrs==25.3.0 pluggy --levels 1,2,3,5 --python 3.12 --jobs 2
    python -m tests.conformance --all

The source distribution comes from the registry; packages.toml says how its tests are run. The original is run twice,
which finds flaky tests, then the same files instrumented at each level. What differs is run again. The exit code is 0
where nothing differs, 1 where something does, 2 where a package could not be tried.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .recipes import UnusableError, listed
from .suites import stop_all
from .table import Trial, head
from .trials import Place, name_of, try_package

_START = time.monotonic()


def levels_of(text: str) -> list[int]:
    """Read `1,2,3,5` or `1-5`."""
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        found += range(int(first), int(last or first) + 1)
    if not found or not set(found) <= set(range(1, 6)):
        raise argparse.ArgumentTypeError(f"{text!r}: levels are 1 to 5, such as 1,2,3,5 or 1-5")
    return sorted(set(found))


def say(line: str) -> None:
    """Show progress, with the time since the start."""
    print(f"[{time.monotonic() - _START:6.0f} s] {line}", file=sys.stderr, flush=True)


def one(wanted: str, options: argparse.Namespace, logs: Path) -> Trial | None:
    """Try one package; None where that cannot be done, with the reason said."""
    folder = logs / name_of(wanted)
    folder.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="spanwright-conformance-")).resolve()
    try:
        return try_package(wanted, options.levels, options.python, Place(folder, work, say))
    except UnusableError as error:
        say(str(error))
        return None
    finally:
        if options.keep:
            say(f"{wanted}: sources and environments are kept in {work}")
        else:
            shutil.rmtree(work, ignore_errors=True)


def leave(number: int, _: object) -> None:
    """End at once, and the suites too."""
    stop_all()
    os._exit(128 + number)


def main() -> int:
    """Try the packages that are named and print the table."""
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    parser = argparse.ArgumentParser("python -m tests.conformance", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument(
        "names", nargs="*", metavar="NAME[==VERSION]", help="packages, or files of source distributions"
    )
    parser.add_argument("--all", action="store_true", help="all packages of packages.toml")
    parser.add_argument(
        "--levels", type=levels_of, default=[1, 2, 3, 5], help="such as 1,2,3,5 or 1-5 (default: 1,2,3,5)"
    )
    parser.add_argument("--python", default=here, help=f"the interpreter's version (default: {here})")
    parser.add_argument("--jobs", type=int, default=1, help="packages at once (default: 1)")
    parser.add_argument("--logs", type=Path, help="the folder of logs (default: a new one)")
    parser.add_argument("--keep", action="store_true", help="keep sources and environments, too")
    options = parser.parse_args()
    named = {name_of(wanted) for wanted in options.names}
    names = [*options.names, *(name for name in listed() if options.all and name not in named)]
    if not names:
        parser.error("no package is named; --all takes those of packages.toml")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, leave)
    logs = (options.logs or Path(tempfile.mkdtemp(prefix="spanwright-conformance-logs-"))).resolve()
    with ThreadPoolExecutor(options.jobs) as pool:
        trials = list(pool.map(lambda name: one(name, options, logs), names))
    table = "\n".join([head(options.levels), *(trial.row() for trial in trials if trial is not None)])
    (logs / "table.md").write_text(table + "\n", "utf-8")
    print(table)
    print(f"\nlogs: {logs}")
    if None in trials:
        return 2
    return 0 if all(trial is not None and trial.is_same for trial in trials) else 1


if __name__ == "__main__":
    sys.exit(main())
