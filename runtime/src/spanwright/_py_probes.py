"""The probes of synchronous functions (docs/twins.md), and those that serve handles, too.

A probe never raises into the program. Where the recursion limit strikes inside one, it gives its event up: the limit
is reached a few frames earlier than without probes. What stands after `except RecursionError` must not call anything,
and an end must need no more frames than the beginning did, or it would be missed.
"""

from ._py_errors import record
from ._py_handles import Handle, value_of_handle
from ._py_recorder import open_span, recorder
from ._py_streams import HANDLE, SPAN, UNRECORDED
from ._py_system import calls, clock
from ._py_trouble import absorb, trouble
from ._py_values import Capture
from ._py_wire import ENTER, ERROR, FLAG, LEAVE, RAISE, RETURN, VALUE


def enter(site: int, params: "tuple[object, ...]", method: bool) -> None:
    """Open a span."""
    if recorder.off:
        return
    stream = None
    depth = 0
    try:
        stream = recorder.stream()
        depth = len(stream.stack)
        open_span(stream, ENTER, clock.ticks(), site, None, params, method)
        return
    except RecursionError:
        trouble.recursion += 1
    except Exception as error:
        absorb(error)
    # The span's end must find something to end.
    if stream is not None and not stream.stack[depth:]:
        stream.stack += ((site, None, None, UNRECORDED, recorder.level),)


def ret(value: object = None) -> object:
    """End the top span with this result; give the value back."""
    stream = None
    try:
        stream = recorder.here.stream
        if recorder.off or stream is None or not stream.stack or stream.stack[-1][HANDLE] is not None:
            stream = None
        elif stream.stack[-1][SPAN] == UNRECORDED:
            del stream.stack[-1]
            stream = None
        else:
            now = clock.ticks()
            capture = Capture()
            capture.value(value)
            stream.put(RETURN, now, bytes(capture.out), pops=True)
            stream = None
    except RecursionError:
        trouble.recursion += 1
    except Exception as error:
        absorb(error)
    if stream is not None:
        stream.lost += 1
        del stream.stack[-1]
    return value


def val(*values: object) -> object:
    """Note the result of the top span, or of the handle that comes first; give the value back."""
    handle = values[0] if values and type(values[0]) is Handle else None
    value = None if not values or values[-1] is handle else values[-1]
    try:
        stream = recorder.here.stream
        if recorder.off:
            pass
        elif handle is not None:
            value_of_handle(handle, value)
        elif stream is not None and stream.stack and stream.stack[-1][HANDLE] is None:
            now = clock.ticks()
            capture = Capture()
            capture.value(value)
            if stream.stack[-1][SPAN] != UNRECORDED:
                stream.put(VALUE, now, bytes(capture.out))
    except RecursionError:
        trouble.recursion += 1
    except Exception as error:
        absorb(error)
    return value


def end(site: int, op: int) -> None:
    """End the nearest open span of the site (RAISE, LEAVE), or note that it failed (ERROR, FLAG)."""
    stream = None
    index = -1
    ends = op in (RAISE, LEAVE)
    try:
        stream = recorder.here.stream
        if recorder.off or stream is None:
            return
        index = stream.find(site)
        if index < 0:
            return
        now = clock.ticks()
        stream.unwind(index, now)
        error = calls.exc_info()[1] if op in (RAISE, ERROR) else None
        if stream.stack[-1][SPAN] == UNRECORDED:
            if ends:
                del stream.stack[-1]
        elif error is not None:
            record(stream, op, now, error, pops=ends)
        else:
            stream.put(LEAVE if ends else FLAG, now, b"", pops=ends)
        return
    except RecursionError:
        trouble.recursion += 1
    except Exception as problem:
        absorb(problem)
    if ends and stream is not None and index >= 0:
        for entry in stream.stack[index:]:
            stream.lost += entry[SPAN] != UNRECORDED
        del stream.stack[index:]
