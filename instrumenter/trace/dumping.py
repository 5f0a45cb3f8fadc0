"""Writes a dump of a ring from outside: the process, which may be stuck, does nothing for it."""

from __future__ import annotations

import os
import struct
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

from instrumenter.trace import ops, packed
from instrumenter.trace.segment import Segment
from instrumenter.trace.snapshot import whole_ring

_REASON = 10
_WHY = b"command"
_FIRST_PAIR = struct.Struct("<QQ")
_FIRST, _SECOND = 32, 56
_CLOCK, _COUNTED = 17, (1, 2)
"""Clocks that go with the monotonic one, at a rate of their own."""


def dump(segment: Segment) -> Path:
    """Copy the ring of a process to a segment of its own; gives its file. Raises OSError if that cannot be written."""
    with segment.path.open("rb") as file:
        data = bytearray(whole_ring(file))
    data[ops.FLAGS] |= ops.IS_CLEAN | ops.IS_DUMP
    _set_pair(data, time.monotonic_ns())
    _say_why(data)
    return _save(data, segment.path.parent, segment.header.pid)


def _set_pair(data: bytearray, now: int) -> None:
    """Have the second clock pair be of now; the ticks are those at which the counter must have arrived."""
    (ticks0, mono0), (ticks1, mono1) = _FIRST_PAIR.unpack_from(data, _FIRST), _FIRST_PAIR.unpack_from(data, _SECOND)
    if data[_CLOCK] in _COUNTED and ticks0 < ticks1 and mono0 < mono1 < now:
        ticks = ticks0 + (now - mono0) * (ticks1 - ticks0) // (mono1 - mono0)
        _FIRST_PAIR.pack_into(data, _SECOND, ticks, now)


def _say_why(data: bytearray) -> None:
    """Add the fact, if there is room for it."""
    at, fact = ops.HEADER, bytes((_REASON, len(_WHY), 0)) + _WHY
    while at + 3 < ops.STREAM and data[at]:
        at += 3 + (data[at + 1] | data[at + 2] << 8)
    if at + len(fact) < ops.STREAM:
        data[at : at + len(fact)] = fact


def _save(data: bytes | bytearray, folder: Path, pid: int) -> Path:
    """Write a file that has its name only when it is whole."""
    aside = folder / f"{pid}-{os.getpid()}{packed.ASIDE}"
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        target = _name(folder, pid)
        aside.rename(target)
    finally:
        aside.unlink(missing_ok=True)
    return target


def _name(folder: Path, pid: int) -> Path:
    """A name as the recorder gives it, which nothing has yet."""
    moment = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(microseconds=time.time_ns() // 1000)
    stem = f"{moment:%Y%m%dT%H%M%S.%fZ}-{pid}"
    found, count = folder / f"{stem}.seg", 0
    while found.exists():
        count += 1
        found = folder / f"{stem}-{count}.seg"
    return found
