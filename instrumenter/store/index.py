"""The file of the index: opened by one process at a time, made where there is none, replaced where it is another's."""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import duckdb

from instrumenter.errors import StoreError

VERSION = 1
NAME = "index.duckdb"
PATIENCE = 5.0
"""Seconds for which a second command waits."""
MARK = "spanwright_index"
"""The table that says that a database is an index."""
_LATE = 1001
"""Of the first so many rows of an order the other columns are read when the order is known."""
_PAUSE = 0.05
_HOLDER = re.compile(r"PID (\d+)")
_MAGIC = slice(8, 12), b"DUCK"
_BESIDE = ("", ".wal")
_REFUSED = (duckdb.IOException, duckdb.OutOfMemoryException)
_DAMAGE = (duckdb.FatalException, duckdb.InternalException, duckdb.SerializationException)


@contextlib.contextmanager
def opened(
    folder: Path, say: Callable[[str], object], *, rebuild: bool = False, patience: float = PATIENCE
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The index of a trace folder; StoreError where another command has it, or the file is not ours to replace.

    `say` gets a line where an index that cannot be used is made anew.
    """
    path = folder / NAME
    with _private(), _in_one_line(path):
        connection = _open(path, say, rebuild, time.monotonic() + patience)
        try:
            yield connection
        finally:
            connection.close()


@contextlib.contextmanager
def _in_one_line(path: Path) -> Iterator[None]:
    """Errors of DuckDB's that are no fault of ours, with their remedies."""
    try:
        yield
    except _REFUSED as error:
        raise StoreError("index-storage", f"{path}: {_first_line(error)}") from error
    except _DAMAGE as error:
        raise StoreError(
            "index-damaged", f"{path} is damaged ({_first_line(error)}); make it anew: spans index --rebuild"
        ) from error


@contextlib.contextmanager
def _private() -> Iterator[None]:
    before = os.umask(0o077)  # what is recorded may be private
    try:
        yield
    finally:
        os.umask(before)


def _open(
    path: Path, say: Callable[[str], object], rebuild: bool, deadline: float
) -> duckdb.DuckDBPyConnection:  # fmt: skip
    if not rebuild:
        _check_is_database(path)
    connection: duckdb.DuckDBPyConnection | None = None
    try:
        connection = _connect(path, deadline)
        tables = _tables(connection)
        if not tables:
            return _made(connection)
        if not rebuild and MARK not in tables:
            connection.close()
            raise _foreign(path)
        if not rebuild and _version(connection) == VERSION:
            return connection
        why = "is of another version"
    except duckdb.Error as error:
        if not path.exists():
            raise
        why = f"cannot be read ({_first_line(error)})"
    if not rebuild:
        say(f"the index {why}; it is made anew ({path})")
    # As long as the old file is open nobody else gets hold of it.
    _remove(path)
    if connection is not None:
        with contextlib.suppress(duckdb.Error):
            connection.close()
    return _made(_connect(path, deadline))


def _foreign(path: Path) -> StoreError:
    return StoreError(
        "index-foreign", f"{path} is no index of Spanwright's; move it away, or replace it: spans index --rebuild"
    )


def _check_is_database(path: Path) -> None:
    """StoreError for a file that is no database at all: it may be somebody's. OSError if it cannot be written."""
    if not path.exists():
        return
    with path.open("r+b") as file:
        start = file.read(16)
    place, magic = _MAGIC
    if start and start[place] != magic:
        raise _foreign(path)


def _connect(path: Path, deadline: float) -> duckdb.DuckDBPyConnection:
    """A connection; StoreError naming the holder if another process does not let go of the file in time."""
    while True:
        try:
            connection = duckdb.connect(str(path))
            connection.execute(f"SET late_materialization_max_rows = {_LATE}")
            return connection
        except duckdb.IOException as error:
            holder = _HOLDER.search(str(error))
            if holder is None:
                raise
            if time.monotonic() >= deadline:
                raise StoreError(
                    "index-busy",
                    f"{path}: another command is at work on the index (process {holder[1]}); "
                    "wait for it to end, then run this again",
                ) from None
        time.sleep(_PAUSE)


def _version(connection: duckdb.DuckDBPyConnection) -> int | None:
    row = connection.execute(f"SELECT max(version) FROM {MARK}").fetchone()
    return row[0] if row else None


def _tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}


def _made(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The same, with the tables of the schema in it."""
    schema = files("instrumenter.store").joinpath("schema.sql").read_text(encoding="utf-8")
    connection.execute(f"BEGIN;\n{schema}\nCOMMIT;")
    return connection


def _remove(path: Path) -> None:
    for suffix in _BESIDE:
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
