"""Brings the index up to date with the segments: each is taken in whole, in one transaction with what was read."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from instrumenter.storage.ended import is_over
from instrumenter.store.places import Site
from instrumenter.store.reading import Batch, Part, Whole, state_of
from instrumenter.store.spelling import plain
from instrumenter.store.times import signed
from instrumenter.store.worker import WORTH_IT, Reader, Task, Workers, release
from instrumenter.trace.runs import Run, Traces
from instrumenter.trace.segment import Segment

Sites: TypeAlias = NDArray[np.int32]
TABLES = ("spans", "traces", "failures", "counters", "threads", "segments")
"""Those with rows of one segment."""
_TRANSACTION = 1_000_000
"""Spans after which small segments have been together in a transaction for long enough."""
_TRACES = """
INSERT INTO traces
SELECT trace, segment, min(start_ns), max(start_ns + duration_ns), count(*), count(*) FILTER (status = 1)
FROM spans WHERE segment = ? GROUP BY trace, segment ORDER BY trace
"""


@dataclass(slots=True)
class Done:
    """What a refresh has done."""

    segments: int = 0
    spans: int = 0
    removed: int = 0
    """Segments whose files are gone."""
    seconds: float = 0.0


def refresh(
    connection: duckdb.DuckDBPyConnection, traces: Traces, *, jobs: int | None = None, now: float | None = None
) -> Done:
    """Take in what is new in the segments of a project, and forget those that are gone.

    `jobs` None: as many processes as are worth it. `now` is Unix time.
    """
    started = time.monotonic()
    done = Done(removed=_forget(connection, traces.runs))
    known = _known(connection)
    numbers = _numbers(known, traces.runs)
    now = time.time() if now is None else now
    tasks = list(_tasks(traces.runs, known, now))
    if tasks:
        writer = _Writer(connection, numbers, done)
        for parts in _read(traces, tasks, numbers, now, jobs):
            writer.take(parts)
        writer.commit()
    _note_runs(connection, traces.runs)
    done.seconds = time.monotonic() - started
    return done


def _segments(runs: Iterable[Run]) -> Iterator[Segment]:
    return (segment for run in runs for segment in run.segments)


def _known(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, str]]:
    """Name -> number and state of the segments in the index."""
    rows = connection.execute("SELECT name, segment, state FROM segments").fetchall()
    return {name: (number, state) for name, number, state in rows}


def _numbers(known: dict[str, tuple[int, str]], runs: Iterable[Run]) -> dict[str, int]:
    """The numbers of all segments by name; the index keeps those it has given."""
    numbers = {name: number for name, (number, _) in known.items()}
    last = max(numbers.values(), default=0)
    for segment in _segments(runs):
        if segment.name not in numbers:
            numbers[segment.name] = last = last + 1
    return numbers


def _forget(connection: duckdb.DuckDBPyConnection, runs: Iterable[Run]) -> int:
    """Remove the rows of segments whose files are gone."""
    there = {segment.name for segment in _segments(runs)}
    gone = [number for name, (number, _) in _known(connection).items() if name not in there]
    if gone:
        connection.begin()
        for table in TABLES:
            connection.execute(f"DELETE FROM {table} WHERE segment IN (SELECT unnest(?))", [gone])
        connection.commit()
    return len(gone)


def _tasks(runs: Iterable[Run], known: dict[str, tuple[int, str]], now: float) -> Iterator[Task]:
    """The segments that may have changed. Whether one of a running process has is seen when it is read."""
    for segment in _segments(runs):
        state = known[segment.name][1] if segment.name in known else None
        if state is None or state != _settled(segment, now):
            yield Task(segment.name, state)


def _settled(segment: Segment, now: float) -> str | None:
    """The state of a segment that nobody writes to any more; None of others, for that would have to be read."""
    return state_of(segment, now) if all(is_over(one, now) for one in (segment, *segment.ancestors())) else None


def _read(
    traces: Traces, tasks: list[Task], numbers: dict[str, int], now: float, jobs: int | None
) -> Iterator[Iterator[Part]]:  # fmt: skip
    """The parts of each segment, read here or in processes of their own."""
    wanted = {task.name for task in tasks}
    paths = [segment.path for segment in _segments(traces.runs) if segment.name in wanted]
    if jobs is None:
        jobs = os.cpu_count() or 1 if sum(map(_size, paths)) > WORTH_IT else 1
    if jobs == 1:
        reader = Reader(traces, numbers, now)
        yield from (reader.parts(task) for task in tasks)
        release(traces.runs)
        return
    with Workers(min(jobs, len(tasks)), traces.root, numbers, now) as workers:
        yield from (parts for _, parts in workers.parts(tasks))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


class _Writer:
    """Writes the rows of segments, several small ones in one transaction."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, numbers: dict[str, int], done: Done) -> None:
        self._connection = connection
        self._numbers = numbers
        self._done = done
        self._pending = 0
        self._open = False
        rows = connection.execute("SELECT site, file, function, line, kind, expression FROM sites").fetchall()
        self._sites: dict[Site, int] = {tuple(rest): number for number, *rest in rows}

    def take(self, parts: Iterator[Part]) -> None:
        """Replace what the index has of a segment by its parts; nothing where there are none."""
        whole = next(parts, None)
        if whole is None:
            return
        assert isinstance(whole, Whole)
        self._begin()
        number = self._numbers[whole.name]
        for table in TABLES:
            self._connection.execute(f"DELETE FROM {table} WHERE segment = ?", [number])
        sites = self._placed(whole.sites)
        spans = sum(self._insert(part, sites) for part in parts if isinstance(part, Batch))
        self._connection.execute(_TRACES, [number])
        self._note(number, whole, sites)
        self._done.segments += 1
        self._done.spans += spans
        self._pending += spans
        if self._pending >= _TRANSACTION:
            self.commit()

    def _begin(self) -> None:
        if not self._open:
            self._connection.begin()
            self._open = True

    def commit(self) -> None:
        """End the transaction."""
        if self._open:
            self._connection.commit()
            self._open, self._pending = False, 0

    def _placed(self, sites: list[Site]) -> Sites:
        """The numbers of sites in the index; new ones are added."""
        new = [(len(self._sites) + place, *site) for place, site in enumerate(self._unknown(sites), 1)]
        append(self._connection, "sites", new)
        self._sites |= {(file, function, line, kind, said): number for number, file, function, line, kind, said in new}
        return np.array([self._sites[site] for site in sites], dtype=np.int32)

    def _unknown(self, sites: list[Site]) -> list[Site]:
        return [site for site in sites if site not in self._sites]

    def _insert(self, batch: Batch, sites: Sites) -> int:
        """Write a batch; gives the spans in it."""
        rows = batch.rows
        place = rows.schema.get_field_index("site")
        rows = rows.set_column(place, "site", pa.array(sites[rows.column(place).to_numpy()]))
        insert(self._connection, batch.table, pa.table(rows))
        return rows.num_rows if batch.table == "spans" else 0

    def _note(self, number: int, whole: Whole, sites: Sites) -> None:
        """Write what is known of the segment as a whole."""
        append(self._connection, "counters", [(number, int(sites[site]), *rest) for site, *rest in whole.counters])
        append(self._connection, "threads", [(number, *thread) for thread in whole.threads])
        row = (number, whole.name, "", whole.pid, whole.unix0, whole.start_ns, whole.end_ns, bool(whole.counters),
               whole.problems, whole.state)  # fmt: skip
        append(self._connection, "segments", [row])


def append(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Write rows, whose values are in the order of the table's columns, at once."""
    if rows:
        columns = [pa.array(column) for column in zip(*rows, strict=True)]
        insert(connection, table, pa.table(columns, names=[f"column{place}" for place in range(len(columns))]))


def insert(connection: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    """Write rows that have the table's columns in their order."""
    connection.register("batch", rows)
    connection.execute(f"INSERT INTO {table} SELECT * FROM batch")
    connection.unregister("batch")


def _note_runs(connection: duckdb.DuckDBPyConnection, runs: Iterable[Run]) -> None:
    """Write which runs there are, and of which each segment is, as far as that is not known."""
    found = [
        (plain(run.id), plain(run.program), signed(run.root.header.clock.unix0), run.root.header.is_dump)
        for run in runs
    ]
    of = {segment.name: run.id for run in runs for segment in run.segments}
    known = connection.execute("SELECT run, program, began_ns, is_dump FROM runs ORDER BY ALL").fetchall()
    placed = connection.execute("SELECT name, run FROM segments").fetchall()
    moved = [(of[name], name) for name, run in placed if of[name] != run]
    if known == sorted(found) and not moved:
        return
    connection.begin()
    connection.execute("DELETE FROM runs")
    append(connection, "runs", found)
    for pair in moved:
        connection.execute("UPDATE segments SET run = ? WHERE name = ?", pair)
    connection.commit()
