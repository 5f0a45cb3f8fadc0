"""The recorder in Python, for interpreters without the C core: the same contract (`Core` in _types.py), the same bytes.

What it cannot do: its probes are Python functions, so the recursion limit is reached a few frames earlier, profilers
see them, a traceback through `yield from` shows the delegate, and line tables stay those of the twin.
"""

import atexit

from ._inert import inert
from ._py_delegate import delegate
from ._py_handles import (
    ASYNC_GENERATOR,
    COROUTINE,
    GENERATOR,
    Handle,
    end_handle,
    fail_handle,
    pause,
    resume,
    start,
)
from ._py_probes import end, enter, ret, val
from ._py_recorder import recorder
from ._py_system import calls
from ._py_trouble import trouble as _trouble
from ._py_wire import ERROR, FLAG, LEAVE, RAISE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._types import Probe

NAME = "python"


class File:
    """One file's probes: they turn its site numbers into the process's. Pickled, it registers the file again."""

    __slots__ = ("_base", "_origin")

    def __init__(self, base: int, origin: "tuple[Any, ...]") -> None:
        self._base = base
        self._origin = origin

    def enter(self, site: int, *params: object) -> None:
        """Open a span."""
        enter(self._base + site, params, False)

    def enter_m(self, site: int, *params: object) -> None:
        """Open a method's span."""
        enter(self._base + site, params, True)

    def fail(self, site: int) -> None:
        """End the site's span with the exception being handled."""
        end(self._base + site, RAISE)

    def error(self, site: "int | Handle") -> None:
        """Note the exception being handled."""
        if type(site) is Handle:
            fail_handle(site, True)
        elif type(site) is int:
            end(self._base + site, ERROR)

    def flag(self, site: "int | Handle") -> None:
        """Note that the span failed."""
        if type(site) is Handle:
            fail_handle(site, False)
        elif type(site) is int:
            end(self._base + site, FLAG)

    def exit(self, site: "int | Handle") -> None:
        """End the span."""
        if type(site) is Handle:
            end_handle(site)
        elif type(site) is int:
            end(self._base + site, LEAVE)

    def gen(self, site: int, *params: object) -> Handle:
        """Open a generator's span."""
        return start(GENERATOR, self._base + site, params, False)

    def gen_m(self, site: int, *params: object) -> Handle:
        """Open the span of a method that is a generator."""
        return start(GENERATOR, self._base + site, params, True)

    def co(self, site: int, *params: object) -> Handle:
        """Open a coroutine's span."""
        return start(COROUTINE, self._base + site, params, False)

    def co_m(self, site: int, *params: object) -> Handle:
        """Open the span of a method that is a coroutine."""
        return start(COROUTINE, self._base + site, params, True)

    def agen(self, site: int, *params: object) -> Handle:
        """Open an async generator's span."""
        return start(ASYNC_GENERATOR, self._base + site, params, False)

    def agen_m(self, site: int, *params: object) -> Handle:
        """Open the span of a method that is an async generator."""
        return start(ASYNC_GENERATOR, self._base + site, params, True)

    def __reduce__(self) -> "tuple[Any, ...]":
        return _again, self._origin

    def __copy__(self) -> "File":
        return self

    def __deepcopy__(self, memo: object) -> "File":
        return self


def _again(table_id: str, name: str, filename: str, module: str, sites: int, flags: int) -> object:
    again = calls.modules["spanwright._register"].again
    return again(table_id, name, filename, module, sites, flags, "enter").__self__


_SHARED: "dict[str, Probe]" = {"ret": ret, "val": val, "pause": pause, "resume": resume, "from": delegate}
_OWN = ("enter", "enter_m", "fail", "error", "flag", "exit", "gen", "gen_m", "co", "co_m", "agen", "agen_m")


def configure(traces: str | None, facts: bytes, /) -> None:
    """Say where segments go (None: recording is off) and what stands in their facts; a second call is ignored."""
    recorder.configure(traces, facts)


def register(
    table_id: str, name: str, filename: str, module: str, sites: int, flags: int, words: str, /
) -> "tuple[Probe, ...]":
    """Give one probe for each of the `words`; the same (id, filename, module) coming again keeps its base."""
    origin = (table_id, name, filename, module, sites, flags)
    file = File(recorder.define(*origin), origin)
    return tuple(
        _SHARED[word] if word in _SHARED else getattr(file, word) if word in _OWN else inert(word)[0]
        for word in words.split()
    )


def segment() -> str | None:
    """Path of this process's segment; None before the first event or where recording is off."""
    return None if recorder.segment is None else recorder.segment.path


def trouble() -> dict[str, int]:
    """How often the core itself failed, by kind."""
    kinds = ("capture", "memory", "recursion", "segment")
    return {kind: count for kind in kinds if (count := getattr(_trouble, kind))}


atexit.register(recorder.finish)
if calls.after_fork is not None:
    calls.after_fork(after_in_child=recorder.forked)
