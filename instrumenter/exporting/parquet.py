"""A span a row in Parquet: columns of 64-bit numbers and texts, the start as a moment of nanoseconds."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from instrumenter.exporting.encoding import plain
from instrumenter.exporting.rows import COLUMNS, Cell, rows
from instrumenter.exporting.source import Source

_GROUP = 50_000
"""So many rows are in memory at once."""
_START, _START_NS = (
    next(at for at, one in enumerate(COLUMNS) if one.name == name) for name in ("startTime", "startNs")
)


def write(source: Source, out: BinaryIO) -> None:
    """Write the rows, group by group."""
    schema = pa.schema([(column.name, _type(place)) for place, column in enumerate(COLUMNS)])
    with pq.ParquetWriter(out, schema, compression="zstd") as table:
        for group in _groups(rows(source)):
            table.write_batch(pa.record_batch(_columns(group), schema=schema))


def _type(place: int) -> pa.DataType:
    if place == _START:
        return pa.timestamp("ns", tz="UTC")
    return pa.int64() if COLUMNS[place].is_number else pa.string()


def _groups(found: Iterator[list[Cell]]) -> Iterator[list[list[Cell]]]:
    while group := list(islice(found, _GROUP)):
        yield group


def _columns(group: list[list[Cell]]) -> list[pa.Array]:
    by_column = [
        [plain(cell) if isinstance(cell, str) else cell for cell in column] for column in zip(*group, strict=True)
    ]
    by_column[_START] = by_column[_START_NS]
    return [pa.array(column, _type(place)) for place, column in enumerate(by_column)]
