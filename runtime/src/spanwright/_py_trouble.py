"""What to do when a probe fails: count it and go on, unless the failure is the program's.

Exceptions reach a probe's code that are not its own: a signal handler of the program runs between two of its
instructions and raises (KeyboardInterrupt, a TimeoutError of its own), another thread sends one, a debugger stops. They
go on into the program, which they were meant for. A probe's own failure is of a builtin type and raised by code of this
package.
"""

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType


class _Trouble:
    """How often the core itself failed, by kind; attributes, since counting must not need a call."""

    __slots__ = ("capture", "memory", "recursion", "segment")

    def __init__(self) -> None:
        self.capture = self.memory = self.recursion = self.segment = 0


trouble = _Trouble()


class Stopped(Exception):
    """Nothing is recorded any more, or not just now."""


_module = type.__dict__["__module__"].__get__


def _raised_here(traceback: "TracebackType | None") -> bool:
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return traceback is not None and traceback.tb_frame.f_globals.get("__package__") == __package__


def is_own(error: BaseException) -> bool:
    """Tell whether an exception is a failure of the core's own, not meant for the program."""
    return isinstance(error, Exception) and _module(type(error)) == "builtins" and _raised_here(error.__traceback__)


def absorb(error: Exception) -> None:
    """Count a failure of the core's own; raises `error` again if it is the program's. For `except` blocks."""
    if type(error) is Stopped:
        return
    if type(error) is MemoryError:
        trouble.memory += 1
    elif is_own(error):
        trouble.capture += 1
    else:
        raise error
