"""The probes of levels 4 and 5 that open nothing: lines, values of names, and what has changed in parameters."""

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_handles import Handle
from ._py_recorder import recorder
from ._py_redact_passed import kinds_of_values
from ._py_state import changes, snapshot
from ._py_streams import HANDLE, KEPT, MUTED, SPAN, UNRECORDED
from ._py_system import calls, clock
from ._py_trouble import absorb, trouble
from ._py_values import values_bytes
from ._py_wire import HLINE, HSTATE, HVAR, LINE, STATE, VAR, v

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._py_redact_sites import Kinds
    from ._py_streams import Stream


def point(site: int, handle: Handle | None, values: "tuple[Any, ...] | None", depth: int) -> None:
    """Note that a line is reached (values: None), or the values of names; in the handle's span or the top's.

    `depth` says where the program's frame is.
    """
    try:
        if recorder.off:
            return
        if handle is not None:
            if not handle.ended:
                head = v(site) + v(handle.number)
                here = recorder.stream()
                op = HLINE if values is None else HVAR
                if handle.muted:
                    values = None
                kinds = None if values is None else kinds_of_values(site, here, handle, values)
                _put(here, op, clock.ticks(), head, values, kinds, handle)
            return
        stream = recorder.here.stream
        if stream is None or not stream.stack:
            return
        now = clock.ticks()
        if type(stream.stack[-1][HANDLE]) is int:
            stream.leave_calls(id(calls.frame(depth)), now)
        if stream.stack and stream.stack[-1][SPAN] >= 0:
            kinds = None if values is None else kinds_of_values(site, stream, None, values)
            _put(stream, LINE if values is None else VAR, now, v(site), values, kinds)
    except RecursionError:
        trouble.recursion += 1
    except Exception as error:
        absorb(error)


def _put(
    stream: "Stream",
    op: int,
    now: int,
    head: bytes,
    values: "tuple[Any, ...] | None",
    kinds: "Kinds | None",
    of: "Handle | None" = None,
) -> None:
    if values is not None:
        stream.introduce(now)
        lead = 1 + len(v(max(0, now - stream.last)))
        head = values_bytes(head + v(len(values)), values, lead=lead, kinds=kinds)
    stream.put(op, now, head, of=of)


def keep(site: int, values: "tuple[Any, ...]") -> None:
    """Remember what is in mutable parameters of the site's span."""
    try:
        stream = recorder.here.stream
        index = -1 if recorder.off or stream is None else stream.find(site)
        if stream is not None and index >= 0 and stream.stack[-1][SPAN] != MUTED:
            kept = snapshot(site, values)
            if kept is not None:
                stream.stack[index] = (*stream.stack[index][:KEPT], kept)
    except RecursionError:
        trouble.recursion += 1
    except Exception as error:
        absorb(error)


def keep_of_handle(handle: Handle, values: "tuple[Any, ...]") -> None:
    """Remember what is in mutable parameters of the handle's span."""
    try:
        if not recorder.off and not handle.ended and not handle.muted:
            handle.kept = snapshot(handle.site, values)
    except RecursionError:
        trouble.recursion += 1
    except Exception as error:
        absorb(error)


def state(site: int, values: "tuple[Any, ...]") -> None:
    """Say what has changed in parameters of the site's span."""
    try:
        stream = recorder.here.stream
        index = -1 if recorder.off or stream is None else stream.find(site)
        if stream is None or index < 0 or len(stream.stack[index]) <= KEPT:
            return
        changed = changes(site, stream.stack[index][KEPT], values)
        if changed and stream.stack[index][SPAN] != UNRECORDED:
            now = clock.ticks()
            stream.unwind(index, now)
            stream.put(STATE, now, changed)
    except RecursionError:
        trouble.recursion += 1
    except Exception as error:
        absorb(error)


def state_of_handle(handle: Handle, values: "tuple[Any, ...]") -> None:
    """Say what has changed in parameters of the handle's span."""
    try:
        if recorder.off or handle.ended or handle.kept is None:
            return
        changed = changes(handle.site, handle.kept, values)
        if changed:
            recorder.stream().put(HSTATE, clock.ticks(), v(handle.number) + changed, of=handle)
    except RecursionError:
        trouble.recursion += 1
    except Exception as error:
        absorb(error)
