"""The probes of calls (docs/twins.md, "Calls"): spans on the thread's stack that know the frame they were opened in.

Of a frame only its identity is kept, which is enough: while its call goes on, the frame does not run.
"""

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_callees import UNKNOWN, callee_named, callee_of
from ._py_recorder import current, recorder
from ._py_state import changes, snapshot
from ._py_streams import HANDLE, KEPT, MOST_PENDING, SITE, SPAN, UNDER
from ._py_system import calls, clock
from ._py_trouble import absorb, trouble
from ._py_wire import CALL, CALL_UNDER, OUT, STATE, v

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._py_callees import Callee
    from ._py_streams import Stream


def call(site: int, target: object, name: str | None, frame: int, kept: "tuple[Any, ...]") -> None:
    """Open the span of a call of `target`, or of what `name` means on it."""
    try:
        if not recorder.off:
            _open(recorder.stream(), site, _callee(target, name), frame, kept)
    except RecursionError:
        trouble.recursion += 1
    except Exception as error:
        absorb(error)


def will(site: int, target: object, name: str | None, frame: int) -> None:
    """Remember the callee until the arguments are known."""
    try:
        if not recorder.off:
            pending = recorder.stream().pending
            pending.append((frame, site, _callee(target, name)))
            if len(pending) > MOST_PENDING:
                del pending[: MOST_PENDING // 2]
    except RecursionError:
        trouble.recursion += 1
    except Exception as error:
        absorb(error)


def call_remembered(site: int, frame: int, kept: "tuple[Any, ...]") -> None:
    """Open the span of a call whose callee was remembered."""
    try:
        if not recorder.off:
            stream = recorder.stream()
            _open(stream, site, _remembered(stream, site, frame), frame, kept)
    except RecursionError:
        trouble.recursion += 1
    except Exception as error:
        absorb(error)


def _callee(target: object, name: str | None) -> "Callee":
    return callee_of(target) if name is None else callee_named(target, name)


def _remembered(stream: "Stream", site: int, frame: int) -> "Callee":
    pending = stream.pending
    for index in range(len(pending) - 1, -1, -1):
        if pending[index][0] == frame and pending[index][1] == site:
            callee = pending[index][2]
            pending[index:] = [each for each in pending[index:] if each[0] != frame]
            return callee
    return UNKNOWN


def _open(stream: "Stream", site: int, callee: "Callee", frame: int, kept: "tuple[Any, ...]") -> None:
    now = 0
    stack = stream.stack
    if stack and type(stack[-1][HANDLE]) is int:
        now = stream.leave_calls(frame)
    op, rest, under, above = CALL, v(site) + v(callee.number), None, None
    if recorder.open:
        under = current()
        if under is not None and not (stack and stack[-1][UNDER] is under):
            op, rest, above = CALL_UNDER, rest + v(under.number), under
    place = stream.opening(above, False) if recorder.volume else None
    muted = place is not None and place.muted
    now = now or clock.ticks()
    if callee is not UNKNOWN and callee.generation != recorder.level and not muted:
        recorder.define_callee(stream, callee, now)
    stream.put(op, now, rest, opens=(site, frame, under, recorder.level, frame, place))
    before = snapshot(site, kept) if kept and not muted else None
    if before is not None:
        stack[-1] += (before,)


def out(value: object, *kept: object) -> object:
    """End the frame's call span; give the value back."""
    stream = None
    index = -1
    try:
        stream = recorder.here.stream
        if recorder.off or stream is None or not stream.stack or type(stream.stack[-1][HANDLE]) is not int:
            return value
        index = _nearest(stream, id(calls.frame(1)))
        if index >= 0:
            _end(stream, index, kept)
        return value
    except RecursionError:
        trouble.recursion += 1
    except Exception as error:
        absorb(error)
    if stream is not None and index >= 0:
        for entry in stream.stack[index:]:
            stream.lost += entry[SPAN] >= 0
        del stream.stack[index:]
    return value


def _nearest(stream: "Stream", frame: int) -> int:
    stack = stream.stack
    for index in range(len(stack) - 1, stream.below_calls(), -1):
        if stack[index][HANDLE] == frame:
            return index
    return -1


def _end(stream: "Stream", index: int, kept: "tuple[Any, ...]") -> None:
    entry = stream.stack[index]
    changed = changes(entry[SITE], entry[KEPT], kept) if kept and len(entry) > KEPT else b""
    now = clock.ticks()
    stream.unwind(index, now)
    if changed:
        stream.put(STATE, now, changed)
    stream.put(OUT, now, b"", pops=1)


def caught() -> None:
    """End what calls the frame has left open: an exception has left them."""
    try:
        stream = recorder.here.stream
        if recorder.off or stream is None:
            return
        if stream.pending:
            stream.forget(id(calls.frame(1)))
        if stream.stack and type(stream.stack[-1][HANDLE]) is int:
            stream.leave_calls(id(calls.frame(1)))
    except RecursionError:
        trouble.recursion += 1
    except Exception as error:
        absorb(error)


def end_calls(stream: "Stream") -> int:
    """End the calls at the top of the stack, if a synchronous function's span is below; give the ticks, else 0."""
    index = stream.below_calls()
    stack = stream.stack
    if index < 0 or index == len(stack) - 1 or stack[index][HANDLE] is not None:
        return 0
    now = clock.ticks()
    stream.unwind(index, now)
    return now
