"""Writes the building blocks of a segment: numbers, texts, values, exceptions (docs/segment-format.md)."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Sequence

from instrumenter.trace import ops, values
from instrumenter.trace.fromjson import value_from_json
from instrumenter.trace.jsonable import Json
from instrumenter.trace.values import Value

_SMALL = 1 << 63
_NAMED = {"function": 1, "class": 2, "module": 3, "builtin": 4, "method": 5}
_SEQUENCES = {"list": ops.TAG_LIST, "tuple": ops.TAG_TUPLE, "set": ops.TAG_SET, "frozenset": ops.TAG_FROZENSET}
_DEEPEST = 50
"""Deeper values become a mark: no reader goes deeper than 60."""
_CHAIN = 10
"""So many causes and contexts are kept."""
_FRAMES = re.compile(r"…\+([\d,]+) frames?")
_FAILURE = {"type", "message", "stack", "notes"}


def v(number: int) -> bytes:
    """An unsigned number; at most 10 bytes."""
    number = min(max(number, 0), (1 << 64) - 1)
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def z(number: int) -> bytes:
    """A signed number of 64 bits."""
    return v(number << 1 if number >= 0 else (-number << 1) - 1)


def text(content: str) -> bytes:
    """A length and UTF-8."""
    return raw(content.encode("utf-8", "surrogatepass"))


def raw(content: bytes) -> bytes:
    """A length and bytes."""
    return v(len(content)) + content


def json_value(found: Json) -> bytes:
    """A value from JSON as an export has it."""
    return value(value_from_json(found))


def value(found: Value, depth: int = 0) -> bytes:
    """A value."""
    if depth > _DEEPEST:
        return bytes([ops.TAG_DEEP]) + text("")
    match found:
        case None:
            return bytes([ops.TAG_NONE])
        case bool():
            return bytes([ops.TAG_TRUE if found else ops.TAG_FALSE])
        case int():
            return _int(found)
        case float():
            return bytes([ops.TAG_FLOAT]) + struct.pack("<d", found)
        case complex():
            return bytes([ops.TAG_COMPLEX]) + struct.pack("<dd", found.real, found.imag)
        case str():
            return bytes([ops.TAG_STR]) + text(found)
        case range():
            return bytes([ops.TAG_RANGE]) + z(found.start) + z(found.stop) + z(found.step)
        case values.Items():
            return bytes([_SEQUENCES[found.type]]) + _counted(found.total, found.items, depth)
        case values.Dict():
            pairs = b"".join(value(one, depth + 1) for pair in found.pairs for one in pair)
            return bytes([ops.TAG_DICT]) + v(found.total) + v(len(found.pairs)) + pairs
        case values.Object():
            return _object(found, depth)
        case values.Subclass():
            return bytes([ops.TAG_SUBCLASS]) + text(found.type) + value(found.value, depth + 1)
        case values.Raised():
            return bytes([ops.TAG_EXCEPTION]) + text(found.type) + _counted(found.total, found.args, depth)
        case _:
            return _plain(found)


def _plain(
    found: values.Text | values.Bytes | values.BigInt | values.Named | values.Constant | values.Cut,
) -> bytes:  # fmt: skip
    """A value without others in it."""
    match found:
        case values.Text():
            return bytes([ops.TAG_STR_CUT]) + v(found.total) + text(found.start)
        case values.Bytes():
            tag = ops.TAG_BYTEARRAY if found.type == "bytearray" else ops.TAG_BYTES_CUT
            return bytes([tag]) + v(found.total) + raw(found.start)
        case values.BigInt():
            high = found.high.to_bytes(max(found.size - found.missing, 0), "little")
            return bytes([ops.TAG_BIGINT, found.negative]) + v(found.size) + raw(high)
        case values.Named():
            return bytes([ops.TAG_NAMED, _NAMED.get(found.kind, 0)]) + text(found.name)
        case values.Constant():
            return bytes([ops.TAG_CONSTANT, 2 if found.name == "NotImplemented" else 1])
        case values.Cut():
            return bytes([ops.TAG_DEEP]) + text(found.type)


def _int(found: int) -> bytes:
    if -_SMALL <= found < _SMALL:
        return bytes([ops.TAG_INT]) + z(found)
    size = (abs(found).bit_length() + 7) // 8
    return bytes([ops.TAG_BIGINT, found < 0]) + v(size) + raw(abs(found).to_bytes(size, "little"))


def _counted(total: int, items: Sequence[Value], depth: int) -> bytes:
    return v(total) + v(len(items)) + b"".join(value(item, depth + 1) for item in items)


def _object(found: values.Object, depth: int) -> bytes:
    if not found.total:
        return bytes([ops.TAG_RECEIVER]) + text(found.type) + v(found.identity)
    fields = b"".join(text(name) + value(entry, depth + 1) for name, entry in found.fields)
    head = text(found.type) + v(found.identity) + v(found.total) + v(len(found.fields))
    return bytes([ops.TAG_OBJECT]) + head + fields


def failure(found: dict[str, Json], depth: int = 0) -> bytes:
    """An exception from JSON as an export has it."""
    frames, left_out = _frames(_dicts(found.get("stack")))
    notes = [str(note) for note in _list(found.get("notes"))]
    cause, context, suggestion = (found.get(key) for key in ("cause", "context", "suggestion"))
    links, linked = 0, b""
    if isinstance(cause, dict) and depth < _CHAIN:
        links, linked = ops.HAS_CAUSE, failure(cause, depth + 1)
    if isinstance(context, dict) and context.keys() >= _FAILURE:
        if depth < _CHAIN:
            links, linked = links | ops.HAS_CONTEXT, linked + failure(context, depth + 1)
    elif context is not None:
        links, linked = links | ops.HAS_ATTRIBUTE, linked + json_value(context)
    if suggestion is not None:
        links, linked = links | ops.HAS_SUGGESTION, linked + json_value(suggestion)
    said = text(str(found.get("type", ""))) + text(str(found.get("message", ""))) + text("")
    return b"".join((b"\0", said, v(left_out), frames, v(len(notes)), *map(text, notes), bytes([links]), linked))


def _frames(stack: Sequence[dict[str, Json]]) -> tuple[bytes, int]:
    """The frames, and how many are left out at the outer end."""
    left_out = 0
    if stack and stack[0].get("file") is None:
        marked = _FRAMES.fullmatch(str(stack[0].get("function")))
        left_out = int(marked[1].replace(",", "")) if marked else 0
        stack = stack[1:] if marked else stack
    pieces = (
        text(str(frame.get("file") or "")) + v(_whole(frame.get("line"))) + text(str(frame.get("function", "")))
        for frame in stack
    )
    return v(len(stack)) + b"".join(pieces), left_out


def _whole(found: Json) -> int:
    return found if isinstance(found, int) else 0


def _list(found: Json) -> list[Json]:
    return found if isinstance(found, list) else []


def _dicts(found: Json) -> list[dict[str, Json]]:
    return [entry for entry in _list(found) if isinstance(entry, dict)]


def event(found: dict[str, Json]) -> bytes:
    """An event of a span from JSON as an export has it."""
    content = json.dumps(found.get("values"), ensure_ascii=False)
    head = bytes([ops.TOLD]) + v(_whole(found.get("ns"))) + v(_whole(found.get("line")))
    return head + text(str(found.get("type", ""))) + text(content)
