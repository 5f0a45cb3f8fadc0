"""A segment as the index takes it: what is known of it as a whole, then its rows in batches."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from instrumenter.storage.ended import is_over
from instrumenter.store.columns import ERROR, NOTHING, Columns, is_function
from instrumenter.store.failed import failures
from instrumenter.store.places import Places, Site
from instrumenter.store.spelling import plain
from instrumenter.store.texts import Texts
from instrumenter.store.times import short, signed, view
from instrumenter.trace import ops
from instrumenter.trace.counts import counts
from instrumenter.trace.segment import Segment

ROWS = 2 * 122_880
"""Spans in a batch, at most: whole row groups of DuckDB's."""


_UNREAD = "unread"
"""The state of a segment that could not be read at all: it is tried again."""


@dataclass(frozen=True, slots=True)
class Whole:
    """What is known of a segment as a whole; `sites` are those that its rows number from 0."""

    name: str
    state: str
    pid: int
    unix0: int
    start_ns: int
    end_ns: int
    problems: int
    sites: list[Site]
    counters: list[tuple[int, int, int, int, bool]]
    """Site, calls, failures, total ns, whether its probes were out for a while."""
    threads: list[tuple[int, int, str]]
    """Number, the system's number, name."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows for one of the tables `spans` and `failures`."""

    table: str
    rows: pa.RecordBatch


Part: TypeAlias = Whole | Batch
"""Of a segment: `Whole` comes first."""


def state_of(segment: Segment, now: float) -> str:
    """What tells whether a segment, or one of a process above it, has changed since it was read."""
    return " < ".join(_state(one, now) for one in (segment, *segment.ancestors()))


def _state(segment: Segment, now: float) -> str:
    if is_over(segment, now):
        return f"over {segment.header.clock.unix0} {segment.header.last_pair}"
    data = segment.data  # of a running process: nothing else tells what a mapped file has in it
    return f"open {len(data)} {zlib.crc32(data):08x}"


def parts(segment: Segment, numbers: dict[str, int], now: float, known: str | None) -> Iterator[Part]:
    """The parts of a segment; none where its state is the known one. `numbers` has those of all segments by name."""
    state = state_of(segment, now)
    if state == known:
        return
    places = Places(segment)
    found = Columns(segment, numbers, places.ways())
    yield _whole(segment, state if segment.data else _UNREAD, places)
    number, spans = numbers[segment.name], _Spans(segment, found, places)
    for at in range(0, len(found), ROWS):
        yield Batch("spans", spans.batch(number, at, min(at + ROWS, len(found))))
    for rows in failures(segment, number, found, places.of_span):
        yield Batch("failures", rows)


def _whole(segment: Segment, state: str, places: Places) -> Whole:
    taken_out = {switch.site for switch in segment.definitions.switches if switch.how == ops.TAKEN_OUT}
    counted = []
    for site, count in counts(segment).items():
        function = segment.function(site)
        place = places.number(function, function.kind or "function")
        counted.append((place, signed(count.calls), signed(count.failures), signed(count.ns), site in taken_out))
    threads = [segment.thread(number) for number in sorted({number for _, number in segment.table.threads})]
    return Whole(
        segment.name, state, segment.header.pid, segment.header.clock.unix0 & (1 << 64) - 1, signed(segment.start_ns),
        signed(segment.end_ns), len(segment.problems()), places.sites, counted,
        [(short(thread.number), signed(thread.native), plain(thread.name)) for thread in threads],
    )  # fmt: skip


class _Spans:
    """Makes the batches of the table `spans`."""

    def __init__(self, segment: Segment, found: Columns, places: Places) -> None:
        self._segment = segment
        self._found = found
        self._places = places
        self._texts = Texts(segment)

    def batch(self, number: int, first: int, end: int) -> pa.RecordBatch:
        """The rows from one on, without the one at the end."""
        found = self._found.of(np.arange(first, end))
        return pa.record_batch(
            {
                "span": found.span,
                "parent": pa.array(found.parent, mask=found.parent == NOTHING),
                "trace": found.trace,
                "segment": np.full(end - first, number, dtype=np.int32),
                "site": self._places.of_span[first:end],
                "thread": found.thread,
                "start_ns": found.start,
                "duration_ns": found.duration,
                "waited_ns": found.waited,
                "self_ns": found.own,
                "status": found.status,
                "params": self._params(first, end),
                "result": self._results(first, end, found.status),
            }
        )

    def _params(self, first: int, end: int) -> pa.Array:
        sites = view(self._segment.table.sites, "u4")[first:end]
        named = np.array([site for site in np.unique(sites).tolist() if self._has_params(site)], dtype=np.uint32)
        rows = np.flatnonzero(np.isin(sites, named) & is_function(self._segment.table, first, end))
        texts = map(self._texts.params, (rows + first).tolist(), sites[rows].tolist())
        return _sparse(end - first, rows, list(texts))

    def _has_params(self, site: int) -> bool:
        """Whether a site's spans have parameters: those of functions of level 1 have none."""
        found = self._segment.definitions.site(site)
        return found is not None and found.level > 1 and bool(self._texts.names(site))

    def _results(self, first: int, end: int, status: NDArray[np.uint8]) -> pa.Array:
        outcomes = view(self._segment.table.outcomes, "u8")[first:end]
        rows = np.flatnonzero((outcomes != 0) & (status != ERROR))
        texts = map(self._texts.result, (rows + first).tolist(), outcomes[rows].tolist())
        return _sparse(end - first, rows, list(texts))


def _sparse(size: int, rows: NDArray[np.int64], texts: list[str | None]) -> pa.Array:
    """A column that has texts in some rows."""
    if not texts:
        return pa.nulls(size, pa.large_string())
    places = np.full(size, -1, dtype=np.int32)
    places[rows] = np.arange(len(rows))
    return pa.array(texts, pa.large_string()).take(pa.array(places, mask=places < 0))
