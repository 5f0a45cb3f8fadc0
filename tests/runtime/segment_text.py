"""Segments as text, one line an event: a second reading of docs/segment-format.md, kept apart from the tool's reader.

The runtime's tests compare these lines; they run where the tool does not (Python 3.10). Times are left out unless asked
for. A value that was cut is followed by `~` and its whole size.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

CHUNK = 65_536
_OWNER = 0x01
_COUNTERS = 0x28
_RECORD = 352
# t: dt, n: number, s: text, e: exception, o: one value, a: values after their count, c: changes likewise, w: below what
# y: a type, f: the fields of objects, r: what is open in a ring
FIELDS = {
    0x02: "ENTER tn", 0x03: "ENTER_UNDER tnn", 0x04: "LEAVE t", 0x05: "RETURN to", 0x06: "RAISE te",
    0x07: "ERROR te", 0x08: "VALUE to", 0x09: "ARGS a", 0x0A: "LOST t", 0x0B: "FLAG t", 0x0C: "INHERIT i",
    0x0D: "LEFT_OUT n", 0x0E: "FORGET n", 0x0F: "RING nr",
    0x10: "START tnn", 0x11: "START_UNDER tnnn", 0x12: "ASTART tnn", 0x13: "ASTART_UNDER tnnn", 0x14: "PAUSE tn",
    0x15: "RESUME tn", 0x16: "END tn", 0x17: "HERROR tne", 0x18: "HVALUE tno", 0x19: "CLOSED tn", 0x1A: "HFLAG tn",
    0x1B: "HLEFT_OUT nn", 0x1C: "AGAIN nnnnn",
    0x20: "FILE nnbssss", 0x21: "THREAD nns", 0x22: "NOTE ns", 0x23: "CALLEE nsssn",
    0x24: "TYPE y", 0x25: "SHAPE f", 0x26: "SWITCH nnn",
    0x30: "CALL tnn", 0x31: "CALL_UNDER tnnn", 0x32: "OUT t", 0x33: "CALL_FAIL t", 0x34: "AWAIT tnn",
    0x35: "AWAITED tn", 0x36: "AWAIT_FAIL tn", 0x37: "LINE tn", 0x38: "HLINE tnn", 0x39: "VAR tna",
    0x3A: "HVAR tnna", 0x3B: "STATE tc", 0x3C: "HSTATE tnc",
    0x3D: "ADOPT tw", 0x3E: "CHILD tnn",
}  # fmt: skip
_CONTAINERS = {0x0C: "[]", 0x0D: "()", 0x0E: "{}", 0x0F: "<>"}
_NAMED = ("", "function", "class", "module", "builtin", "method")


@dataclass
class Stream:
    """The events of one thread: lines, and for each its time."""

    lines: list[str] = field(default_factory=list)
    times: list[int] = field(default_factory=list)
    places: list[int] = field(default_factory=list)


@dataclass
class Count:
    """What is counted of a site: calls that ended, those that failed, their ticks, and how many took how long."""

    calls: int
    failed: int
    ticks: int
    histogram: tuple[int, ...]


@dataclass
class Segment:
    """A segment taken apart."""

    data: bytes
    streams: dict[int, Stream] = field(default_factory=dict)
    types: dict[int, str] = field(default_factory=dict)
    shapes: dict[int, tuple[int, list[str]]] = field(default_factory=dict)
    counts: dict[int, Count] = field(default_factory=dict)

    def number(self, at: int, size: int) -> int:
        """An integer of the fixed header."""
        return int.from_bytes(self.data[at : at + size], "little")

    @property
    def clean(self) -> bool:
        """Whether the process ended cleanly."""
        return bool(self.data[19] & 1)

    @property
    def is_ring(self) -> bool:
        """Whether what is oldest may be gone."""
        return bool(self.data[19] & 2)

    @property
    def facts(self) -> list[tuple[int, str]]:
        """The facts of the header."""
        at, found = 128, []
        while at < 4_096 and self.data[at]:
            size = self.number(at + 1, 2)
            found.append((self.data[at], self.data[at + 3 : at + 3 + size].decode()))
            at += 3 + size
        return found


class _Cursor:
    def __init__(self, segment: Segment, at: int) -> None:
        self.segment = segment
        self.data = segment.data
        self.at = at
        self.dt = 0

    def byte(self) -> int:
        self.at += 1
        return self.data[self.at - 1]

    def v(self) -> int:
        number, shift = 0, 0
        while True:
            byte = self.byte()
            number |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return number

    def z(self) -> int:
        number = self.v()
        return number >> 1 if number & 1 == 0 else ~(number >> 1)

    def take(self, size: int) -> bytes:
        self.at += size
        return self.data[self.at - size : self.at]

    def text(self) -> str:
        return self.take(self.v()).decode("utf-8", "surrogatepass")

    def values(self, count: int) -> list[str]:
        return [self.value() for _ in range(count)]

    def value(self) -> str:
        tag = self.byte()
        constant = {0: "None", 1: "False", 2: "True", 0x13: "CYCLE", 0x19: "NO ROOM"}.get(tag)
        return constant if constant is not None else getattr(self, f"_value_{tag:02x}", self._container)(tag)

    def _container(self, tag: int) -> str:
        around = _CONTAINERS[tag]
        total, kept = self.v(), self.v()
        return around[0] + ", ".join(self.values(kept)) + around[1] + _cut(total, kept)

    def _value_03(self, _: int) -> str:
        return str(self.z())

    def _value_04(self, _: int) -> str:
        sign = "-" if self.byte() else ""
        total, kept = self.v(), self.v()
        return f"{sign}{int.from_bytes(self.take(kept), 'little'):#x}" + _cut(total, kept)

    def _value_05(self, _: int) -> str:
        return repr(struct.unpack("<d", self.take(8))[0])

    def _value_06(self, _: int) -> str:
        return repr(complex(*struct.unpack("<dd", self.take(16))))

    def _value_07(self, _: int) -> str:
        return ascii(self.text())

    def _value_08(self, _: int) -> str:
        total = self.v()
        return ascii(self.text()) + f"~{total}"

    def _value_09(self, _: int) -> str:
        return repr(self.take(self.v()))

    def _value_0a(self, _: int) -> str:
        total = self.v()
        return repr(self.take(self.v())) + f"~{total}"

    def _value_0b(self, _: int) -> str:
        total, kept = self.v(), self.v()
        return f"bytearray({self.take(kept)!r})" + _cut(total, kept)

    def _value_10(self, _: int) -> str:
        total, kept = self.v(), self.v()
        return "{" + ", ".join(f"{self.value()}: {self.value()}" for _ in range(kept)) + "}" + _cut(total, kept)

    def _value_11(self, _: int) -> str:
        kind, identity, total, kept = self.text(), self.v(), self.v(), self.v()
        fields = ", ".join(f"{self.text()}={self.value()}" for _ in range(kept))
        return f"<{kind}{'@' if identity else ''} {fields}>" + _cut(total, kept)

    def _value_12(self, _: int) -> str:
        kind = _NAMED[self.byte()]
        return f"{kind} {self.text()}"

    def _value_14(self, _: int) -> str:
        return f"DEEP {self.text()}"

    def _value_15(self, _: int) -> str:
        return ("", "Ellipsis", "NotImplemented")[self.byte()]

    def _value_16(self, _: int) -> str:
        return f"range({self.z()}, {self.z()}, {self.z()})"

    def _value_17(self, _: int) -> str:
        return f"{self.text()}:{self.value()}"

    def _value_18(self, _: int) -> str:
        kind, total, kept = self.text(), self.v(), self.v()
        return f"{kind}!({', '.join(self.values(kept))})" + _cut(total, kept)

    def _value_1a(self, _: int) -> str:
        return f"self {self.text()}" + ("@" if self.v() else "")

    def _value_1b(self, _: int) -> str:
        kind, identity = self.segment.types[self.v()], self.v()
        return f"self {kind}" + ("@" if identity else "")

    def _value_1c(self, _: int) -> str:
        shape, identity, kept = self.v(), self.v(), self.v()
        kind, names = self.segment.shapes[shape]
        assert kept <= len(names)
        fields = ", ".join(f"{name}={self.value()}" for name in names[:kept])
        return f"<{self.segment.types[kind]}{'@' if identity else ''} {fields}>" + _cut(len(names), kept)

    def type(self) -> str:
        number, name = self.v(), self.text()
        assert self.segment.types.setdefault(number, name) == name, "a number has two meanings"
        return f"{number} {name!a}"

    def shape(self) -> str:
        number, kind = self.v(), self.v()
        names = [self.text() for _ in range(self.v())]
        assert self.segment.shapes.setdefault(number, (kind, names)) == (kind, names), "a number has two meanings"
        return f"{number} {self.segment.types[kind]!a} {' '.join(names)}".rstrip()

    def exception(self) -> str:
        form = self.byte()
        if form == 2:
            return f"AGAIN {self.frames()}"
        kind = self.text()
        if form == 0:
            shown = f"{kind}: {self.text()}"
            self.text()
        else:
            self.text()
            total, kept = self.v(), self.v()
            shown = f"{kind}({', '.join(self.values(kept))})" + _cut(total, kept)
        left_out = self.v()
        shown += " " + ("..." if left_out else "") + self.frames()
        shown += "".join(f" note {self.text()!a}" for _ in range(self.v()))
        links = self.byte()
        for bit, name, read in (
            (1, "cause", self.exception),
            (2, "context", self.exception),
            (4, ".context", self.value),
            (8, ".suggestion", self.value),
        ):
            if links & bit:
                shown += f" {name}={{{read()}}}"
        return shown + (" suppressed" if links & 16 else "")

    def where(self) -> str:
        how = self.v()
        return "0" if how == 0 else f"1 {self.v()}:{self.v()}" if how == 1 else f"{how} {self.v()}"

    def frames(self) -> str:
        frames = []
        for _ in range(self.v()):
            file, line, function = self.text(), self.v(), self.text()
            frames.append(f"{Path(file).name}:{line}:{function.rpartition('.')[2]}")
        return "[" + " ".join(frames) + "]"

    def event(self, op: int) -> str:
        name, _, kinds = FIELDS[op].partition(" ")
        readers: dict[str, Callable[[], str]] = {
            "n": lambda: str(self.v()),
            "b": lambda: str(self.byte()),
            "s": lambda: ascii(self.text()),
            "e": self.exception,
            "o": self.value,
            "a": lambda: ", ".join(self.values(self.v())),
            "c": lambda: ", ".join(f"{self.v()}: {self.value()} -> {self.value()}" for _ in range(self.v())),
            "w": self.where,
            "y": self.type,
            "f": self.shape,
            "i": lambda: " ".join(f"{self.v()}:{self.v()}" for _ in range(self.v())),
            "r": lambda: " ".join(":".join(str(self.v()) for _ in range(5)) for _ in range(self.v())),
        }
        self.dt = self.v() if kinds[0] == "t" else 0
        parts = [readers[kind]() for kind in kinds if kind != "t"]
        return " ".join([name, *parts])


def _cut(total: int, kept: int) -> str:
    return f"~{total}" if total != kept else ""


def read_chunk(segment: Segment, at: int, end: int) -> list[tuple[int, int, Stream]]:
    """Give the parts of a chunk: thread, sequence, events."""
    cursor = _Cursor(segment, at)
    parts: list[tuple[int, int, Stream]] = []
    time = 0
    while cursor.at < end and segment.data[cursor.at]:
        place = cursor.at
        op = cursor.byte()
        if op == _OWNER:
            thread, sequence, time = cursor.v(), cursor.v(), cursor.v()
            parts.append((thread, sequence, Stream()))
            continue
        line = cursor.event(op)
        time += cursor.dt
        stream = parts[-1][2]
        stream.lines.append(line)
        stream.times.append(time)
        stream.places.append(place)
    assert cursor.at <= end, "an event crosses a chunk"
    return parts


def _read_counts(segment: Segment, at: int, end: int) -> None:
    while at + _RECORD <= end and segment.number(at, 8):
        site, calls, failed, ticks, *histogram = struct.unpack_from("<44Q", segment.data, at)
        assert site - 1 not in segment.counts, "a site has two records"
        segment.counts[site - 1] = Count(calls, failed, ticks, tuple(histogram))
        at += _RECORD


def read_segment(path: Path) -> Segment:
    """Take a segment apart."""
    segment = Segment(path.read_bytes())
    size = len(segment.data)
    parts: list[tuple[int, int, Stream]] = []
    starts = [4_096 if start == 0 else start for start in range(0, size, CHUNK)]
    # The process's chunks come first: what is defined there is used in the others.
    for first in sorted(starts, key=lambda at: segment.data[at : at + 2] != b"\x01\x00"):
        end = min(first - first % CHUNK + CHUNK, size)
        if segment.data[first] == _COUNTERS:
            _read_counts(segment, first + 32, end)
        else:
            parts += read_chunk(segment, first, end)
    for thread, sequence, part in sorted(parts, key=lambda each: each[:2]):
        stream = segment.streams.setdefault(thread, Stream())
        assert sequence == 0 or stream.lines or thread == 0 or segment.is_ring
        stream.lines += part.lines
        stream.times += part.times
        stream.places += part.places
    return segment


def events(path: Path, thread: int = 1) -> list[str]:
    """The events of a thread."""
    return read_segment(path).streams[thread].lines
