"""Makes a collector anew with what is still open, for whoever follows a program for hours."""

from __future__ import annotations

from collections.abc import Sequence

from instrumenter.trace.collector import Collector, Stream
from instrumenter.trace.table import CALL, NO_PARENT, SpanTable


def renewed(old: Collector, rows: Sequence[int]) -> tuple[Collector, list[int]]:
    """A collector with these rows of another, and which they were, in their new order."""
    kept = sorted(rows)
    places = {row: place for place, row in enumerate(kept)}
    new = Collector(old.definitions, old.inherited, old.is_ring)
    _copy(old.table, new.table, kept, places)
    calls = [row for row, flags in enumerate(old.table.flags) if flags & CALL]
    new.callees.extend(callee for row, callee in zip(calls, old.callees, strict=True) if row in places)
    new.table.handles = {
        handle: places[entry >> 1] << 1 | entry & 1
        for handle, entry in old.table.handles.items() if entry >> 1 in places
    }  # fmt: skip
    new.awaits = {handle: places[row] for handle, row in old.awaits.items() if row in places}
    new.streams = {thread: _stream(stream, places) for thread, stream in old.streams.items()}
    return new, kept


def _copy(old: SpanTable, new: SpanTable, kept: Sequence[int], places: dict[int, int]) -> None:
    for row in kept:
        new.numbers.append(old.numbers[row])
        new.starts.append(old.starts[row])
        new.ends.append(old.ends[row])
        new.sites.append(old.sites[row])
        new.parents.append(places.get(old.parents[row], NO_PARENT))
        new.outcomes.append(old.outcomes[row])
        new.flags.append(old.flags[row])
        thread = old.thread(row)
        if not new.threads or new.threads[-1][1] != thread:
            new.threads.append((places[row], thread))
    new.args = {places[row]: at for row, at in old.args.items() if row in places}


def _stream(old: Stream, places: dict[int, int]) -> Stream:
    """A stream with the rows on its stack by their new names; what is not kept there is not known any more."""
    stack = [places.get(row, NO_PARENT) for row in old.stack]
    return Stream(
        0, stack, old.time, places.get(old.opened, NO_PARENT), old.sequence, old.turn, [], old.place
    )  # fmt: skip
