"""The stream of a thread, and how an event is appended to it.

A signal handler of the program, a finalizer or another thread may run wherever this code makes a call, and may record,
too. What must happen at once (see that nothing was recorded meanwhile, take the place, fill it, change the stack)
therefore stands in `Stream.put` without a call or a jump: interpreters switch at these only.
"""

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_segment import CHUNK
from ._py_system import clock
from ._py_wire import ADOPT, AWAIT_FAIL, CALL_FAIL, END, HSTATE, INHERIT, LAST, LEAVE, LOST, OWNER, STATE, adoption, v

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._py_callees import Callee
    from ._py_handles import Handle
    from ._py_recorder import Recorder
    from ._py_segment import Map, Segment
    from ._py_traces import Place
    from ._py_wire import Origin

    #: What the last exception event was about: identities of the exception, its traceback and the code, and the place.
    Recent = tuple[int, int, int, int]
    #: An open span on a thread's stack: its site; its handle where it is a generator's, the frame's identity where it
    #: is a call's; the current handle it was entered under; in which generation of forked processes that was; the
    #: identity of the frame it was entered in, 0 where nobody asks; its place in its trace, None where volume is off;
    #: where the event that opened it stands; and, where there are any, what its mutable arguments were (one or None
    #: each).
    Opened = tuple[int, Any, Any, int, int, Place | None]
    Entry = tuple[Any, ...]
    #: Where an event was put: chunk, place in it, the time of the event before and its own.
    Written = tuple[Map, int, int, int]

SITE, HANDLE, UNDER, LEVEL, FRAME, PLACE, SPAN, KEPT = range(8)
UNRECORDED, MUTED = -1, -2  # in place of SPAN: its beginning could not be recorded, or is not to be (docs/volume.md)
MOST_INHERITED = 4_000
LARGEST_EVENT = CHUNK - 64
MOST_PENDING = 1_024
_ENDS = frozenset((LEAVE, LOST, END, CALL_FAIL, AWAIT_FAIL, STATE, HSTATE))


class _NoChunk:
    """Stands for the chunk of a stream that has none."""

    base, spans, pos, bytes = 0, 0, CHUNK, b""


NO_CHUNK: "Any" = _NoChunk()


def is_written(origin: "Origin | None") -> bool:
    """Tell whether the segment can say what something hangs below."""
    return origin is not None and (origin[3] is None or not origin[3].muted)


def is_above(entry: "Entry") -> bool:
    """Tell whether something can hang below an open span: its beginning was recorded, and it is not only counted."""
    return entry[SPAN] != UNRECORDED and (entry[PLACE] is None or not entry[PLACE].hollow)


def is_seen(entry: "Entry") -> bool:
    """Tell whether the segment has the beginning of an open span."""
    return entry[SPAN] >= 0 and (entry[PLACE] is None or not entry[PLACE].muted)


class Stream:
    """A thread's events, or the process's definitions: current chunk, open spans, time of the last event."""

    largest = LARGEST_EVENT
    __slots__ = (
        "_recorder",
        "chunk",
        "hangs",
        "inherits",
        "last",
        "lost",
        "number",
        "pending",
        "placed",
        "process",
        "recent",
        "said",
        "segment",
        "sequence",
        "spare",
        "stack",
    )

    def __init__(self, recorder: "Recorder", process: bool = False) -> None:
        self._recorder = recorder
        self.process = process
        self.chunk: Map = NO_CHUNK
        self.segment: Segment | None = None
        self.number = 0  # a thread gets one with its first event
        self.sequence = 0
        self.last = 0
        self.stack: list[Entry] = []
        self.inherits = False
        self.spare: Map | None = None  # a chunk that could not be begun, for want of frames
        self.placed = process  # whether `hangs` is known
        self.hangs: Origin | None = None  # what the bottom of the stack hangs below
        self.said: Origin | None = None  # what the segment says of that
        self.lost = 0  # spans whose end could not be recorded
        self.recent: Recent | None = None
        self.pending: list[tuple[int, int, Callee]] = []  # callees known before their calls: frame, site, callee

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
        """Append an event with a dt, then its ARGS.

        `opens` is pushed with the event's place, `resumes` as it is; or the top of the stack is popped. `of` is the
        handle that it is about.
        """
        while True:
            if self.lost:
                self._put_lost(now)
                continue
            chunk, stack, last = self.chunk, self.stack, self.last
            time = now if now > last else last
            dt = time - last
            body = (LAST[dt] if dt < 0x80 else v(dt)) + rest
            at = chunk.pos
            end = at + 1 + len(body)
            whole = end + len(args)
            if whole <= CHUNK:
                body += args
                end = whole
            pushed = resumes if opens is None else (opens + (chunk.spans + at,),)  # noqa: RUF005, twice as fast
            keep = len(stack) - pops
            about = self.recent if op in _ENDS else recent
            data = chunk.bytes
            # Nothing else runs between the last of these conditions and the end of their block: no call, no jump.
            if end <= CHUNK and self.last == last and self.chunk is chunk and chunk.pos == at:
                chunk.pos = end
                self.last = time
                data[at + 1 : end] = body
                data[at] = op  # last: a half-written event is not seen
                stack[keep:] = pushed
                self.recent = about
                break
            if end > CHUNK:
                self.turn(time, len(body))
        if end != whole:
            self.put_plain(args)
        return chunk, at, last, time

    def _put_lost(self, now: int) -> None:
        """Write the end of a span that could not be written before."""
        lost, last, chunk = self.lost, self.last, self.chunk
        time = max(now, last)
        body = v(time - last)
        at, data = chunk.pos, chunk.bytes
        end = at + 1 + len(body)
        if end <= CHUNK and self.last == last and self.chunk is chunk and chunk.pos == at and self.lost == lost:
            chunk.pos = end
            self.last = time
            data[at + 1 : end] = body
            data[at] = LOST
            self.lost = lost - 1
        elif end > CHUNK:
            self.turn(time, len(body))

    def put_plain(self, event: bytes) -> None:
        """Append an event without a dt."""
        while True:
            chunk = self.chunk
            at = chunk.pos
            end = at + len(event)
            op, body, data = event[0], event[1:], chunk.bytes
            if end <= CHUNK and self.chunk is chunk and chunk.pos == at:  # as above
                chunk.pos = end
                data[at + 1 : end] = body
                data[at] = op
                return
            if end > CHUNK:
                self.turn(self.last, len(event))

    def introduce(self, now: int) -> None:
        """Make the segment and introduce the thread, unless that has been done: definitions come behind that."""
        if self.number == 0:
            self.turn(now, 0)

    def turn(self, now: int, size: int) -> None:
        """Go on in another chunk, introducing the thread where that has not been done; raises `Stopped`."""
        if size > self.largest:
            raise ValueError("larger than a chunk")
        full = self.chunk
        chunk, segment = self._recorder.next_chunk(self, now)
        if self.sequence == 0 and not self.process:
            # What it took to make the segment and introduce the thread is no part of the first span.
            now = clock.ticks()
        try:
            begun = self.go_on_in(chunk, segment, full, now)
        except BaseException:
            if self.chunk is not chunk:
                self.spare = chunk
            raise
        if not begun:
            segment.end_stream(chunk)
        elif full is not NO_CHUNK and full is not segment.header:  # which is written to until the end
            self._leave(full, segment)

    def _leave(self, full: "Map", segment: "Segment") -> None:
        segment.leave(full)

    def go_on_in(self, chunk: "Map", segment: "Segment", full: "Map", now: int) -> bool:
        """Begin in `chunk` with an OWNER; False where a signal handler found room meanwhile, after `full`."""
        while True:
            last, sequence = self.last, self.sequence
            time = max(now, last)
            owner = v(self.number) + v(sequence) + v(time - self._recorder.ticks0) + self._behind_owner(chunk)
            said, adopts = self.said, self._adopts()
            if adopts is not None:
                said = adopts
                owner += bytes((ADOPT, 0)) + adoption(said, self._recorder.level)
            at, data = chunk.pos, chunk.bytes
            end = at + 1 + len(owner)
            if self.chunk is full and self.last == last and self.sequence == sequence:  # as in `put`
                data[at + 1 : end] = owner
                data[at] = OWNER
                chunk.pos = end
                self.last = time
                self.sequence = sequence + 1
                self.inherits = False
                self.said = said
                self.segment = segment
                self.chunk = chunk
                return True
            if self.chunk is not full:
                return False

    def _adopts(self) -> "Origin | None":
        """Give what is to be said, as a chunk is begun, of what the thread hangs below."""
        return self.hangs if self.sequence == 0 and is_written(self.hangs) else None

    def _behind_owner(self, chunk: "Map") -> bytes:
        """Give what is to be said, as a chunk is begun, of what is open."""
        if not self.inherits:
            return b""
        del self.stack[:-MOST_INHERITED]
        level = self._recorder.level
        open_here = [v(level - entry[LEVEL]) + v(entry[SPAN]) for entry in self.stack if is_seen(entry)]
        return bytes((INHERIT,)) + v(len(open_here)) + b"".join(open_here) if open_here else b""

    def find(self, site: int) -> int:
        """Give the place on the stack of the nearest open span of a site; -1 where there is none."""
        stack = self.stack
        for index in range(len(stack) - 1, -1, -1):
            if stack[index][SITE] == site and stack[index][HANDLE] is None:
                return index
        return -1

    def find_handle(self, handle: object) -> int:
        """Give the place on the stack of a generator's span; -1 where there is none."""
        stack = self.stack
        for index in range(len(stack) - 1, -1, -1):
            if stack[index][HANDLE] is handle:
                return index
        return -1

    def unwind(self, index: int, now: int) -> None:
        """End what lies above a place on the stack: calls as failed, anything else as LOST."""
        while len(self.stack) > index + 1:
            self.end_top(CALL_FAIL if type(self.stack[-1][HANDLE]) is int else LOST, now, b"")

    def end_top(self, op: int, now: int, rest: bytes) -> None:
        """End the top of the stack; one whose beginning is not recorded just goes."""
        if self.stack[-1][SPAN] == UNRECORDED:
            del self.stack[-1]
        else:
            self.put(op, now, rest, pops=1)

    def opening(self, above: "Handle | None", is_function: bool) -> "Place | None":
        """Find the place of a span that is about to be opened; None where volume is off."""
        return None

    def open_muted(self, opens: "Opened", place: "Place", now: int) -> None:
        """Push a span that is not to be written."""
        self.stack += ((*opens, MUTED),)

    def end_unseen(self, now: int = 0) -> None:
        """End the top of the stack, whose beginning is not recorded; `now` is 0 until it is read."""
        del self.stack[-1]

    def holds(self) -> None:
        """Note that what is open is known elsewhere."""

    def below_calls(self) -> int:
        """Give the place on the stack below the calls that lie at its top in a row; -1 where nothing does."""
        stack = self.stack
        index = len(stack) - 1
        while index >= 0 and type(stack[index][HANDLE]) is int:
            index -= 1
        return index

    def leave_calls(self, frame: int, now: int = 0) -> int:
        """End what calls were left open, as the frame that runs shows; give the ticks, 0 if none were read."""
        index = self._left_open(frame)
        if index < len(self.stack):
            now = now or clock.ticks()
            self.unwind(index - 1, now)
        return now

    def _left_open(self, frame: int) -> int:
        """Give the place of the lowest call that was left open: by the frame itself, or by one that it has called."""
        stack = self.stack
        below = self.below_calls()
        if below >= 0 and stack[below][FRAME] == frame:
            return below + 1
        handle = stack[-1][UNDER] and self._recorder.current()
        for index in range(below + 1, len(stack)):
            if stack[index][FRAME] == frame:
                return index
            if handle and handle.frame == frame and index >= handle.floor and stack[index][UNDER] is handle:
                return index
        return len(stack)

    def forget(self, frame: int) -> None:
        """Drop the callees whose calls the frame will not make any more."""
        self.pending[:] = [each for each in self.pending if each[0] != frame]

    def forked(self) -> None:
        """Go on in a forked child."""
        self.chunk = NO_CHUNK
        self.segment = self.spare = None
        self.number = self.sequence = 0
        self.recent = None
        self.said = None
        self.lost = 0
        self.inherits = True

    def __del__(self) -> None:
        segment = self.segment
        if segment is not None and segment is self._recorder.segment and not self._recorder.off:
            segment.end_stream(self.chunk)
