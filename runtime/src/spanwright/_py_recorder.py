"""The process's recorder: its files, its segment, and what the threads share."""

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_counts import Counts
from ._py_flight import RingSegment
from ._py_limits import limits
from ._py_redact import redaction
from ._py_reflect import Module, instance_dict, is_a, module_dict
from ._py_ring import RingStream
from ._py_segment import Segment
from ._py_streams import Stream
from ._py_system import FAKE, LOADED, ContextVar, Local, RLock, calls
from ._py_traces import Draw
from ._py_trouble import Stopped, is_own, trouble
from ._py_volume import VolumeStream
from ._py_wire import DEFINITION_LIMIT, FILE, THREAD, text, v
from ._system import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn, TypeVar

    from ._py_budget import Budget
    from ._py_callees import Callee
    from ._py_handles import Handle
    from ._py_segment import Map
    from ._py_wire import Origin

    T = TypeVar("T")


class Here(Local):
    """What belongs to the calling thread; it goes when the thread ends."""

    stream: Stream | None = None


class Recorder:
    """One process's. Any thread may define a file or make the segment, hence the lock."""

    __slots__ = (
        "_bases", "_beginning", "_begun", "_configured", "_facts", "_files", "_folder", "_kind", "_lock",
        "_next_base", "_parent", "_process", "_threads", "budget", "counts", "draw", "forks", "frames", "handles",
        "here", "level", "off", "open", "origins", "segment", "splits", "ticks0", "volume",
    )  # fmt: skip

    def __init__(self) -> None:
        self.here = Here()
        self.off = True  # until a folder for segments is known
        self.open = 0  # coroutines and async generators
        self.handles = 0
        self.frames = False  # some file has a word that asks in which frame a function was entered
        self.origins: dict[int | None, Origin | None] = {}  # of threads that have not begun, by identity
        self.level = 0  # how many segments of forebears' processes there are
        self.forks = 0  # how many forebears' processes there are
        self.splits = 0  # how often this process or one of those was about to be forked
        self.volume = False  # not all that happens is recorded: docs/volume.md
        self.budget: Budget | None = None
        self.draw = Draw()
        self.counts = Counts(self)
        self.ticks0 = LOADED[0]
        self.segment: Segment | None = None
        self._kind = Stream
        self._lock = RLock()
        self._configured = self._beginning = self._begun = False
        self._folder, self._facts, self._parent = "", b"", ""
        self._files: list[bytes] = []
        self._bases: dict[tuple[str, str, str], int] = {}
        self._next_base = 0
        self._process = Stream(self, process=True)
        self._threads = 0

    def configure(self, folder: str | None, facts: "bytes | Callable[[], bytes]", settings: "dict[str, Any]") -> None:
        """Take the folder for segments (None: nothing is recorded), the facts for their headers, the settings; once."""
        if not self._configured:
            self._configured = True
            limits.take(settings)
            self.volume = limits.volume()
            self._kind = RingStream if limits.flight_recorder else VolumeStream if self.volume else Stream
            if limits.overhead_budget and not FAKE:  # whose ticks say nothing of what something takes
                self._keep_to_budget()
            redaction.configure(settings.get("redact"))
            self._facts = facts if isinstance(facts, bytes) else facts()
            if folder is not None:
                self._folder = folder
                self.off = False

    def _keep_to_budget(self) -> None:
        from ._py_budget import budget
        from ._py_hollow import HollowRingStream, HollowStream

        self.budget = budget
        self.volume = True
        self._kind = HollowRingStream if limits.flight_recorder else HollowStream

    def define(self, table_id: str, name: str, filename: str, module: str, sites: int, flags: int) -> int:
        """Number a file's sites; gives the number of the first. A file that comes again keeps its numbers."""
        with self._lock:
            key = (table_id, filename, module)
            base = self._bases.get(key)
            if base is None:
                base = self._bases[key] = self._next_base
                self._next_base += sites
                texts = b"".join(text(part, DEFINITION_LIMIT) for part in (table_id, name, filename, module))
                self._files.append(bytes((FILE,)) + v(base) + v(sites) + bytes((flags,)) + texts)
                if self._begun and not self.off:
                    self._process.put_plain(self._files[-1])
            return base

    def base(self, table_id: str, filename: str, module: str) -> int | None:
        """Give the number of a file's first site; None where it is not registered."""
        return self._bases.get((table_id, filename, module))

    def define_callee(self, stream: Stream, callee: "Callee", now: int) -> None:
        """Write a callee's definition, once in each segment."""
        stream.introduce(now)
        self._process.put_plain(callee.event)
        callee.generation = self.level

    def define_numbered(self, event: bytes) -> None:
        """Write the definition of what a value refers to."""
        if not self._begun:  # a signal handler has forked the process while the value was captured
            raise Stopped
        self._process.put_plain(event)

    def stream(self) -> Stream:
        """Give the calling thread's stream, new where it has none."""
        stream = self.here.stream
        if stream is None:
            stream = self.here.stream = self._kind(self)
        return stream

    def current(self) -> "Handle | None":
        """Give the handle that runs; None while no coroutine or async generator is open."""
        return running.get(None) if self.open else None

    def next_chunk(self, stream: Stream, now: int) -> "tuple[Map, Segment]":
        """Find room for a stream, after introducing its thread; raises `Stopped` where there is none."""
        if self.off:
            raise Stopped
        if not stream.process:
            if not self._begun:
                self._begin(now)
            if stream.number == 0:
                self._introduce(stream)
        segment = self.segment
        assert segment is not None
        spare, stream.spare = stream.spare, None
        if spare is not None:
            return spare, segment
        if stream.segment is None and segment.rests:
            return segment.rests.pop(), segment
        return self._of_segment(segment.take if stream.process else segment.take_for_thread), segment

    def spare_chunk(self, now: int) -> "Map":
        """Find a chunk that is no stream's; raises `Stopped` where there is none."""
        if self.off:
            raise Stopped
        if not self._begun:
            self._begin(now)
        assert self.segment is not None
        return self._of_segment(self.segment.take)

    def ring(self) -> RingSegment | None:
        """Give the segment if it is a ring that is written to."""
        segment = self.segment
        return segment if type(segment) is RingSegment and self._begun and not self.off else None

    def chunk_again(self, number: int) -> "Map":
        """Map a chunk that was left."""
        assert self.segment is not None
        return self._of_segment(self.segment.again, number)

    def give_back(self, chunks: "list[int]") -> None:
        """Let chunks be used again, of which nothing stays."""
        assert self.segment is not None
        for number in chunks:
            self._of_segment(self.segment.give_back, number)

    def _of_segment(self, do: "Callable[..., T]", *args: object) -> "T":
        """Have the segment do something; where the system says no, recording ends."""
        try:
            return do(*args)
        except RecursionError:  # there may be more frames next time
            raise
        except Exception as error:
            if is_own(error):
                self._stop(error, "" if self.segment is None else self.segment.path)
            raise

    def _begin(self, now: int) -> None:
        with self._lock:
            if self._begun:
                return
            if self._beginning:  # a signal handler in the midst of what follows
                raise Stopped
            self._beginning = True
            try:
                self._make_segment(now)
            except BaseException as error:
                segment, self.segment = self.segment, None
                if segment is not None:
                    segment.discard()
                if is_own(error) and not isinstance(error, RecursionError):
                    self._stop(error, self._folder)
                raise
            finally:
                self._beginning = False

    def _make_segment(self, now: int) -> None:
        kind = RingSegment if limits.flight_recorder else Segment
        segment = self.segment = kind(self._folder, self._facts, self._parent)
        process = self._process = Stream(self, process=True)
        process.go_on_in(segment.header, segment, process.chunk, now)
        for file in self._files:
            process.put_plain(file)
        self._begun = True
        if self.budget is not None:
            self.budget.say_all(now)

    def place(self, stream: Stream) -> None:
        """Find out, once, what the calling thread hangs below."""
        if not stream.placed:
            stream.placed = True
            thread = _thread()
            if thread is not None and _was_started(thread):
                stream.hangs = self.origins.pop(id(thread), None)

    def _introduce(self, stream: Stream) -> None:
        self.place(stream)
        number = self._threads + 1
        self._threads = stream.number = number
        native = 1 if FAKE else calls.native_id()
        self._process.put_plain(bytes((THREAD,)) + v(number) + v(native) + _thread_name())

    def _stop(self, error: BaseException, what: str) -> "NoReturn":
        """End recording for good, with one line; the program goes on."""
        if not self.off:
            self.off = True
            trouble.segment += 1
            reason = error.strerror if isinstance(error, OSError) else error
            say(f"recording stopped: {reason}: {what}")
        raise Stopped

    def finish(self) -> None:
        """End the segment cleanly; what happens later is not recorded."""
        segment = self.segment
        begun, self._begun = self._begun and not self.off, False
        self.off = True
        if segment is not None and begun:
            try:
                segment.finish()
            except (OSError, ValueError):
                trouble.segment += 1

    def splitting(self) -> None:
        """Before the process is forked: what is open will be the child's past, too."""
        self.splits += 1
        stream = self.here.stream
        if stream is not None:
            stream.holds()

    def forked(self) -> None:
        """In a forked child: the segment is the parent's, the child makes its own with its first event."""
        self.forks += 1
        parent, self.segment = self.segment, None
        self._beginning = self._begun = False
        self._lock = RLock()
        self._threads = 0
        self._process = Stream(self, process=True)
        if parent is not None:
            self._parent = parent.name
            self.level += 1
            self.counts = Counts(self)
            parent.close()
            stream = self.here.stream
            if stream is not None:
                stream.forked()


recorder = Recorder()
current = recorder.current
#: The handle of the coroutine or async generator that runs.
running: "ContextVar[Handle | None]" = ContextVar("spanwright")


def _thread() -> object:
    """Give the object that `threading` has for the calling thread; only plain dicts are looked into."""
    module = calls.modules.get("threading")
    active = module_dict(module).get("_active") if type(module) is Module else None
    return active.get(calls.ident()) if type(active) is dict else None


def _was_started(thread: object) -> bool:
    """Tell from threads that only have an object: the first one, and those that C code made."""
    threading = module_dict(calls.modules["threading"])
    kind = type(thread)
    return kind is not threading.get("_MainThread") and kind is not threading.get("_DummyThread")


def _thread_name() -> bytes:
    name: Any = dict.get(instance_dict(_thread()) or {}, "_name")
    return text(name, DEFINITION_LIMIT) if is_a(type(name), str) else b"\x00"
