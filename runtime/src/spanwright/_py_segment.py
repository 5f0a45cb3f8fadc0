"""The file of one process: made at its first event, grown by windows that are allocated before they are mapped.

To touch a mapped page that the disk has no room for would kill the program. Each chunk is mapped for itself.
"""

import errno
import sys

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_limits import limits
from ._py_system import FAKE, LOADED, calls, clock, largest_file

VERSION = 5
CHUNK = 65_536
STREAM_START = 4_096
FACTS_START = 128
REUSABLE_REST = 4_096
NAME_TRIES = 1_000
TURN_SHIFT = 40
_WORD = (1 << 64) - 1
IS_RING = 2  # among the header's flags

_ZEROS = bytes(4_096)
_OWN_DESCRIPTOR = sys.version_info < (3, 13)


class Map:
    """One mapped chunk.

    Before Python 3.13 a map keeps a descriptor of its own and closes it at its end. A program that closes all
    descriptors it finds (a daemon) may have a file of its own under that number by then, so it is looked at before.
    """

    __slots__ = ("_number", "base", "bytes", "pos", "spans", "turn")

    def __init__(self, fd: int, base: int, turn: int = 0) -> None:
        self.base = base
        self.turn = turn
        self.spans = (turn << TURN_SHIFT | base) & _WORD  # the number of a span that begins with its first byte
        self.pos = 0
        self._number = -1
        if not _OWN_DESCRIPTOR:
            self.bytes = calls.map(fd, CHUNK, offset=base, trackfd=False)
            return
        number = calls.dup(fd)
        calls.close(number)  # the lowest free one, so the map will take it
        self.bytes = calls.map(fd, CHUNK, offset=base)
        if _is_file(number, _identity(fd)):
            self._number = number

    def close(self, identity: tuple[int, int]) -> None:
        """Give the memory back; writing to it raises ValueError from now on."""
        if self._number >= 0 and not _is_file(self._number, identity):
            _kept.append(self.bytes)
        else:
            self.bytes.close()


_kept: "list[object]" = []


def _identity(fd: int) -> tuple[int, int]:
    status = calls.fstat(fd)
    return status.st_dev, status.st_ino


def _is_file(fd: int, identity: tuple[int, int]) -> bool:
    """Tell whether a descriptor is of that file, or closed."""
    try:
        return _identity(fd) == identity
    except OSError:
        return True


class Segment:
    """The file, its windows, and which chunks are in use. The methods raise OSError where the system says no."""

    __slots__ = (
        "_chunks", "_finished", "_identity", "_next", "_used", "blanks", "header", "maps", "name", "path", "rests",
        "turned",
    )  # fmt: skip

    def __init__(self, folder: str, facts: bytes, parent: str) -> None:
        self._chunks = self._next = self._used = 0
        self._finished = False
        self.maps: dict[int, Map] = {}
        self.rests: list[Map] = []
        self.blanks: list[int] = []  # numbers of the chunks that were given back
        self.turned: dict[int, int] = {}  # turns of chunks that were used again: a ring's
        self._create(folder)
        try:
            self.header = self.take()
            self.header.pos = STREAM_START
            self._write_header(facts, parent)
        except BaseException:
            self.discard()
            raise

    def take(self) -> Map:
        """Map the chunk that was given back last, else the next one of the file."""
        if self.blanks:
            number = self.blanks.pop()
        else:
            number = self._next
            self._next = number + 1
        try:
            return self.again(number)
        except BaseException:  # the recursion limit, a signal handler's: somebody else can have it
            self.blanks.append(number)
            raise

    take_for_thread = take

    def again(self, number: int) -> Map:
        """Map a chunk."""
        fd = self._open()
        try:
            grown = self._grow(fd, number)
            chunk = self.maps[number] = Map(fd, number * CHUNK, self.turned.get(number, 0))
        finally:
            calls.close(fd)
        if self._finished:  # meanwhile, by the main thread: the file was cut, and to write beyond its end would kill
            chunk.close(self._identity)
            raise OSError(errno.ESTALE, calls.strerror(errno.ESTALE))
        if grown:
            self._calibrate(chunk if number == 0 else self.header)
        return chunk

    def _open(self) -> int:
        fd = calls.open(self.path, calls.WRITING)
        try:
            if _identity(fd) != self._identity:
                raise OSError(errno.ESTALE, calls.strerror(errno.ESTALE))
        except BaseException:
            calls.close(fd)
            raise
        return fd

    def _grow(self, fd: int, number: int) -> bool:
        grown = False
        while number >= (start := self._chunks):
            window = max(1, min(start, limits.window))
            allocate(fd, start * CHUNK, window * CHUNK)
            grown = True
            end = start + window
            if end > self._chunks:  # else another thread allocated the same window
                self._chunks = end
        return grown

    def leave(self, chunk: Map) -> None:
        """Let go of a chunk that nothing more is written to."""
        self._used = max(self._used, chunk.base + chunk.pos)
        del self.maps[chunk.base // CHUNK]
        chunk.close(self._identity)

    def give_back(self, number: int) -> None:
        """Make a chunk zero, from its first byte on, for whoever asks for the next one."""
        chunk = self.maps.get(number) or self.again(number)
        chunk.bytes[0] = 0
        chunk.bytes[1:] = bytes(CHUNK - 1)
        chunk.pos = CHUNK
        self.leave(chunk)
        self.blanks.append(number)

    def end_stream(self, chunk: Map) -> None:
        """Keep what a thread that ended left of its chunk for the next thread."""
        if CHUNK - chunk.pos >= REUSABLE_REST:
            self.rests.append(chunk)
        elif chunk is not self.header:
            self.leave(chunk)

    def finish(self) -> None:
        """Mark a clean end, close the maps and cut the file after its last used byte."""
        self._finished = True
        self._calibrate(self.header)
        self.header.bytes[19] |= 1
        self.close()
        fd = calls.open(self.path, calls.WRITING)
        try:
            if _identity(fd) == self._identity:
                calls.truncate(fd, self._used)
                if not limits.store:
                    calls.unlink(self.path)
        finally:
            calls.close(fd)

    def discard(self) -> None:
        """Take the file away again: what it was made for could not be done."""
        self.close()
        calls.unlink(self.path)

    def close(self) -> None:
        """Close all maps."""
        for chunk in list(self.maps.values()):
            self.leave(chunk)

    def _create(self, folder: str) -> None:
        fd, self.name = create(folder)
        self.path = f"{folder}/{self.name}"
        try:
            self._identity = _identity(fd)
        finally:
            calls.close(fd)

    def _calibrate(self, header: Map) -> None:
        ticks, mono, _ = clock.pair()
        header.bytes[56:72] = calls.pack("<QQ", ticks, mono)

    def _write_header(self, facts: bytes, parent: str) -> None:
        pid, started = (4242, 0) if FAKE else (calls.getpid(), _start_time())
        ticks, mono, unix = LOADED
        flags = IS_RING if limits.flight_recorder else 0
        name = parent.encode("utf-8", "surrogateescape")
        if name and FACTS_START + len(facts) + 3 + len(name) < STREAM_START:
            facts += b"\x07" + calls.pack("<H", len(name)) + name
        out = self.header.bytes
        out[FACTS_START : FACTS_START + len(facts)] = facts
        out[8:56] = calls.pack(
            "<HHIBBBBIQQQQ", VERSION, STREAM_START, CHUNK, 2, clock.code, 0, flags, pid, started, ticks, mono, unix
        )
        out[0:8] = b"SPANSEG\0"


def create(folder: str) -> tuple[int, str]:
    """Make a file for a segment; give its descriptor and its name."""
    stem = "fake" if FAKE else _stamp()
    attempt = 0
    while True:
        name = f"{stem}-{attempt}.seg" if attempt else f"{stem}.seg"
        try:
            return calls.open(f"{folder}/{name}", calls.NEW, 0o600), name  # what is recorded may be private
        except FileExistsError:
            attempt += 1
            if attempt == NAME_TRIES:
                raise


def allocate(fd: int, start: int, size: int) -> None:
    """Have room for so many bytes on the disk."""
    # Growing beyond this limit raises a signal, which some programs die of.
    most = largest_file()
    if most is not None and start + size > most:
        raise OSError(errno.EFBIG, calls.strerror(errno.EFBIG))
    if calls.allocate is not None:
        try:
            calls.allocate(fd, start, size)
            return
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.EOPNOTSUPP):
                raise
    for at in range(start, start + size, len(_ZEROS)):
        if calls.write_at(fd, _ZEROS, at) != len(_ZEROS):
            raise OSError(errno.ENOSPC, calls.strerror(errno.ENOSPC))


def _stamp() -> str:
    unix = clock.unix()
    moment = calls.gmtime(unix // 1_000_000_000)
    year, month, day, hour, minute, second = moment[:6]
    micros = unix // 1_000 % 1_000_000
    return f"{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}.{micros:06}Z-{calls.getpid()}"


def _start_time() -> int:
    try:
        # The program's name in the second field may hold anything, so the last parenthesis counts.
        return int(_read("/proc/self/stat").rpartition(b")")[2].split()[19])
    except (OSError, ValueError, IndexError):
        return 0


def _read(path: str) -> bytes:
    fd = calls.open(path, calls.READING)
    try:
        return calls.read(fd, 1_024)
    finally:
        calls.close(fd)
