"""Writes small segments for tests, straight from docs/segment-format.md and apart from the runtime's own code."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CHUNK = 65536
UNIX0 = 1_700_000_000_000_000_000
TABLE = "00112233445566ff"


@dataclass(frozen=True)
class Shaped:
    """An object by the number of its shape."""

    shape: int
    fields: tuple[Any, ...] = ()
    identity: int = 0


@dataclass(frozen=True)
class OfType:
    """An object by reference, by the number of its type."""

    type: int
    identity: int = 0


@dataclass(frozen=True)
class Counted:
    """One record of counters."""

    site: int
    calls: int
    failures: int = 0
    ticks: int = 0
    buckets: Mapping[int, int] = field(default_factory=dict)


def v(number: int) -> bytes:
    """An unsigned varint."""
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def z(number: int) -> bytes:
    """A zigzag-coded signed number."""
    return v(number << 1 if number >= 0 else (-number << 1) - 1)


def string(text: str) -> bytes:
    """A length and UTF-8."""
    content = text.encode("utf-8", "surrogatepass")
    return v(len(content)) + content


def value(item: Any) -> bytes:
    """A Python value of the plain kinds, uncut, or an object by number."""
    if item is None or item is False or item is True:
        return bytes([{None: 0, False: 1, True: 2}[item]])
    if isinstance(item, int):
        if -(1 << 63) <= item < 1 << 63:
            return b"\x03" + z(item)
        size = (abs(item).bit_length() + 7) // 8
        return b"\x04" + bytes([item < 0]) + v(size) + v(size) + abs(item).to_bytes(size, "little")
    if isinstance(item, float):
        return b"\x05" + struct.pack("<d", item)
    if isinstance(item, complex):
        return b"\x06" + struct.pack("<dd", item.real, item.imag)
    if isinstance(item, str):
        return b"\x07" + string(item)
    if isinstance(item, bytes):
        return b"\x09" + v(len(item)) + item
    if isinstance(item, bytearray):
        return b"\x0b" + v(len(item)) + v(len(item)) + item
    if isinstance(item, dict):
        pairs = b"".join(value(key) + value(entry) for key, entry in item.items())
        return b"\x10" + v(len(item)) * 2 + pairs
    if isinstance(item, Shaped):
        fields = b"".join(map(value, item.fields))
        return b"\x1c" + v(item.shape) + v(item.identity) + v(len(item.fields)) + fields
    if isinstance(item, OfType):
        return b"\x1b" + v(item.type) + v(item.identity)
    tag = {"list": 0x0C, "tuple": 0x0D, "set": 0x0E, "frozenset": 0x0F}[type(item).__name__]
    return bytes([tag]) + v(len(item)) * 2 + b"".join(map(value, item))


def frames(entries: Sequence[tuple[str, int, str]]) -> bytes:
    """A number of frames and the frames."""
    return v(len(entries)) + b"".join(string(file) + v(line) + string(name) for file, line, name in entries)


def exception(
    kind: str, message: str | bytes, entries: Sequence[tuple[str, int, str]] = (), *, left_out: int = 0,
    notes: Sequence[str] = (), cause: bytes = b"", context: bytes = b"", attribute: bytes = b"",
    suggestion: bytes = b"", suppressed: bool = False,
) -> bytes:  # fmt: skip
    """An exception of form 0, or of form 1 where the message is the bytes of its args, count included."""
    form = b"\0" if isinstance(message, str) else b"\1"
    said = string(message) + string("") if isinstance(message, str) else string("") + message
    links = bool(cause) | bool(context) << 1 | bool(attribute) << 2 | bool(suggestion) << 3 | suppressed << 4
    return b"".join(
        [form, string(kind), said, v(left_out), frames(entries), v(len(notes)), *map(string, notes),
         bytes([links]), cause, context, attribute, suggestion]
    )  # fmt: skip


def further_out(entries: Sequence[tuple[str, int, str]]) -> bytes:
    """An exception of form 2."""
    return b"\2" + frames(entries)


def entries(*listed: Sequence[int]) -> bytes:
    """What RING says is open: a number of entries and the entries."""
    return v(len(listed)) + b"".join(v(field) for entry in listed for field in entry)


class Stream:
    """The events of one thread; keeps the offsets of what it writes."""

    def __init__(self, segment: SegmentBytes, thread: int, *, ticks: int = 1000, sequence: int = 0) -> None:
        self.segment = segment
        self.thread = thread
        self.ticks = ticks
        self.sequence = sequence
        self.stack: list[tuple[int, ...]] = []
        """What RING lists: (up, number, site, ticks, what); of a segment that is a ring."""
        self.chunk = segment.new_chunk()
        self._owner()

    def _owner(self) -> None:
        self.segment.write(self.chunk, b"\x01" + v(self.thread) + v(self.sequence) + v(self.ticks))
        if self.segment.ring:
            listed = self.stack[-256:] if self.sequence else []
            self.segment.write(self.chunk, b"\x0f" + v(self.segment.turn(self.chunk)) + entries(*listed))
        self.sequence += 1

    def take_over(self, chunk: int) -> None:
        """Go on behind what another thread left in a chunk."""
        self.chunk = chunk
        self._owner()

    def next_chunk(self) -> None:
        """Go on in a chunk of its own."""
        chunk = self.segment.new_chunk()
        self.segment.left.append(self.chunk)
        self.take_over(chunk)

    def raw(self, content: bytes) -> int:
        """Append an event's bytes; gives its offset."""
        if self.segment.used[self.chunk] + len(content) > CHUNK:
            self.next_chunk()
        return self.segment.write(self.chunk, content)

    def event(self, opcode: int, *fields: int | bytes, dt: int = 10) -> int:
        """Append an event with a time; ints become varints."""
        self.ticks += dt
        content = b"".join(entry if isinstance(entry, bytes) else v(entry) for entry in fields)
        return self.raw(bytes([opcode]) + v(dt) + content)

    def opened(self, opcode: int, what: int, site: int, *fields: int, dt: int = 10) -> int:
        """Append an event that opens a span on the stack; gives the span's number."""
        number = self.segment.number(self.event(opcode, site, *fields, dt=dt))
        self.stack.append((0, number, site, self.ticks, what))
        return number

    def ended(self, opcode: int, *fields: int | bytes, dt: int = 10) -> int:
        """Append an event that ends the top."""
        at = self.event(opcode, *fields, dt=dt)
        if self.stack:
            self.stack.pop()
        return at

    def again(self, site: int, handle: int, number: int, start: int, above: int = 0) -> int:
        """AGAIN; `start` is the `ticks` of then."""
        return self.raw(b"\x1c" + b"".join(map(v, (site, handle, number, start, above))))

    def enter(self, site: int, *params: Any, dt: int = 10) -> int:
        """ENTER, with ARGS where there are parameters."""
        number = self.opened(0x02, 0, site, dt=dt)
        if params:
            self.args(*params)
        return number

    def args(self, *params: Any) -> None:
        """ARGS."""
        count = v(len(params)) if self.segment.version > 1 else b""
        self.raw(b"\x09" + count + b"".join(map(value, params)))

    def leave(self, dt: int = 10) -> int:
        """LEAVE."""
        return self.ended(0x04, dt=dt)

    def call(self, site: int, callee: int = 0, dt: int = 10) -> int:
        """CALL."""
        return self.opened(0x30, 1, site, callee, dt=dt)

    def out(self, dt: int = 10) -> int:
        """OUT."""
        return self.ended(0x32, dt=dt)

    def line(self, *sites: int, dt: int = 10) -> None:
        """LINE of each site."""
        for site in sites:
            self.event(0x37, site, dt=dt)

    def var(self, site: int, *found: Any, dt: int = 10) -> int:
        """VAR."""
        return self.event(0x39, site, len(found), *map(value, found), dt=dt)

    def left_out(self, count: int) -> int:
        """LEFT_OUT."""
        return self.raw(b"\x0d" + v(count))

    def forget(self, number: int) -> int:
        """FORGET."""
        return self.raw(b"\x0e" + v(number))

    def ret(self, result: Any, dt: int = 10) -> int:
        """RETURN."""
        return self.ended(0x05, value(result), dt=dt)

    def fail(self, content: bytes, dt: int = 10) -> int:
        """RAISE."""
        return self.ended(0x06, content, dt=dt)


class SegmentBytes:
    """A segment in the making; one tick is one nanosecond."""

    def __init__(
        self, *, pid: int = 4242, started: int = 77, argv: Sequence[str] = ("/usr/bin/python3", "app.py"),
        root: str = "/project", clean: bool = False, forked_from: str = "", ancestors: Sequence[str] = (),
        core: int = 2, version: int = 1, unix0: int = UNIX0, duration: int = 1_000_000, ring: int = 0, dump: str = "",
    ) -> None:  # fmt: skip
        flags = clean | bool(ring) << 1 | bool(dump) << 2
        header = struct.pack(
            "<8sHHIBBBBIQQQQQQQ", b"SPANSEG\0", version, 4096, CHUNK, core, 3, 0, flags, pid, started,
            1000, 1_001_000, unix0, 1000 + duration, 1_001_000 + duration, 0,
        )  # fmt: skip
        words = [(1, "0.1.0"), (2, "CPython 3.12.1"), (3, argv[0]), *((4, word) for word in argv), (5, root), (6, root)]
        words += [(7, forked_from)] * bool(forked_from) + [(8, entry) for entry in ancestors]
        words += [(10, dump)] * bool(dump)
        facts = b"".join(bytes([key]) + len(text.encode()).to_bytes(2, "little") + text.encode() for key, text in words)
        self.chunks = [bytearray(CHUNK)]
        self.used = [4096]
        self.ring = ring
        """The most chunks of threads; 0: no ring."""
        self.left: list[int] = []
        """Chunks that may be given out again, the oldest first."""
        self.turns: dict[int, int] = {}
        self.chunks[0][: len(header)] = header
        self.chunks[0][128 : 128 + len(facts)] = facts
        self.files = 0
        self.version = version
        self.pid = pid
        self.thread(1, "MainThread")

    def new_chunk(self) -> int:
        """Add a chunk, or empty one where a ring has its most; gives its number."""
        if self.ring and self.left and len(self.chunks) > self.ring:
            chunk = self.left.pop(0)
            self.turns[chunk] = max(self.turns.values(), default=0) + 1
            self.chunks[chunk] = bytearray(CHUNK)
            self.used[chunk] = 0
            return chunk
        self.chunks.append(bytearray(CHUNK))
        self.used.append(0)
        return len(self.chunks) - 1

    def write(self, chunk: int, content: bytes) -> int:
        """Append to a chunk; gives the place in the file."""
        at = self.used[chunk]
        assert at + len(content) <= CHUNK
        self.chunks[chunk][at : at + len(content)] = content
        self.used[chunk] += len(content)
        return chunk * CHUNK + at

    def turn(self, chunk: int) -> int:
        """How many chunks had been given out again when this one was."""
        return self.turns.get(chunk, 0)

    def number(self, at: int) -> int:
        """The number of the span that is opened at a place."""
        return self.turn(at // CHUNK) << 40 | at

    def thread(self, number: int, name: str, native: int = 1) -> None:
        """A THREAD definition."""
        self.write(0, b"\x21" + v(number) + v(native) + string(name))

    def file(
        self, count: int, *, table: str = TABLE, name: str = "app.py", filename: str = "/project/app.py",
        module: str = "__main__", flags: int = 1,
    ) -> int:  # fmt: skip
        """A FILE definition; gives the base of its sites."""
        base, self.files = self.files, self.files + count
        self.write(
            0, b"\x20" + v(base) + v(count) + bytes([flags]) + b"".join(map(string, (table, name, filename, module)))
        )
        return base

    def callee(self, number: int, name: str, *, module: str = "", file: str = "", line: int = 0) -> int:
        """A CALLEE definition; gives its number."""
        self.write(0, b"\x23" + v(number) + b"".join(map(string, (module, name, file))) + v(line))
        return number

    def type(self, number: int, name: str) -> int:
        """A TYPE definition; gives its number."""
        self.write(0, b"\x24" + v(number) + string(name))
        return number

    def shape(self, number: int, type: int, *names: str) -> int:
        """A SHAPE definition; gives its number."""
        self.write(0, b"\x25" + v(number) + v(type) + v(len(names)) + b"".join(map(string, names)))
        return number

    def counters(self, *records: Counted) -> int:
        """A chunk of counters; gives its number."""
        chunk = self.new_chunk()
        self.write(chunk, b"\x28" + bytes(31))
        for one in records:
            buckets = [one.buckets.get(place, 0) for place in range(40)]
            self.write(chunk, struct.pack("<44Q", one.site + 1, one.calls, one.failures, one.ticks, *buckets))
        return chunk

    def note(self, code: int, text: str) -> None:
        """A NOTE."""
        self.write(0, b"\x22" + v(code) + string(text))

    def switch(self, site: int, how: int, ticks: int) -> None:
        """SWITCH, so many ticks after the first clock pair."""
        self.write(0, b"\x26" + v(site) + v(how) + v(ticks))

    def data(self) -> bytes:
        """The file's bytes, cut after the last used one."""
        return b"".join(self.chunks[:-1]) + bytes(self.chunks[-1][: self.used[-1]])


def table(*sites: tuple[str, int, str, Sequence[str]], table: str = TABLE, name: str = "app.py") -> dict[str, Any]:
    """A site table of (name, line, kind, params)."""
    entries = [
        {"name": title, "line": line, "column": 1, "endLine": line + 1, "kind": kind, "params": list(params)}
        for title, line, kind, params in sites
    ]
    return {"format": 1, "id": table, "name": name, "level": 2, "original": "", "twin": "", "sites": entries}


def project(folder: Path, *tables: dict[str, Any]) -> Path:
    """Make a project's root with these site tables."""
    (folder / ".spanwright" / "traces").mkdir(parents=True, exist_ok=True)
    (folder / ".spanwright" / "sites").mkdir(exist_ok=True)
    for entry in tables:
        (folder / ".spanwright" / "sites" / f"{entry['id']}.json").write_text(json.dumps(entry))
    return folder


def save(folder: Path, segment: SegmentBytes | bytes, name: str = "20261120T091450.000000Z-4242.seg") -> Path:
    """Put a segment among a project's traces."""
    path = folder / ".spanwright" / "traces" / name
    path.write_bytes(segment if isinstance(segment, bytes) else segment.data())
    return path
