"""The stream of a thread that may go back: to take out a span again, or a trace that is alone on its thread."""

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_segment import CHUNK
from ._py_streams import Stream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._py_recorder import Recorder
    from ._py_segment import Map, Segment
    from ._py_traces import Place, Trace


class RegionStream(Stream):
    """Knows since when what it writes is one trace's alone."""

    __slots__ = ("_later", "_region")

    def __init__(self, recorder: "Recorder", process: bool = False) -> None:
        super().__init__(recorder, process)
        self._region: Trace | None = None  # the trace that has what was written last
        self._later: list[int] = []  # numbers of the chunks that were begun in it

    def _touch(self, trace: "Trace") -> None:
        """Note that something of a trace happens on this thread."""
        if self._region is not trace:
            self._end_region()
            trace.shared = True

    def _begin_region(self, trace: "Trace") -> None:
        """Note that from the next event on what this thread writes is a trace's alone."""
        trace.splits = self._recorder.splits
        self._region = trace
        self._later = []

    def _end_region(self) -> None:
        if self._region is not None:
            self._region.shared = True
            self._region = None

    def _drop_region(self, trace: "Trace") -> None:
        if self._region is trace:
            self._region = None

    def go_on_in(self, chunk: "Map", segment: "Segment", full: "Map", now: int) -> bool:
        """Begin in a chunk."""
        done = super().go_on_in(chunk, segment, full, now)
        if done and self._region is not None and not self._region.shared:
            self._later.append(chunk.base // CHUNK)
        return done

    def _rewind(self, root: "Place", end: int) -> bool:
        """Take a trace out of the file again; False where it is not alone there."""
        trace = root.trace
        if self._region is not trace or trace.shared or trace.splits != self._recorder.splits:
            return False
        assert root.mark is not None
        first = root.mark[0].base // CHUNK
        later = self._later[self._later.index(first) + 1 :] if first in self._later else self._later
        begin = self._recorder.chunk_again(first) if later else self.chunk
        if not self._go_back(begin, root, end, len(later)):
            return False
        trace.rewound = True
        self._recorder.give_back(later[::-1])
        return True

    def _go_back(self, begin: "Map", place: "Place", end: int, chunks: int) -> bool:
        """Go back to before an opening event, so many chunks ago; False where something was recorded meanwhile."""
        assert place.mark is not None
        _, at, last = place.mark
        full = self.chunk
        data = begin.bytes
        stop = end if begin is full else CHUNK
        zeros = bytes(stop - at - 1)
        sequence = self.sequence - chunks
        if self.chunk is full and full.pos == end:  # no call and no jump in this block, as in `Stream.put`
            data[at] = 0
            data[at + 1 : stop] = zeros
            begin.pos = at
            self.chunk = begin
            self.last = last
            self.sequence = sequence
            self.recent = None
            return True
        return False

    def forked(self) -> None:
        """Go on in a forked child."""
        super().forked()
        self._region = None
