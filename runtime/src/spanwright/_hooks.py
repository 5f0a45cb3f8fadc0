"""Stands in for what starts threads, work items and processes, so that spans find what started them: docs/twins.md.

Whatever somebody else has replaced is left alone. Only `_posixsubprocess`, a small module in C, is loaded for it.
"""

import _thread
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any

    from ._types import Core

_Builtin = type(len)
_Module = type(sys)
_modules = sys.modules


def install(core: "Core") -> None:
    """Stand in for what is loaded; executors follow with a thread."""

    def late() -> bool:
        return _executors(core)

    start = "start_joinable_thread" if hasattr(_thread, "start_joinable_thread") else "start_new_thread"
    _replace(core, "thread", *_place("threading", f"_{start}", _thread, start), late)
    _executors(core)
    try:
        import _posixsubprocess
        import posix
    except ImportError:  # not a POSIX system
        return
    for name in ("posix_spawn", "posix_spawnp"):
        _replace(core, "process", *_place("os", name, posix, name))
    original = _posixsubprocess.fork_exec
    _replace(core, "process", _posixsubprocess, "fork_exec")
    subprocess = _modules.get("subprocess")
    if subprocess is not None and getattr(subprocess, "_fork_exec", None) is original:
        subprocess._fork_exec = _posixsubprocess.fork_exec  # type: ignore[attr-defined]


def _place(wanted: str, name: str, source: "ModuleType", source_name: str) -> "tuple[ModuleType, str]":
    """Where a function is to be replaced: in the module `source` that has it first if `wanted` has not got it yet."""
    module = _modules.get(wanted)
    return (module, name) if module is not None and name in module.__dict__ else (source, source_name)


def _replace(core: "Core", kind: str, module: "ModuleType", name: str, *late: "Callable[[], bool]") -> None:
    original = module.__dict__.get(name)
    if type(original) is _Builtin:
        setattr(module, name, core.stand_in(kind, original, *late))


def _executors(core: "Core") -> bool:
    """Stand in for the work items of thread pools; False where these are not loaded yet.

    Runs in the midst of the program, as often as threads start: what comes out of it is a signal handler's exception.
    """
    module = _modules.get("concurrent.futures.thread")
    item: Any = module.__dict__.get("_WorkItem") if type(module) is _Module else None
    kind = type(item)
    if kind is not type:
        return False
    make, run = item.__dict__.get("__init__"), item.__dict__.get("run")
    if _takes(make, ("self", "future", "fn", "args", "kwargs")) and _takes(run, ("self",)):
        item.run = core.stand_in("run", run)  # first: nothing is noted that would not be used up
        item.__init__ = core.stand_in("item", make)
    return True


def _takes(function: object, names: tuple[str, ...]) -> bool:
    if type(function) is not type(_takes):
        return False
    code = function.__code__
    return code.co_varnames[: code.co_argcount] == names
