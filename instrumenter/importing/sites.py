"""Numbers for the functions and calls of an imported process, and the site tables that say what they mean."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

from instrumenter.importing.records import Place
from instrumenter.importing.wire import text, v
from instrumenter.trace import ops
from instrumenter.trace.sites import FUNCTIONS

_ROOM = 1 << 16
"""So many numbers each file has: how many it needs is known when all spans have come."""
_ODD = re.compile(r"[^A-Za-z0-9_.+-]")


@dataclass(slots=True)
class _Table:
    id: str
    name: str
    base: int
    sites: list[dict[str, Any]] = field(default_factory=list)


class Sites:
    """The sites of one process."""

    def __init__(self, segment: str, root: str) -> None:
        self._segment = segment
        self._root = root
        self._tables: list[_Table] = []
        self._current: dict[str, _Table] = {}
        self._numbers: dict[Place, int] = {}

    def number(self, place: Place) -> tuple[int, bytes]:
        """The number of a site, and the definition that must come before its first use."""
        known = self._numbers.get(place)
        if known is not None:
            return known, b""
        table, definition = self._current.get(place.file), b""
        if table is None or len(table.sites) == _ROOM:
            table, definition = self._new(place.file)
        number = self._numbers[place] = table.base + len(table.sites)
        table.sites.append(_entry(place))
        return number, definition

    def _new(self, file: str) -> tuple[_Table, bytes]:
        count = len(self._tables)
        digest = hashlib.sha256(f"imported {self._segment} {count} {file}".encode("utf-8", "surrogatepass"))
        name = _ODD.sub("_", PurePath(file).name)
        table = _Table(digest.hexdigest()[:16], name, count * _ROOM)
        self._tables.append(table)
        self._current[file] = table
        path = str(PurePath(self._root, file)) if file and self._root else file
        fields = (v(table.base), v(_ROOM), b"\1", text(table.id), text(name), text(path), text(""))
        return table, bytes([ops.FILE]) + b"".join(fields)

    def save(self, folder: Path) -> None:
        """Write the tables."""
        folder.mkdir(parents=True, exist_ok=True)
        for table in self._tables:
            content = {"format": 2, "id": table.id, "name": table.name, "level": 2, "original": "", "twin": "",
                       "size": 0, "sites": table.sites}  # fmt: skip
            (folder / f"{table.id}.json").write_bytes(json.dumps(content).encode())


def _entry(place: Place) -> dict[str, Any]:
    entry: dict[str, Any] = {"line": place.line, "column": 0, "endLine": place.line, "kind": place.kind}
    if place.kind not in FUNCTIONS:
        return entry | {"name": place.expression or place.name}
    return entry | {"name": place.name, "params": list(place.params), "level": place.level}
