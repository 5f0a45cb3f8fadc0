"""What a segment's process stream defines: files with their sites, threads, and the recorder's own notes."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from instrumenter.trace.sites import SiteTables
from instrumenter.trace.wire import text, varint


@dataclass(frozen=True, slots=True)
class File:
    """An instrumented file that was imported: its sites are numbered `base` ... `base + count - 1`."""

    base: int
    count: int
    original_positions: bool
    """Whether stacks in exceptions are in the original's lines already."""
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
class Function:
    """What a span is an activation of. Line 0 and an empty kind: the site table is missing."""

    name: str
    file: str
    line: int
    kind: str
    params: tuple[str, ...]


class Definitions:
    """The definitions of one segment; filled while it is read."""

    def __init__(self, tables: SiteTables) -> None:
        self.tables = tables
        self.counts: dict[int, int] = {}
        """Site -> how many parameters it has; without those whose table is missing."""
        self.files: list[File] = []
        self.threads: dict[int, Thread] = {}
        self.notes: list[tuple[int, str]] = []

    def clear(self) -> None:
        """Forget everything but the site tables, to read again."""
        self.counts.clear()
        self.files.clear()
        self.threads.clear()
        self.notes.clear()

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
        for index, site in enumerate((self.tables.get(table, name) or ())[:count]):
            self.counts[base + index] = len(site.params)
        return at

    def read_thread(self, data: bytes, at: int) -> int:
        """Take a THREAD event."""
        number, at = varint(data, at)
        native, at = varint(data, at)
        name, at = text(data, at)
        self.threads[number] = Thread(number, native, name or f"thread {number}")
        return at

    def read_note(self, data: bytes, at: int) -> int:
        """Take a NOTE event."""
        code, at = varint(data, at)
        note, at = text(data, at)
        self.notes.append((code, note))
        return at

    def file(self, site: int) -> File | None:
        """The file that a site is in."""
        at = bisect_right(self.files, site, key=lambda file: file.base) - 1
        if at < 0 or site >= self.files[at].base + self.files[at].count:
            return None
        return self.files[at]

    def function(self, site: int, root: str) -> Function:
        """What a site is, with its file relative to `root`; named by number where the site table is missing."""
        file = self.file(site)
        if file is None:
            return Function(f"?#{site}", "", 0, "", ())
        sites = self.tables.get(file.table, file.name)
        index, path = site - file.base, relative(file.filename, root)
        if sites is None or index >= len(sites):
            return Function(f"{file.name}#{index}", path, 0, "", ())
        found = sites[index]
        return Function(found.name, path, found.line, found.kind, found.params)


def relative(filename: str, root: str) -> str:
    """A path relative to the project's root where it lies below it."""
    return filename.removeprefix(root.rstrip("/") + "/") if root else filename
