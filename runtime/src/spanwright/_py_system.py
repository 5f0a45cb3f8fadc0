"""Private references to what the Python core uses of the system, and its clocks.

They are attributes of classes: tools that mock time or files (freezegun, pyfakefs) replace the attributes of all
loaded modules whose value is a known function, and would divert the recorder with the program.
"""

import _thread
import gc
import mmap
import sys
import time

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._system import setting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

if sys.platform == "win32":
    import nt as system
else:
    import posix as system
if sys.implementation.name == "cpython" and not TYPE_CHECKING:
    import _contextvars as contextvars  # the modules of these names may be twins
    import _struct as struct
else:
    import contextvars
    import struct
try:
    import resource as limits
except ImportError:  # Windows
    limits = None  # type: ignore[assignment]

FAKE = setting("SPANWRIGHT_CLOCK") == "fake"


class calls:
    """System calls and the like; None where the system has no such call."""

    READING = system.O_RDONLY | getattr(system, "O_CLOEXEC", 0)
    WRITING = system.O_RDWR | getattr(system, "O_CLOEXEC", 0) | getattr(system, "O_NOFOLLOW", 0)
    NEW = WRITING | system.O_CREAT | system.O_EXCL
    open = system.open
    read = system.read
    close = system.close
    dup = system.dup
    fstat = system.fstat
    truncate = system.ftruncate
    unlink = system.unlink
    strerror = system.strerror
    getpid = system.getpid
    write_at: "Any" = getattr(system, "pwrite", None)
    allocate: "Any" = getattr(system, "posix_fallocate", None)
    after_fork: "Any" = getattr(system, "register_at_fork", None)
    limit: "Any" = getattr(limits, "getrlimit", None)
    map: "Any" = mmap.mmap
    gmtime = time.gmtime
    ident = _thread.get_ident
    native_id = _thread.get_native_id
    exc_info = sys.exc_info
    frame = sys._getframe
    pack = struct.pack
    unpack = struct.unpack
    random = system.urandom
    modules = sys.modules
    referrers = gc.get_referrers
    cpu = time.process_time_ns
    cpu_of_thread = time.thread_time_ns


def largest_file() -> int | None:
    """Give the size that files may have; None where it is not limited."""
    if limits is None:
        return None
    size: int = calls.limit(limits.RLIMIT_FSIZE)[0]
    return None if size == limits.RLIM_INFINITY else size


class RealClock:
    """The monotonic clock: ticks are nanoseconds."""

    __slots__ = ("ticks", "unix")
    code = 2

    def __init__(self) -> None:
        self.ticks = time.monotonic_ns
        self.unix = time.time_ns

    def pair(self) -> tuple[int, int, int]:
        """Read ticks, monotonic ns and Unix ns of one moment."""
        now = self.ticks()
        return now, now, self.unix()


class FakeClock:
    """The tests' clock: each reading is 100 after the one before."""

    code = 3

    def __init__(self) -> None:
        self._next = 1_000

    def ticks(self) -> int:
        """Read the ticks."""
        now = self._next
        self._next = now + 100
        return now

    def unix(self) -> int:
        """Read Unix ns, which nothing but names of files is made of."""
        return 0

    def pair(self) -> tuple[int, int, int]:
        """Read ticks, monotonic ns and Unix ns of one moment."""
        now = self.ticks()
        return now, 1_000_000 + now, 1_700_000_000_000_000_000 + now


clock: FakeClock | RealClock = FakeClock() if FAKE else RealClock()
LOADED = clock.pair()
ContextVar = contextvars.ContextVar
Local = _thread._local
RLock = _thread.RLock
