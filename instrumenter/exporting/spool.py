"""Sorts what comes mixed into separate streams, without holding it in memory: all wait in one file on the disk."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from types import TracebackType
from typing import BinaryIO, cast

_PIECE = 1 << 16


class Spool:
    """Streams by number; use as a context, at whose end the file is gone."""

    def __init__(self) -> None:
        self._file = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - __exit__ closes it
        self._waiting: defaultdict[int, bytearray] = defaultdict(bytearray)
        self._places: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:  # fmt: skip
        self._file.close()

    def add(self, stream: int, content: bytes) -> None:
        """Append to a stream."""
        waiting = self._waiting[stream]
        waiting += content
        if len(waiting) >= _PIECE:
            self._places[stream].append((self._file.tell(), len(waiting)))
            self._file.write(waiting)
            waiting.clear()

    def read(self, stream: int) -> Iterator[bytes]:
        """A stream from its beginning, when all has been added."""
        for place, size in self._places[stream]:
            self._file.seek(place)
            yield self._file.read(size)
        yield bytes(self._waiting[stream])
