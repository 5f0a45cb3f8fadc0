"""Programs that ran, their index, and what the index has to have: the spans as they are exported."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
from trace_helpers import exported

from instrumenter.store.index import opened
from instrumenter.store.ingest import Done, refresh
from instrumenter.store.rows import by_keys
from instrumenter.trace.runs import Traces, trace_folder

PROGRAM = '''\
"""Threads, tasks, generators, a forked child, and what fails."""

import asyncio, os, sys, threading


class Refused(Exception):
    def __init__(self, text):
        super().__init__(text)
        self.suggestion = "ask for less"


class Shelf:
    def __init__(self, name):
        self.name = name
        self.items = []

    def add(self, item, count=1):
        if item == "bad":
            raise Refused(f"no bad items on {self.name}")
        self.items.append(item)
        return len(self.items)

    def each(self):
        for item in self.items:
            yield self.twice(item)

    def twice(self, item):
        return item * 2


def load(path):
    try:
        number = int(path)
    except ValueError as error:
        message = f"cannot load {path!r}"
        raise LookupError(message) from error
    return number


def work(turns):
    shelf = Shelf("Chlo\\u00e9's")
    for turn in range(turns):
        shelf.add(str(turn), count=turn)
    list(shelf.each())
    for call in (lambda: shelf.add("bad"), lambda: load("x\\ud800")):
        try:
            call()
        except (Refused, LookupError):
            pass
    return {"turns": turns, "items": len(shelf.items)}


async def fetch(number):
    await asyncio.sleep(0)
    return number


async def gathered():
    return await asyncio.gather(*(fetch(number) for number in range(4)))


def main():
    work(30)
    thread = threading.Thread(target=work, args=(5,))
    thread.start()
    thread.join()
    asyncio.run(gathered())
    if "fork" in sys.argv:
        if not os.fork():
            work(3)
            os._exit(0)
        os.wait()
    if "wait" in sys.argv:
        print("ready", flush=True)
        input()


main()
'''


def instrumented(folder: Path, level: int) -> Path:
    """The program above, instrumented, in a project of its own."""
    folder.mkdir(exist_ok=True)
    (folder / "app.py").write_text(PROGRAM, encoding="utf-8")
    (folder / ".spanwright").mkdir()
    script = "from instrumenter.cli.instrument import main; main()"
    words = [sys.executable, "-c", script, "app.py", "--level", str(level)]
    subprocess.run(words, cwd=folder, check=True, capture_output=True)
    return folder


def ran(folder: Path, *words: str) -> None:
    """Run the program."""
    subprocess.run([sys.executable, "app.py", *words], cwd=folder, check=True)


@contextlib.contextmanager
def index_of(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The index of a project, brought up to date."""
    with opened(trace_folder(folder), print) as connection:
        refreshed(connection, folder)
        yield connection


def refreshed(connection: duckdb.DuckDBPyConnection, folder: Path, jobs: int = 1) -> Done:
    """Bring an index up to date, reading in this process or in others."""
    return refresh(connection, Traces.load(folder), jobs=jobs)


def in_index(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """All spans of an index."""
    keys = [key for (key,) in connection.execute("SELECT span FROM spans").fetchall()]
    return [row.as_json() for row in by_keys(connection, keys)]


def in_segments(folder: Path) -> list[dict[str, Any]]:
    """All spans of a project's runs, as they are exported, each with its run."""
    found: list[dict[str, Any]] = []
    for run in Traces.load(folder).runs:
        waiting = list(exported(run)["traces"])
        while waiting:
            span = waiting.pop()
            waiting += span["children"]
            found.append({**span, "run": run.id})
    return found


def count(connection: duckdb.DuckDBPyConnection, table: str = "spans") -> int:
    """How many rows a table has."""
    (number,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,)
    return int(number)
