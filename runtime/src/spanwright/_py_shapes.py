"""Types and the names of their objects' fields: described once in each segment, then meant by numbers.

Nothing of the program is kept but strings. Numbers go on in a forked process; definitions belong to the segment.
"""

from itertools import count, islice

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_limits import limits
from ._py_recorder import recorder
from ._py_redact import redaction
from ._py_reflect import instance_dict, slots
from ._py_wire import SHAPE, TYPE, text, v

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MOST_TYPES = 4_096
MOST_SHAPES = 4_096
SHAPES_OF_TYPE = 8
MOST_FIELDS = 32
LONGEST_FIELD = 64


class Definition:
    """What has a number, and the event that says what the number means."""

    __slots__ = ("event", "generation", "number")

    def __init__(self, op: int, number: int, what: bytes) -> None:
        self.number = v(number)
        self.event = bytes((op,)) + self.number + what
        self.generation = -1  # of the segment that has the definition

    def define(self) -> None:
        """See to it that the process's segment has the definition."""
        level = recorder.level
        if self.generation != level:
            recorder.define_numbered(self.event)
            self.generation = level


class Type(Definition):
    """All types of one name."""

    __slots__ = ("shapes",)

    def __init__(self, number: int, name: bytes) -> None:
        super().__init__(TYPE, number, name)
        self.shapes = 0  # how many there are


class Shape(Definition):
    """The fields of some objects of a type; `kinds` tells what their names speak of."""

    __slots__ = ("kinds", "type")

    def __init__(self, number: int, owner: Type, names: "tuple[str, ...]") -> None:
        super().__init__(SHAPE, number, owner.number + v(len(names)) + b"".join(map(text, names)))
        self.type = owner
        self.kinds = tuple(map(redaction.kind_of_key, names))


_types: "dict[bytes, Type]" = {}
_shapes: "dict[tuple[bytes, tuple[str, ...]], Shape]" = {}
_type_numbers = count(1)
_shape_numbers = count(1)


def reference(name: bytes) -> bytes:
    """Give what an object by reference begins with, `name` being its type's."""
    known = _type(name)
    if known is None:
        return b"\x1a" + name
    known.define()
    return b"\x1b" + known.number


def fields_of(value: object) -> "tuple[int, list[tuple[Any, Any]]]":
    """Give how many fields an object has, and the first of them with their names."""
    own = instance_dict(value)
    total = 0 if own is None else dict.__len__(own)
    kept = [] if own is None else list(islice(dict.items(own), limits.items))
    for field in slots(value):
        total += 1
        if len(kept) < limits.items:
            kept.append(field)
    return total, kept


def shape_of(name: bytes, fields: "list[tuple[Any, Any]]") -> "Shape | None":
    """Give the shape of an object with these fields, `name` being its type's; None where it has none."""
    if len(fields) > MOST_FIELDS:
        return None
    for field in fields:
        # Before anything is looked up: a name of another type has code of its own for that.
        if type(field[0]) is not str or len(field[0]) > LONGEST_FIELD or not field[0].isascii():
            return None
    names = tuple(field[0] for field in fields)
    shape = _shapes.get((name, names)) or _new_shape(name, names)
    if shape is not None:
        shape.type.define()
        shape.define()
    return shape


def _type(name: bytes) -> "Type | None":
    known = _types.get(name)
    if known is None and len(_types) < MOST_TYPES:
        known = _types.setdefault(name, Type(next(_type_numbers), name))
    return known


def _new_shape(name: bytes, names: "tuple[str, ...]") -> "Shape | None":
    if len(_shapes) >= MOST_SHAPES:
        return None
    owner = _type(name)
    if owner is None or owner.shapes >= SHAPES_OF_TYPE:
        return None
    shape = _shapes.setdefault((name, names), Shape(next(_shape_numbers), owner, names))
    owner.shapes += 1
    return shape
