"""What a segment's process stream says: files with sites, threads, callees, types, notes, functions turned down."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from instrumenter.trace import ops
from instrumenter.trace.posmap import PositionMap
from instrumenter.trace.shapes import Shapes
from instrumenter.trace.sites import FUNCTIONS, Site, SiteTable, SiteTables
from instrumenter.trace.wire import Damaged, text, varint


@dataclass(frozen=True, slots=True)
class File:
    """An instrumented file that was imported: its sites are numbered `base` ... `base + count - 1`."""

    base: int
    count: int
    original_positions: bool
    """Whether stacks in exceptions, and the lines of callees, are in the original's lines already."""
    table: str
    name: str
    filename: str
    module: str


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread of the process."""

    number: int
    native: int
    name: str


@dataclass(frozen=True, slots=True)
class Callee:
    """What a call calls; no file and line 0 where that is no Python function."""

    module: str
    name: str
    file: str
    line: int

    @property
    def spelled(self) -> str:
        """`json.dumps`; without the module for a builtin and for what is of the program itself."""
        return f"{self.module}.{self.name}" if self.module not in ("", "builtins", "__main__") else self.name


@dataclass(frozen=True, slots=True)
class Switch:
    """A function that was turned down, or up again."""

    site: int
    how: int
    """`ops.RECORDED`, `ops.COUNTED_ONLY` or `ops.TAKEN_OUT`."""
    ticks: int
    """When, since the first clock pair."""


@dataclass(frozen=True, slots=True)
class Function:
    """What a span is an activation of; of a call, the callee's name and the place of the call.

    Line 0 and an empty kind: the site table is missing.
    """

    name: str
    file: str
    line: int
    kind: str
    params: tuple[str, ...]
    expression: str = ""
    """Of a call or an await: as it is written."""


UNKNOWN = Callee("", "", "", 0)


class Definitions:
    """The definitions of one segment; filled while it is read."""

    def __init__(self, tables: SiteTables) -> None:
        self.tables = tables
        self.counts: dict[int, int] = {}
        """Site -> how many parameters it has, for segments that do not say; without those whose table is missing."""
        self.files: list[File] = []
        self.threads: dict[int, Thread] = {}
        self.callees: dict[int, Callee] = {}
        self.shapes = Shapes()
        self.notes: list[tuple[int, str]] = []
        self.switches: list[Switch] = []
        self._maps: dict[str, PositionMap | None] = {}

    def clear(self) -> None:
        """Forget everything but the site tables, to read again."""
        self.counts.clear()
        self.files.clear()
        self.threads.clear()
        self.callees.clear()
        self.shapes.clear()
        self._maps.clear()
        self.notes.clear()
        self.switches.clear()

    def read_file(self, data: bytes, at: int) -> int:
        """Take a FILE event, whose fields start at `at`; the place after it."""
        base, at = varint(data, at)
        count, at = varint(data, at)
        flags = data[at]
        table, at = text(data, at + 1)
        name, at = text(data, at)
        filename, at = text(data, at)
        module, at = text(data, at)
        self.files.append(File(base, count, bool(flags & 1), table, name, filename, module))
        self.files.sort(key=lambda file: file.base)
        found = self.tables.get(table, name)
        for index, site in enumerate(found.sites[:count] if found else ()):
            if site.kind in FUNCTIONS:
                self.counts[base + index] = len(site.params)
        return at

    def read_thread(self, data: bytes, at: int) -> int:
        """Take a THREAD event."""
        number, at = varint(data, at)
        native, at = varint(data, at)
        name, at = text(data, at)
        self.threads[number] = Thread(number, native, name or f"thread {number}")
        return at

    def read_callee(self, data: bytes, at: int) -> int:
        """Take a CALLEE event."""
        number, at = varint(data, at)
        module, at = text(data, at)
        name, at = text(data, at)
        file, at = text(data, at)
        line, at = varint(data, at)
        self.callees[number] = Callee(module, name, file, line)
        return at

    def read_note(self, data: bytes, at: int) -> int:
        """Take a NOTE event."""
        code, at = varint(data, at)
        note, at = text(data, at)
        self.notes.append((code, note))
        return at

    def read_switch(self, data: bytes, at: int) -> int:
        """Take a SWITCH event."""
        site, at = varint(data, at)
        how, at = varint(data, at)
        ticks, at = varint(data, at)
        if how > ops.TAKEN_OUT:
            raise Damaged(f"a function turned down in the unknown way {how}")
        self.switches.append(Switch(site, how, ticks))
        return at

    def file(self, site: int) -> File | None:
        """The file that a site is in."""
        at = bisect_right(self.files, site, key=lambda file: file.base) - 1
        if at < 0 or site >= self.files[at].base + self.files[at].count:
            return None
        return self.files[at]

    def table(self, file: File) -> SiteTable | None:
        """The site table of a file."""
        return self.tables.get(file.table, file.name)

    def site(self, number: int) -> Site | None:
        """A site as its table has it; None where that is missing."""
        file = self.file(number)
        table = self.table(file) if file else None
        return table.sites[number - file.base] if file and table and number - file.base < len(table) else None

    def original_line(self, filename: str, line: int) -> int:
        """The original's line for a line that a running twin gave."""
        if filename not in self._maps:
            self._maps[filename] = self._map(filename)
        found = self._maps[filename]
        return found.original(line) if found else line

    def _map(self, filename: str) -> PositionMap | None:
        for file in self.files:
            if file.filename == filename and not file.original_positions:
                return PositionMap.load(self.tables.folder / f"{file.table}.map")
        return None

    def function(self, site: int, root: str) -> Function:
        """What a site is, with its file relative to `root`; named by number where the site table is missing."""
        file = self.file(site)
        if file is None:
            return Function(f"?#{site}", "", 0, "", ())
        path, found = relative(file.filename, root), self.site(site)
        if found is None:
            return Function(f"{file.name}#{site - file.base}", path, 0, "", ())
        expression = "" if found.kind in FUNCTIONS else found.name
        return Function(found.name, path, found.line, found.kind, found.params, expression)


def relative(filename: str, root: str) -> str:
    """A path relative to the project's root where it lies below it."""
    return filename.removeprefix(root.rstrip("/") + "/") if root else filename
