"""Many calls, one after another, that each fetch one thing, where one call could have fetched all: N+1 patterns."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from itertools import pairwise

from instrumenter.analysis.columns import Columns
from instrumenter.trace.text import value_text

LEAST = 5
"""So many calls below one parent are a pattern."""
_FETCHES = re.compile(r"_*(get|fetch|load|find|query|select|look_?up|read|request|download|execute)(_.*|[A-Z].*|)")
_OUTSIDE = re.compile(
    r"(_?sqlite3|psycopg2?|asyncpg|aiosqlite|pymysql|MySQLdb|sqlalchemy|django\.db|peewee|redis|pymongo|requests|httpx"
    r"|aiohttp|urllib3?|http\.client|socket|_?ssl|grpc|botocore)\b.*|.*(Cursor|Connection|Session)\.(execute|get|request)"
)
"""Calls that leave the process: databases, networks."""
_LOOKED_AT = 1000
"""So many spans below the first call are looked through for such a call."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """The calls of one function below one parent."""

    parent: int
    places: array[int]
    total_ns: int
    varies: tuple[str, ...]
    """The parameters that differ from call to call."""
    outside: str
    """The call below the first of them that leaves the process; empty where none is known."""


def n_plus_one(columns: Columns, least_ns: int = 0) -> list[Pattern]:
    """The patterns that took at least so long, the longest first."""
    groups: dict[tuple[int, int], array[int]] = {}
    for place, parent in enumerate(columns.parents):
        if parent >= 0:
            groups.setdefault((parent, columns.kinds[place]), array("i")).append(place)
    found = [_pattern(columns, parent, places) for (parent, _), places in groups.items() if len(places) >= LEAST]
    return sorted((one for one in found if one and one.total_ns >= least_ns), key=lambda one: -one.total_ns)


def _pattern(columns: Columns, parent: int, places: array[int]) -> Pattern | None:
    subject = columns.subject(places[0])
    outside = _leaves(columns, places[0])
    if not outside and not (subject.is_function and _FETCHES.fullmatch(subject.name.rpartition(".")[2])):
        return None
    if any(columns.ends[one] > columns.starts[following] for one, following in pairwise(places)):
        return None
    varies = _varies(columns, places)
    if not varies and columns.span(places[0]).params():
        return None
    return Pattern(parent, places, sum(map(columns.duration, places)), varies, outside)


def _leaves(columns: Columns, place: int) -> str:
    for below in range(place, min(columns.after[place], place + _LOOKED_AT)):
        subject = columns.subject(below)
        if not subject.is_function and _OUTSIDE.fullmatch(subject.name):
            return subject.name
    return ""


def _varies(columns: Columns, places: array[int]) -> tuple[str, ...]:
    """The parameters that are not the same in all calls; none unless half of them have arguments of their own."""
    raw = {columns.span(place).raw_params(): place for place in places}
    if 2 * len(raw) < len(places):
        return ()
    seen: dict[str, set[str]] = {}
    for place in list(raw.values())[:LEAST]:
        for name, value in columns.span(place).params():
            seen.setdefault(name, set()).add(value_text(value))
    return tuple(name for name, spelled in seen.items() if len(spelled) > 1)
