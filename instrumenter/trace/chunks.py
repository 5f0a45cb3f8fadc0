"""The bytes of a segment that is being followed, which may be too large, or too fast, to be read as a whole."""

from __future__ import annotations

from collections import OrderedDict
from typing import BinaryIO

from instrumenter.trace import ops

_KEPT = 64
"""So many chunks are kept, those that were asked for last."""


class Chunks:
    """A file's bytes, read by the chunk when they are asked for: as much of `bytes` as reading values needs."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._kept: OrderedDict[int, bytes] = OrderedDict()

    def __len__(self) -> int:
        return self._file.seek(0, 2)

    def __getitem__(self, key: int | slice) -> int | bytes:
        if isinstance(key, int):
            return self._chunk(key // ops.CHUNK)[key % ops.CHUNK]
        start, stop = key.start or 0, len(self) if key.stop is None else key.stop
        first, last = start // ops.CHUNK, max(stop - 1, start) // ops.CHUNK
        joined = b"".join(self._chunk(number) for number in range(first, last + 1))
        return joined[start - first * ops.CHUNK : stop - first * ops.CHUNK]

    def _chunk(self, number: int) -> bytes:
        return self._kept[number] if number in self._kept else self.fresh(number)

    def fresh(self, number: int) -> bytes:
        """A chunk as it is now."""
        self._kept[number] = self.read(number * ops.CHUNK, ops.CHUNK)
        self._kept.move_to_end(number)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return self._kept[number]

    def read(self, place: int, size: int) -> bytes:
        """Some bytes as they are now."""
        self._file.seek(place)
        return self._file.read(size)
