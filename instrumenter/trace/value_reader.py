"""Reads captured values out of a segment; `values` says what they are."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TypeAlias

from instrumenter.trace import ops
from instrumenter.trace.shapes import Shapes
from instrumenter.trace.values import (
    CYCLE,
    NO_ROOM,
    BigInt,
    Bytes,
    Constant,
    Cut,
    Dict,
    Items,
    Named,
    Object,
    Raised,
    Subclass,
    Text,
    Value,
)
from instrumenter.trace.wire import Damaged, raw, signed, text, varint

_DEPTH = 60
"""Deeper than any writer goes; what is deeper is damage."""
_KINDS = {1: "function", 2: "class", 3: "module", 4: "builtin", 5: "method"}
_SEQUENCES = {ops.TAG_LIST: "list", ops.TAG_TUPLE: "tuple", ops.TAG_SET: "set", ops.TAG_FROZENSET: "frozenset"}
_READY: dict[int, Value] = {
    ops.TAG_NONE: None, ops.TAG_FALSE: False, ops.TAG_TRUE: True, ops.TAG_CYCLE: CYCLE, ops.TAG_NO_ROOM: NO_ROOM,
}  # fmt: skip


def read_value(data: bytes, at: int, shapes: Shapes, depth: int = 0) -> tuple[Value, int]:
    """The value at `at` and the place after it; raises `Damaged` or `IndexError`."""
    tag = data[at]
    at += 1
    if tag in _READY:
        return _READY[tag], at
    if tag == ops.TAG_INT:
        return signed(data, at)
    if tag == ops.TAG_STR:
        return text(data, at)
    reader = _READERS.get(tag)
    if reader is None or depth > _DEPTH:
        raise Damaged(f"a value of the unknown kind 0x{tag:02x}" if reader is None else "values without end")
    return reader(data, at, shapes, depth)


def read_values(data: bytes, at: int, count: int, shapes: Shapes, depth: int = 0) -> tuple[tuple[Value, ...], int]:
    """So many values, one after another."""
    found = []
    for _ in range(count):
        value, at = read_value(data, at, shapes, depth)
        found.append(value)
    return tuple(found), at


def _fixed(form: str, build: Callable[..., Value]) -> _Reader:
    layout = struct.Struct(form)

    def read(data: bytes, at: int, shapes: Shapes, depth: int) -> tuple[Value, int]:
        if at + layout.size > len(data):
            raise Damaged("a number that is cut")
        return build(*layout.unpack(data[at : at + layout.size])), at + layout.size

    return read


def _cut_text(data: bytes, at: int, shapes: Shapes, depth: int) -> tuple[Value, int]:
    total, at = varint(data, at)
    start, at = text(data, at)
    return Text(start, total), at


def _whole_bytes(data: bytes, at: int, shapes: Shapes, depth: int) -> tuple[Value, int]:
    content, at = raw(data, at)
    return Bytes("bytes", content, len(content)), at


def _bytes(kind: str) -> _Reader:
    def read(data: bytes, at: int, shapes: Shapes, depth: int) -> tuple[Value, int]:
        total, at = varint(data, at)
        content, at = raw(data, at)
        return Bytes(kind, content, total), at

    return read


def _large_int(data: bytes, at: int, shapes: Shapes, depth: int) -> tuple[Value, int]:
    negative = data[at] != 0
    size, at = varint(data, at + 1)
    content, at = raw(data, at)
    high = int.from_bytes(content, "little")
    if len(content) >= size:
        return -high if negative else high, at
    return BigInt(negative, high, size, size - len(content)), at


def _sequence(kind: str) -> _Reader:
    def read(data: bytes, at: int, shapes: Shapes, depth: int) -> tuple[Value, int]:
        total, at = varint(data, at)
        count, at = varint(data, at)
        items, at = read_values(data, at, count, shapes, depth + 1)
        return Items(kind, items, total), at

    return read


def _dict(data: bytes, at: int, shapes: Shapes, depth: int) -> tuple[Value, int]:
    total, at = varint(data, at)
    count, at = varint(data, at)
    flat, at = read_values(data, at, 2 * count, shapes, depth + 1)
    return Dict(tuple(zip(flat[::2], flat[1::2], strict=True)), total), at


def _object(data: bytes, at: int, shapes: Shapes, depth: int) -> tuple[Value, int]:
    kind, at = text(data, at)
    identity, at = varint(data, at)
    total, at = varint(data, at)
    count, at = varint(data, at)
    fields = []
    for _ in range(count):
        name, at = text(data, at)
        value, at = read_value(data, at, shapes, depth + 1)
        fields.append((name, value))
    return Object(kind, identity, tuple(fields), total), at


def _shaped(data: bytes, at: int, shapes: Shapes, depth: int) -> tuple[Value, int]:
    number, at = varint(data, at)
    kind, names = shapes.shape(number)
    identity, at = varint(data, at)
    count, at = varint(data, at)
    if count > len(names):
        raise Damaged("an object with more values than fields")
    found, at = read_values(data, at, count, shapes, depth + 1)
    return Object(kind, identity, tuple(zip(names, found, strict=False)), len(names)), at


def _of_type(data: bytes, at: int, shapes: Shapes, depth: int) -> tuple[Value, int]:
    number, at = varint(data, at)
    identity, at = varint(data, at)
    return Object(shapes.type(number), identity), at


def _receiver(data: bytes, at: int, shapes: Shapes, depth: int) -> tuple[Value, int]:
    kind, at = text(data, at)
    identity, at = varint(data, at)
    return Object(kind, identity), at


def _named(data: bytes, at: int, shapes: Shapes, depth: int) -> tuple[Value, int]:
    kind = _KINDS.get(data[at], "object")
    name, at = text(data, at + 1)
    return Named(kind, name), at


def _deep(data: bytes, at: int, shapes: Shapes, depth: int) -> tuple[Value, int]:
    kind, at = text(data, at)
    return Cut("<depth>", kind), at


def _constant(data: bytes, at: int, shapes: Shapes, depth: int) -> tuple[Value, int]:
    return Constant("NotImplemented" if data[at] == 2 else "Ellipsis"), at + 1


def _range(data: bytes, at: int, shapes: Shapes, depth: int) -> tuple[Value, int]:
    start, at = signed(data, at)
    stop, at = signed(data, at)
    step, at = signed(data, at)
    return range(start, stop, step or 1), at


def _subclass(data: bytes, at: int, shapes: Shapes, depth: int) -> tuple[Value, int]:
    kind, at = text(data, at)
    value, at = read_value(data, at, shapes, depth + 1)
    return Subclass(kind, value), at


def _exception(data: bytes, at: int, shapes: Shapes, depth: int) -> tuple[Value, int]:
    kind, at = text(data, at)
    total, at = varint(data, at)
    count, at = varint(data, at)
    args, at = read_values(data, at, count, shapes, depth + 1)
    return Raised(kind, args, total), at


_Reader: TypeAlias = Callable[[bytes, int, Shapes, int], tuple[Value, int]]
_READERS: dict[int, _Reader] = {
    ops.TAG_BIGINT: _large_int,
    ops.TAG_FLOAT: _fixed("<d", float),
    ops.TAG_COMPLEX: _fixed("<dd", complex),
    ops.TAG_STR_CUT: _cut_text,
    ops.TAG_BYTES: _whole_bytes,
    ops.TAG_BYTES_CUT: _bytes("bytes"),
    ops.TAG_BYTEARRAY: _bytes("bytearray"),
    **{tag: _sequence(kind) for tag, kind in _SEQUENCES.items()},
    ops.TAG_DICT: _dict,
    ops.TAG_OBJECT: _object,
    ops.TAG_NAMED: _named,
    ops.TAG_DEEP: _deep,
    ops.TAG_CONSTANT: _constant,
    ops.TAG_RANGE: _range,
    ops.TAG_SUBCLASS: _subclass,
    ops.TAG_EXCEPTION: _exception,
    ops.TAG_RECEIVER: _receiver,
    ops.TAG_OF_TYPE: _of_type,
    ops.TAG_SHAPED: _shaped,
}
