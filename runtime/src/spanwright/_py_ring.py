"""The stream of a thread where the segment is a ring: each chunk tells what is open (docs/flight-recorder.md)."""

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_flight import RingSegment, dump_failed
from ._py_segment import CHUNK
from ._py_streams import HANDLE, LARGEST_EVENT, LEVEL, PLACE, SITE, SPAN, is_seen
from ._py_traces import FORGOTTEN
from ._py_volume import VolumeStream
from ._py_wire import AGAIN, ARGS, OPENINGS, RING, v

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._py_handles import Handle
    from ._py_recorder import Recorder
    from ._py_segment import Map, Segment
    from ._py_streams import Entry, Opened, Recent, Written
    from ._py_traces import Place, Trace
    from ._py_wire import Origin

MOST_LISTED = 256
LARGEST_LIST = 8_192  # bytes


class RingStream(VolumeStream):
    """Lists what is open behind each OWNER, and leaves its chunks to the ring."""

    __slots__ = ("_before_args", "_held", "_holds")

    largest = LARGEST_EVENT - LARGEST_LIST

    def __init__(self, recorder: "Recorder", process: bool = False) -> None:
        super().__init__(recorder, process)
        self._held: list[int] = []  # numbers of the chunks that the region has left
        self._holds = False  # the event that opens the region's root is written
        self._before_args: int | None = None  # the ring's turns when a span was opened whose ARGS are written now

    def _ring(self) -> RingSegment:
        ring = self._recorder.segment
        assert type(ring) is RingSegment
        return ring

    def put(
        self,
        op: int,
        now: int,
        rest: bytes,
        args: bytes = b"",
        opens: "Opened | None" = None,
        resumes: "tuple[Entry, ...]" = (),
        pops: int = 0,
        recent: "Recent | None" = None,
        of: "Handle | None" = None,
    ) -> "Written":
        """Append an event, unless it is a muted span's, and account for it."""
        self._before_args = None
        written = super().put(op, now, rest, args, opens, resumes, pops, recent, of)
        if op in OPENINGS:
            self._holds = self._region is not None
            if of is not None and of.place is not None and not of.muted:
                before = self._before_args
                of.place.turn = self._ring().turns if before is None else before
        return written

    def put_plain(self, event: bytes) -> None:
        """Append an event without a dt."""
        self._holds = self._region is not None
        if event[0] == ARGS:
            self._before_args = self._ring().turns
        super().put_plain(event)

    def turn(self, now: int, size: int) -> None:
        """Go on in another chunk."""
        region = self._region
        if region is not None:
            is_lost = region.shared or region.splits != self._recorder.splits
            if is_lost or (self._held and len(self._held) >= self._ring().half):
                self._end_region()
        super().turn(now, size)

    def _leave(self, full: "Map", segment: "Segment") -> None:
        chunks = self._held if self._region is not None and self._holds else self._ring().left
        try:
            super()._leave(full, segment)
        finally:  # also where the recursion limit strikes
            chunks.append(full.base // CHUNK)

    def _let_go(self) -> None:
        """Leave to the ring what the region has held, the last first."""
        held, self._held = self._held, []
        if held:
            self._ring().left += held[::-1]

    def _begin_region(self, trace: "Trace") -> None:
        self._holds = False
        super()._begin_region(trace)

    def _end_region(self) -> None:
        super()._end_region()
        self._let_go()

    def _drop_region(self, trace: "Trace") -> None:
        if self._region is trace:
            self._let_go()
        super()._drop_region(trace)

    def _rewind(self, root: "Place", end: int) -> bool:
        done = super()._rewind(root, end)
        if done:
            self._held = []
        return done

    def _behind_owner(self, chunk: "Map") -> bytes:
        listed = [entry for entry in self.stack if is_seen(entry)] if self.sequence else []
        entries = [self._listed(entry) for entry in listed[-MOST_LISTED:]]
        ring = bytes((RING,)) + v(chunk.turn) + v(len(entries)) + b"".join(entries)
        return ring + super()._behind_owner(chunk)

    def _listed(self, entry: "Entry") -> bytes:
        handle, place, recorder = entry[HANDLE], entry[PLACE], self._recorder
        what = 0 if handle is None else 1 if type(handle) is int else handle.number + 2
        began = self.last if place.mark is None else place.began  # its opening event is the last, ARGS follow
        span = v(recorder.level - entry[LEVEL]) + v(entry[SPAN])
        return span + v(entry[SITE]) + v(began - recorder.ticks0) + v(what)

    def _adopts(self) -> "Origin | None":
        return self.said if self.sequence else super()._adopts()

    def _note(self, op: int, place: "Place", of: "Handle | None") -> None:
        super()._note(op, place, of)
        own = place.forks == self._recorder.forks
        if of is not None and own and op not in OPENINGS and not place.muted:
            self._tell_again(of, place)

    def _tell_again(self, handle: "Handle", place: "Place") -> None:
        """Write what a handle's opening event said where that may be gone, or soon will be."""
        turns = self._ring().turns
        if place.mark is None or turns - place.turn < self._ring().half:
            return
        place.turn = turns
        chunk, at, _ = place.mark
        above = 0 if place.above is None else place.above.number
        span = v(handle.site) + v(handle.number) + v(chunk.spans + at)
        self.put_plain(bytes((AGAIN,)) + span + v(place.began - self._recorder.ticks0) + v(above))

    def _ended(self, place: "Place", site: int, of: "Handle | None", time: int, end: int) -> None:
        super()._ended(place, site, of, time, end)
        stays = not place.muted and place.trace.fate != FORGOTTEN
        if place.root and place.failed and stays and place.forks == self._recorder.forks:
            dump_failed(self._recorder)

    def forked(self) -> None:
        """Go on in a forked child."""
        super().forked()
        self._held = []

    def __del__(self) -> None:
        if self.segment is not None and self.segment is self._recorder.segment:
            self._let_go()
        super().__del__()
