"""The recorder in Python, for interpreters without the C core: the same contract (`Core` in _types.py), the same bytes.

What it cannot do: its probes are Python functions, so the recursion limit is reached a few frames earlier, profilers
see them, a traceback through `yield from` shows the delegate, and line tables stay those of the twin.
"""

import atexit

from . import _py_flight
from ._inert import inert
from ._py_awaits import watch, watch_items, watch_manager
from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_calls import call, call_remembered, caught, out, will
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
from ._py_hooks import stand_in
from ._py_limits import limits
from ._py_points import keep, keep_of_handle, point, state, state_of_handle
from ._py_probes import end, enter, ret, val
from ._py_recorder import recorder
from ._py_redact import redaction
from ._py_redact_names import KINDS
from ._py_redact_sites import name_values
from ._py_system import calls
from ._py_trouble import trouble as _trouble
from ._py_wire import ERROR, FLAG, LEAVE, RAISE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType
    from typing import Any

    from ._types import Probe

__all__ = [
    "NAME", "budget", "configure", "dump", "hides", "name_sites", "redact", "register", "segment", "stand_in",
    "trouble",
]  # fmt: skip

NAME = "python"
SILENT = 0x80  # among a file's flags: its probes do nothing


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

    def call(self, site: int, callee: object, *kept: object) -> object:
        """Open a call's span; give the callee back."""
        call(self._base + site, callee, None, id(calls.frame(1)), kept)
        return callee

    def call_m(self, site: int, receiver: object, name: str, *kept: object) -> object:
        """Open the span of a method's call; give the receiver back."""
        call(self._base + site, receiver, name, id(calls.frame(1)), kept)
        return receiver

    def will(self, site: int, callee: object) -> object:
        """Remember the callee; give it back."""
        will(self._base + site, callee, None, id(calls.frame(1)))
        return callee

    def will_m(self, site: int, receiver: object, name: str) -> object:
        """Remember a method as the callee; give the receiver back."""
        will(self._base + site, receiver, name, id(calls.frame(1)))
        return receiver

    def in_(self, site: int, value: object, *kept: object) -> object:
        """Open the span of a call whose callee was remembered; give the value back."""
        call_remembered(self._base + site, id(calls.frame(1)), kept)
        return value

    def await_(self, handle: Handle, site: int, awaitable: object) -> object:
        """Give what to await."""
        return watch(handle, self._base + site, awaitable) if limits.awaits else awaitable

    def awith(self, handle: Handle, site: int, manager: object) -> object:
        """Give what to enter."""
        return watch_manager(handle, self._base + site, manager) if limits.awaits else manager

    def aiter(self, handle: Handle, site: int, iterable: object) -> object:
        """Give what to go through."""
        return watch_items(handle, self._base + site, iterable) if limits.awaits else iterable

    def line(self, *place: "int | Handle") -> None:
        """Note a line: of the top of the stack, or of the handle that comes first."""
        first, site = place[0], place[-1]
        if type(site) is int:
            point(self._base + site, first if type(first) is Handle else None, None, 2)

    def var(self, site: "int | Handle", *values: object) -> None:
        """Note the values of names."""
        self._values(site, values)

    def let(self, site: "int | Handle", *values: object) -> object:
        """Note the value of a name; give it back."""
        self._values(site, values)
        return values[-1]

    def _values(self, site: "int | Handle", values: "tuple[Any, ...]") -> None:
        if not limits.vars:
            return
        if type(site) is Handle:
            point(self._base + values[0], site, values[1:], 3)
        elif type(site) is int:
            point(self._base + site, None, values, 3)

    def keep(self, site: "int | Handle", *values: object) -> None:
        """Remember what is in mutable parameters."""
        if type(site) is Handle:
            keep_of_handle(site, values)
        elif type(site) is int:
            keep(self._base + site, values)

    def state(self, site: "int | Handle", *values: object) -> None:
        """Say what has changed in mutable parameters."""
        if type(site) is Handle:
            state_of_handle(site, values)
        elif type(site) is int:
            state(self._base + site, values)

    def __reduce__(self) -> "tuple[Any, ...]":
        return _again, self._origin

    def __copy__(self) -> "File":
        return self

    def __deepcopy__(self, memo: object) -> "File":
        return self


def _again(table_id: str, name: str, filename: str, module: str, sites: int, flags: int) -> object:
    again = calls.modules["spanwright._register"].again
    found = again(table_id, name, filename, module, sites, flags, "enter").__self__
    return found if type(found) is File else found.file  # of a probe that is timed


_SHARED: "dict[str, Probe]" = {
    "ret": ret, "val": val, "pause": pause, "resume": resume, "from": delegate, "out": out, "caught": caught,
}  # fmt: skip
_OWN = (
    "enter", "enter_m", "fail", "error", "flag", "exit", "gen", "gen_m", "co", "co_m", "agen", "agen_m", "call",
    "call_m", "will", "will_m", "in", "await", "awith", "aiter", "line", "var", "let", "keep", "state",
)  # fmt: skip
_ASK_FOR_FRAMES = {"call", "call_m", "in", "caught", "line", "var", "let"}
_NAMES = {"in": "in_", "await": "await_"}


def configure(
    traces: str | None, facts: "bytes | Callable[[], bytes]", settings: "dict[str, Any] | None" = None, /
) -> None:
    """Say where segments go (None: recording is off), what stands in their facts, and what the settings say.

    Facts that have to know what is to be hidden are given as a function. A second call is ignored; so is a setting that
    the core does not know.
    """
    recorder.configure(traces, facts, settings or {})


def register(
    table_id: str, name: str, filename: str, module: str, sites: int, flags: int, words: str, /
) -> "tuple[Probe, ...]":
    """Give one probe for each of the `words`; the same (id, filename, module) coming again keeps its base."""
    if flags & SILENT:
        return inert(words)
    origin = (table_id, name, filename, module, sites, flags)
    base = recorder.define(*origin)
    recorder.frames = recorder.frames or not _ASK_FOR_FRAMES.isdisjoint(words.split())
    if recorder.budget is not None:
        from ._py_timed import timed

        return timed(base, origin, words)
    file = File(base, origin)
    return tuple(probe_of(file, word) for word in words.split())


def probe_of(file: File, word: str) -> "Probe":
    """Give the probe of a word."""
    if word in _SHARED:
        return _SHARED[word]
    probe: Probe = getattr(file, _NAMES.get(word, word)) if word in _OWN else inert(word)[0]
    return probe


def budget(codes: "Callable[[str, str], dict[tuple[str, int], CodeType] | None]", price: int, /) -> None:
    """Take what gives the code of a file's original; nothing where there is no overhead budget."""
    if recorder.budget is not None:
        recorder.budget.codes = codes


def name_sites(table_id: str, filename: str, module: str, names: "list[Any]", /) -> None:
    """Take the names of the values at each site of a registered file."""
    base = recorder.base(table_id, filename, module)
    if base is not None:
        for site, own in enumerate(names):
            name_values(base + site, own)


def redact(text: str, /) -> str:
    """Give a text as it would be recorded."""
    data = text.encode("utf-8", "surrogatepass")
    return redaction.text(data, len(data) + 2_048, False).decode("utf-8", "surrogatepass")


def hides(name: str, /) -> str:
    """Say what is hidden under a name; empty: nothing."""
    return KINDS[redaction.kind_of_key(name)]


def segment() -> str | None:
    """Path of this process's segment; None before the first event or where recording is off."""
    return None if recorder.segment is None else recorder.segment.path


def dump(reason: str, /) -> None:
    """Write the ring out into a segment of its own; nothing where the flight recorder is off."""
    _py_flight.dump(recorder, reason)


def trouble() -> dict[str, int]:
    """How often the core itself failed, by kind."""
    kinds = ("capture", "memory", "recursion", "segment")
    return {kind: count for kind in kinds if (count := getattr(_trouble, kind))}


atexit.register(recorder.finish)
if calls.after_fork is not None:
    calls.after_fork(before=recorder.splitting, after_in_child=recorder.forked)
