"""A span as a row of named columns, for tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from instrumenter.exporting.encoding import dump
from instrumenter.exporting.source import Source, Visit
from instrumenter.trace.jsonable import Json, span_json

Cell: TypeAlias = int | str | None
_LEAST, _MOST = -(1 << 63), (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, whether it holds numbers of 64 bits or text, and how it follows from a span."""

    name: str
    is_number: bool
    read: Callable[[dict[str, Json], Visit], Json]


def _key(name: str, *, number: bool = False) -> Column:
    return Column(name, number, lambda span, visit: span.get(name))


def _within(name: str, outer: str, inner: str, *, number: bool = False) -> Column:
    def read(span: dict[str, Json], visit: Visit) -> Json:
        found = span.get(outer)
        return found.get(inner) if isinstance(found, dict) else None

    return Column(name, number, read)


def _as_json(name: str) -> Column:
    def read(span: dict[str, Json], visit: Visit) -> Json:
        found = span.get(name)
        return None if found is None else dump(found)

    return Column(name, False, read)


COLUMNS = (
    _key("traceId"),
    _key("spanId"),
    Column("parentSpanId", False, lambda span, visit: visit.parent.span_id if visit.parent else None),
    Column("depth", True, lambda span, visit: visit.depth),
    _key("function"),
    _key("file"),
    _key("line", number=True),
    _key("kind"),
    _key("status"),
    _key("startTime"),
    _key("startNs", number=True),
    _key("durationNs", number=True),
    _key("activeNs", number=True),
    _within("callFile", "callSite", "file"),
    _within("callLine", "callSite", "line", number=True),
    _key("expression"),
    _key("thread"),
    _key("threadId", number=True),
    _key("process", number=True),
    _as_json("params"),
    _as_json("returnValue"),
    _within("errorType", "error", "type"),
    _within("errorMessage", "error", "message"),
    _as_json("error"),
    _key("leftOut", number=True),
)
"""The columns, in their order; docs/exporting.md describes them."""


def rows(source: Source) -> Iterator[list[Cell]]:
    """The spans as rows, parents before their children."""
    forest = source.run.forest
    for visit in source.walk():
        span = span_json(visit.span, forest, visit.trace_id)
        yield [_cell(column.read(span, visit)) for column in COLUMNS]


def _cell(value: Json) -> Cell:
    if isinstance(value, int):
        return min(max(value, _LEAST), _MOST)
    assert value is None or isinstance(value, str)
    return value
