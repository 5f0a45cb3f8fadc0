"""The probes of synchronous functions (docs/twins.md), and those that serve handles, too.

A probe never raises into the program. Where the recursion limit strikes inside one, it gives its event up: the limit
is reached a few frames earlier than without probes. What stands after `except RecursionError` must not call anything,
and an end must need no more frames than the beginning did, or it would be missed.
"""

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_calls import end_calls
from ._py_errors import about, exception_bytes
from ._py_handles import Handle, value_of_handle
from ._py_limits import limits
from ._py_recorder import current, recorder
from ._py_redact_passed import remember, return_kind
from ._py_redact_sites import params_of
from ._py_streams import HANDLE, MUTED, SITE, SPAN, UNDER, UNRECORDED
from ._py_system import calls, clock
from ._py_trouble import absorb, trouble
from ._py_values import args_event, value_bytes
from ._py_wire import ENTER, ENTER_UNDER, ERROR, FLAG, LAST, LEAVE, RAISE, RETURN, VALUE, v


def enter(site: int, params: "tuple[object, ...]", method: bool) -> None:
    """Open a span."""
    if recorder.off:
        return
    stream = None
    depth = 0
    try:
        stream = recorder.here.stream or recorder.stream()
        stack = stream.stack
        depth = len(stack)
        kinds = params_of(site, len(params))
        op, rest, under, above = ENTER, LAST[site] if site < 0x80 else v(site), None, None
        if recorder.open:
            under = current()
            if under is not None and not (stack and stack[-1][UNDER] is under):
                op, rest, above = ENTER_UNDER, rest + v(under.number), under
        place = stream.opening(above, True) if recorder.volume else None
        now = clock.ticks()
        frame = id(calls.frame(2)) if recorder.frames else 0
        opens = (site, None, under, recorder.level, frame, place)
        if place is not None and place.muted:
            stream.open_muted(opens, place, now)
            return
        args = b""
        if params and limits.params:
            stream.introduce(now)
            args = args_event(params, method, kinds)
        stream.put(op, now, rest, args, opens)
        if kinds is not None:
            remember(stack[-1][SPAN], params, kinds)
        return
    except RecursionError:
        trouble.recursion += 1
    except Exception as error:
        absorb(error)
    # The span's end must find something to end.
    if stream is not None and not stream.stack[depth:]:
        stream.stack += ((site, None, None, recorder.level, 0, None, UNRECORDED),)


def ret(value: object = None) -> object:
    """End the top span with this result; give the value back."""
    stream = None
    try:
        stream = recorder.here.stream
        if recorder.off or stream is None or not stream.stack:
            return value
        now = 0
        if stream.stack[-1][HANDLE] is not None:
            now = end_calls(stream)
            if not now:
                return value
        if stream.stack[-1][SPAN] < 0:
            stream.end_unseen(now)
            return value
        now = now or clock.ticks()
        if limits.returns:
            stream.introduce(now)
            top = stream.stack[-1]
            stream.put(RETURN, now, value_bytes(value, return_kind(top[SITE], top[SPAN], value)), pops=1)
        else:
            stream.put(LEAVE, now, b"", pops=1)
        return value
    except RecursionError:
        trouble.recursion += 1
    except Exception as error:
        absorb(error)
    if stream is not None:
        stream.lost += stream.stack[-1][SPAN] >= 0
        del stream.stack[-1]
    return value


def val(*values: object) -> object:
    """Note the result of the top span, or of the handle that comes first; give the value back."""
    handle = values[0] if values and type(values[0]) is Handle else None
    value = None if not values or values[-1] is handle else values[-1]
    try:
        stream = recorder.here.stream
        if recorder.off or not limits.returns:
            pass
        elif handle is not None:
            value_of_handle(handle, value)
        elif stream is not None and stream.stack:
            now = end_calls(stream) if type(stream.stack[-1][HANDLE]) is int else 0
            top = stream.stack[-1]
            if top[HANDLE] is None and top[SPAN] != UNRECORDED:
                now = now or clock.ticks()
                if top[SPAN] == MUTED:
                    return value
                stream.introduce(now)
                stream.put(VALUE, now, value_bytes(value, return_kind(top[SITE], top[SPAN], value)))
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
        stack = stream.stack
        if stream.pending and op != LEAVE:
            stream.forget(id(calls.frame(2)))
        if stack and stack[-1][SITE] == site and stack[-1][HANDLE] is None:
            index = len(stack) - 1
        else:
            index = stream.find(site)
            if index < 0:
                return
        now = clock.ticks()
        if index + 1 < len(stack):
            stream.unwind(index, now)
        error = calls.exc_info()[1] if op in (RAISE, ERROR) else None
        if stack[-1][SPAN] == UNRECORDED:
            if ends:
                del stack[-1]
            return
        if error is not None and limits.errors and stack[-1][SPAN] != MUTED:
            try:
                body = exception_bytes(stream, error, now)
                stream.put(op, now, body, pops=ends, recent=about(error))
                return
            except RecursionError:
                trouble.recursion += 1
                if ends:
                    stream.put(FLAG, now, b"")
        elif error is not None and ends:
            stream.put(FLAG, now, b"")
        stream.put(LEAVE if ends else FLAG, now, b"", pops=ends)
        return
    except RecursionError:
        trouble.recursion += 1
    except Exception as problem:
        absorb(problem)
    if ends and stream is not None and index >= 0:
        for entry in stream.stack[index:]:
            stream.lost += entry[SPAN] >= 0
        del stream.stack[index:]
