"""Types and shapes by their numbers: what the values of a segment leave to its definitions."""

from __future__ import annotations

from instrumenter.trace.wire import Damaged, text, varint


class Shapes:
    """The types and the fields of objects that one segment has defined so far."""

    def __init__(self) -> None:
        self._types: dict[int, str] = {}
        self._shapes: dict[int, tuple[int, tuple[str, ...]]] = {}

    def clear(self) -> None:
        """Forget everything, to read again."""
        self._types.clear()
        self._shapes.clear()

    def read_type(self, data: bytes, at: int) -> int:
        """Take a TYPE event, whose fields start at `at`; the place after it."""
        number, at = varint(data, at)
        self._types[number], at = text(data, at)
        return at

    def read_shape(self, data: bytes, at: int) -> int:
        """Take a SHAPE event."""
        number, at = varint(data, at)
        kind, at = varint(data, at)
        count, at = varint(data, at)
        names = []
        for _ in range(count):
            name, at = text(data, at)
            names.append(name)
        self._shapes[number] = kind, tuple(names)
        return at

    def type(self, number: int) -> str:
        """A type's name; raises `Damaged` where it is not defined."""
        found = self._types.get(number)
        if found is None:
            raise Damaged(f"an object of type {number}, which is not defined")
        return found

    def shape(self, number: int) -> tuple[str, tuple[str, ...]]:
        """A type's name and those of an object's fields; raises `Damaged` where they are not defined."""
        found = self._shapes.get(number)
        if found is None:
            raise Damaged(f"an object of shape {number}, which is not defined")
        return self.type(found[0]), found[1]
