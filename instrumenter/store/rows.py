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
SELECT span, parent, trace, file, function, line, kind, expression, start_ns, duration_ns, waited_ns, self_ns, status,
    params, result, run, pid, thread
"""
_PARAMS, _RESULT = 13, 14
"""Where they are among the columns."""
_JOINED = "JOIN sites USING (site) JOIN segments USING (segment)"


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
    limit = f"LIMIT {filters.limit + 1}" if filters.limit else ""
    found = _rows(connection, f"WHERE {conditions.sql} ORDER BY {order} {limit}", conditions.values, order)
    return found[: filters.limit or None], 0 < filters.limit < len(found)


def by_keys(connection: duckdb.DuckDBPyConnection, keys: Sequence[int]) -> list[Row]:
    """The spans with these keys, in their order."""
    if not keys:
        return []
    made = {row.key: row for row in _rows(connection, f"WHERE span IN ({written(keys)})", [], "span")}
    return [made[key] for key in keys if key in made]


def _rows(connection: duckdb.DuckDBPyConnection, chosen: str, values: list[object], order: str) -> list[Row]:
    """The spans that a condition, with an order and a limit perhaps, leaves."""
    names = "JOIN sites USING (site)" if "ORDER BY function" in chosen else ""
    spans = f"(SELECT spans.* FROM spans {names} {chosen}) spans"
    found = connection.execute(f"{_COLUMNS} FROM {spans} {_JOINED} ORDER BY {order}", values).fetchall()
    few = f"span IN ({written([row[0] for row in found])})" if len(found) <= _FEW else "true"
    told = connection.execute(f"SELECT span, type, message FROM failures WHERE type <> '' AND {few}").fetchall()
    errors = {key: (kind, message) for key, kind, message in told}
    maker = _Maker(connection)
    params, results = (_parsed(row[place] for row in found) for place in (_PARAMS, _RESULT))
    return [maker.row(*of_row, errors.get(of_row[0][0])) for of_row in zip(found, params, results, strict=True)]


def _parsed(texts: Iterable[str | None]) -> list[Any]:
    """What the JSON texts say, parsed at once; None where there is none."""
    parsed: list[Any] = json.loads(f"[{','.join(text or 'null' for text in texts)}]")
    return parsed


class _Maker:
    """Makes rows of what the index has. What many of them have in common is made once."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        origins = connection.execute("SELECT segment, pid, unix0 FROM segments").fetchall()
        self._pids = {segment: pid << PLACE_BITS & _64 for segment, pid, _ in origins}
        self._moments = {segment: unix0 for segment, _, unix0 in origins}
        threads = connection.execute("SELECT segment, thread, name FROM threads").fetchall()
        self._threads = {(segment, thread): name for segment, thread, name in threads}
        self._traces: dict[int, str] = {}

    def row(
        self, found: tuple[Any, ...], params: dict[str, Any] | None, result: object, error: tuple[str, str] | None
    ) -> Row:
        """Make a row of the columns, with what two of them say."""
        key, parent, trace, file, function, line, kind, expression, start, took, waited, own, status = found[:_PARAMS]
        run, pid, thread = found[_RESULT + 1 :]
        returned = () if found[_RESULT] is None else (result,)
        return Row(
            key, parent, self._traces.get(trace) or self._trace_id(trace), self._id(key),
            None if parent is None else self._id(parent), file, function, line, kind, expression, start, took, waited,
            own, STATUSES[status], params or {}, returned, run, pid,
            self._threads.get((key >> PLACE_BITS, thread)) or f"thread {thread}", error,
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
    found = [row for bound in bounds for row in _rows(connection, chosen, list(bound), "start_ns, span")]
    return sorted(found, key=lambda row: (row.start_ns, row.key))
