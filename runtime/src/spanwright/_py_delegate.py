"""What `yield from` delegates to in a twin: the original's iterator, with the span paused while it is suspended."""

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_errors import hidden_code
from ._py_handles import Handle, pause, resume
from ._py_reflect import Coroutine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any


class Delegate:
    """Is asked by the interpreter what the iterator would have been asked (PEP 380), and gives the iterator's answers.

    That includes the missing of a method.
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
            try:
                # After close the generator itself goes on, to be closed too.
                return method(*args) if name == "close" else pause(handle, method(*args))
            finally:
                args = ()  # tracebacks hold this frame: what was thrown would live longer than it did

        hidden_code.add(id(call.__code__))
        return call


hidden_code.add(id(Delegate.__next__.__code__))


def delegate(handle: Handle, iterable: object) -> object:
    """Give what `yield from` shall delegate to."""
    if type(handle) is not Handle or handle.ended:
        return iterable
    if type(iterable) is Coroutine:
        pause(handle)  # only the interpreter may decide whether this coroutine may be delegated to
        return iterable
    return Delegate(handle, iter(iterable))  # type: ignore[call-overload]
