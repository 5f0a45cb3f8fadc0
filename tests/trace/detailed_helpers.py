"""Site tables and segments of levels 3 to 5, made by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from segment_encoder import TABLE, SegmentBytes, project, save

from instrumenter.trace.segment import Segment
from instrumenter.trace.sites import SiteTables

FILE = "/project/app.py"


class Sites:
    """A site table of format 2 in the making; each method gives the number of what it adds."""

    def __init__(self, level: int, ident: str = TABLE) -> None:
        self.level = level
        self.ident = ident
        self.entries: list[dict[str, Any]] = []

    def _add(self, kind: str, line: int, **more: Any) -> int:
        self.entries.append({"kind": kind, "line": line, "column": 1, **more})
        return len(self.entries) - 1

    def function(self, name: str, line: int, kind: str = "function", *params: str, **more: Any) -> int:
        """A function; to be added before all else."""
        return self._add(kind, line, name=name, params=list(params), **({"endLine": line + 5} | more))

    def call(self, owner: int, line: int, name: str, **more: Any) -> int:
        """A call."""
        return self._add("call", line, owner=owner, name=name, **more)

    def awaits(self, owner: int, line: int, name: str, **more: Any) -> int:
        """An await."""
        return self._add("await", line, owner=owner, name=name, **more)

    def line(self, owner: int, line: int, what: str = "", column: int = 5, **more: Any) -> int:
        """A line."""
        entry = {"owner": owner, "column": column, "endLine": line, **({"what": what} if what else {}), **more}
        return self._add("line", line, **entry)

    def var(self, owner: int, line: int, *names: str) -> int:
        """A place that binds names."""
        return self._add("var", line, owner=owner, names=list(names))

    def let(self, owner: int, line: int, *names: str, **more: Any) -> int:
        """A place that hands a value through."""
        return self._add("let", line, owner=owner, names=list(names), **more)

    def table(self, original: str = "") -> dict[str, Any]:
        """The table."""
        return {"format": 2, "id": self.ident, "name": "app.py", "level": self.level, "original": original, "twin": "",
                "size": 1, "sites": self.entries}  # fmt: skip

    def segment(self, version: int = 2, **header: Any) -> SegmentBytes:
        """A segment of a program with this file."""
        segment = SegmentBytes(version=version, **header)
        segment.file(len(self.entries), table=self.ident, filename=FILE)
        return segment

    def opened(self, folder: Path, content: SegmentBytes) -> Segment:
        """The segment as the reader sees it."""
        path = save(project(folder, self.table()), content)
        segment = Segment.open(path, SiteTables(folder / ".spanwright" / "sites"))
        assert isinstance(segment, Segment)
        return segment
