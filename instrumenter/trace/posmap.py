"""Position maps: where each line of a twin was in the original; `docs/site-table.md` describes the file.

The C core writes stacks in the original's lines; the Python core in the twin's, which are mapped back here.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from pathlib import Path

from instrumenter.trace.wire import Damaged, signed, varint

_MAGIC = b"SWMAP1\n"


@dataclass(frozen=True, slots=True)
class PositionMap:
    """The entries of a map, in the order of their places in the twin."""

    places: tuple[int, ...]
    """Line of each entry."""
    columns: tuple[int, ...]
    entries: tuple[tuple[int, int], ...]
    """(kind, first number) of each entry: kind 0 shifts by so many lines, kind 1 is that original line."""

    @classmethod
    def load(cls, path: Path) -> PositionMap | None:
        """The map in this file; None where it is missing or damaged."""
        try:
            data = path.read_bytes()
            return cls.read(data) if data.startswith(_MAGIC) else None
        except (OSError, IndexError, Damaged):
            return None

    @classmethod
    def read(cls, data: bytes) -> PositionMap:
        """The map in these bytes."""
        count, at = varint(data, len(_MAGIC))
        places, columns, entries, line = list[int](), list[int](), list[tuple[int, int]](), 0
        for _ in range(count):
            step, at = varint(data, at)
            column, at = varint(data, at)
            kind, at = data[at], at + 1
            number, at = signed(data, at)
            _, at = signed(data, at)
            line += step
            places.append(line)
            columns.append(column)
            entries.append((kind, number))
        return cls(tuple(places), tuple(columns), tuple(entries))

    def original(self, line: int) -> int:
        """The original's line for one of the twin's.

        A line of the twin holds text of one line of the original and insertions; what is not inserted decides.
        """
        first, after = bisect_left(self.places, line), bisect_left(self.places, line + 1)
        if first == after or self.columns[first] > 0:
            first -= 1  # what governs the line's beginning
        if first < 0:
            return line
        governing = self.entries[first:after]
        shifts = [line - number for kind, number in governing if kind == 0]
        return shifts[0] if shifts else governing[0][1]
