"""What is awaited in a twin: the author's awaitable, with a span from when it is first asked until it ends.

Where the author's object lacks what the interpreter needs, the interpreter gets the object itself, and complains.
"""

import sys

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_errors import hidden_code
from ._py_handles import Handle, resume
from ._py_recorder import recorder
from ._py_reflect import MISSING, Coroutine, is_a, is_coroutine, is_generator_coroutine, lookup, mro, special
from ._py_streams import HANDLE
from ._py_system import calls, clock
from ._py_trouble import absorb, trouble
from ._py_wire import AWAIT, AWAIT_FAIL, AWAITED, PAUSE, v

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

NEW, OPEN, PLAIN = range(3)  # PLAIN: nothing is recorded of it, or nothing any more
#: Before 3.12 the interpreter does not look for `send` by its name in what the C core gives it.
_SENDS_UNNAMED = sys.version_info < (3, 12)


_SPENT = iter(())


class Await:
    """Is asked by the interpreter what the author's awaitable would have been asked, and gives its answers.

    Tracebacks hold the frames of its methods, and those that called them: a frame that kept what was thrown, or what
    was answered, would let it live longer than it did.
    """

    __slots__ = ("_async_for", "_handle", "_inner", "_site", "_state")

    def __init__(self, handle: Handle, site: int, awaitable: object, async_for: bool) -> None:
        self._handle = handle
        self._site = site
        self._inner: Any = awaitable
        self._async_for = async_for
        self._state = NEW

    def __await__(self) -> object:
        if not is_generator_coroutine(self._inner):
            inner = special(self._inner, "__await__")()
            if is_coroutine(inner) or lookup(mro(type(inner)), "__next__") is MISSING:
                return inner
            self._inner = inner
        return self

    def __iter__(self) -> "Await":
        return self

    def __next__(self) -> object:
        self._go()
        try:
            return next(self._inner)
        except BaseException as error:
            self._end(error)
            raise
        finally:
            self._rest()

    def __getattr__(self, name: str) -> "Callable[..., Any]":
        if name not in ("send", "throw", "close"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        try:
            method = getattr(self._inner, name)
        except AttributeError:
            if name != "send" or _SENDS_UNNAMED:  # the exception comes up at the await itself
                self._go()
                self._leave(AWAITED if name == "close" else AWAIT_FAIL)
            raise

        def call(*args: object) -> object:
            nonlocal method
            self._go()
            try:
                return method(*args)
            except BaseException as error:
                method = None
                self._end(error)
                raise
            finally:
                args = ()
                if name == "close":
                    self._leave(AWAITED)
                else:
                    self._rest()

        hidden_code.add(id(call.__code__))
        return call

    def _go(self) -> None:
        if self._state == NEW:
            self._state = OPEN if _open(self._handle, self._site) else PLAIN
        elif self._state == OPEN:
            resume(self._handle)

    def _rest(self) -> None:
        if self._state == OPEN:
            _suspend(self._handle)

    def _end(self, error: BaseException) -> None:
        kind = type(error)
        good = is_a(kind, StopIteration) or is_a(kind, GeneratorExit)
        good = good or (self._async_for and is_a(kind, StopAsyncIteration))
        self._leave(AWAITED if good else AWAIT_FAIL)

    def _leave(self, op: int) -> None:
        self._inner = _SPENT  # tracebacks hold this object longer than the interpreter held the author's
        if self._state == OPEN:
            _close(self._handle, op)
        self._state = PLAIN


class Manager:
    """Stands in for an async context manager."""

    __slots__ = ("_enter", "_exit", "_handle", "_site")

    def __init__(self, handle: Handle, site: int, manager: object) -> None:
        self._handle = handle
        self._site = site
        self._enter: Any = special(manager, "__aenter__")
        self._exit: Any = special(manager, "__aexit__")

    def __aenter__(self) -> object:
        enter, self._enter = self._enter, None
        return _wrap(self._handle, self._site, enter())

    def __aexit__(self, *exception: object) -> object:
        leave, self._exit = self._exit, None
        # An exception may have left calls in the block: once the coroutine is suspended nobody can tell whose they are.
        _leave_calls(self._handle, id(calls.frame(1)))
        return _wrap(self._handle, self._site, leave(*exception))


class Items:
    """Stands in for an async iterable, then for its iterator."""

    __slots__ = ("_handle", "_it", "_site")

    def __init__(self, handle: Handle, site: int, it: object) -> None:
        self._handle = handle
        self._site = site
        self._it = it

    def __aiter__(self) -> object:
        iterator = special(self._it, "__aiter__")()
        if lookup(mro(type(iterator)), "__anext__") is MISSING:
            return iterator
        return Items(self._handle, self._site, iterator)

    def __anext__(self) -> object:
        return _wrap(self._handle, self._site, special(self._it, "__anext__")(), True)


hidden_code |= {
    id(method.__code__)
    for method in (
        Await.__await__, Await.__next__, Await.__getattr__, Manager.__init__, Manager.__aenter__, Manager.__aexit__,
        Items.__aiter__, Items.__anext__, special,
    )
}  # fmt: skip


def watch(handle: Handle, site: int, awaitable: object) -> object:
    """Give what `await` shall be given."""
    return _wrap(handle, site, awaitable) if _is_recorded(handle) else awaitable


def watch_manager(handle: Handle, site: int, manager: object) -> object:
    """Give what `async with` shall be given."""
    kind = type(manager)
    if not _is_recorded(handle) or any(lookup(mro(kind), name) is MISSING for name in ("__aenter__", "__aexit__")):
        return manager
    return Manager(handle, site, manager)


def watch_items(handle: Handle, site: int, iterable: object) -> object:
    """Give what `async for` shall be given."""
    if not _is_recorded(handle) or lookup(mro(type(iterable)), "__aiter__") is MISSING:
        return iterable
    return Items(handle, site, iterable)


def _wrap(handle: Handle, site: int, awaitable: object, async_for: bool = False) -> object:
    it: Any = awaitable
    kind = type(it)
    if handle.ended or (kind is Coroutine and it.cr_await is not None):
        return awaitable  # of a coroutine that is being awaited already only the interpreter may say so
    if is_generator_coroutine(awaitable) or lookup(mro(kind), "__await__") is not MISSING:
        return Await(handle, site, awaitable, async_for)
    return awaitable


def _is_recorded(handle: Handle) -> bool:
    """Tell whether there is a span to record in, and end the calls that the program's frame has left open."""
    if type(handle) is not Handle or handle.ended or recorder.off:
        return False
    _leave_calls(handle, id(calls.frame(3)))
    return True


def _leave_calls(handle: Handle, frame: int) -> None:
    """End the calls that the program's frame has left open."""
    if handle.ended or recorder.off:
        return
    try:
        stream = recorder.stream()
        if stream.stack and type(stream.stack[-1][HANDLE]) is int:
            stream.leave_calls(frame)
    except RecursionError:
        trouble.recursion += 1
    except Exception as error:
        absorb(error)


def _open(handle: Handle, site: int) -> bool:
    if handle.ended or handle.awaits or recorder.off:
        return False
    try:
        recorder.stream().put(AWAIT, clock.ticks(), v(site) + v(handle.number), of=handle)
        handle.awaits = True
        return True
    except RecursionError:
        trouble.recursion += 1
    except Exception as error:
        absorb(error)
    return False


def _suspend(handle: Handle) -> None:
    if handle.ended or not handle.going:
        return
    handle.going = False
    _put(handle, PAUSE)


def _close(handle: Handle, op: int) -> None:
    if not handle.ended:
        handle.awaits = False
        _put(handle, op)


def _put(handle: Handle, op: int) -> None:
    try:
        if not recorder.off:
            recorder.stream().put(op, clock.ticks(), v(handle.number), of=handle)
    except RecursionError:
        trouble.recursion += 1
    except Exception as error:
        absorb(error)
