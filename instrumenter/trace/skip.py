"""Finds where a value or an exception ends without building it: reading decodes only what is shown."""

from __future__ import annotations

from instrumenter.trace import ops
from instrumenter.trace.wire import Damaged, tail, varint

_NOTHING = frozenset((ops.TAG_NONE, ops.TAG_FALSE, ops.TAG_TRUE, ops.TAG_CYCLE, ops.TAG_NO_ROOM))
_FIXED = {ops.TAG_FLOAT: 8, ops.TAG_COMPLEX: 16, ops.TAG_CONSTANT: 1}
_TEXT_AFTER = {ops.TAG_STR: 0, ops.TAG_BYTES: 0, ops.TAG_DEEP: 0, ops.TAG_STR_CUT: 1, ops.TAG_BYTES_CUT: 1}
"""Tags whose payload is some varints and then a length with that many bytes."""
_TEXT_AFTER |= {ops.TAG_BYTEARRAY: 1}
_SEQUENCES = frozenset((ops.TAG_LIST, ops.TAG_TUPLE, ops.TAG_SET, ops.TAG_FROZENSET))
_EXCEPTIONS_DEEP = 12


def skip_varint(data: bytes, at: int) -> int:
    """The place after a varint."""
    while data[at] > 127:
        at += 1
    return at + 1


def skip_text(data: bytes, at: int) -> int:
    """The place after a length and its bytes."""
    size = data[at]
    at += 1
    if size > 127:
        size, at = tail(data, at, size)
    at += size
    if at > len(data):
        raise Damaged("a string longer than what is left")
    return at


def skip_values(data: bytes, at: int, count: int) -> int:
    """The place after `count` values.

    Values are written in prefix order, so one counter of what is still due does for any nesting; only the
    fields of an object without a shape, which alternate with names, need a stack of counters.
    """
    fields: list[tuple[int, int]] = []  # (values due outside the object, its fields still due)
    while True:
        while count:
            count -= 1
            tag = data[at]
            at += 1
            if tag == ops.TAG_INT:
                at = skip_varint(data, at)
            elif tag == ops.TAG_OBJECT:
                left, at = _object(data, at)
                fields.append((count, left))
                count = 0
            elif tag == ops.TAG_SHAPED:
                more, at = varint(data, skip_varint(data, skip_varint(data, at)))
                count += more
            elif tag not in _NOTHING:
                more, at = _payload(data, at, tag)
                count += more
        if not fields:
            return at
        count, left = fields.pop()
        if left:
            at = skip_text(data, at)
            fields.append((count, left - 1))
            count = 1


def _object(data: bytes, at: int) -> tuple[int, int]:
    """How many fields follow, and where."""
    at = skip_varint(data, skip_text(data, at))
    return varint(data, skip_varint(data, at))


def _payload(data: bytes, at: int, tag: int) -> tuple[int, int]:
    """How many values are due after the payload of `tag`, and the place where they start."""
    if tag in _TEXT_AFTER:
        for _ in range(_TEXT_AFTER[tag]):
            at = skip_varint(data, at)
        return 0, skip_text(data, at)
    if tag in _SEQUENCES:
        return varint(data, skip_varint(data, at))
    if tag in _FIXED:
        return 0, at + _FIXED[tag]
    if tag == ops.TAG_DICT:
        pairs, at = varint(data, skip_varint(data, at))
        return 2 * pairs, at
    return _rare(data, at, tag)


def _rare(data: bytes, at: int, tag: int) -> tuple[int, int]:
    if tag == ops.TAG_BIGINT:
        return 0, skip_text(data, skip_varint(data, at + 1))
    if tag == ops.TAG_NAMED:
        return 0, skip_text(data, at + 1)
    if tag == ops.TAG_RANGE:
        return 0, skip_varint(data, skip_varint(data, skip_varint(data, at)))
    if tag == ops.TAG_OF_TYPE:
        return 0, skip_varint(data, skip_varint(data, at))
    if tag == ops.TAG_RECEIVER:
        return 0, skip_varint(data, skip_text(data, at))
    if tag == ops.TAG_SUBCLASS:
        return 1, skip_text(data, at)
    if tag == ops.TAG_EXCEPTION:
        return varint(data, skip_varint(data, skip_text(data, at)))
    raise Damaged(f"a value of the unknown kind 0x{tag:02x}")


def skip_exception(data: bytes, at: int, depth: int = 0) -> int:
    """The place after an exception."""
    form = data[at]
    at += 1
    if form == 2:
        return _skip_frames(data, at)
    if form > 2 or depth > _EXCEPTIONS_DEEP:
        raise Damaged(f"an exception of the unknown form {form}" if form > 2 else "exceptions without end")
    at = skip_text(data, skip_text(data, at))
    if form == 0:
        at = skip_text(data, at)
    else:
        count, at = varint(data, skip_varint(data, at))
        at = skip_values(data, at, count)
    return _skip_rest(data, at, depth)


def _skip_rest(data: bytes, at: int, depth: int) -> int:
    at = _skip_frames(data, skip_varint(data, at))
    notes, at = varint(data, at)
    for _ in range(notes):
        at = skip_text(data, at)
    links = data[at]
    at += 1
    for bit in (ops.HAS_CAUSE, ops.HAS_CONTEXT):
        if links & bit:
            at = skip_exception(data, at, depth + 1)
    return skip_values(data, at, (links & ops.HAS_ATTRIBUTE != 0) + (links & ops.HAS_SUGGESTION != 0))


def _skip_frames(data: bytes, at: int) -> int:
    frames, at = varint(data, at)
    for _ in range(frames):
        at = skip_text(data, skip_varint(data, skip_text(data, at)))
    return at
