"""Reads the rarer events of levels 3 to 5, as `handlers` reads the others: calls, awaits, lines, values, starts."""

from __future__ import annotations

from collections.abc import Callable

from instrumenter.trace import ops
from instrumenter.trace.collector import Collector, Stream
from instrumenter.trace.skip import skip_values
from instrumenter.trace.table import ENDED, FAILED, HERE, NO_PARENT
from instrumenter.trace.wire import Damaged, varint

Handler = Callable[[Collector, bytes, int, int, Stream], int]


def pass_time(chunk: bytes, p: int, stream: Stream) -> int:
    """Take the time that an event begins with; the place after it."""
    d, p = varint(chunk, p)
    stream.time += d
    return p


def _call_under(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
    number, p = stream.turn + base + p - 1, pass_time(chunk, p, stream)
    site, p = varint(chunk, p)
    callee, p = varint(chunk, p)
    handle, p = varint(chunk, p)
    spans.open_call(number, site, callee, spans.under(handle, stream), stream)
    return p


def _call_fail(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
    p = pass_time(chunk, p, stream)
    spans.top(stream, ENDED | FAILED)
    return p


def _await(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
    number, p = stream.turn + base + p - 1, pass_time(chunk, p, stream)
    site, p = varint(chunk, p)
    handle, p = varint(chunk, p)
    spans.open_await(number, site, handle, stream)
    return p


def _awaited(bits: int) -> Handler:
    def close(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
        p = pass_time(chunk, p, stream)
        handle, p = varint(chunk, p)
        spans.close_await(handle, bits, stream)
        return p

    return close


def _within_handle(values: bool) -> Handler:
    def happens(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
        number, p = base + p - 1, pass_time(chunk, p, stream)
        _, p = varint(chunk, p)
        handle, p = varint(chunk, p)
        if values:
            count, p = varint(chunk, p)
            p = skip_values(chunk, p, count)
        spans.event(spans.entry(handle), number, stream)
        return p

    return happens


def _changes(chunk: bytes, p: int) -> int:
    count, p = varint(chunk, p)
    for _ in range(count):
        _, p = varint(chunk, p)
        p = skip_values(chunk, p, 2)
    return p


def _state(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
    number, p = base + p - 1, pass_time(chunk, p, stream)
    p = _changes(chunk, p)
    spans.event(stream.stack[-1], number, stream)
    return p


def _hstate(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
    number, p = base + p - 1, pass_time(chunk, p, stream)
    handle, p = varint(chunk, p)
    p = _changes(chunk, p)
    spans.event(spans.entry(handle), number, stream)
    return p


def _adopt(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
    p = pass_time(chunk, p, stream)
    how = chunk[p]
    p += 1
    # Always a stand-in: an end too many must not end what is at the bottom.
    if how == 0:
        bottom = NO_PARENT
    elif how == 1:
        up, p = varint(chunk, p)
        number, p = varint(chunk, p)
        bottom = spans.reference(up or HERE, number)
    elif how == 2:
        handle, p = varint(chunk, p)
        bottom = spans.reference(0, handle)
    else:
        raise Damaged(f"an adoption of the unknown kind {how}")
    stream.stack[0] = bottom
    return p


def _child(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
    p = pass_time(chunk, p, stream)
    pid, p = varint(chunk, p)
    handle, p = varint(chunk, p)
    spans.table.children.append((pid, spans.under(handle, stream) if handle else stream.stack[-1]))
    return p


DETAILED: dict[int, Handler] = {
    ops.CALL_UNDER: _call_under,
    ops.CALL_FAIL: _call_fail,
    ops.AWAIT: _await,
    ops.AWAITED: _awaited(ENDED),
    ops.AWAIT_FAIL: _awaited(ENDED | FAILED),
    ops.HLINE: _within_handle(values=False),
    ops.HVAR: _within_handle(values=True),
    ops.STATE: _state,
    ops.HSTATE: _hstate,
    ops.ADOPT: _adopt,
    ops.CHILD: _child,
}
