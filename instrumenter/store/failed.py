"""The exceptions that a segment's functions ended with, as rows of the index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from instrumenter.store.columns import Columns
from instrumenter.store.spelling import dump, plain
from instrumenter.store.times import short
from instrumenter.trace import ops
from instrumenter.trace.definitions import relative
from instrumenter.trace.events import events
from instrumenter.trace.failures import Failure
from instrumenter.trace.jsonable import Json, checkpoint_json, failure_json
from instrumenter.trace.segment import Segment
from instrumenter.trace.span import Span
from instrumenter.trace.text import message
from instrumenter.trace.wire import Damaged, varint

_DETAILED = 100
"""So many exceptions of each place are kept whole, in each segment."""
_ROWS = 50_000
_RECORDS = {ops.RAISE: 1, ops.ERROR: 1, ops.HERROR: 2}
"""Events that hold an exception, each with its number of varints."""
_SEEN_BEFORE = 2
"""The form of an exception that a span further in has recorded."""
SCHEMA = pa.schema(
    [
        ("span", pa.int64()), ("trace", pa.int64()), ("segment", pa.int32()), ("site", pa.int32()),
        ("start_ns", pa.int64()), ("first", pa.bool_()), ("type", pa.string()), ("message", pa.string()),
        ("file", pa.string()), ("line", pa.int32()), ("detail", pa.string()), ("variables", pa.string()),
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Told:
    """What is told of one exception."""

    first: bool
    type: str = ""
    message: str = ""
    file: str = ""
    line: int = 0
    detail: str | None = None
    variables: str | None = None


def failures(
    segment: Segment, number: int, columns: Columns, sites: NDArray[np.int32]
) -> Iterator[pa.RecordBatch]:  # fmt: skip
    """The rows of the functions that failed; `sites` are those of all spans."""
    failed = columns.failed
    reader = _Reader(segment, set(columns.of(failed).parent.tolist()))
    for at in range(0, len(failed), _ROWS):
        rows = failed[at : at + _ROWS]
        part = columns.of(rows)
        told = [reader.read(row, key) for row, key in zip(rows.tolist(), part.span.tolist(), strict=True)]
        known = {
            "span": part.span, "trace": part.trace, "start_ns": part.start,
            "site": sites[rows], "segment": np.full(len(rows), number, dtype=np.int32),
        }  # fmt: skip
        values = (known[name] if name in known else [getattr(one, name) for one in told] for name in SCHEMA.names)
        arrays = [pa.array(column, one.type) for column, one in zip(values, SCHEMA, strict=True)]
        yield pa.record_batch(arrays, schema=SCHEMA)


class _Reader:
    def __init__(self, segment: Segment, passed_on: set[int]) -> None:
        self._segment = segment
        self._passed_on = passed_on
        """The keys of the spans below which something failed."""
        self._kept: Counter[tuple[str, str, int]] = Counter()

    def read(self, row: int, key: int) -> _Told:
        """What is told of the exception that a span, given its row and its key, ended with."""
        span = Span(self._segment, row)
        failure = span.brief_failure()
        if failure is None:
            return _Told(key not in self._passed_on)
        first = self._is_first(row)
        file, line = self._raised_at(failure)
        detail = variables = None
        place = (failure.type, file, line)
        if first and self._kept[place] < _DETAILED:
            self._kept[place] += 1
            detail, variables = dump(failure_json(span.failure(), self._segment.facts.root)), self._variables(span)
        return _Told(first, plain(failure.type), plain(message(failure)), plain(file), line, detail, variables)

    def _is_first(self, row: int) -> bool:
        """Whether no span further in has recorded this exception."""
        data, at = self._segment.data, self._segment.table.outcomes[row]
        try:
            place = at + 1
            for _ in range(_RECORDS[data[at]]):
                _, place = varint(data, place)
            return data[place] != _SEEN_BEFORE
        except (KeyError, IndexError, Damaged):
            return True

    def _raised_at(self, failure: Failure) -> tuple[str, int]:
        """The file and the line of the innermost frame."""
        frames = [frame for frame in failure.stack[-1:] if not frame.left_out]
        if not frames:
            return "", 0
        file, line = frames[0].file, frames[0].line
        return relative(file, self._segment.facts.root), short(self._segment.original_line(file, line))

    def _variables(self, span: Span) -> str | None:
        """The last value of each name that the span bound."""
        found: dict[str, Json] = {}
        if len(self._segment.table.events):
            for event in events(span):
                if event.type == "checkpoint":
                    found |= checkpoint_json(event)
        return dump(found) if found else None
