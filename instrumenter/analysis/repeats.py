"""Calls that were made again with equal arguments and gave the same result: what a cache would have saved."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

from instrumenter.analysis.columns import Columns
from instrumenter.analysis.wholeness import is_whole

_CACHEABLE = ("function", "coroutine")


@dataclass(slots=True)
class Repeat:
    """One function's calls with the same arguments."""

    places: array[int] = field(default_factory=lambda: array("i"))
    result: bytes = b""
    same: bool = True
    """Whether all gave the same result, and none failed."""
    saved_ns: int = 0
    """What the calls after the first took, those within one another counted once."""


def repeats(columns: Columns) -> tuple[list[Repeat], int]:
    """What was repeated, what would have saved most first; and what a cache for all of it would have saved, in ns."""
    groups: dict[tuple[int, int, bytes], Repeat] = {}
    for place in range(len(columns)):
        if columns.subject(place).kind in _CACHEABLE:
            _note(columns, place, groups)
    found = [one for one in groups.values() if len(one.places) > 1 and one.same and _tellable(columns, one)]
    for one in found:
        one.saved_ns = _without_nested(columns, one.places[1:])
    again = sorted(place for one in found for place in one.places[1:])
    found = sorted((one for one in found if one.saved_ns), key=lambda one: -one.saved_ns)
    return found, _without_nested(columns, array("i", again))


def _note(columns: Columns, place: int, groups: dict[tuple[int, int, bytes], Repeat]) -> None:
    span = columns.span(place)
    result = span.raw_result()
    if not result and not span.failed:
        return
    key = columns.kinds[place], columns.origins[place], span.raw_params()
    one = groups.setdefault(key, Repeat(result=result))
    one.places.append(place)
    one.same &= result == one.result and not span.failed


def _tellable(columns: Columns, repeat: Repeat) -> bool:
    """Whether equal bytes are equal values, nothing having been cut; and whether there is a result to keep."""
    span = columns.span(repeat.places[0])
    result = span.result()
    if not result or result[0] is None or not is_whole(result[0]):
        return False
    params = span.params()
    return len(params) == len(span.function.params) and all(is_whole(value) for _, value in params)


def _without_nested(columns: Columns, places: array[int]) -> int:
    """What these took together; what lies within another one of them does not count again."""
    total = until = 0
    for place in places:
        if place >= until:
            total += columns.duration(place)
            until = columns.after[place]
    return total
