"""The start of a segment: the fixed header, the clock and the facts about the process."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from instrumenter.trace import ops
from instrumenter.trace.wire import as_text

_LAYOUT = struct.Struct("<8sHHIBBBBIQQQQQQ")
CORES = {1: "c", 2: "python", 3: "none"}
CLOCKS = {1: "time-stamp counter", 2: "monotonic clock", 3: "fake clock"}


class Unreadable(Exception):
    """Nothing of this file can be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Turns ticks since the first clock pair into Unix nanoseconds."""

    unix0: int
    ticks: int
    """Ticks between the two clock pairs; 1 where they cannot be used."""
    ns: int

    def unix(self, ticks: int) -> int:
        """Unix time in ns, `ticks` after the first pair."""
        return self.unix0 + ticks * self.ns // self.ticks

    def lasting(self, ticks: int) -> int:
        """How many ns so many ticks are."""
        return ticks * self.ns // self.ticks


@dataclass(frozen=True, slots=True)
class Header:
    """The fixed header of a segment."""

    version: int
    core: str
    clock_kind: str
    clean: bool
    pid: int
    started: int
    """The process's start time as its system counts it; 0 where there is none."""
    clock: Clock
    last_pair: int
    """Ticks of the second clock pair after the first."""
    is_ring: bool = False
    """Whether the oldest events make room for new ones; so it was with what a dump is a copy of."""
    is_dump: bool = False
    is_imported: bool = False
    """Whether `spans import` wrote it, and no program."""

    @property
    def counted(self) -> bool:
        """Whether the events of parameters say how many there are."""
        return self.version > 1

    @classmethod
    def read(cls, data: bytes) -> Header:
        """The header of these bytes; raises `Unreadable` for another format, a newer version or too few bytes."""
        if data[:8] != ops.MAGIC[: len(data)] or not data:
            raise Unreadable(_no_segment(data))
        if len(data) < ops.HEADER:
            raise Unreadable(f"only {len(data)} bytes are left of this segment")
        _, version, stream, chunk, core, clock, _, flags, pid, started, *pairs = _LAYOUT.unpack_from(data)
        if not 1 <= version <= ops.VERSION:
            raise Unreadable(
                f"this segment has format version {version}; this reader knows versions 1 to {ops.VERSION}"
            )
        if (stream, chunk) != (ops.STREAM, ops.CHUNK):
            raise Unreadable("the header of this segment is damaged")
        return cls(
            version, CORES.get(core, f"core {core}"), CLOCKS.get(clock, f"clock {clock}"), bool(flags & ops.IS_CLEAN),
            pid, started, _clock(*pairs), max(pairs[3] - pairs[0], 0),
            bool(flags & ops.IS_RING), bool(flags & ops.IS_DUMP), bool(flags & ops.IS_IMPORTED),
        )  # fmt: skip


def _no_segment(data: bytes) -> str:
    if not data:
        return "this file is empty"
    if any(data[: ops.HEADER]):
        return "this is not a segment"
    return "this file has no header: a dump that is being written, or was cut short"


def _clock(ticks0: int, mono0: int, unix0: int, ticks1: int, mono1: int) -> Clock:
    ticks, ns = ticks1 - ticks0, mono1 - mono0
    return Clock(unix0, ticks, ns) if ticks > 0 and ns > 0 else Clock(unix0, 1, 1)


@dataclass(slots=True)
class Facts:
    """What the process said of itself."""

    runtime: str = ""
    python: str = ""
    executable: str = ""
    argv: list[str] = field(default_factory=list)
    folder: str = ""
    root: str = ""
    forked_from: str = ""
    """Name of the segment of the process that forked this one; empty where none did."""
    ancestors: list[tuple[int, int]] = field(default_factory=list)
    """(pid, start time) of the processes above, the parent first."""
    dumped: str = ""
    """Why this dump was made: `exception`, `signal` or `command`."""
    imported: str = ""
    """The name of the file from which `spans import` made it."""
    degraded: bool = False
    """Whether file descriptors, time or threads could not be read."""

    @classmethod
    def read(cls, data: bytes) -> Facts:
        """The facts in these bytes, as far as they are whole; keys this version does not know are passed over."""
        facts = cls()
        at, end = ops.HEADER, min(ops.STREAM, len(data))
        while at + 3 <= end and data[at]:
            size = data[at + 1] | data[at + 2] << 8
            if at + 3 + size > end:
                break
            facts._take(data[at], as_text(data[at + 3 : at + 3 + size]))
            at += 3 + size
        return facts

    def _take(self, key: int, value: str) -> None:
        if key == 4:
            self.argv.append(value)
        elif key == 8:
            pid, _, started = value.partition(":")
            if pid.isdecimal() and started.isdecimal():
                self.ancestors.append((int(pid), int(started)))
        elif key == 9:
            self.degraded = True
        elif key in _PLAIN:
            setattr(self, _PLAIN[key], value)


_PLAIN = {
    1: "runtime", 2: "python", 3: "executable", 5: "folder", 6: "root", 7: "forked_from", 10: "dumped", 11: "imported",
}  # fmt: skip
