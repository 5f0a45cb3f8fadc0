"""Finds where the whole events of a chunk end while somebody writes to it."""

from __future__ import annotations

from collections.abc import Callable

from instrumenter.trace import ops
from instrumenter.trace.skip import skip_exception, skip_values, skip_varint
from instrumenter.trace.wire import Damaged, varint

_FIELDS = {
    ops.OWNER: "vvv", ops.ENTER: "vv", ops.ENTER_UNDER: "vvv", ops.LEAVE: "v", ops.RETURN: "vx", ops.RAISE: "ve",
    ops.ERROR: "ve", ops.VALUE: "vx", ops.ARGS: "*x", ops.LOST: "v", ops.FLAG: "v", ops.INHERIT: "*vv",
    ops.LEFT_OUT: "v", ops.FORGET: "v", ops.RING: "v*vvvvv", ops.START: "vvv", ops.START_UNDER: "vvvv",
    ops.ASTART: "vvv", ops.ASTART_UNDER: "vvvv", ops.PAUSE: "vv", ops.RESUME: "vv", ops.END: "vv", ops.HERROR: "vve",
    ops.HVALUE: "vvx", ops.CLOSED: "vv", ops.HFLAG: "vv", ops.HLEFT_OUT: "vv", ops.AGAIN: "vvvvv",
    ops.CALL: "vvv", ops.CALL_UNDER: "vvvv", ops.OUT: "v", ops.CALL_FAIL: "v", ops.AWAIT: "vvv", ops.AWAITED: "vv",
    ops.AWAIT_FAIL: "vv", ops.LINE: "vv", ops.HLINE: "vvv", ops.VAR: "vv*x", ops.HVAR: "vvv*x", ops.STATE: "v*vxx",
    ops.HSTATE: "vv*vxx", ops.ADOPT: "va", ops.CHILD: "vvv",
}  # fmt: skip
"""The fields of each event of a thread: v a number, x a value, e an exception, a what the thread hangs below; * is how
often what follows stands there."""
_ADOPTIONS = ("", "vv", "v")


def whole_events(chunk: bytes) -> int:
    """Where the first event of a thread's chunk would go that is not whole, or not there."""
    at = end = 0
    try:
        while at < len(chunk) and chunk[at]:
            at = _fields(chunk, at + 1, _FIELDS[chunk[at]])
            end = at if at <= len(chunk) else end
    except (KeyError, IndexError, Damaged):
        pass
    return end


def _fields(chunk: bytes, at: int, fields: str) -> int:
    for place, field in enumerate(fields):
        if field == "*":
            count, at = varint(chunk, at)
            for _ in range(count):
                at = _fields(chunk, at, fields[place + 1 :])
            break
        at = _SKIP[field](chunk, at)
    return at


def _adoption(chunk: bytes, at: int) -> int:
    return _fields(chunk, at + 1, _ADOPTIONS[chunk[at]])


_SKIP: dict[str, Callable[[bytes, int], int]] = {
    "v": skip_varint,
    "x": lambda chunk, at: skip_values(chunk, at, 1),
    "e": skip_exception,
    "a": _adoption,
}
