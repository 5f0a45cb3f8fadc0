"""The largest values that were passed or returned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nlargest

from instrumenter.analysis.columns import Columns
from instrumenter.analysis.wholeness import weight
from instrumenter.trace.values import Value

RESULT = "return"
_LEAST = 1000
"""What has less of everything is not big."""


@dataclass(frozen=True, slots=True)
class Big:
    """A value, where it was seen, and how many characters, bytes and items it had."""

    place: int
    name: str
    """The parameter, or `return`."""
    weight: int


def big_values(columns: Columns, most: int) -> list[Big]:
    """The largest values, of each parameter and result of a function one."""
    largest: dict[tuple[int, str], Big] = {}
    for place in range(len(columns)):
        if not columns.subject(place).is_function:
            continue
        for name, value in _values(columns, place):
            size, key = weight(value), (columns.kinds[place], name)
            if size >= _LEAST and (key not in largest or size > largest[key].weight):
                largest[key] = Big(place, name, size)
    return nlargest(most, largest.values(), key=lambda one: one.weight)


def value_of(columns: Columns, big: Big) -> Value:
    """The value itself."""
    return next(value for name, value in _values(columns, big.place) if name == big.name)


def _values(columns: Columns, place: int) -> Iterator[tuple[str, Value]]:
    span = columns.span(place)
    yield from span.params()
    yield from ((RESULT, value) for value in span.result())
