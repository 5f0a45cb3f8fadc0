"""Handles: the spans of generators, coroutines and async generators, which pause, move between threads and end late."""

from ._py_errors import hidden_code, record
from ._py_recorder import current, open_span, recorder, running
from ._py_reflect import is_a
from ._py_streams import UNRECORDED
from ._py_system import calls, clock
from ._py_trouble import absorb, trouble
from ._py_values import Capture
from ._py_wire import ASTART, CLOSED, END, HERROR, HFLAG, HVALUE, PAUSE, RESUME, START, v

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

GENERATOR, COROUTINE, ASYNC_GENERATOR = range(3)


async def _sample() -> None: ...


_coroutine = _sample()
_Coroutine = type(_coroutine)
_coroutine.close()


class Done:
    """The awaitable of a handle's `__aenter__` and `__aexit__`: it ends at once."""

    __slots__ = ()

    def __await__(self) -> "Iterator[Any]":
        return iter(())


_DONE = Done()


class Handle:
    """The span of one generator, coroutine or async generator."""

    __slots__ = ("_previous", "ended", "going", "kind", "level", "number", "site", "span", "stacked")

    def __init__(self, kind: int, site: int) -> None:
        self.kind = kind
        self.stacked = kind == GENERATOR
        self.site = site
        self.level = recorder.level
        self.number = 0
        self.span = UNRECORDED
        self.going = False
        self.ended = True
        self._previous: Handle | None = None  # the current one before this went on

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
        now = clock.ticks()
        number = recorder.handles + 1
        recorder.handles = new.number = number
        handle = new
        open_span(stream, START if new.stacked else ASTART, now, site, new, params, method)
        if not new.stacked:
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
            _leave_stack(handle, PAUSE)
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
            opens = (handle.site, handle, current(), handle.span, handle.level) if handle.stacked else None
            recorder.stream().put(RESUME, clock.ticks(), v(handle.number), opens=opens)
        if handle.kind == ASYNC_GENERATOR:
            handle.take_over()
    except RecursionError:
        trouble.recursion += 1
    except Exception as error:
        absorb(error)
    return value


def _leave_stack(handle: Handle, op: int) -> None:
    stream = recorder.stream()
    now = clock.ticks()
    index = stream.find_handle(handle) if handle.stacked else -1
    if index >= 0:
        stream.unwind(index, now)
    stream.put(op, now, v(handle.number), pops=index >= 0)


def value_of_handle(handle: Handle, value: object) -> None:
    """Note the result of a handle's span."""
    if not handle.ended:
        now = clock.ticks()
        capture = Capture()
        capture.value(value)
        recorder.stream().put(HVALUE, now, v(handle.number) + capture.out)


def fail_handle(handle: Handle, detailed: bool) -> None:
    """Note that the body is left by the exception being handled; GeneratorExit is no failure."""
    error = calls.exc_info()[1]
    if recorder.off or handle.ended or error is None:
        return
    try:
        stream = recorder.stream()
        now = clock.ticks()
        number = v(handle.number)
        if is_a(type(error), GeneratorExit):
            stream.put(CLOSED, now, number)
        elif detailed:
            record(stream, HERROR, now, error, number)
        else:
            stream.put(HFLAG, now, number)
    except RecursionError:
        trouble.recursion += 1
    except Exception as problem:
        absorb(problem)


def end_handle(handle: Handle) -> None:
    """End the span."""
    if handle.ended:
        return
    handle.ended = True
    recorder.open -= not handle.stacked
    try:
        if not recorder.off:
            _leave_stack(handle, END)
        if not handle.stacked:
            handle.hand_back()
    except RecursionError:
        trouble.recursion += 1
    except Exception as error:
        absorb(error)


class Delegate:
    """What `yield from` delegates to in a twin: the original's iterator, with the span paused while it is suspended.

    The interpreter asks this object what it would have asked the iterator (PEP 380), and gets the iterator's answers,
    the missing of a method included.
    """

    __slots__ = ("_handle", "_inner")

    def __init__(self, handle: Handle, inner: "Iterator[Any]") -> None:
        self._handle = handle
        self._inner = inner

    def __iter__(self) -> "Iterator[Any]":
        return self

    def __next__(self) -> object:
        resume(self._handle)
        return pause(self._handle, next(self._inner))

    def __getattr__(self, name: str) -> "Callable[..., Any]":
        if name not in ("send", "throw", "close"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        handle, method = self._handle, getattr(self._inner, name)

        def call(*args: object) -> object:
            resume(handle)
            result = method(*args)
            # After close the generator itself goes on, to be closed too.
            return result if name == "close" else pause(handle, result)

        hidden_code.add(id(call.__code__))
        return call


hidden_code.add(id(Delegate.__next__.__code__))


def delegate(handle: Handle, iterable: object) -> object:
    """Give what `yield from` shall delegate to."""
    if type(handle) is not Handle or handle.ended:
        return iterable
    if type(iterable) is _Coroutine:
        pause(handle)  # only the interpreter may decide whether this coroutine may be delegated to
        return iterable
    return Delegate(handle, iter(iterable))  # type: ignore[call-overload]
