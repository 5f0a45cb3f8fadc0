"""The flight recorder's segment, a ring of chunks, and the dumps of it: docs/flight-recorder.md.

As in `_py_streams`, what must happen at once stands without a call or a jump.
"""

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_limits import limits
from ._py_segment import CHUNK, FACTS_START, REUSABLE_REST, STREAM_START, Map, Segment, allocate, create
from ._py_system import calls, clock
from ._py_trouble import is_own, trouble

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._py_recorder import Recorder

_UNUSED = bytes(CHUNK - 1)
_OF_THE_PROCESS = b"\x01\x00"  # what a chunk of definitions begins with: the OWNER that is no thread
_CLEAN_DUMP = 5  # among the header's flags
_REASON = 10


class RingSegment(Segment):
    """A segment in which threads use chunks again once they have so many: that which was left first."""

    __slots__ = ("_given", "_most", "dumped", "half", "left", "turns")

    def __init__(self, folder: str, facts: bytes, parent: str) -> None:
        self._most = limits.flight_recorder // CHUNK
        self._given = 0  # so many of them did threads get that nobody had before
        self.half = self._most // 2
        self.left: list[int] = []  # numbers of the chunks that threads need no more
        self.turns = 0  # how often one of these was used again
        self.dumped: int | None = None  # `turns` when the last dump was made
        super().__init__(folder, facts, parent)

    def take_for_thread(self) -> Map:
        """Map the chunk that was given back last, else the oldest that was left, else the next one of the file."""
        if self.blanks:
            return self.take()
        if self._given < self._most or not self.left:
            chunk = self.take()
            self._given += 1
            return chunk
        number = self.left.pop(0)
        turn = self.turns + 1
        self.turns = turn
        self.turned[number] = turn
        try:
            chunk = self.again(number)
        except BaseException:  # as in `take`
            self.left.insert(0, number)
            raise
        chunk.bytes[0] = 0  # first: who reads meanwhile finds what was there, or nothing
        chunk.bytes[1:] = _UNUSED
        return chunk

    def end_stream(self, chunk: Map) -> None:
        """Keep what a thread that ended left of its chunk for the next thread."""
        super().end_stream(chunk)
        if CHUNK - chunk.pos < REUSABLE_REST:
            self.left.append(chunk.base // CHUNK)

    def used(self) -> int:
        """Say how long the file is as far as it is used."""
        return max(self._used, *(chunk.base + chunk.pos for chunk in list(self.maps.values())))

    def copy(self, number: int, used: int) -> bytes:
        """Give what a chunk has at this moment, of a file of which at least so much is used.

        No more than is used: the main thread may have cut the file. If other threads have written beyond that
        meanwhile the copy may end within an event, and is made again.
        """
        base = number * CHUNK
        fd = self._open()
        try:
            chunk = Map(fd, base)
        finally:
            calls.close(fd)
        try:
            data: bytes = chunk.bytes[: used - base]
            while len(data) < CHUNK and self.used() > used:
                used = self.used()
                data = chunk.bytes[: used - base]
        finally:
            chunk.close(self._identity)
        return data


def dump_failed(recorder: "Recorder") -> None:
    """Write the ring out, as a trace has failed, unless that was done when half of it was still there."""
    ring = recorder.ring()
    if ring is not None and (ring.dumped is None or ring.turns - ring.dumped >= ring.half):
        dump(recorder, "exception")


def dump(recorder: "Recorder", reason: str) -> None:
    """Write the ring out into a segment of its own; nothing where there is no ring."""
    ring = recorder.ring()
    if ring is None:
        return
    ring.dumped = ring.turns
    try:
        _write(ring, reason)
    except Exception as error:
        if not is_own(error):
            raise
        trouble.segment += 1


def _write(ring: RingSegment, reason: str) -> None:
    folder = ring.path[: -len(ring.name)]
    fd, name = create(folder)
    try:
        ticks, mono, _ = clock.pair()
        used = ring.used()
        allocate(fd, 0, used)
        definitions = [number for number in range(1, -(-used // CHUNK)) if not _put(fd, ring, number, used)]
        for number in definitions:  # behind what needs them: other threads write meanwhile
            _put_bytes(fd, ring.copy(number, used), number * CHUNK)
        header = bytearray(ring.copy(0, used))
        header[56:72] = calls.pack("<QQ", ticks, mono)
        _mark(header, reason)
        _put_bytes(fd, header[FACTS_START:], FACTS_START)
        _put_bytes(fd, header[:FACTS_START], 0)  # last, so that a dump that is cut short is none
    except BaseException:
        calls.unlink(folder + name)
        raise
    finally:
        calls.close(fd)


def _put(fd: int, ring: RingSegment, number: int, used: int) -> bool:
    """Copy a chunk; False where it has definitions."""
    data = ring.copy(number, used)
    if data[:2] == _OF_THE_PROCESS:
        return False
    _put_bytes(fd, data, number * CHUNK)
    return True


def _put_bytes(fd: int, data: "bytes | bytearray", place: int) -> None:
    at = 0
    while at < len(data):
        at += calls.write_at(fd, data[at:], place + at)


def _mark(header: bytearray, reason: str) -> None:
    """Say in a header that it is a dump's, and why that was made."""
    header[19] |= _CLEAN_DUMP
    text = reason.encode("utf-8", "surrogatepass")
    at = FACTS_START
    while header[at]:
        at += 3 + header[at + 1] + 256 * header[at + 2]
    if at + 3 + len(text) < STREAM_START:
        header[at : at + 3 + len(text)] = bytes((_REASON,)) + calls.pack("<H", len(text)) + text
