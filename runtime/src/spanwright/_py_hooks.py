"""The Python core's stand-ins for what starts threads, work items and processes: they remember what was open."""

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_recorder import current, recorder
from ._py_reflect import Method, Module, instance_dict, is_a, module_dict
from ._py_streams import LEVEL, PLACE, SPAN, UNDER, is_above, is_written
from ._py_system import FAKE, calls, clock
from ._py_trouble import absorb, trouble
from ._py_wire import ADOPT, CHILD, adoption, v

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ._py_streams import Stream
    from ._py_wire import Origin
    from ._types import Probe

FAKE_PROCESS = 4242
ORIGIN = "_spanwright"  # of a work item


def _here(stream: "Stream") -> "Origin | None":
    """Give what a span that was opened now would hang below."""
    origin = _origin(stream)
    if recorder.volume:
        stream.holds()
        if origin is not None and origin[3] is not None:
            origin[3].trace.shared = True
    return origin


def _origin(stream: "Stream") -> "Origin | None":
    recorder.place(stream)
    under = current()
    for entry in stream.stack[::-1]:
        if is_above(entry):
            if under is None or entry[UNDER] is under:
                return entry[SPAN], entry[LEVEL], 0, entry[PLACE]
            break
    return stream.hangs if under is None else (0, 0, under.number, under.place)


def _hang(origin: "Origin | None") -> "Origin | None":
    """Let what the thread opens at the bottom of its stack hang there; give what it hung below."""
    stream = recorder.stream()
    recorder.place(stream)
    before, stream.hangs = stream.hangs, origin
    if stream.number and origin != stream.said and (origin is None or is_written(origin)):
        stream.put(ADOPT, clock.ticks(), adoption(origin, recorder.level))
        stream.said = origin
    return before


class _StandIn:
    """For a builtin function, which does not become a method where a class has it."""

    def __init__(self, original: "Probe", late: "Callable[[], bool] | None") -> None:
        self._original = original
        self._late = late
        self.__name__ = original.__name__
        self.__doc__ = original.__doc__


class _ThreadStart(_StandIn):
    def __call__(self, *args: object, **named: object) -> object:
        key = None
        try:
            thread = _thread_of(args[0]) if args and not recorder.off else None
            if thread is not None:
                if self._late is not None and self._late():
                    self._late = None
                key = id(thread)
                origin = _here(recorder.stream())
                if origin is None:
                    recorder.origins.pop(key, None)
                else:
                    recorder.origins[key] = origin
        except RecursionError:
            trouble.recursion += 1
        except Exception as error:
            absorb(error)
        try:
            return self._original(*args, **named)
        except BaseException:
            recorder.origins.pop(key, None)
            raise


def _thread_of(function: object) -> object:
    """Give the thread that the function to be run is a method of; else None."""
    threading = calls.modules.get("threading")
    thread = module_dict(threading).get("Thread") if type(threading) is Module else None
    one: Any = getattr(function, "__self__", None) if type(function) is Method else None
    return one if thread is not None and is_a(type(one), thread) else None


class _ProcessStart(_StandIn):
    def __call__(self, *args: object, **named: object) -> object:
        pid = self._original(*args, **named)
        try:
            if not recorder.off and type(pid) is int and pid > 0:
                stream = recorder.stream()
                origin = _here(stream)
                if origin is not None and is_written(origin):
                    stream.put(CHILD, clock.ticks(), v(FAKE_PROCESS if FAKE else pid) + v(origin[2]))
        except RecursionError:
            trouble.recursion += 1
        except Exception as error:
            absorb(error)
        return pid


def _item(original: "Probe", _: object) -> "Probe":
    def __init__(item: object, *args: object, **named: object) -> None:
        original(item, *args, **named)
        try:
            if not recorder.off:
                # An attribute goes with the item: many are never run.
                object.__setattr__(item, ORIGIN, _here(recorder.stream()))
        except RecursionError:
            trouble.recursion += 1
        except Exception as error:
            absorb(error)

    return __init__


def _run(original: "Probe", _: object) -> "Probe":
    def run(item: object, *args: object, **named: object) -> object:
        before, hung = None, False
        try:
            fields = instance_dict(item) or {}
            # One that was made before there was a stand-in hangs below what its thread does.
            if ORIGIN in fields and not recorder.off:
                before, hung = _hang(fields[ORIGIN]), True
        except RecursionError:
            trouble.recursion += 1
        except Exception as error:
            absorb(error)
        try:
            return original(item, *args, **named)
        finally:
            try:
                if hung and not recorder.off:
                    _hang(before)
            except RecursionError:
                trouble.recursion += 1
            except Exception as error:
                absorb(error)

    return run


_KINDS: "dict[str, Callable[..., Probe]]" = {
    "thread": _ThreadStart,
    "process": _ProcessStart,
    "item": _item,
    "run": _run,
}


def stand_in(kind: str, original: "Probe", late: "Callable[[], bool] | None" = None, /) -> "Probe":
    """Give a callable that does what `original` does and notes who starts something, or what begins."""
    return _KINDS[kind](original, late)
