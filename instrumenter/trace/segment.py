"""One segment: the file of one process, opened by its header and read whole only when its spans are asked for."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from instrumenter.trace import ops, packed
from instrumenter.trace.decode import decode
from instrumenter.trace.definitions import Definitions, Function, Thread
from instrumenter.trace.forgetting import Above
from instrumenter.trace.happenings import Happenings
from instrumenter.trace.header import Facts, Header, Unreadable
from instrumenter.trace.problem import Problem
from instrumenter.trace.rings import place_of
from instrumenter.trace.sites import SiteTables
from instrumenter.trace.snapshot import whole_ring
from instrumenter.trace.table import SpanTable
from instrumenter.trace.text import clean

_PROCESS_STREAM = bytes((ops.OWNER, 0))
_MADE = re.compile(r"(\d{8}T\d{6}\.\d{6}Z)-\d+(?:-(\d+))?")


class Segment:
    """What one process recorded. Live, killed and damaged ones are read as far as they go."""

    def __init__(self, path: Path, start: bytes, tables: SiteTables) -> None:
        self.path = path
        self.header = Header.read(start)
        self.facts = Facts.read(start)
        self.definitions = Definitions(tables)
        self.parent: Segment | None = None
        """The segment of the process that this one was forked from, started by, or was before `exec`."""
        self.forked = False
        self.replaced = False
        """Whether a later segment is of the same process, which went on by `exec`."""
        self._problems: list[Problem] = []
        self._functions: dict[tuple[int, int], Function] = {}

    @classmethod
    def open(cls, path: Path, tables: SiteTables) -> Segment | Problem:
        """The segment in this file, or why it is none; reads the header alone."""
        if not path.exists():  # compressed meanwhile
            path = path.with_suffix(packed.SUFFIX)
        try:
            with path.open("rb") as file:
                return cls(path, packed.start(file), tables)
        except Unreadable as error:
            return Problem(path, str(error))
        except OSError as error:
            return Problem(path, f"cannot be read: {error.strerror}")

    @property
    def name(self) -> str:
        """The file's name without its suffix."""
        return self.path.stem

    @property
    def file_name(self) -> str:
        """The name of the file that the process made; it may be compressed by now."""
        return f"{self.name}.seg"

    @property
    def order(self) -> tuple[str, int, str]:
        """Sorts segments by the moment they were made."""
        made = _MADE.fullmatch(self.name)
        return (made[1], int(made[2] or 0), self.name) if made else ("", 0, self.name)

    @property
    def process(self) -> tuple[int, int]:
        """(process id, start time)."""
        return self.header.pid, self.header.started

    @property
    def status(self) -> str:
        """`dumped`, or that of the process: `ended`, `running` or `killed` (it ended without a chance to say so)."""
        if self.header.is_dump:
            return "dumped"
        if self.header.clean or self.replaced:
            return "ended"
        return "running" if self.is_alive else "killed"

    @property
    def state(self) -> str:
        """The status, and why a dump was made, that only the last events are there, or that it was imported."""
        note = self.facts.dumped if self.header.is_dump else "ring" if self.header.is_ring else ""
        note = "imported" if self.header.is_imported else note
        return f"{self.status} ({clean(note)})" if note else self.status

    @property
    def is_alive(self) -> bool:
        """Whether the process lives, whatever has become of its recording."""
        return _alive(*self.process)

    @cached_property
    def data(self) -> bytes:
        """The whole file."""
        try:
            return self._read()
        except Unreadable as error:
            self._problems.append(Problem(self.path, str(error)))
        except OSError as error:
            self._problems.append(Problem(self.path, f"cannot be read: {error.strerror}"))
        return b""

    def _read(self) -> bytes:
        if not self.path.exists():  # compressed meanwhile
            self.path = self.path.with_suffix(packed.SUFFIX)
        with self.path.open("rb") as file:
            if self.path.suffix != packed.SUFFIX and not self.header.clean and self.header.is_ring:
                return whole_ring(file)
            data = packed.whole(file)
            if self.header.clean or self.path.suffix == packed.SUFFIX:
                return data
            return _with_definitions(file, data)

    def place(self, number: int) -> int | None:
        """Where the opening event of a span of this process is; None where a ring has it no more, or damage says so."""
        place = place_of(self.data, number) if self.header.is_ring else number
        return None if place is None or place >= len(self.data) else place

    @cached_property
    def table(self) -> SpanTable:
        """The spans. What they have from processes above is looked up there."""
        decoded = decode(self.data, self.definitions, self._above())
        self._problems += [Problem(self.path, text, offset) for offset, text in decoded.problems]
        return decoded.table

    @cached_property
    def happenings(self) -> Happenings:
        """The events of the spans."""
        return Happenings(self.table.events, len(self.table), self.data)

    def _above(self) -> Above:
        for ancestor in reversed(list(self.ancestors())):
            _ = ancestor.table  # the eldest first: nothing recurses
        chain, handles = self.fork_chain(), dict[int, int]()
        for ancestor in reversed(chain):
            handles |= ancestor.table.handles

        def forgot(up: int, number: int) -> bool:
            return up <= len(chain) and chain[up - 1].table.has_forgotten(number)

        return Above(handles, forgot)

    def ancestors(self) -> Iterator[Segment]:
        """The segments of the processes above, the parent first."""
        above = self.parent
        while above is not None:
            yield above
            above = above.parent

    def fork_chain(self) -> list[Segment]:
        """The segments of the processes from which this one descends by `fork` alone, the parent first."""
        chain: list[Segment] = []
        segment = self
        while segment.forked and segment.parent is not None:
            segment = segment.parent
            chain.append(segment)
        return chain

    def problems(self) -> list[Problem]:
        """What could not be read; reads the segment."""
        _ = self.table
        return self._problems

    def release(self) -> None:
        """Give the memory back; what is asked for later is read again."""
        for name in ("data", "table", "happenings"):
            self.__dict__.pop(name, None)
        self.definitions.clear()
        self._functions.clear()
        self._problems.clear()

    @property
    def start_ns(self) -> int:
        """When the process began to record, in Unix ns."""
        clock = self.header.clock
        if not self.forked:
            return clock.unix0
        return clock.unix(min(self.table.starts, default=self.header.last_pair))

    @property
    def end_ns(self) -> int:
        """The last moment of which it is known that the process lived, in Unix ns."""
        return self.header.clock.unix(max(self.table.last, self.header.last_pair))

    def function(self, site: int, callee: int = 0) -> Function:
        """What the spans of a site are activations of; of a call's, where it is known what they call."""
        found = self._functions.get((site, callee))
        if found is None:
            found = self.definitions.function(site, self.facts.root)
            known = self.definitions.callees.get(callee)
            found = replace(found, name=known.spelled) if known else found
            self._functions[site, callee] = found
        return found

    def thread(self, number: int) -> Thread:
        """A thread by its number in this process."""
        return self.definitions.threads.get(number) or Thread(number, 0, f"thread {number}")

    def original_line(self, filename: str, line: int) -> int:
        """The original's line for a line of a stack."""
        return self.definitions.original_line(filename, line)


def _with_definitions(file: BinaryIO, data: bytes) -> bytes:
    """What was read of a live process's file, with the definitions that were written while the rest was read.

    Without them the latest events would have no names.
    """
    chunks = [data[at : at + ops.CHUNK] for at in range(0, len(data), ops.CHUNK)]
    for number, chunk in enumerate(chunks):
        if number == 0 or chunk.startswith(_PROCESS_STREAM):
            file.seek(number * ops.CHUNK)
            chunks[number] = file.read(len(chunk))
    return b"".join(chunks)


def _alive(pid: int, started: int) -> bool:
    """Whether this very process lives; a zombie does not."""
    if not started:
        return _exists(pid)
    try:
        # The name in the second field is in parentheses and may hold anything, so the last one counts.
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return int(fields[19]) == started and fields[0] not in (b"Z", b"X")
    except (OSError, ValueError, IndexError):
        return False


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return pid > 0
