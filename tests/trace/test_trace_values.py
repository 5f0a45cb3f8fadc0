from __future__ import annotations

import json
from typing import Any

import pytest
from segment_encoder import OfType, Shaped, string, v, value, z

from instrumenter.trace.jsonable import value_json
from instrumenter.trace.shapes import Shapes
from instrumenter.trace.skip import skip_values
from instrumenter.trace.text import value_text
from instrumenter.trace.value_reader import read_value

SHAPES = Shapes()
SHAPES.read_type(v(1) + string("app.User"), 0)
SHAPES.read_shape(v(300) + v(1) + v(3) + string("id") + string("name") + string("friend"), 0)
_CUT_LIST = b"\x0c" + v(1242) + v(2) + value(1) + value(2)
_OBJECT = b"\x11" + string("app.User") + v(255) + v(3) + v(1) + string("id") + value(7)
CASES: dict[str, tuple[bytes, str, Any]] = {
    "cut str": (b"\x08" + v(9000) + string("abc"), "'abc'…+8,997 characters", "abc…+8,997 characters"),
    "bytes": (value(b"\0a"), "b'\\x00a'", {"type": "bytes", "repr": "b'\\x00a'"}),
    "cut bytes": (
        b"\x0a" + v(8003) + v(3) + b"abc", "b'abc'…+8 kB", {"type": "bytes", "repr": "b'abc'…+8 kB"}
    ),
    "bytearray": (value(bytearray(b"x")), "bytearray(b'x')", {"type": "bytearray", "repr": "bytearray(b'x')"}),
    "cut list": (_CUT_LIST, "[1, 2, …+1,240 items]", [1, 2, "…+1,240 items"]),
    "tuple": (value((1,)), "(1,)", {"type": "tuple", "items": [1]}),
    "set": (value({1}), "{1}", {"type": "set", "items": [1]}),
    "empty set": (value(set()), "set()", {"type": "set", "items": []}),
    "frozenset": (value(frozenset([1])), "frozenset({1})", {"type": "frozenset", "items": [1]}),
    "dict with other keys": (value({1: 2}), "{1: 2}", {"type": "dict", "entries": [[1, 2]]}),
    "dict with a type": (value({"type": 2}), "{'type': 2}", {"type": "dict", "entries": [["type", 2]]}),
    "cut dict": (
        b"\x10" + v(3) + v(1) + value("k") + value(1), "{'k': 1, …+2 items}", {"k": 1, "…": "…+2 items"}
    ),
    "object": (
        _OBJECT, "User(id=7, …+2 fields)",
        {"type": "app.User", "id": "0xff", "fields": {"id": 7, "…": "…+2 fields"}},
    ),
    "receiver": (
        b"\x1a" + string("app.f.<locals>.User") + v(16), "<User>",
        {"type": "app.f.<locals>.User", "id": "0x10", "fields": {}},
    ),
    "object of a shape": (
        value(Shaped(300, (7, "Ann", OfType(1, 16)), 255)), "User(id=7, name='Ann', friend=<User>)",
        {
            "type": "app.User", "id": "0xff",
            "fields": {"id": 7, "name": "Ann", "friend": {"type": "app.User", "id": "0x10", "fields": {}}},
        },
    ),
    "cut object of a shape": (
        value(Shaped(300, (7,))), "User(id=7, …+2 fields)",
        {"type": "app.User", "id": "0x0", "fields": {"id": 7, "…": "…+2 fields"}},
    ),
    "receiver of a numbered type": (
        value(OfType(1, 16)), "<User>", {"type": "app.User", "id": "0x10", "fields": {}},
    ),
    "enum member": (
        b"\x11" + string("app.Color") + v(1) + v(2) + v(2) + string("_name_") + value("RED") + string("_value_")
        + value(2),
        "<Color.RED: 2>", {"type": "app.Color", "id": "0x1", "fields": {"_name_": "RED", "_value_": 2}},
    ),
    "class": (b"\x12\x02" + string("app.User"), "<class app.User>", {"type": "class", "name": "app.User"}),
    "cycle": (b"\x13", "<cycle>", "<cycle>"),
    "too deep": (b"\x14" + string("list"), "<list: depth>", {"type": "list", "cut": "<depth>"}),
    "no room": (b"\x19", "<no room>", "<no room>"),
    "ellipsis": (b"\x15\x01", "Ellipsis", {"type": "ellipsis", "repr": "Ellipsis"}),
    "range": (b"\x16" + z(0) + z(-9) + z(-3), "range(0, -9, -3)", {"type": "range", "repr": "range(0, -9, -3)"}),
    "subclass": (
        b"\x17" + string("app.Color") + value(2), "Color(2)", {"type": "app.Color", "value": 2}
    ),
    "exception": (
        b"\x18" + string("ValueError") + v(2) + v(1) + value("x"), "ValueError('x', …+1 value)",
        {"type": "ValueError", "args": ["x", "…+1 value"]},
    ),
    "cut int": (
        b"\x04\x01" + v(2000) + v(2) + b"\x34\x12", "-0x1234…+2 kB", {"type": "int", "repr": "-0x1234…+2 kB"}
    ),
    "very large int": (value(1 << 3000), hex(1 << 3000), hex(1 << 3000)),
    "complex": (value(1 + 2j), "(1+2j)", {"type": "complex", "repr": "(1+2j)"}),
    "nan": (value(float("nan")), "nan", "NaN"),
    "infinity": (value(float("-inf")), "-inf", "-Infinity"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_value_is_spelled_and_exported_with_its_cuts(case: str) -> None:
    data, spelled, exported = CASES[case]
    read, end = read_value(data, 0, SHAPES)
    assert end == skip_values(data, 0, 1) == len(data)
    assert value_text(read) == spelled
    assert value_json(read) == exported
    json.dumps(value_json(read), allow_nan=False)


def test_values_nested_without_end_are_skipped_without_recursion() -> None:
    data = b"\x0c\x01\x01" * 100_000 + b"\x00"
    assert skip_values(data, 0, 1) == len(data)


def test_fields_of_objects_are_skipped() -> None:
    inner = b"\x11" + string("B") + v(1) + v(1) + v(1) + string("c") + value([1, 2])
    data = b"\x0d\x02\x02" + b"\x11" + string("A") + v(0) + v(2) + v(2) + string("x") + inner + string("y") + value("s")
    assert skip_values(data + value(5), 0, 1) == len(data + value(5))
