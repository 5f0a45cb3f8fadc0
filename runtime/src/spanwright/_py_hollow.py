"""Spans of functions that are only counted (docs/budget.md): on the stack, where they are, but never written.

What such a function calls hangs below its caller: whatever looks for what is open passes it over. Its calls are not
told, and its handle, if it has one, is from the first one that has ended: probes do nothing with that.
"""

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_handles import DEAD, Handle
from ._py_recorder import current, recorder
from ._py_reflect import is_a
from ._py_ring import RingStream
from ._py_streams import PLACE, UNDER, UNRECORDED
from ._py_system import calls, clock
from ._py_traces import KEPT, Place, Trace
from ._py_trouble import absorb, trouble
from ._py_volume import VolumeStream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._py_streams import Stream


class Hollow(Place):
    """The place of such a span: what lies above it is its caller's."""

    __slots__ = ("_caller", "current")

    hollow = True

    def __init__(self, trace: Trace, caller: Place | None) -> None:
        self._caller = caller
        self.current = current()  # the handle in which it was entered
        super().__init__(trace, 0, False, True, recorder.forks)

    @property
    def busy(self) -> bool:
        """Whether something hangs below it: nothing does."""
        return False

    @busy.setter
    def busy(self, busy: bool) -> None:
        if busy and self._caller is not None:
            self._caller.busy = True

    @property
    def left_out(self) -> int:
        """So many spans below it were not told its caller yet: none."""
        return 0

    @left_out.setter
    def left_out(self, more: int) -> None:
        if more and self._caller is not None:
            self._caller.left_out += more


class HollowStream(VolumeStream):
    """A thread's, where functions may be only counted."""

    __slots__ = ()

    def _innermost(self) -> int:
        stack = self.stack
        index = len(stack) - 1
        while index >= 0 and (stack[index][PLACE] is None or stack[index][PLACE].hollow):
            index -= 1
        return index

    def below(self) -> "tuple[Handle | None, Place | None]":
        """Give what a span that was opened now would hang below: a handle and its place, else a place on the stack."""
        under, stack = current(), self.stack
        if under is not None and not (stack and stack[-1][UNDER] is under):
            return under, under.place
        index = self._innermost()
        return None, stack[index][PLACE] if index >= 0 else None


class HollowRingStream(HollowStream, RingStream):
    """The same where the segment is a ring."""

    __slots__ = ()


#: Identities of the frames of generators, coroutines and async generators that are only counted.
_frames: "set[int]" = set()


def _place(stream: "Stream") -> Hollow:
    """Find the place of a span that is not to be written."""
    assert isinstance(stream, HollowStream)
    above, caller = stream.below()
    trace = None if caller is None else caller.trace
    if trace is None:
        recorder.place(stream)
        elsewhere = None if stream.hangs is None else stream.hangs[3]
        trace = Trace(KEPT) if elsewhere is None else elsewhere.trace
    place = Hollow(trace, caller)
    place.above = above
    return place


def enter_hollow(site: int) -> None:
    """Open a function's span that is only counted."""
    stream = None
    depth = 0
    try:
        if recorder.off:
            return
        stream = recorder.stream()
        stack = stream.stack
        depth = len(stack)
        under = stack[-1][UNDER] if stack else None  # as its caller: what it calls finds the same
        place = _place(stream)
        stream.open_muted((site, None, under, recorder.level, 0, place), place, clock.ticks())
        return
    except RecursionError:
        trouble.recursion += 1
    except Exception as error:
        absorb(error)
    # The span's end must find something to end.
    if stream is not None and not stream.stack[depth:]:
        stream.stack += ((site, None, None, recorder.level, 0, None, UNRECORDED),)


def start_hollow(kind: int, site: int, params: "tuple[Any, ...]", method: bool) -> Handle:
    """Open the span of a generator, coroutine or async generator that is only counted; give its handle.

    What it was given is not recorded.
    """
    handle = DEAD
    try:
        if not recorder.off:
            new = Handle(kind, site)
            place = _place(recorder.stream())
            place.began = clock.ticks()
            new.frame = id(calls.frame(2))
            new.place = place
            handle = new
            _frames.add(new.frame)
    except RecursionError:
        trouble.recursion += 1
    except Exception as error:
        absorb(error)
    return handle


def fail_hollow(place: Hollow) -> None:
    """Note that a handle's body is left by the exception being handled; GeneratorExit is no failure."""
    error = calls.exc_info()[1]
    if error is not None and not is_a(type(error), GeneratorExit):
        place.failed = place.trace.failed = True


def end_hollow(handle: Handle, place: Hollow) -> None:
    """End a handle's span: it is counted, and what would be above it now is told of it."""
    handle.place = None
    try:
        _frames.discard(handle.frame)
        if recorder.off or place.forks != recorder.forks:
            return
        now = clock.ticks()
        recorder.counts.count(handle.site, place.failed, max(0, now - place.began), now)
        stream = recorder.stream()
        assert isinstance(stream, HollowStream)
        above, caller = stream.below()
        if caller is not None and caller.trace is place.trace and not (above is not None and above.ended):
            caller.left_out += 1
    except RecursionError:
        trouble.recursion += 1
    except Exception as error:
        absorb(error)


def hollow_place(handle: object) -> Hollow | None:
    """Give the place of a handle that is only counted and has not ended; None where it is anything else."""
    place = handle.place if type(handle) is Handle else None
    return place if type(place) is Hollow else None


def is_hollow_here() -> bool:
    """Tell whether the program's frame is that of a function that is only counted, or of a lambda in it."""
    try:
        if _frames and id(calls.frame(2)) in _frames:
            return True
        stream = recorder.here.stream
        place = stream.stack[-1][PLACE] if stream is not None and stream.stack else None
        return type(place) is Hollow and place.current is current()
    except RecursionError:
        trouble.recursion += 1
    except Exception as error:
        absorb(error)
    return True
