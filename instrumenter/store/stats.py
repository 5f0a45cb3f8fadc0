"""Figures of functions: exact percentiles of the spans that are there, counts of all calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import duckdb

from instrumenter.store.filters import Filters, segments, sites, where, written
from instrumenter.trace.jsonable import Json

_SPANS = """
WITH named AS (SELECT site, file, function, dense_rank() OVER (ORDER BY file, function) AS name FROM sites)
SELECT any_value(file), any_value(function), count(*), count(*) FILTER ({calls}),
    count(*) FILTER (status = 1 AND {calls}), coalesce(sum(duration_ns) FILTER ({calls}), 0)::BIGINT,
    min(duration_ns), max(duration_ns), quantile_cont(duration_ns, [0.5, 0.95, 0.99]), sum(self_ns)::BIGINT
FROM spans JOIN named USING (site)
WHERE {where} AND status <> 2
GROUP BY name
"""
_NS = 10**6


@dataclass(slots=True)
class Figures:
    """The figures of one function; durations in ns. Percentiles, extremes and self time are of `spans` spans."""

    file: str
    function: str
    calls: int = 0
    errors: int = 0
    total_ns: int = 0
    spans: int = 0
    min_ns: int | None = None
    max_ns: int | None = None
    percentiles: tuple[float, float, float] | None = None
    """p50, p95, p99."""
    self_ns: int = 0
    per_second: float | None = None
    is_part: bool = False
    """Whether its probes were out for a while, for the overhead budget: of what it did then nothing is counted."""

    @property
    def mean_ns(self) -> float | None:
        """What a call took on the average."""
        return self.total_ns / self.calls if self.calls else None

    @property
    def error_rate(self) -> float:
        """Which part of the calls failed."""
        return self.errors / self.calls if self.calls else 0.0

    def as_json(self) -> dict[str, Json]:
        """As docs/store.md has it; `restsOn` where spans were left out or forgotten, `partial` where calls were."""
        p50, p95, p99 = self.percentiles or (None, None, None)
        found: dict[str, Json] = {
            "file": self.file, "function": self.function, "calls": self.calls, "errors": self.errors,
            "errorRate": self.error_rate, "meanMs": _ms(self.mean_ns), "minMs": _ms(self.min_ns),
            "maxMs": _ms(self.max_ns), "p50Ms": _ms(p50), "p95Ms": _ms(p95), "p99Ms": _ms(p99),
            "totalMs": _ms(self.total_ns), "selfMs": _ms(self.self_ns), "perSecond": self.per_second,
        }  # fmt: skip
        found |= {"restsOn": self.spans} if self.spans != self.calls else {}
        return found | ({"partial": True} if self.is_part else {})


def _ms(ns: float | None) -> float | None:
    return None if ns is None else ns / _NS


_KEYS: dict[str, Callable[[Figures], Any]] = {
    "calls": lambda one: -one.calls, "errors": lambda one: -one.errors, "mean": lambda one: -(one.mean_ns or 0),
    "p50": lambda one: -(one.percentiles or (0,))[0], "p95": lambda one: -(one.percentiles or (0, 0))[1],
    "p99": lambda one: -(one.percentiles or (0, 0, 0))[2], "max": lambda one: -(one.max_ns or 0),
    "total": lambda one: -one.total_ns, "self": lambda one: -one.self_ns, "function": lambda one: one.function,
}  # fmt: skip
ORDERS = tuple(_KEYS)
"""What figures can be ordered by."""


def stats(connection: duckdb.DuckDBPyConnection, filters: Filters) -> list[Figures]:
    """The figures of every function that the filters leave, of calls that have ended."""
    counted = _counted(connection, filters) if filters.whole_runs else []
    found = {(one.file, one.function): one for one in _of_spans(connection, filters, counted)}
    for file, function, calls, failures, total, is_part in _of_counters(connection, filters, counted):
        one = found.setdefault((file, function), Figures(file, function))
        one.calls += calls
        one.errors += failures
        one.total_ns += total
        one.is_part = is_part
    seconds = _seconds(connection, filters)
    for one in found.values():
        one.per_second = one.calls / seconds if seconds else None
    order = _KEYS[filters.order_by or "total"]
    return sorted(found.values(), key=lambda one: (order(one), one.file, one.function))


def _counted(connection: duckdb.DuckDBPyConnection, filters: Filters) -> list[int]:
    """The segments whose calls were counted."""
    rows = connection.execute("SELECT segment FROM segments WHERE has_counters").fetchall()
    return sorted({number for (number,) in rows} & set(segments(connection, filters.run)))


def _of_spans(connection: duckdb.DuckDBPyConnection, filters: Filters, counted: list[int]) -> list[Figures]:
    conditions = where(connection, filters)
    # Of processes that have counters spans are no calls: those are counted.
    calls = f"segment NOT IN ({written(counted)})" if counted else "true"
    rows = connection.execute(_SPANS.format(where=conditions.sql, calls=calls), conditions.values).fetchall()
    found = []
    for file, function, spans, calls, errors, total, least, most, percentiles, own in rows:
        p50, p95, p99 = percentiles
        found.append(Figures(file, function, calls, errors, total, spans, least, most, (p50, p95, p99), own))
    return found


def _of_counters(
    connection: duckdb.DuckDBPyConnection, filters: Filters, counted: list[int]
) -> list[tuple[str, str, int, int, int, bool]]:
    return connection.execute(
        f"""
        SELECT file, function, sum(calls)::BIGINT, sum(failures)::BIGINT, sum(total_ns)::BIGINT,
            bool_or(is_part)
        FROM counters JOIN sites USING (site)
        WHERE segment IN ({written(counted)}) AND site IN ({written(sites(connection, filters))})
        GROUP BY file, function
        """
    ).fetchall()


def _seconds(connection: duckdb.DuckDBPyConnection, filters: Filters) -> float:
    """How long the runs lasted that are meant, within the times that are meant."""
    rows = connection.execute(
        f"""
        SELECT run, min(began_ns), max(ended_ns) FROM segments
        WHERE segment IN ({written(segments(connection, filters.run))}) GROUP BY run
        """
    ).fetchall()
    lasting = 0
    for _, start, end in rows:
        first = max(start, filters.since_ns) if filters.since_ns is not None else start
        last = min(end, filters.until_ns) if filters.until_ns is not None else end
        lasting += max(last - first, 0)
    return lasting / 10**9


@dataclass(frozen=True, slots=True)
class Hotspot:
    """A function and the time it took; shares are of all traces' time together."""

    file: str
    function: str
    calls: int
    self_ns: int
    self_share: float
    total_ns: int
    total_share: float

    def as_json(self) -> dict[str, Json]:
        """As docs/store.md has it."""
        return {
            "file": self.file, "function": self.function, "calls": self.calls, "selfMs": _ms(self.self_ns),
            "selfShare": self.self_share, "totalMs": _ms(self.total_ns), "totalShare": self.total_share,
        }  # fmt: skip


HOTSPOT_ORDERS = ("self", "total")


def hotspots(connection: duckdb.DuckDBPyConnection, filters: Filters) -> list[Hotspot]:
    """The functions by the time that they took."""
    conditions = where(connection, filters)
    order = filters.order_by or "self"
    rows = connection.execute(
        f"""
        WITH by_site AS (
            SELECT site, count(*) AS calls, sum(self_ns)::BIGINT AS own, sum(duration_ns)::BIGINT AS total
            FROM spans WHERE {conditions.sql} GROUP BY site
        )
        SELECT file, function, sum(calls)::BIGINT, sum(own)::BIGINT AS self, sum(total)::BIGINT AS total
        FROM by_site JOIN sites USING (site) GROUP BY file, function ORDER BY {order} DESC, file, function
        """,
        conditions.values,
    ).fetchall()
    whole = _traced(connection, filters)
    return [
        Hotspot(file, function, calls, own, own / whole if whole else 0.0, total, total / whole if whole else 0.0)
        for file, function, calls, own, total in rows
    ]


def _traced(connection: duckdb.DuckDBPyConnection, filters: Filters) -> int:
    """The durations of all roots that are meant, in ns."""
    chosen = segments(connection, filters.run)
    row = connection.execute(
        f"""
        SELECT coalesce(sum(duration_ns), 0)::BIGINT FROM spans
        WHERE parent IS NULL AND segment IN ({written(chosen)}) AND start_ns >= ? AND start_ns < ?
        """,
        [filters.since_ns or -(1 << 63), filters.until_ns or (1 << 63) - 1],
    ).fetchone()
    return row[0] if row else 0
