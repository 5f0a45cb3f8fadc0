"""Site tables: what the numbers of sites mean; `docs/site-table.md` describes the files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from instrumenter.trace.problem import Problem

_ID = re.compile(r"[0-9a-f]{16}")
FUNCTIONS = ("function", "generator", "coroutine", "async_generator")
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Site:
    """A place in the source that can emit; lines are the original's. Sites are named by their index in the table."""

    name: str
    line: int
    kind: str
    params: tuple[str, ...] = ()
    first_line: int = 0
    """Of a function: the line of its first decorator, or of its `def`."""
    column: int = 0
    end_line: int = 0
    """Of a line: where the header ends, if it has blocks."""
    level: int = 2
    """Of a function."""
    awaits: bool = True
    """Of a function: its awaits are recorded, if its level has them."""
    owner: int = NOWHERE
    """The function that a place belongs to."""
    names: tuple[str, ...] = ()
    """What is kept and compared (a function, a call), or bound (`var`, `let`)."""
    call: int = NOWHERE
    """Of an await: the call that is awaited."""
    what: str = ""
    """Of a line: `if`, `while`, `arm` and so on."""
    block: tuple[int, str] = (NOWHERE, "")
    """Of a line: the line whose block it begins, and which of its blocks."""
    cases: tuple[int, ...] = ()
    """Of a `match`: the lines of its cases."""
    operator: str = ""
    """Of a `let`: `+=` and the like."""


@dataclass(frozen=True)
class SiteTable:
    """The sites of one file, and which original they speak of."""

    sites: tuple[Site, ...]
    original: str = ""
    """The original's digest."""

    def __len__(self) -> int:
        return len(self.sites)

    def functions(self) -> Iterator[tuple[int, Site]]:
        """The functions with their numbers."""
        return ((number, site) for number, site in enumerate(self.sites) if site.kind in FUNCTIONS)

    @cached_property
    def blocks(self) -> frozenset[tuple[int, str]]:
        """The blocks that show when they are entered: those that begin with a line."""
        return frozenset(site.block for site in self.sites if site.what != "arm")

    @cached_property
    def extents(self) -> dict[int, int]:
        """Number of each line -> the first line behind its blocks, as their indentation has it."""
        found: dict[int, int] = {}
        opened: dict[int, list[int]] = {}
        for number, site in enumerate(self.sites):
            if site.kind != "line" or site.what == "arm":
                continue
            waiting = opened.setdefault(site.owner, [])
            while waiting and self.sites[waiting[-1]].column >= site.column:
                found[waiting.pop()] = number
            waiting.append(number)
        return found | {number: len(self) for waiting in opened.values() for number in waiting}

    def owned(self, function: int) -> Iterator[tuple[int, Site]]:
        """The places within a function, without those in functions inside it."""
        return ((number, site) for number, site in enumerate(self.sites) if site.owner == function)


class SiteTables:
    """The site tables in one folder, each read once; what is wrong with them is in `problems`, said once a table."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self._tables: dict[str, SiteTable | None] = {}

    def get(self, table: str, name: str) -> SiteTable | None:
        """The table with this id, for the file `name`; None where it cannot be read."""
        if table not in self._tables:
            self._tables[table] = self._read(table, name)
        return self._tables[table]

    def _read(self, table: str, name: str) -> SiteTable | None:
        path = self.folder / f"{table}.json"
        try:
            if not _ID.fullmatch(table):
                raise ValueError("this is no id of a site table")
            return _table(json.loads(path.read_bytes()))
        except FileNotFoundError:
            text = f"the site table of {name} is missing: its functions are named by number"
        except OSError as error:
            text = f"the site table of {name} cannot be read: {error.strerror}"
        except (ValueError, KeyError, TypeError, RecursionError):
            text = f"the site table of {name} is damaged: its functions are named by number"
        self.problems.append(Problem(path, text))
        return None


def _table(found: dict[str, Any]) -> SiteTable:
    level = int(found.get("level", 2))
    return SiteTable(tuple(_site(entry, level) for entry in found["sites"]), str(found.get("original", "")))


def _site(entry: dict[str, Any], level: int) -> Site:
    kind, line = str(entry["kind"]), int(entry["line"])
    end = int(entry.get("endLine", line))
    if kind not in FUNCTIONS:
        return _place(entry, kind, line, end)
    name, params, kept = str(entry["name"]), _words(entry["params"]), _words(entry.get("kept", []))
    return Site(name, line, kind, params, int(entry.get("firstLine", line)), end_line=end,
                level=int(entry.get("level", level)), names=kept, awaits=bool(entry.get("awaits", True)))  # fmt: skip


def _place(entry: dict[str, Any], kind: str, line: int, end: int) -> Site:
    header, which = entry.get("first", (NOWHERE, ""))
    names = _words(entry.get("names", entry.get("kept", [])))
    return Site(
        str(entry.get("name", "")), line, kind, column=int(entry.get("column", 0)), end_line=end, names=names,
        owner=int(entry.get("owner", NOWHERE)), call=int(entry.get("call", NOWHERE)), what=str(entry.get("what", "")),
        block=(int(header), str(which)), cases=tuple(map(int, entry.get("cases", ()))),
        operator=str(entry.get("operator", "")),
    )  # fmt: skip


def _words(found: object) -> tuple[str, ...]:
    if not isinstance(found, list):
        raise TypeError("this is no list of names")
    return tuple(map(str, found))
