"""The filters that all questions have in common, as conditions of SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb

from instrumenter.trace.patterns import Pattern
from instrumenter.trace.sites import FUNCTIONS

ERRORS = "status = 1"


@dataclass(frozen=True, slots=True)
class Filters:
    """Which spans a question is about; by default all of functions, in all runs but dumps. Times are Unix ns."""

    run: str | None = None
    """A run's id in full."""
    file: str = ""
    function: str = ""
    """Globs; a function's is for its qualified name or the last part, `FILE::` in front for the file."""
    since_ns: int | None = None
    until_ns: int | None = None
    """Spans that began from the one moment on, and before the other."""
    min_ns: int | None = None
    max_ns: int | None = None
    errors: bool = False
    kinds: tuple[str, ...] = FUNCTIONS
    limit: int = 50
    """At most so many rows; 0 for all."""
    order_by: str = ""

    @property
    def whole_runs(self) -> bool:
        """Whether only runs and functions are chosen, so that what was counted can answer."""
        chosen = (self.since_ns, self.until_ns, self.min_ns, self.max_ns)
        return all(one is None for one in chosen) and not self.errors


@dataclass(slots=True)
class Where:
    """Conditions, all of which must hold, and their values in order."""

    conditions: list[str] = field(default_factory=list)
    values: list[object] = field(default_factory=list)

    def add(self, condition: str, *values: object) -> None:
        """Add a condition with a question mark for each value."""
        self.conditions.append(condition)
        self.values += values

    @property
    def sql(self) -> str:
        """What stands behind WHERE."""
        return " AND ".join(self.conditions) or "true"


def segments(connection: duckdb.DuckDBPyConnection, run: str | None) -> list[int]:
    """The segments of a run; without one those of all runs but dumps, whose spans others have, too."""
    chosen, values = ("run = ?", [run]) if run is not None else ("NOT is_dump", [])
    rows = connection.execute(f"SELECT segment FROM segments JOIN runs USING (run) WHERE {chosen}", values).fetchall()
    return [number for (number,) in rows]


def sites(connection: duckdb.DuckDBPyConnection, filters: Filters) -> list[int]:
    """The sites of the kinds, files and functions that are meant."""
    file, function = Pattern(filters.file.removeprefix("./"), ""), Pattern.parse(filters.function)
    rows = connection.execute("SELECT site, file, function, kind FROM sites").fetchall()
    return [
        site
        for site, in_file, name, kind in rows
        if kind in filters.kinds and file.matches(in_file, name) and function.matches(in_file, name)
    ]


def where(connection: duckdb.DuckDBPyConnection, filters: Filters) -> Where:
    """The conditions on the table `spans`."""
    found = Where()
    _among(connection, found, "segment", segments(connection, filters.run))
    _among(connection, found, "site", sites(connection, filters))
    for condition, value in (
        ("start_ns >= ?", filters.since_ns), ("start_ns < ?", filters.until_ns),
        ("duration_ns >= ?", filters.min_ns), ("duration_ns <= ?", filters.max_ns),
    ):  # fmt: skip
        if value is not None:
            found.add(condition, value)
    if filters.errors:
        found.add(ERRORS)
    return found


def _among(connection: duckdb.DuckDBPyConnection, found: Where, column: str, numbers: Sequence[int]) -> None:
    """Leave only these segments or sites; where they are all that there are, nothing has to be looked at."""
    (everything,) = connection.execute(f"SELECT count(*) FROM {column}s").fetchone() or (0,)
    if not numbers:
        found.add("false")
    elif len(numbers) < everything:
        found.add(f"{column} IN ({written(numbers)})")


def written(numbers: Sequence[int]) -> str:
    """Numbers as constants of SQL: DuckDB passes over the blocks in which none of some constants can be."""
    return ", ".join(map(str, numbers)) or "NULL"
