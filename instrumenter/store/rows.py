"""Spans as the index has them: those that a question finds, and the chain of calls above one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import duckdb

from instrumenter.store.filters import Filters, Where, where, written
from instrumenter.trace.jsonable import Json, iso
from instrumenter.trace.table import PLACE_BITS

STATUSES = ("ok", "error", "unfinished")
_PLACE = (1 << PLACE_BITS) - 1
_64 = (1 << 64) - 1
_ORDERS = {
    "duration": "duration_ns DESC, span", "self": "self_ns DESC, span", "start": "start_ns, span",
    "latest": "start_ns DESC, span", "function": "function, start_ns, span",
}  # fmt: skip
ORDERS = tuple(_ORDERS)
"""What spans can be ordered by."""
_DEEPEST = 1000
_FEW = 1000
"""Of so many spans the exceptions are looked up one by one."""
_COLUMNS = """
span, parent, trace, start_ns, duration_ns, waited_ns, self_ns, status, params, result, segment, site, thread
"""
_PARAMS, _RESULT, _SITE = 8, 9, 11
"""Where they are among the columns."""


class Row(NamedTuple):
    """A span of the index; ids as everywhere, times in Unix ns."""

    key: int
    above: int | None
    """The parent's key."""
    trace_id: str
    span_id: str
    parent_id: str | None
    file: str
    function: str
    line: int
    kind: str
    expression: str
    start_ns: int
    duration_ns: int
    waited_ns: int
    self_ns: int
    status: str
    params: dict[str, Any]
    result: tuple[Any, ...]
    """Empty where none was recorded."""
    run: str
    pid: int
    thread: str
    error: tuple[str, str] | None
    """Type and message."""

    def as_json(self) -> dict[str, Json]:
        """The span as docs/store.md describes it."""
        error: Json = {"type": self.error[0], "message": self.error[1]} if self.error else None
        return {
            "run": self.run, "traceId": self.trace_id, "spanId": self.span_id, "parentSpanId": self.parent_id,
            "function": self.function, "expression": self.expression or None, "file": self.file, "line": self.line,
            "kind": self.kind, "status": self.status, "startTime": iso(self.start_ns),
            "endTime": iso(self.start_ns + self.duration_ns), "startNs": self.start_ns,
            "durationNs": self.duration_ns, "duration": self.duration_ns / 10**6, "waitedNs": self.waited_ns,
            "selfNs": self.self_ns, "process": self.pid, "thread": self.thread, "params": self.params,
            "returnValue": self.result[0] if self.result else None, "error": error,
        }  # fmt: skip


def find(connection: duckdb.DuckDBPyConnection, filters: Filters, more: Where | None = None) -> tuple[list[Row], bool]:
    """The spans that the filters, and further conditions, leave, and whether there are more than the limit."""
    conditions = where(connection, filters)
    for condition in more.conditions if more else ():
        conditions.add(condition)
    conditions.values += more.values if more else []
    order = _ORDERS[filters.order_by or "duration"]
    names = "JOIN sites USING (site)" if order.startswith("function") else ""
    limit = f"LIMIT {filters.limit + 1}" if filters.limit else ""
    found = _rows(connection, f"{names} WHERE {conditions.sql} ORDER BY {order} {limit}", conditions.values)
    return found[: filters.limit or None], 0 < filters.limit < len(found)


def by_keys(connection: duckdb.DuckDBPyConnection, keys: Sequence[int]) -> list[Row]:
    """The spans with these keys, in their order."""
    if not keys:
        return []
    made = {row.key: row for row in _rows(connection, f"WHERE span IN ({written(keys)})", [])}
    return [made[key] for key in keys if key in made]


def _rows(connection: duckdb.DuckDBPyConnection, chosen: str, values: list[object]) -> list[Row]:
    """The spans that a condition, with an order and a limit perhaps, leaves."""
    found = connection.execute(f"SELECT {_COLUMNS} FROM spans {chosen}", values).fetchall()
    if not found:
        return []
    maker = _Maker(connection, found)
    params, results = (_parsed(row[place] for row in found) for place in (_PARAMS, _RESULT))
    return list(map(maker.row, found, params, results))


def _parsed(texts: Iterable[str | None]) -> list[Any]:
    """What the JSON texts say, parsed at once; None where there is none."""
    parsed: list[Any] = json.loads(f"[{','.join(text or 'null' for text in texts)}]")
    return parsed


class _Maker:
    """Makes rows of what the index has. What many of them have in common is looked up and made once.

    Joins in SQL would give the same, but hand each text over for each row, which took half of the time.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, found: Sequence[tuple[Any, ...]]) -> None:
        segments = connection.execute("SELECT segment, run, pid, unix0 FROM segments").fetchall()
        self._processes = {segment: (run, pid) for segment, run, pid, _ in segments}
        self._pids = {segment: pid << PLACE_BITS & _64 for segment, _, pid, _ in segments}
        self._moments = {segment: unix0 for segment, _, _, unix0 in segments}
        threads = connection.execute("SELECT segment, thread, name FROM threads").fetchall()
        self._threads = {(segment, thread): name for segment, thread, name in threads}
        chosen = written(sorted({row[_SITE] for row in found}))
        sites = f"SELECT site, file, function, line, kind, expression FROM sites WHERE site IN ({chosen})"
        self._sites = {site: names for site, *names in connection.execute(sites).fetchall()}
        keys = [row[0] for row in found]
        these = f"span IN ({written(keys)})" if len(keys) <= _FEW else f"span BETWEEN {min(keys)} AND {max(keys)}"
        failures = connection.execute(f"SELECT span, type, message FROM failures WHERE type <> '' AND {these}")
        self._errors = {key: (kind, message) for key, kind, message in failures.fetchall()}
        self._traces: dict[int, str] = {}

    def row(self, found: tuple[Any, ...], params: dict[str, Any] | None, result: object) -> Row:
        """Make a row of the columns, with what two of them say."""
        key, parent, trace, start, took, waited, own, status, _, returned, segment, site, thread = found
        file, function, line, kind, expression = self._sites[site]
        run, pid = self._processes[segment]
        return Row(
            key, parent, self._traces.get(trace) or self._trace_id(trace), self._id(key),
            None if parent is None else self._id(parent), file, function, line, kind, expression, start, took, waited,
            own, STATUSES[status], params or {}, () if returned is None else (result,), run, pid,
            self._threads.get((segment, thread)) or f"thread {thread}", self._errors.get(key),
        )  # fmt: skip

    def _trace_id(self, trace: int) -> str:
        made = self._traces[trace] = f"{self._moments.get(trace >> PLACE_BITS, 0):016x}{self._id(trace)}"
        return made

    def _id(self, key: int) -> str:
        """The id of a span, as `Span.span_id` has it."""
        return f"{self._pids.get(key >> PLACE_BITS, 0) | key & _PLACE:016x}"


def chain(connection: duckdb.DuckDBPyConnection, key: int) -> list[Row]:
    """A span and all above it, the root first."""
    found: list[int] = []
    above: int | None = key
    while above is not None and above not in found and len(found) < _DEEPEST:
        found.append(above)
        row = connection.execute("SELECT parent FROM spans WHERE span = ?", [above]).fetchone()
        above = row[0] if row else None
    return by_keys(connection, found[::-1])


def trace(connection: duckdb.DuckDBPyConnection, trace_id: str) -> list[Row]:
    """All spans of a trace by its 32 digits, in the order of their start; none where there is no such trace."""
    moment, number = int(trace_id[:-16], 16), int(trace_id[-16:], 16)
    rows = connection.execute("SELECT segment, pid FROM segments WHERE unix0 = ?", [moment]).fetchall()
    keys = [segment << PLACE_BITS | number & _PLACE for segment, pid in rows if pid & 0xFF_FFFF == number >> PLACE_BITS]
    if not keys:
        return []
    # The times of the trace say in which blocks its spans can be.
    bounds = connection.execute(
        f"SELECT trace, segment, start_ns, end_ns FROM traces WHERE trace IN ({written(keys)})"
    ).fetchall()
    chosen = "WHERE trace = ? AND segment = ? AND start_ns BETWEEN ? AND ?"
    found = [row for bound in bounds for row in _rows(connection, chosen, list(bound))]
    return sorted(found, key=lambda row: (row.start_ns, row.key))
