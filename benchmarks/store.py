"""What the index costs and how quickly it answers, beside the same spans in SQLite.

    pip install './runtime' '.[bench,store]'
    python benchmarks/store.py [--spans 10000000] [--level 1] [--folder DIR] [--no-sqlite] [--json FILE]

The workload is pyflakes over a package of the standard library (benchmarks/workloads/lint), with the library recorded
at level 1, or what --level says, and requests that fail now and then, at level 2; as many rounds in as many processes
as it takes. Its segments are taken into a new index, then questions are asked through the functions behind the
commands, each several times; the table has the medians in milliseconds and the goals. What a command takes beyond that
is the start of Python. SQLite has the same columns and the indexes that these questions want, and is filled as quickly
as its module can (no journal, no sync, 100,000 rows a statement).

--folder keeps the segments there, and takes those that are there already.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

from instrumenter.store.errors import example, groups
from instrumenter.store.filters import Filters
from instrumenter.store.index import NAME, opened
from instrumenter.store.ingest import refresh
from instrumenter.store.rows import Row, find, trace
from instrumenter.store.stats import hotspots, stats
from instrumenter.trace.runs import Traces, trace_folder

REQUESTS = '''
"""Requests to a shop, some of which fail."""


class OutOfStock(Exception):
    pass


STOCK = {f"item {number}": number % 50 for number in range(100)}


def request(number):
    return price(reserve(f"item {number % 103}", number % 3 + 1), number)


def reserve(item, count):
    if STOCK[item] < count:
        raise OutOfStock(f"{count} of {item}, {STOCK[item]} are left")
    return {"item": item, "count": count}


def price(order, number):
    return round(order["count"] * 9.95, 2)


def serve(requests):
    for number in range(requests):
        try:
            request(number)
        except LookupError:
            pass
        except OutOfStock:
            pass
'''
ROUND = """
import sys
sys.path[:0] = ["app", "vendor"]
import requests_served, workload
for _ in range(int(sys.argv[1])):
    workload.run()
    requests_served.serve(1000)
"""
PROCESSES = 10
LINT = Path(__file__).parent / "workloads" / "lint"
REPEATS = 9
GOALS = {
    "spans a second": 500_000, "bytes a span": 40, "trace by id": 50, "percentiles of every function": 1000,
    "slowest 50": 200, "errors of one type": 200, "one function's last tenth": 50, "hotspots": 500,
}  # fmt: skip
COLUMNS = "span, parent, trace, segment, site, start_ns, duration_ns, self_ns, status, params, result"


def record(folder: Path, spans: int, level: int) -> None:
    """Run the workload until there are so many spans."""
    shutil.copytree(LINT, folder / "app")
    ignored = shutil.ignore_patterns("__pycache__", "test")
    library = importlib.util.find_spec("pyflakes")
    assert library is not None and library.origin
    shutil.copytree(Path(library.origin).parent, folder / "vendor" / "pyflakes", ignore=ignored)
    (folder / "pyproject.toml").write_text('[project]\nname = "program"\nversion = "0"\n')
    instrument(folder, "app", "vendor/pyflakes", level=level)
    (folder / "app" / "requests_served.py").write_text(REQUESTS)
    instrument(folder, "app/requests_served.py", level=2)
    run(folder, 1)
    rounds = max(spans // sum(run.spans for run in Traces.load(folder).runs), 1)
    each = max(rounds // PROCESSES, 1)
    for _ in range(rounds // each):
        run(folder, each)


def instrument(folder: Path, *places: str, level: int) -> None:
    """Make twins."""
    start = "from instrumenter.cli.instrument import main; main()"
    argv = [sys.executable, "-P", "-c", start, *places, "--level", str(level)]
    subprocess.run(argv, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def run(folder: Path, rounds: int) -> None:
    """One process of the workload."""
    subprocess.run([sys.executable, "-c", ROUND, str(rounds)], cwd=folder, check=True)


def cpu() -> float:
    """The CPU seconds of this process and its children."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def timed(work: Callable[[], object]) -> float:
    """The median milliseconds of a question."""
    taken = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return median(taken)


def questions(connection: duckdb.DuckDBPyConnection) -> dict[str, Callable[[], object]]:
    """What is asked, as the commands do."""
    some = find(connection, Filters(function="request", limit=100))[0][50]
    ((first, last),) = connection.execute("SELECT min(start_ns), max(start_ns) FROM spans").fetchall()
    recent = Filters(function="Checker.handleChildren", since_ns=last - (last - first) // 10, order_by="latest")

    def errors() -> object:
        found, _ = groups(connection, Filters(), "OutOfStock")
        return [example(connection, one) for one in found]

    return {
        "trace by id": lambda: trace(connection, some.trace_id),
        "percentiles of every function": lambda: stats(connection, Filters()),
        "slowest 50": lambda: find(connection, Filters(limit=50)),
        "errors of one type": errors,
        "one function's last tenth": lambda: find(connection, recent),
        "hotspots": lambda: hotspots(connection, Filters()),
    }


def index(folder: Path) -> dict[str, float]:
    """Take the segments in, then ask."""
    traces = Traces.load(folder)
    place = trace_folder(folder)
    used = cpu()
    with opened(place, print, rebuild=True) as connection:
        done = refresh(connection, traces)
        used = cpu() - used
        found = {name: timed(work) for name, work in questions(connection).items()}
    size = (place / NAME).stat().st_size
    return {
        "spans": done.spans, "spans a second": done.spans / done.seconds, "bytes a span": size / done.spans,
        "CPU µs a span": used / done.spans * 1e6, **found,
    }  # fmt: skip


# -- the same on SQLite -------------------------------------------------------------------------------------------


def in_sqlite(folder: Path) -> dict[str, float]:
    """Copy the spans of the index into SQLite, and ask the same."""
    path = folder / "spans.sqlite"
    path.unlink(missing_ok=True)
    with opened(trace_folder(folder), print) as source:
        start = time.perf_counter()
        connection = sqlite3.connect(path)
        spans = fill(source, connection)
        seconds = time.perf_counter() - start
        found = {name: timed(work) for name, work in sqlite_questions(source, connection).items()}
        connection.close()
    size = path.stat().st_size
    path.unlink()
    return {"spans a second": spans / seconds, "bytes a span": size / spans, **found}


def fill(source: duckdb.DuckDBPyConnection, connection: sqlite3.Connection) -> int:
    """Copy the spans, the sites and the failures; gives the number of spans."""
    connection.executescript(
        f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; CREATE TABLE spans ({COLUMNS}); "
        "CREATE TABLE sites (site, file, function); CREATE TABLE failures (span, type, message, file, line, start_ns);"
    )
    sites = source.execute("SELECT site, file, function FROM sites").fetchall()
    connection.executemany("INSERT INTO sites VALUES (?, ?, ?)", sites)
    failures = source.execute("SELECT span, type, message, file, line, start_ns FROM failures WHERE first").fetchall()
    connection.executemany("INSERT INTO failures VALUES (?, ?, ?, ?, ?, ?)", failures)
    spans = 0
    rows = source.cursor().execute(f"SELECT {COLUMNS} FROM spans")
    while part := rows.fetchmany(100_000):
        connection.executemany(f"INSERT INTO spans VALUES ({', '.join('?' * len(part[0]))})", part)
        spans += len(part)
    connection.executescript(
        "CREATE INDEX by_trace ON spans (trace); CREATE INDEX by_site ON spans (site, start_ns); "
        "CREATE INDEX by_duration ON spans (duration_ns); CREATE INDEX by_type ON failures (type);"
    )
    connection.commit()
    return spans


def sqlite_questions(
    source: duckdb.DuckDBPyConnection, connection: sqlite3.Connection
) -> dict[str, Callable[[], object]]:
    """The same questions."""
    some: Row = find(source, Filters(function="request", limit=100))[0][50]
    key = (source.execute("SELECT trace FROM spans WHERE span = ?", [some.key]).fetchone() or (0,))[0]
    ((first, last),) = source.execute("SELECT min(start_ns), max(start_ns) FROM spans").fetchall()
    since = last - (last - first) // 10
    percentiles = """
        SELECT site, duration_ns FROM (
            SELECT site, duration_ns, row_number() OVER (PARTITION BY site ORDER BY duration_ns) AS place,
                count(*) OVER (PARTITION BY site) AS calls FROM spans
        ) WHERE place IN (1 + (calls - 1) / 2, 1 + (calls - 1) * 95 / 100, 1 + (calls - 1) * 99 / 100)
    """
    hot = "SELECT site, count(*), sum(self_ns), sum(duration_ns) FROM spans GROUP BY site ORDER BY 3 DESC"
    recent = """
        SELECT * FROM spans WHERE start_ns >= ? AND site IN (SELECT site FROM sites WHERE function = ?)
        ORDER BY start_ns DESC LIMIT 50
    """
    errors = """
        SELECT type, file, line, count(*), min(start_ns), max(start_ns) FROM failures WHERE type LIKE ? GROUP BY 1, 2, 3
    """

    def ask(query: str, *values: Any) -> Callable[[], object]:
        return lambda: connection.execute(query, values).fetchall()

    return {
        "trace by id": ask("SELECT * FROM spans WHERE trace = ?", key),
        "percentiles of every function": ask(percentiles),
        "slowest 50": ask("SELECT * FROM spans ORDER BY duration_ns DESC LIMIT 50"),
        "errors of one type": ask(errors, "%OutOfStock"),
        "one function's last tenth": ask(recent, since, "Checker.handleChildren"),
        "hotspots": ask(hot),
    }


def table(found: dict[str, float], sqlite: dict[str, float]) -> str:
    """The figures as a Markdown table."""
    lines = ["| | goal | DuckDB | SQLite |", "|---|---:|---:|---:|"]
    for name, number in found.items():
        goal = f"{'>=' if name == 'spans a second' else '<='} {GOALS[name]:,}" if name in GOALS else ""
        other = f"{sqlite[name]:,.1f}" if name in sqlite else ""
        lines.append(f"| {name} | {goal} | {number:,.1f} | {other} |")
    return "\n".join(lines)


def chosen_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spans", type=int, default=10_000_000, help="about so many (default: 10 million)")
    parser.add_argument("--level", type=int, default=1, help="of the library (default: 1, without values)")
    parser.add_argument("--folder", type=Path, help="keep the segments here")
    parser.add_argument("--no-sqlite", action="store_true", help="leave SQLite out")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON, too")
    return parser.parse_args()


def main() -> None:
    """Measure and print."""
    options = chosen_options()
    os.environ.pop("SPANWRIGHT_TRACES", None)
    folder = options.folder or Path(tempfile.mkdtemp(prefix="spanwright-store-"))
    try:
        if not (folder / "app").exists():
            folder.mkdir(exist_ok=True)
            record(folder.resolve(), options.spans, options.level)
        print(f"CPython {platform.python_version()}, DuckDB {duckdb.__version__}, {platform.platform()}", flush=True)
        found = index(folder.resolve())
        print(table(found, {}), flush=True)
        sqlite = {} if options.no_sqlite else in_sqlite(folder.resolve())
        if sqlite:
            print(f"\n{table(found, sqlite)}")
        if options.json:
            options.json.write_text(json.dumps({"duckdb": found, "sqlite": sqlite}, indent=2) + "\n")
    finally:
        if options.folder is None:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
