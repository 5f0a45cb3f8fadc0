"""Counters of what has ended, in chunks of their own: exact whatever is forgotten, there when the process is killed.

As in `_py_streams`, what must happen at once stands without a call or a jump.
"""

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_segment import CHUNK
from ._py_system import calls
from ._py_wire import COUNTERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._py_recorder import Recorder

FIRST = 32
BUCKETS = 40
RECORD = (4 + BUCKETS) * 8
HISTOGRAM = 32


class _Full:
    """Stands for the chunk that has room where there is none."""

    pos = CHUNK


class Counts:
    """Those of one process."""

    __slots__ = ("_chunk", "_places", "_recorder")

    def __init__(self, recorder: "Recorder") -> None:
        self._recorder = recorder
        self._chunk: Any = _Full
        self._places: dict[int, tuple[Any, int]] = {}  # of each site: the bytes of a chunk, and where its record begins

    def count(self, site: int, failed: bool, took: int, now: int) -> None:
        """Add a call of the site's function, which ended at `now` after so many ticks."""
        while site not in self._places:
            self._give_place(site, now)
        data, at = self._places[site]
        bucket = at + HISTOGRAM + 8 * min(took.bit_length(), BUCKETS - 1)
        while True:
            sums, number = data[at + 8 : at + 32], data[bucket : bucket + 8]
            ended, failures, ticks = calls.unpack("<QQQ", sums)
            more = calls.pack("<QQQ", ended + 1, failures + failed, ticks + took)
            next_number = calls.pack("<Q", calls.unpack("<Q", number)[0] + 1)
            if data[at + 8 : at + 32] == sums and data[bucket : bucket + 8] == number:
                data[at + 8 : at + 32] = more
                data[bucket : bucket + 8] = next_number
                return

    def ticks(self, site: int) -> int:
        """Give what the calls of the site's function that have ended took."""
        place = self._places.get(site)
        number: int = 0 if place is None else calls.unpack("<Q", place[0][place[1] + 24 : place[1] + 32])[0]
        return number

    def _give_place(self, site: int, now: int) -> None:
        """Give a site the next record, or see to it that there is room for one."""
        chunk = self._chunk
        at = chunk.pos
        if at + RECORD > CHUNK:
            self._make_room(chunk, now)
            return
        data, name = chunk.bytes, calls.pack("<Q", site + 1)
        place = data, at
        if self._chunk is chunk and chunk.pos == at and site not in self._places:
            chunk.pos = at + RECORD
            data[at : at + 8] = name
            self._places[site] = place

    def _make_room(self, full: object, now: int) -> None:
        chunk = self._recorder.spare_chunk(now)
        number = chunk.base // CHUNK
        if self._chunk is full:  # else somebody else has made room meanwhile
            chunk.bytes[0] = COUNTERS
            chunk.pos = FIRST
            self._chunk = chunk
        else:
            self._recorder.give_back([number])
