"""Events of imported runs, which the segment has as the JSON that they were exported as."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from instrumenter.trace import values
from instrumenter.trace.blocks import Outcome
from instrumenter.trace.changes import Difference
from instrumenter.trace.fromjson import value_from_json
from instrumenter.trace.text import value_text
from instrumenter.trace.values import Value

if TYPE_CHECKING:
    from instrumenter.trace.jsonable import Json

_STATES, _PARTS = {"before", "after"}, {"added", "changed", "removed", "length"}
_OUTCOMES = ("branch", "loop")


@dataclass(frozen=True, slots=True)
class Told:
    """What an event says."""

    values: tuple[tuple[str, Value], ...] = ()
    operator: str = ""
    changes: tuple[tuple[str, Difference], ...] = ()
    outcome: Outcome | None = None


def read_told(kind: str, line: int, content: str) -> Told:
    """What an event of this type says in its `values`; nothing where that cannot be read."""
    try:
        found = json.loads(content)
        return _told(kind, line, found) if isinstance(found, dict) else Told()
    except (ValueError, TypeError, KeyError, IndexError, RecursionError):
        return Told()


def _told(kind: str, line: int, found: dict[str, Json]) -> Told:
    if kind in _OUTCOMES:
        taken, turns = found.get("taken", ""), found.get("turns", 0)
        if not isinstance(taken, (str, int)) or not isinstance(turns, int):
            raise TypeError("this is no outcome")
        return Told(outcome=Outcome(kind, line, str(found["what"]), taken, turns))
    if kind == "state":
        return Told(changes=tuple((name, _difference(change)) for name, change in found.items()))
    operator = _operator(found)
    plain = {name: entry["operand"] if operator and isinstance(entry, dict) else entry for name, entry in found.items()}
    return Told(tuple((name, value_from_json(entry)) for name, entry in plain.items()), operator)


def _operator(found: dict[str, Json]) -> str:
    """That of an augmented assignment, which all its names have."""
    operators = {
        str(entry["operator"]) if isinstance(entry, dict) and entry.keys() == {"operator", "operand"} else ""
        for entry in found.values()
    }
    return operators.pop() if len(operators) == 1 else ""


def _difference(found: Json) -> Difference:
    if not isinstance(found, dict):
        raise TypeError("this is no change")
    if found.keys() == _STATES or not found.keys() <= _PARTS:
        return Difference(value_from_json(found.get("before")), value_from_json(found.get("after")))
    added, changed, removed = found.get("added"), found.get("changed"), found.get("removed")
    lengths = found.get("length")
    known = (int(str(lengths[0])), int(str(lengths[1]))) if isinstance(lengths, list) else None
    if isinstance(added, list) and isinstance(removed, list):
        set_ = values.Items("set", (), 0)
        return Difference(set_, set_, known, _members(added), (), _members(removed), keyed=False)
    if not isinstance(added, dict) or not isinstance(changed, dict) or not isinstance(removed, dict):
        raise TypeError("this is no change")
    # A list with other items has another length, a dict may have indices for keys.
    is_list = all(map(str.isdecimal, [*added, *changed, *removed])) and (known or not (added or removed))
    whole: Value = values.Items("list", (), 0) if is_list else values.Dict((), 0)
    pairs = tuple(
        (key, value_from_json(both[0]), value_from_json(both[1]))
        for key, both in changed.items()
        if isinstance(both, list)
    )
    return Difference(whole, whole, known, _keyed(added), pairs, _keyed(removed))


def _members(found: list[Json]) -> tuple[tuple[str, Value], ...]:
    return tuple((value_text(member), member) for member in map(value_from_json, found))


def _keyed(found: dict[str, Json]) -> tuple[tuple[str, Value], ...]:
    return tuple((key, value_from_json(entry)) for key, entry in found.items())
