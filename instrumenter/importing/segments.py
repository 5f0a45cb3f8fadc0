"""Writes an imported run: a segment for each process, as docs/segment-format.md has them."""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from instrumenter.importing.records import Place, Process, RunFacts, SpanRecord, Written
from instrumenter.importing.sites import Sites
from instrumenter.importing.wire import event, failure, json_value, text, v, z
from instrumenter.trace import ops, packed
from instrumenter.trace.header import CORES
from instrumenter.trace.runs import program
from instrumenter.trace.sites import FUNCTIONS
from instrumenter.trace.table import AWAIT, CALL, ENDED, FAILED, LOST

_HEADER = struct.Struct("<8sHHIBBBBIQQQQQQ")
_MONOTONIC = 2
_WORD = 1024
_FLAGS = {"ok": ENDED, "error": ENDED | FAILED}
_KINDS = {"call": CALL, "await": AWAIT}
_MOST = (1 << 64) - 1
_BUFFER = 1 << 20


class _Segment:
    """The file of one process while it is written; it has its name when the whole run is."""

    def __init__(self, folder: Path, name: str, start: bytes, root: str, start_ns: int) -> None:
        self.path = folder / f"{name}.seg"
        self.aside = folder / f"{name}-{os.getpid()}{packed.ASIDE}"
        self.sites = Sites(name, root)
        self._start_ns = start_ns
        self._out: BinaryIO = os.fdopen(os.open(self.aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", _BUFFER)
        self._at = 0
        self._spans = 0
        self._threads: dict[tuple[int, str], int] = {}
        self._callees: dict[str, int] = {}
        self._write(start)

    def _write(self, content: bytes) -> None:
        self._out.write(content)
        self._at += len(content)

    def add(self, span: SpanRecord, up: int, parent: int) -> tuple[int, int]:
        """Write a span whole; its place among the spans, and in the file."""
        thread, site = self._thread(span.thread), self._site(span.place)
        callee = self._callee(span.place)
        called = self._site(Place("", *span.call_site, "call")) + 1 if span.call_site else 0
        number = self._at
        flags = _FLAGS.get(span.status, ENDED | LOST) | _KINDS.get(span.place.kind, 0)
        fields = (v(thread), v(site), v(up), v(parent), z(span.start_ns - self._start_ns), v(span.duration_ns))
        more = (v(flags), v(callee), v(called), v(span.waited_ns))
        self._write(b"".join((bytes([ops.SPAN]), *fields, *more, *_contents(span))))
        self._spans += 1
        return self._spans, number

    def _thread(self, thread: tuple[int, str]) -> int:
        if thread not in self._threads:
            self._threads[thread] = len(self._threads) + 1
            native, name = thread
            self._write(bytes([ops.THREAD]) + v(self._threads[thread]) + v(native) + text(name))
        return self._threads[thread]

    def _site(self, place: Place) -> int:
        number, definition = self.sites.number(place)
        self._write(definition)
        return number

    def _callee(self, place: Place) -> int:
        """The number of what is called, where that is another text than the call's own."""
        if place.kind in FUNCTIONS or place.name == place.expression:
            return 0
        if place.name not in self._callees:
            self._callees[place.name] = len(self._callees) + 1
            texts = text("") + text(place.name) + text("")
            self._write(bytes([ops.CALLEE]) + v(self._callees[place.name]) + texts + v(0))
        return self._callees[place.name]

    def close(self) -> None:
        """Have the file be whole on the disk."""
        if not self._out.closed:
            self._out.flush()
            os.fsync(self._out.fileno())
            self._out.close()

    def discard(self) -> None:
        """Take away what has been written."""
        self._out.close()
        self.aside.unlink(missing_ok=True)


def _contents(span: SpanRecord) -> Iterator[bytes]:
    """What stands behind a span's numbers."""
    if span.params:
        yield bytes([ops.ARGS]) + v(len(span.params)) + b"".join(map(json_value, span.params.values()))
    if span.left_out:
        yield bytes([ops.LEFT_OUT]) + v(span.left_out)
    if span.error is not None:
        yield bytes([ops.RAISE, 0]) + failure(span.error)
    elif span.result:
        yield bytes([ops.RETURN, 0]) + json_value(span.result[0])
    for one in span.events:
        yield event(one)


class ImportedRun:
    """A run in the making; use as a context. Nothing is left of it unless `finish` was reached."""

    def __init__(self, traces: Path, tables: Path, facts: RunFacts, origin: str) -> None:
        self.orphans = 0
        """Spans whose parent is of a process that is not above their own: they have become roots."""
        self._tables = tables
        self._facts = facts
        traces.mkdir(parents=True, exist_ok=True)
        now = time.time_ns()
        moment = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(microseconds=now // 1000)
        self._names = _names(facts.processes, f"{moment:%Y%m%dT%H%M%S.%fZ}")
        self._segments: dict[Process, _Segment] = {}
        for process in facts.processes:
            start = _start(process, facts, origin, self._names, now)
            name = self._names[process]
            self._segments[process] = _Segment(traces, name, start, facts.root, facts.start_ns)

    def __enter__(self) -> ImportedRun:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:  # fmt: skip
        for segment in self._segments.values():
            segment.discard()

    def add(self, span: SpanRecord, parent: Written | None) -> Written:
        """Write a span; its parent must have been written."""
        up = 0 if parent is None else _generations(span.process, parent.process)
        if up is None:
            self.orphans += 1
            up, parent = 0, None
        above = 0 if parent is None else parent.number if up else parent.ordinal
        ordinal, number = self._segments[span.process].add(span, up, above)
        return Written(span.process, ordinal, number)

    def finish(self) -> str:
        """Make the run appear, its first process last; gives its id."""
        for segment in self._segments.values():
            segment.close()
            segment.sites.save(self._tables)
        for process in reversed(self._facts.processes):
            segment = self._segments[process]
            segment.aside.rename(segment.path)
        return self._names[self._facts.processes[0]]


def _names(processes: list[Process], moment: str) -> dict[Process, str]:
    """The names of the segments, as the recorder forms them."""
    found: dict[Process, str] = {}
    for process in processes:
        name, count = f"{moment}-{process.pid}", 0
        while name in found.values():
            count += 1
            name = f"{moment}-{process.pid}-{count}"
        found[process] = name
    return found


def _generations(process: Process, above: Process) -> int | None:
    """How far a process is above another; None where it is not."""
    up, found = 0, process
    while found is not above:
        if found.parent is None:
            return None
        up, found = up + 1, found.parent
    return up


def _start(process: Process, facts: RunFacts, origin: str, names: dict[Process, str], now: int) -> bytes:
    """The header and the facts. No process has such a start time: it is not taken for one that lives."""
    is_first = process is facts.processes[0]
    flags = ops.IS_IMPORTED | ops.IS_CLEAN * process.clean | ops.IS_DUMP * bool(facts.dumped)
    lasted = max(facts.duration_ns, 1) if is_first else 1
    core = next((number for number, name in CORES.items() if name == process.core), 3)
    header = _HEADER.pack(
        ops.MAGIC, ops.VERSION, ops.STREAM, ops.CHUNK, core, _MONOTONIC, 0, flags, process.pid & 0xFFFF_FFFF, now,
        0, 0, facts.start_ns & _MOST, lasted, lasted,
    )  # fmt: skip
    folder = facts.root if program(facts.argv, "") != facts.program == program(facts.argv, facts.root) else ""
    known = [(2, process.python), *((4, word) for word in facts.argv), (5, folder), (6, facts.root)]
    known += [(7, f"{names[process.parent]}.seg")] if process.parent else []
    known += [(10, facts.dumped), (11, origin)]
    return header.ljust(ops.HEADER, b"\0") + _facts([(key, word) for key, word in known if word or key == 4])


def _facts(known: list[tuple[int, str]]) -> bytes:
    """The facts; of the command line as much as leaves room for the others."""
    encoded = [(key, word.encode("utf-8", "surrogatepass")[:_WORD]) for key, word in known]
    room = ops.STREAM - ops.HEADER - 1 - sum(3 + len(word) for key, word in encoded if key != 4)
    out = bytearray()
    for key, word in encoded:
        if key == 4:
            room -= 3 + len(word)
        if key != 4 or room >= 0:
            out += bytes([key]) + len(word).to_bytes(2, "little") + word
    return bytes(out).ljust(ops.STREAM - ops.HEADER, b"\0")
