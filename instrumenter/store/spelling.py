"""Spells captured values as JSON straight from a segment's bytes, without building them first: there are millions.

What comes out is what `jsonable.value_json` makes of a value. The common kinds are spelled here, the rest there.
"""

from __future__ import annotations

import json
import re
from json.encoder import encode_basestring
from math import isfinite
from struct import Struct

from instrumenter.trace import ops
from instrumenter.trace.jsonable import Json, value_json
from instrumenter.trace.shapes import Shapes
from instrumenter.trace.text import REST, more
from instrumenter.trace.value_reader import read_value
from instrumenter.trace.wire import Damaged, signed, varint

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False).encode
_SURROGATE = re.compile("[\ud800-\udfff]")
_READY = {
    ops.TAG_NONE: "null", ops.TAG_FALSE: "false", ops.TAG_TRUE: "true", ops.TAG_CYCLE: '"<cycle>"',
    ops.TAG_NO_ROOM: '"<no room>"',
}  # fmt: skip
_SEQUENCES = {ops.TAG_TUPLE: "tuple", ops.TAG_SET: "set", ops.TAG_FROZENSET: "frozenset"}
_RESERVED = ('"type"', f'"{REST}"')
_FLOAT = Struct("<d")
_DEPTH = 60


def dump(value: Json) -> str:
    """JSON text that any database takes: half a surrogate pair becomes the text of its escape."""
    text = _encode(value)
    return text if _is_unicode(text) else _SURROGATE.sub(lambda found: f"\\\\u{ord(found[0]):x}", text)


def plain(text: str) -> str:
    """A text that any database takes."""
    return text if _is_unicode(text) else text.encode("utf-8", "backslashreplace").decode()


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def spell(data: bytes, at: int, shapes: Shapes, depth: int = 0) -> tuple[str, int]:
    """The value at `at` as JSON, and the place after it; raises `Damaged` or `IndexError`."""
    tag = data[at]
    if tag == ops.TAG_INT:
        number, at = signed(data, at + 1)
        return str(number), at
    if tag == ops.TAG_STR:
        return _text(data, at, shapes)
    if tag in _READY:
        return _READY[tag], at + 1
    if depth > _DEPTH:
        raise Damaged("values without end")
    if tag == ops.TAG_SHAPED:
        return _shaped(data, at + 1, shapes, depth)
    if tag == ops.TAG_OF_TYPE:
        number, at = varint(data, at + 1)
        identity, at = varint(data, at)
        return f'{{"type": {dump(shapes.type(number))}, "id": "0x{identity:x}", "fields": {{}}}}', at
    if tag == ops.TAG_LIST:
        return _items(data, at + 1, shapes, depth)
    if tag in _SEQUENCES:
        items, at = _items(data, at + 1, shapes, depth)
        return f'{{"type": "{_SEQUENCES[tag]}", "items": {items}}}', at
    if tag == ops.TAG_DICT:
        return _dict(data, at, shapes, depth)
    if tag == ops.TAG_FLOAT and at + 9 <= len(data):
        (found,) = _FLOAT.unpack_from(data, at + 1)
        if isfinite(found):
            return repr(found), at + 9
    return _rare(data, at, shapes, depth)


def _rare(data: bytes, at: int, shapes: Shapes, depth: int) -> tuple[str, int]:
    value, end = read_value(data, at, shapes, depth)
    return dump(value_json(value)), end


def _text(data: bytes, at: int, shapes: Shapes) -> tuple[str, int]:
    size, start = varint(data, at + 1)
    end = start + size
    if end > len(data):
        raise Damaged("a string longer than what is left")
    try:
        return encode_basestring(data[start:end].decode()), end
    except UnicodeDecodeError:
        return _rare(data, at, shapes, 0)


def _rest(total: int, shown: int, noun: str) -> list[str]:
    """What a container says at its end, where it was cut."""
    return [f'"{more(total, shown, noun)}"'] if total > shown else []


def _items(data: bytes, at: int, shapes: Shapes, depth: int) -> tuple[str, int]:
    total, at = varint(data, at)
    count, at = varint(data, at)
    found = []
    for _ in range(count):
        text, at = spell(data, at, shapes, depth + 1)
        found.append(text)
    return f"[{', '.join(found + _rest(total, count, 'item'))}]", at


def _dict(data: bytes, start: int, shapes: Shapes, depth: int) -> tuple[str, int]:
    total, at = varint(data, start + 1)
    count, at = varint(data, at)
    found: dict[str, str] = {}
    for _ in range(count):
        if data[at] != ops.TAG_STR:
            return _rare(data, start, shapes, depth)
        key, at = _text(data, at, shapes)
        found[key], at = spell(data, at, shapes, depth + 1)
    if len(found) < count or any(key in found for key in _RESERVED):
        return _rare(data, start, shapes, depth)
    return _object(found, _rest(total, count, "item")), at


def _object(found: dict[str, str], rest: list[str]) -> str:
    pairs = [f"{key}: {text}" for key, text in found.items()] + [f'"{REST}": {said}' for said in rest]
    return f"{{{', '.join(pairs)}}}"


def _shaped(data: bytes, at: int, shapes: Shapes, depth: int) -> tuple[str, int]:
    number, at = varint(data, at)
    kind, names = shapes.shape(number)
    identity, at = varint(data, at)
    count, at = varint(data, at)
    if count > len(names):
        raise Damaged("an object with more values than fields")
    found: dict[str, str] = {}
    for name in names[:count]:
        found[dump(name)], at = spell(data, at, shapes, depth + 1)
    fields = _object(found, _rest(len(names), count, "field"))
    return f'{{"type": {dump(kind)}, "id": "0x{identity:x}", "fields": {fields}}}', at
