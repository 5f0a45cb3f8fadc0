"""The items of what is captured: how many there are, and the first of them, as long as there is room.

An adder takes a capture and the items that are kept, adds them one by one, and says how many it has added. Small ints
are added on the spot: a call for each item would cost more than the item.
"""

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_redact import redaction
from ._py_reflect import is_a
from ._py_scalars import CONSTANTS, NO_ROOM, SMALL
from ._py_wire import text, v

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from ._py_values import Capture

    Adder = Callable[[Capture, Sequence[Any]], int]


def counted(capture: "Capture", total: int, kept: "Sequence[Any]", add: "Adder", most: "int | None" = None) -> None:
    """Add how many items there are, how many follow (`most` where fewer are kept), and those, if there is room."""
    capture.out += v(total)
    follow(capture, kept, add, len(kept) if most is None else most)


def follow(capture: "Capture", kept: "Sequence[Any]", add: "Adder", most: int) -> None:
    """Add how many items follow, and those, if there is room."""
    out = capture.out
    place = len(out)
    out += v(most)
    count = add(capture, kept)
    if count < most:
        out[place : place + len(v(most))] = _as_long(count, most)


def _as_long(count: int, kept: int) -> bytes:
    """Code a count in as many bytes as the greater one takes."""
    return v(count) if kept < 0x80 else bytes((count & 0x7F | 0x80, count >> 7))


def each(add_one: "Callable[[Any], None]") -> "Adder":
    """Make an adder of what adds one item."""

    def add(capture: "Capture", kept: "Sequence[Any]") -> int:
        count = 0
        for item in kept:
            if capture.spent():
                break
            add_one(item)
            count += 1
        return count

    return add


def values(capture: "Capture", kept: "Sequence[Any]") -> int:
    """Add values."""
    out, end, count = capture.out, capture.end, 0
    for item in kept:
        if len(out) >= end:
            break
        if type(item) is int and -128 <= item < 1_024:
            out += SMALL[item]
        else:
            capture.nested(item)
        count += 1
    return count


def row(capture: "Capture", kept: "Sequence[Any]") -> int:
    """Add values of which each may tell what the next one is, as the options of a command do."""
    out, end, count = capture.out, capture.end, 0
    before: object = None
    for item in kept:
        if len(out) >= end:
            break
        if type(item) is int and -128 <= item < 1_024:
            out += SMALL[item]
        elif type(before) is str and len(before) > 1 and before[0] == "-" and _is_text(item):
            capture.nested_as(redaction.kind_of_key(before), item)
        else:
            capture.nested(item)
        before = item
        count += 1
    return count


def pair(capture: "Capture", kept: "Sequence[Any]") -> int:
    """Add two values of which the first may be the name of the second, as in headers."""
    kinds = [0, redaction.kind_of_key(kept[0])] if len(kept) == 2 and _is_text(kept[1]) else [0] * len(kept)
    return named(capture, list(zip(kinds, kept)))  # noqa: B905, of one length


def _is_text(item: object) -> bool:
    cls = type(item)
    return is_a(cls, str) or is_a(cls, bytes)


def named(capture: "Capture", kept: "Sequence[tuple[int, Any]]") -> int:
    """Add values under names, of which the kinds are given."""
    count = 0
    for kind, item in kept:
        if capture.spent():
            break
        capture.nested_as(kind, item)
        count += 1
    return count


def pairs(capture: "Capture", kept: "Sequence[tuple[Any, Any]]") -> int:
    """Add the keys and values of a mapping."""
    out, end, count = capture.out, capture.end, 0
    for key, item in kept:
        if len(out) >= end:
            break
        kind = 0
        if type(key) is int and -128 <= key < 1_024:
            out += SMALL[key]
        else:
            capture.nested(key)
            kind = redaction.kind_of_key(key)
        constant = CONSTANTS.get(id(item))  # which no name hides
        if len(out) >= end:
            out += NO_ROOM
        elif constant is not None:
            out += constant
        elif kind == 0 and type(item) is int and -128 <= item < 1_024:
            out += SMALL[item]
        else:
            capture.nested_as(kind, item)
        count += 1
    return count


def fields(capture: "Capture", kept: "Sequence[tuple[Any, Any]]") -> int:
    """Add names of fields and their values."""
    count = 0
    for name, item in kept:
        if capture.spent():
            break
        capture.out += text(name) if is_a(type(name), str) else b"\x01?"
        capture.nested_as(redaction.kind_of_key(name), item)
        count += 1
    return count
