"""Reads the rarer events, one function each: (collector, chunk, place after the opcode, the chunk's place in the
file, stream) -> place after the event. They end spans only after the event was read whole.
"""

from __future__ import annotations

from instrumenter.trace import ops
from instrumenter.trace.collector import Collector, Stream
from instrumenter.trace.detailed import DETAILED, Handler, pass_time
from instrumenter.trace.rings import again
from instrumenter.trace.skip import skip_values
from instrumenter.trace.table import CLOSED, ENDED, FAILED, LOST
from instrumenter.trace.wire import varint


def _enter_under(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
    number, p = stream.turn + base + p - 1, pass_time(chunk, p, stream)
    site, p = varint(chunk, p)
    handle, p = varint(chunk, p)
    stream.stack.append(spans.open_under(number, site, handle, stream))
    return p


def _opens(generator: bool, under: bool) -> Handler:
    def start(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
        number, p = stream.turn + base + p - 1, pass_time(chunk, p, stream)
        site, p = varint(chunk, p)
        handle, p = varint(chunk, p)
        if under:
            above, p = varint(chunk, p)
            index = spans.open_under(number, site, above, stream)
        else:
            index = spans.open(number, site, stream.stack[-1], stream)
        spans.table.handles[handle] = 2 * index + generator
        if generator:
            stream.stack.append(index)
        elif under and spans.table.parents[index] == index - 1:
            spans.at_once(index - 1, index)
        return p

    return start


def _raise(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
    number, p = base + p - 1, pass_time(chunk, p, stream)
    p = spans.record(chunk, p, base, stream)
    spans.top(stream, ENDED | FAILED, number)
    return p


def _error(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
    number, p = base + p - 1, pass_time(chunk, p, stream)
    p = spans.record(chunk, p, base, stream)
    spans.top(stream, FAILED, number)
    return p


def _value(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
    number, p = base + p - 1, pass_time(chunk, p, stream)
    p = skip_values(chunk, p, 1)
    spans.top(stream, 0, number)
    return p


def _lost(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
    p = pass_time(chunk, p, stream)
    spans.top(stream, ENDED | LOST)
    return p


def _flag(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
    number, p = base + p - 1, pass_time(chunk, p, stream)
    spans.top(stream, FAILED, number)
    return p


def _inherit(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
    count, p = varint(chunk, p)
    for _ in range(count):
        up, p = varint(chunk, p)
        number, p = varint(chunk, p)
        stream.stack.append(spans.reference(max(up, 1), number))
    return p


def _left_out(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
    count, p = varint(chunk, p)
    if stream.stack[-1] >= 0:
        spans.table.leave_out(stream.stack[-1], count)
    return p


def _hleft_out(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
    handle, p = varint(chunk, p)
    count, p = varint(chunk, p)
    spans.left_out.append((handle, count))
    return p


def _forget(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
    number, p = varint(chunk, p)
    spans.forgotten.append(number)
    return p


def _leave_stack(spans: Collector, handle: int, stream: Stream) -> None:
    row = spans.table.handles.get(handle)
    if row is None:
        spans.guessed.add(handle)
    elif not row & 1:
        return
    entry, stack = spans.entry(handle), stream.stack
    for at in range(len(stack) - 1, 0, -1):
        if stack[at] == entry:
            del stack[at]
            return


def _pause(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
    number, p = base + p - 1, pass_time(chunk, p, stream)
    handle, p = varint(chunk, p)
    _leave_stack(spans, handle, stream)
    spans.pause(handle, number, stream)
    return p


def _resume(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
    number, p = base + p - 1, pass_time(chunk, p, stream)
    handle, p = varint(chunk, p)
    row = spans.table.handles.get(handle)
    if row is None:
        spans.guessed.add(handle)
        row = spans.inherited.get(handle, 1)
    elif not row & 1:
        spans.at_once(len(spans.table) - 1, row >> 1)
    if row & 1:
        stream.stack.append(spans.entry(handle))
    spans.resume(handle, number, stream)
    return p


def _end(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
    p = pass_time(chunk, p, stream)
    handle, p = varint(chunk, p)
    if handle in spans.awaits:
        spans.close_await(handle, ENDED | LOST, stream)
    spans.mark(handle, stream, ENDED)
    _leave_stack(spans, handle, stream)
    return p


def _herror(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
    number, p = base + p - 1, pass_time(chunk, p, stream)
    handle, p = varint(chunk, p)
    p = spans.record(chunk, p, base, stream)
    spans.mark(handle, stream, FAILED, number)
    return p


def _hvalue(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
    number, p = base + p - 1, pass_time(chunk, p, stream)
    handle, p = varint(chunk, p)
    p = skip_values(chunk, p, 1)
    spans.mark(handle, stream, 0, number)
    return p


def _hmark(bits: int) -> Handler:
    def mark(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
        number, p = base + p - 1, pass_time(chunk, p, stream)
        handle, p = varint(chunk, p)
        spans.mark(handle, stream, bits, number)
        return p

    return mark


def _file(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
    return spans.definitions.read_file(chunk, p)


def _thread(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
    return spans.definitions.read_thread(chunk, p)


def _callee(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
    return spans.definitions.read_callee(chunk, p)


def _type(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
    return spans.definitions.shapes.read_type(chunk, p)


def _shape(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
    return spans.definitions.shapes.read_shape(chunk, p)


def _switch(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
    return spans.definitions.read_switch(chunk, p)


def _note(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
    return spans.definitions.read_note(chunk, p)


HANDLERS: dict[int, Handler] = {
    ops.ENTER_UNDER: _enter_under,
    ops.RAISE: _raise,
    ops.ERROR: _error,
    ops.VALUE: _value,
    ops.LOST: _lost,
    ops.FLAG: _flag,
    ops.INHERIT: _inherit,
    ops.LEFT_OUT: _left_out,
    ops.FORGET: _forget,
    ops.START: _opens(generator=True, under=False),
    ops.START_UNDER: _opens(generator=True, under=True),
    ops.ASTART: _opens(generator=False, under=False),
    ops.ASTART_UNDER: _opens(generator=False, under=True),
    ops.PAUSE: _pause,
    ops.RESUME: _resume,
    ops.END: _end,
    ops.HERROR: _herror,
    ops.HVALUE: _hvalue,
    ops.CLOSED: _hmark(CLOSED),
    ops.HFLAG: _hmark(FAILED),
    ops.HLEFT_OUT: _hleft_out,
    ops.AGAIN: again,
    ops.FILE: _file,
    ops.THREAD: _thread,
    ops.NOTE: _note,
    ops.CALLEE: _callee,
    ops.TYPE: _type,
    ops.SHAPE: _shape,
    ops.SWITCH: _switch,
    **DETAILED,
}
