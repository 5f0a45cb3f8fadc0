"""What failed: exceptions by type and place, each group with one example and everything known of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import duckdb

from instrumenter.store.filters import ERRORS, Filters, where
from instrumenter.store.rows import Row, chain
from instrumenter.trace.jsonable import Json, iso

_GROUPS = """
WITH told AS (
    SELECT failures.*, sites.file AS own_file, sites.line AS own_line, function
    FROM failures JOIN sites USING (site)
    WHERE first AND {where}
)
SELECT type, if(type = '', own_file, file) AS place_file, if(type = '', own_line, line) AS place_line, function,
    count(*) AS count, min(start_ns), max(start_ns) AS latest,
    coalesce(arg_max(span, start_ns) FILTER (detail IS NOT NULL), arg_max(span, start_ns)),
    coalesce(arg_max(message, start_ns) FILTER (detail IS NOT NULL), arg_max(message, start_ns))
FROM told GROUP BY ALL ORDER BY {order}, type, place_file, place_line
"""
_ORDERS = {"count": "count DESC, latest DESC", "latest": "latest DESC", "type": "type"}
ORDERS = tuple(_ORDERS)
"""What groups can be ordered by."""


@dataclass(frozen=True, slots=True)
class Group:
    """Exceptions of one type from one place. At level 1 there is no type, and the place is the function's."""

    type: str
    file: str
    line: int
    function: str
    count: int
    first_ns: int
    last_ns: int
    example: int
    """The key of the last span that is known in full."""
    message: str


@dataclass(frozen=True, slots=True)
class Example:
    """One exception with its context."""

    calls: list[Row]
    """The chain of calls, the root first, down to the span that failed."""
    exception: dict[str, Any] | None
    """As docs/reading.md has it."""
    variables: dict[str, Any]
    """The last values of the span's variables, where they were recorded."""


def groups(
    connection: duckdb.DuckDBPyConnection, filters: Filters, wanted: str | None
) -> tuple[list[Group], bool]:  # fmt: skip
    """The groups of a type, a glob for its name or its last part, or of all; and whether there are more."""
    conditions = where(connection, filters)
    # The table has no durations and no status: those of the span itself are looked up where they are asked for.
    if filters.min_ns is not None or filters.max_ns is not None:
        inner = f"span IN (SELECT span FROM spans WHERE {conditions.sql})"
    else:
        inner = " AND ".join(one for one in conditions.conditions if one != ERRORS) or "true"
    query = _GROUPS.format(where=inner, order=_ORDERS[filters.order_by or "count"])
    rows = (Group(*row) for row in connection.execute(query, conditions.values).fetchall())
    found = [one for one in rows if wanted is None or _is_of(one.type, wanted)]
    return found[: filters.limit or None], bool(filters.limit) and len(found) > filters.limit


def _is_of(name: str, wanted: str) -> bool:
    return any(fnmatchcase(one, wanted) for one in (name, name.rpartition(".")[2]))


def example(connection: duckdb.DuckDBPyConnection, group: Group) -> Example:
    """The example of a group."""
    row = connection.execute("SELECT detail, variables FROM failures WHERE span = ?", [group.example]).fetchone()
    detail, variables = row or (None, None)
    found = json.loads(detail) if detail else None
    return Example(chain(connection, group.example), found, json.loads(variables) if variables else {})


def as_json(group: Group, found: Example) -> dict[str, Json]:
    """A group with its example, as docs/store.md has it."""
    return {
        "type": group.type or None, "message": group.message, "file": group.file, "line": group.line,
        "function": group.function, "count": group.count, "firstTime": iso(group.first_ns),
        "lastTime": iso(group.last_ns),
        "example": {
            "spanId": found.calls[-1].span_id if found.calls else None,
            "calls": [row.as_json() for row in found.calls],
            "exception": found.exception,
            "variables": found.variables,
        },
    }  # fmt: skip


def causes(exception: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The exceptions behind one, the nearest first: (`caused by` or `while handling`, the exception)."""
    seen = 0
    while seen < 20:
        cause, context = exception.get("cause"), exception.get("context")
        if cause:
            yield "caused by", cause
            exception = cause
        elif isinstance(context, dict) and "stack" in context:
            yield "while handling", context
            exception = context
        else:
            return
        seen += 1
