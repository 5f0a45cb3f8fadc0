"""Handles: the spans of generators, coroutines and async generators, which pause, move between threads and end late."""

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_errors import about, exception_bytes
from ._py_limits import limits
from ._py_recorder import current, recorder, running
from ._py_redact_passed import remember, return_kind
from ._py_redact_sites import params_of
from ._py_reflect import is_a
from ._py_streams import HANDLE, SPAN, UNDER, UNRECORDED
from ._py_system import calls, clock
from ._py_trouble import absorb, trouble
from ._py_values import args_event, value_bytes
from ._py_wire import ASTART, CLOSED, END, HERROR, HFLAG, HVALUE, PAUSE, RESUME, START, v

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from ._py_state import Snapshot
    from ._py_traces import Place

GENERATOR, COROUTINE, ASYNC_GENERATOR = range(3)


class Done:
    """The awaitable of a handle's `__aenter__` and `__aexit__`: it ends at once."""

    __slots__ = ()

    def __await__(self) -> "Iterator[Any]":
        return iter(())


_DONE = Done()


class Handle:
    """The span of one generator, coroutine or async generator."""

    __slots__ = (
        "_previous", "awaits", "ended", "floor", "frame", "going", "kept", "kind", "level", "number", "place",
        "site", "span", "stacked",
    )  # fmt: skip

    def __init__(self, kind: int, site: int) -> None:
        self.kind = kind
        self.stacked = kind == GENERATOR
        self.site = site
        self.level = recorder.level
        self.frame = self.floor = 0  # its own frame, for life; how deep its thread's stack was when it last went on
        self.number = 0
        self.span = UNRECORDED
        self.place: Place | None = None  # where volume is on
        self.going = False
        self.ended = True
        self.awaits = False  # it has an await span open
        self.kept: Snapshot | None = None  # what its mutable parameters were
        self._previous: Handle | None = None  # the current one before this went on

    @property
    def muted(self) -> bool:
        """Whether nothing is written of it."""
        return self.place is not None and self.place.muted

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None:
        resume(self)

    def __aenter__(self) -> Done:
        return _DONE

    def __aexit__(self, *_: object) -> Done:
        resume(self)
        return _DONE

    def __copy__(self) -> "Handle":
        return self

    def __deepcopy__(self, memo: object) -> "Handle":
        return self

    def __reduce__(self) -> "tuple[Any, ...]":
        from ._inert import _handle

        return _handle, ()

    def take_over(self) -> None:
        """Be the current one."""
        before = running.get(None)
        if before is not self:
            self._previous = before
            running.set(self)

    def hand_back(self) -> None:
        """Make current what was so before, if this one still is."""
        before, self._previous = self._previous, None
        if running.get(None) is self:
            running.set(before)


DEAD = Handle(COROUTINE, 0)


def start(kind: int, site: int, params: "tuple[Any, ...]", method: bool) -> Handle:
    """Open a span; give its handle."""
    if recorder.off:
        return DEAD
    handle = DEAD
    try:
        stream = recorder.stream()
        new = Handle(kind, site)
        kinds = params_of(site, len(params))
        number = recorder.handles + 1
        recorder.handles = new.number = number
        handle = new
        under, above = current(), None
        op, rest = START if new.stacked else ASTART, v(site) + v(number)
        if under is not None and not (stream.stack and stream.stack[-1][UNDER] is under):
            op, rest, above = op + 1, rest + v(under.number), under
        place = new.place = stream.opening(above, False) if recorder.volume else None
        now = clock.ticks()
        new.frame = id(calls.frame(2))
        opens = (site, new, under, new.level, new.frame, place) if new.stacked else None
        args = b""
        if params and limits.params and not new.muted:
            stream.introduce(now)
            args = args_event(params, method, kinds)
        stream.put(op, now, rest, args, opens, of=new)
        if kinds is not None and not new.muted:
            remember(-number, params, kinds)
        new.going = True
        new.ended = False
        new.floor = len(stream.stack)
        recorder.open += not new.stacked
        if new.stacked:
            new.span = stream.stack[-1][SPAN]
        else:
            new.take_over()
    except RecursionError:
        trouble.recursion += 1
    except Exception as error:
        absorb(error)
    return handle


def pause(handle: Handle, value: object = None) -> object:
    """Note that the span yields; give the value back."""
    if type(handle) is not Handle or handle.ended or not handle.going or handle.kind == COROUTINE:
        return value
    handle.going = False
    try:
        if not recorder.off:
            _leave_stack(handle, PAUSE, 2)
        if handle.kind == ASYNC_GENERATOR:
            handle.hand_back()
    except RecursionError:
        trouble.recursion += 1
    except Exception as error:
        absorb(error)
    return value


def resume(handle: Handle, value: object = None) -> object:
    """Note that the span goes on, if it does not already; give the value back."""
    if type(handle) is not Handle or handle.ended or handle.going:
        return value
    handle.going = True
    try:
        if not recorder.off:
            stream = recorder.stream()
            opened = (handle.site, handle, current(), handle.level, handle.frame, handle.place, handle.span)
            resumes = (opened,) if handle.stacked else ()
            stream.put(RESUME, clock.ticks(), v(handle.number), resumes=resumes, of=handle)
            handle.floor = len(stream.stack)
        if handle.kind == ASYNC_GENERATOR and not handle.awaits:  # else what it awaits says which is the current one
            handle.take_over()
    except RecursionError:
        trouble.recursion += 1
    except Exception as error:
        absorb(error)
    return value


def _leave_stack(handle: Handle, op: int, depth: int) -> None:
    """Write the event and take a generator's span off the stack; `depth` says where the program's frame is."""
    stream = recorder.stream()
    now = clock.ticks()
    index = stream.find_handle(handle) if handle.stacked else -1
    if index >= 0:
        stream.unwind(index, now)
    elif stream.stack and type(stream.stack[-1][HANDLE]) is int:
        stream.leave_calls(id(calls.frame(depth)), now)
    stream.put(op, now, v(handle.number), pops=int(index >= 0), of=handle)


def value_of_handle(handle: Handle, value: object) -> None:
    """Note the result of a handle's span."""
    if not handle.ended:
        now, stream = clock.ticks(), recorder.stream()
        body = v(handle.number)
        if not handle.muted:
            stream.introduce(now)
            body += value_bytes(value, return_kind(handle.site, -handle.number, value))
        stream.put(HVALUE, now, body, of=handle)


def fail_handle(handle: Handle, detailed: bool) -> None:
    """Note that the body is left by the exception being handled; GeneratorExit is no failure."""
    error = calls.exc_info()[1]
    if recorder.off or handle.ended or error is None:
        return
    try:
        stream = recorder.stream()
        now = clock.ticks()
        if stream.pending:
            stream.forget(id(calls.frame(2)))
        if stream.stack and type(stream.stack[-1][HANDLE]) is int:
            stream.leave_calls(id(calls.frame(2)), now)
        number = v(handle.number)
        if is_a(type(error), GeneratorExit):
            stream.put(CLOSED, now, number, of=handle)
        elif detailed and limits.errors and not handle.muted:
            body = number + exception_bytes(stream, error, now, len(number))
            stream.put(HERROR, now, body, recent=about(error), of=handle)
        else:
            stream.put(HFLAG, now, number, of=handle)
    except RecursionError:
        trouble.recursion += 1
    except Exception as problem:
        absorb(problem)


def end_handle(handle: Handle) -> None:
    """End the span."""
    if handle.ended:
        return
    handle.ended = True
    try:
        if not recorder.off:
            _leave_stack(handle, END, 3)
        if not handle.stacked:
            handle.hand_back()
    except RecursionError:
        trouble.recursion += 1
    except Exception as error:
        absorb(error)
    finally:
        recorder.open -= not handle.stacked
