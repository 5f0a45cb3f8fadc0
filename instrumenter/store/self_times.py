"""What spans took in themselves, as docs/analysis.md defines it, of many at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from instrumenter.store.times import Ints, Times

Ways = NDArray[np.uint8]
IN_TURN, PAUSED, APART = range(3)
"""How a span runs: after its siblings; the same, but for pauses in which others run; beside its siblings."""
_WAYS = {"function": IN_TURN, "call": IN_TURN, "generator": PAUSED}
_ROWS = 1_000_000


def way(kind: str) -> int:
    """How spans of a kind run."""
    return _WAYS.get(kind, APART)


def below(times: Times, parents: NDArray[np.int32], ways: Ways) -> Ints:
    """For how long something ran directly below each span, what ran side by side counted once."""
    found = np.zeros(len(parents), dtype=np.int64)
    tangled = _tangled(times, parents, ways)
    for rows in _children(parents):
        above = parents[rows]
        simple = ~tangled[above] | (ways[rows] == PAUSED)
        np.add.at(found, above[simple], _running(times, rows[simple], ways))
    some = (rows[tangled[parents[rows]] & (ways[rows] != PAUSED)] for rows in _children(parents))
    rows = np.concatenate([np.empty(0, dtype=np.int64), *some])
    _add_tangled(found, times, parents[rows].astype(np.int64), rows)
    return found


def _children(parents: NDArray[np.int32]) -> list[Ints]:
    """The spans that have parents in this segment, in portions."""
    return [np.flatnonzero(parents[at : at + _ROWS] >= 0) + at for at in range(0, len(parents), _ROWS)]


def _tangled(times: Times, parents: NDArray[np.int32], ways: Ways) -> NDArray[np.bool_]:
    """The spans whose children may have run side by side, or for longer than they did themselves."""
    found = np.asarray(ways != IN_TURN)
    for rows in _children(parents):
        above = parents[rows].astype(np.int64)
        odd = (ways[rows] == APART) | ~times.are_within(rows, above)
        found[above[odd]] = True
    return found


def _running(times: Times, rows: Ints, ways: Ways) -> Ints:
    """The durations; of generators, whose callers run while they are paused, the active times."""
    _, duration = times.of(rows)
    paused = ways[rows] == PAUSED
    return duration - np.where(paused, times.waited(rows, duration), 0) if paused.any() else duration


def _add_tangled(found: Ints, times: Times, above: Ints, rows: Ints) -> None:
    """Add what of the parents' time was covered by spans that are not one after another."""
    (start, duration), (first, lasting) = times.of(rows), times.of(above)
    end = np.minimum(start + duration, first + lasting)
    start = np.maximum(start, first)
    order = np.lexsort((start, above))
    above, start, end = above[order], start[order], end[order]
    np.add.at(found, above, np.maximum(end - np.maximum(start, _reached(above, start, end)), 0))


def _reached(above: Ints, start: Ints, end: Ints) -> Ints:
    """The latest end among each span's earlier siblings, else its start; all in the order of parent and start."""
    if not len(above):
        return start
    known = np.sort(end)
    is_first = np.append(True, above[1:] != above[:-1])
    # A number that grows from parent to parent, and for one parent with the end.
    size = len(known)
    latest = np.maximum.accumulate(np.cumsum(is_first) * size + np.searchsorted(known, end))
    return np.where(is_first, start, np.append(start[:1], known[latest[:-1] % size]))
